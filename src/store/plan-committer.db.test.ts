import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import type { Plan, ReservationMove } from './plan.js';
import { commitPlans, createPlanCommitter, pruneCommitBatches, settlePlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  stockOf,
  type TestNode,
  tally,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;
let west: TestNode;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  ({ east, west } = network.nodes);
});
afterAll(async () => {
  expect(await driftedStock(pool)).toEqual([]);
  await database?.close();
});

/** Plans of new orders, each for `quantity` of each product, from the east. */
async function plansFor(
  count: number,
  products: (index: number) => readonly (readonly [number, number])[],
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (let index = 0; index < count; index++) {
    plans.push(routePlan(network, await addOrder(pool, network, products(index)), east));
  }
  return plans;
}

const move = (plan: Plan, what: ReservationMove['move'], quantity: number, index = 0): ReservationMove => ({
  reservationId: plan.holds?.[index]?.reservationId ?? 'no such hold',
  ...{ move: what, quantity, at: AT },
});
const later = (plan: Plan, version: number, more: Partial<Plan> = {}) => barePlan({ id: plan.orderId, version }, more);

describe('scarce stock', () => {
  it('sells exactly what is there to 200 orders at once over several committers', async () => {
    const scarce = await addProduct(pool, [[east, 70]]);
    const plans = await plansFor(200, () => [[scarce, 1]]);
    // Four processes, as it were: their batches meet at the same stock row.
    const committers = [1, 2, 3, 4].map(() => createPlanCommitter(pool, { batchMax: 20 }));
    const outcomes = await Promise.all(plans.map((plan, index) => committers[index % 4]?.commit(plan)));
    await Promise.all(committers.map((committer) => committer.close()));
    expect(tally(outcomes.filter((outcome) => outcome !== undefined))).toEqual({ committed: 70, stock_moved: 130 });
    expect(await stockOf(pool, east, scarce)).toMatchObject({ atp: 0, held: 70 });
  });

  it('sells exactly what is there when orders name two SKUs in opposite order, without a deadlock', async () => {
    const left = await addProduct(pool, [[east, 50]]);
    const right = await addProduct(pool, [[east, 30]]);
    const plans = await plansFor(200, (index) =>
      index % 2 === 0
        ? [
            [left, 1],
            [right, 1],
          ]
        : [
            [right, 1],
            [left, 1],
          ],
    );
    const before = await deadlocks();
    const committers = [1, 2, 3, 4].map(() => createPlanCommitter(pool, { batchMax: 7 }));
    const outcomes = await Promise.all(plans.map((plan, index) => committers[index % 4]?.commit(plan)));
    await Promise.all(committers.map((committer) => committer.close()));
    expect(tally(outcomes.filter((outcome) => outcome !== undefined))).toEqual({ committed: 30, stock_moved: 170 });
    expect(await stockOf(pool, east, left)).toMatchObject({ held: 30, atp: 20 });
    expect(await stockOf(pool, east, right)).toMatchObject({ held: 30, atp: 0 });
    expect(await deadlocks()).toBe(before);
  });

  it('keeps an order of many units from blocking smaller ones behind it', async () => {
    const product = await addProduct(pool, [[east, 5]]);
    const plans = [...(await plansFor(1, () => [[product, 6]])), ...(await plansFor(5, () => [[product, 1]]))];
    const outcomes = await commitPlans(pool, plans);
    expect(outcomes[0]).toEqual({
      outcome: 'stock_moved',
      shortages: [{ nodeId: east.id, productId: product, requested: 6, available: 5 }],
    });
    expect(tally(outcomes)).toEqual({ stock_moved: 1, committed: 5 });
  });

  it('does not refuse an order for the sake of a rival that fails elsewhere', async () => {
    const shared = await addProduct(pool, [[east, 1]]);
    const soldOut = await addProduct(pool, [[east, 0]]);
    const rival = (await plansFor(1, () => [
      [shared, 1],
      [soldOut, 1],
    ])) as [Plan];
    const feasible = await plansFor(2, () => [[shared, 1]]);
    const outcomes = await commitPlans(pool, [...rival, ...feasible]);
    expect(outcomes.map((each) => each.outcome)).toEqual(['stock_moved', 'committed', 'stock_moved']);
  });

  it('names everything that was short, with what there was', async () => {
    const one = await addProduct(pool, [[east, 1]]);
    const none = await addProduct(pool);
    const [plan] = await plansFor(1, () => [
      [one, 2],
      [none, 3],
    ]);
    const [outcome] = await commitPlans(pool, plan ? [plan] : []);
    expect(outcome).toEqual({
      outcome: 'stock_moved',
      shortages: [
        { nodeId: east.id, productId: one, requested: 2, available: 1 },
        { nodeId: east.id, productId: none, requested: 3, available: 0 },
      ],
    });
  });

  it('leaves nothing behind of a refused plan', async () => {
    const product = await addProduct(pool, [[east, 0]]);
    const [plan] = (await plansFor(1, () => [[product, 1]])) as [Plan];
    await commitPlans(pool, [plan]);
    const { rows } = await pool.query(
      `SELECT o.version, o.status, l.open, (SELECT count(*)::int FROM decision d WHERE d.order_id = o.id) AS decisions,
         (SELECT count(*)::int FROM fulfillment f WHERE f.order_id = o.id) AS fulfillments,
         (SELECT count(*)::int FROM reservation r WHERE r.order_id = o.id) AS reservations,
         (SELECT count(*)::int FROM event e WHERE e.aggregate_id = o.id::text) AS events
       FROM orders o JOIN order_line l ON l.order_id = o.id WHERE o.id = $1`,
      [plan.orderId],
    );
    expect(rows).toEqual([
      { version: 1, status: 'RECEIVED', open: 1, decisions: 0, fulfillments: 0, reservations: 0, events: 0 },
    ]);
  });
});

describe('a plan that releases and holds', () => {
  it('may hold what it gives back itself', async () => {
    const product = await addProduct(pool, [[east, 3]]);
    const order = await addOrder(pool, network, [[product, 3]]);
    const first = routePlan(network, order, east);
    await commitPlans(pool, [first]);
    const again = routePlan(network, { ...order, version: 2 }, east, { reservationMoves: [move(first, 'release', 3)] });
    expect(await commitPlans(pool, [again])).toEqual([{ outcome: 'committed', orderVersion: 3 }]);
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 3, atp: 0 });
  });

  it('gives what it released to the orders behind it', async () => {
    const product = await addProduct(pool, [
      [east, 2],
      [west, 2],
    ]);
    const order = await addOrder(pool, network, [[product, 2]]);
    const first = routePlan(network, order, east);
    await commitPlans(pool, [first]);
    const moves = routePlan(network, { ...order, version: 2 }, west, { reservationMoves: [move(first, 'release', 2)] });
    const next = routePlan(network, await addOrder(pool, network, [[product, 2]]), east);
    expect(tally(await commitPlans(pool, [moves, next]))).toEqual({ committed: 2 });
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 2, atp: 0 });
    expect(await stockOf(pool, west, product)).toMatchObject({ held: 2, atp: 0 });
  });

  it('may not hold what a feed has meanwhile taken away, though it gives as many back', async () => {
    const product = await addProduct(pool, [[east, 3]]);
    const order = await addOrder(pool, network, [[product, 3]]);
    const first = routePlan(network, order, east);
    await commitPlans(pool, [first]);
    await pool.query('UPDATE stock SET on_hand = 1 WHERE product_id = $1', [product]);
    const again = routePlan(network, { ...order, version: 2 }, east, { reservationMoves: [move(first, 'release', 3)] });
    expect(await commitPlans(pool, [again])).toEqual([
      { outcome: 'stock_moved', shortages: [{ nodeId: east.id, productId: product, requested: 3, available: 1 }] },
    ]);
  });
});

describe('a plan whose order moved', () => {
  it('is refused alone, with the version that the order has now', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    const [stale, fresh] = (await plansFor(2, () => [[product, 1]])) as [Plan, Plan];
    expect(await commitPlans(pool, [{ ...stale, expectedVersion: 4 }, fresh])).toEqual([
      { outcome: 'version_moved', orderVersion: 1 },
      { outcome: 'committed', orderVersion: 2 },
    ]);
  });

  it('wins once, however many processes change the same order at once', async () => {
    const orders = await Promise.all(Array.from({ length: 30 }, () => addOrder(pool, network, [])));
    const committers = [1, 2, 3, 4].map(() => createPlanCommitter(pool, { batchMax: 5 }));
    const outcomes = await Promise.all(
      committers.flatMap((committer, index) =>
        // Each process comes to them in another order.
        (index % 2 === 0 ? orders : [...orders].reverse()).map((order) => committer.commit(barePlan(order))),
      ),
    );
    await Promise.all(committers.map((committer) => committer.close()));
    expect(tally(outcomes)).toEqual({ committed: 30, version_moved: 90 });
  });

  it('is refused when the order does not exist', async () => {
    const plan = barePlan({ id: randomUUID(), version: 1 });
    expect(await commitPlans(pool, [plan])).toEqual([{ outcome: 'version_moved', orderVersion: null }]);
  });

  it('loses to the first plan of the same order in the batch that can be committed', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const order = await addOrder(pool, network, [[product, 1]]);
    const tooMuch = routePlan(network, { ...order, lines: [{ lineNo: 1, productId: product, quantity: 2 }] }, east);
    const outcomes = await commitPlans(pool, [
      tooMuch,
      routePlan(network, order, east),
      routePlan(network, order, east),
    ]);
    expect(outcomes.map((each) => each.outcome)).toEqual(['stock_moved', 'committed', 'version_moved']);
    expect(outcomes[2]).toEqual({ outcome: 'version_moved', orderVersion: 2 });
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 1 });
  });

  it('is refused when a reservation is no longer in the state that its move needs', async () => {
    const product = await addProduct(pool, [[east, 5]]);
    const [plan] = (await plansFor(1, () => [[product, 2]])) as [Plan];
    await commitPlans(pool, [plan]);
    await commitPlans(pool, [later(plan, 2, { reservationMoves: [move(plan, 'release', 2)] })]);
    for (const what of ['release', 'commit', 'expire', 'subtracted'] as const) {
      const [outcome] = await commitPlans(pool, [later(plan, 3, { reservationMoves: [move(plan, what, 2)] })]);
      expect(outcome).toEqual({ outcome: 'state_moved', id: plan.holds?.[0]?.reservationId });
    }
  });

  it('may not touch the reservation of another order', async () => {
    const product = await addProduct(pool, [[east, 5]]);
    const [mine, other] = (await plansFor(2, () => [[product, 2]])) as [Plan, Plan];
    await commitPlans(pool, [mine, other]);
    const [outcome] = await commitPlans(pool, [later(mine, 2, { reservationMoves: [move(other, 'release', 2)] })]);
    expect(outcome).toMatchObject({ outcome: 'state_moved' });
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 4 });
  });
});

describe('a reservation', () => {
  it('goes from held to committed, and back to stock when it is released', async () => {
    const product = await addProduct(pool, [[east, 9]]);
    const [plan] = (await plansFor(1, () => [[product, 4]])) as [Plan];
    await commitPlans(pool, [plan]);
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 4, committed: 0, atp: 5 });
    await commitPlans(pool, [later(plan, 2, { reservationMoves: [move(plan, 'commit', 4)] })]);
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 0, committed: 4, atp: 5 });
    await commitPlans(pool, [later(plan, 3, { reservationMoves: [move(plan, 'release', 4)] })]);
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 0, committed: 0, atp: 9, version: 4 });
  });

  it('is split when a part of it moves, and the rest stays as it was', async () => {
    const product = await addProduct(pool, [[east, 9]]);
    const [plan] = (await plansFor(1, () => [[product, 5]])) as [Plan];
    await commitPlans(pool, [
      { ...plan, holds: plan.holds?.map((hold) => ({ ...hold, state: 'committed', expiresAt: null })) ?? [] },
    ]);
    await commitPlans(pool, [later(plan, 2, { reservationMoves: [move(plan, 'subtracted', 3)] })]);
    await commitPlans(pool, [later(plan, 3, { reservationMoves: [move(plan, 'release', 1)] })]);
    const { rows } = await pool.query(
      'SELECT quantity, state, subtracted_at IS NOT NULL AS subtracted FROM reservation WHERE order_id = $1 ORDER BY quantity, state DESC, subtracted',
      [plan.orderId],
    );
    expect(rows).toEqual([
      { quantity: 1, state: 'released', subtracted: true },
      { quantity: 2, state: 'committed', subtracted: false },
      { quantity: 2, state: 'committed', subtracted: true },
    ]);
    expect(await stockOf(pool, east, product)).toMatchObject({ committed: 4, atp: 5 });
  });

  it('that is subtracted twice counts from the later moment, so that its units are not freed too early', async () => {
    const product = await addProduct(pool, [[east, 9]]);
    const [plan] = (await plansFor(1, () => [[product, 2]])) as [Plan];
    await commitPlans(pool, [plan]);
    const times = ['2026-03-01T10:00:00Z', '2026-03-01T12:00:00Z', '2026-03-01T11:00:00Z'];
    for (const [index, at] of times.entries()) {
      await commitPlans(pool, [later(plan, 2 + index, { reservationMoves: [{ ...move(plan, 'subtracted', 2), at }] })]);
    }
    const { rows } = await pool.query('SELECT subtracted_at FROM reservation WHERE order_id = $1', [plan.orderId]);
    expect(rows).toEqual([{ subtracted_at: new Date('2026-03-01T12:00:00Z') }]);
  });

  it('keeps the ATP that it was taken against, counted on within the batch', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    const plans = await plansFor(3, () => [[product, 3]]);
    await commitPlans(pool, plans);
    const { rows } = await pool.query(
      'SELECT atp_before FROM reservation WHERE product_id = $1 ORDER BY atp_before DESC',
      [product],
    );
    expect(rows.map((row) => row.atp_before)).toEqual([10, 7, 4]);
  });

  it('says once per batch what its stock row has become', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    await commitPlans(pool, await plansFor(3, () => [[product, 2]]));
    const { rows } = await pool.query(
      `SELECT e.type, e.aggregate_version AS version, e.vendor_id AS "vendorId", e.payload - 'sku' AS payload FROM event e
       WHERE aggregate_type = 'stock' AND aggregate_id = $1`,
      [`${east.id}:${product}`],
    );
    const payload = { nodeId: east.id, productId: product, atp: 4, onHand: 10, held: 6, committed: 0 };
    expect(rows).toEqual([{ type: 'stock.changed', version: 2, vendorId: east.vendorId, payload }]);
  });
});

describe('a mistake in a plan', () => {
  const kinds: [string, (plan: Plan) => Plan, RegExp][] = [
    ['whose lines do not add up', (plan) => ({ ...plan, lines: [{ ...line(plan), routed: 9 }] }), /order_line_adds_up/],
    [
      'that names no such line',
      (plan) => ({ ...plan, lines: [{ ...line(plan), lineNo: 77 }] }),
      /order line that does not exist/,
    ],
    ['without an event', (plan) => ({ ...plan, events: [] }), /at least one event/],
    ['that holds half a unit', (plan) => ({ ...plan, holds: [{ ...hold(plan), quantity: 0.5 }] }), /whole units/],
    [
      'with a status unknown to the database',
      (plan) => ({ ...plan, order: { ...plan.order, status: 'LOST' as never } }),
      /orders_status_check/,
    ],
    ['with text that no database takes', (plan) => ({ ...plan, actor: 'a\u0000b' }), /0x00|\\u0000|Unicode/],
  ];
  const line = (plan: Plan) => plan.lines?.[0] as NonNullable<Plan['lines']>[number];
  const hold = (plan: Plan) => plan.holds?.[0] as NonNullable<Plan['holds']>[number];

  it.each(kinds)('%s is refused alone; its neighbours are committed', async (_kind, spoil, why) => {
    const product = await addProduct(pool, [[east, 10]]);
    const plans = await plansFor(5, () => [[product, 1]]);
    const spoilt = plans.map((plan, index) => (index === 2 ? spoil(plan) : plan));
    const settled = await settlePlans(pool, spoilt);
    expect(settled.map((each) => each.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    const reason: unknown = settled[2]?.status === 'rejected' ? settled[2].reason : undefined;
    expect(reason).toMatchObject({ code: 'PLAN_INVALID', message: expect.stringMatching(why) });
    expect(await stockOf(pool, east, product)).toMatchObject({ held: 4 });
  });
});

describe('the committer', () => {
  it('gathers the plans that arrive while a batch is under way, and tells after each batch', async () => {
    const product = await addProduct(pool, [[east, 1000]]);
    const plans = await plansFor(60, () => [[product, 1]]);
    const { rows: before } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM commit_batch');
    let told = 0;
    const committer = createPlanCommitter(pool, { batchMax: 50, onCommitted: () => told++ });
    await Promise.all(plans.map((plan) => committer.commit(plan)));
    await committer.close();
    const { rows: afterwards } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM commit_batch');
    expect((afterwards[0]?.n ?? 0) - (before[0]?.n ?? 0)).toBe(2);
    expect(told).toBe(2);
    await expect(committer.commit(barePlan({ id: randomUUID(), version: 1 }))).rejects.toMatchObject({
      code: 'COMMITTER_CLOSED',
    });
  });

  it('forgets old batches', async () => {
    expect(await pruneCommitBatches(pool, new Date('2000-01-01'))).toBe(0);
    expect(await pruneCommitBatches(pool, new Date(Date.now() + 1000))).toBeGreaterThan(0);
  });
});

async function deadlocks(): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0]?.n ?? 0;
}
