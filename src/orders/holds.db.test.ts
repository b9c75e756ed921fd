import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../model/viewer.js';
import { type Database, openDatabase } from '../store/database.js';
import { createPlanCommitter } from '../store/plan-committer.js';
import { applyStockReport } from '../store/stock-reports.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, barePlan, driftedStock, skuOf, stockOf, type TestNode } from '../store/testing/small-network.js';
import type { OrderDeps } from './deps.js';
import { confirmOrder, expireHolds } from './holds.js';
import { cancelOrderNow } from './order-commands.js';
import { routeOrder } from './route.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const MINUTE_MS = 60_000;

let db: Awaited<ReturnType<typeof openTestDatabase>>;
let shop: Workshop;
/** Other processes over the same database, each with connections and a committer of its own. */
let others: { readonly db: Database; readonly deps: OrderDeps }[];

beforeAll(async () => {
  db = await openTestDatabase();
  shop = await openWorkshop(db);
  others = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const own = await openDatabase({ url: db.url, poolMax: 2 });
      return { db: own, deps: { ...shop.deps, pool: own.pool, committer: createPlanCommitter(own.pool) } };
    }),
  );
});
afterAll(async () => {
  expect(await driftedStock(db.pool)).toEqual([]);
  await shop.deps.committer.close();
  for (const { deps, db: own } of others) {
    await deps.committer.close();
    await own.close();
  }
  await db.close();
});

const confirmation = (how: 'automatic' | 'explicit') =>
  db.pool.query('UPDATE account SET confirmation = $1 WHERE id = $2', [how, shop.network.accountId]);

async function product(stock: readonly (readonly [TestNode, number])[]): Promise<{ productId: number; sku: string }> {
  const productId = await addProduct(db.pool, stock);
  return { productId, sku: await skuOf(db.pool, productId) };
}

/** An order that holds its units for a quarter of an hour: somebody still has to say yes. */
async function heldOrder(sku: string, quantity: number): Promise<string> {
  await confirmation('explicit');
  const result = await shop.submit(sku, quantity);
  if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
  return result.orderId;
}

/** How often the order's reservations left `held`, and how. */
async function exits(orderId: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ entry: string }>(
    `SELECT l.entry FROM stock_ledger l JOIN reservation r ON r.id = l.reservation_id
     WHERE r.order_id = $1 AND l.held_delta < 0 ORDER BY l.id`,
    [orderId],
  );
  return rows.map((row) => row.entry);
}

/** Runs all at once, in an order of starting that differs each time. */
async function race(turn: number, runners: readonly (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(runners.map((_, index) => runners[(index + turn) % runners.length]?.()));
}

describe('a hold whose time is up', () => {
  const viewer = systemViewer('test');
  const depsOf = (index: number): OrderDeps => others[index % others.length]?.deps ?? shop.deps;

  it('is confirmed or expires when both are tried at once, never both, and repeating either changes nothing', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 100]]);
    const ids: string[] = [];
    for (let turn = 0; turn < 12; turn++) ids.push(await heldOrder(sku, 3));
    shop.clock.advance(15 * MINUTE_MS);
    const ways: Record<string, number> = {};
    for (const [turn, orderId] of ids.entries()) {
      const tries = [0, 1].flatMap((n) => [
        () => expireHolds(depsOf(n), orderId),
        () => confirmOrder(depsOf(n + 2), viewer, orderId, shop.clock.now()),
      ]);
      await race(turn, tries);
      const [way = '', ...more] = await exits(orderId);
      expect(more).toEqual([]);
      ways[way] = (ways[way] ?? 0) + 1;
      const after = await shop.order(orderId);
      expect(after.reservations.map((held) => held.state)).toEqual([way === 'commit' ? 'committed' : 'expired']);
      expect(after.confirmedAt).not.toBeNull();
      expect(after.lines[0]).toMatchObject(way === 'commit' ? { routed: 3, open: 0 } : { routed: 0, open: 3 });
      await race(turn, tries);
      expect((await shop.order(orderId)).version).toBe(after.version);
    }
    expect(Object.keys(ways).every((way) => way === 'commit' || way === 'expire')).toBe(true);
    const committed = 3 * (ways.commit ?? 0);
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed, atp: 100 - committed });
  });

  it('leaves no unit behind when the customer cancels in the same moment', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 100]]);
    const ids: string[] = [];
    for (let turn = 0; turn < 12; turn++) ids.push(await heldOrder(sku, 2));
    shop.clock.advance(15 * MINUTE_MS);
    for (const [turn, orderId] of ids.entries()) {
      const tries = [
        () => expireHolds(depsOf(0), orderId),
        () => confirmOrder(depsOf(1), viewer, orderId, shop.clock.now()),
        () => cancelOrderNow(depsOf(2), orderId, 'customer'),
        () => cancelOrderNow(depsOf(3), orderId, 'customer'),
      ];
      await race(turn, tries);
      expect(await exits(orderId)).toHaveLength(1);
      const after = await shop.order(orderId);
      expect(after).toMatchObject({ status: 'CANCELED', nextActionAt: null });
      expect(after.lines[0]).toMatchObject({ canceled: 2, open: 0, routed: 0 });
      await race(turn, tries);
      expect((await shop.order(orderId)).version).toBe(after.version);
    }
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 0, atp: 100 });
  });

  it('is moved by one of many plans that want the same reservation, whatever version they were made for', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 50]]);
    for (let turn = 0; turn < 8; turn++) {
      const orderId = await heldOrder(sku, 1);
      const { version, reservations } = await shop.order(orderId);
      const reservationId = reservations[0]?.id ?? '';
      const wanted = (['commit', 'release', 'expire', 'expire'] as const).map(
        (move) => (expectedVersion: number) =>
          barePlan(
            { id: orderId, version: expectedVersion },
            { reservationMoves: [{ reservationId, move, quantity: 1, at: shop.clock.now().toISOString() }] },
          ),
      );
      const first = await Promise.all(
        wanted.map((plan, index) => depsOf(index + turn).committer.commit(plan(version))),
      );
      expect(first.map((each) => each.outcome).sort()).toEqual([
        'committed',
        ...['version_moved', 'version_moved', 'version_moved'],
      ]);
      const winner = first.findIndex((each) => each.outcome === 'committed');
      const now = await shop.order(orderId);
      for (const [index, plan] of wanted.entries()) {
        // What was committed may still be released; nothing else follows.
        if (winner === 0 && index === 1) continue;
        const outcome = await depsOf(index).committer.commit(plan(now.version));
        expect(outcome).toEqual({ outcome: 'state_moved', id: reservationId });
      }
      expect((await shop.order(orderId)).version).toBe(now.version);
      expect(await exits(orderId)).toHaveLength(1);
    }
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0 });
  });
});

describe('the hold of an order that the customer has placed', () => {
  it('is renewed while somebody is still to be asked, whoever finds it first, and never dropped', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 10]]);
    const orderId = await heldOrder(sku, 4);
    await confirmation('automatic');
    for (let times = 1; times <= 3; times++) {
      shop.clock.advance(15 * MINUTE_MS);
      await Promise.all(others.map(({ deps }) => routeOrder(deps, orderId, 'due')));
      const order = await shop.order(orderId);
      expect(order).toMatchObject({ status: 'ROUTED', openItems: [] });
      expect(order.nextActionAt?.getTime()).toBe(shop.clock.now().getTime() + 15 * MINUTE_MS);
      expect((await shop.events(orderId)).filter((type) => type === 'reservation.renewed')).toHaveLength(times);
      expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 4, committed: 0, atp: 6 });
    }
    expect(await confirmOrder(shop.deps, systemViewer('test'), orderId, shop.clock.now())).toBe(true);
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 4, atp: 6 });
  });

  it('ends after a day, and the order is routed again', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 10]]);
    const orderId = await heldOrder(sku, 4);
    await confirmation('automatic');
    shop.clock.advance(24 * 60 * MINUTE_MS);
    await routeOrder(shop.deps, orderId, 'due');
    const order = await shop.order(orderId);
    expect(order.fulfillments.map((each) => each.status)).toEqual(['SUPERSEDED', 'PLANNED']);
    expect(order.lines[0]).toMatchObject({ routed: 4, open: 0 });
    expect(await shop.events(orderId)).toEqual(expect.arrayContaining(['reservation.expired', 'order.rerouting']));
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 4, atp: 6 });
  });

  it('goes to another vendor, or waits, where a report has left less than is promised', async () => {
    const { east, far } = shop.network.nodes;
    const { productId, sku } = await product([[east, 10]]);
    const orderId = await heldOrder(sku, 4);
    await confirmation('automatic');
    const report = (node: TestNode, onHand: number) =>
      applyStockReport(db.pool, {
        vendorId: node.vendorId,
        report: {
          asOf: shop.clock.now().toISOString(),
          complete: false,
          rows: [{ nodeCode: node.code, vendorSku: sku, onHand }],
          faults: [],
        },
        newId: shop.deps.newId,
        now: shop.clock.now(),
      });
    await db.pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [far.id, productId]);
    await db.pool.query(
      "INSERT INTO offer_cost (node_id, product_id, from_quantity, unit_cost) VALUES ($1, $2, 1, '4.5')",
      [far.id, productId],
    );
    shop.clock.advance(15 * MINUTE_MS);
    await report(east, 1);
    await report(far, 2);
    await routeOrder(shop.deps, orderId, 'due');
    const order = await shop.order(orderId);
    expect(order.fulfillments[0]?.status).toBe('SUPERSEDED');
    expect(order.lines[0]).toMatchObject({ routed: 3, backordered: 1, open: 0 });
    expect(await shop.events(orderId)).toEqual(expect.arrayContaining(['reservation.expired', 'order.backordered']));
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 1, atp: 0 });
    expect(await stockOf(db.pool, far, productId)).toMatchObject({ held: 0, committed: 2, atp: 0 });
  });
});

describe('a vendor that stays silent', () => {
  it('is passed over only by a word that was given after that was known', async () => {
    const saidAt = shop.clock.now();
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    await db.pool.query(
      `INSERT INTO open_item (id, order_id, fulfillment_id, kind, reason, evidence, blocks, opened_at)
       VALUES (gen_random_uuid(), $1, $2, 'review', 'LIVE_CHECK_SILENT', '{}', '{dispatch}', $3)`,
      [orderId, fulfillmentId, new Date(saidAt.getTime() + 1)],
    );
    const isOpen = async () => (await shop.order(orderId)).openItems.some(({ resolvedAt }) => resolvedAt === null);
    expect(await confirmOrder(shop.deps, systemViewer('test'), orderId, saidAt)).toBe(false);
    expect(await isOpen()).toBe(true);
    shop.clock.advance(1);
    expect(await confirmOrder(shop.deps, systemViewer('test'), orderId, shop.clock.now())).toBe(true);
    expect(await isOpen()).toBe(false);
  });
});
