import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maintain } from '../jobs/maintenance.js';
import type { Exchange } from '../model/exchange.js';
import { silentLog } from '../model/log.js';
import { createExchangeTrail } from '../store/exchange-trail.js';
import { KEPT_EACH } from '../store/exchanges.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { command } from './exchanges.js';
import { runCommand } from './testing/run-command.js';

const NOW = new Date('2026-03-02T10:00:00.000Z');
const NOTHING = { headers: {}, body: null, isCut: false };
const exchange = (more: Partial<Exchange>): Exchange => ({
  ...{ kind: 'vendor', owner: 'acme', subject: null, method: 'GET', url: 'https://vendor.example/documents' },
  ...{ askedAt: NOW, tookMs: 12, request: NOTHING, response: { status: 200, ...NOTHING }, problem: null },
  ...more,
});

describe('headgate exchanges', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  const keep = async (...exchanges: Exchange[]) => {
    const trail = createExchangeTrail({ pool: database.pool, newId: () => v7(), log: silentLog });
    for (const each of exchanges) trail.keep(() => [each]);
    await trail.close();
    expect(trail.dropped).toBe(0);
  };
  const run = (...words: string[]) => runCommand(command(), database.url, words);
  const listed = async (...words: string[]) => {
    const { said } = await run('list', '--json', ...words);
    return said.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  };
  beforeAll(async () => {
    database = await openTestDatabase();
    const body = '{"documents":[{"poNumber":"PO-1"}]}';
    await keep(
      exchange({ subject: 'PO-1', method: 'POST', response: null, problem: 'ECONNRESET' }),
      exchange({
        subject: 'PO-2',
        response: { status: 422, headers: { 'x-id': '\u001b[2J' }, body: 'no\nsuch', isCut: true },
      }),
      exchange({ response: { status: 200, headers: {}, body, isCut: false } }),
      exchange({ kind: 'channel', owner: 'shop', subject: 'order-9' }),
      exchange({ kind: 'carrier', owner: 'swift' }),
    );
  });
  afterAll(() => database?.close());

  it('lists what went by, by whom and what it was about', async () => {
    const subjects = async (...words: string[]) => (await listed(...words)).map(({ subject }) => subject);
    expect(await listed()).toHaveLength(5);
    expect(await subjects('--vendor', 'acme')).toEqual([null, 'PO-2', 'PO-1']);
    expect(await subjects('--account', 'shop')).toEqual(['order-9']);
    expect(await listed('--carrier', 'swift')).toMatchObject([{ kind: 'carrier', response: { status: 200 } }]);
    expect(await subjects('--po', 'PO-1')).toEqual([null, 'PO-1']);
    expect(await subjects('--failed')).toEqual(['PO-2', 'PO-1']);
    const { said } = await run('list', '--po', 'PO-1');
    expect(said).toContain('no answer, ECONNRESET');
  });

  it('shows one with both sides, and steers no terminal', async () => {
    const [{ id }] = await listed('--po', 'PO-2');
    const { said } = await run('show', id);
    expect(said.split('\n').slice(-6)).toEqual(
      ['422', 'x-id: ?[2J', '', 'no', 'such', '(cut here)'].concat('').slice(-6),
    );
    await expect(run('show', v7())).rejects.toThrow('there is no exchange');
    await expect(run('show', 'x')).rejects.toThrow('headgate exchanges list');
  });

  it('forgets what is old, and of each all but the newest', async () => {
    const old = new Date(NOW.getTime() - 8 * 86_400_000);
    await database.pool.query('DELETE FROM exchange');
    await keep(
      exchange({ subject: 'PO-OLD', askedAt: old }),
      exchange({ subject: 'PO-3' }),
      ...Array.from({ length: 50 }, () => exchange({})),
    );
    await database.pool.query(
      `INSERT INTO exchange SELECT gen_random_uuid(), kind, owner, subject, method, url, asked_at, took_ms, status, problem, request, response
       FROM exchange CROSS JOIN generate_series(1, 5) WHERE subject IS NULL`,
    );
    const clock = { now: () => NOW };
    const orders = { ensurePolls: async () => 0 };
    await maintain('prune-batches', { pool: database.pool, clock, log: silentLog, orders, keepEventsDays: 30 });
    const { rows } = await database.pool.query(
      'SELECT subject, count(*)::integer AS count FROM exchange GROUP BY subject ORDER BY subject NULLS LAST',
    );
    expect(rows).toEqual([
      { subject: 'PO-3', count: 1 },
      { subject: null, count: KEPT_EACH },
    ]);
  });
});
