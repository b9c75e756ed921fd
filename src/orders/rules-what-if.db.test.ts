import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../engine/decide.js';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import { compileRuleSet } from '../matrix/rules/compile.js';
import type { Rule } from '../model/rule-set.js';
import type { Database } from '../store/database.js';
import { publishRuleSet } from '../store/rule-sets.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, skuOf } from '../store/testing/small-network.js';
import { regretOf } from './regret.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';
import { whatIf } from './what-if.js';

const LIVE: readonly Rule[] = [
  { id: 'one-parcel', reason: 'less to lose', soft: true, then: { maxShipments: 1 } },
  { id: 'big', reason: 'look at it', when: 'order.units > 12', then: { hold: true } },
];

describe('what a draft of rules would make of the latest orders', () => {
  let db: Database;
  let shop: Workshop;
  const orderIds: string[] = [];
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    const document = { rules: LIVE };
    await publishRuleSet(db.pool, document, { actor: 'test', at: shop.clock.now(), note: null });
    for (const quantity of [3, 9, 15, 25]) {
      const { east, far } = shop.network.nodes;
      const product = await addProduct(db.pool, [
        [east, 10],
        [far, 10],
      ]);
      const result = await shop.submit(await skuOf(db.pool, product), quantity);
      if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
      orderIds.push(result.orderId);
    }
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await db.close();
  });

  function compare(rules: readonly Rule[], last = 100) {
    const compiled = compileRuleSet({ rules });
    if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
    return whatIf(shop.deps, compiled.rules, last);
  }

  it('is nothing, order by order and figure by figure, where it is what is in force', async () => {
    const found = await compare(LIVE);
    expect(found).toMatchObject({ orders: 4, changed: [], passedOver: 0 });
    for (const { live, draft, orders } of found.figures) expect([draft, orders]).toEqual([live, []]);
    const figure = (name: string) => found.figures.find((each) => each.name === name)?.live;
    expect([figure('shipments'), figure('held orders'), figure('units left')]).toEqual([6, 2, 5]);
  });

  it('is told by figures, each with the orders in which it differs', async () => {
    const found = await compare([{ id: 'whole', reason: 'try', when: 'order.units > 12', then: { maxShipments: 1 } }]);
    const [, , third = '', fourth = ''] = orderIds;
    expect(found.changed).toEqual([fourth, third]);
    expect(found.figures.find(({ name }) => name === 'units left')).toEqual({
      ...{ name: 'units left', live: 5, draft: 20, orders: [fourth, third] },
    });
    expect(found.figures.find(({ name }) => name === 'held orders')).toMatchObject({ live: 2, draft: 0 });
    expect((await compare([], 1)).orders).toBe(1);
  });

  it('holds and writes nothing', async () => {
    const counts = async () =>
      (await db.pool.query('SELECT (SELECT count(*) FROM decision) AS d, (SELECT sum(atp) FROM stock) AS s')).rows;
    const before = await counts();
    await compare([]);
    expect(await counts()).toEqual(before);
  });

  it('is asked also without each rule of a set, which tells what that rule costs', async () => {
    expect((await regretOf(shop.deps, 100)).rules).toMatchObject([
      { ruleId: 'one-parcel', currency: 'USD', cost: '0.0000', orders: 2, otherwise: 0, unitsKept: 0 },
    ]);
    const then = { avoid: { perUnit: '0.25', currency: 'USD' } };
    const rules = [
      { id: 'dearer', reason: 'try', when: 'node.code != "" && order.units == 3', then },
      { id: 'none', reason: 'try', when: 'node.code != "" && order.units == 9', then: { exclude: true } },
    ];
    await publishRuleSet(db.pool, { rules }, { actor: 'test', at: shop.clock.now(), note: null });
    const [dearer, none] = (await regretOf(shop.deps, 100)).rules;
    expect(dearer).toMatchObject({ ruleId: 'dearer', cost: '0.7500', orders: 1, otherwise: 0 });
    expect(none).toEqual({ ruleId: 'none', currency: 'USD', cost: '0.0000', orders: 0, otherwise: 1, unitsKept: 9 });
  });

  it('is decided by the engine that decided them: each stored request gives its stored decision again, byte for byte', async () => {
    const { rows } = await db.pool.query<{ request: RoutingRequest; decision: Decision }>(
      'SELECT request, decision FROM decision',
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const { request, decision } of rows) expect(sorted(decide(request))).toBe(sorted(decision));
  });
});

/** JSON with the fields of each object in order: the database keeps none. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
