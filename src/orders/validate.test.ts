import { describe, expect, it } from 'vitest';
import type { CanonicalLine, CanonicalOrder } from '../model/canonical-order.js';
import type { ResolvedSku } from '../store/skus.js';
import { validateOrder } from './validate.js';

const SKUS = new Map<string, ResolvedSku>([
  ['LAMP', { productId: 1, sku: 'LAMP', components: [] }],
  ['alias-of-lamp', { productId: 1, sku: 'LAMP', components: [] }],
  [
    'SET',
    {
      productId: 9,
      sku: 'SET',
      components: [
        { productId: 1, sku: 'LAMP', quantity: 1, priceShare: '0.80000000' },
        { productId: 2, sku: 'BULB', quantity: 2, priceShare: '0.20000000' },
      ],
    },
  ],
]);

const line = (part: Partial<CanonicalLine> = {}): CanonicalLine => ({
  externalLineId: '1',
  sku: 'LAMP',
  quantity: 2,
  unitPrice: 100_000,
  requiresShipping: true,
  ...part,
});
const order = (part: Partial<CanonicalOrder> = {}): CanonicalOrder => ({
  externalId: 'A-1',
  currency: 'USD',
  placedAt: '2026-03-01T10:00:00Z',
  shipTo: {
    name: 'A. Reader',
    lines: ['1 Main St'],
    city: 'Albany',
    regionCode: 'NY',
    postalCode: '12207',
    countryCode: 'US',
  },
  lines: [line()],
  ...part,
});
const faults = (invalid: CanonicalOrder) => {
  const result = validateOrder(invalid, SKUS);
  return result.ok ? [] : result.errors.map((error) => `${error.code} at ${error.path}`);
};

describe('an order at the door', () => {
  it('passes whole, with its SKUs looked up', () => {
    const result = validateOrder(order({ lines: [line({ sku: 'alias-of-lamp' })] }), SKUS);
    expect(result).toMatchObject({
      ok: true,
      valid: { lines: [{ externalLineId: '1', productId: 1, sku: 'LAMP', quantity: 2 }] },
    });
  });

  it('has its kits taken apart', () => {
    const result = validateOrder(order({ lines: [line({ sku: 'SET' })] }), SKUS);
    if (!result.ok) throw new Error('expected it to pass');
    expect(result.valid.lines.map((each) => [each.externalLineId, each.quantity, each.unitPrice])).toEqual([
      ['1/LAMP', 2, 80_000],
      ['1/BULB', 4, 10_000],
    ]);
  });

  it('keeps only the lines that need shipping', () => {
    const result = validateOrder(
      order({ lines: [line(), line({ externalLineId: '2', sku: 'GIFT-CARD', requiresShipping: false })] }),
      SKUS,
    );
    expect(result.ok && result.valid.lines.length).toBe(1);
  });

  it('leaves out what was taken out of it, gift cards, services, and bundles whose parts are lines', () => {
    const result = validateOrder(
      order({
        lines: [
          line(),
          line({ externalLineId: '2', sku: 'NO', quantity: 0, quantities: { ordered: 3, canceled: 3 } }),
          line({ externalLineId: '3', sku: 'NO', kind: 'gift_card' }),
          line({ externalLineId: '4', sku: 'NO', kind: 'bundle' }),
          line({ externalLineId: '5', parentLineId: '4' }),
        ],
      }),
      SKUS,
    );
    expect(result.ok && result.valid.lines.map(({ externalLineId }) => externalLineId)).toEqual(['1', '5']);
    expect(result.ok && result.valid.source.document?.lines).toHaveLength(5);
  });

  it('takes what was not mapped as it came, also text that only looks like half a character', () => {
    expect(faults(order({ unmapped: { json: '{"smile":"\\ud83d\\u0000"}', smile: '🙂' } }))).toEqual([]);
  });

  it('is nothing to do where no line needs shipping', () => {
    expect(validateOrder(order({ lines: [line({ requiresShipping: false })] }), SKUS)).toMatchObject({
      ok: false,
      nothingToShip: true,
    });
  });

  it.each<[string, CanonicalOrder, string]>([
    [
      'an unknown SKU',
      order({ lines: [line(), line({ externalLineId: '2', sku: 'NO' })] }),
      'UNKNOWN_SKU at lines[1].sku',
    ],
    ['no units', order({ lines: [line({ quantity: 0 })] }), 'INVALID_QUANTITY at lines[0].quantity'],
    ['half a unit', order({ lines: [line({ quantity: 1.5 })] }), 'INVALID_QUANTITY at lines[0].quantity'],
    [
      'more units than can be counted',
      order({ lines: [line({ quantity: 1_000_001 })] }),
      'INVALID_QUANTITY at lines[0].quantity',
    ],
    ['a negative price', order({ lines: [line({ unitPrice: -1 })] }), 'INVALID_PRICE at lines[0].unitPrice'],
    ['the same line twice', order({ lines: [line(), line()] }), 'DUPLICATE_LINE at lines[1].externalLineId'],
    [
      'a country that is none',
      order({ shipTo: { ...order().shipTo, countryCode: 'XX' } }),
      'INVALID_COUNTRY at shipTo.countryCode',
    ],
    [
      'a country in small letters',
      order({ shipTo: { ...order().shipTo, countryCode: 'us' } }),
      'INVALID_COUNTRY at shipTo.countryCode',
    ],
    ['no street', order({ shipTo: { ...order().shipTo, lines: [' '] } }), 'INVALID_ADDRESS at shipTo.lines'],
    [
      'no postal code where parcels need one',
      order({ shipTo: { ...order().shipTo, postalCode: undefined } }),
      'INVALID_ADDRESS at shipTo.postalCode',
    ],
    [
      'nobody to send it to',
      order({ shipTo: { ...order().shipTo, name: undefined } }),
      'INVALID_ADDRESS at shipTo.name',
    ],
    ['a moment without offset', order({ placedAt: '2026-03-01T10:00:00' }), 'INVALID_MOMENT at placedAt'],
    ['a currency that is none', order({ currency: 'dollars' }), 'INVALID_CURRENCY at currency'],
    ['a currency of tests', order({ currency: 'XTS' }), 'INVALID_CURRENCY at currency'],
    ['a control character in its id', order({ externalId: 'A\u0000B' }), 'INVALID_TEXT at externalId'],
    ['an empty tag', order({ tags: ['gift', ''] }), 'INVALID_TEXT at tags[1]'],
    ['too many tags', order({ tags: Array(101).fill('gift') }), 'INVALID_TEXT at tags'],
    [
      'an address that the channel does not show',
      order({ shipTo: { lines: [], countryCode: 'ZZ', redacted: true } }),
      'ADDRESS_REDACTED at shipTo',
    ],
    [
      'an amount that is none',
      order({ lines: [line({ listPrice: { amount: '1,50' } })] }),
      'INVALID_SOURCE at lines[0].listPrice.amount',
    ],
    [
      'a gift message of a book',
      order({ delivery: { packingSlip: { giftMessage: 'x'.repeat(2_001) } } }),
      'INVALID_SOURCE at delivery.packingSlip.giftMessage',
    ],
    [
      'a zero byte deep in what was not mapped',
      order({ unmapped: { meta: [{ 'a\u0000': 1 }] } }),
      'INVALID_SOURCE at ',
    ],
    ['more beside it than is kept', order({ unmapped: { blob: 'x'.repeat(1_000_000) } }), 'INVALID_SOURCE at '],
    ['a long tier', order({ customerTier: 'x'.repeat(101) }), 'INVALID_TEXT at customerTier'],
  ])('is refused for %s, and told where', (_, invalid, fault) => {
    expect(faults(invalid)).toEqual([fault]);
  });

  it('is refused where its lines are worth more than can be counted with', () => {
    const dear = (id: string) => line({ externalLineId: id, quantity: 10_000, unitPrice: 50_000_000_000 });
    expect(faults(order({ lines: [dear('1'), dear('2')] }))).toEqual([]);
    expect(faults(order({ lines: [dear('1'), dear('2'), line({ externalLineId: '3' })] }))).toEqual([
      'ORDER_TOO_LARGE at lines',
    ]);
  });

  it('hears of every fault at once', () => {
    expect(faults(order({ currency: 'x', lines: [line({ sku: 'NO', quantity: 0 })] }))).toHaveLength(3);
  });

  it('takes a city without postal code where there are none', () => {
    expect(
      faults(order({ shipTo: { name: 'B', lines: ['1 Queen St'], city: 'Hong Kong', countryCode: 'HK' } })),
    ).toEqual([]);
  });
});
