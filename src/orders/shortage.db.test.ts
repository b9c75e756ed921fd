import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { applyStockReport } from '../store/stock-reports.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf, stockOf, type TestNode } from '../store/testing/small-network.js';
import { dueWork } from '../store/work.js';
import { dispatch } from './dispatch.js';
import { confirmOrder } from './holds.js';
import { cancelOrderNow } from './order-commands.js';
import { routeOrder } from './route.js';
import { relieveShortage } from './shortage.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('a vendor that reports less than is promised there', () => {
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
  beforeEach(() => {
    shop.vendor.cancelAnswer = { kind: 'canceled' };
    shop.clock.advance(60_000);
  });

  /** A product of which the east, the cheaper place, has `atEast` and the far one `atFar`. */
  async function product(atEast: number, atFar: number): Promise<{ productId: number; sku: string }> {
    const productId = await addProduct(db.pool, [
      [east, atEast],
      [far, atFar],
    ]);
    await db.pool.query('UPDATE offer_cost SET unit_cost = unit_cost * 2 WHERE product_id = $1 AND node_id = $2', [
      productId,
      far.id,
    ]);
    return { productId, sku: await skuOf(db.pool, productId) };
  }
  async function ordered(sku: string, quantity: number): Promise<string> {
    shop.clock.advance(1_000);
    const result = await shop.submit(sku, quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return result.orderId;
  }
  async function reported(sku: string, onHand: number): Promise<void> {
    shop.clock.advance(60_000);
    await applyStockReport(db.pool, {
      vendorId: east.vendorId,
      report: {
        asOf: shop.clock.now().toISOString(),
        complete: false,
        rows: [{ nodeCode: east.code, vendorSku: sku, onHand }],
        faults: [],
      },
      newId: shop.deps.newId,
      now: shop.clock.now(),
    });
  }
  const isDue = async (productId: number) =>
    (await dueWork(db.pool, { now: shop.clock.now(), limit: 100, steps: ['shortage'] })).some(
      (row) => row.id === `${east.id}-${productId}`,
    );
  const relieve = (productId: number) => relieveShortage(shop.deps, east.id, productId);
  /** Where an order's units are: `<node code> <status> <units>` of each fulfillment that is not given up. */
  const placesOf = async (orderId: string) =>
    (await shop.order(orderId)).fulfillments
      .filter((each) => !['SUPERSEDED', 'CANCELED', 'REJECTED'].includes(each.status))
      .map((each) => `${each.nodeCode} ${each.status} ${each.lines[0]?.quantity}`);

  it('loses the newest of what was not sent yet to another node, in one transaction, and nothing else', async () => {
    const { productId, sku } = await product(10, 10);
    const [first, second] = [await ordered(sku, 5), await ordered(sku, 5)];
    expect(await isDue(productId)).toBe(false);
    await reported(sku, 5);
    expect(await isDue(productId)).toBe(true);
    const before = (await shop.order(second)).version;
    expect(await relieve(productId)).toMatchObject({ outcome: 'done' });
    expect(await placesOf(first)).toEqual(['acme-east PLANNED 5']);
    expect(await placesOf(second)).toEqual(['zenith-far PLANNED 5']);
    expect((await shop.events(second)).slice(before)).toEqual(['fulfillment.superseded', 'order.routed']);
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ committed: 5, atp: 0 });
    expect(await isDue(productId)).toBe(false);
    expect(await relieve(productId)).toMatchObject({ outcome: 'nothing' });
  });

  it('keeps what it still has for the order; the rest waits where nobody else has any', async () => {
    const { productId, sku } = await product(5, 0);
    const orderId = await ordered(sku, 5);
    await reported(sku, 3);
    await relieve(productId);
    expect(await placesOf(orderId)).toEqual(['acme-east PLANNED 3']);
    expect((await shop.order(orderId)).lines[0]).toMatchObject({ routed: 3, backordered: 2 });
    expect(await stockOf(db.pool, east, productId)).toMatchObject({ onHand: 3, committed: 3 });
    expect(await isDue(productId)).toBe(false);
  });

  it('gives up holds before what is confirmed', async () => {
    const { productId, sku } = await product(10, 10);
    await db.pool.query("UPDATE account SET confirmation = 'explicit' WHERE code = 'shop'");
    const [held, confirmed] = [await ordered(sku, 5), await ordered(sku, 5)];
    await confirmOrder(shop.deps, systemViewer('test'), confirmed, shop.clock.now());
    await reported(sku, 6);
    await relieve(productId);
    expect(await placesOf(confirmed)).toEqual(['acme-east PLANNED 5']);
    expect((await shop.order(held)).reservations.filter((each) => each.state === 'held')).toMatchObject([
      { nodeId: far.id, quantity: 5 },
    ]);
    await db.pool.query("UPDATE account SET confirmation = 'automatic' WHERE code = 'shop'");
  });

  it('is asked to cancel what it has accepted, and only what it cancels goes elsewhere', async () => {
    const { productId, sku } = await product(5, 10);
    const orderId = await ordered(sku, 5);
    const sent = (await shop.order(orderId)).fulfillments[0]?.id ?? '';
    await dispatch(shop.deps, sent);
    expect(await placesOf(orderId)).toEqual(['acme-east ACCEPTED 5']);
    await reported(sku, 0);
    expect(await relieve(productId)).toMatchObject({ outcome: 'retry', note: 'vendors were asked' });
    expect(await placesOf(orderId)).toEqual(['acme-east CANCELING 5']);
    await dispatch(shop.deps, sent);
    await routeOrder(shop.deps, orderId, 'due');
    expect(await placesOf(orderId)).toEqual(['zenith-far PLANNED 5']);
    expect((await shop.order(orderId)).openItems).toMatchObject([
      { reason: 'STOCK_SHORT', resolvedAt: expect.any(Date) },
    ]);
    expect(await relieve(productId)).toMatchObject({ outcome: 'nothing' });
  });

  it('is not asked a second time about what it would not cancel', async () => {
    const { productId, sku } = await product(5, 10);
    const orderId = await ordered(sku, 5);
    const sent = (await shop.order(orderId)).fulfillments[0]?.id ?? '';
    await dispatch(shop.deps, sent);
    shop.vendor.cancelAnswer = { kind: 'refused', reason: 'it is packed' };
    await reported(sku, 0);
    await relieve(productId);
    await dispatch(shop.deps, sent);
    expect(await placesOf(orderId)).toEqual(['acme-east ACCEPTED 5']);
    const asked = shop.vendor.calls.cancel;
    expect(await relieve(productId)).toMatchObject({ outcome: 'retry', note: 'nothing more can be moved' });
    await dispatch(shop.deps, sent);
    expect(shop.vendor.calls.cancel).toBe(asked);
  });

  it('gives the units back to the customer who cancels meanwhile', async () => {
    const { productId, sku } = await product(5, 10);
    const orderId = await ordered(sku, 5);
    const sent = (await shop.order(orderId)).fulfillments[0]?.id ?? '';
    await dispatch(shop.deps, sent);
    await reported(sku, 0);
    await relieve(productId);
    await cancelOrderNow(shop.deps, orderId, 'test');
    await dispatch(shop.deps, sent);
    expect((await shop.order(orderId)).lines[0]).toMatchObject({ canceled: 5, open: 0 });
    expect((await shop.order(orderId)).status).toBe('CANCELED');
  });

  it('has done nothing wrong where the missing units are those that it shipped for us', async () => {
    const { productId, sku } = await product(5, 10);
    const orderId = await ordered(sku, 5);
    const sent = (await shop.order(orderId)).fulfillments[0];
    await dispatch(shop.deps, sent?.id ?? '');
    shop.vendor.ship(sent?.poNumber ?? '');
    await shop.readDocuments(east.vendorId);
    await reported(sku, 0);
    await relieve(productId);
    expect(await placesOf(orderId)).toEqual(['acme-east SHIPPED 5']);
    expect(await isDue(productId)).toBe(false);
  });

  it('is relieved by any number of workers at once as if by one', async () => {
    const { productId, sku } = await product(20, 20);
    const orders = [];
    for (let n = 0; n < 6; n += 1) orders.push(await ordered(sku, 3));
    await reported(sku, 7);
    await Promise.all(Array.from({ length: 5 }, () => relieve(productId)));
    const places = (await Promise.all(orders.map(placesOf))).flat();
    expect(places.filter((place) => place.startsWith('acme-east')).length).toBeGreaterThanOrEqual(2);
    expect(places.reduce((sum, place) => sum + Number(place.split(' ')[2]), 0)).toBe(18);
    const row = await stockOf(db.pool, east, productId);
    expect(row.committed).toBeLessThanOrEqual(7);
  });
});
