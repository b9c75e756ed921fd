import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGateway, WATCHED_UNITS, watchedTurn } from '../bench/stock-audience.js';
import { sellOut, soldRight } from '../bench/stock-scarce.js';
import { addOrders, decisionRecord, openShop } from '../bench/stock-shop.js';
import { besideSnapshot } from '../bench/stock-snapshot.js';
import { commitTurn } from '../bench/stock-turn.js';
import { watchStock } from '../bench/stock-watchers.js';
import type { PlanCommitter } from '../src/store/plan.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { driftedStock } from '../src/store/testing/small-network.js';

describe('bench:stock', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let committer: PlanCommitter;
  beforeAll(async () => {
    db = await openTestDatabase();
    committer = createPlanCommitter(db.pool);
  });
  afterAll(async () => {
    await committer.close();
    expect(await driftedStock(db.pool)).toEqual([]);
    await db.close();
  });

  it.each([
    { rows: 1, lines: 1, accepted: 30 },
    { rows: 1, lines: 3, accepted: 10 },
  ])('sells all that there is and no more: $rows rows, $lines lines', async ({ rows, lines, accepted }) => {
    const scarce = await sellOut({ ...{ pool: db.pool, committer, units: 30, callers: 8 }, rows, lines });
    expect(scarce).toMatchObject({ accepted, refused: accepted, reserved: 30, left: 0, refusedThoughFree: 0 });
    expect(soldRight(scarce)).toBe(true);
  });

  it('notices an order that is refused though what it asked for is free', async () => {
    const stock_moved = { outcome: 'stock_moved', shortages: [] } as const;
    let orders = 0;
    // The last half of the orders would find nothing; here nobody gets anything from the tenth on.
    const sulking: PlanCommitter = {
      ...committer,
      commit: async (plan) => (++orders < 10 ? committer.commit(plan) : stock_moved),
    };
    const scarce = await sellOut({ pool: db.pool, committer: sulking, units: 20, rows: 10, lines: 1, callers: 4 });
    expect(scarce).toMatchObject({ accepted: 9, reserved: 9, left: 11, refused: 31 });
    expect(scarce.refusedThoughFree).toBeGreaterThan(0);
    expect(soldRight(scarce)).toBe(false);
  });

  it('notices what was sold twice', () => {
    const right = {
      units: 30,
      rows: 1,
      lines: 1,
      callers: 8,
      accepted: 30,
      refused: 30,
      reserved: 30,
      left: 0,
      refusedThoughFree: 0,
    };
    expect(soldRight(right)).toBe(true);
    expect(soldRight({ ...right, accepted: 31 })).toBe(false);
    expect(soldRight({ ...right, accepted: 31, reserved: 31 })).toBe(false);
  });

  it('routes orders beside a snapshot that changes every row, until it is applied', async () => {
    const { beside, without, result, toItsEnd } = await besideSnapshot({
      ...{ pool: db.pool, committer, rows: 1_200, callers: 8, seconds: 0.1, secondsMax: 20, perSecondMax: 50 },
    });
    expect(result).toMatchObject({ state: 'applied', rowsReceived: 1_200, rowsChanged: 1_200, rowsUnknown: 0 });
    for (const turn of [beside, ...without]) expect(turn.orders).toBeGreaterThan(0);
    expect(toItsEnd || beside.orders === 1_000).toBe(true);
  });

  it('tells every subscriber the last state', async () => {
    const gateway = await openGateway(db.url);
    try {
      const shop = await openShop(db.pool, 3, WATCHED_UNITS);
      const orders = await addOrders(db.pool, shop, 60, 3);
      const record = decisionRecord(3);
      const watched = await watchedTurn({
        ...{ pool: db.pool, gateway, shop, subscribers: 7, start: watchStock },
        route: () => commitTurn({ committer: gateway.committer, shop, orders, record, callers: 8, seconds: 20 }),
      });
      expect(watched).toMatchObject({ subscribers: 7, behind: 0, turn: { orders: 60 } });
      expect(watched.fewest).toBeGreaterThan(0);
      expect(watched.messages).toBeGreaterThanOrEqual(7 * watched.fewest);
    } finally {
      await gateway.close();
    }
  });
});
