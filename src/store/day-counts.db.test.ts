import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.js';
import { pruneDayCounts, readDayCounts, verifyDayCounts } from './day-counts.js';
import type { Plan, PlanCount } from './plan.js';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  tally,
} from './testing/small-network.js';

const DAY = '2026-03-01';
const NOW = new Date(AT);

describe('what rules count of a day', () => {
  let db: Database;
  let network: SmallNetwork;
  beforeAll(async () => {
    db = await openTestDatabase();
    network = await loadSmallNetwork(db.pool);
  });
  afterAll(() => db.close());

  /** A plan for one more order of some units at acme's east node, which count for the rule. */
  async function taking(
    ruleId: string,
    units: number,
    most: number | null,
    per: 'unit' | 'order' = 'unit',
  ): Promise<Plan> {
    const { east } = network.nodes;
    const product = await addProduct(db.pool, [[east, units]]);
    const plan = routePlan(network, await addOrder(db.pool, network, [[product, units]]), east);
    const fulfillmentId = plan.newFulfillments?.[0]?.id ?? '';
    const key = { ruleId, vendorId: east.vendorId, nodeId: east.id, day: DAY };
    const count: PlanCount = { ...key, fulfillmentId, per, units: per === 'unit' ? units : 1, most };
    return { ...plan, counts: [count, { ...count, ruleId: `${ruleId}-share`, nodeId: null, most: null }] };
  }
  const taken = async (ruleId: string) => {
    const counts = await readDayCounts(db.pool, [ruleId, `${ruleId}-share`], [network.nodes.east.id], NOW);
    return Object.fromEntries(counts.map((count) => [count.nodeId === null ? 'vendor' : 'node', count.taken]));
  };

  it('is taken in the plan that takes the stock, never beyond the limit that it was decided under', async () => {
    const plans = [await taking('a', 6, 10), await taking('a', 5, 10), await taking('a', 4, 10)];
    const outcomes = await commitPlans(db.pool, plans);
    const refused = { outcome: 'capacity_moved', nodeId: network.nodes.east.id, day: DAY, ruleId: 'a' };
    expect(outcomes).toEqual([expect.objectContaining({ outcome: 'committed' }), refused, outcomes[2]]);
    expect(outcomes[2]).toMatchObject({ outcome: 'committed' });
    expect(await taken('a')).toEqual({ node: 10, vendor: 10 });
    expect(await commitPlans(db.pool, [await taking('a', 1, 10)])).toEqual([refused]);
    // Decided when the limit was higher, or gave way.
    expect(tally(await commitPlans(db.pool, [await taking('a', 1, 11), await taking('a', 1, null)]))).toEqual({
      committed: 2,
    });
    expect(await taken('a')).toEqual({ node: 12, vendor: 12 });
    expect(await verifyDayCounts(db.pool, { repair: false, at: NOW })).toEqual([]);
  });

  it('is never beyond it however many processes commit at once', async () => {
    const plans = await Promise.all(Array.from({ length: 30 }, () => taking('b', 2, 21)));
    const outcomes = (await Promise.all(plans.map((plan) => commitPlans(db.pool, [plan])))).flat();
    expect(tally(outcomes)).toEqual({ committed: 10, capacity_moved: 20 });
    expect(await taken('b')).toEqual({ node: 20, vendor: 20 });
  });

  it('is given back, also below nothing, by whatever plan', async () => {
    await commitPlans(db.pool, [await taking('c', 3, 10)]);
    const { east } = network.nodes;
    const back = { ruleId: 'c', vendorId: east.vendorId, nodeId: east.id, day: DAY, units: -2 };
    const plan = async () => barePlan(await addOrder(db.pool, network, []), { counts: [back] });
    await commitPlans(db.pool, [await plan()]);
    expect(await taken('c')).toEqual({ node: 1, vendor: 3 });
    await commitPlans(db.pool, [await plan()]);
    expect(await taken('c')).toEqual({ node: 0, vendor: 3 });
  });

  it('is set to what the purchase orders of the day say where it drifted', async () => {
    await verifyDayCounts(db.pool, { repair: true, at: NOW });
    await commitPlans(db.pool, [await taking('d', 3, 10), await taking('d', 2, 10)]);
    await commitPlans(db.pool, [await taking('e', 3, 10, 'order')]);
    await db.pool.query("UPDATE day_count SET taken = 9 WHERE rule_id = 'd' AND node_id > 0");
    await db.pool.query("DELETE FROM day_count WHERE rule_id = 'e' AND node_id > 0");
    const drift = [
      { ruleId: 'd', vendorCode: 'acme', nodeCode: 'acme-east', day: DAY, taken: 9, fulfillments: 5 },
      { ruleId: 'e', vendorCode: 'acme', nodeCode: 'acme-east', day: DAY, taken: 0, fulfillments: 1 },
    ];
    expect(await verifyDayCounts(db.pool, { repair: false, at: NOW })).toEqual(
      drift.map((row) => ({ ...row, repaired: false })),
    );
    expect(await verifyDayCounts(db.pool, { repair: true, at: NOW })).toEqual(
      drift.map((row) => ({ ...row, repaired: true })),
    );
    expect(await verifyDayCounts(db.pool, { repair: false, at: NOW })).toEqual([]);
    expect(await taken('d')).toEqual({ node: 5, vendor: 5 });
  });

  it('is forgotten a month later', async () => {
    const day = 86_400_000;
    expect(await pruneDayCounts(db.pool, new Date(NOW.getTime() + 30 * day))).toBe(0);
    expect(await pruneDayCounts(db.pool, new Date(NOW.getTime() + 31 * day))).toBeGreaterThan(0);
    expect(await taken('d')).toEqual({});
  });
});
