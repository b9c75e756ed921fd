import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.js';
import { reachPostgres, reachRedis } from './reach.js';
import { openTestDatabase } from './testing/open-test-database.js';

const failure = (attempt: Promise<void>) =>
  attempt.then(
    () => 'reached',
    (error: Error) => error.message,
  );

it('a database that is there is reached; one that is not is named, without its password', async () => {
  const database = await openTestDatabase();
  try {
    await reachPostgres(database.url, 'DATABASE_URL');
    const missing = new URL(database.url);
    missing.pathname = '/nowhere';
    expect(await failure(reachPostgres(missing.href, 'DATABASE_URL'))).toContain(
      `cannot use DATABASE_URL, database "nowhere" at ${missing.hostname}:${missing.port}`,
    );
  } finally {
    await database.close();
  }
  const port = await freePort();
  const nobody = await failure(reachPostgres(`postgres://me:geheim@127.0.0.1:${port}/shop`, 'DATABASE_URL'));
  expect(nobody).toContain(`database "shop" at 127.0.0.1:${port} as user "me": connect ECONNREFUSED`);
  expect(nobody).not.toContain('geheim');
});

it('a Redis that is not there, or does not speak Redis, is named within seconds, without its password', async () => {
  const port = await freePort();
  const nobody = await failure(reachRedis(`redis://me:geheim@127.0.0.1:${port}`, 'REDIS_URL'));
  expect(nobody).toContain(`cannot use REDIS_URL, Redis at 127.0.0.1:${port}: connect ECONNREFUSED`);
  expect(nobody).not.toContain('geheim');
  const other = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  expect(await failure(reachRedis(`redis://127.0.0.1:${port}`, 'REDIS_URL'))).toContain('cannot use REDIS_URL');
  await new Promise((resolve) => other.close(resolve));
});
