import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../store/database.js';
import { createPlanCommitter } from '../store/plan-committer.js';
import { joinRecostRound } from '../store/recost-rounds.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf, stockOf, type TestNode } from '../store/testing/small-network.js';
import { dispatch } from './dispatch.js';
import { cancelOrderNow } from './order-commands.js';
import { recostOrder, recostOrders } from './recost.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const HOUR = 3_600_000;

describe('an order that is planned, and not sent', () => {
  let db: Database;
  let shop: Workshop;
  let east: TestNode;
  let far: TestNode;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    ({ east, far } = shop.network.nodes);
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });
  beforeEach(() => shop.clock.advance(60_000));

  /** A product that costs 4.50 in the east and `atFar` at the far place; both have ten. */
  async function product(atFar: string): Promise<number> {
    const productId = await addProduct(db.pool, [
      [east, 10],
      [far, 10],
    ]);
    await costs(far, productId, atFar);
    return productId;
  }
  const costs = (node: TestNode, productId: number, unitCost: string) =>
    db.pool.query('UPDATE offer_cost SET unit_cost = $3 WHERE product_id = $1 AND node_id = $2', [
      productId,
      node.id,
      unitCost,
    ]);
  /** Two units, ordered more than an hour ago. */
  async function ordered(productId: number, quantity = 2): Promise<string> {
    const result = await shop.submit(await skuOf(db.pool, productId), quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    shop.clock.advance(HOUR);
    return result.orderId;
  }
  const recost = async (orderId: string) => (await recostOrder(shop.deps, orderId)).outcome;
  const placeOf = async (orderId: string) =>
    (await shop.order(orderId)).fulfillments
      .filter((each) => each.status !== 'SUPERSEDED' && each.status !== 'CANCELED')
      .map((each) => `${each.nodeCode} ${each.status}`);

  it('moves to where it costs less since a price changed: one plan, a new purchase order, an event with both prices', async () => {
    const productId = await product('6.00');
    const orderId = await ordered(productId);
    expect(await placeOf(orderId)).toEqual(['acme-east PLANNED']);
    expect(await recostOrder(shop.deps, orderId)).toEqual({ outcome: 'kept', note: 'would save 0.0000' });
    await costs(east, productId, '8.00');
    const before = (await shop.order(orderId)).version;
    expect(await recostOrder(shop.deps, orderId)).toEqual({ outcome: 'moved', note: 'saves 4.0000' });
    expect(await placeOf(orderId)).toEqual(['zenith-far PLANNED']);
    expect((await shop.events(orderId)).slice(before)).toEqual([
      'fulfillment.superseded',
      'order.routed',
      'order.recosted',
    ]);
    const { rows } = await db.pool.query(
      "SELECT payload FROM event WHERE aggregate_id = $1 AND type = 'order.recosted'",
      [orderId],
    );
    expect(rows[0].payload).toMatchObject({
      currency: 'USD',
      before: { landed: '21.0000' },
      after: { landed: '17.0000' },
      saving: '4.0000',
    });
    const { fulfillments } = await shop.order(orderId);
    expect(new Set(fulfillments.map((each) => each.poNumber)).size).toBe(2);
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 0 });
    expect(await stockOf(db.pool, far, productId)).toMatchObject({ held: 0, committed: 2 });
  });

  it('stays where moving would save less than the threshold: 1.00, and 2 % of what it costs', async () => {
    const productId = await product('5.00');
    const orderId = await ordered(productId);
    await costs(east, productId, '5.49');
    expect(await recostOrder(shop.deps, orderId)).toEqual({ outcome: 'kept', note: 'would save 0.9800' });
    await costs(east, productId, '5.50');
    expect(await recost(orderId)).toBe('moved');

    const dear = await product('46.00');
    await costs(east, dear, '45.00');
    const costly = await ordered(dear);
    await costs(east, dear, '46.90');
    expect(await recostOrder(shop.deps, costly)).toEqual({ outcome: 'kept', note: 'would save 1.8000' });
    await costs(east, dear, '47.10');
    expect(await recost(costly)).toBe('moved');
  });

  it('does not flap: a plan stands for an hour, however prices go', async () => {
    const productId = await product('6.00');
    const orderId = await ordered(productId);
    await costs(east, productId, '8.00');
    expect(await recost(orderId)).toBe('moved');
    await costs(east, productId, '4.00');
    shop.clock.advance(HOUR - 1);
    expect(await recostOrder(shop.deps, orderId)).toEqual({ outcome: 'nothing', note: 'it was planned too lately' });
    shop.clock.advance(1);
    expect(await recost(orderId)).toBe('moved');
    expect(await placeOf(orderId)).toEqual(['acme-east PLANNED']);
  });

  it('stays where the cheaper place would have it there later than promised', async () => {
    const productId = await product('6.00');
    const orderId = await ordered(productId);
    await costs(east, productId, '30.00');
    await db.pool.query('UPDATE node SET lead_time_hours = 240 WHERE id = $1', [far.id]);
    expect(await recostOrder(shop.deps, orderId)).toEqual({
      outcome: 'kept',
      note: 'would arrive later than promised',
    });
    await db.pool.query('UPDATE node SET lead_time_hours = 24 WHERE id = $1', [far.id]);
    expect(await recost(orderId)).toBe('moved');
  });

  it('stays once it was sent, also where that happens while it is being decided', async () => {
    const productId = await product('6.00');
    const [sent, sending] = [await ordered(productId), await ordered(productId)];
    await costs(east, productId, '8.00');
    await dispatch(shop.deps, (await shop.order(sent)).fulfillments[0]?.id ?? '');
    expect(await recostOrder(shop.deps, sent)).toEqual({ outcome: 'nothing', note: 'nothing is planned' });

    const elsewhere = { ...shop.deps, committer: createPlanCommitter(db.pool) };
    const meanwhile = {
      ...shop.deps,
      decide: async (request: Parameters<typeof shop.deps.decide>[0]) => {
        await dispatch(elsewhere, (await shop.order(sending)).fulfillments[0]?.id ?? '');
        return shop.deps.decide(request);
      },
    };
    expect((await recostOrder(meanwhile, sending)).outcome).toBe('kept');
    expect(await placeOf(sending)).toEqual(['acme-east ACCEPTED']);
    expect(await stockOf(db.pool, far, productId)).toMatchObject({ held: 0, committed: 0 });
    await elsewhere.committer.close();
  });

  it('stays where parts of it wait, where its buyer was not told yes yet, and where it was canceled', async () => {
    const waiting = await product('6.00');
    const short = await ordered(waiting, 25);
    await costs(east, waiting, '8.00');
    expect(await recostOrder(shop.deps, short)).toEqual({ outcome: 'nothing', note: 'parts of it wait for stock' });

    const productId = await product('6.00');
    const canceled = await ordered(productId);
    await db.pool.query("UPDATE account SET confirmation = 'explicit' WHERE code = 'shop'");
    const asked = await ordered(productId);
    await db.pool.query("UPDATE account SET confirmation = 'automatic' WHERE code = 'shop'");
    await costs(east, productId, '8.00');
    expect(await recost(asked)).toBe('nothing');
    await cancelOrderNow(shop.deps, canceled, 'test');
    expect(await recostOrder(shop.deps, canceled)).toEqual({ outcome: 'nothing', note: 'nothing is planned' });
  });

  describe('in a round', () => {
    const round = () => recostOrders(shop.deps);
    const rounds = async () => (await db.pool.query('SELECT product_ids FROM recost_round ORDER BY id')).rows;

    it('is looked at where it has a product whose price changed; once', async () => {
      await round();
      const [dearer, other] = [await product('6.00'), await product('6.00')];
      const [touched, untouched] = [await ordered(dearer), await ordered(other)];
      await costs(east, dearer, '8.00');
      await costs(east, other, '8.00');
      await joinRecostRound(db.pool, [dearer], shop.clock.now());
      expect(await round()).toMatchObject({ outcome: 'done', note: '1 moved' });
      expect(await placeOf(touched)).toEqual(['zenith-far PLANNED']);
      expect(await placeOf(untouched)).toEqual(['acme-east PLANNED']);
      expect(await rounds()).toEqual([]);
      expect(await round()).toMatchObject({ outcome: 'nothing' });
    });

    it('is looked at each day, because prices change by their dates too', async () => {
      const productId = await product('6.00');
      const orderId = await ordered(productId);
      await costs(east, productId, '8.00');
      await round();
      shop.clock.advance(24 * HOUR);
      await round();
      expect(await placeOf(orderId)).toEqual(['zenith-far PLANNED']);
    });

    it('is not passed over where another order cannot be decided, nor where more orders are touched than one run looks at', async () => {
      await round();
      const productId = await product('6.00');
      const made: string[] = [];
      for (let count = 0; count < 3; count += 1) made.push(await ordered(productId));
      await costs(east, productId, '8.00');
      await joinRecostRound(db.pool, [productId], shop.clock.now());
      const first = made.toSorted()[0];
      const failing = {
        ...shop.deps,
        settings: { ...shop.deps.settings, recostOrdersMax: 1 },
        decide: (request: Parameters<typeof shop.deps.decide>[0]) => {
          if (request.order.id === first) throw new Error('it cannot be decided');
          return shop.deps.decide(request);
        },
      };
      while ((await rounds()).length > 0) await recostOrders(failing);
      const places = await Promise.all(made.toSorted().map(placeOf));
      expect(places).toEqual([['acme-east PLANNED'], ['zenith-far PLANNED'], ['zenith-far PLANNED']]);
    });

    it('joins the changes that come before it begins: by product, and all where they are very many', async () => {
      await round();
      const productId = await product('6.00');
      await ordered(productId);
      const now = shop.clock.now();
      await joinRecostRound(db.pool, [1, 2], now);
      await joinRecostRound(db.pool, [2, 3], now);
      const sorted = (await rounds()).map((row) => row.product_ids.toSorted());
      expect(sorted).toEqual([[1, 2, 3]]);
      await joinRecostRound(
        db.pool,
        Array.from({ length: 499 }, (_, at) => at + 1_000),
        now,
      );
      expect(await rounds()).toEqual([{ product_ids: null }]);
      await joinRecostRound(db.pool, [4], now);
      expect(await rounds()).toEqual([{ product_ids: null }]);
    });
  });
});
