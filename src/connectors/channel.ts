import type { CanonicalOrder } from '../model/canonical-order.js';
import type { TenThousandths } from '../model/money.js';
import type { Fault } from '../model/order.js';
import type { CallContext, ConnectorAccount, ConnectorManifest } from './connector.js';

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
  /** It's to be answered as taken, and there is nothing in it to keep: the channel asks whether anyone is there. Why, in words. */
  | { readonly ok: true; readonly nothing: string }
  | { readonly ok: false; readonly reason: string };

export type Normalized =
  | { readonly ok: true; readonly orders: readonly CanonicalOrder[] }
  /** A topic that this connector knows and has nothing to do for. */
  | { readonly ok: true; readonly orders: readonly []; readonly ignored: string }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What a retailer may want of us for each of its orders, by when. Missing `withinMs`: it sets no deadline. */
export interface Duty {
  readonly kind: 'acknowledge' | 'ship' | 'cancel' | 'invoice' | 'report_stock';
  readonly withinMs?: number | undefined;
}

/** What a channel connector can do, declared as data. Source: DESIGN.md section 10. */
export interface ChannelCapabilities {
  /** Topics that it takes by webhook. */
  readonly webhooks: readonly string[];
  /** It can be asked for orders: `pollOrders` is there. */
  readonly poll: boolean;
  /** It wants these of us: `tell` (and for stock `publishStock`) is there. */
  readonly duties: readonly Duty[];
}

/** Payloads after a cursor, each as a webhook would have brought it, at most a page. They are kept before the cursor is. */
export interface OrderPage {
  readonly payloads: readonly {
    readonly topic: string;
    /** The same on every copy of it; another one where its content is another. */
    readonly deliveryId: string;
    readonly rawBody: Uint8Array;
  }[];
  readonly cursor: string | null;
  readonly more: boolean;
  /** What was done or found beside, for operators, in words. */
  readonly notes?: readonly string[] | undefined;
}

interface NoticeOfOrder {
  /** Ours; the same on every attempt: the channel's idempotency key where it takes one. */
  readonly noticeId: string;
  readonly externalId: string;
  readonly displayNumber: string | null;
  readonly customerPoNumber: string | null;
  /** When the order was placed, where the notice knows it: some retailers want it beside the number. */
  readonly placedAt?: string | undefined;
  readonly at: string;
}

/** What a channel is told of one of its orders. Quantities in units, lines by the channel's own ids. */
export type ChannelNotice =
  | (NoticeOfOrder & {
      readonly kind: 'acknowledge';
      readonly lines: readonly {
        readonly externalLineId: string;
        readonly sku: string;
        readonly accepted: number;
        readonly backordered: number;
        readonly rejected: number;
        readonly reason: string | null;
      }[];
    })
  | (NoticeOfOrder & {
      readonly kind: 'ship';
      readonly shipmentId: string;
      readonly carrier: string;
      readonly serviceCode: string | null;
      readonly trackingNumbers: readonly string[];
      readonly shippedAt: string;
      readonly lines: readonly { readonly externalLineId: string; readonly sku: string; readonly quantity: number }[];
    })
  | (NoticeOfOrder & {
      readonly kind: 'cancel';
      readonly reason: string | null;
      readonly lines: readonly { readonly externalLineId: string; readonly sku: string; readonly quantity: number }[];
    })
  | (NoticeOfOrder & {
      readonly kind: 'invoice';
      readonly invoiceNumber: string;
      readonly currency: string;
      readonly lines: readonly {
        readonly externalLineId: string;
        readonly sku: string;
        readonly quantity: number;
        readonly unitPrice: TenThousandths;
      }[];
    });

/** What the channel made of a notice. `known`: it had it already; both end the duty. */
export interface NoticeReceipt {
  readonly outcome: 'taken' | 'known';
  /** Its own id of what it made of it, such as a fulfillment's. */
  readonly reference: string | null;
}

/** What a channel may show or sell of SKUs, as of a moment. */
export interface StockLevels {
  readonly asOf: string;
  readonly levels: readonly { readonly sku: string; readonly available: number }[];
}

/** What the channel made of stock levels. */
export interface StockReceipt {
  /** SKUs that it does not have, or of which it would not take the level. */
  readonly unknownSkus: readonly string[];
  /** Why it would not, for operators, in words. */
  readonly notes?: readonly string[] | undefined;
}

/** SKUs of one call of `publishStock` at most. */
export const STOCK_LEVELS_MAX = 250;

/**
 * A source of orders. `verifyWebhook` and `normalize` are pure; the methods that call out reject with ConnectorError only, classed as
 * VendorConnector's are.
 */
export interface ChannelConnector {
  readonly kind: 'channel';
  readonly manifest: ConnectorManifest;
  readonly capabilities: ChannelCapabilities;
  /** Those of an account with these settings, as the manifest reads them, where settings leave some out; missing: `capabilities`. Pure. */
  capabilitiesOf?(settings: unknown): ChannelCapabilities;
  verifyWebhook(request: WebhookRequest, account: ConnectorAccount): WebhookVerdict;
  /** Their payload -> canonical orders, or every fault with its path. Pure; never throws on any input; the same bytes each time. */
  normalize(topic: string, rawBody: Uint8Array, account: ConnectorAccount): Normalized;
  /** Orders made or changed after the cursor, oldest first; null: as far back as the channel gives. */
  pollOrders?(cursor: string | null, context: CallContext): Promise<OrderPage>;
  /** Does one duty. Telling the same notice twice makes one of it, as far as the channel lets us know. */
  tell?(notice: ChannelNotice, context: CallContext): Promise<NoticeReceipt>;
  /** Sets what may be sold; at most STOCK_LEVELS_MAX levels. */
  publishStock?(levels: StockLevels, context: CallContext): Promise<StockReceipt>;
}
