import type { TenThousandths } from './money.js';
import type { Address, Fault } from './order.js';

/** A decimal text such as `-12.50`, exactly as the channel gave it, with at most 12 fraction digits; never a float. */
export type DecimalText = string;

/**
 * An amount in the order's currency (the shop's), and the same in the currency that the customer saw, where the two differ.
 * Carried, never computed.
 */
export interface Amount {
  readonly amount: DecimalText;
  readonly presentment?: { readonly amount: DecimalText; readonly currency: string } | undefined;
}

/** Something taken off. On a line it is that line's share; on the order it is told once, and `spread` says that lines hold shares of it. */
export interface Discount {
  readonly scope: 'line' | 'order' | 'shipping';
  readonly code?: string | undefined;
  readonly title?: string | undefined;
  readonly value: Amount;
  /** The lines already hold their shares of it: counting both would take it off twice. */
  readonly spread?: boolean | undefined;
}

/** A tax as the channel reckoned it; Headgate never computes one. `rate` is a fraction: `0.0825`. */
export interface Tax {
  readonly title?: string | undefined;
  readonly rate?: DecimalText | undefined;
  readonly jurisdiction?: string | undefined;
  /** Whether the prices beside it hold it already. */
  readonly included: boolean;
  readonly value: Amount;
}

/** A charge beside the lines. */
export interface Charge {
  readonly code?: string | undefined;
  readonly title?: string | undefined;
  readonly value: Amount;
  readonly discounts?: readonly Discount[] | undefined;
  readonly taxes?: readonly Tax[] | undefined;
}

/** What the channel says of the whole order's money. `stated` are its own sums; what the lines give is in `TotalsCheck`. */
export interface OrderMoney {
  /** Whether the channel's unit prices hold their taxes. */
  readonly taxesIncluded: boolean;
  readonly discounts: readonly Discount[];
  readonly taxes: readonly Tax[];
  readonly shipping: readonly Charge[];
  readonly fees: readonly Charge[];
  readonly duties: readonly Charge[];
  readonly tip?: Amount | undefined;
  /** Paid with gift cards or store credit: a tender, not a discount. */
  readonly giftCards: readonly { readonly lastCharacters?: string | undefined; readonly value: Amount }[];
  readonly refunds: readonly Charge[];
  readonly stated: {
    readonly subtotal?: Amount | undefined;
    readonly discounts?: Amount | undefined;
    readonly shipping?: Amount | undefined;
    readonly tax?: Amount | undefined;
    readonly total?: Amount | undefined;
  };
}

/**
 * The channel's total against the sum of what it lists. `exact`: equal; `rounding`: within half a minor unit for each line and charge;
 * `different`: more than that, which a person should see; `unknown`: it stated none.
 */
export interface TotalsCheck {
  readonly grade: 'exact' | 'rounding' | 'different' | 'unknown';
  readonly computed: DecimalText;
  readonly stated: DecimalText | null;
  /** stated - computed */
  readonly difference: DecimalText | null;
}

export const PAYMENT_STATES = [
  'pending',
  'authorized',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
  'voided',
  'expired',
  'failed',
  'unknown',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export const CHANNEL_FULFILLMENT_STATES = [
  'unfulfilled',
  'on_hold',
  'partial',
  'fulfilled',
  'canceled',
  'unknown',
] as const;
export type ChannelFulfillmentState = (typeof CHANNEL_FULFILLMENT_STATES)[number];

/** How the channel says that the order stands: payment and fulfillment apart, and its own words beside them. */
export interface SourceState {
  readonly status?: string | undefined;
  readonly payment: PaymentState;
  readonly paymentText?: string | undefined;
  readonly fulfillment: ChannelFulfillmentState;
  readonly fulfillmentText?: string | undefined;
  readonly canceledAt?: string | undefined;
  readonly cancelReason?: string | undefined;
  /** A test order of the channel: taken in, never sent to a vendor. */
  readonly test?: boolean | undefined;
}

/** Someone that an order names. Personal data. `phoneText` is what was sent; `phone` is E.164 where it could be read as such. */
export interface Party {
  readonly externalId?: string | undefined;
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly phoneText?: string | undefined;
  readonly taxIds?: readonly string[] | undefined;
  readonly address?: Address | undefined;
  readonly locale?: string | undefined;
  readonly note?: string | undefined;
}

/** What the paper in the parcel shows. Never a cost. */
export interface PackingSlip {
  readonly brand?: string | undefined;
  readonly returnAddress?: Address | undefined;
  readonly customerOrderNumber?: string | undefined;
  readonly customerPoNumber?: string | undefined;
  readonly giftMessage?: string | undefined;
  readonly message?: string | undefined;
}

/** How the customer wants it. Moments ISO 8601 in UTC; days `2026-03-02`. */
export interface DeliveryWish {
  /** The shipping service in the channel's words; what it maps to is the account's table, never a guess. */
  readonly serviceCode?: string | undefined;
  readonly serviceTitle?: string | undefined;
  readonly shipBy?: string | undefined;
  readonly earliest?: string | undefined;
  readonly latest?: string | undefined;
  readonly instructions?: string | undefined;
  readonly signatureRequired?: boolean | undefined;
  readonly incoterms?: string | undefined;
  /** True: in one delivery or not at all. */
  readonly shipComplete?: boolean | undefined;
  /** Freight is billed to this account of the customer or retailer. */
  readonly thirdPartyFreight?:
    | { readonly carrier?: string | undefined; readonly account: string; readonly postalCode?: string | undefined }
    | undefined;
  readonly packingSlip?: PackingSlip | undefined;
}

/** Units of a line by what the channel says has become of them; `ordered` is what was ordered first. */
export interface SourceQuantities {
  readonly ordered: number;
  readonly canceled?: number | undefined;
  readonly refunded?: number | undefined;
  readonly returned?: number | undefined;
  readonly fulfilled?: number | undefined;
}

/** For the border. `value` per unit. */
export interface LineCustoms {
  readonly hsCode?: string | undefined;
  readonly originCountry?: string | undefined;
  readonly value?: Amount | undefined;
}

/** A line of the canonical order as a channel gives it, before its SKU is looked up. */
export interface CanonicalLine {
  /** The channel's own id of the line; unique within the order. */
  readonly externalLineId: string;
  readonly sku: string;
  readonly title?: string | undefined;
  /** Units that are still to be shipped; 0 of a line that was taken out of the order. */
  readonly quantity: number;
  /** What the customer pays per unit, discounts taken off, tax left out: what routing reckons margins with. */
  readonly unitPrice: TenThousandths;
  /** False of gift cards, services, and the parent of a bundle whose parts stand as lines of their own. */
  readonly requiresShipping: boolean;
  /** `bundle`: its parts are lines that name it as their parent; it's never counted beside them. */
  readonly kind?: 'goods' | 'bundle' | 'gift_card' | 'service' | undefined;
  readonly parentLineId?: string | undefined;
  /** Lines of the source that became this one. */
  readonly sourceLineIds?: readonly string[] | undefined;
  readonly quantities?: SourceQuantities | undefined;
  readonly unitOfMeasure?: string | undefined;
  readonly vendorSku?: string | undefined;
  readonly buyerSku?: string | undefined;
  readonly gtin?: string | undefined;
  readonly options?: readonly { readonly name: string; readonly value: string }[] | undefined;
  /** The price per unit as the channel lists it, before discounts. */
  readonly listPrice?: Amount | undefined;
  readonly discounts?: readonly Discount[] | undefined;
  readonly taxes?: readonly Tax[] | undefined;
  readonly customs?: LineCustoms | undefined;
  /** Words that the customer or an app put on the line. */
  readonly properties?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/**
 * An order in the one shape that every channel is mapped to: docs/canonical-order.md. Amounts in `currency`; moments ISO 8601 in UTC.
 * What stands before `source` is enough to route; the rest loses nothing that tax, invoicing or support needs.
 */
export interface CanonicalOrder {
  readonly externalId: string;
  readonly displayNumber?: string | undefined;
  readonly currency: string;
  readonly placedAt: string;
  readonly updatedAt?: string | undefined;
  readonly deliverBy?: string | undefined;
  readonly shipTo: Address;
  readonly lines: readonly CanonicalLine[];
  /** What the merchant calls customers like this one; no more than 100 characters. */
  readonly customerTier?: string | undefined;
  /** Words that the channel gives orders, at most 100 of at most 100 characters. */
  readonly tags?: readonly string[] | undefined;
  /** Whether units without stock may wait (BACKORDER) or the order is refused (REJECT); missing: the account's setting. */
  readonly whenShort?: 'BACKORDER' | 'REJECT' | undefined;

  readonly customerPoNumber?: string | undefined;
  /** The source's own count of changes, where it has one. */
  readonly revision?: string | undefined;
  readonly source?: SourceState | undefined;
  readonly buyer?: Party | undefined;
  readonly billTo?: Party | undefined;
  readonly soldBy?: Party | undefined;
  readonly endCustomer?: Party | undefined;
  readonly delivery?: DeliveryWish | undefined;
  readonly money?: OrderMoney | undefined;
  readonly totals?: TotalsCheck | undefined;
  /** What a person should know of how it was mapped: graded differences, fields that contradict each other. */
  readonly warnings?: readonly Fault[] | undefined;
  /** The text that a value was read from, by its path here, where the two differ: `{ "placedAt": "2026-03-02T10:00:00-05:00" }`. */
  readonly originals?: Readonly<Record<string, string>> | undefined;
  /** What the payload held and nothing here stands for, by its path there. Bounded; `unmappedLeft` counts what did not fit. */
  readonly unmapped?: Readonly<Record<string, unknown>> | undefined;
  readonly unmappedLeft?: number | undefined;
  readonly provenance?:
    | {
        /** The connector and the version of its mapping: `shopify 2.0.0`. */
        readonly mapping: string;
        /** The version of the source's format: `2026-10`, `004010`. */
        readonly sourceVersion?: string | undefined;
        /** SHA-256 of the payload, in hex. */
        readonly contentHash: string;
      }
    | undefined;
}
