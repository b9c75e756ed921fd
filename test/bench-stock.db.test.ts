import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installBaseline, queueOrders, takeOrder } from '../bench/stock-baseline.js';
import { addOrders, decisionRecord, openShop, routingPlan, type Shop, type WaitingOrder } from '../bench/stock-shop.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { driftedStock } from '../src/store/testing/small-network.js';

/** Committed one by one, each in a batch of its own: a batch of many tells of a stock row once, where the baseline tells each time. */
const ORDERS = 5;
/** Only batches have it: what resolves a commit whose result is unknown. The baseline does without. */
const OURS_ALONE = 'commit_batch';

describe('the baseline of bench:stock', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    db = await openTestDatabase();
    await installBaseline(db.pool);
  });
  afterAll(() => db.close());

  /** Rows and bytes of each table, ended versions left out. */
  async function contents(): Promise<Map<string, { rows: number; bytes: number }>> {
    const { rows: tables } = await db.pool.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT LIKE 'bench%'`,
    );
    const found = new Map<string, { rows: number; bytes: number }>();
    for (const { name } of tables) {
      const { rows } = await db.pool.query<{ rows: number; bytes: number }>(
        `SELECT count(*)::integer AS rows, COALESCE(sum(pg_column_size(t.*)), 0)::integer AS bytes FROM "${name}" t`,
      );
      if (rows[0]) found.set(name, rows[0]);
    }
    return found;
  }

  async function added(work: () => Promise<void>) {
    const before = await contents();
    await work();
    const after = await contents();
    return [...after].flatMap(([table, now]) => {
      const was = before.get(table) ?? { rows: 0, bytes: 0 };
      const rows = now.rows - was.rows;
      const bytes = now.bytes - was.bytes;
      return rows === 0 && bytes === 0 ? [] : [{ table, rows, bytes }];
    });
  }

  const versions = async (shop: Shop, orders: readonly WaitingOrder[]) => {
    const { rows } = await db.pool.query(
      `SELECT (SELECT sum(version)::integer FROM orders WHERE id = ANY($1::uuid[])) AS orders,
         (SELECT sum(routed - open)::integer FROM order_line WHERE order_id = ANY($1::uuid[])) AS routed,
         (SELECT sum(version + committed)::integer FROM stock WHERE node_id = $2) AS stock`,
      [orders.map((order) => order.id), shop.nodeId],
    );
    return rows[0];
  };

  it.each([
    [1, 1],
    [1, 3],
    [10, 3],
  ])('writes the rows and bytes that plans write: %i hot rows, %i lines', async (rows, lines) => {
    const record = decisionRecord(lines);
    const [ours, theirs] = [await openShop(db.pool, rows), await openShop(db.pool, rows)];
    const ordersOfOurs = await addOrders(db.pool, ours, ORDERS, lines);
    const ordersOfTheirs = await addOrders(db.pool, theirs, ORDERS, lines);
    await queueOrders(db.pool, theirs, ordersOfTheirs);
    const committer = createPlanCommitter(db.pool);

    const byPlans = await added(async () => {
      for (const order of ordersOfOurs) {
        expect(await committer.commit(routingPlan(ours, order, record))).toEqual({
          outcome: 'committed',
          orderVersion: 3,
        });
      }
    });
    const byBaseline = await added(async () => {
      for (let each = 0; each < ORDERS; each += 1) await takeOrder(db.pool, record);
    });
    await committer.close();

    const counts = (list: typeof byPlans) => Object.fromEntries(list.map((each) => [each.table, each.rows]));
    const { [OURS_ALONE]: batches, ...shared } = counts(byPlans);
    expect(batches).toBe(ORDERS);
    expect(counts(byBaseline)).toEqual(shared);
    expect(shared).toMatchObject({ decision: ORDERS, reservation: ORDERS * lines, stock_ledger: ORDERS * lines });
    for (const { table, bytes } of byBaseline) {
      const same = byPlans.find((each) => each.table === table)?.bytes ?? 0;
      expect(Math.abs(bytes - same), `bytes of ${table}`).toBeLessThanOrEqual(same * 0.02);
    }
    expect(await versions(theirs, ordersOfTheirs)).toEqual(await versions(ours, ordersOfOurs));
    expect(await driftedStock(db.pool)).toEqual([]);
  });
});
