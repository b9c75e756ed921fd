import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../model/log.js';
import type { Pool } from '../store/database.js';
import { logBounds, sequenceEvents } from '../store/event-log.js';
import { commitEvent } from '../store/testing/events.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { loadSmallNetwork } from '../store/testing/small-network.js';
import { maintain } from './maintenance.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
const now = new Date('2026-03-31T00:00:00Z');
const options = () => ({ pool, clock: { now: () => now }, log: silentLog, keepEventsDays: 30 });

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

  it('gives every new vendor its polls', async () => {
    await loadSmallNetwork(pool);
    await maintain('ensure-polls', options());
    await maintain('ensure-polls', options());
    expect((await pool.query('SELECT count(*)::integer AS n FROM vendor_poll')).rows).toEqual([{ n: 4 }]);
  });
});
