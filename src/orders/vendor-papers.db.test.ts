import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvoiceNotice } from '../connectors/vendor-documents.js';
import type { Database } from '../store/database.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { driftedStock } from '../store/testing/small-network.js';
import { dispatch } from './dispatch.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const MINUTE_MS = 60_000;

describe('a vendor that answers by documents', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    // As an X12 partner: it owes a receipt within an hour and an answer within a day, and cannot be asked what it has.
    shop.vendor.capabilities = {
      ...shop.vendor.capabilities,
      authoritativeLookup: false,
      owes: { receiptMs: 60 * MINUTE_MS, acknowledgementMs: 24 * 60 * MINUTE_MS },
    };
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });

  /** A purchase order that the vendor took without a word. */
  const sentOrder = async () => {
    shop.vendor.nextSubmits.push('receive');
    const planned = await shop.plannedOrder();
    await dispatch(shop.deps, planned.fulfillmentId);
    return { ...planned, at: shop.clock.now().toISOString() };
  };
  const read = () => shop.readDocuments(shop.network.nodes.east.vendorId);
  const open = async (orderId: string) =>
    (await shop.order(orderId)).openItems.filter(({ resolvedAt }) => resolvedAt === null).map(({ reason }) => reason);
  /** Time goes by, and whatever is due is done. */
  const later = async (minutes: number, fulfillmentId: string) => {
    shop.clock.advance(minutes * MINUTE_MS);
    await dispatch(shop.deps, fulfillmentId);
  };

  it('is late with its receipt, then with its answer, and both end by themselves when they come', async () => {
    const { orderId, fulfillmentId, poNumber, at } = await sentOrder();
    await later(16, fulfillmentId);
    expect(await open(orderId)).toEqual([]);
    await later(45, fulfillmentId);
    expect(await open(orderId)).toEqual(['NO_RECEIPT']);
    shop.vendor.say({ kind: 'receipt', poNumber, accepted: true, at });
    await read();
    expect(await open(orderId)).toEqual([]);
    await later(24 * 60, fulfillmentId);
    expect(await open(orderId)).toEqual(['NO_ACKNOWLEDGEMENT']);
    shop.vendor.say({
      ...{ kind: 'acknowledgement', poNumber, vendorReference: 'V-1', at, lines: [] },
      order: { verdict: 'accepted' },
    });
    await read();
    expect(await open(orderId)).toEqual([]);
    expect((await shop.order(orderId)).fulfillments[0]?.status).toBe('ACCEPTED');
  });

  it('that gave its receipt in time is not missed for it', async () => {
    const { orderId, fulfillmentId, poNumber, at } = await sentOrder();
    shop.vendor.say({ kind: 'receipt', poNumber, accepted: true, at });
    await read();
    await later(70, fulfillmentId);
    expect(await open(orderId)).toEqual([]);
  });

  it('bills a number once however often it comes, and too much of it is reviewed', async () => {
    const { orderId, poNumber, at } = await sentOrder();
    const invoice: InvoiceNotice = {
      ...{ kind: 'invoice', poNumber, invoiceNumber: 'I-7', at, currency: 'USD', charges: [] },
      lines: [{ lineNo: 1, quantity: 5, unitCost: 45_000 }],
    };
    shop.vendor.say(invoice);
    shop.vendor.say({ ...invoice, lines: [{ lineNo: 1, quantity: 4, unitCost: 45_000 }] });
    await read();
    await read();
    const { rows } = await db.pool.query(
      "SELECT document->'lines'->0->'quantity' AS units FROM vendor_invoice WHERE invoice_number = 'I-7'",
    );
    expect(rows).toEqual([{ units: 5 }]);
    expect(await open(orderId)).toEqual([]);
    shop.vendor.say({ ...invoice, invoiceNumber: 'I-8' });
    await read();
    expect(await open(orderId)).toEqual(['INVOICE_DIFFERS']);
    expect((await shop.order(orderId)).openItems.at(-1)?.evidence).toMatchObject({
      differences: [{ what: 'units', lineNo: 1, shipped: 5, billed: 10 }],
    });
  });
});
