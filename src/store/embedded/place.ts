import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { canEnter, type ServerAccount } from './server-account.js';

/**
 * Where the server keeps its data: `folder` itself where the server's account can reach it, else, as root, a folder of its
 * own below /var/lib/headgate, named after `folder`, so that every start finds the same one.
 */
export function serverPlace(folder: string, account: ServerAccount | null): string {
  if (account === null || canEnter(account, folder)) {
    mkdirSync(folder, { recursive: true });
    if (account === null || canEnter(account, folder)) return folder;
    // Ours, made just now under a narrow umask: others may pass through; what lies inside has modes of its own.
    chmodSync(folder, 0o711);
    if (canEnter(account, folder)) return folder;
  }
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const place = join('/var/lib/headgate', `${basename(folder).replace(/[^A-Za-z0-9_-]/g, '') || 'data'}-${digest}`);
  mkdirSync(place, { recursive: true });
  for (const step of ['/var/lib/headgate', place]) chmodSync(step, 0o711);
  return place;
}

/**
 * PostgreSQL serves only data that its own account owns. Errors: says whose data it is, and to start as them, rather than begin
 * an empty database elsewhere.
 */
export function refuseForeignCluster(cluster: string, account: ServerAccount | null): void {
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  const server = account?.uid ?? process.getuid?.();
  if (owner === undefined || server === undefined || owner === server) return;
  throw new Error(
    `the data in ${cluster} belongs to the user with id ${owner}, and PostgreSQL would run as ${server}: start Headgate as the user who made it, or choose another folder with --data (HEADGATE_DATA)`,
  );
}

/** Another Headgate runs on the same data. */
export class AlreadyRunning extends Error {}

/** Takes the locks of several folders, all or none. Rejects with AlreadyRunning. */
export async function lockPlaces(places: readonly string[]): Promise<{ release(): Promise<void> }> {
  const held: { release(): Promise<void> }[] = [];
  const release = async () => {
    for (const lock of held) await lock.release();
  };
  try {
    for (const place of places) held.push(await lockPlace(place));
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/**
 * Takes the one lock on a data folder: an abstract Unix socket, which the kernel gives to one process and frees however that
 * process ends, so that no stale file can ever stop a start. Rejects with AlreadyRunning.
 */
async function lockPlace(place: string): Promise<{ release(): Promise<void> }> {
  const name = createHash('sha256').update(place).digest('hex');
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new AlreadyRunning(
              `another Headgate is running on the data in ${place}: stop it first, or choose another folder with --data (HEADGATE_DATA)`,
            )
          : cause,
      );
    });
    server.listen({ path: `\0headgate-${name}` }, resolve);
  });
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}
