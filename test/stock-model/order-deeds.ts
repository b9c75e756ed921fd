import { expect } from 'vitest';
import { systemViewer } from '../../src/model/viewer.js';
import { dispatch } from '../../src/orders/dispatch.js';
import { confirmOrder, expireHolds } from '../../src/orders/holds.js';
import { cancelOrderNow } from '../../src/orders/order-commands.js';
import { pollVendor } from '../../src/orders/poll.js';
import { routeOrder } from '../../src/orders/route.js';
import { apt, type Deed, some } from './deed.js';
import type { Model, Seen } from './laws.js';
import type { Shop } from './shop.js';
import type { AtSubmit } from './true-vendor.js';

const TO_SEND = ['PLANNED', 'SENDING', 'UNKNOWN', 'CANCELING'];
const orderIds = (seen: Seen) => [...new Set(seen.lines.map((line) => line.orderId))];
const anyOrder = ({ seen }: Model, pick: number) => some(orderIds(seen), pick);
export const unconfirmedOrder = ({ seen }: Model, pick: number) =>
  apt(seen.lines, pick, (line) => line.confirmedAt === null && line.status !== 'REJECTED').orderId;
const hasOrders = (model: Model) => model.seen.lines.length > 0;
const ofOrder = (seen: Seen, orderId: string) => seen.reservations.filter((each) => each.orderId === orderId);

export const submit = (quantities: readonly number[], explicit: boolean, reject: boolean): Deed => ({
  name: `submit ${quantities} ${explicit ? 'explicit' : 'automatic'} ${reject ? 'or reject' : 'or wait'}`,
  async does(model, shop) {
    const lines = quantities.flatMap((quantity, n) => {
      const product = shop.products[n];
      return product && quantity > 0 ? [{ ...product, quantity }] : [];
    });
    if (lines.length === 0) return undefined;
    const confirmation = explicit ? 'explicit' : 'automatic';
    const how = { confirmation, whenShort: reject ? 'REJECT' : 'BACKORDER' } as const;
    const { externalId, result } = await shop.submit(lines, how, shop.deps);
    if (result.orderId === null) throw new Error(`expected an order, got ${JSON.stringify(result)}`);
    const ordered = lines.map((line) => line.quantity);
    model.orders.set(externalId, { id: result.orderId, ordered, refused: result.kind === 'refused', canceled: false });
    return (before, after) => {
      const free = (id: number) => before.rows.reduce((sum, row) => sum + (row.productId === id ? row.atp : 0), 0);
      const own = after.lines.filter((line) => line.orderId === result.orderId);
      const whole = lines.every((line) => free(line.id) >= line.quantity);
      // No order is refused while what it asked for is free, and none is accepted for what is not.
      expect(result.kind).toBe(whole || !reject ? 'accepted' : 'refused');
      const routed = lines.map((line) => (result.kind === 'refused' ? 0 : Math.min(line.quantity, free(line.id))));
      expect(own.map((line) => line.routed)).toEqual(routed);
      const state = explicit ? 'held' : 'committed';
      expect(ofOrder(after, result.orderId ?? '').every((each) => each.state === state)).toBe(true);
    };
  },
});

export const confirm = (pick: number): Deed => ({
  name: `confirm ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    const orderId = unconfirmedOrder(model, pick);
    const done = await confirmOrder(shop.deps, systemViewer('test'), orderId, shop.deps.clock.now());
    return (before, after) => {
      const was = before.lines.find((line) => line.orderId === orderId);
      expect(done).toBe(was?.confirmedAt === null && was.status !== 'REJECTED' && was.status !== 'CANCELED');
      const held = ofOrder(before, orderId).filter((each) => each.state === 'held');
      for (const { id } of held) {
        expect(after.reservations.find((each) => each.id === id)?.state).toBe(done ? 'committed' : 'held');
      }
    };
  },
});

export const expire = (pick: number): Deed => ({
  name: `expire ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    const orderId = unconfirmedOrder(model, pick);
    const now = shop.clock.now();
    await expireHolds(shop.deps, orderId);
    return (before, after) => {
      for (const was of ofOrder(before, orderId)) {
        const is = after.reservations.find((each) => each.id === was.id);
        const over = was.state === 'held' && was.expiresAt !== null && new Date(was.expiresAt) <= now;
        // Its time is up: renewed (released, and taken again) or expired. Anything else stays as it is.
        if (over) expect(['released', 'expired']).toContain(is?.state);
        else expect(is?.state).toBe(was.state);
      }
    };
  },
});

export const cancel = (pick: number, choose = anyOrder): Deed => ({
  name: `cancel ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    const orderId = choose(model, pick);
    for (const order of model.orders.values()) if (order.id === orderId) order.canceled = true;
    await cancelOrderNow(shop.deps, orderId, 'test');
    return (_before, after) => {
      for (const line of after.lines) {
        if (line.orderId === orderId && line.status !== 'REJECTED') expect(line.open + line.backordered).toBe(0);
      }
    };
  },
});

export const route = (pick: number, choose = anyOrder): Deed => ({
  name: `route ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    await routeOrder(shop.deps, choose(model, pick), 'stock');
    return undefined;
  },
});

export const send = (pick: number, how: AtSubmit): Deed => ({
  name: `send ${pick} ${how}`,
  may: (model) => model.seen.parts.length > 0,
  async does(model, shop) {
    const part = apt(model.seen.parts, pick, ({ status }) => TO_SEND.includes(status));
    const { truth } = shop.vendorOf(part.nodeId);
    truth.nextSubmit = how;
    await dispatch(shop.deps, part.fulfillmentId);
    truth.nextSubmit = 'takes';
    return undefined;
  },
});

export const vendorWorks = (
  pick: number,
  what: 'accept' | 'reject' | 'ship' | 'give up' | 'refuse',
  units: number,
): Deed => ({
  name: `vendor ${what} ${pick} ${units}`,
  may: (model) => model.seen.parts.length > 0,
  async does(model, shop) {
    const part = apt(model.seen.parts, pick, ({ poNumber, nodeId }) =>
      shop.vendorOf(nodeId).truth.orders.has(poNumber),
    );
    const { truth } = shop.vendorOf(part.nodeId);
    if (what === 'refuse') truth.cancels = !truth.cancels;
    else if (what === 'give up') truth.giveUp(part.poNumber);
    else truth.work(part.poNumber, part.lineNo, what, units);
    return undefined;
  },
});

export const readDocuments = (vendorPick: number, fromTheStart: boolean): Deed => ({
  name: `acknowledge ${vendorPick}${fromTheStart ? ' again' : ''}`,
  async does(_model, shop) {
    await readAll(shop, some(shop.vendors, vendorPick).id, fromTheStart);
    return undefined;
  },
});

async function readAll(shop: Shop, vendorId: number, fromTheStart: boolean): Promise<void> {
  await shop.deps.pool.query(
    `UPDATE vendor_poll SET next_action_at = $2, cursor = CASE WHEN $3 THEN NULL ELSE cursor END WHERE vendor_id = $1`,
    [vendorId, shop.clock.now(), fromTheStart],
  );
  await pollVendor(shop.deps, vendorId, 'documents');
}

/** An order goes quickly: sent, worked on by the vendor, and its word read. */
export const serve = (pick: number, what: 'accept' | 'ship', units: number): Deed => ({
  name: `serve ${pick} ${what} ${units}`,
  may: (model) => model.seen.parts.length > 0,
  async does(model, shop) {
    const part = apt(model.seen.parts, pick, ({ status }) => TO_SEND.includes(status));
    const vendor = shop.vendorOf(part.nodeId);
    await confirmOrder(shop.deps, systemViewer('test'), part.orderId, shop.deps.clock.now());
    await dispatch(shop.deps, part.fulfillmentId);
    vendor.truth.work(part.poNumber, part.lineNo, what, units);
    await readAll(shop, vendor.id, false);
    return undefined;
  },
});
