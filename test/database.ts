import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A fresh, migrated database of the test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, cutting whatever is still connected. */
  drop(): Promise<void>;
}

/** Clones the migrated template: a few milliseconds a test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `headgate_test_${randomBytes(6).toString('hex')}`;
  const serverUrl = inject('serverUrl');
  await admin(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${inject('templateName')}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function admin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
