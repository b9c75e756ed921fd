import { describe, expect, it } from 'vitest';
import type { CanonicalOrder } from './canonical-order.js';
import { sourceOf } from './order-source.js';

const MINIMUM: CanonicalOrder = {
  externalId: 'A-1',
  currency: 'USD',
  placedAt: '2026-03-01T10:00:00Z',
  shipTo: { name: 'A. Reader', lines: ['1 Main St'], city: 'Albany', postalCode: '12207', countryCode: 'US' },
  lines: [{ externalLineId: '1', sku: 'LAMP', quantity: 2, unitPrice: 100_000, requiresShipping: true }],
};

describe('what is kept beside an order', () => {
  it('is nothing of an order that says no more than is routed', () => {
    expect(sourceOf({ ...MINIMUM, displayNumber: '#1', tags: ['gift'], customerTier: 'gold' })).toEqual({
      document: null,
      personal: null,
    });
  });

  it('keeps whoever is named apart from all else', () => {
    const { document, personal } = sourceOf({
      ...MINIMUM,
      customerPoNumber: 'PO-7',
      buyer: { name: 'Jo Marsh' },
      billTo: { name: 'Jo Marsh' },
      delivery: { serviceCode: 'GND', instructions: 'Ring at Marsh', packingSlip: { giftMessage: 'Love, Jo Marsh' } },
      lines: [
        {
          ...MINIMUM.lines[0],
          title: 'Lamp',
          properties: [{ name: 'Engraving', value: 'Jo Marsh' }],
          options: [{ name: 'Name', value: 'Marsh' }],
        },
      ] as never,
      unmapped: { note_attributes: 'Jo Marsh' },
      originals: { 'buyer.phone': 'Jo Marsh 555' },
      warnings: [{ code: 'X', message: 'Jo Marsh?', path: '' }],
    });
    expect(JSON.stringify(document)).not.toContain('Marsh');
    expect(document).toEqual({
      customerPoNumber: 'PO-7',
      delivery: { serviceCode: 'GND' },
      lines: [{ ...MINIMUM.lines[0], title: 'Lamp' }],
    });
    expect(Object.keys(personal ?? {}).sort()).toEqual(
      ['billTo', 'buyer', 'delivery', 'lines', 'originals', 'unmapped', 'warnings'].sort(),
    );
  });

  it('keeps lines that nothing is sent for, such as gift cards', () => {
    const card = { externalLineId: '2', sku: 'CARD', quantity: 1, unitPrice: 500_000, requiresShipping: false };
    const { document } = sourceOf({ ...MINIMUM, lines: [...MINIMUM.lines, card] });
    expect(document?.lines?.map(({ sku }) => sku)).toEqual(['LAMP', 'CARD']);
  });
});
