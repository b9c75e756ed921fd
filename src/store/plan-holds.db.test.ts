import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import type { Hold, NewFulfillment, Plan } from './plan.js';
import { commitPlans, settlePlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
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
let [east, west, far] = [] as unknown as TestNode[] as [TestNode, TestNode, TestNode];
let product: number;
let another: number;
/** What was on hand of each product at each node when a test began. */
const ON_HAND = 50;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  ({ east, west, far } = network.nodes);
  const everywhere = [east, west, far].map((node) => [node, ON_HAND] as const);
  [product, another] = [await addProduct(pool, everywhere), await addProduct(pool, everywhere)];
});
afterAll(async () => {
  expect(await driftedStock(pool)).toEqual([]);
  await database?.close();
});

/** The plan that ships 3 of one product and 2 of the other from the east. */
async function rightful(): Promise<Plan> {
  const order = await addOrder(pool, network, [
    [product, 3],
    [another, 2],
  ]);
  return routePlan(network, order, east);
}
const withHolds = (plan: Plan, change: (hold: Hold, at: number) => Partial<Hold> | null): Plan => ({
  ...plan,
  holds: (plan.holds ?? []).flatMap((hold, at) => {
    const changed = change(hold, at);
    return changed === null ? [] : [{ ...hold, ...changed }];
  }),
});
const withFulfillment = (plan: Plan, changed: Partial<NewFulfillment>): Plan => ({
  ...plan,
  newFulfillments: (plan.newFulfillments ?? []).map((made) => ({ ...made, ...changed })),
});
const unheld = (plan: Plan, ...productIds: readonly number[]): Plan =>
  withHolds(plan, (hold) => (productIds.includes(hold.productId) ? null : {}));
const makeToOrder = (productId: number, made: boolean) =>
  pool.query('UPDATE offer SET stocked = NOT $2 WHERE product_id = $1 AND node_id = $3', [productId, made, east.id]);
const first = (changed: Partial<Hold>) => (plan: Plan) => withHolds(plan, (_, at) => (at === 0 ? changed : {}));

describe('a plan', () => {
  it.each<[what: string, change: (plan: Plan) => Plan]>([
    ['holds at another node than it ships from', (plan) => withHolds(plan, () => ({ nodeId: west.id }))],
    ['holds one line at another node', (plan) => first({ nodeId: west.id })(plan)],
    [
      'ships from a node that is not the vendor of its fulfillment',
      (plan) => withFulfillment(plan, { nodeId: far.id }),
    ],
    [
      'ships from, and holds at, a node of another vendor',
      (plan) => withHolds(withFulfillment(plan, { nodeId: far.id }), () => ({ nodeId: far.id })),
    ],
    ['names a vendor that does not own the node', (plan) => withFulfillment(plan, { vendorId: far.vendorId })],
    ['holds fewer units than it ships', first({ quantity: 2 })],
    ['holds more units than it ships', first({ quantity: 4 })],
    [
      'holds the right sum in the wrong lines',
      (plan) => withHolds(plan, ({ quantity }) => ({ quantity: 5 - quantity })),
    ],
    [
      'holds a line twice',
      (plan) => ({
        ...plan,
        holds: (plan.holds ?? []).flatMap((hold) => [hold, { ...hold, reservationId: randomUUID() }]),
      }),
    ],
    ['holds what no fulfillment ships', (plan) => ({ ...plan, newFulfillments: [] })],
    ['holds another product than its line', (plan) => first({ productId: another })(plan)],
    [
      'holds for a line that its fulfillment does not have',
      (plan) => ({
        ...plan,
        holds: (plan.holds ?? []).flatMap((hold) => [hold, { ...hold, lineNo: 3, reservationId: randomUUID() }]),
      }),
    ],
  ])('is refused, and nothing of it written, where it %s', async (_, change) => {
    const [wrong, neighbour] = [change(await rightful()), await rightful()];
    const before = await Promise.all([east, west, far].map((node) => stockOf(pool, node, product)));
    const settled = await settlePlans(pool, [wrong, neighbour]);
    expect(settled).toMatchObject([
      {
        status: 'rejected',
        reason: {
          code: 'PLAN_INVALID',
          message: expect.stringMatching(/holds other units|a reservation names|a fulfillment names/),
        },
      },
      { status: 'fulfilled', value: { outcome: 'committed' } },
    ]);
    const after = await Promise.all([east, west, far].map((node) => stockOf(pool, node, product)));
    // The neighbour's three units, and no other.
    expect(after.map(({ held }) => held)).toEqual(before.map(({ held }, at) => held + (at === 0 ? 3 : 0)));
    const { rows } = await pool.query(
      `SELECT o.version, (SELECT count(*)::integer FROM fulfillment f WHERE f.order_id = o.id) AS fulfillments,
         (SELECT count(*)::integer FROM reservation r WHERE r.order_id = o.id) AS reservations FROM orders o WHERE o.id = $1`,
      [wrong.orderId],
    );
    expect(rows).toEqual([{ version: 1, fulfillments: 0, reservations: 0 }]);
    await commitPlans(pool, [
      {
        ...{
          orderId: neighbour.orderId,
          expectedVersion: 2,
          actor: neighbour.actor,
          at: neighbour.at,
          order: neighbour.order,
        },
        events: neighbour.events,
        reservationMoves: (neighbour.holds ?? []).map(({ reservationId, quantity }) => ({
          ...{ reservationId, quantity, move: 'release' as const, at: neighbour.at },
        })),
      },
    ]);
  });

  it.each([
    [1, 'committed'],
    [0, 'committed'],
    [-1, 'rejected'],
  ])('renews a hold by what it gives back of it, and no more: %i units less', async (less, outcome) => {
    const plan = await rightful();
    await commitPlans(pool, [plan]);
    const [hold] = plan.holds as [Hold];
    const renewed = {
      ...{ ...plan, expectedVersion: 2, decision: undefined, newFulfillments: [], lines: [] },
      holds: [{ ...hold, reservationId: randomUUID(), quantity: hold.quantity - less }],
      reservationMoves: [{ reservationId: hold.reservationId, move: 'release', quantity: hold.quantity, at: plan.at }],
    } as const satisfies Plan;
    const [settled] = await settlePlans(pool, [renewed]);
    expect(settled?.status === 'fulfilled' ? settled.value.outcome : settled?.status).toBe(outcome);
  });

  it('may hold a line in parts', async () => {
    const plan = await rightful();
    const [whole, ...others] = plan.holds as [Hold, ...Hold[]];
    const parts = [1, 2].map((quantity) => ({ ...whole, quantity, reservationId: randomUUID() }));
    expect(await commitPlans(pool, [{ ...plan, holds: [...parts, ...others] }])).toMatchObject([
      { outcome: 'committed' },
    ]);
  });

  it('holds nothing of what is made to order, or holds it all the same', async () => {
    await makeToOrder(another, true);
    expect(await commitPlans(pool, [unheld(await rightful(), another), await rightful()])).toMatchObject([
      { outcome: 'committed' },
      { outcome: 'committed' },
    ]);
    await makeToOrder(another, false);
  });

  it('comes too late, alone, where what it thought made to order is kept in stock by now', async () => {
    const decided = await Promise.all(Array.from({ length: 40 }, () => rightful()));
    const late = new Map([
      [0, unheld(decided[0] as Plan, another)],
      [20, unheld(decided[20] as Plan, product, another)],
      [39, unheld(decided[39] as Plan, product)],
    ]);
    await pool.query('UPDATE stock SET on_hand = 500 WHERE node_id = $1', [east.id]);
    await makeToOrder(another, true);
    await makeToOrder(another, false);
    const batches = () => pool.query<{ n: number }>('SELECT count(*)::integer AS n FROM commit_batch');
    const before = (await batches()).rows[0]?.n ?? 0;
    const { atp: free } = await stockOf(pool, east, product);
    const { atp: others } = await stockOf(pool, east, another);
    const outcomes = await commitPlans(
      pool,
      decided.map((plan, index) => late.get(index) ?? plan),
    );
    expect(tally(outcomes)).toEqual({ committed: 37, stock_moved: 3 });
    const one = { nodeId: east.id, productId: product, requested: 3, available: free };
    const two = { nodeId: east.id, productId: another, requested: 2, available: others };
    expect([...late.keys()].map((index) => outcomes[index])).toEqual([
      { outcome: 'stock_moved', shortages: [two] },
      { outcome: 'stock_moved', shortages: [one, two] },
      { outcome: 'stock_moved', shortages: [one] },
    ]);
    // In one batch, which was not taken apart.
    expect((await batches()).rows[0]?.n).toBe(before + 1);
    expect(await stockOf(pool, east, product)).toMatchObject({ atp: free - 37 * 3 });
  });

  it('commits where what it holds is made to order by now', async () => {
    const plan = await rightful();
    await makeToOrder(another, true);
    expect(await commitPlans(pool, [plan])).toMatchObject([{ outcome: 'committed' }]);
    await makeToOrder(another, false);
  });
});
