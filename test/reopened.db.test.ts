import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayBatch } from '../src/jobs/relay.js';
import { systemViewer } from '../src/model/viewer.js';
import { cancelOrder } from '../src/orders/order-commands.js';
import { reopenBackorders } from '../src/orders/reconsider.js';
import { openWorkshop, type Workshop } from '../src/orders/testing/workshop.js';
import type { Database } from '../src/store/database.js';
import { sequenceEvents } from '../src/store/event-log.js';
import { publishRuleSet } from '../src/store/rule-sets.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { addProduct, skuOf, type TestNode } from '../src/store/testing/small-network.js';

describe('orders that wait', () => {
  let db: Database;
  let shop: Workshop;
  let east: TestNode;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    east = shop.network.nodes.east;
    await db.pool.query("INSERT INTO event_reader (name, position) VALUES ('relay', 0)");
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await db.close();
  });

  const sql = (text: string, values: readonly unknown[] = []) => db.pool.query(text, [...values]);
  const publish = (rules: string) =>
    publishRuleSet(db.pool, { rules: JSON.parse(rules) }, { actor: 'test', at: shop.clock.now(), note: null });
  const NOBODY =
    '[{ "id": "nobody", "reason": "a holiday", "when": "node.code != \\"\\"", "then": { "exclude": true } }]';
  /** As workers do: what was told is relayed, and what may go on is looked at once. */
  async function relay(): Promise<void> {
    while ((await sequenceEvents(db.pool)).more);
    const queues = { add: async () => {} };
    while ((await relayBatch({ pool: db.pool, queues, clock: shop.clock })) === 'more');
  }
  async function order(sku: string, quantity: number): Promise<string> {
    const result = await shop.submit(sku, quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return result.orderId;
  }
  const backordered = async (orderId: string) => (await shop.order(orderId)).lines[0]?.backordered;
  const rounds = async () => (await sql('SELECT product_ids FROM backorder_round ORDER BY id')).rows;
  async function settled(): Promise<void> {
    await relay();
    while ((await reopenBackorders(shop.deps)).outcome === 'done');
    expect(await rounds()).toEqual([]);
  }

  it.each<[what: string, close: (product: number) => Promise<unknown>, open: (product: number) => Promise<unknown>]>([
    ['rules let them go where they could not', () => publish(NOBODY), () => publish('[]')],
    [
      'a node offers what they wait for',
      (product) => sql('UPDATE offer SET active = false WHERE product_id = $1', [product]),
      (product) => sql('UPDATE offer SET active = true WHERE product_id = $1', [product]),
    ],
    [
      'what they wait for is made to order',
      (product) => sql('UPDATE stock SET on_hand = 0, version = version WHERE product_id = $1', [product]),
      (product) => sql('UPDATE offer SET stocked = false WHERE product_id = $1', [product]),
    ],
    [
      'a node is opened',
      () => sql('UPDATE node SET active = false WHERE id = $1', [east.id]),
      () => sql('UPDATE node SET active = true WHERE id = $1', [east.id]),
    ],
    [
      'a node gets a carrier that goes there',
      () => sql('UPDATE carrier_service SET active = false'),
      () => sql('UPDATE carrier_service SET active = true'),
    ],
    [
      "a node's day is allowed more",
      () => sql('UPDATE node SET daily_capacity_units = 1 WHERE id = $1', [east.id]),
      () => sql('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [east.id]),
    ],
    [
      'units are set aside for nobody any more',
      (product) =>
        sql(
          "WITH a AS (INSERT INTO account (code, name, channel, currency) VALUES ('o-' || $1, 'O', 'api', 'USD') RETURNING id) INSERT INTO channel_set_aside SELECT a.id, $2, $1::integer, 10 FROM a",
          [product, east.id],
        ),
      (product) => sql('DELETE FROM channel_set_aside WHERE product_id = $1', [product]),
    ],
  ])('go on when %s', async (_, close, open) => {
    const product = await addProduct(db.pool, [[east, 10]]);
    await close(product);
    const orderId = await order(await skuOf(db.pool, product), 3);
    await settled();
    expect(await backordered(orderId)).toBeGreaterThan(0);
    await open(product);
    await settled();
    expect(await backordered(orderId)).toBe(0);
  });

  it('go on when another order gives the capacity of the day back', async () => {
    await sql('UPDATE node SET daily_capacity_units = 4 WHERE id = $1', [east.id]);
    const product = await addProduct(db.pool, [[east, 100]]);
    const sku = await skuOf(db.pool, product);
    const first = await order(sku, 4);
    const second = await order(sku, 3);
    await settled();
    expect(await backordered(second)).toBe(3);
    await cancelOrder(shop.deps, systemViewer('test'), {
      orderId: first,
      idempotencyKey: 'mind',
      fingerprint: createHash('sha256').digest(),
    });
    await relay();
    expect(await rounds()).toEqual([{ product_ids: [product] }]);
    await settled();
    expect(await backordered(second)).toBe(0);
    await sql('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [east.id]);
  });

  it('are served in the order in which they were placed, a bounded part of them at a time, however much changes', async () => {
    await settled();
    const product = await addProduct(db.pool, [[east, 5]]);
    const sku = await skuOf(db.pool, product);
    await publish(NOBODY);
    await relay();
    const waiting: string[] = [];
    for (let n = 0; n < 7; n++) {
      shop.clock.advance(1_000);
      waiting.push(await order(sku, 1));
    }
    await settled();
    await publish('[]');
    for (let n = 0; n < 20; n++) {
      await sql('UPDATE node SET lead_time_hours = lead_time_hours + 1 WHERE id = $1', [east.id]);
      await relay();
    }
    expect(await rounds()).toHaveLength(1);
    const few = { ...shop.deps, settings: { ...shop.deps.settings, reopenOrdersMax: 2 } };
    const left = () => Promise.all(waiting.map(backordered));
    expect(await reopenBackorders(few)).toMatchObject({ note: '2 looked at' });
    expect(await left()).toEqual([0, 0, 1, 1, 1, 1, 1]);
    await sql('UPDATE node SET lead_time_hours = lead_time_hours + 1 WHERE id = $1', [east.id]);
    await relay();
    expect(await rounds()).toHaveLength(2);
    await reopenBackorders(few);
    expect(await left()).toEqual([0, 0, 0, 0, 1, 1, 1]);
    await settled();
    expect(await left()).toEqual([0, 0, 0, 0, 0, 1, 1]);
  });

  it('do not keep housekeeping waiting for more than 20 seconds: the others come in the next run', async () => {
    await settled();
    const product = await addProduct(db.pool, [[east, 5]]);
    const sku = await skuOf(db.pool, product);
    await sql('UPDATE offer SET active = false WHERE product_id = $1', [product]);
    const waiting: string[] = [];
    for (let n = 0; n < 5; n++) {
      shop.clock.advance(1_000);
      waiting.push(await order(sku, 1));
    }
    await settled();
    await sql('UPDATE offer SET active = true WHERE product_id = $1', [product]);
    await relay();
    const decide: typeof shop.deps.decide = (request) => {
      shop.clock.advance(11_000);
      return shop.deps.decide(request);
    };
    const slow = { ...shop.deps, decide };
    const left = () => Promise.all(waiting.map(backordered));
    expect(await reopenBackorders(slow)).toEqual({ outcome: 'done', note: '2 looked at' });
    expect(await left()).toEqual([0, 0, 1, 1, 1]);
    expect(await reopenBackorders(slow)).toEqual({ outcome: 'done', note: '2 looked at' });
    await settled();
    expect(await left()).toEqual([0, 0, 0, 0, 0]);
  });

  it('do not keep each other waiting where one cannot be looked at', async () => {
    await sql('UPDATE node SET active = false');
    const product = await addProduct(db.pool, [[east, 5]]);
    const sku = await skuOf(db.pool, product);
    const [bad, good] = [await order(sku, 4), await order(sku, 1)];
    await sql('UPDATE node SET active = true');
    await relay();
    const decide: typeof shop.deps.decide = (request) => {
      if (request.order.lines?.some(({ quantity }) => quantity === 4)) throw new Error('no answer');
      return shop.deps.decide(request);
    };
    await reopenBackorders({ ...shop.deps, decide });
    expect([await backordered(bad), await backordered(good)]).toEqual([4, 0]);
  });
});
