import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import type { Plan } from './plan.js';
import { commitPlans } from './plan-committer.js';
import { availableToAccount, setAside } from './stock-set-asides.js';
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
  tally,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let market: number;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO account (code, name, channel, currency) VALUES ('market', 'Market', 'api', 'USD') RETURNING id",
  );
  market = rows[0]?.id ?? 0;
});
afterAll(() => database?.close());

it('leaves an account what was set aside for it, until it has used it', async () => {
  const { east } = network.nodes;
  const product = await addProduct(pool, [[east, 10]]);
  const seenBy = async (account: number) => (await availableToAccount(pool, account, [product]))[0]?.available;
  await setAside(pool, { accountId: network.accountId, nodeId: east.id, productId: product, units: 6 });
  expect([await seenBy(network.accountId), await seenBy(market)]).toEqual([10, 4]);
  await commitPlans(pool, [routePlan(network, await addOrder(pool, network, [[product, 4]]), east)]);
  // Two of the six are left to the shop; six are left of all.
  expect([await seenBy(network.accountId), await seenBy(market)]).toEqual([6, 4]);
  await commitPlans(pool, [routePlan(network, await addOrder(pool, network, [[product, 4]]), east)]);
  expect([await seenBy(network.accountId), await seenBy(market)]).toEqual([2, 2]);
  await setAside(pool, { accountId: network.accountId, nodeId: east.id, productId: product, units: 50 });
  expect([await seenBy(network.accountId), await seenBy(market)]).toEqual([2, 0]);
  await setAside(pool, { accountId: network.accountId, nodeId: east.id, productId: product, units: 0 });
  expect(await seenBy(market)).toBe(2);
});

/** A plan that takes some units at acme's east node for the shop or the market. */
async function taking(product: number, quantity: number, accountId: number): Promise<Plan> {
  const { east } = network.nodes;
  const order = await addOrder(pool, { ...network, accountId }, [[product, quantity]]);
  return routePlan(network, order, east);
}

it('leaves it to the account in one batch, whatever its order, and counts what that takes and gives back', async () => {
  const { east } = network.nodes;
  const product = await addProduct(pool, [[east, 10]]);
  await setAside(pool, { accountId: network.accountId, nodeId: east.id, productId: product, units: 6 });
  const own = await taking(product, 5, network.accountId);
  const outcomes = await commitPlans(pool, [
    await taking(product, 5, market),
    await taking(product, 3, market),
    own,
    await taking(product, 2, market),
    await taking(product, 1, market),
  ]);
  const short = (requested: number, available: number) => ({
    outcome: 'stock_moved',
    shortages: [{ nodeId: east.id, productId: product, requested, available }],
  });
  expect(outcomes.map((each) => (each.outcome === 'committed' ? 'committed' : each))).toEqual([
    ...[short(5, 4), 'committed', 'committed', short(2, 1), 'committed'],
  ]);
  // The shop's own order is moved: what it gives back is set aside for it again.
  const [hold] = own.holds ?? [];
  const back = barePlan(
    { id: own.orderId, version: 2 },
    { reservationMoves: [{ reservationId: hold?.reservationId ?? '', move: 'release', quantity: 5, at: AT }] },
  );
  expect(tally(await commitPlans(pool, [back, await taking(product, 1, market)]))).toEqual({
    ...{ committed: 1, stock_moved: 1 },
  });
  expect(tally(await commitPlans(pool, [await taking(product, 6, network.accountId)]))).toEqual({ committed: 1 });
  expect(await driftedStock(pool)).toEqual([]);
});

it('leaves it to the account however many commit at once', async () => {
  const { east } = network.nodes;
  const product = await addProduct(pool, [[east, 20]]);
  await setAside(pool, { accountId: network.accountId, nodeId: east.id, productId: product, units: 8 });
  const plans = await Promise.all(Array.from({ length: 20 }, () => taking(product, 1, market)));
  const outcomes = (await Promise.all(plans.map((plan) => commitPlans(pool, [plan])))).flat();
  expect(tally(outcomes)).toEqual({ committed: 12, stock_moved: 8 });
  expect(tally(await commitPlans(pool, [await taking(product, 8, network.accountId)]))).toEqual({ committed: 1 });
});

it('lets units that are promised already be taken anew, though they are set aside for another since then', async () => {
  const { east } = network.nodes;
  const product = await addProduct(pool, [[east, 4]]);
  const plan = await taking(product, 4, market);
  await commitPlans(pool, [plan]);
  await setAside(pool, { accountId: network.accountId, nodeId: east.id, productId: product, units: 4 });
  const [hold] = plan.holds ?? [];
  if (!hold) throw new Error('expected a hold');
  const renewed = barePlan(
    { id: plan.orderId, version: 2 },
    {
      reservationMoves: [{ reservationId: hold.reservationId, move: 'release', quantity: 4, at: AT }],
      holds: [{ ...hold, reservationId: randomUUID() }],
    },
  );
  expect(tally(await commitPlans(pool, [renewed]))).toEqual({ committed: 1 });
});
