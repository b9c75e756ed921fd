import { createHash, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../model/rule-set.js';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { verifyDayCounts } from '../store/day-counts.js';
import { createPlanCommitter } from '../store/plan-committer.js';
import { publishRuleSet } from '../store/rule-sets.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf } from '../store/testing/small-network.js';
import { cancelOrder } from './order-commands.js';
import { quote } from './quote.js';
import { regretOf } from './regret.js';
import { rerouteOrder, routeOrder } from './route.js';
import { submitOrder } from './submit.js';
import { openWorkshop, READER, type Workshop } from './testing/workshop.js';
import { whatIf } from './what-if.js';

describe('orders under limits a day', () => {
  let db: Database;
  let shop: Workshop;
  let rules = 0;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
  });
  afterEach(async () => {
    expect(await verifyDayCounts(db.pool, { repair: false, at: shop.clock.now() })).toEqual([]);
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });

  /** Publishes one rule, under an id of its own so that it counts from nothing. */
  async function publish(then: Rule['then'], more: Partial<Rule> = {}): Promise<string> {
    rules += 1;
    const rule = { id: `limit-${rules}`, reason: 'no more than it can do', then, ...more };
    await publishRuleSet(db.pool, { rules: [rule] }, { actor: 'test', at: shop.clock.now(), note: null });
    return rule.id;
  }
  /** A product that acme's east node has for less, and zenith's too: so many each. */
  async function goods(each = 100, elsewhere = each): Promise<string> {
    const { east, far } = shop.network.nodes;
    const product = await addProduct(db.pool, [
      [east, each],
      [far, elsewhere],
    ]);
    await db.pool.query('UPDATE offer_cost SET unit_cost = 20 WHERE product_id = $1 AND node_id = $2', [
      product,
      far.id,
    ]);
    return skuOf(db.pool, product);
  }
  async function order(sku: string, quantity: number): Promise<string> {
    const result = await shop.submit(sku, quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return result.orderId;
  }
  /** Units of an order by node, of what is planned. */
  async function places(orderId: string): Promise<Record<string, number>> {
    const { fulfillments } = await shop.order(orderId);
    const planned = fulfillments.filter(({ status }) => status === 'PLANNED');
    return Object.fromEntries(
      planned.map(({ nodeCode, lines }) => [nodeCode, lines.reduce((sum, { quantity }) => sum + quantity, 0)]),
    );
  }
  async function taken(ruleId: string): Promise<number> {
    const { rows } = await db.pool.query<{ taken: number }>('SELECT taken FROM day_count WHERE rule_id = $1', [ruleId]);
    return rows[0]?.taken ?? 0;
  }
  const inEast = { when: 'node.code == "acme-east"' };
  const word = (orderId: string) => ({ orderId, idempotencyKey: randomUUID(), fingerprint: new Uint8Array(32) });

  it('go to a node while it has room, in part elsewhere at its end, and all elsewhere after that', async () => {
    const ruleId = await publish({ nodeLimit: { unitsPerDay: 10 } }, inEast);
    const sku = await goods();
    expect(await places(await order(sku, 7))).toEqual({ 'acme-east': 7 });
    expect(await places(await order(sku, 5))).toEqual({ 'acme-east': 3, 'zenith-far': 2 });
    const last = await order(sku, 4);
    expect(await places(last)).toEqual({ 'zenith-far': 4 });
    expect(await taken(ruleId)).toBe(10);
    const { rows } = await db.pool.query(
      "SELECT rate_sources #> '{rules,effective}' AS effective, decision -> 'candidates' AS candidates FROM decision WHERE order_id = $1",
      [last],
    );
    expect(rows[0]).toMatchObject({
      effective: [ruleId],
      candidates: expect.arrayContaining([expect.objectContaining({ nodeId: 'acme-east', code: 'NO_CAPACITY' })]),
    });
  });

  it('never exceed it together, whichever gateway takes them in', async () => {
    const ruleId = await publish({ nodeLimit: { unitsPerDay: 21 } }, inEast);
    const sku = await goods();
    const other = createPlanCommitter(db.pool);
    const gateways = [shop.deps, { ...shop.deps, committer: other }];
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, n) => {
        const id = randomUUID();
        return submitOrder(gateways[n % 2] ?? shop.deps, systemViewer('test'), {
          ...{ accountCode: 'shop', idempotencyKey: id, fingerprint: createHash('sha256').update(id).digest() },
          order: {
            ...{ externalId: id, currency: 'USD', placedAt: shop.clock.now().toISOString(), shipTo: READER },
            lines: [{ externalLineId: '1', sku, quantity: 2, unitPrice: 500_000, requiresShipping: true }],
            whenShort: 'BACKORDER',
          },
        });
      }),
    );
    await other.close();
    const ids = results.flatMap((result) => (result.kind === 'accepted' ? [result.orderId] : []));
    expect(ids).toHaveLength(16);
    for (const id of ids) await routeOrder(shop.deps, id, 'test');
    const all = await Promise.all(ids.map(places));
    const east = all.reduce((sum, each) => sum + (each['acme-east'] ?? 0), 0);
    expect(east).toBeLessThanOrEqual(21);
    expect(await taken(ruleId)).toBe(east);
    expect(all.reduce((sum, each) => sum + (each['acme-east'] ?? 0) + (each['zenith-far'] ?? 0), 0)).toBe(32);
  });

  it('give back what they counted when they are canceled or move, once by the order', async () => {
    const ruleId = await publish({ nodeLimit: { ordersPerDay: 1 } }, inEast);
    const sku = await goods();
    const first = await order(sku, 3);
    expect(await places(await order(sku, 3))).toEqual({ 'zenith-far': 3 });
    await rerouteOrder(shop.deps, first, 'test', (draft) => {
      for (const fulfillment of draft.fulfillments) {
        fulfillment.giveBackAll('canceled', 'open');
        fulfillment.to('SUPERSEDED');
      }
    });
    // What it gives back itself has room for it.
    expect([await places(first), await taken(ruleId)]).toEqual([{ 'acme-east': 3 }, 1]);
    await cancelOrder(shop.deps, systemViewer('test'), word(first));
    expect(await taken(ruleId)).toBe(0);
    expect(await places(await order(sku, 3))).toEqual({ 'acme-east': 3 });
  });

  it('have room again on the next day of the node', async () => {
    await publish({ nodeLimit: { unitsPerDay: 4 } }, inEast);
    const sku = await goods();
    await order(sku, 4);
    expect(await places(await order(sku, 2))).toEqual({ 'zenith-far': 2 });
    shop.clock.advance(24 * 3_600_000);
    expect(await places(await order(sku, 2))).toEqual({ 'acme-east': 2 });
  });

  it('wait for it where nobody else can, or exceed it where it is soft, and count on', async () => {
    for (const soft of [false, true]) {
      const ruleId = await publish({ nodeLimit: { unitsPerDay: 4 } }, { ...inEast, soft });
      const sku = await goods(50, 0);
      expect(await places(await order(sku, 4))).toEqual({ 'acme-east': 4 });
      const late = await order(sku, 3);
      expect(await places(late)).toEqual(soft ? { 'acme-east': 3 } : {});
      expect(await taken(ruleId)).toBe(soft ? 7 : 4);
      expect((await shop.order(late)).openItems).toEqual([]);
    }
  });

  it('go to a vendor as far as its share of the day, its minimum before there is one', async () => {
    await publish({ vendorShare: { vendor: 'acme', percent: '50', minimumUnits: 4 } });
    const sku = await goods();
    expect(await places(await order(sku, 4))).toEqual({ 'acme-east': 4 });
    // Of 4 routed and 6 asked, 5 may be acme's: 1 more.
    expect(await places(await order(sku, 6))).toEqual({ 'acme-east': 1, 'zenith-far': 5 });
    expect(await places(await order(sku, 2))).toEqual({ 'acme-east': 1, 'zenith-far': 1 });
    const { rows } = await db.pool.query(
      `SELECT v.code, d.taken FROM day_count d JOIN vendor v ON v.id = d.vendor_id WHERE d.rule_id = 'limit-${rules}' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { code: 'acme', taken: 6 },
      { code: 'zenith', taken: 6 },
    ]);
  });

  it('are quoted, and asked about by what-if and regret, with what the day has counted', async () => {
    const ruleId = await publish({ nodeLimit: { unitsPerDay: 5 } }, inEast);
    const sku = await goods();
    await order(sku, 5);
    const told = await quote(shop.deps, systemViewer('test'), {
      accountCode: 'shop',
      destination: { countryCode: 'US', regionCode: null, postalCode: null, residential: false },
      lines: [{ sku, quantity: 2, unitPrice: 500_000 }],
    });
    // Two units at 20 from zenith, where acme's would cost 4.5.
    expect(told).toMatchObject({ options: [{ landedCost: 450_000 }] });
    await order(sku, 2);
    const live = await shop.deps.rulesOf(db.pool, 0);
    expect((await whatIf(shop.deps, live, { last: 1 })).changed).toHaveLength(1);
    expect((await regretOf(shop.deps, { last: 1 })).rules).toEqual([
      { ruleId, currency: 'USD', cost: '31.0000', orders: 1, otherwise: 0, unitsKept: 0 },
    ]);
  });
});
