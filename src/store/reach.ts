import { Redis } from 'ioredis';
import pg from 'pg';

const CONNECT_MS_MAX = 10_000;

/**
 * Whether the database of a setting can be used, before anything is built on it. Errors: names the setting, the server and the
 * database, never the password, and what to look at.
 */
export async function reachPostgres(url: string, setting: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    const { database, user, host, port } = client;
    throw new Error(
      `cannot use ${setting}, database "${database}" at ${host}:${port} as user "${user}": ${said(cause)}. Is the server running, are user, password and database right?`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** The same for Redis. */
export async function reachRedis(url: string, setting: string): Promise<void> {
  const redis = new Redis(url, {
    ...{ lazyConnect: true, connectTimeout: CONNECT_MS_MAX, commandTimeout: CONNECT_MS_MAX },
    ...{ maxRetriesPerRequest: 0, retryStrategy: () => null, enableReadyCheck: false },
  });
  let last: unknown;
  const ended = new Promise<never>((_, reject) =>
    redis.once('end', () => reject(new Error('it closed the connection'))),
  );
  redis.on('error', (error) => {
    last = error;
  });
  try {
    await Promise.race([redis.connect().then(() => redis.ping()), ended]);
  } catch (cause) {
    const { host, port } = redis.options;
    throw new Error(
      `cannot use ${setting}, Redis at ${host}:${port}: ${said(last ?? cause)}. Is it running, are user and password right? Without ${setting}, PostgreSQL does its work`,
      { cause: last ?? cause },
    );
  } finally {
    redis.disconnect();
  }
}

/** Node says nothing itself when every address of a host was refused. */
function said(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return said(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
