import fc from 'fast-check';
import { expect } from 'vitest';
import { systemViewer } from '../../src/model/viewer.js';
import { cancelOrderNow } from '../../src/orders/cancel-order.js';
import { dispatch } from '../../src/orders/dispatch.js';
import { confirmOrder, expireHolds } from '../../src/orders/holds.js';
import { pollVendor } from '../../src/orders/poll.js';
import { reconsiderBackorders } from '../../src/orders/reconsider.js';
import { routeOrder } from '../../src/orders/route.js';
import { relieveShortage } from '../../src/orders/shortage.js';
import { refreshBuffers } from '../../src/store/stock-buffers.js';
import { applyLiveAnswer, setNothingMore } from '../../src/store/stock-live.js';
import { applyStockReport } from '../../src/store/stock-reports.js';
import { verifyStockPage } from '../../src/store/stock-verify.js';
import { count, holdAllLaws, look, type Model, type Seen, shelvesOf } from './laws.js';
import type { Shop } from './shop.js';
import { type AtSubmit, keyOf, type Place } from './true-vendor.js';

type Command = fc.AsyncCommand<Model, Shop>;
/** What a step does, and what must be true of what it did. Several at once: a race. */
interface Deed {
  readonly name: string;
  readonly may?: (model: Model) => boolean;
  readonly does: (model: Model, shop: Shop) => Promise<((before: Seen, after: Seen) => void) | undefined>;
}

/** Each step takes so long, and each report a millisecond more: no two of a vendor are of the same moment, however its clock is off. */
const STEP_MS = 1_007;

function step(deeds: readonly Deed[]): Command {
  return {
    check: (model) => deeds.every((deed) => deed.may?.(model) ?? true),
    async run(model, shop) {
      shop.clock.advance(STEP_MS);
      const before = model.seen;
      const shelves = shelvesOf(shop, before);
      const claims = await Promise.all(deeds.map((deed) => deed.does(model, shop)));
      model.seen = await look(shop, before.ledger.last);
      for (const deed of deeds) count(model, deed.name.split(' ')[0] ?? '');
      for (const { entry } of model.seen.ledger.entries) count(model, `ledger ${entry}`);
      holdAllLaws(shop, model, before, shelves);
      // What one step claims of its outcome is true only where nobody else acted in the same moment.
      if (deeds.length === 1) for (const claim of claims) claim?.(before, model.seen);
    },
    toString: () => deeds.map((deed) => deed.name).join(' ∥ '),
  };
}

const some = <T>(list: readonly T[], pick: number): T => {
  const found = list[pick % list.length];
  if (found === undefined) throw new Error('expected something to pick from');
  return found;
};
/** Mostly one of those that the step is meant for, now and then any: repeating a step must change nothing. */
const apt = <T>(list: readonly T[], pick: number, meant: (each: T) => boolean): T => {
  const fitting = list.filter(meant);
  return pick % 5 === 4 || fitting.length === 0 ? some(list, pick) : some(fitting, pick);
};
const TO_SEND = ['PLANNED', 'SENDING', 'UNKNOWN', 'CANCELING'];
const orderIds = (seen: Seen) => [...new Set(seen.lines.map((line) => line.orderId))];
const hasOrders = (model: Model) => model.seen.lines.length > 0;
const ofOrder = (seen: Seen, orderId: string) => seen.reservations.filter((each) => each.orderId === orderId);

const submit = (quantities: readonly number[], explicit: boolean, reject: boolean): Deed => ({
  name: `submit ${quantities} ${explicit ? 'explicit' : 'automatic'} ${reject ? 'or reject' : 'or wait'}`,
  async does(model, shop) {
    const lines = quantities.flatMap((quantity, n) => {
      const product = shop.products[n];
      return product && quantity > 0 ? [{ ...product, quantity }] : [];
    });
    if (lines.length === 0) return undefined;
    const confirmation = explicit ? 'explicit' : 'automatic';
    const { externalId, result } = await shop.submit(lines, {
      confirmation,
      whenShort: reject ? 'REJECT' : 'BACKORDER',
    });
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

const confirm = (pick: number): Deed => ({
  name: `confirm ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    const { orderId } = apt(model.seen.lines, pick, (line) => line.confirmedAt === null && line.status !== 'REJECTED');
    const done = await confirmOrder(shop.deps, systemViewer('test'), orderId);
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

const expire = (pick: number): Deed => ({
  name: `expire ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    const { orderId } = apt(model.seen.lines, pick, (line) => line.confirmedAt === null && line.status !== 'REJECTED');
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

const cancel = (pick: number): Deed => ({
  name: `cancel ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    const orderId = some(orderIds(model.seen), pick);
    for (const order of model.orders.values()) if (order.id === orderId) order.canceled = true;
    await cancelOrderNow(shop.deps, orderId, 'test');
    return (_before, after) => {
      for (const line of after.lines) {
        if (line.orderId === orderId && line.status !== 'REJECTED') expect(line.open + line.backordered).toBe(0);
      }
    };
  },
});

const route = (pick: number): Deed => ({
  name: `route ${pick}`,
  may: hasOrders,
  async does(model, shop) {
    await routeOrder(shop.deps, some(orderIds(model.seen), pick), 'stock');
    return undefined;
  },
});

const send = (pick: number, how: AtSubmit): Deed => ({
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

const vendorWorks = (pick: number, what: 'accept' | 'reject' | 'ship' | 'give up' | 'refuse', units: number): Deed => ({
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

const readDocuments = (vendorPick: number, fromTheStart: boolean): Deed => ({
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
const serve = (pick: number, what: 'accept' | 'ship', units: number): Deed => ({
  name: `serve ${pick} ${what} ${units}`,
  may: (model) => model.seen.parts.length > 0,
  async does(model, shop) {
    const part = apt(model.seen.parts, pick, ({ status }) => TO_SEND.includes(status));
    const vendor = shop.vendorOf(part.nodeId);
    await confirmOrder(shop.deps, systemViewer('test'), part.orderId);
    await dispatch(shop.deps, part.fulfillmentId);
    vendor.truth.work(part.poNumber, part.lineNo, what, units);
    await readAll(shop, vendor.id, false);
    return undefined;
  },
});

const trade = (pick: number, units: number): Deed => ({
  name: `${units > 0 ? 'loss' : 'goods'} ${pick} ${Math.abs(units)}`,
  async does(_model, shop) {
    const place = some(shop.places, pick);
    const { truth } = shop.vendorOf(place.nodeId);
    if (units > 0) truth.lose(place, units);
    else truth.receive(place, -units);
    return undefined;
  },
});

interface Making {
  readonly vendor: number;
  readonly kind: 'snapshot' | 'delta';
  readonly places: 'all' | number;
  readonly offSeconds: number;
  readonly oldSeconds: number;
  readonly withMoment: boolean;
}
const make = (making: Making): Deed => ({
  name: `make ${making.kind} ${JSON.stringify(making)}`,
  async does(model, shop) {
    makeReport(model, shop, making);
    return undefined;
  },
});

function makeReport(model: Model, shop: Shop, making: Making): number {
  const { id, truth } = some(shop.vendors, making.vendor);
  const { places: which } = making;
  shop.clock.advance(1);
  const listed = which === 'all' ? which : truth.places.filter((_, n) => (which >> n) % 2 === 1);
  const made = truth.makeReport({ ...making, places: listed });
  const asOf = made.report.asOf ?? made.madeAt.toISOString();
  model.cuts.set(`${id} ${asOf}`, made.cut);
  model.reports.push({ vendor: id, made });
  return model.reports.length - 1;
}

type Mangled = 'whole' | 'truncated' | 'unreadable';
/** A report arrives: now or late, once or again, all of it or not. */
const deliver = (pick: number, mangled: Mangled): Deed => ({
  name: `feed ${pick} ${mangled}`,
  may: (model) => model.reports.length > 0,
  async does(model, shop) {
    await deliverReport(model, shop, some(model.reports, pick), mangled);
    return undefined;
  },
});

/** The vendor's next report, made and delivered at once. */
const feed = (making: Making, mangled: Mangled): Deed => ({
  name: `feed ${making.kind} ${mangled} ${JSON.stringify(making)}`,
  async does(model, shop) {
    await deliverReport(model, shop, some(model.reports, makeReport(model, shop, making)), mangled);
    return undefined;
  },
});

/** What every vendor's feed begins with where its reports carry numbers: all that it has. */
export async function firstReports(model: Model, shop: Shop): Promise<void> {
  for (const [vendor, { truth }] of shop.vendors.entries()) {
    if (!truth.declared.numbered) continue;
    const making = { vendor, kind: 'snapshot', places: 'all', offSeconds: 0, oldSeconds: 0, withMoment: true } as const;
    await deliverReport(model, shop, some(model.reports, makeReport(model, shop, making)), 'whole');
  }
}

async function deliverReport(
  model: Model,
  shop: Shop,
  { vendor, made }: Model['reports'][number],
  mangled: Mangled,
): Promise<void> {
  const { report, madeAt } = made;
  const cut = { ...report, expectedRows: report.rows.length, rows: report.rows.slice(1) };
  const fault = { code: 'NOT_A_NUMBER', path: 'rows[0]', message: 'expected a number' };
  const unreadable = { ...report, rows: report.rows.slice(1), faults: [fault] };
  const arrives = report.rows.length === 0 || mangled === 'whole' ? report : mangled === 'truncated' ? cut : unreadable;
  const result = await applyStockReport(shop.deps.pool, {
    ...{ vendorId: vendor, report: arrives, newId: shop.deps.newId, now: shop.clock.now(), requestedAt: madeAt },
  });
  count(model, `report ${result.state}`);
  count(model, 'units reflected', result.unitsReflected);
}

const answerLive = (pick: number, oldSeconds: number): Deed => ({
  name: `live ${pick} ${oldSeconds}`,
  async does(model, shop) {
    const place = some(shop.places, pick);
    const { id, truth } = shop.vendorOf(place.nodeId);
    shop.clock.advance(1);
    const askedAt = shop.clock.now();
    const cut = truth.answer(oldSeconds);
    model.cuts.set(`${id} ${askedAt.toISOString()}`, cut);
    const onHand = Math.max(0, truth.figure(keyOf(place), cut));
    if (truth.figure(keyOf(place), cut) < 0) return undefined;
    const rows = [{ nodeId: place.nodeId, productId: place.productId, onHand }];
    await applyLiveAnswer(shop.deps.pool, {
      ...{ vendorId: id, rows, asOf: null, askedAt, now: shop.clock.now(), newId: shop.deps.newId },
    });
    return undefined;
  },
});

const bareNo = (pick: number): Deed => ({
  name: `no ${pick}`,
  async does(_model, shop) {
    const { nodeId, productId } = some(shop.places, pick);
    const now = shop.clock.now();
    const taken = await setNothingMore(shop.deps.pool, { nodeId, productId, at: now, now });
    return (_before, after) => {
      const row = after.rows.find((each) => each.nodeId === nodeId && each.productId === productId);
      if (taken) expect(row?.atp).toBe(0);
    };
  },
});

const relieve = (pick: number): Deed => ({
  name: `shortage ${pick}`,
  async does(model, shop) {
    const short = model.seen.rows.filter((row) => row.relieveAt !== null);
    const { nodeId, productId } =
      short.length > 0 ? some(short, pick) : some<Pick<Place, 'nodeId' | 'productId'>>(shop.places, pick);
    await relieveShortage(shop.deps, nodeId, productId);
    return (_before, after) => {
      const row = after.rows.find((each) => each.nodeId === nodeId && each.productId === productId);
      const unmarked = after.reservations.filter(
        (each) =>
          ['held', 'committed'].includes(each.state) && each.subtractedAt === null && row && keyOf(each) === keyOf(row),
      );
      const promised = unmarked.reduce((sum, each) => sum + each.quantity, 0);
      if (!row || promised <= row.onHand) return;
      // Whatever was not sent to the vendor yet has gone elsewhere, or waits.
      const planned = after.parts.filter((part) => part.status === 'PLANNED').map((part) => part.fulfillmentId);
      expect(unmarked.filter((each) => planned.includes(each.fulfillmentId))).toEqual([]);
    };
  },
});

const reconsider = (pick: number): Deed => ({
  name: `reconsider ${pick}`,
  async does(_model, shop) {
    await reconsiderBackorders(shop.deps, [some(shop.products, pick).id]);
    return undefined;
  },
});

const wait = (seconds: number): Deed => ({
  name: `wait ${seconds}`,
  async does(_model, shop) {
    shop.clock.advance(seconds * 1000);
    return undefined;
  },
});

const tidy: Deed = {
  name: 'tidy',
  async does(_model, shop) {
    const first = Math.min(...shop.places.map((place) => place.nodeId));
    const after = { nodeId: first - 1, productId: 2_000_000_000 };
    await refreshBuffers(shop.deps.pool, { now: shop.clock.now(), after, batchesMax: 1, batch: shop.places.length });
    const page = { after, repair: 'all' as const, actor: 'test', at: shop.clock.now(), rows: shop.places.length };
    expect((await verifyStockPage(shop.deps.pool, page)).drift).toEqual([]);
    return undefined;
  },
};

const pick = fc.nat(30);
const making: fc.Arbitrary<Making> = fc.record({
  vendor: fc.nat(1),
  kind: fc.constantFrom('snapshot', 'delta', 'delta'),
  places: fc.oneof({ weight: 3, arbitrary: fc.constant('all' as const) }, fc.integer({ min: 1, max: 15 })),
  offSeconds: fc.integer({ min: -60, max: 60 }),
  oldSeconds: fc.integer({ min: 0, max: 120 }),
  withMoment: fc.boolean(),
});
const expiry = fc.constantFrom(10, 60, 200, 200, 16 * 60);

/** What may happen, each as often as it deserves. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.tuple(fc.nat(3), fc.nat(3)), fc.boolean(), fc.boolean()).map(([q, e, r]) => submit(q, e, r)),
  },
  { weight: 3, arbitrary: pick.map(confirm) },
  { weight: 2, arbitrary: pick.map(expire) },
  { weight: 1, arbitrary: pick.map(cancel) },
  { weight: 1, arbitrary: pick.map(route) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        pick,
        fc.oneof(
          { weight: 4, arbitrary: fc.constant<AtSubmit>('takes') },
          fc.constantFrom<AtSubmit>('takes and stays silent', 'is away', 'loses it'),
        ),
      )
      .map(([n, how]) => send(n, how)),
  },
  {
    weight: 7,
    arbitrary: fc
      .tuple(
        pick,
        fc.constantFrom('accept', 'accept', 'ship', 'ship', 'reject', 'give up', 'refuse'),
        fc.integer({ min: 1, max: 3 }),
      )
      .map(([n, what, units]) => vendorWorks(n, what as 'accept', units)),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(pick, fc.constantFrom<'accept' | 'ship'>('accept', 'ship', 'ship'), fc.integer({ min: 1, max: 3 }))
      .map(([n, what, units]) => serve(n, what, units)),
  },
  { weight: 4, arbitrary: fc.tuple(fc.nat(1), fc.boolean()).map(([n, again]) => readDocuments(n, again)) },
  { weight: 2, arbitrary: fc.tuple(pick, fc.constantFrom(1, 2, 5, -1, -3)).map(([n, units]) => trade(n, units)) },
  { weight: 2, arbitrary: making.map(make) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(making, fc.constantFrom<Mangled>('whole', 'whole', 'whole', 'whole', 'truncated', 'unreadable'))
      .map(([made, how]) => feed(made, how)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(pick, fc.constantFrom<Mangled>('whole', 'whole', 'truncated', 'unreadable'))
      .map(([n, how]) => deliver(n, how)),
  },
  { weight: 1, arbitrary: fc.tuple(pick, fc.nat(120)).map(([n, old]) => answerLive(n, old)) },
  { weight: 1, arbitrary: pick.map(bareNo) },
  { weight: 3, arbitrary: pick.map(relieve) },
  { weight: 1, arbitrary: fc.nat(1).map(reconsider) },
  { weight: 4, arbitrary: expiry.map(wait) },
  { weight: 1, arbitrary: fc.constant(tidy) },
);

/** One thing after another, and now and then two or three at once. */
export const steps: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: deed.map((one) => step([one])) },
  { weight: 1, arbitrary: fc.array(deed, { minLength: 2, maxLength: 3 }).map(step) },
);
