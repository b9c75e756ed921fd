import pg, { type ClientBase, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { HeadgateError } from '../model/errors.js';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations.js';

/** The pool's type; in ESM, @types/pg 8.15.0 gives `Pool` as a value only. */
export type Pool = InstanceType<typeof pg.Pool>;

/** The open database: one pool, shared by the hot path (plain SQL) and TypeORM (lists). */
export interface Database {
  readonly pool: Pool;
  readonly dataSource: DataSource;
  close(): Promise<void>;
}

/** Anything that runs a query: the pool, or one client within a transaction. */
export type Queryable = Pick<ClientBase, 'query'>;

/** No statement of ours runs longer; the server ends it. */
export const STATEMENT_MS_MAX = 30_000;
/** No statement of ours waits longer for a lock. */
export const LOCK_WAIT_MS_MAX = 10_000;
/** No transaction of ours stays open longer: beyond it the connection is cut, and the server rolls back. */
export const TRANSACTION_MS_MAX = 60_000;
/** The server ends a transaction that its client forgot. */
const IDLE_IN_TRANSACTION_MS_MAX = 15_000;
const CONNECT_MS_MAX = 10_000;
/** Two processes that migrate at once: the second waits this long for the first. */
const MIGRATION_WAIT_MS_MAX = 300_000;
/** Any constant; it names the migration lock within one database. */
const MIGRATION_LOCK = 4_842_201;

const DATE_OID = 1082;
/**
 * How values leave the database in plain SQL: int8 and numeric as strings (so that nothing is rounded), timestamptz as Date,
 * and date as the day that it is, `YYYY-MM-DD`, not as midnight of wherever this process runs.
 */
const types = {
  getTypeParser(oid: number) {
    return oid === DATE_OID ? (value: string) => value : pg.types.getTypeParser(oid, 'text');
  },
};

/** Opens the database that `url` names. Errors: what pg says, when it cannot be reached within 10 s. */
export async function openDatabase(options: {
  url: string;
  /** Connections at most; default 10. */
  poolMax?: number;
  applicationName?: string;
}): Promise<Database> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.applicationName ?? 'headgate',
    poolSize: options.poolMax ?? 10,
    connectTimeoutMS: CONNECT_MS_MAX,
    installExtensions: false,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    // A connection that breaks while idle is only dropped from the pool: the next query opens another.
    poolErrorHandler: () => {},
    extra: {
      types,
      statement_timeout: STATEMENT_MS_MAX,
      lock_timeout: LOCK_WAIT_MS_MAX,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
      keepAlive: true,
      // A connection that breaks between two queries of its holder says so by an event that would end the process if nobody
      // heard it; the holder learns it from its next query.
      onConnect(client: ClientBase) {
        client.on('error', () => {});
      },
    },
  });
  await dataSource.initialize();
  const pool = poolOf(dataSource);
  let closing: Promise<void> | undefined;
  return {
    pool,
    dataSource,
    close() {
      closing ??= dataSource.destroy();
      return closing;
    },
  };
}

/** TypeORM's own pool: a second one beside it would double the connections of every process. */
function poolOf(dataSource: DataSource): Pool {
  const master: unknown = 'master' in dataSource.driver ? dataSource.driver.master : undefined;
  if (!(master instanceof pg.Pool)) throw new Error('expected the PostgreSQL driver of TypeORM to keep a pg.Pool');
  return master;
}

/** Brings the database to the newest shape. Returns the names of what was applied; safe when several processes start at once. */
export async function migrate(url: string): Promise<string[]> {
  const lock = new pg.Client({
    connectionString: url,
    application_name: 'headgate-migrate',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: MIGRATION_WAIT_MS_MAX,
  });
  await lock.connect();
  try {
    const { rows } = await lock.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::integer AS version",
    );
    const version = rows[0]?.version ?? 0;
    if (version < 150_000) {
      throw new HeadgateError(
        'DATABASE_TOO_OLD',
        'permanent',
        `expected PostgreSQL 15 or newer, got ${Math.floor(version / 10_000)}: point DATABASE_URL at a newer server`,
      );
    }
    // Held by the session, so that it ends with it however this process ends.
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const database = await openDatabase({ url, poolMax: 1, applicationName: 'headgate-migrate' });
    try {
      const applied = await database.dataSource.runMigrations();
      return applied.map((migration) => migration.name);
    } finally {
      await database.close();
    }
  } finally {
    await lock.end();
  }
}

/**
 * Runs `work` in one READ COMMITTED transaction that is bounded in time: committed when it resolves, rolled back when it
 * rejects. Errors: whatever `work` threw, or pg's error of the commit (whose result is then unknown).
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const guard = setTimeout(() => {
    broken = new Error(`a transaction took longer than ${TRANSACTION_MS_MAX} ms and was cut off`);
    client.release(broken);
  }, TRANSACTION_MS_MAX);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error(`expected COMMIT, got ${command}: a failed statement was passed over`);
    return result;
  } catch (error) {
    if (!broken) {
      await client.query('ROLLBACK').catch((cause: unknown) => {
        broken = cause instanceof Error ? cause : new Error(String(cause));
        client.release(broken);
      });
    }
    throw error;
  } finally {
    clearTimeout(guard);
    if (!broken) client.release();
  }
}
