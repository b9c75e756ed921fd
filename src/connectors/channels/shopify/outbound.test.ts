import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../model/errors.js';
import type { ChannelNotice } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { type ChannelBench, describeChannel } from '../../kit/index.js';
import { shopifyChannel } from './index.js';
import { ShopDouble, shopifySchema, TOKEN } from './testing/shop-double.js';

const schema = shopifySchema();
const SECRET = 'a-secret-of-the-shop';
const settings = {
  ...{ shopUrl: 'https://shop.example', duties: ['ship', 'cancel', 'report_stock'], locationId: '7' },
  carrierNames: { SWIFT: 'Swift Express' },
};
const account = { code: 'shop', settings, secrets: { webhookSecret: SECRET, accessToken: TOKEN } };
const at = '2026-03-02T11:00:00.000Z';
let now = new Date(at);
const clock = { now: () => now };

const told = { noticeId: '0198-n1', externalId: '1', displayNumber: '#1', customerPoNumber: null, at };
type Lines = readonly { readonly externalLineId: string; readonly sku: string; readonly quantity: number }[];
const lines = (...units: readonly [line: number, quantity: number][]): Lines =>
  units.map(([line, quantity]) => ({ externalLineId: String(line), sku: 'MUG', quantity }));
const ship = (what: Lines, more: object = {}): ChannelNotice => ({
  ...{ ...told, kind: 'ship', shipmentId: 'S-1', carrier: 'UPS', serviceCode: null, trackingNumbers: ['1Z1'] },
  ...{ shippedAt: at, lines: what, ...more },
});
const cancel = (what: Lines): ChannelNotice => ({
  ...told,
  kind: 'cancel',
  noticeId: '0198-n2',
  reason: 'sold out',
  lines: what,
});

describe.skipIf(schema === null)('a shop at Shopify, behind its own published schema', () => {
  let shop: ShopDouble;
  let context: CallContext;
  const tell = (notice: ChannelNotice) => shopifyChannel.tell?.(notice, context);
  const poll = async (cursor: string | null) => {
    const page = await shopifyChannel.pollOrders?.(cursor, context);
    if (!page) throw new Error('expected a page');
    return page;
  };
  beforeEach(() => {
    if (schema === null) return;
    now = new Date(at);
    shop = new ShopDouble(schema, clock.now);
    context = { account, clock, fetch: shop.fetch, signal: AbortSignal.timeout(5_000) };
  });

  it('is told of a shipment once, however often: by its tracking numbers, or without any by the time', async () => {
    shop.place(1, [{ id: 11, sku: 'MUG', quantity: 5 }]);
    const first = await tell(ship(lines([11, 2])));
    expect(first).toEqual({ outcome: 'taken', reference: expect.stringMatching(/^\d+$/) });
    expect(await tell(ship(lines([11, 2])))).toEqual({ ...first, outcome: 'known' });
    await tell(ship(lines([11, 1]), { trackingNumbers: ['1Z2', '1Z3'], carrier: 'SWIFT' }));
    now = new Date('2026-03-02T12:00:00.000Z');
    const later = ship(lines([11, 1]), { trackingNumbers: [], at: now.toISOString() });
    await tell(later);
    expect((await tell(later))?.outcome).toBe('known');
    expect(shop.fulfillments.map(({ company, numbers, lines: made }) => [company, numbers, made[0]?.quantity])).toEqual(
      [
        ['UPS', ['1Z1'], 2],
        ['Swift Express', ['1Z2', '1Z3'], 1],
        ['UPS', [], 1],
      ],
    );
  });

  it('gets a fulfillment for each location that was to send something, and no second one where an answer was lost in between', async () => {
    shop.place(1, [
      { id: 11, sku: 'MUG', quantity: 2, location: 'Main' },
      { id: 12, sku: 'PEN', quantity: 1, location: 'Attic' },
    ]);
    let lost = false;
    context = {
      ...context,
      fetch: async (...request) => {
        const answer = await shop.fetch(...request);
        if (lost || !String(request[1]?.body).includes('mutation')) return answer;
        lost = true;
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
      },
    };
    const notice = ship(lines([11, 2], [12, 1]));
    await expect(tell(notice)).rejects.toMatchObject({ code: 'CHANNEL_NO_ANSWER', errorClass: 'unknown' });
    await tell(notice);
    expect(shop.fulfillments.map(({ lines: made }) => made.map(({ quantity }) => quantity))).toEqual([[2], [1]]);
  });

  it('holds units that nobody supplies, once, and fulfills the others', async () => {
    shop.place(1, [{ id: 11, sku: 'MUG', quantity: 5 }]);
    const first = await tell(cancel(lines([11, 2])));
    expect(await tell(cancel(lines([11, 2])))).toEqual({ ...first, outcome: 'known' });
    expect(
      shop.fulfillmentOrders.map(({ status, holds, lines: [line] }) => [status, holds[0]?.reason, line?.remaining]),
    ).toEqual([
      ['ON_HOLD', 'INVENTORY_OUT_OF_STOCK', 2],
      ['OPEN', undefined, 3],
    ]);
    await tell(ship(lines([11, 3])));
    await expect(tell(ship(lines([11, 1]), { trackingNumbers: ['1Z9'] }))).rejects.toMatchObject({
      ...{ code: 'CHANNEL_REFUSED', errorClass: 'refused' },
      message: 'shipped, and not to be fulfilled in the shop: 1 of line 11 (it is on_hold there)',
    });
  });

  it('that canceled the order itself has nothing more to be told', async () => {
    shop.place(1, [{ id: 11, sku: 'MUG', quantity: 5 }]);
    for (const order of shop.orders) order.cancelledAt = at;
    expect(await tell(cancel(lines([11, 5])))).toEqual({ outcome: 'known', reference: null });
  });

  it('is asked for its orders page by page, and again for what changed since; they map as their webhooks do', async () => {
    for (let id = 1; id <= 45; id += 1)
      shop.place(id, [{ id: 100 + id, sku: 'MUG', quantity: 2 }], `2026-03-02T10:${String(id).padStart(2, '0')}:00Z`);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 5; page += 1) {
      const read = await poll(cursor);
      seen.push(...read.payloads.map(({ deliveryId }) => deliveryId));
      ({ cursor } = read);
      if (!read.more) break;
    }
    expect([seen.length, new Set(seen).size]).toEqual([45, 45]);
    const [changed] = shop.orders;
    if (changed) changed.updatedAt = '2026-03-02T10:50:00Z';
    const { payloads } = await poll(cursor);
    expect(payloads.map(({ deliveryId }) => deliveryId)).toEqual([
      ...['43', '44', '45'].map((id) => `${id}@2026-03-02T10:${id}:00Z`),
      '1@2026-03-02T10:50:00Z',
    ]);
    const result = shopifyChannel.normalize('orders/updated', payloads.at(-1)?.rawBody ?? new Uint8Array(), account);
    expect(result).toMatchObject({
      orders: [
        {
          ...{
            externalId: '1',
            displayNumber: '#1',
            currency: 'USD',
            updatedAt: '2026-03-02T10:50:00.000Z',
            tags: ['web'],
          },
          shipTo: { name: 'Ada Reader', lines: ['1 Main St'], city: 'Albany', regionCode: 'NY', countryCode: 'US' },
          lines: [{ externalLineId: '101', sku: 'MUG', quantity: 2, unitPrice: 100_000, requiresShipping: true }],
          delivery: { serviceCode: 'Economy' },
          source: { payment: 'paid', fulfillment: 'unfulfilled' },
          totals: { grade: 'exact', stated: '25.00' },
        },
      ],
    });
  });

  it('is read on where its bucket of calls was emptied, however small that is', async () => {
    for (let id = 1; id <= 9; id += 1)
      shop.place(id, [{ id: 100 + id, sku: 'MUG', quantity: 1 }], `2026-03-02T10:0${id}:00Z`);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 9; page += 1) {
      shop.bucket = 4;
      const read = await poll(cursor);
      seen.push(...read.payloads.map(({ deliveryId }) => deliveryId.split('@')[0] ?? ''));
      ({ cursor } = read);
      if (!read.more) break;
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    shop.bucket = 1;
    await expect(poll(cursor)).rejects.toMatchObject({ code: 'CHANNEL_BUSY' });
  });

  it('with an order of more lines than a page is read whole', async () => {
    shop.place(
      1,
      Array.from({ length: 130 }, (_, line) => ({ id: 1_000 + line, sku: `SKU-${line}`, quantity: 1 })),
    );
    const [payload] = (await poll(null)).payloads;
    const result = shopifyChannel.normalize('orders/updated', payload?.rawBody ?? new Uint8Array(), account);
    expect(result.ok && result.orders[0]?.lines).toHaveLength(130);
  });

  it('is told what may be sold at its location, once for each set of levels, and says which SKUs it does not have', async () => {
    shop.stock('MUG');
    shop.stock('MUG');
    shop.stock('MUG-BLUE');
    shop.stock('PEN', { tracked: false });
    shop.stock('INK', { stocked: false });
    shop.stock('a "quoted" \\ one');
    const stock = {
      asOf: at,
      levels: ['MUG', 'PEN', 'INK', 'a "quoted" \\ one', 'NO-SUCH'].map((sku, available) => ({ sku, available })),
    };
    const unknownSkus = ['PEN', 'INK', 'NO-SUCH'];
    for (const _ of [1, 2]) expect(await shopifyChannel.publishStock?.(stock, context)).toEqual({ unknownSkus });
    expect([...shop.available.values()]).toEqual([0, 0, 3]);
    expect(shop.keys).toHaveLength(1);
  });

  it.each<[string, (shop: ShopDouble) => typeof fetch, object]>([
    [
      'whose bucket of calls is empty is left alone until there is enough in it',
      (one) => {
        one.throttled = 1;
        return one.fetch;
      },
      { code: 'CHANNEL_BUSY', errorClass: 'transient', options: { retryAfterMs: 4_000 } },
    ],
    [
      'that does not know the token any more is told as such',
      (one) => (url, init) => one.fetch(url, { ...init, headers: { 'x-shopify-access-token': 'old' } }),
      { code: 'CHANNEL_UNAUTHORIZED', errorClass: 'unauthorized' },
    ],
    [
      'that takes no such document is told as such',
      (one) => (url, init) => one.fetch(url, { ...init, body: String(init?.body).replace('updatedAt', 'changedAt') }),
      { code: 'CHANNEL_CALL_INVALID', errorClass: 'permanent' },
    ],
    [
      'that answers with a page for people is asked again',
      () => async () => new Response('<html>be right back</html>', { status: 200 }),
      { code: 'CHANNEL_ANSWER_MALFORMED', errorClass: 'transient' },
    ],
  ])('%s', async (_what, fetchOf, expected) => {
    shop.place(1, [{ id: 11, sku: 'MUG', quantity: 1 }]);
    context = { ...context, fetch: fetchOf(shop) };
    const error: unknown = await poll(null).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject(expected);
  });

  it('is asked and told as its settings say, by webhooks alone where they name no address', () => {
    const able = (given: object) => shopifyChannel.capabilitiesOf?.(shopifyChannel.manifest.settings.parse(given));
    expect(able({})).toMatchObject({ poll: false, duties: [] });
    expect(able({ ...settings, poll: false, duties: ['ship'] })).toMatchObject({
      poll: false,
      duties: [{ kind: 'ship' }],
    });
    expect(able(settings)?.duties).toHaveLength(3);
  });

  if (schema !== null)
    describeChannel(
      {
        name: 'shopify with its Admin API',
        connector: shopifyChannel,
        make: async (): Promise<ChannelBench> => {
          const double = new ShopDouble(schema, clock.now);
          double.place(1, [{ id: 11, sku: 'MUG', quantity: 5 }]);
          const page = await shopifyChannel.pollOrders?.(null, {
            ...{ account, clock, fetch: double.fetch, signal: AbortSignal.timeout(5_000) },
          });
          return {
            ...{ account, topic: 'orders/updated', payloads: [page?.payloads[0]?.rawBody ?? new Uint8Array()] },
            sign: (rawBody) => ({
              rawBody,
              headers: {
                'x-shopify-topic': 'orders/updated',
                'x-shopify-webhook-id': 'kit-1',
                'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(rawBody).digest('base64'),
              },
            }),
            context: { account, clock, fetch: double.fetch },
            notices: [ship(lines([11, 1])), cancel(lines([11, 2]))],
            told: async ({ kind, noticeId }) =>
              kind === 'ship'
                ? double.fulfillments.length
                : double.fulfillmentOrders.flatMap(({ holds }) => holds).filter(({ handle }) => handle === noticeId)
                    .length,
          };
        },
      },
      { describe, it },
    );
});
