import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../free-port.js';
import { type Binaries, prepareBinaries } from './binaries.js';
import { lockPlaces, refuseForeignCluster, serverPlace } from './place.js';
import { type ServerAccount, serverAccount } from './server-account.js';

/** A running PostgreSQL of our own. `stop` ends it cleanly; every connection is closed by then or cut. */
export interface EmbeddedServer {
  /** Of the database `headgate`, on 127.0.0.1. */
  readonly url: string;
  /** Where its data lies; not always the folder that was asked for (see serverPlace). */
  readonly place: string;
  stop(): Promise<void>;
}

const USER = 'headgate';
const DATABASE = 'headgate';
/** Of the data folder: where PostgreSQL's own files lie. */
const CLUSTER = 'postgres';
const START_ATTEMPTS_MAX = 5;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
/** Lines of the server's own words that an error message repeats. */
const LAST_WORDS = 12;

/**
 * Starts PostgreSQL from the npm package, its data below `folder`: made on the first start, the same ever after.
 *
 * The package's own launcher is not used: under a umask of 077 its password file cannot be read by the server's account, it
 * does not notice a server that a killed process left behind, and Ctrl-C in a terminal reaches its server before us.
 *
 * `durable: false` is for tests only: no fsync, for speed. Errors: AlreadyRunning; otherwise what went wrong, with the
 * server's last words.
 */
export async function startEmbedded(options: { folder: string; durable?: boolean }): Promise<EmbeddedServer> {
  const account = serverAccount();
  const folder = resolve(options.folder);
  refuseForeignCluster(join(folder, CLUSTER), account);
  const place = serverPlace(folder, account);
  // Both: whoever starts as somebody else on the same folder may be given another place.
  const lock = await lockPlaces([...new Set([folder, place])]);
  try {
    const binaries = prepareBinaries(place, account);
    const password = readOrMakePassword(place);
    const cluster = join(place, CLUSTER);
    await stopOrphan(cluster);
    if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(binaries, cluster, place, password, account);
    const { server, port } = await startServer(binaries, cluster, account, options.durable ?? true);
    const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
    await createDatabase(url);
    return {
      url,
      place,
      async stop() {
        await stopProcess(server);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function readOrMakePassword(place: string): string {
  const file = join(place, 'postgres-password');
  if (!existsSync(file)) {
    const fresh = `${file}.new`;
    writeFileSync(fresh, randomBytes(24).toString('base64url'), { mode: 0o600 });
    renameSync(fresh, file);
  }
  return readFileSync(file, 'utf8').trim();
}

/** initdb into a folder beside, renamed when it is whole: a start that was killed half-way leaves nothing that counts. */
async function initialise(
  binaries: Binaries,
  cluster: string,
  place: string,
  password: string,
  account: ServerAccount | null,
): Promise<void> {
  if (existsSync(cluster) && readdirSync(cluster).length > 0) {
    throw new Error(
      `${cluster} holds something, but no PostgreSQL data: move it away, or choose another folder with --data`,
    );
  }
  const fresh = `${cluster}.new`;
  const passwordFile = join(place, 'initdb-password');
  rmSync(fresh, { recursive: true, force: true });
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  if (account) for (const path of [fresh, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    const child = run(binaries.initdb, account, [
      `--pgdata=${fresh}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
    ]);
    const words = collect(child);
    const code = await exitOf(child);
    if (code !== 0)
      throw new Error(`PostgreSQL could not make its data folder (initdb ended with ${code}):\n${words()}`);
    renameSync(fresh, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function startServer(
  binaries: Binaries,
  cluster: string,
  account: ServerAccount | null,
  durable: boolean,
): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '120',
      ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = run(binaries.postgres, account, ['-D', cluster, ...flags]);
    const words = collect(server);
    const ready = await isReady(server, words);
    if (ready) return { server, port };
    await stopProcess(server);
    // Another program may have taken the port meanwhile, and backends of a killed server may need a moment to notice.
    if (attempt >= START_ATTEMPTS_MAX) throw new Error(`PostgreSQL did not start on ${cluster}:\n${words()}`);
    await pause(200 * attempt);
  }
}

async function isReady(server: ChildProcess, words: () => string): Promise<boolean> {
  const until = performance.now() + START_MS_MAX;
  while (performance.now() < until && server.exitCode === null && server.signalCode === null) {
    if (words().includes('ready to accept connections')) return true;
    await pause(10);
  }
  return false;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/**
 * Ends the server that a killed Headgate left behind. We hold the folder's lock, so nobody of ours uses it. A pid file whose
 * number now belongs to another program is only removed.
 */
async function stopOrphan(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isServerOf(pid, cluster)) break;
    process.kill(pid, signal);
    const until = performance.now() + STOP_MS_MAX;
    while (isServerOf(pid, cluster) && performance.now() < until) await pause(20);
  }
  if (isServerOf(pid, cluster))
    throw new Error(
      `a PostgreSQL (process ${pid}) still runs on ${cluster} and does not stop: end it, then start again`,
    );
  rmSync(file, { force: true });
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === cluster && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
    );
  } catch {
    return false;
  }
}

/** In a session of its own, so that Ctrl-C reaches us alone and we stop things in order. */
function run(program: string, account: ServerAccount | null, args: string[]): ChildProcess {
  return spawn(program, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
}

function collect(child: ChildProcess): () => string {
  let lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      lines = [...lines, ...text.split('\n').filter((line) => line !== '')].slice(-LAST_WORDS);
    });
  }
  child.once('error', (error) => lines.push(error.message));
  return () => lines.join('\n');
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(-1));
  });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([exitOf(child), pause(STOP_MS_MAX, undefined, { ref: false })]);
  }
}
