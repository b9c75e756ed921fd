import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelNotice } from '../../channel.js';
import { tellShop } from './tell.js';
import { anOrder, callOf } from './testing/bench.js';
import { type Mishap, startWooShop, type WooShop } from './testing/woo-shop.js';

let shop: WooShop;
beforeAll(async () => {
  shop = await startWooShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  for (const list of [shop.orders, shop.came, shop.mishaps]) list.length = 0;
  shop.notes.clear();
  shop.orders.push(anOrder());
});

const about = { externalId: '8812', displayNumber: 'R-8812', customerPoNumber: null, at: '2026-03-02T12:00:00.000Z' };
const lines = (units: Record<string, number>) =>
  Object.entries(units).map(([externalLineId, quantity]) => ({
    externalLineId,
    sku: `SKU-${externalLineId}`,
    quantity,
  }));
const shipment = (noticeId: string, units: Record<string, number>): ChannelNotice & { kind: 'ship' } => ({
  ...{ kind: 'ship', ...about, noticeId, shipmentId: `s-${noticeId}`, carrier: 'ups', serviceCode: null },
  ...{ trackingNumbers: [`1Z-${noticeId}`], shippedAt: '2026-03-02T11:00:00.000Z', lines: lines(units) },
});
const cancellation = (noticeId: string, units: Record<string, number>): ChannelNotice => ({
  ...{ kind: 'cancel', ...about, noticeId, reason: 'sold out', lines: lines(units) },
});
const acknowledgement = (noticeId: string, accepted: number, rejected: number): ChannelNotice => ({
  ...{ kind: 'acknowledge', ...about, noticeId },
  lines: [
    { externalLineId: '504', sku: 'LAMP', accepted, backordered: 0, rejected, reason: rejected ? 'sold out' : null },
  ],
});
const ALL = { 502: 1, 503: 10, 504: 3 };
const order = () => shop.orders[0] ?? expect.fail('expected the order');
const notes = () =>
  (shop.notes.get(8812) ?? []).map(({ note, customer_note }) => [note.replace(/HG-\w+/, 'HG'), customer_note]);

describe('a shop that is told of its order', () => {
  it('is told a shipment by a note to the customer, and completes the order once all of it is shipped', async () => {
    const links = { trackingLinks: { ups: 'https://ups.example/track?n={number}' } };
    await tellShop(shipment('n1', { 504: 2 }), callOf(shop, links));
    expect(order().status).toBe('processing');
    await tellShop(shipment('n2', { 502: 1, 503: 10, 504: 1 }), callOf(shop));
    expect(order().status).toBe('completed');
    expect(notes()).toEqual([
      ['Shipped with ups: 2 × SKU-504. Tracking: 1Z-n1 https://ups.example/track?n=1Z-n1 (HG)', true],
      ['Shipped with ups: 1 × SKU-502, 10 × SKU-503, 1 × SKU-504. Tracking: 1Z-n2 (HG)', true],
    ]);
  });

  const statuses = { acknowledged: 'packed', partlyShipped: 'on-hold', shipped: 'completed', canceled: 'cancelled' };
  it.each<[string, ChannelNotice[], string]>([
    ['accepted in part', [acknowledgement('a', 2, 1)], 'packed'],
    ['rejected in part, and nothing accepted', [acknowledgement('a', 0, 3)], 'processing'],
    ['shipped in part', [shipment('a', { 502: 1 })], 'on-hold'],
    ['canceled whole', [cancellation('a', ALL)], 'cancelled'],
    ['canceled in part', [cancellation('a', { 504: 3 })], 'processing'],
    [
      'shipped but for what is canceled',
      [cancellation('a', { 504: 3 }), shipment('b', { 502: 1, 503: 10 })],
      'completed',
    ],
    [
      'shipped but for what was rejected',
      [acknowledgement('a', 0, 3), shipment('b', { 502: 1, 503: 10 })],
      'completed',
    ],
  ])('has the status that the account gives an order that is %s', async (_what, notices, status) => {
    for (const notice of notices) await tellShop(notice, callOf(shop, { statuses }));
    expect(order().status).toBe(status);
  });

  it('notes what is canceled or cannot be shipped for the shop alone, and an acceptance not at all', async () => {
    await tellShop(acknowledgement('a', 3, 0), callOf(shop));
    await tellShop(acknowledgement('b', 2, 1), callOf(shop));
    await tellShop(cancellation('c', { 502: 1 }), callOf(shop));
    expect(notes()).toEqual([
      ['Cannot be shipped: 1 × LAMP (sold out) (HG)', false],
      ['Canceled: 1 × SKU-502 (sold out) (HG)', false],
    ]);
  });

  it.each(['completed', 'cancelled', 'refunded', 'failed'])(
    'keeps an order %s that someone has made so',
    async (status) => {
      order().status = status;
      await tellShop(shipment('n1', ALL), callOf(shop, { statuses: { shipped: 'packed' } }));
      expect([order().status, notes().length]).toEqual([status, 1]);
    },
  );

  it('writes tracking numbers where its plugin keeps them, behind those that are there, only where that is wanted', async () => {
    await tellShop(shipment('n0', { 502: 1 }), callOf(shop));
    expect(order().meta_data.map(({ key }) => key)).not.toContain('_wc_shipment_tracking_items');
    const there = { tracking_number: 'BY-HAND', tracking_id: 'x' };
    order().meta_data.push({ id: 9, key: '_wc_shipment_tracking_items', value: [there] });
    await tellShop(shipment('n1', { 504: 1 }), callOf(shop, { shipmentTrackingPlugin: true }));
    expect(order().meta_data.find(({ key }) => key === '_wc_shipment_tracking_items')?.value).toEqual([
      there,
      expect.objectContaining({
        ...{ tracking_number: '1Z-n1', custom_tracking_provider: 'ups', date_shipped: '1772449200' },
      }),
    ]);
  });

  it('takes no markup of what carriers and vendors say', async () => {
    await tellShop({ ...shipment('n1', { 502: 1 }), carrier: '<a href=x>\nups', trackingNumbers: [] }, callOf(shop));
    expect(notes()).toEqual([['Shipped with  a href=x  ups: 1 × SKU-502 (HG)', true]]);
  });

  it.each<[string, Partial<ChannelNotice>]>([
    ['an invoice', { kind: 'invoice' }],
    ['an order that is none of WooCommerce', { externalId: '8812/notes' }],
    ['an order that the shop does not have', { externalId: '1' }],
  ])('is not told %s', async (_what, change) => {
    const told = tellShop({ ...shipment('n1', ALL), ...change } as ChannelNotice, callOf(shop));
    await expect(told).rejects.toMatchObject({ code: 'CHANNEL_CALL_INVALID', errorClass: 'permanent' });
  });

  const mishaps = fc.array(
    fc.constantFrom<Mishap['kind']>(
      ...(['byteOrderMark', 'phpNotice', 'failing', 'busy', 'htmlLate', 'tornLate', 'goneLate', 'excuseLate'] as const),
    ),
    { maxLength: 4 },
  );
  it('makes one of a notice, whatever goes wrong in between, and one status of all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mishaps, { maxLength: 6 }), async (attempts) => {
        shop.orders.splice(0, shop.orders.length, anOrder());
        shop.notes.clear();
        const notices = [
          shipment('n1', { 502: 1, 504: 1 }),
          cancellation('n2', { 504: 2 }),
          shipment('n3', { 503: 10 }),
        ];
        const troubles = attempts.values();
        for (const notice of notices) {
          for (let isTold = false; !isTold; ) {
            const kinds = troubles.next().value ?? [];
            shop.mishaps.splice(0, shop.mishaps.length, ...kinds.map((kind) => ({ kind })));
            const error: unknown = await tellShop(notice, callOf(shop)).then(
              () => null,
              (reason: unknown) => reason,
            );
            isTold = error === null;
            if (!isTold) expect(error).toMatchObject({ errorClass: expect.stringMatching(/^(transient|unknown)$/) });
          }
          shop.mishaps.length = 0;
          expect((await tellShop(notice, callOf(shop))).outcome).toBe('known');
        }
        expect([notes().length, order().status, order().meta_data.length]).toEqual([3, 'completed', 3]);
      }),
      { numRuns: 40 },
    );
  });
});
