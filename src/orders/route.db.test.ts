import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { applyStockReport } from '../store/stock-reports.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf, stockOf, type TestNode } from '../store/testing/small-network.js';
import { dispatch } from './dispatch.js';
import { confirmOrder } from './holds.js';
import { reconsiderBackorders } from './reconsider.js';
import { routeOrder } from './route.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('routing an order', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });

  async function product(stock: readonly (readonly [TestNode, number])[]): Promise<{ productId: number; sku: string }> {
    const productId = await addProduct(db.pool, stock);
    return { productId, sku: await skuOf(db.pool, productId) };
  }
  async function accepted(sku: string, quantity: number): Promise<string> {
    const result = await shop.submit(sku, quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return result.orderId;
  }

  it('sells what is there and not one unit more, however many ask at once', async () => {
    const { east, far } = shop.network.nodes;
    const { productId, sku } = await product([
      [east, 11],
      [far, 9],
    ]);
    const results = await Promise.all(Array.from({ length: 60 }, () => shop.submit(sku, 1, 'REJECT')));
    expect(results.filter((result) => result.kind === 'accepted')).toHaveLength(20);
    for (const result of results) {
      if (result.kind === 'refused')
        expect(result.errors).toMatchObject([{ code: 'INSUFFICIENT_STOCK', available: 0 }]);
    }
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ committed: 11, atp: 0 });
    expect(await stockOf(db.pool, far, productId)).toMatchObject({ committed: 9, atp: 0 });
  });

  it('goes to another node when the vendor rejects it, never back to that one', async () => {
    const { east, far } = shop.network.nodes;
    const { productId, sku } = await product([
      [east, 10],
      [far, 10],
    ]);
    const orderId = await accepted(sku, 4);
    const first = (await shop.order(orderId)).fulfillments[0];
    if (!first) throw new Error('expected a fulfillment');
    shop.vendor.nextSubmits.push('reject');
    await dispatch(shop.deps, first.id);
    await routeOrder(shop.deps, orderId, 'due');
    const order = await shop.order(orderId);
    const second = order.fulfillments[1];
    expect(order.status).toBe('CONFIRMED');
    expect(order.fulfillments.map((each) => each.status)).toEqual(['REJECTED', 'PLANNED']);
    expect(second?.nodeId).not.toBe(first.nodeId);
    expect(second?.poNumber).not.toBe(first.poNumber);
    const [from, to] = first.nodeId === east.id ? [east, far] : [far, east];
    expect(await stockOf(db.pool, from, productId)).toMatchObject({ committed: 0 });
    expect(await stockOf(db.pool, to, productId)).toMatchObject({ committed: 4 });
  });

  it('serves orders that wait when stock comes, who ordered first is served first', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 0]]);
    const first = await accepted(sku, 3);
    shop.clock.advance(1_000);
    const second = await accepted(sku, 3);
    expect((await shop.order(first)).status).toBe('BACKORDERED');
    const rowsBefore = await shop.events(second);
    await reconsiderBackorders(shop.deps, [productId]);
    expect(await shop.events(second)).toEqual(rowsBefore);

    shop.clock.advance(60_000);
    await applyStockReport(db.pool, {
      vendorId: east.vendorId,
      report: {
        asOf: shop.clock.now().toISOString(),
        complete: true,
        rows: [{ nodeCode: east.code, vendorSku: sku, onHand: 4 }],
        faults: [],
      },
      newId: shop.deps.newId,
      now: shop.clock.now(),
    });
    await reconsiderBackorders(shop.deps, [productId]);
    expect((await shop.order(first)).lines[0]).toMatchObject({ routed: 3, backordered: 0 });
    expect((await shop.order(second)).lines[0]).toMatchObject({ routed: 1, backordered: 2 });
  });

  it('gives back what an unconfirmed order held too long, and takes it again when it is confirmed', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 10]]);
    await db.pool.query("UPDATE account SET confirmation = 'explicit' WHERE id = $1", [shop.network.accountId]);
    const orderId = await accepted(sku, 4);
    expect((await shop.order(orderId)).status).toBe('ROUTED');
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 4, committed: 0 });
    await dispatch(shop.deps, (await shop.order(orderId)).fulfillments[0]?.id ?? '');
    expect((await shop.order(orderId)).fulfillments[0]?.status).toBe('PLANNED');

    shop.clock.advance(15 * 60_000);
    await routeOrder(shop.deps, orderId, 'due');
    const expired = await shop.order(orderId);
    expect(expired).toMatchObject({ status: 'RECEIVED', nextActionAt: null });
    expect(expired.openItems.map((item) => item.reason)).toEqual(['HOLD_EXPIRED']);
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 0 });

    expect(await confirmOrder(shop.deps, systemViewer('test'), orderId, shop.clock.now())).toBe(true);
    await routeOrder(shop.deps, orderId, 'due');
    expect((await shop.order(orderId)).status).toBe('CONFIRMED');
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 4 });
    expect(await confirmOrder(shop.deps, systemViewer('test'), orderId, shop.clock.now())).toBe(false);
    await db.pool.query("UPDATE account SET confirmation = 'automatic' WHERE id = $1", [shop.network.accountId]);
  });

  it('commits what a two-step order holds once it is confirmed in time', async () => {
    const { east } = shop.network.nodes;
    const { productId, sku } = await product([[east, 10]]);
    await db.pool.query("UPDATE account SET confirmation = 'explicit' WHERE id = $1", [shop.network.accountId]);
    const orderId = await accepted(sku, 4);
    await confirmOrder(shop.deps, systemViewer('test'), orderId, shop.clock.now());
    await db.pool.query("UPDATE account SET confirmation = 'automatic' WHERE id = $1", [shop.network.accountId]);
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ held: 0, committed: 4 });
    await dispatch(shop.deps, (await shop.order(orderId)).fulfillments[0]?.id ?? '');
    expect((await shop.order(orderId)).status).toBe('DISPATCHED');
  });

  it('respects what a node can handle in a day, and gives it back', async () => {
    const { west } = shop.network.nodes;
    await db.pool.query('UPDATE node SET daily_capacity_units = 5 WHERE id = $1', [west.id]);
    const { sku } = await product([[west, 100]]);
    const ids = [await accepted(sku, 3), await accepted(sku, 3)];
    const [first, second] = await Promise.all(ids.map((id) => shop.order(id)));
    expect(first?.lines[0]).toMatchObject({ routed: 3 });
    expect(second?.lines[0]).toMatchObject({ routed: 2, backordered: 1 });
    const taken = async () =>
      (await db.pool.query('SELECT taken FROM node_capacity WHERE node_id = $1', [west.id])).rows[0]?.taken;
    expect(await taken()).toBe(5);
    shop.vendor.nextSubmits.push('reject');
    await dispatch(shop.deps, first?.fulfillments[0]?.id ?? '');
    expect(await taken()).toBe(2);
    await db.pool.query('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [west.id]);
  });

  describe('where the nearer node runs low', () => {
    /** Its last units at one node below the threshold, more at the other, which the engine would not choose by itself. */
    async function runsLow(left: number, elsewhere: number, threshold = 5) {
      const { east, far } = shop.network.nodes;
      const probe = await product([
        [east, 100],
        [far, 100],
      ]);
      const chosen = (await shop.order(await accepted(probe.sku, 1))).fulfillments[0]?.nodeId;
      const [low, other] = chosen === east.id ? [east, far] : [far, east];
      const made = await product([
        [low, left],
        [other, elsewhere],
      ]);
      await db.pool.query('UPDATE product SET low_stock_units = $2 WHERE id = $1', [made.productId, threshold]);
      return { ...made, low, other };
    }
    const nodesOf = async (orderId: string) => (await shop.order(orderId)).fulfillments.map((each) => each.nodeId);

    it('keeps its last units while another has the goods, and the decision says why', async () => {
      const { sku, other } = await runsLow(3, 10);
      const orderId = await accepted(sku, 2);
      expect(await nodesOf(orderId)).toEqual([other.id]);
      const { rows } = await db.pool.query<{ text: string }>(
        'SELECT d::text AS text FROM decision d WHERE order_id = $1',
        [orderId],
      );
      expect(rows[0]?.text).toContain('kept for orders that no other can serve: 3 left, threshold 5');
    });

    it('serves from them what no other can, and no more', async () => {
      const { productId, sku, low, other } = await runsLow(3, 6);
      await accepted(sku, 8);
      expect(await stockOf(db.pool, other, productId)).toMatchObject({ committed: 6 });
      expect(await stockOf(db.pool, low, productId)).toMatchObject({ committed: 2 });
    });

    it('serves whole what would be rejected without them', async () => {
      const { sku } = await runsLow(3, 6);
      expect((await shop.submit(sku, 9, 'REJECT')).kind).toBe('accepted');
    });

    it('is not low at its threshold', async () => {
      const { productId, sku, low } = await runsLow(5, 10);
      await accepted(sku, 2);
      expect(await stockOf(db.pool, low, productId)).toMatchObject({ committed: 2 });
    });

    it('goes by the offer before the product, and by the tag before the vendor', async () => {
      const { productId, sku, low, other } = await runsLow(3, 20);
      await db.pool.query('UPDATE offer SET low_stock_units = 0 WHERE node_id = $1 AND product_id = $2', [
        ...[low.id, productId],
      ]);
      await accepted(sku, 1);
      expect(await stockOf(db.pool, low, productId)).toMatchObject({ committed: 1 });
      const tag = randomUUID();
      await db.pool.query('INSERT INTO low_stock_tag (tag, low_stock_units) VALUES ($1, 9)', [tag]);
      await db.pool.query('UPDATE offer SET low_stock_units = NULL WHERE product_id = $1', [productId]);
      await db.pool.query('UPDATE product SET low_stock_units = NULL, tags = ARRAY[$2] WHERE id = $1', [
        ...[productId, tag],
      ]);
      await accepted(sku, 1);
      expect(await stockOf(db.pool, low, productId)).toMatchObject({ committed: 1 });
      expect(await stockOf(db.pool, other, productId)).toMatchObject({ committed: 1 });
    });
  });
});
