import type { AvailabilityAnswer, AvailabilityQuestion, StockQuestion, StockReport } from '../model/stock-report.js';
import type { CallContext, ConnectorAccount, ConnectorManifest } from './connector.js';
import type { CancelAnswer, DocumentPage, PurchaseOrder, PurchaseOrderAtVendor } from './vendor-documents.js';

/** What a vendor connector can do, declared as data. Source: DESIGN.md sections 4, 6 and 10. */
export interface VendorCapabilities {
  /** Sending the same PO number twice makes one PO. */
  readonly idempotentSubmit: boolean;
  /** A lookup that says "not found" is the truth at that moment. */
  readonly authoritativeLookup: boolean;
  /** How long after our last attempt a PO may still turn up there; null: unknown. */
  readonly lateArrivalBoundMs: number | null;
  readonly cancel: boolean;
  /** It answers live questions: `checkAvailability` is there. */
  readonly checkAvailability: boolean;
  /**
   * What the vendor owes us for each PO, and within how long of our sending; missing: it never sends that, or nobody waits for it.
   * `receipt`: a document that its machine got the PO (X12 997). What is late opens a review.
   */
  readonly owes?: { readonly receiptMs?: number; readonly acknowledgementMs?: number } | undefined;
  /**
   * What its feed of stock says by itself; a vendor's own declaration (docs/stock.md) goes before it. null: it has no feed.
   * `subtracts`: from when on a figure has a PO's units taken off; `complete`: a SKU that a full report leaves out has none.
   */
  readonly stockFeed: {
    readonly subtracts: 'received' | 'accepted' | 'shipped';
    readonly lagMs: number;
    readonly complete: boolean;
    readonly deltas: boolean;
  } | null;
}

/**
 * A vendor. Every method rejects with ConnectorError only: class `unknown` where a submit may have arrived and no answer came,
 * `transient` where it surely did not arrive (connection refused, 429 with retryAfterMs, 503), `refused` where the vendor
 * said no, `unauthorized` on bad credentials, `permanent` where the same call can never succeed.
 */
export interface VendorConnector {
  readonly kind: 'vendor';
  readonly manifest: ConnectorManifest;
  readonly capabilities: VendorCapabilities;
  /**
   * The connector with the capabilities of one account, where its settings decide what it can do; missing: every account can the same.
   * Pure. Errors: ConnectorError VENDOR_MISCONFIGURED, class `permanent`, which shows no value.
   */
  configured?(account: ConnectorAccount): VendorConnector;
  submitPurchaseOrder(
    po: PurchaseOrder,
    context: CallContext,
  ): Promise<PurchaseOrderAtVendor & { readonly found: true }>;
  lookupPurchaseOrder(poNumber: string, context: CallContext): Promise<PurchaseOrderAtVendor>;
  cancelPurchaseOrder(poNumber: string, context: CallContext): Promise<CancelAnswer>;
  pullDocuments(cursor: string | null, context: CallContext): Promise<DocumentPage>;
  /** Its stock: everything, or, from a vendor that tells changes, what came after the number in the question (none: everything). */
  pullStock(context: CallContext, question?: StockQuestion): Promise<StockReport>;
  /**
   * Asks live whether it has some rows, several orders' in one call; there where the capability says so. Asking changes nothing at
   * the vendor, so that no answer is `transient`, never `unknown`.
   */
  checkAvailability?(question: AvailabilityQuestion, context: CallContext): Promise<AvailabilityAnswer>;
}
