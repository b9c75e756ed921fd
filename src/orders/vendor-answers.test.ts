import { describe, expect, it } from 'vitest';
import type { Acknowledgement, InvoiceNotice, ShipmentNotice, VendorDocument } from '../connectors/vendor-documents.js';
import type { OrderAggregate } from '../store/orders.js';
import { after, draftOf, NOW, orderAtVendor } from './testing/aggregate.js';
import { applyDocument } from './tracking.js';

const PO = { poNumber: 'HG-TEST' } as const;
const at = NOW.toISOString();
const days = (n: number) => new Date(NOW.getTime() + n * 86_400_000).toISOString();
const said = (
  line: Partial<Acknowledgement['lines'][number]>,
  more: Partial<Acknowledgement> = {},
): Acknowledgement => ({
  ...{ kind: 'acknowledgement', ...PO, vendorReference: 'V-1', at },
  lines: [{ lineNo: 1, accepted: 0, rejected: 0, ...line }],
  ...more,
});
const shipped = (quantity: number): ShipmentNotice => ({
  ...{ kind: 'shipment', ...PO, vendorShipmentId: `S${quantity}`, carrier: 'ups', trackingNumbers: [], shippedAt: at },
  lines: [{ lineNo: 1, quantity }],
});
const invoice = (quantity: number, unitCost: number, more: Partial<InvoiceNotice> = {}): InvoiceNotice => ({
  ...{ kind: 'invoice', ...PO, invoiceNumber: 'I-1', at, currency: 'USD', charges: [] },
  lines: [{ lineNo: 1, quantity, unitCost }],
  ...more,
});

/** Ten lamps at 6.00, sent to a vendor with these terms; the customer was promised them for today. */
const sent = (vendorTerms: object = {}) => orderAtVendor({ status: 'SENT', fulfillment: { vendorTerms } });

/** Applies documents one plan each, as they would come one by one. */
function apply(order: OrderAggregate, documents: readonly VendorDocument[], invoices: readonly InvoiceNotice[] = []) {
  return documents.reduce((now, document) => {
    const draft = draftOf(now);
    applyDocument(draft, draft.fulfillment('fulfillment'), document, invoices);
    return draft.hasEvents ? after(draft) : now;
  }, order);
}
const open = (order: OrderAggregate) =>
  order.openItems.filter(({ resolvedAt }) => resolvedAt === null).map(({ reason }) => reason);
const evidence = (order: OrderAggregate, reason: string) =>
  order.openItems.find((item) => item.reason === reason)?.evidence;
const status = (order: OrderAggregate) => order.fulfillments[0]?.status;

describe('a vendor that answers', () => {
  it('accepted to the whole order, without lines, has accepted every line', () => {
    const order = apply(sent(), [said({}, { lines: [], order: { verdict: 'accepted' } })]);
    expect([status(order), order.fulfillments[0]?.lines[0]?.accepted]).toEqual(['ACCEPTED', 10]);
  });

  it('rejected to the whole order sends every line elsewhere', () => {
    const order = apply(sent(), [said({}, { lines: [], order: { verdict: 'rejected', reason: 'discontinued' } })]);
    expect([status(order), order.lines[0]?.open]).toEqual(['REJECTED', 10]);
  });

  it('accepted to fewer than were ordered keeps these, and the rest is routed anew', () => {
    const order = apply(sent(), [said({ accepted: 7, rejected: 3 })]);
    expect([status(order), order.lines[0]?.open, order.lines[0]?.routed]).toEqual(['ACCEPTED', 3, 7]);
    expect(open(order)).toEqual([]);
  });
});

describe('units that a vendor will have later', () => {
  const later = (until?: string) => said({ backordered: { quantity: 10, until } });

  it('stay with it where its date keeps the promise, until it sends them', () => {
    const order = apply(sent(), [later(days(1)), later(days(1))]);
    expect([status(order), open(order)]).toEqual(['SENT', ['VENDOR_BACKORDER']]);
    expect(order.fulfillments[0]?.nextActionAt?.toISOString()).toBe(days(1));
    expect(open(apply(order, [shipped(10)]))).toEqual([]);
  });

  it('are asked back where its date breaks the promise, and routed anew once it has canceled them', () => {
    const order = apply(sent(), [later(days(9))]);
    expect([status(order), open(order)]).toEqual(['CANCELING', ['BACKORDERED']]);
    expect(order.lines[0]?.open).toBe(0);
    const canceled = apply(order, [{ kind: 'cancellation', ...PO, confirmed: true, at }]);
    expect([status(canceled), canceled.lines[0]?.open, open(canceled)]).toEqual(['CANCELED', 10, []]);
  });

  it('stay with it after all where it will not cancel', () => {
    const order = apply(sent(), [later(days(9)), { kind: 'cancellation', ...PO, confirmed: false, at }]);
    expect([status(order), order.lines[0]?.routed, open(order)]).toEqual(['SENT', 10, []]);
    // It says so again, and is not asked again.
    expect(status(apply(order, [later(days(9))]))).toBe('SENT');
  });

  it('without a date break the promise', () => {
    expect(status(apply(sent(), [later()]))).toBe('CANCELING');
  });

  it('of an order that it sends in part wait for a person', () => {
    const order = apply(sent(), [said({ accepted: 6, backordered: { quantity: 4, until: days(9) } })]);
    expect([status(order), open(order)]).toEqual(['ACCEPTED', ['BACKORDERED']]);
    expect(evidence(order, 'BACKORDERED')).toMatchObject({ lines: [{ lineNo: 1, units: 4, until: days(9) }] });
  });

  it('stay whatever the date where that is agreed, or wait for a person where that is', () => {
    expect(open(apply(sent({ backordered: 'keep' }), [later(days(9))]))).toEqual(['VENDOR_BACKORDER']);
    const order = apply(sent({ backordered: 'review' }), [later(days(9))]);
    expect([status(order), open(order)]).toEqual(['SENT', ['BACKORDERED']]);
  });
});

describe('a vendor that changes what it was asked for', () => {
  it('takes a dearer price within what is tolerated', () => {
    const order = apply(sent({ priceTolerancePercent: 5 }), [said({ accepted: 10, changed: { unitCost: 63_000 } })]);
    expect([status(order), open(order)]).toEqual(['ACCEPTED', []]);
  });

  it('has a price beyond it reviewed with both figures, once', () => {
    const dearer = said({ accepted: 10, changed: { unitCost: 63_100 } });
    const order = apply(sent({ priceTolerancePercent: 5 }), [dearer, dearer]);
    expect([status(order), open(order)]).toEqual(['ACCEPTED', ['PRICE_CHANGED']]);
    expect(evidence(order, 'PRICE_CHANGED')).toMatchObject({
      lines: [{ lineNo: 1, sku: 'LAMP', agreed: '6.0000', said: '6.3100' }],
    });
  });

  it('may always be cheaper', () => {
    expect(open(apply(sent(), [said({ accepted: 10, changed: { unitCost: 10_000 } })]))).toEqual([]);
  });

  it('may date it anew as far as the promise is kept', () => {
    expect(open(apply(sent(), [said({ accepted: 10, changed: { shipBy: days(1) } })]))).toEqual([]);
  });

  it('has a date that breaks the promise reviewed, or the order asked back where that is agreed', () => {
    const late = said({ accepted: 10, changed: { shipBy: days(3) } });
    expect(open(apply(sent(), [late]))).toEqual(['DATE_CHANGED']);
    expect(status(apply(sent({ late: 'give_back' }), [late]))).toBe('CANCELING');
  });

  it('never has a substitute taken silently: nothing counts as accepted, and a person decides', () => {
    const order = apply(sent(), [said({ accepted: 10, changed: { substitute: { vendorSku: 'LAMP-2' } } })]);
    expect([status(order), order.fulfillments[0]?.lines[0]?.accepted, open(order)]).toEqual([
      'SENT',
      0,
      ['SUBSTITUTED'],
    ]);
    expect(evidence(order, 'SUBSTITUTED')).toMatchObject({ lines: [{ vendorSku: 'LAMP-2', units: 10 }] });
  });
});

describe("a vendor's machine", () => {
  const receipt = (accepted: boolean): VendorDocument => ({ kind: 'receipt', ...PO, accepted, at, reason: 'bad N1' });

  it('that read it settles a sending that was in doubt', () => {
    expect(status(apply(orderAtVendor({ status: 'UNKNOWN' }), [receipt(true)]))).toBe('SENT');
  });

  it('that could not read it leaves all where it is, and a person is told why', () => {
    const order = apply(sent(), [receipt(false), receipt(false)]);
    expect([status(order), order.lines[0]?.routed, open(order)]).toEqual(['SENT', 10, ['RECEIPT_REJECTED']]);
    expect(evidence(order, 'RECEIPT_REJECTED')).toMatchObject({ reason: 'bad N1' });
    expect(open(apply(order, [said({ accepted: 10 })]))).toEqual([]);
  });

  it('that could not read it has rejected it where its terms say that nothing comes of it', () => {
    const order = apply(sent({ receiptRejected: 'reroute' }), [receipt(false)]);
    expect([status(order), order.lines[0]?.open]).toEqual(['REJECTED', 10]);
  });
});

describe('an invoice', () => {
  const billed = (order: OrderAggregate, own: InvoiceNotice) => apply(order, [own], [own]);
  const accepted = apply(sent(), [said({ accepted: 10 })]);

  it('that bills what was agreed and sent is no matter for a person, also ahead of the shipment', () => {
    expect(open(billed(accepted, invoice(10, 60_000)))).toEqual([]);
  });

  it('at another price is reviewed with both figures', () => {
    const order = billed(accepted, invoice(10, 61_000));
    expect(open(order)).toEqual(['INVOICE_DIFFERS']);
    expect(evidence(order, 'INVOICE_DIFFERS')).toMatchObject({
      differences: [{ what: 'price', lineNo: 1, agreed: '6.0000', billed: '6.1000' }],
    });
  });

  it('for more than was sent is reviewed, once nothing more can come', () => {
    const order = apply(accepted, [said({ accepted: 8, rejected: 2 }), shipped(8)], [invoice(10, 60_000)]);
    expect(evidence(order, 'INVOICE_DIFFERS')).toMatchObject({
      differences: [{ what: 'units', lineNo: 1, shipped: 8, billed: 10 }],
    });
  });

  it('whose total is not the sum of what it lists is reviewed', () => {
    const order = billed(accepted, invoice(10, 60_000, { total: 700_000 }));
    expect(evidence(order, 'INVOICE_DIFFERS')).toMatchObject({ differences: [{ what: 'total', billed: '70.0000' }] });
  });

  it('for a purchase order that was given up is reviewed', () => {
    const given = apply(sent(), [said({ rejected: 10 })]);
    expect(open(billed(given, invoice(10, 60_000)))).toEqual(['INVOICE_DIFFERS']);
  });
});
