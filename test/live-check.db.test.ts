import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../src/model/viewer.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { askedVendors } from './asked-vendors.js';
import { acceptedIds, openWorld, type World } from './world.js';

describe('a vendor that is asked live before units are committed to it', () => {
  let world: World;
  const { policy, goods, reallyHas, submit, order, places, eventsOf, stockAt, asked, checked } = askedVendors(
    () => world,
  );
  beforeAll(async () => {
    world = await openWorld();
  });
  afterEach(async () => {
    await world.misbehave('none', 1);
    await policy({ live_check: 'never' });
  });
  afterAll(async () => {
    expect(await driftedStock(world.db.pool)).toEqual([]);
    await world.close();
  });

  it('is not asked where its policy does not say so', async () => {
    const some = await goods(10, 10);
    await policy({ live_check: 'never' });
    expect(await places(await submit(some.sku, 5))).toEqual([`${some.first.nodeCode} PLANNED 5`]);
    expect(await asked(some)).toEqual([]);
    await policy({ live_check: 'doubtful', live_check_below_units: 6 });
    expect((await order(await submit(some.sku, 1))).status).toBe('ROUTED');
  });

  it('says yes: the order is held while it is asked, then confirmed and sent', async () => {
    await policy({});
    const some = await goods(10, 10);
    const id = await submit(some.sku, 5);
    expect(await order(id)).toMatchObject({ status: 'ROUTED', confirmedAt: null });
    expect((await order(id)).openItems).toMatchObject([{ kind: 'hold', reason: 'LIVE_CHECK', blocks: ['dispatch'] }]);
    expect(await stockAt(some.first, some)).toMatchObject({ held: 5, committed: 0, atp: 5 });
    await world.workUntil('it has nothing to send', async () => true, { steps: ['dispatch'] });
    expect(await places(id)).toEqual([`${some.first.nodeCode} PLANNED 5`]);
    await checked(id);
    expect((await order(id)).status).toBe('CONFIRMED');
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 10, held: 0, committed: 5 });
    expect(await asked(some)).toEqual([`${some.first.vendor} 5`]);
    const events = await eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual([
      ...['order.received', 'order.routed', 'fulfillment.checking', 'fulfillment.checked', 'order.confirmed'],
    ]);
    expect(events[3]?.payload).toMatchObject({
      ...{ answer: 'available', askedAt: expect.any(String), answeredAt: expect.any(String), asOf: expect.any(String) },
      ...{ rows: [{ sku: some.sku, units: 5, asked: 5, said: 'figure', onHand: 10 }], status: 'CONFIRMED' },
    });
    await world.workUntil('it is delivered', async () => (await world.statuses([id])).DELIVERED === 1);
  });

  it('says no: the order is decided anew by what it said, and the decision tells', async () => {
    await policy({});
    const some = await goods(10, 10);
    await reallyHas(some.first, 0);
    const id = await submit(some.sku, 5);
    await checked(id);
    expect(await places(id)).toEqual([`${some.second.nodeCode} PLANNED 5`]);
    expect((await order(id)).status).toBe('CONFIRMED');
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 0, held: 0, committed: 0 });
    expect(await stockAt(some.second, some)).toMatchObject({ held: 0, committed: 5 });
    expect(await asked(some)).toEqual([`${some.first.vendor} 5`, `${some.second.vendor} 5`]);
    const { rows } = await world.db.pool.query(
      'SELECT cause, request, rate_sources, decision FROM decision WHERE order_id = $1 ORDER BY decided_at DESC, id DESC LIMIT 1',
      [id],
    );
    expect(rows[0]).toMatchObject({
      cause: 'LIVE_CHECK',
      rate_sources: {
        vendorAnswers: [
          {
            answer: 'short',
            rows: [{ nodeCode: some.first.nodeCode, sku: some.sku, units: 5, said: 'figure', onHand: 0 }],
          },
        ],
      },
    });
    expect(rows[0].request.exclusions).toMatchObject([
      {
        nodeId: some.first.nodeCode,
        sku: some.sku,
        reason: expect.stringMatching(/the vendor said at .* that it has none/),
      },
    ]);
    expect((await order(id)).openItems.map(({ resolution }) => resolution)).toEqual([
      'the vendor has too little',
      'the vendor has it',
    ]);
  });

  it('has a part: that much is taken without asking again, the rest elsewhere', async () => {
    const some = await goods(10, 10);
    await policy({}, some.first.vendorId);
    await reallyHas(some.first, 3);
    const id = await submit(some.sku, 5);
    await checked(id);
    expect(await places(id)).toEqual([`${some.first.nodeCode} PLANNED 3`, `${some.second.nodeCode} PLANNED 2`].sort());
    expect((await order(id)).status).toBe('CONFIRMED');
    expect(await asked(some)).toEqual([`${some.first.vendor} 5`]);
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 3, held: 0, committed: 3, atp: 0 });
  });

  it('has less than is promised there already: the new order goes elsewhere, and so does what it cannot keep', async () => {
    const some = await goods(10, 20);
    const [oldest, older] = [await submit(some.sku, 4), await submit(some.sku, 4)];
    await policy({}, some.first.vendorId);
    await reallyHas(some.first, 5);
    const id = await submit(some.sku, 2);
    await checked(id);
    expect(await asked(some)).toEqual([`${some.first.vendor} 10`]);
    const isCovered = async () => Number((await stockAt(some.first, some))?.committed) <= 5;
    await world.workUntil('no more is promised than it has', isCovered, { steps: ['check', 'shortage'] });
    expect(await places(oldest)).toEqual([`${some.first.nodeCode} PLANNED 4`]);
    expect((await places(older)).join()).toMatch(new RegExp(`${some.second.nodeCode} PLANNED`));
    expect((await places(id)).join()).toMatch(new RegExp(`${some.second.nodeCode} PLANNED`));
    expect(await world.statuses([oldest, older, id])).toEqual({ CONFIRMED: 3 });
  });

  it('is asked once about many orders of a moment, and each gets its part of what it has, the oldest first', async () => {
    const some = await goods(40, 0);
    await policy({}, some.first.vendorId);
    await reallyHas(some.first, 17);
    const ids = acceptedIds(await Promise.all(Array.from({ length: 30 }, () => world.submit([[some.sku, 1]]))));
    expect(await stockAt(some.first, some)).toMatchObject({ held: 30, committed: 0 });
    await checked(...ids);
    expect(await asked(some)).toEqual([`${some.first.vendor} 30`]);
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 17, held: 0, committed: 17, atp: 0 });
    expect(await world.statuses(ids)).toEqual({ CONFIRMED: 17, BACKORDERED: 13 });
  });

  it('says a bare yes or no: no more is committed than it said yes to', async () => {
    const some = await goods(40, 0);
    await policy({}, some.first.vendorId);
    await reallyHas(some.first, 17);
    await world.misbehave('bare-answer', 1_000);
    const ids = acceptedIds(await Promise.all(Array.from({ length: 30 }, () => world.submit([[some.sku, 1]]))));
    await checked(...ids);
    // A no to thirty, a yes to the older fifteen.
    expect(await asked(some)).toEqual([`${some.first.vendor} 30`, `${some.first.vendor} 15`]);
    expect(await stockAt(some.first, some)).toMatchObject({ held: 0, committed: 15, atp: 0 });
    expect(await world.statuses(ids)).toEqual({ CONFIRMED: 15, BACKORDERED: 15 });
    // What is promised there is part of the next question, and a no to all of it is a no.
    await world.db.pool.query(
      'UPDATE stock SET nothing_more_since = NULL, buffer = 0 WHERE node_id = $1 AND product_id = $2',
      [some.first.nodeId, some.productId],
    );
    const next = await submit(some.sku, 5);
    await checked(next);
    expect((await asked(some)).slice(2)).toEqual([`${some.first.vendor} 20`]);
    expect(await stockAt(some.first, some)).toMatchObject({ held: 0, committed: 15 });
  });

  it('is asked when a two-step order is confirmed, and its answer confirms the order', async () => {
    const some = await goods(10, 10);
    await policy({}, some.first.vendorId);
    await world.db.pool.query("UPDATE account SET confirmation = 'explicit' WHERE code = 'demo-api'");
    try {
      const [yes, no] = [await submit(some.sku, 4), await submit(some.sku, 5)];
      expect(await asked(some)).toEqual([]);
      await reallyHas(some.first, 4);
      const confirm = async (orderId: string) => {
        const input = { orderId, idempotencyKey: randomUUID(), fingerprint: new Uint8Array(32) };
        return (await world.services.confirmOrder(systemViewer('test'), input)).kind;
      };
      expect([await confirm(yes), await confirm(no)]).toEqual(['accepted', 'accepted']);
      expect([await confirm(yes), (await order(yes)).status]).toEqual(['accepted', 'ROUTED']);
      await checked(yes, no);
      expect(await world.statuses([yes, no])).toEqual({ CONFIRMED: 2 });
      expect(await places(yes)).toEqual([`${some.first.nodeCode} PLANNED 4`]);
      expect(await places(no)).toEqual([`${some.second.nodeCode} PLANNED 5`]);
    } finally {
      await world.db.pool.query("UPDATE account SET confirmation = 'automatic' WHERE code = 'demo-api'");
    }
  });

  it('is asked as well about what a confirmed order is to get from it after another vendor refused', async () => {
    const some = await goods(10, 10);
    await policy({}, some.second.vendorId);
    const id = await submit(some.sku, 5);
    expect((await order(id)).status).toBe('CONFIRMED');
    await world.misbehave('reject', 1);
    await world.services.dispatch((await order(id)).fulfillments[0]?.id ?? '');
    const isChecking = async () => (await eventsOf(id)).some(({ type }) => type === 'fulfillment.checking');
    await world.workUntil('the other vendor is to be asked', isChecking, { steps: ['dispatch', 'route', 'poll'] });
    expect(await places(id)).toEqual([`${some.second.nodeCode} PLANNED 5`]);
    expect(await stockAt(some.second, some)).toMatchObject({ held: 5, committed: 0 });
    await world.workUntil('it is delivered', async () => (await world.statuses([id])).DELIVERED === 1);
    expect(await asked(some)).toEqual([`${some.second.vendor} 5`]);
  });
});
