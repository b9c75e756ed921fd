import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../model/rule-set.js';
import type { Database } from '../store/database.js';
import { loadReach } from '../store/network-reach.js';
import { judgeReliability } from '../store/reliability.js';
import { publishRuleSet, republishRuleSet } from '../store/rule-sets.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, skuOf } from '../store/testing/small-network.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('orders under rules', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await db.close();
  });

  async function publish(...rules: Partial<Rule>[]): Promise<number> {
    const document = { rules: rules.map((rule, at) => ({ id: `r${at}`, reason: 'because', ...rule })) };
    const published = await publishRuleSet(db.pool, document, { actor: 'test', at: shop.clock.now(), note: null });
    return published?.version ?? 0;
  }
  /** Where an order for some of a new product goes, of which each node has so many, and what its decision's record says. */
  async function routed(quantity: number, each = 10) {
    const { east, far } = shop.network.nodes;
    const product = await addProduct(db.pool, [
      [east, each],
      [far, each],
    ]);
    const result = await shop.submit(await skuOf(db.pool, product), quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    const order = await shop.order(result.orderId);
    const { rows } = await db.pool.query<{ version: number; rules: unknown; excluded: unknown }>(
      `SELECT rule_set_version AS version, rate_sources -> 'rules' AS rules, request -> 'exclusions' AS excluded
       FROM decision WHERE order_id = $1 ORDER BY decided_at DESC LIMIT 1`,
      [result.orderId],
    );
    return { nodes: order.fulfillments.map(({ nodeCode }) => nodeCode).sort(), record: rows[0] };
  }

  it('go as before where none were ever published', async () => {
    const { record } = await routed(4);
    expect(record).toEqual({ version: 0, rules: null, excluded: null });
  });

  it('go elsewhere from the moment that a rule is published, which the record names', async () => {
    const [usual] = (await routed(4)).nodes;
    const version = await publish({
      when: `node.code == "${usual}" && order.account == "shop"`,
      then: { exclude: true },
    });
    const { nodes, record } = await routed(4);
    expect(nodes).toHaveLength(1);
    expect(nodes).not.toEqual([usual]);
    expect(record).toEqual({
      version,
      rules: { version, effective: ['r0'] },
      excluded: [{ nodeId: usual, reason: 'because', ruleId: 'r0' }],
    });

    await publish();
    expect((await routed(4)).nodes).toEqual([usual]);
    await republishRuleSet(db.pool, version, { actor: 'test', at: shop.clock.now(), note: null });
    expect((await routed(4)).nodes).toEqual(nodes);
  });

  it('go where a soft filter would not let them when nobody else has enough, which the record names', async () => {
    const [usual] = await publish().then(async () => (await routed(4)).nodes);
    const version = await publish(
      { soft: true, then: { maxShipments: 1 } },
      { when: `node.code == "${usual}"`, then: { avoid: { perUnit: '2', currency: 'USD' } } },
      { soft: true, when: 'node.code == "nowhere"', then: { exclude: true } },
    );
    const small = await routed(4);
    expect(small.nodes).not.toContain(usual);
    expect(small.record?.rules).toEqual({ version, effective: ['r0', 'r1'] });
    const big = await routed(15);
    expect(big.nodes).toHaveLength(2);
    expect(big.record?.rules).toEqual({ version, effective: ['r1'], dropped: ['r0'] });
  });

  it('go by the tier and the tags that came with them', async () => {
    const hold = { when: 'order.customerTier == "gold" && "gift" in order.tags', then: { hold: true } } as const;
    await publish(hold);
    const product = await addProduct(db.pool, [[shop.network.nodes.east, 9]]);
    const sku = await skuOf(db.pool, product);
    const given = { customerTier: 'gold', tags: ['web', 'gift'] };
    const held = [];
    for (const more of [given, { ...given, tags: ['web'] }, {}]) {
      const result = await shop.submit(sku, 1, 'BACKORDER', more);
      if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
      held.push((await shop.order(result.orderId)).openItems.length);
    }
    expect(held).toEqual([1, 0, 0]);
  });

  it('go by how well nodes kept what they promised, and vendors where a node has few orders', async () => {
    const { east, west, far } = shop.network.nodes;
    const sent = { first_sent_at: '2026-03-01', promised_ship_by: '2026-03-03', units_shipped: 5 };
    const outcomes: Array<Record<string, string | number | null>> = [
      { ...sent, first_shipped_at: '2026-03-04' },
      { ...sent, first_shipped_at: '2026-03-05' },
      { ...sent, first_shipped_at: '2026-03-03', last_parcel_at: '2026-03-05' },
      { ...sent, first_shipped_at: '2026-03-03', units_shipped: 4 },
      { ...sent, first_shipped_at: null, units_shipped: 0 },
      { ...sent, first_shipped_at: null, promised_ship_by: '2026-03-20' },
      { ...sent, first_shipped_at: null, first_sent_at: null },
    ];
    for (const { last_parcel_at: lastParcelAt = null, ...outcome } of outcomes) {
      const { fulfillmentId } = await shop.plannedOrder(5);
      await db.pool.query(
        `UPDATE vendor_outcome SET first_sent_at = $2, promised_ship_by = $3, units_shipped = $4, first_shipped_at = $5
         WHERE fulfillment_id = $1`,
        [
          ...[fulfillmentId, outcome.first_sent_at, outcome.promised_ship_by, outcome.units_shipped],
          outcome.first_shipped_at,
        ],
      );
      await db.pool.query(
        `INSERT INTO shipment (id, fulfillment_id, vendor_shipment_id, carrier, shipped_at)
         SELECT gen_random_uuid(), $1, moment, 'GROUND', moment::timestamptz FROM unnest(array_remove(ARRAY[$2, $3], NULL)) moment`,
        [fulfillmentId, outcome.first_shipped_at, lastParcelAt],
      );
    }
    const at = new Date('2026-03-10T00:00:00Z');
    expect([await judgeReliability(db.pool, at), await judgeReliability(db.pool, at)]).toEqual([3, 0]);
    const { rows } = await db.pool.query<{ id: number; reliability: number; judged_orders: number }>(
      'SELECT id, reliability, judged_orders FROM node',
    );
    const vendor = (1 + 10) / (5 + 10);
    const judged = Object.fromEntries(
      rows.map(({ id, reliability, judged_orders }) => [id, [reliability, judged_orders]]),
    );
    expect(judged[east.id]).toEqual([expect.closeTo((1 + 10 * vendor) / (5 + 10), 9), 5]);
    expect([judged[west.id], judged[far.id]]).toEqual([
      [expect.closeTo(vendor, 9), 0],
      [1, 0],
    ]);
    await publish({ when: 'node.reliability < 0.9', then: { exclude: true } });
    expect((await routed(4)).nodes).toEqual([far.code]);
  });

  it('reach what the cards of nodes that offer something name', async () => {
    await routed(1);
    const ways = await loadReach(db.pool, shop.clock.now());
    expect(ways.map(({ code, vendor, service, countries }) => [code, vendor, service, countries])).toEqual([
      ['acme-east', 'acme', 'ground', ['US']],
      ['zenith-far', 'zenith', 'ground', ['US']],
    ]);
    expect(await loadReach(db.pool, new Date('2025-12-31T00:00:00Z'))).toEqual([]);
  });

  it('wait where a hard filter leaves nobody', async () => {
    const version = await publish({ when: 'node.code != ""', then: { exclude: true } });
    const { nodes, record } = await routed(4);
    expect(nodes).toEqual([]);
    expect(record?.version).toBe(version);
  });
});
