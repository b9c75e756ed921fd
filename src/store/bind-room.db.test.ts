import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BindRoom, jsonbBytes, uuidBytes } from './bind-room.js';
import { openTestDatabase } from './testing/open-test-database.js';

const ECHO = { name: 'echo', text: 'SELECT $1::uuid AS id, $2::jsonb AS value, $3::text AS text', timeoutMs: 10_000 };

describe('a statement that is called from room that is used again', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let client: PoolClient;
  const room = new BindRoom();
  const echo = (id: string, value: unknown, text: string) =>
    room.call(client, ECHO, [uuidBytes(id), jsonbBytes(value), Buffer.from(text)]);

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    client = await database.pool.connect();
  });
  afterEach(() => client.release(true));

  it('gets its parameters, whatever was sent before: longer, shorter, none', async () => {
    for (const length of [3, 3_000_000, 20_000_000, 0, 5]) {
      const [id, value, text] = [randomUUID(), { length, of: ['ü', null] }, 'é'.repeat(length / 2)];
      const { rows } = await echo(id, value, text);
      expect(rows).toEqual([{ id, value, text }]);
    }
  });

  it('says what the database says, and the connection goes on', async () => {
    const divide = { name: 'divide', text: 'SELECT 1 / length($1::text) AS n', timeoutMs: 10_000 };
    await expect(room.call(client, divide, [Buffer.alloc(0)])).rejects.toMatchObject({ code: '22012' });
    await expect(room.call(client, divide, [Buffer.from('a')])).resolves.toMatchObject({ rows: [{ n: 1 }] });
    await expect(room.call(client, divide, [])).rejects.toMatchObject({ code: '08P01' });
    await expect(client.query('SELECT 1 AS n')).resolves.toMatchObject({ rows: [{ n: 1 }] });
  });

  it('is given up when no answer comes in time', async () => {
    const sleep = { name: 'sleep', text: 'SELECT pg_sleep(length($1::text))', timeoutMs: 50 };
    await expect(room.call(client, sleep, [Buffer.from('aaaaaaaaaa')])).rejects.toThrow('timeout');
  });
});
