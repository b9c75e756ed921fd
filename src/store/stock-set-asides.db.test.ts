import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { commitPlans } from './plan-committer.js';
import { availableToAccount, setAside } from './stock-set-asides.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan, type SmallNetwork } from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());

it('leaves an account what was set aside for it, until it has used it', async () => {
  const { east } = network.nodes;
  const product = await addProduct(pool, [[east, 10]]);
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO account (code, name, channel, currency) VALUES ('market', 'Market', 'api', 'USD') RETURNING id",
  );
  const market = rows[0]?.id ?? 0;
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
