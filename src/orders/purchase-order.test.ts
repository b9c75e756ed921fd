import { describe, expect, it } from 'vitest';
import type { PurchaseOrderFacts } from '../store/purchase-orders.js';
import { purchaseOrderOf } from './purchase-order.js';
import { NOW, orderAtVendor } from './testing/aggregate.js';

const SHIP_TO = { name: 'A. Reader', lines: ['1 Main St'], city: 'Albany', countryCode: 'US' };
const RETURNS = { company: 'Lampshop', lines: ['2 Dock Rd'], countryCode: 'US' };
const facts = (part: Partial<PurchaseOrderFacts> = {}): PurchaseOrderFacts => ({
  ...{ shipTo: SHIP_TO, personal: null, document: null, orderNumber: '#1001', packingSlip: {} },
  ...{ shipVia: null, nodeCountry: 'US', aliases: new Map() },
  lines: new Map([[1, { title: 'Lamp', externalLineId: 'a', hsCode: '940520', originCountry: 'VN' }]]),
  ...part,
});
const purchaseOrder = (part: Partial<PurchaseOrderFacts> = {}) => {
  const [fulfillment] = orderAtVendor({ status: 'PLANNED' }).fulfillments;
  if (!fulfillment) throw new Error('expected a fulfillment');
  return purchaseOrderOf(fulfillment, facts(part));
};

describe('a purchase order', () => {
  it("of an order that says no more has the customer's number on the slip, and nothing else", () => {
    const { orderNumber, packingSlip, freightAccount, instructions, incoterms, lines } = purchaseOrder();
    expect({ orderNumber, packingSlip }).toEqual({
      orderNumber: '#1001',
      packingSlip: { customerOrderNumber: '#1001' },
    });
    expect([freightAccount, instructions, incoterms, lines[0]?.customs]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(lines[0]).toMatchObject({ title: 'Lamp', unitCost: 60_000 });
  });

  it('carries what the order says of delivery, freight and the parcel, its own words before those of the account', () => {
    const made = purchaseOrder({
      document: { customerPoNumber: 'PO-7', delivery: { incoterms: 'DAP' } },
      personal: {
        delivery: {
          instructions: 'Ring twice',
          thirdPartyFreight: { carrier: 'ups', account: '1Z' },
          packingSlip: { brand: 'Lamps & Co', giftMessage: 'Enjoy' },
        },
      },
      packingSlip: { brand: 'Lampshop', returnAddress: RETURNS, message: 'Thank you' },
    });
    expect(made).toMatchObject({
      ...{ instructions: 'Ring twice', incoterms: 'DAP', freightAccount: { carrier: 'ups', account: '1Z' } },
    });
    expect(made.packingSlip).toEqual({
      ...{ brand: 'Lamps & Co', returnAddress: RETURNS, message: 'Thank you', giftMessage: 'Enjoy' },
      ...{ customerOrderNumber: '#1001', customerPoNumber: 'PO-7' },
    });
  });

  it('is to be shipped when the customer asked for, where that is before what was planned', () => {
    const asked = (shipBy: string) => purchaseOrder({ document: { delivery: { shipBy } } }).shipBy;
    expect(asked('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
    expect(asked('2026-03-09T00:00:00Z')).toBe(NOW.toISOString());
  });

  it('tells the border what the order says, and the codes of the product where it says none', () => {
    const customs = (part: Partial<PurchaseOrderFacts>) => purchaseOrder(part).lines[0]?.customs;
    expect(customs({ nodeCountry: 'MX' })).toEqual({ hsCode: '940520', originCountry: 'VN' });
    const line = { externalLineId: 'a', sku: 'LAMP', quantity: 10, unitPrice: 100_000, requiresShipping: true };
    const value = { amount: '9.00' };
    expect(customs({ document: { lines: [{ ...line, customs: { originCountry: 'CN', value } }] } })).toEqual({
      ...{ hsCode: '940520', originCountry: 'CN', value },
    });
  });

  it('never says what the customer paid', () => {
    const line = { externalLineId: 'a', sku: 'LAMP', quantity: 10, unitPrice: 999_900, requiresShipping: true };
    const document = { lines: [{ ...line, title: 'Their lamp', listPrice: { amount: '123.45' } }] };
    const json = JSON.stringify(purchaseOrder({ document }));
    expect(json).toContain('Their lamp');
    expect(json).not.toMatch(/123\.45|999900/);
  });
});
