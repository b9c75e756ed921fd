import type { Queryable } from './database.js';

/** What a vendor's machine said of a purchase order. */
interface Receipt {
  readonly accepted: boolean;
  readonly at: string;
  readonly reason?: string | undefined;
}

/** An invoice, kept whole; what it says besides is read by whoever kept it. */
interface Invoice {
  readonly invoiceNumber: string;
  readonly currency: string;
  readonly at: string;
}

/** Invoices of one purchase order that are held against it at most; the first ones count. */
const INVOICES_MAX = 100;

/** Keeps what a vendor's machine said of a purchase order: its last word counts. */
export async function keepReceipt(db: Queryable, fulfillmentId: string, receipt: Receipt): Promise<void> {
  await db.query(
    `INSERT INTO vendor_receipt (fulfillment_id, accepted, reason, said_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (fulfillment_id) DO UPDATE SET accepted = excluded.accepted, reason = excluded.reason, said_at = excluded.said_at
       WHERE excluded.said_at > vendor_receipt.said_at`,
    [fulfillmentId, receipt.accepted, receipt.reason?.slice(0, 500) ?? null, receipt.at],
  );
}

/** Keeps an invoice; the same number of a purchase order again is the same invoice, whatever it says. */
export async function keepInvoice(db: Queryable, fulfillmentId: string, invoice: Invoice, keptAt: Date): Promise<void> {
  await db.query(
    `INSERT INTO vendor_invoice (vendor_id, invoice_number, fulfillment_id, currency, document, said_at, kept_at)
     SELECT f.vendor_id, $2, f.id, $3, $4::jsonb, $5, $6 FROM fulfillment f WHERE f.id = $1 ON CONFLICT DO NOTHING`,
    [fulfillmentId, invoice.invoiceNumber, invoice.currency, JSON.stringify(invoice), invoice.at, keptAt],
  );
}

/** What a vendor billed for a purchase order, oldest first, as it was kept. */
export async function invoicesOf<Kept extends Invoice>(db: Queryable, fulfillmentId: string): Promise<readonly Kept[]> {
  const { rows } = await db.query<{ document: Kept }>(
    `SELECT document FROM vendor_invoice WHERE fulfillment_id = $1 ORDER BY kept_at, invoice_number LIMIT ${INVOICES_MAX}`,
    [fulfillmentId],
  );
  return rows.map(({ document }) => document);
}

/** When a purchase order was first sent, and whether the vendor's machine said that it read it; null: it said nothing. */
export async function sendingOf(
  db: Queryable,
  fulfillmentId: string,
): Promise<{ readonly sentAt: Date | null; readonly receiptAccepted: boolean | null }> {
  const { rows } = await db.query<{ sentAt: Date | null; receiptAccepted: boolean | null }>(
    `SELECT o.first_sent_at AS "sentAt", r.accepted AS "receiptAccepted" FROM fulfillment f
       LEFT JOIN vendor_outcome o ON o.fulfillment_id = f.id LEFT JOIN vendor_receipt r ON r.fulfillment_id = f.id
     WHERE f.id = $1`,
    [fulfillmentId],
  );
  return rows[0] ?? { sentAt: null, receiptAccepted: null };
}
