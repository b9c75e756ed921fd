import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating-system account that the server runs as. PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom the server runs as: null for ourselves (an ordinary user), otherwise, as root, the account `postgres`, made where
 * the machine has none and the tools to make it, else `nobody`.
 */
export function serverAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const present = accountNamed('postgres');
  if (present) return present;
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      stdio: 'ignore',
    });
  } catch {
    // No useradd, or a read-only /etc: `nobody` exists everywhere.
  }
  const account = accountNamed('postgres') ?? accountNamed('nobody');
  if (account) return account;
  throw new Error(
    'running as root, and neither the account `postgres` nor `nobody` exists for PostgreSQL to run as: create one, run Headgate as an ordinary user, or set DATABASE_URL',
  );
}

function accountNamed(name: string): ServerAccount | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid !== undefined && gid !== undefined ? { name, uid: Number(uid), gid: Number(gid) } : null;
}

/** Whether the account may enter this folder and every one above it. Folders that do not exist yet are passed over. */
export function canEnter(account: ServerAccount | null, folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (!hasBit(account, at, 0o1, true)) return false;
    if (at === dirname(at)) return true;
  }
}

/** Whether the account may read this file. */
export function canRead(account: ServerAccount | null, file: string): boolean {
  return hasBit(account, file, 0o4, false);
}

function hasBit(account: ServerAccount | null, path: string, bit: number, whenMissing: boolean): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return whenMissing;
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  const gid = account?.gid ?? process.getgid?.() ?? 0;
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
  return (stat.mode & (bit << shift)) !== 0;
}
