import { expect } from 'vitest';
import { reconsiderBackorders } from '../../src/orders/reconsider.js';
import { relieveShortage } from '../../src/orders/shortage.js';
import { refreshBuffers } from '../../src/store/stock-buffers.js';
import { applyLiveAnswer, setNothingMore } from '../../src/store/stock-live.js';
import { applyStockReport } from '../../src/store/stock-reports.js';
import { verifyStockPage } from '../../src/store/stock-verify.js';
import { type Deed, some } from './deed.js';
import { count, type Model } from './laws.js';
import type { Shop } from './shop.js';
import { keyOf, type Place } from './true-vendor.js';

export const trade = (pick: number, units: number): Deed => ({
  name: `${units > 0 ? 'loss' : 'goods'} ${pick} ${Math.abs(units)}`,
  async does(_model, shop) {
    const place = some(shop.places, pick);
    const { truth } = shop.vendorOf(place.nodeId);
    if (units > 0) truth.lose(place, units);
    else truth.receive(place, -units);
    return undefined;
  },
});

export interface Making {
  readonly vendor: number;
  readonly kind: 'snapshot' | 'delta';
  readonly places: 'all' | number;
  readonly offSeconds: number;
  readonly oldSeconds: number;
  readonly withMoment: boolean;
}
export const make = (making: Making): Deed => ({
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

export type Mangled = 'whole' | 'truncated' | 'unreadable';
/** A report arrives: now or late, once or again, all of it or not. */
export const deliver = (pick: number, mangled: Mangled): Deed => ({
  name: `feed ${pick} ${mangled}`,
  may: (model) => model.reports.length > 0,
  async does(model, shop) {
    await deliverReport(model, shop, some(model.reports, pick), mangled);
    return undefined;
  },
});

/** The vendor's next report, made and delivered at once. */
export const feed = (making: Making, mangled: Mangled): Deed => ({
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

export const answerLive = (pick: number, oldSeconds: number): Deed => ({
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

export const bareNo = (pick: number): Deed => ({
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

export const relieve = (pick: number): Deed => ({
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

export const reconsider = (pick: number): Deed => ({
  name: `reconsider ${pick}`,
  async does(_model, shop) {
    await reconsiderBackorders(shop.deps, [some(shop.products, pick).id]);
    return undefined;
  },
});

export const wait = (seconds: number): Deed => ({
  name: `wait ${seconds}`,
  async does(_model, shop) {
    shop.clock.advance(seconds * 1000);
    return undefined;
  },
});

export const tidy: Deed = {
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
