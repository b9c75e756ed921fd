import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.js';

/** A Redis for one test file. */
export interface TestRedis {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Why Redis tests cannot run here, or null. In CI they must: there it throws instead.
 */
export function redisMissing(): string | null {
  if (process.env.REDIS_URL) return null;
  if (spawnSync('redis-server', ['--version']).status === 0) return null;
  const reason = 'Redis tests skipped: install redis-server (Debian: apt-get install redis-server) or set REDIS_URL';
  if (process.env.CI === 'true') throw new Error(`${reason}; in CI they are required`);
  console.log(reason);
  return reason;
}

/** The Redis of REDIS_URL, or one of its own on a free port of 127.0.0.1, without persistence. */
export async function startTestRedis(): Promise<TestRedis> {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, close: async () => {} };
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'headgate-redis-'));
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: 'ignore' },
  );
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  client.on('error', () => {});
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
  return {
    url,
    async close() {
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}
