import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shopifyChannel } from './index.js';
import { mapOrder } from './map.js';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures/order-created.json'));
const account = {
  code: 'shop',
  settings: { shopDomain: 'ridge.myshopify.com' },
  secrets: { webhookSecret: 'a secret' },
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
type Json = Record<string, unknown> & {
  line_items: Record<string, unknown>[];
  shipping_address: Record<string, unknown>;
};
const changed = (change: (order: Json) => void) => {
  const order: Json = JSON.parse(FIXTURE.toString());
  change(order);
  return mapOrder(bytes(order));
};
const faultsOf = (result: ReturnType<typeof mapOrder>) =>
  result.ok ? [] : result.faults.map((fault) => `${fault.code} ${fault.path}`);

describe('a Shopify order', () => {
  it('becomes a canonical order with exact prices, without removed lines, in UTC', () => {
    expect(mapOrder(FIXTURE)).toEqual({
      ok: true,
      orders: [
        {
          externalId: '5701234567890',
          displayNumber: '#2042',
          currency: 'USD',
          placedAt: '2026-03-02T14:14:05.000Z',
          updatedAt: '2026-03-02T14:14:07.000Z',
          shipTo: {
            name: 'Nora Quist',
            company: undefined,
            lines: ['12 Larch Way', 'Apt 4'],
            city: 'Boulder',
            regionCode: 'CO',
            postalCode: '80301',
            countryCode: 'US',
            latitude: 40.0379,
            longitude: -105.2439,
            phone: '+13035550147',
            email: 'nora.quist@example.com',
          },
          customerTier: 'gold',
          tags: ['gift', 'web', 'tier:gold', 'newsletter'],
          lines: [
            // 3 x 199.00 less 10.00, divided by 3, half up to 1/10000.
            {
              externalLineId: '14001',
              sku: 'TENT-2P',
              title: 'Ridge Tent - Two persons',
              quantity: 3,
              unitPrice: 1_956_667,
              requiresShipping: true,
            },
            {
              externalLineId: '14002',
              sku: 'GIFT-50',
              title: 'Gift card',
              quantity: 1,
              unitPrice: 500_000,
              requiresShipping: false,
            },
          ],
        },
      ],
    });
  });

  it('has its taxes taken out of prices that include them', () => {
    const result = changed((order) => {
      order.taxes_included = true;
    });
    expect(result.ok && result.orders[0]?.lines[0]?.unitPrice).toBe(1_836_667);
  });

  it('keeps an id of more digits than a number holds', () => {
    const text = FIXTURE.toString()
      .replace('"id": 5701234567890,', '"id": 9007199254740993123,')
      .replace('Order/5701234567890', 'Order/9007199254740993123');
    const result = mapOrder(Buffer.from(text));
    expect(result.ok && result.orders[0]?.externalId).toBe('9007199254740993123');
  });

  it('is left alone where it was canceled, or where nothing is to be shipped', () => {
    expect(
      changed((order) => {
        order.cancelled_at = '2026-03-02T10:00:00Z';
      }),
    ).toMatchObject({ ok: true, orders: [], ignored: expect.stringContaining('canceled') });
    expect(
      changed((order) => {
        order.line_items.splice(0, 1);
        Object.assign(order, { shipping_address: null });
      }),
    ).toMatchObject({ ok: true, orders: [], ignored: expect.stringContaining('shipped') });
  });

  it.each<[string, (order: Json) => void, string]>([
    [
      'no shipping address, though there is a billing address',
      (order) => Object.assign(order, { billing_address: order.shipping_address, shipping_address: null }),
      'ADDRESS_MISSING shipping_address',
    ],
    ['no SKU', (order) => Object.assign(order.line_items[0] ?? {}, { sku: null }), 'SKU_MISSING line_items[0].sku'],
    [
      'half a unit',
      (order) => Object.assign(order.line_items[0] ?? {}, { current_quantity: 0.5 }),
      'QUANTITY_INVALID line_items[0].current_quantity',
    ],
    [
      'a million and one units',
      (order) => Object.assign(order.line_items[0] ?? {}, { current_quantity: 1_000_001 }),
      'QUANTITY_INVALID line_items[0].current_quantity',
    ],
    [
      'a negative price',
      (order) => Object.assign(order.line_items[0] ?? {}, { price: '-1.00' }),
      'PRICE_INVALID line_items[0].price',
    ],
    [
      'a price in words',
      (order) => Object.assign(order.line_items[0] ?? {}, { price: 'free' }),
      'PRICE_INVALID line_items[0].price',
    ],
    [
      'a discount in words',
      (order) => Object.assign(order.line_items[0] ?? {}, { discount_allocations: [{ amount: 'ten' }] }),
      'PRICE_INVALID line_items[0].discount_allocations[0].amount',
    ],
    [
      'two lines of one id',
      (order) => order.line_items.push({ ...order.line_items[0] }),
      'LINE_REPEATED line_items[3].id',
    ],
    ['no lines', (order) => Object.assign(order, { line_items: [] }), 'LINES_MISSING line_items'],
    [
      '501 lines',
      (order) => Object.assign(order, { line_items: Array(501).fill(order.line_items[0]) }),
      'TOO_MANY_LINES line_items',
    ],
    ['an unknown currency', (order) => Object.assign(order, { currency: 'dollars' }), 'CURRENCY_INVALID currency'],
    ['no moment', (order) => Object.assign(order, { created_at: 'yesterday' }), 'MOMENT_INVALID created_at'],
    [
      'a country by its name only',
      (order) => Object.assign(order.shipping_address, { country_code: null }),
      'COUNTRY_INVALID shipping_address.country_code',
    ],
    [
      'no street',
      (order) => Object.assign(order.shipping_address, { address1: ' ', address2: null }),
      'ADDRESS_INCOMPLETE shipping_address.address1',
    ],
  ])('is refused with its path: %s', (_name, change, fault) => {
    expect(faultsOf(changed(change))).toContain(fault);
  });

  it('tells every fault at once', () => {
    const result = changed((order) => {
      order.currency = 7;
      Object.assign(order.line_items[0] ?? {}, { sku: '', price: null });
      Object.assign(order.shipping_address, { country_code: 'USA' });
    });
    expect(faultsOf(result).sort()).toEqual([
      'COUNTRY_INVALID shipping_address.country_code',
      'CURRENCY_INVALID currency',
      'PRICE_INVALID line_items[0].price',
      'SKU_MISSING line_items[0].sku',
    ]);
  });

  it('may begin with a byte order mark', () => {
    expect(mapOrder(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), FIXTURE])).ok).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no JSON', Buffer.from('webhook_id=1')],
    ['invalid UTF-8', Buffer.concat([FIXTURE.subarray(0, 40), Buffer.from([0xff]), FIXTURE.subarray(40)])],
    ['a list', Buffer.from('[1]')],
    ['nesting without end', Buffer.from('['.repeat(200_000))],
    ['a prototype', Buffer.from('{"__proto__": {"line_items": 1}, "constructor": 1}')],
  ])('is refused, never thrown at: %s', (_name, body) => {
    expect(mapOrder(body).ok).toBe(false);
  });

  it('is never thrown at, whatever takes the place of whatever', () => {
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]) => {
      paths.push(path);
      if (Array.isArray(value)) for (const [at, entry] of value.entries()) walk(entry, [...path, at]);
      else if (typeof value === 'object' && value !== null)
        for (const [key, entry] of Object.entries(value)) walk(entry, [...path, key]);
    };
    walk(JSON.parse(FIXTURE.toString()), []);
    fc.assert(
      fc.property(
        fc.constantFrom(...paths.filter((path) => path.length > 0)),
        fc.jsonValue({ maxDepth: 3 }),
        (path, replacement) => {
          const order = JSON.parse(FIXTURE.toString());
          let at = order;
          for (const key of path.slice(0, -1)) at = at[key];
          at[path.at(-1) ?? ''] = replacement;
          const body = bytes(order);
          const first = mapOrder(body);
          if (!first.ok) expect(first.faults.length).toBeGreaterThan(0);
          // Pure: the same bytes, the same answer.
          expect(mapOrder(body)).toEqual(first);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a Shopify webhook', () => {
  const request = (more: Record<string, string> = {}, secret = 'a secret') => ({
    rawBody: FIXTURE,
    headers: {
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'ridge.myshopify.com',
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(FIXTURE).digest('base64'),
      ...more,
    },
  });

  it('is taken when its raw bytes are signed with the account’s secret', () => {
    expect(shopifyChannel.verifyWebhook(request(), account)).toEqual({
      ok: true,
      topic: 'orders/create',
      deliveryId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    });
  });

  it.each([
    ['another secret', request({}, 'another')],
    ['no signature', request({ 'x-shopify-hmac-sha256': '' })],
    [
      'a signature in hexadecimal',
      request({ 'x-shopify-hmac-sha256': createHmac('sha256', 'a secret').update(FIXTURE).digest('hex') }),
    ],
    [
      'a signature with something else in it',
      request({
        'x-shopify-hmac-sha256': `!${createHmac('sha256', 'a secret').update(FIXTURE).digest('base64')}`,
      }),
    ],
    ['another body', { ...request(), rawBody: Buffer.concat([FIXTURE, Buffer.from(' ')]) }],
    ['another shop', request({ 'x-shopify-shop-domain': 'other.myshopify.com' })],
    ['no topic', request({ 'x-shopify-topic': '' })],
  ])('is refused: %s; and the reason never holds the secret', (_name, refused) => {
    const verdict = shopifyChannel.verifyWebhook(refused, account);
    expect(verdict.ok).toBe(false);
    expect(JSON.stringify(verdict)).not.toContain('a secret');
  });

  it('without an id is told apart by what it says', () => {
    const first = shopifyChannel.verifyWebhook(request({ 'x-shopify-webhook-id': '' }), account);
    const again = shopifyChannel.verifyWebhook(request({ 'x-shopify-webhook-id': '' }), account);
    expect(first).toEqual(again);
    expect(first).toMatchObject({ ok: true, deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('of a topic that is not used yet is taken and ignored', () => {
    expect(shopifyChannel.normalize('orders/updated', FIXTURE, account)).toMatchObject({ ok: true, orders: [] });
    expect(shopifyChannel.normalize('carts/create', FIXTURE, account).ok).toBe(false);
  });
});

const samples = join(
  process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared'),
  'fixtures/shopify',
);
const present = existsSync(samples);
if (!present) console.log(`skipped: Shopify's own payloads, not found in ${samples} (set HEADGATE_SAMPLES)`);

describe.skipIf(!present)('Shopify’s own payloads', () => {
  const files = present
    ? ['', 'go-shopify/', 'python-api/'].flatMap((folder) =>
        readdirSync(join(samples, folder))
          .filter((name) => /^(docs-)?order.*\.json$/.test(name))
          .map((name) => folder + name),
      )
    : [];
  const orders = files.flatMap((file) => {
    const body = JSON.parse(readFileSync(join(samples, file), 'utf8'));
    const found: unknown[] = body.orders ?? [body.order ?? body];
    return found.map((order, at) => [`${file}${found.length > 1 ? ` [${at}]` : ''}`, order] as const);
  });

  it('are there', () => {
    expect(orders.length).toBeGreaterThan(8);
  });

  it.each(orders)('%s maps, or is refused with stated reasons', (_name, order) => {
    const result = mapOrder(bytes(order));
    if (!result.ok) {
      for (const fault of result.faults)
        expect(fault).toMatchObject({
          code: expect.stringMatching(/^[A-Z_]+$/),
          message: expect.any(String),
          path: expect.any(String),
        });
      expect(result.faults.length).toBeGreaterThan(0);
      return;
    }
    const source = order as { id: number; line_items: { quantity: number; current_quantity?: number }[] };
    for (const mapped of result.orders) {
      expect(mapped.externalId).toBe(String(source.id));
      expect(mapped.lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(
        source.line_items.reduce((sum, line) => sum + (line.current_quantity ?? line.quantity), 0),
      );
    }
  });

  it('the order of the Admin API reference maps whole', () => {
    const { order } = JSON.parse(readFileSync(join(samples, 'docs-order-450789469.json'), 'utf8'));
    const result = mapOrder(bytes(order));
    expect(result).toMatchObject({
      ok: true,
      orders: [{ externalId: '450789469', currency: 'USD', shipTo: { countryCode: 'US', regionCode: 'KY' } }],
    });
  });
});
