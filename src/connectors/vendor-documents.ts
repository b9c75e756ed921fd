import type { DeliveryWish, LineCustoms, PackingSlip } from '../model/canonical-order.js';
import type { TenThousandths } from '../model/money.js';
import type { Address } from '../model/order.js';

/** A purchase order as the vendor gets it. `lineNo` is Headgate's line number of the order. */
export interface PurchaseOrder {
  readonly poNumber: string;
  readonly nodeCode: string;
  readonly shipVia: string;
  readonly currency: string;
  readonly shipBy: string;
  readonly shipTo: Address;
  /** What its customer calls the order; for the packing slip. */
  readonly orderNumber?: string | undefined;
  readonly packingSlip?: PackingSlip | undefined;
  readonly freightAccount?: DeliveryWish['thirdPartyFreight'];
  readonly instructions?: string | undefined;
  readonly incoterms?: string | undefined;
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
    readonly title?: string | undefined;
    readonly gtin?: string | undefined;
    readonly customs?: LineCustoms | undefined;
  }[];
}

/**
 * A vendor's word on a PO, line by line, in units. A word on the whole order has `order` and needs no lines: `accepted` or `rejected` is
 * then said of every line that none of `lines` speaks of.
 */
export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  readonly poNumber: string;
  readonly vendorReference: string;
  readonly at: string;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly accepted: number;
    readonly rejected: number;
    /** Not there now; sent later without being asked again, `until` that moment as far as the vendor knows. */
    readonly backordered?: { readonly quantity: number; readonly until?: string | undefined } | undefined;
    /** Accepted, but not as it was ordered. */
    readonly changed?:
      | {
          readonly unitCost?: TenThousandths | undefined;
          readonly shipBy?: string | undefined;
          readonly substitute?: { readonly vendorSku: string; readonly title?: string | undefined } | undefined;
        }
      | undefined;
    readonly reason?: string | undefined;
  }[];
  readonly order?: { readonly verdict: 'accepted' | 'rejected'; readonly reason?: string | undefined } | undefined;
}

/** The vendor's machine read the PO, or could not (X12 997): nothing is said of the goods yet. */
export interface ReceiptNotice {
  readonly kind: 'receipt';
  readonly poNumber: string;
  readonly accepted: boolean;
  readonly at: string;
  readonly reason?: string | undefined;
}

/** What the vendor bills for a PO. Amounts in the invoice's currency; `unitCost` per unit. */
export interface InvoiceNotice {
  readonly kind: 'invoice';
  readonly poNumber: string;
  readonly invoiceNumber: string;
  readonly at: string;
  readonly currency: string;
  readonly lines: readonly { readonly lineNo: number; readonly quantity: number; readonly unitCost: TenThousandths }[];
  /** Freight, fees and allowances (below zero) beside the lines. */
  readonly charges: readonly {
    readonly code: string;
    readonly title?: string | undefined;
    readonly amount: TenThousandths;
  }[];
  readonly total?: TenThousandths | undefined;
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

export type VendorDocument =
  | ReceiptNotice
  | Acknowledgement
  | ShipmentNotice
  | DeliveryNotice
  | CancellationNotice
  | InvoiceNotice;

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
