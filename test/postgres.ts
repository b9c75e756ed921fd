import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../src/store/database.js';
import { startEmbedded } from '../src/store/embedded/server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server's `postgres` database, and the migrated database that tests clone. */
    serverUrl: string;
    templateName: string;
  }
}

/** One server for the whole run: the one in DATABASE_URL, else an embedded one in a temporary folder. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const own = process.env.DATABASE_URL;
  const folder = own ? null : mkdtempSync(join(tmpdir(), 'headgate-test-'));
  // As root, PostgreSQL runs as another account: let it pass, so that its data lies here and goes with the folder.
  if (folder) chmodSync(folder, 0o711);
  const server = folder ? await startEmbedded({ folder, durable: false }) : null;
  const url = new URL(own ?? server?.url ?? '');
  const templateName = `headgate_template_${randomBytes(4).toString('hex')}`;
  await admin(url.href, `CREATE DATABASE ${templateName}`);
  url.pathname = `/${templateName}`;
  await migrate(url.href);
  url.pathname = '/postgres';
  project.provide('serverUrl', url.href);
  project.provide('templateName', templateName);
  return async () => {
    await admin(url.href, `DROP DATABASE IF EXISTS ${templateName} WITH (FORCE)`);
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
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
