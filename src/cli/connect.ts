import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { type Config, readConfig } from '../config.js';
import type { RunningFile } from '../own-files.js';
import { type Database, migrate, openDatabase } from '../store/database.js';
import { AlreadyRunning } from '../store/embedded/place.js';
import { startEmbedded } from '../store/embedded/server.js';

/** The database as a command reached it. */
export interface Reached {
  readonly url: string;
  readonly config: Config;
  /** The running Headgate whose database this is; null where none runs. */
  readonly running: RunningFile | null;
  close(): Promise<void>;
}

/** Where a command looks for the database: as `start` does. */
export interface PlaceOptions {
  readonly data?: string;
}

/** A tool needs few: it runs one statement at a time. */
const POOL_MAX = 4;

/**
 * Reaches the database as `start` would: the one in DATABASE_URL, else that of the Headgate that runs on this data folder,
 * else the embedded one, started for this command alone and stopped by `close`.
 */
export async function reachDatabase(options: PlaceOptions): Promise<Reached> {
  const config = readConfig(process.env, options.data === undefined ? {} : { dataFolder: options.data });
  const running = readRunning(config.dataFolder);
  const own = config.databaseUrl ?? running?.databaseUrl;
  if (own !== undefined) return { url: own, config, running, close: async () => {} };
  process.stderr.write(pc.dim(`starting PostgreSQL on ${config.dataFolder} for this command\n`));
  try {
    const server = await startEmbedded({ folder: config.dataFolder });
    return { url: server.url, config, running: null, close: () => server.stop() };
  } catch (cause) {
    if (!(cause instanceof AlreadyRunning)) throw cause;
    throw new Error(`a Headgate is just starting or stopping on ${config.dataFolder}: try again in a moment`, {
      cause,
    });
  }
}

/**
 * Runs `work` on the open database. One of our own making is migrated first; one that others run is only checked, because
 * changing its shape is a decision of its own (`headgate migrate`).
 */
export async function withDatabase<T>(
  options: PlaceOptions,
  work: (db: Database, reached: Reached) => Promise<T>,
): Promise<T> {
  const reached = await reachDatabase(options);
  try {
    if (reached.config.databaseUrl === undefined && reached.running === null) await migrate(reached.url);
    const db = await openDatabase({ url: reached.url, poolMax: POOL_MAX, applicationName: 'headgate-cli' }).catch(
      (cause: unknown) => {
        const where = reached.config.databaseUrl === undefined ? 'of the running Headgate' : 'in DATABASE_URL';
        throw new Error(`cannot reach the database ${where}`, { cause });
      },
    );
    try {
      if (await db.dataSource.showMigrations())
        throw new Error('the database is not of this version: run headgate migrate first');
      return await work(db, reached);
    } finally {
      await db.close();
    }
  } finally {
    await reached.close();
  }
}

/** What the Headgate on this data folder wrote of itself; null where none runs: a killed one leaves its file behind. */
export function readRunning(dataFolder: string): RunningFile | null {
  try {
    // Written by startHeadgate, and readable by its owner alone.
    const running = JSON.parse(readFileSync(join(dataFolder, 'running.json'), 'utf8')) as RunningFile;
    return isAlive(running.pid) ? running : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
