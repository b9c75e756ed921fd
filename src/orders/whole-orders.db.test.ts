import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CanonicalOrder } from '../model/canonical-order.js';
import { systemViewer, type Viewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { sourcesOf } from '../store/order-sources.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, skuOf } from '../store/testing/small-network.js';
import { releaseOrder } from './order-commands.js';
import { routeOrder } from './route.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('an order that says more than is routed', () => {
  let db: Database;
  let shop: Workshop;
  let sku: string;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    const productId = await addProduct(db.pool, [[shop.network.nodes.east, 100]]);
    sku = (await db.pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [productId])).rows[0]
      ?.sku as string;
  });
  afterAll(() => db?.close());

  const submitted = async (more: Partial<CanonicalOrder>) => {
    const result = await shop.submit(sku, 1, 'BACKORDER', more);
    if (result.kind !== 'accepted') throw new Error(`expected it to be taken, got ${JSON.stringify(result)}`);
    return shop.order(result.orderId);
  };
  const kept = async (orderId: string) => {
    const { rows } = await db.pool.query(
      `SELECT s.document, c.personal FROM order_contact c LEFT JOIN order_source s ON s.order_id = c.order_id
       WHERE c.order_id = $1`,
      [orderId],
    );
    return rows[0];
  };

  it('keeps it all, apart from whoever it names', async () => {
    const order = await submitted({ customerPoNumber: 'PO-7', buyer: { name: 'Jo Marsh' } });
    expect(order.status).toBe('CONFIRMED');
    expect(await kept(order.id)).toEqual({
      document: { customerPoNumber: 'PO-7' },
      personal: { buyer: { name: 'Jo Marsh' } },
    });
  });

  it('leaves nothing of a person behind once its address is erased', async () => {
    const order = await submitted({ buyer: { name: 'Jo Marsh' } });
    await expect(
      db.pool.query('UPDATE order_contact SET address = NULL, erased_at = now() WHERE order_id = $1', [order.id]),
    ).rejects.toThrow(/order_contact_erased_whole/);
  });

  it('is shown whole to its account, and nothing of it to a vendor or another account', async () => {
    const { id } = await submitted({ customerPoNumber: 'PO-8' });
    const seenBy = (part: Partial<Viewer>) => sourcesOf(db.pool, { ...systemViewer('test'), ...part }, [id]);
    expect(await seenBy({ accountIds: [shop.network.accountId] })).toMatchObject([
      { document: { customerPoNumber: 'PO-8' } },
    ]);
    expect(await seenBy({ accountIds: [shop.network.accountId + 1] })).toEqual([]);
    expect(await seenBy({ vendorIds: [shop.network.nodes.east.vendorId] })).toEqual([]);
  });

  it('adds no row where it says nothing more', async () => {
    const order = await submitted({});
    expect(await kept(order.id)).toEqual({ document: null, personal: null });
  });

  it('is kept and never sent where the channel calls it a test', async () => {
    const order = await submitted({ source: { payment: 'paid', fulfillment: 'unfulfilled', test: true } });
    expect([order.status, order.fulfillments, order.nextActionAt]).toEqual(['RECEIVED', [], null]);
    expect(order.openItems).toMatchObject([{ kind: 'hold', reason: 'TEST_ORDER', blocks: ['route', 'dispatch'] }]);
    expect(await routeOrder(shop.deps, order.id, 'due')).toEqual({ outcome: 'nothing' });
  });

  it('waits as a whole where it is to come in one delivery and no node has all of it', async () => {
    const { east, west } = shop.network.nodes;
    const productId = await addProduct(db.pool, [
      [east, 3],
      [west, 3],
    ]);
    const split = await skuOf(db.pool, productId);
    const apart = await shop.submit(split, 2, 'BACKORDER');
    if (apart.kind !== 'accepted') throw new Error('expected it to be taken');
    const result = await shop.submit(split, 4, 'BACKORDER', { delivery: { shipComplete: true } });
    if (result.kind !== 'accepted') throw new Error('expected it to be taken');
    const order = await shop.order(result.orderId);
    expect([order.status, order.fulfillments, order.lines[0]?.backordered]).toEqual(['BACKORDERED', [], 4]);

    await db.pool.query('UPDATE stock SET on_hand = 9 WHERE product_id = $1 AND node_id = $2', [productId, east.id]);
    await db.pool.query('UPDATE orders SET next_action_at = NULL WHERE id = $1', [order.id]);
    await routeOrder(shop.deps, order.id, 'stock');
    expect((await shop.order(order.id)).fulfillments.map(({ lines }) => lines[0]?.quantity)).toEqual([4]);
  });

  describe('and names a shipping service', () => {
    beforeAll(async () => {
      const terms = {
        shippingServices: { Economy: { services: ['ground'], days: 5 }, Night: { services: ['night'] } },
      };
      await db.pool.query('UPDATE account SET terms = $1', [JSON.stringify(terms)]);
    });

    it('goes by the carrier services that it stands for, and is promised for then', async () => {
      const order = await submitted({ delivery: { serviceTitle: 'economy' } });
      expect(order.fulfillments.map(({ serviceCode }) => serviceCode)).toEqual(['ground']);
      expect(order.deliverBy?.getTime()).toBe(order.placedAt.getTime() + 5 * 86_400_000);
    });

    it('is served by none where nobody offers those', async () => {
      const order = await submitted({ delivery: { serviceTitle: 'Night' } });
      expect(order.fulfillments).toEqual([]);
    });

    it('waits for a person where the account has not said what it stands for', async () => {
      const order = await submitted({ delivery: { serviceTitle: 'Economy!' } });
      expect(order.fulfillments).toHaveLength(0);
      expect(order.openItems[0]).toMatchObject({
        reason: 'UNMAPPED_SERVICE',
        evidence: { text: 'Economy!', suggestions: ['Economy'] },
      });
    });

    const release = (orderId: string) =>
      releaseOrder(shop.deps, systemViewer('clerk'), {
        ...{ orderId, idempotencyKey: randomUUID(), fingerprint: randomBytes(32) },
      });

    it('goes as the account says by then once a person lets it go', async () => {
      const { id } = await submitted({ delivery: { serviceTitle: 'Slow boat' } });
      const terms = { shippingServices: { 'Slow boat': { services: ['ground'], days: 30 } } };
      await db.pool.query('UPDATE account SET terms = $1', [JSON.stringify(terms)]);
      expect(await release(id)).toMatchObject({ kind: 'accepted' });
      await routeOrder(shop.deps, id, 'due');
      const order = await shop.order(id);
      expect([order.status, order.serviceCodes]).toEqual(['CONFIRMED', ['ground']]);
      expect(order.deliverBy?.getTime()).toBe(order.placedAt.getTime() + 30 * 86_400_000);
    });

    it('goes by any service where a person lets it go and the account still says nothing', async () => {
      const { id } = await submitted({ delivery: { serviceTitle: 'Pigeon' } });
      expect(await release(id)).toMatchObject({ kind: 'accepted' });
      await routeOrder(shop.deps, id, 'due');
      const order = await shop.order(id);
      expect([order.status, order.serviceCodes]).toEqual(['CONFIRMED', null]);
    });
  });
});
