import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { driftedStock, stockOf } from '../store/testing/small-network.js';
import { dispatch } from './dispatch.js';
import { cancelOrderNow } from './order-commands.js';
import { pollVendor } from './poll.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('telling the vendor once', () => {
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
  beforeEach(() => {
    shop.vendor.nextSubmits.length = 0;
    shop.vendor.away = false;
    shop.vendor.cancelAnswer = { kind: 'canceled' };
    shop.vendor.beforeSubmit = async () => {};
    shop.vendor.unreadable.length = 0;
    shop.vendor.capabilities = { ...shop.vendor.capabilities, idempotentSubmit: true };
  });

  const statusOf = async (orderId: string) => {
    const order = await shop.order(orderId);
    return [order.fulfillments[0]?.status, order.status];
  };
  const submitsOf = async (work: () => Promise<unknown>) => {
    const before = shop.vendor.calls.submit;
    await work();
    return shop.vendor.calls.submit - before;
  };
  const PAST_LEASE_MS = 30_000 + 5_000;
  /** The vendor's documents are due to be read, from the first one on. */
  const readDue = async () => {
    const { vendorId } = shop.network.nodes.east;
    await db.pool.query(
      `INSERT INTO vendor_poll (vendor_id, kind, next_action_at) VALUES ($1, 'documents', $2)
       ON CONFLICT (vendor_id, kind) DO UPDATE SET cursor = NULL, next_action_at = EXCLUDED.next_action_at`,
      [vendorId, shop.clock.now()],
    );
    return vendorId;
  };

  it('sends a purchase order and takes the acceptance that comes with the answer', async () => {
    const { orderId, fulfillmentId, poNumber } = await shop.plannedOrder();
    await dispatch(shop.deps, fulfillmentId);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
    expect(await shop.events(orderId)).toEqual([
      'order.routed',
      'fulfillment.sending',
      'fulfillment.sent',
      'fulfillment.accepted',
    ]);
    expect(shop.vendor.kept.get(poNumber)?.po).toMatchObject({
      nodeCode: 'acme-east',
      lines: [{ quantity: 5, packs: 5 }],
    });
    expect((await shop.order(orderId)).fulfillments[0]).toMatchObject({
      lease: null,
      vendorReference: `V-${poNumber}`,
    });
  });

  it('is sent once by many workers', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    const submits = await submitsOf(() =>
      Promise.all(Array.from({ length: 8 }, () => dispatch(shop.deps, fulfillmentId))),
    );
    expect(submits).toBe(1);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
  });

  it('looks a purchase order up whose answer was lost, and goes on with what it finds', async () => {
    const { orderId, fulfillmentId, productId } = await shop.plannedOrder();
    shop.vendor.nextSubmits.push('accept_silently');
    await dispatch(shop.deps, fulfillmentId);
    expect(await statusOf(orderId)).toEqual(['UNKNOWN', 'CONFIRMED']);
    expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ committed: 5 });
    shop.clock.advance(10_000);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(0);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
  });

  it('sends again, under the same number, what the vendor does not know', async () => {
    const { orderId, fulfillmentId, poNumber } = await shop.plannedOrder();
    shop.vendor.nextSubmits.push('lose');
    await dispatch(shop.deps, fulfillmentId);
    shop.clock.advance(10_000);
    await dispatch(shop.deps, fulfillmentId);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
    expect(shop.vendor.kept.has(poNumber)).toBe(true);
    expect((await shop.order(orderId)).fulfillments[0]?.attempt).toBe(2);
  });

  it('never sends again where that could make a second one; it waits, tells a person, and in the end frees the stock', async () => {
    shop.vendor.capabilities = { ...shop.vendor.capabilities, idempotentSubmit: false };
    const { orderId, fulfillmentId, productId } = await shop.plannedOrder();
    shop.vendor.nextSubmits.push('lose');
    await dispatch(shop.deps, fulfillmentId);
    shop.clock.advance(10_000);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(0);
    const waiting = await shop.order(orderId);
    expect(waiting.fulfillments[0]?.status).toBe('UNKNOWN');
    expect(waiting.openItems.map((item) => item.reason)).toEqual(['PO_IN_DOUBT']);
    expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ committed: 5 });
    // The last call of ours ended within its lease; a minute later nothing can turn up any more.
    shop.clock.advance(30_000 + 60_000);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(0);
    const done = await shop.order(orderId);
    expect(done.fulfillments[0]?.status).toBe('CANCELED');
    expect(done.lines[0]).toMatchObject({ open: 5, routed: 0 });
    expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ committed: 0 });
  });

  it('tries again when the vendor is away, ever later, then waits as a dead letter until it is replayed', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    shop.vendor.away = true;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await dispatch(shop.deps, fulfillmentId);
      const { status, nextActionAt } = (await shop.order(orderId)).fulfillments[0] ?? {};
      expect(status).toBe('PLANNED');
      if (!nextActionAt) break;
      waits.push(nextActionAt.getTime() - shop.clock.now().getTime());
      expect((await dispatch(shop.deps, fulfillmentId)).outcome).toBe('retry');
      shop.clock.advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([750, 1_500, 3_000]);
    const [letter] = await listDeadLetters(db.pool, systemViewer('test'), { limit: 10 });
    expect(letter).toMatchObject({ step: 'dispatch', subjectId: fulfillmentId, orderId, attempts: 4 });
    expect((await dispatch(shop.deps, fulfillmentId)).outcome).toBe('nothing');

    shop.vendor.away = false;
    expect(await replayDeadLetters(db.pool, systemViewer('test'), {}, shop.clock.now())).toEqual({ replayed: 1 });
    await dispatch(shop.deps, fulfillmentId);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
    expect(await replayDeadLetters(db.pool, systemViewer('test'), {}, shop.clock.now())).toEqual({ replayed: 0 });
  });

  it('sets aside at once what no retry can mend', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    shop.vendor.nextSubmits.push('unauthorized');
    await dispatch(shop.deps, fulfillmentId);
    expect((await shop.order(orderId)).fulfillments[0]).toMatchObject({ status: 'PLANNED', nextActionAt: null });
    const letters = await listDeadLetters(db.pool, systemViewer('test'), { limit: 10 });
    expect(letters.map((letter) => letter.subjectId)).toContain(fulfillmentId);
  });

  it('routes again what the vendor rejects', async () => {
    const { orderId, fulfillmentId, productId } = await shop.plannedOrder();
    shop.vendor.nextSubmits.push('reject');
    await dispatch(shop.deps, fulfillmentId);
    const order = await shop.order(orderId);
    expect(order.fulfillments[0]?.status).toBe('REJECTED');
    expect(order).toMatchObject({ status: 'RECEIVED', nextActionAt: shop.clock.now() });
    expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ committed: 0 });
  });

  it('takes over when a worker dies after its claim, and sends under the same number', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    const crash = new Error('killed between claim and call');
    await expect(
      dispatch(
        { ...shop.deps, checkpoint: (at) => (at === 'claimed' ? Promise.reject(crash) : Promise.resolve()) },
        fulfillmentId,
      ),
    ).rejects.toBe(crash);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(0);
    shop.clock.advance(PAST_LEASE_MS);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(1);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
    expect(await shop.events(orderId)).toContain('fulfillment.unknown');
  });

  it('finds the purchase order when a worker dies after the vendor took it', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    const crash = new Error('killed before it noted the answer');
    await expect(
      dispatch(
        { ...shop.deps, checkpoint: (at) => (at === 'answered' ? Promise.reject(crash) : Promise.resolve()) },
        fulfillmentId,
      ),
    ).rejects.toBe(crash);
    shop.clock.advance(PAST_LEASE_MS);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(0);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
  });

  it('does not call once its lease has run out while it was stopped', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    const stopped = { ...shop.deps, checkpoint: async () => shop.clock.advance(PAST_LEASE_MS) };
    expect(await submitsOf(() => dispatch(stopped, fulfillmentId))).toBe(0);
    expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(1);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
  });

  it('takes what the vendor says even when its lease has gone to another meanwhile', async () => {
    const { orderId, fulfillmentId, poNumber } = await shop.plannedOrder();
    shop.vendor.beforeSubmit = async () => {
      shop.vendor.beforeSubmit = async () => {};
      shop.clock.advance(PAST_LEASE_MS);
      // The rival takes over, does not find it yet, and sends it: the first call arrives after that.
      await dispatch(shop.deps, fulfillmentId);
    };
    await dispatch(shop.deps, fulfillmentId);
    expect([...shop.vendor.kept.keys()].filter((number) => number === poNumber)).toHaveLength(1);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
    const accepted = (await shop.events(orderId)).filter((type) => type === 'fulfillment.accepted');
    expect(accepted).toHaveLength(1);
  });

  it('either sends or cancels, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { orderId, fulfillmentId, poNumber, productId } = await shop.plannedOrder();
      await Promise.all([dispatch(shop.deps, fulfillmentId), cancelOrderNow(shop.deps, orderId, 'test')]);
      shop.clock.advance(1);
      await dispatch(shop.deps, fulfillmentId);
      const order = await shop.order(orderId);
      expect([order.fulfillments[0]?.status, order.status]).toEqual(['CANCELED', 'CANCELED']);
      const atVendor = shop.vendor.kept.get(poNumber)?.status ?? 'never sent';
      expect(['canceled', 'never sent']).toContain(atVendor);
      expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ held: 0, committed: 0 });
    }
  });

  it('ends a canceled order whose sending was in doubt only once it can no longer turn up', async () => {
    const { orderId, fulfillmentId, productId } = await shop.plannedOrder();
    shop.vendor.nextSubmits.push('lose');
    await dispatch(shop.deps, fulfillmentId);
    await cancelOrderNow(shop.deps, orderId, 'test');
    let asked = 0;
    for (; (await statusOf(orderId))[0] !== 'CANCELED'; asked += 1) {
      const { nextActionAt } = (await shop.order(orderId)).fulfillments[0] ?? {};
      if (!nextActionAt || asked > 20) throw new Error('expected it to be canceled in the end');
      expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ committed: 5 });
      shop.clock.advance(Math.max(20_000, nextActionAt.getTime() - shop.clock.now().getTime()));
      expect(await submitsOf(() => dispatch(shop.deps, fulfillmentId))).toBe(0);
    }
    expect(asked).toBeGreaterThan(2);
    expect(await stockOf(db.pool, shop.network.nodes.east, productId)).toMatchObject({ committed: 0 });
  });

  it('ships on when the vendor will not cancel', async () => {
    const { orderId, fulfillmentId } = await shop.plannedOrder();
    await dispatch(shop.deps, fulfillmentId);
    shop.vendor.cancelAnswer = { kind: 'refused', reason: 'it is packed' };
    await cancelOrderNow(shop.deps, orderId, 'test');
    expect((await shop.order(orderId)).fulfillments[0]?.status).toBe('CANCELING');
    await dispatch(shop.deps, fulfillmentId);
    expect(await statusOf(orderId)).toEqual(['ACCEPTED', 'DISPATCHED']);
    expect(await shop.events(orderId)).toContain('order.cancel_refused');
  });

  it('follows the vendor to the door, and reads no document twice', async () => {
    const { orderId, fulfillmentId, poNumber } = await shop.plannedOrder();
    await dispatch(shop.deps, fulfillmentId);
    const vendorId = await readDue();
    shop.vendor.ship(poNumber);
    shop.vendor.deliver(poNumber);
    await Promise.all([pollVendor(shop.deps, vendorId, 'documents'), pollVendor(shop.deps, vendorId, 'documents')]);
    expect(await statusOf(orderId)).toEqual(['DELIVERED', 'DELIVERED']);
    await readDue();
    const before = await shop.events(orderId);
    expect((await pollVendor(shop.deps, vendorId, 'documents')).outcome).toBe('done');
    expect(await shop.events(orderId)).toEqual(before);
    const { rows } = await db.pool.query('SELECT * FROM vendor_outcome WHERE fulfillment_id = $1', [fulfillmentId]);
    expect(rows[0]).toMatchObject({ units_ordered: 5, units_accepted: 5, units_shipped: 5, outcome: 'delivered' });
  });

  it('reads on past a document that makes no sense, and sets aside the purchase order that it names', async () => {
    const shipped = await shop.plannedOrder();
    const garbled = await shop.plannedOrder();
    for (const { fulfillmentId } of [shipped, garbled]) await dispatch(shop.deps, fulfillmentId);
    const vendorId = await readDue();
    shop.vendor.unreadable.push(
      { poNumber: garbled.poNumber, problem: 'documents.0.kind: Invalid input' },
      { poNumber: null, problem: 'documents.1: not a document' },
    );
    shop.vendor.ship(shipped.poNumber);
    expect((await pollVendor(shop.deps, vendorId, 'documents')).outcome).toBe('done');
    expect(await statusOf(shipped.orderId)).toEqual(['SHIPPED', 'SHIPPED']);
    const letters = await listDeadLetters(db.pool, systemViewer('test'), { limit: 50 });
    const own = letters.filter((letter) => letter.subjectId === garbled.fulfillmentId);
    expect(own).toMatchObject([{ step: 'dispatch', errors: [{ code: 'VENDOR_DOCUMENT_MALFORMED' }] }]);
    const { rows } = await db.pool.query("SELECT cursor FROM vendor_poll WHERE kind = 'documents'");
    expect(rows).toEqual([{ cursor: String(shop.vendor.log.length) }]);
  });
});
