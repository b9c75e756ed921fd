import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../model/log.js';
import type { Pool } from '../store/database.js';
import { logBounds, sequenceEvents } from '../store/event-log.js';
import { ensurePolls } from '../store/polls.js';
import { stockCheckFacts } from '../store/stock-verify-round.js';
import { commitEvent } from '../store/testing/events.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, loadSmallNetwork, stockOf } from '../store/testing/small-network.js';
import { maintain } from './maintenance.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
const now = new Date('2026-03-31T00:00:00Z');
const options = () => ({
  ...{ pool, clock: { now: () => now }, log: silentLog, keepEventsDays: 30 },
  orders: { ensurePolls: () => ensurePolls(pool, now) },
});

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
});
afterAll(() => database?.close());

describe('housekeeping', () => {
  it('prunes events older than they are kept', async () => {
    for (const day of ['2026-02-01', '2026-02-28', '2026-03-02']) {
      await commitEvent(pool, { aggregateId: 'kept', occurredAt: new Date(`${day}T00:00:00Z`) });
    }
    await sequenceEvents(pool);
    await maintain('prune-events', options());
    await maintain('prune-events', options());
    expect(await logBounds(pool)).toEqual({ head: 3n, prunedTo: 2n });
  });

  it('forgets batches of plans after a day', async () => {
    for (const at of ['2026-03-29T23:00:00Z', '2026-03-30T01:00:00Z']) {
      await pool.query('INSERT INTO commit_batch (id, committed_at) VALUES ($1, $2)', [randomUUID(), at]);
    }
    await maintain('prune-batches', options());
    expect((await pool.query('SELECT count(*)::integer AS n FROM commit_batch')).rows).toEqual([{ n: 1 }]);
  });

  it('checks the counters of stock, repairs what drifted, and tells of it', async () => {
    const network = await loadSmallNetwork(pool);
    const productId = await addProduct(pool, [
      [network.nodes.east, 5],
      [network.nodes.west, 5],
    ]);
    expect(await stockCheckFacts(pool)).toBeNull();
    await maintain('verify-stock', options());
    expect(await stockCheckFacts(pool)).toMatchObject({ finishedAt: now.toISOString(), rows: 2, repaired: 0 });

    await pool.query('UPDATE stock SET held = 3 WHERE product_id = $1 AND node_id = $2', [
      productId,
      network.nodes.west.id,
    ]);
    // Not yet: a whole round was made just now.
    await maintain('verify-stock', options());
    const logged: unknown[] = [];
    const log = { ...silentLog, error: (facts: unknown) => void logged.push(facts) };
    const later = { ...options(), log, clock: { now: () => new Date(now.getTime() + 600_000) } };
    await maintain('verify-stock', later);
    expect(logged).toMatchObject([{ productId, nodeCode: 'acme-west', counters: { held: 3 }, repaired: true }]);
    expect(await stockCheckFacts(pool)).toMatchObject({ rows: 2, repaired: 1, unrepaired: 0 });
    expect(await stockOf(pool, network.nodes.west, productId)).toMatchObject({ held: 0, atp: 5 });
  });

  it('gives every new vendor its polls', async () => {
    await maintain('ensure-polls', options());
    await maintain('ensure-polls', options());
    expect((await pool.query('SELECT count(*)::integer AS n FROM vendor_poll')).rows).toEqual([{ n: 4 }]);
  });
});
