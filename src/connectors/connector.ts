import type { z } from 'zod';
import type { Clock } from '../model/clock.js';
import type { TenThousandths } from '../model/money.js';
import type { Address, CanonicalOrder, Fault } from '../model/order.js';
import type { AvailabilityAnswer, AvailabilityQuestion, StockQuestion, StockReport } from '../model/stock-report.js';

/** Name, version and settings of a connector; secrets are kept sealed and reach only the connector. */
export interface ConnectorManifest {
  /** As named in account.channel or vendor.connector. */
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly settings: z.ZodType;
  readonly secrets: z.ZodType;
}

/** A webhook as it came: the raw bytes and lower-case header names. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

export type WebhookVerdict =
  | {
      readonly ok: true;
      readonly topic: string;
      /** The channel's own id of the delivery, the same on every copy of it. */
      readonly deliveryId: string;
    }
  | { readonly ok: false; readonly reason: string };

export type Normalized =
  | { readonly ok: true; readonly orders: readonly CanonicalOrder[] }
  /** A topic that this connector knows and has nothing to do for. */
  | { readonly ok: true; readonly orders: readonly []; readonly ignored: string }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A source of orders. Mapping is pure; there is no I/O here yet but the webhook that the gateway receives. */
export interface ChannelConnector {
  readonly kind: 'channel';
  readonly manifest: ConnectorManifest;
  readonly capabilities: { readonly webhooks: readonly string[] };
  verifyWebhook(request: WebhookRequest, account: ConnectorAccount): WebhookVerdict;
  /** Their payload -> canonical orders, or every fault with its path. Pure; never throws on any input. */
  normalize(topic: string, rawBody: Uint8Array, account: ConnectorAccount): Normalized;
}

/** One configured account of a connector: settings and secrets already validated against the manifest. */
export interface ConnectorAccount {
  readonly code: string;
  readonly settings: unknown;
  readonly secrets: unknown;
}

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
}

/** A purchase order as the vendor gets it. `lineNo` is Headgate's line number of the order. */
export interface PurchaseOrder {
  readonly poNumber: string;
  readonly nodeCode: string;
  readonly shipVia: string;
  readonly currency: string;
  readonly shipBy: string;
  readonly shipTo: Address;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly vendorSku: string;
    readonly sku: string;
    /** In the vendor's packs of `unitsPerPack` units. */
    readonly packs: number;
    readonly unitsPerPack: number;
    readonly unitOfMeasure: string;
    readonly quantity: number;
    readonly unitCost: TenThousandths;
  }[];
}

/** A vendor's word on a PO, line by line, in units. An order-level answer has all lines. */
export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  readonly poNumber: string;
  readonly vendorReference: string;
  readonly at: string;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly reason?: string | undefined;
  }[];
}

export interface ShipmentNotice {
  readonly kind: 'shipment';
  readonly poNumber: string;
  readonly vendorShipmentId: string;
  readonly carrier: string;
  readonly trackingNumbers: readonly string[];
  readonly shippedAt: string;
  readonly lines: readonly { readonly lineNo: number; readonly quantity: number }[];
}

export interface DeliveryNotice {
  readonly kind: 'delivery';
  readonly poNumber: string;
  readonly vendorShipmentId: string;
  readonly deliveredAt: string;
}

export interface CancellationNotice {
  readonly kind: 'cancellation';
  readonly poNumber: string;
  readonly confirmed: boolean;
  readonly at: string;
}

export type VendorDocument = Acknowledgement | ShipmentNotice | DeliveryNotice | CancellationNotice;

/** Documents after a cursor, in the vendor's order, at most a page. */
export interface DocumentPage {
  readonly documents: readonly VendorDocument[];
  /** Those that are not of the vendor's protocol; they hold up none of the others. */
  readonly unreadable: readonly UnreadableDocument[];
  /** To go on from. */
  readonly cursor: string | null;
  readonly more: boolean;
}

/** A document that could not be read: what was wrong with it, and the PO that it speaks of, where that much can be seen. */
export interface UnreadableDocument {
  readonly poNumber: string | null;
  readonly problem: string;
}

/** The state of one PO at the vendor. */
export type PurchaseOrderAtVendor =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly vendorReference: string;
      readonly status: 'received' | 'accepted' | 'rejected' | 'canceled' | 'shipped';
      /** What the vendor has already said of it, oldest first. */
      readonly documents: readonly VendorDocument[];
    };

export type CancelAnswer =
  | { readonly kind: 'canceled' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It was asked; the answer comes as a document. */
  | { readonly kind: 'pending' };

/** What every call outside gets: when it must end (the call's own deadline, never after the lease), and how to reach out. */
export interface CallContext {
  readonly account: ConnectorAccount;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
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
