import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../engine/decide.js';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import { compileRuleSet } from '../matrix/rules/compile.js';
import type { Rule } from '../model/rule-set.js';
import type { Database } from '../store/database.js';
import { pruneRegrets, sumRegrets } from '../store/rule-regrets.js';
import { publishRuleSet } from '../store/rule-sets.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, skuOf } from '../store/testing/small-network.js';
import { readOrderFile } from './order-file.js';
import { regretOf } from './regret.js';
import { regretByNight } from './regret-by-night.js';
import { openWorkshop, READER, type Workshop } from './testing/workshop.js';
import { whatIf } from './what-if.js';

const AT = new Date('2026-03-01T10:00:00Z');
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
    return whatIf(shop.deps, compiled.rules, { last });
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
    expect((await regretOf(shop.deps, { last: 100 })).rules).toMatchObject([
      { ruleId: 'one-parcel', currency: 'USD', cost: '0.0000', orders: 2, otherwise: 0, unitsKept: 0 },
    ]);
    const then = { avoid: { perUnit: '0.25', currency: 'USD' } };
    const rules = [
      { id: 'dearer', reason: 'try', when: 'node.code != "" && order.units == 3', then },
      { id: 'none', reason: 'try', when: 'node.code != "" && order.units == 9', then: { exclude: true } },
    ];
    await publishRuleSet(db.pool, { rules }, { actor: 'test', at: shop.clock.now(), note: null });
    const [dearer, none] = (await regretOf(shop.deps, { last: 100 })).rules;
    expect(dearer).toMatchObject({ ruleId: 'dearer', cost: '0.7500', orders: 1, otherwise: 0 });
    expect(none).toEqual({ ruleId: 'none', currency: 'USD', cost: '0.0000', orders: 0, otherwise: 1, unitsKept: 9 });
  });

  it('is decided by the engine that decided them: each stored request gives its stored decision again, byte for byte', async () => {
    const { rows } = await db.pool.query<{ request: RoutingRequest; decision: Decision; digest: string }>(
      "SELECT request, decision, rate_sources ->> 'decisionDigest' AS digest FROM decision",
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const { request, decision, digest } of rows) {
      const again = JSON.stringify(decide(request));
      expect(createHash('sha256').update(again).digest('hex')).toBe(digest);
      // The database keeps no order of fields.
      expect(JSON.parse(again)).toEqual(decision);
    }
  });

  it('is asked about orders of a file, as they would come in now', async () => {
    const { east, far } = shop.network.nodes;
    const product = await addProduct(db.pool, [
      [east, 10],
      [far, 10],
    ]);
    const sku = await skuOf(db.pool, product);
    const order = (externalId: string, quantity: number, more = {}) => ({
      ...{ accountCode: 'shop', externalId, shipTo: READER, customerTier: 'gold', tags: null, ...more },
      lines: [{ sku, quantity, unitPrice: '50.00' }],
    });
    const lines = [order('A', 4), order('B', 15), order('C', 15, { customerTier: null })];
    const file = await readOrderFile(db.pool, lines.map((line) => `${JSON.stringify(line)}\n`).join('\n'), AT);
    if ('faults' in file) throw new Error(JSON.stringify(file.faults));
    await publishRuleSet(db.pool, { rules: [] }, { actor: 'test', at: shop.clock.now(), note: null });
    const rule: Rule = { id: 'one', reason: 'x', when: 'order.customerTier == "gold"', then: { maxShipments: 1 } };
    const compiled = compileRuleSet({ rules: [rule] });
    if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
    const found = await whatIf(shop.deps, compiled.rules, file);
    expect([found.orders, found.changed, found.passedOver]).toEqual([3, ['B'], 0]);
    expect(found.figures.find(({ name }) => name === 'units left')).toMatchObject({ live: 0, draft: 5 });
  });

  it('refuses a file of orders whole, with line and path of every fault', async () => {
    const good = { accountCode: 'shop', externalId: 'A', shipTo: READER, lines: [] };
    const line = { sku: 'NOWHERE', quantity: 0, unitPrice: '1.00' };
    const file = [
      JSON.stringify({ ...good, lines: [line] }),
      '',
      '{"accountCode": 3',
      JSON.stringify({ ...good, accountCode: 'other' }),
      JSON.stringify({ ...good, lines: [{ ...line, unitPrice: 1 }], colour: 'red' }),
    ];
    expect(await readOrderFile(db.pool, file.join('\n'), AT)).toEqual({
      faults: [
        { place: '1', path: 'lines[0].quantity', message: 'expected a whole number from 1 to 1000000, got 0' },
        { place: '1', path: 'lines[0].sku', message: expect.stringContaining('got "NOWHERE"') },
        { place: '3', path: '', message: 'expected one JSON object on one line' },
        { place: '4', path: 'accountCode', message: 'expected the code of an active account' },
        { place: '5', path: 'lines[0].unitPrice', message: expect.stringContaining('expected string') },
        { place: '5', path: '', message: expect.stringContaining('colour') },
      ],
    });
  });

  it('is asked night by night what each rule cost on the orders of the day before, each order once', async () => {
    const at = shop.clock.now();
    const { rows } = await db.pool.query<{ count: number }>('SELECT count(*)::integer AS count FROM orders');
    const orders = rows[0]?.count ?? 0;
    const then = { avoid: { perUnit: '0.25', currency: 'USD' } };
    const rules = [{ id: 'dearer', reason: 'x', when: 'node.code != "" && order.units == 3', then }];
    await publishRuleSet(db.pool, { rules }, { actor: 'test', at, note: null });
    expect(await regretByNight(shop.deps)).toMatchObject({ outcome: 'nothing' });
    shop.clock.advance(86_400_000);
    await Promise.all([regretByNight(shop.deps), regretByNight(shop.deps)]);
    expect(await regretByNight(shop.deps)).toMatchObject({ outcome: 'nothing' });
    const day = at.toISOString().slice(0, 10);
    const sums = { days: 1, asked: orders, passedOver: 0 };
    expect(await sumRegrets(db.pool, { since: day, until: day })).toEqual({
      ...sums,
      rules: [{ ruleId: 'dearer', currency: 'USD', cost: '0.7500', orders: 1, otherwise: 0, unitsKept: 0 }],
    });
    expect(await sumRegrets(db.pool, { since: shop.clock.now().toISOString().slice(0, 10) })).toMatchObject({
      rules: [],
    });
    expect(await pruneRegrets(db.pool, shop.clock.now())).toBe(2);
    expect(await sumRegrets(db.pool, {})).toMatchObject({ days: 0, rules: [] });
    const few = { ...shop.deps, settings: { ...shop.deps.settings, regretOrdersMax: 2 } };
    await regretByNight(few);
    expect(await sumRegrets(db.pool, {})).toMatchObject({ days: 1, asked: 2, passedOver: orders - 2 });
  });
});
