import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSigned } from '../../payload/signature.js';
import { shopifyChannel } from './index.js';
import { mapOrder } from './map.js';

const samples = join(
  process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared'),
  'fixtures/shopify',
);
const present = existsSync(samples);
if (!present) console.log(`skipped: Shopify's own payloads, not found in ${samples} (set HEADGATE_SAMPLES)`);

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
  it('becomes a canonical order with exact prices, removed lines at 0, in UTC', () => {
    expect(mapOrder(FIXTURE)).toMatchObject({
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
            {
              externalLineId: '14003',
              sku: 'PEG-10',
              quantity: 0,
              quantities: { ordered: 2 },
              requiresShipping: false,
            },
          ],
        },
      ],
    });
  });

  it('keeps shop and customer money, codes once, tips, duties and refunds, and reckons its total', () => {
    const money = (amount: string, seen: string) => ({
      shop_money: { amount, currency_code: 'USD' },
      presentment_money: { amount: seen, currency_code: 'CAD' },
    });
    const result = changed((order) => {
      const [tent] = order.line_items;
      Object.assign(tent ?? {}, {
        price_set: money('199.00', '270.00'),
        duties: [
          {
            harmonized_system_code: '630622',
            country_code_of_origin: 'CN',
            shop_money: { amount: '4.00', currency_code: 'USD' },
            tax_lines: [],
          },
        ],
      });
      Object.assign(order, {
        discount_applications: [
          { target_type: 'line_item', allocation_method: 'across', code: 'TEN', type: 'discount_code' },
          { target_type: 'shipping_line', allocation_method: 'each', title: 'Half the way' },
        ],
        shipping_lines: [
          {
            ...{ code: 'STD', title: 'Standard', price: '8.00', price_set: money('8.00', '10.85') },
            discount_allocations: [{ amount: '4.00', discount_application_index: 1 }],
          },
        ],
        discount_codes: [{ code: 'TEN', amount: '10.00', type: 'fixed_amount' }],
        tax_lines: [{ title: 'Tax', rate: 0.06, price: '36.00' }],
        total_tip_received: '2.00',
        total_price: '702.00',
        refunds: [
          {
            id: 9,
            refund_line_items: [{ line_item_id: 14003, quantity: 2, restock_type: 'cancel' }],
            transactions: [{ kind: 'refund', status: 'success', amount: '19.00' }],
          },
        ],
      });
    });
    expect(result).toMatchObject({
      ok: true,
      orders: [
        {
          lines: [
            {
              listPrice: { amount: '199.00', presentment: { amount: '270.00', currency: 'CAD' } },
              discounts: [{ scope: 'order', code: 'TEN', value: { amount: '10.00' } }],
              customs: { hsCode: '630622', originCountry: 'CN' },
            },
            { kind: 'gift_card' },
            { quantities: { ordered: 2, canceled: 2, refunded: 2 } },
          ],
          money: {
            discounts: [{ scope: 'order', code: 'TEN', value: { amount: '10' }, spread: true }],
            shipping: [{ value: { amount: '8.00' }, discounts: [{ scope: 'shipping', title: 'Half the way' }] }],
            duties: [{ value: { amount: '4.00' } }],
            tip: { amount: '2.00' },
            refunds: [{ code: '9', value: { amount: '19' } }],
          },
          delivery: { serviceCode: 'STD', serviceTitle: 'Standard' },
          // 597 + 50 + 19 - 10 + 36 tax, + 8 - 4 shipping, + 4 duty, + 2 tip
          totals: { grade: 'exact', computed: '702', stated: '702.00' },
        },
      ],
    });
  });

  it('tells an address that is not shown to us from one that is missing', () => {
    const result = changed((order) => {
      Object.assign(order, { shipping_address: { country_code: 'US', province_code: 'CO', zip: '80301' } });
    });
    expect(result).toMatchObject({ ok: true, orders: [{ shipTo: { redacted: true, lines: [], countryCode: 'US' } }] });
  });

  it('has what is left to be shipped: neither what was taken out nor what was fulfilled', () => {
    const result = changed((order) => {
      Object.assign(order.line_items[0] ?? {}, { fulfillable_quantity: 1 });
      Object.assign(order, { fulfillments: [{ status: 'success', line_items: [{ id: 14001, quantity: 2 }] }] });
    });
    expect(result.ok && result.orders[0]?.lines[0]).toMatchObject({ quantity: 1, quantities: { fulfilled: 2 } });
  });

  it('of a test is mapped, and says that it is one', () => {
    const result = changed((order) => Object.assign(order, { test: true }));
    expect(result).toMatchObject({
      ok: true,
      orders: [{ source: { test: true }, warnings: [{ code: 'TEST_ORDER', path: 'test' }] }],
    });
  });

  it('keeps what nothing stands for, and phones as they were sent', () => {
    const result = changed((order) => {
      Object.assign(order, { note_attributes: [{ name: 'engraving', value: 'N.Q.' }], source_name: 'web' });
      Object.assign(order.shipping_address, { phone: '(303) 555-0147', country_code: null });
    });
    expect(result.ok && result.orders[0]).toMatchObject({
      shipTo: { phone: '+13035550147', countryCode: 'US' },
      originals: { 'shipTo.phone': '(303) 555-0147' },
      unmapped: { source_name: 'web', 'note_attributes[0].value': 'N.Q.' },
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
      'a country that is none',
      (order) => Object.assign(order.shipping_address, { country_code: null, country: 'Atlantis' }),
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
      Object.assign(order.shipping_address, { country_code: 'Q9' });
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

  const vectors = join(samples, '../webhook-signatures/shopify.json');
  it.skipIf(!existsSync(vectors))('is signed as Shopify’s own test vector is', () => {
    const { body, secret, signature } = JSON.parse(readFileSync(vectors, 'utf8'));
    expect(isSigned(Buffer.from(body), signature, secret)).toBe(true);
    expect(isSigned(Buffer.from(`${body} `), signature, secret)).toBe(false);
  });

  it('without an id is told apart by what it says', () => {
    const first = shopifyChannel.verifyWebhook(request({ 'x-shopify-webhook-id': '' }), account);
    const again = shopifyChannel.verifyWebhook(request({ 'x-shopify-webhook-id': '' }), account);
    expect(first).toEqual(again);
    expect(first).toMatchObject({ ok: true, deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('of a topic that is not used yet is taken and ignored', () => {
    expect(shopifyChannel.normalize('refunds/create', FIXTURE, account)).toMatchObject({ ok: true, orders: [] });
    expect(shopifyChannel.normalize('carts/create', FIXTURE, account).ok).toBe(false);
  });
});

describe.skipIf(!present)('Shopify’s own payloads', () => {
  const files = present
    ? ['', 'go-shopify/', 'python-api/'].flatMap((folder) =>
        readdirSync(join(samples, folder))
          .filter((name) => /^(docs-)?order.*\.json$/.test(name))
          .map((name) => folder + name),
      )
    : [];
  /** Each file of orders, and what becomes of each of them. Every other file is of something else and is refused. */
  const FATES: Readonly<Record<string, string>> = {
    'docs-order-450789469.json': 'mapped, total exact',
    'docs-order-cancelled.json': 'ignored: the order was canceled before it came',
    'docs-order-created-16.json': 'SKU_MISSING line_items[0].sku; ADDRESS_MISSING shipping_address',
    'docs-order-created-17.json': 'mapped, total exact',
    'docs-order-created-18.json': 'ADDRESS_MISSING shipping_address',
    'docs-order-created-21.json': 'ignored: nothing of the order is to be shipped',
    'docs-order-created-22.json': 'ignored: nothing of the order is to be shipped',
    'docs-order-updated-26.json': 'mapped, total exact',
    'docs-orders-list.json': 'mapped, total exact',
    'go-shopify/order.json': 'ignored: the order was canceled before it came',
    // Three lines of 199.00, and a total of 409.94.
    'python-api/order.json': 'mapped, total different',
    'python-api/orders.json': 'LINES_MISSING line_items',
  };
  const NO_ORDER =
    'ID_INVALID id; CURRENCY_INVALID currency; MOMENT_INVALID created_at; LINES_MISSING line_items; ADDRESS_MISSING shipping_address';
  const all = present
    ? ['', 'go-shopify/', 'python-api/', 'node-api/'].flatMap((folder) =>
        readdirSync(join(samples, folder))
          .filter((name) => name.endsWith('.json'))
          .map((name) => folder + name),
      )
    : [];

  it.each(all)('%s becomes what the table says', (file) => {
    const body = JSON.parse(readFileSync(join(samples, file), 'utf8'));
    const result = mapOrder(bytes(body.orders?.[0] ?? body.order ?? body));
    const fate = !result.ok
      ? faultsOf(result).join('; ')
      : 'ignored' in result
        ? `ignored: ${result.ignored}`
        : `mapped, total ${result.orders[0]?.totals?.grade}`;
    expect(fate.trim()).toBe(FATES[file] ?? (Array.isArray(body) ? 'NOT_AN_ORDER' : NO_ORDER));
  });

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
    type Line = { quantity: number; current_quantity?: number; fulfillable_quantity?: number };
    const source = order as { id: number; line_items: Line[] };
    const open = (line: Line) => {
      const now = line.current_quantity ?? line.quantity;
      return Math.min(now, line.fulfillable_quantity ?? now);
    };
    for (const mapped of result.orders) {
      expect(mapped.externalId).toBe(String(source.id));
      expect(mapped.lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(
        source.line_items.reduce((sum, line) => sum + open(line), 0),
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
