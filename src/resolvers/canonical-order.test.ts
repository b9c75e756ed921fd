import { describe, expect, it } from 'vitest';
import { canonicalOrder } from './canonical-order.js';

const NOW = new Date('2026-03-01T10:00:00Z');
const SHIP_TO = { name: 'A. Reader', lines: ['1 Main St'], countryCode: 'US' };

describe('an order of a partner', () => {
  it('that says no more than is routed has no more', () => {
    const order = canonicalOrder(
      {
        idempotencyKey: 'k',
        externalId: 'A-1',
        shipTo: SHIP_TO,
        lines: [{ sku: 'LAMP', quantity: 1, unitPrice: 10_000 }],
      },
      'USD',
      NOW,
    );
    expect(JSON.parse(JSON.stringify(order))).toEqual({
      externalId: 'A-1',
      currency: 'USD',
      placedAt: NOW.toISOString(),
      shipTo: SHIP_TO,
      lines: [{ externalLineId: '1', sku: 'LAMP', quantity: 1, unitPrice: 10_000, requiresShipping: true }],
    });
  });

  it('keeps how it is to be delivered, whose freight it is, what the parcel shows, and what the border is told', () => {
    const order = canonicalOrder(
      {
        ...{ idempotencyKey: 'k', externalId: 'A-1', shipTo: SHIP_TO, customerPoNumber: 'PO-7', test: true },
        delivery: {
          ...{ serviceCode: 'GND', shipBy: NOW, instructions: 'Ring twice', shipComplete: true },
          thirdPartyFreight: { carrier: 'ups', account: '1Z' },
          packingSlip: { brand: 'Lampshop', giftMessage: 'Enjoy', returnAddress: SHIP_TO },
        },
        lines: [
          {
            ...{ sku: 'LAMP', quantity: 1, unitPrice: 10_000, listPrice: 12_500, gtin: '4006381333931' },
            customs: { hsCode: '940520', originCountry: 'VN', value: 10_000 },
          },
        ],
      },
      'USD',
      NOW,
    );
    expect(order).toMatchObject({
      customerPoNumber: 'PO-7',
      source: { test: true },
      delivery: {
        ...{ serviceCode: 'GND', shipBy: NOW.toISOString(), instructions: 'Ring twice', shipComplete: true },
        thirdPartyFreight: { carrier: 'ups', account: '1Z' },
        packingSlip: { brand: 'Lampshop', giftMessage: 'Enjoy', returnAddress: SHIP_TO },
      },
      lines: [
        {
          ...{ listPrice: { amount: '1.2500' }, gtin: '4006381333931' },
          customs: { hsCode: '940520', originCountry: 'VN', value: { amount: '1.0000' } },
        },
      ],
    });
  });
});
