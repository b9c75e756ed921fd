import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wooCommerceChannel } from './index.js';
import { mapOrder } from './map.js';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures/order-processing.json'));
const TERMS = { takeStatuses: ['processing'], shipToBilling: false };
const account = {
  code: 'woo',
  settings: { storeUrl: 'https://shop.example' },
  secrets: { webhookSecret: 'a secret' },
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
type Json = Record<string, unknown> & { line_items: Record<string, unknown>[]; shipping: Record<string, unknown> };
const changed = (change: (order: Json) => void, terms = TERMS) => {
  const order: Json = JSON.parse(FIXTURE.toString());
  change(order);
  return mapOrder(bytes(order), terms);
};
const fateOf = (result: ReturnType<typeof mapOrder>) =>
  !result.ok
    ? result.faults.map((fault) => `${fault.code} ${fault.path}`.trim()).join('; ')
    : 'ignored' in result
      ? `ignored: ${result.ignored}`
      : `mapped, total ${result.orders[0]?.totals?.grade}`;

describe('a WooCommerce order', () => {
  it('becomes a canonical order: amounts of lines per unit, bundles never beside their parts, refunds positive', () => {
    expect(mapOrder(FIXTURE, TERMS)).toMatchObject({
      ok: true,
      orders: [
        {
          externalId: '8812',
          displayNumber: 'R-8812',
          currency: 'EUR',
          placedAt: '2026-03-02T09:14:05.000Z',
          source: { status: 'processing', payment: 'paid', fulfillment: 'unfulfilled' },
          shipTo: { name: 'Nora Quist', lines: ['Hafenstr. 4'], countryCode: 'DE', phone: '+494213610' },
          lines: [
            { sku: 'CAMP-SET', kind: 'bundle', requiresShipping: false, unitPrice: 1_400_000 },
            { externalLineId: '502', parentLineId: '501', requiresShipping: true, unitPrice: 0 },
            { sku: 'PEG-10', parentLineId: '501', quantity: 10, requiresShipping: true },
            // 50.00 of three, half up to 1/10000.
            { sku: 'LAMP', quantity: 3, unitPrice: 166_667, options: [{ name: 'pa_color', value: 'black' }] },
          ],
          money: {
            taxesIncluded: false,
            discounts: [{ code: 'camp10', value: { amount: '10.00' }, spread: true }],
            taxes: [{ rate: '0.19', included: false, value: { amount: '38' } }],
            fees: [{ title: 'Gift wrap' }],
            refunds: [{ title: 'late', value: { amount: '3' } }],
            giftCards: [{ lastCharacters: '1234', value: { amount: '20.00' } }],
          },
          delivery: { serviceCode: 'flat_rate', serviceTitle: 'DHL', instructions: 'Ring twice' },
          // A third of 50.00 has no end: what its twelve digits miss is rounding.
          totals: { grade: 'rounding', stated: '241.00' },
          originals: { 'shipTo.phone': '0421 361 0' },
          unmapped: { 'line_items[2].meta_data[0].value["1"].title': 'Pegs', prices_include_tax: true },
        },
      ],
    });
  });

  it.each<[string, (order: Json) => void, string]>([
    ['no SKU', (order) => Object.assign(order.line_items[3] ?? {}, { sku: '' }), 'SKU_MISSING line_items[3].sku'],
    [
      'half a unit',
      (order) => Object.assign(order.line_items[3] ?? {}, { quantity: '0.5' }),
      'QUANTITY_INVALID line_items[3].quantity',
    ],
    [
      'a decimal comma',
      (order) => Object.assign(order.line_items[3] ?? {}, { total: '50,00' }),
      'PRICE_INVALID line_items[3].total',
    ],
    ['no street', (order) => Object.assign(order.shipping, { address_1: '' }), 'ADDRESS_MISSING shipping.address_1'],
    ['no country', (order) => Object.assign(order.shipping, { country: '' }), 'COUNTRY_INVALID shipping.country'],
    [
      'a local time only',
      (order) => Object.assign(order, { date_created_gmt: null }),
      'MOMENT_INVALID date_created_gmt',
    ],
    ['an id in words', (order) => Object.assign(order, { id: 'eight' }), 'ID_INVALID id'],
    [
      'two lines of one id',
      (order) => order.line_items.push({ ...order.line_items[3] }),
      'LINE_REPEATED line_items[4].id',
    ],
    ['no lines', (order) => Object.assign(order, { line_items: [] }), 'LINES_MISSING line_items'],
    [
      'payment awaited',
      (order) => Object.assign(order, { status: 'on-hold' }),
      'ignored: an order that is on-hold is not to be shipped',
    ],
  ])('is refused or left alone: %s', (_name, change, fate) => {
    expect(fateOf(changed(change))).toBe(fate);
  });

  it('goes to the billing address only where the account says so', () => {
    const nowhere = (order: Json) => Object.assign(order, { shipping: { address_1: '', country: '' } });
    expect(fateOf(changed(nowhere))).toBe('ADDRESS_MISSING shipping.address_1');
    const billed = changed(nowhere, { ...TERMS, shipToBilling: true });
    expect(billed.ok && billed.orders[0]?.shipTo.lines).toEqual(['Lindenweg 12']);
  });

  it('is never thrown at, whatever takes the place of whatever, and maps to the same bytes each time', () => {
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]) => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, entry] of Object.entries(value)) walk(entry, [...path, key]);
    };
    walk(JSON.parse(FIXTURE.toString()), []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), (path, replacement) => {
        const order = JSON.parse(FIXTURE.toString());
        let at = order;
        for (const key of path.slice(0, -1)) at = at[key];
        at[path.at(-1) ?? ''] = replacement;
        const body = bytes(order);
        const first = mapOrder(body, TERMS);
        expect(first.ok || first.faults.length > 0).toBe(true);
        expect(JSON.stringify(mapOrder(body, TERMS))).toBe(JSON.stringify(first));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a WooCommerce webhook', () => {
  const sign = (rawBody: Uint8Array, secret = 'a secret') =>
    createHmac('sha256', secret).update(rawBody).digest('base64');
  const request = (more: Record<string, string> = {}) => ({
    rawBody: FIXTURE,
    headers: {
      'x-wc-webhook-topic': 'order.updated',
      'x-wc-webhook-source': 'https://shop.example/',
      'x-wc-webhook-delivery-id': '1',
      'x-wc-webhook-signature': sign(FIXTURE),
      ...more,
    },
  });

  it('is taken when signed, and has one id however often the shop tells the same', () => {
    const first = wooCommerceChannel.verifyWebhook(request(), account);
    expect(first).toMatchObject({ ok: true, topic: 'order.updated' });
    expect(wooCommerceChannel.verifyWebhook(request({ 'x-wc-webhook-delivery-id': '2' }), account)).toEqual(first);
  });

  it.each([
    ['another secret', request({ 'x-wc-webhook-signature': sign(FIXTURE, 'another') })],
    ['no signature', request({ 'x-wc-webhook-signature': '' })],
    ['another shop', request({ 'x-wc-webhook-source': 'https://other.example/' })],
    ['a ping with more to it', { ...request(), rawBody: Buffer.from('webhook_id=1&id=2') }],
  ])('is refused: %s; and the reason never holds the secret', (_name, refused) => {
    const verdict = wooCommerceChannel.verifyWebhook(refused, account);
    expect(verdict.ok).toBe(false);
    expect(JSON.stringify(verdict)).not.toContain('a secret');
  });

  it.each([
    ['the ping of a new webhook', { rawBody: Buffer.from('webhook_id=142'), headers: {} }],
    ['a delivery without a topic', request({ 'x-wc-webhook-topic': '', 'x-wc-webhook-id': '0' })],
  ])('is taken, with nothing to keep: %s', (_name, sent) => {
    expect(wooCommerceChannel.verifyWebhook(sent, account)).toEqual({ ok: true, nothing: expect.any(String) });
  });

  it('is taken and ignored where the order was deleted', () => {
    const sent = request({ 'x-wc-webhook-topic': 'order.deleted' });
    expect(wooCommerceChannel.verifyWebhook(sent, account)).toMatchObject({ ok: true, topic: 'order.deleted' });
    expect(wooCommerceChannel.normalize('order.deleted', FIXTURE, account)).toMatchObject({ ok: true, orders: [] });
  });
});

const samples = join(
  process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared'),
  'fixtures/woocommerce',
);
const present = existsSync(samples);
if (!present) console.log(`skipped: WooCommerce's own payloads, not found in ${samples} (set HEADGATE_SAMPLES)`);

describe.skipIf(!present)('WooCommerce’s own payloads', () => {
  /** Each file of orders, its statuses all taken. Every other file is of something else and is refused. */
  const FATES: Readonly<Record<string, readonly string[]>> = {
    'order-create-response.json': ['SKU_MISSING line_items[0].sku'],
    'order-update-response.json': ['SKU_MISSING line_items[0].sku'],
    'orders-list.json': [
      'SKU_MISSING line_items[0].sku',
      'SKU_MISSING line_items[0].sku; SKU_MISSING line_items[1].sku',
    ],
  };
  const files = present ? readdirSync(samples).filter((name) => name.endsWith('.json')) : [];
  const terms = { ...TERMS, takeStatuses: ['processing', 'completed'] };
  const read = (file: string) => [JSON.parse(readFileSync(join(samples, file), 'utf8'))].flat();

  it.each(files)('%s becomes what the table says', (file) => {
    const fates = read(file).map((order) => fateOf(mapOrder(bytes(order), terms)));
    const expected = FATES[file];
    if (expected) expect(fates).toEqual(expected);
    else for (const fate of fates) expect(fate).toContain('CURRENCY_INVALID currency; ');
  });

  it('of orders map with totals that are exact, once their products have SKUs', () => {
    for (const order of Object.keys(FATES).flatMap(read)) {
      for (const line of order.line_items) line.sku ||= 'SKU';
      expect(fateOf(mapOrder(bytes(order), terms))).toBe('mapped, total exact');
    }
  });
});
