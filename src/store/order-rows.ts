import { parseAmount, type TenThousandths } from '../model/money.js';
import type { Address, FulfillmentStatus, LineQuantities, OrderStatus } from '../model/order.js';

/** One order as stored, without personal data. */
export interface OrderRow {
  readonly id: string;
  readonly accountId: number;
  readonly externalId: string;
  readonly displayNumber: string | null;
  /** Rises by one per event of the order; every change is conditional on it. */
  readonly version: number;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly placedAt: Date;
  readonly deliverBy: Date | null;
  readonly whenShort: 'BACKORDER' | 'REJECT';
  readonly destinationCountry: string;
  readonly destinationRegion: string | null;
  readonly customerTier: string | null;
  readonly tags: readonly string[];
  /** Carrier services that it may go by; null: any. */
  readonly serviceCodes: readonly string[] | null;
  /** In one delivery or not at all. */
  readonly shipComplete: boolean;
  readonly confirmedAt: Date | null;
  readonly routingAttempts: number;
  readonly nextActionAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface OrderLineRow extends LineQuantities {
  readonly orderId: string;
  readonly lineNo: number;
  readonly externalLineId: string;
  readonly productId: number;
  readonly sku: string;
  readonly title: string;
  /** In the order's currency. */
  readonly unitPrice: TenThousandths;
}

export interface FulfillmentRow {
  readonly id: string;
  readonly orderId: string;
  readonly nodeId: number;
  readonly nodeCode: string;
  /** Null: the node takes any number of units a day. */
  readonly nodeDailyCapacityUnits: number | null;
  readonly nodeTimeZone: string;
  /** What rules with a limit a day count it for: its units, or once; of its node, or (null) of its vendor. */
  readonly counts: readonly {
    readonly ruleId: string;
    readonly nodeId: number | null;
    readonly day: string;
    readonly per: 'unit' | 'order';
  }[];
  readonly vendorId: number;
  readonly vendorCode: string;
  readonly vendorCurrency: string;
  /** From which step on the vendor's feed subtracts our units. Source: DESIGN.md section 4. */
  readonly vendorFeedSubtracts: 'received' | 'accepted' | 'shipped';
  /** Whether the vendor's policy ever has it asked live. */
  readonly vendorIsAsked: boolean;
  /** What is agreed on its answers, as it is kept; `vendorTermsOf` reads it. */
  readonly vendorTerms: unknown;
  readonly serviceId: number;
  readonly serviceCode: string;
  readonly carrier: string;
  readonly decisionId: string;
  readonly poNumber: string;
  readonly status: FulfillmentStatus;
  /** In `currency`, the order's. */
  readonly landedCost: TenThousandths;
  readonly currency: string;
  readonly shipBy: Date;
  readonly arrivesBy: Date;
  readonly vendorReference: string | null;
  readonly attempt: number;
  readonly failures: number;
  readonly cancelRequested: boolean;
  readonly lease: { readonly token: string; readonly until: Date } | null;
  readonly nextActionAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface FulfillmentLineRow {
  readonly fulfillmentId: string;
  readonly orderId: string;
  readonly lineNo: number;
  readonly productId: number;
  readonly sku: string;
  readonly quantity: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly shipped: number;
  readonly canceled: number;
  /** In the vendor's currency. */
  readonly unitCost: TenThousandths;
}

export interface ReservationRow {
  readonly id: string;
  readonly orderId: string;
  readonly lineNo: number;
  readonly fulfillmentId: string;
  readonly nodeId: number;
  readonly productId: number;
  readonly quantity: number;
  readonly state: 'held' | 'committed' | 'reflected' | 'released' | 'expired';
  readonly expiresAt: Date | null;
  readonly takenAt: Date;
  readonly subtractedAt: Date | null;
}

export interface ShipmentRow {
  readonly id: string;
  readonly fulfillmentId: string;
  readonly orderId: string;
  readonly vendorShipmentId: string;
  readonly carrier: string;
  readonly trackingNumbers: readonly string[];
  readonly shippedAt: Date;
  readonly deliveredAt: Date | null;
  readonly lines: readonly { readonly lineNo: number; readonly quantity: number }[];
}

export interface DecisionRow {
  readonly id: string;
  readonly orderId: string;
  readonly orderVersion: number;
  readonly cause: string;
  /** RoutingRequest and Decision of ROUTING.md. */
  readonly request: unknown;
  readonly decision: unknown;
  readonly ruleSetVersion: number;
  readonly rateSources: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly engineMicros: number;
  readonly decidedAt: Date;
}

export interface OpenItemRow {
  readonly id: string;
  readonly orderId: string;
  readonly fulfillmentId: string | null;
  readonly kind: 'hold' | 'review';
  readonly reason: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly blocks: readonly ('route' | 'dispatch' | 'ship')[];
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
}

/** Where an order goes. Personal data: null once erased. */
export interface ContactRow {
  readonly orderId: string;
  readonly address: Address | null;
}

type Raw = Record<string, unknown>;

const instant = (value: unknown): Date | null => (value === null || value === undefined ? null : (value as Date));

export function orderRow(raw: Raw): OrderRow {
  return {
    id: raw.id as string,
    accountId: raw.account_id as number,
    externalId: raw.external_id as string,
    displayNumber: raw.display_number as string | null,
    version: raw.version as number,
    status: raw.status as OrderStatus,
    currency: raw.currency as string,
    placedAt: raw.placed_at as Date,
    deliverBy: instant(raw.deliver_by),
    whenShort: raw.when_short as OrderRow['whenShort'],
    destinationCountry: raw.destination_country as string,
    destinationRegion: raw.destination_region as string | null,
    customerTier: raw.customer_tier as string | null,
    tags: raw.tags as string[],
    serviceCodes: raw.service_codes as string[] | null,
    shipComplete: raw.ship_complete as boolean,
    confirmedAt: instant(raw.confirmed_at),
    routingAttempts: raw.routing_attempts as number,
    nextActionAt: instant(raw.next_action_at),
    createdAt: raw.created_at as Date,
    updatedAt: raw.updated_at as Date,
  };
}

export function orderLineRow(raw: Raw): OrderLineRow {
  return {
    orderId: raw.order_id as string,
    lineNo: raw.line_no as number,
    externalLineId: raw.external_line_id as string,
    productId: raw.product_id as number,
    sku: raw.sku as string,
    title: raw.title as string,
    unitPrice: parseAmount(raw.unit_price as string),
    ordered: raw.ordered as number,
    open: raw.open as number,
    routed: raw.routed as number,
    backordered: raw.backordered as number,
    shipped: raw.shipped as number,
    canceled: raw.canceled as number,
    returned: raw.returned as number,
  };
}

export function fulfillmentRow(raw: Raw): FulfillmentRow {
  return {
    id: raw.id as string,
    orderId: raw.order_id as string,
    nodeId: raw.node_id as number,
    nodeCode: raw.node_code as string,
    nodeDailyCapacityUnits: raw.daily_capacity_units as number | null,
    nodeTimeZone: raw.time_zone as string,
    counts: (raw.counts ?? []) as FulfillmentRow['counts'],
    vendorId: raw.vendor_id as number,
    vendorCode: raw.vendor_code as string,
    vendorCurrency: raw.vendor_currency as string,
    vendorFeedSubtracts: raw.feed_subtracts as FulfillmentRow['vendorFeedSubtracts'],
    vendorIsAsked: raw.live_check !== 'never',
    vendorTerms: raw.vendor_terms,
    serviceId: raw.service_id as number,
    serviceCode: raw.service_code as string,
    carrier: raw.carrier as string,
    decisionId: raw.decision_id as string,
    poNumber: raw.po_number as string,
    status: raw.status as FulfillmentStatus,
    landedCost: parseAmount(raw.landed_cost as string),
    currency: raw.currency as string,
    shipBy: raw.ship_by as Date,
    arrivesBy: raw.arrives_by as Date,
    vendorReference: raw.vendor_reference as string | null,
    attempt: raw.attempt as number,
    failures: raw.failures as number,
    cancelRequested: raw.cancel_requested as boolean,
    lease: raw.lease_token === null ? null : { token: raw.lease_token as string, until: raw.lease_until as Date },
    nextActionAt: instant(raw.next_action_at),
    createdAt: raw.created_at as Date,
    updatedAt: raw.updated_at as Date,
  };
}

export function fulfillmentLineRow(raw: Raw): FulfillmentLineRow {
  return {
    fulfillmentId: raw.fulfillment_id as string,
    orderId: raw.order_id as string,
    lineNo: raw.line_no as number,
    productId: raw.product_id as number,
    sku: raw.sku as string,
    quantity: raw.quantity as number,
    accepted: raw.accepted as number,
    rejected: raw.rejected as number,
    shipped: raw.shipped as number,
    canceled: raw.canceled as number,
    unitCost: parseAmount(raw.unit_cost as string),
  };
}

export function reservationRow(raw: Raw): ReservationRow {
  return {
    id: raw.id as string,
    orderId: raw.order_id as string,
    lineNo: raw.line_no as number,
    fulfillmentId: raw.fulfillment_id as string,
    nodeId: raw.node_id as number,
    productId: raw.product_id as number,
    quantity: raw.quantity as number,
    state: raw.state as ReservationRow['state'],
    expiresAt: instant(raw.expires_at),
    takenAt: raw.taken_at as Date,
    subtractedAt: instant(raw.subtracted_at),
  };
}

export function shipmentRow(raw: Raw): ShipmentRow {
  return {
    id: raw.id as string,
    fulfillmentId: raw.fulfillment_id as string,
    orderId: raw.order_id as string,
    vendorShipmentId: raw.vendor_shipment_id as string,
    carrier: raw.carrier as string,
    trackingNumbers: raw.tracking_numbers as string[],
    shippedAt: raw.shipped_at as Date,
    deliveredAt: instant(raw.delivered_at),
    lines: raw.lines as ShipmentRow['lines'],
  };
}

export function decisionRow(raw: Raw): DecisionRow {
  return {
    id: raw.id as string,
    orderId: raw.order_id as string,
    orderVersion: raw.order_version as number,
    cause: raw.cause as string,
    request: raw.request,
    decision: raw.decision,
    ruleSetVersion: raw.rule_set_version as number,
    rateSources: raw.rate_sources as Record<string, unknown>,
    attempt: raw.attempt as number,
    engineMicros: raw.engine_micros as number,
    decidedAt: raw.decided_at as Date,
  };
}

export function openItemRow(raw: Raw): OpenItemRow {
  return {
    id: raw.id as string,
    orderId: raw.order_id as string,
    fulfillmentId: raw.fulfillment_id as string | null,
    kind: raw.kind as OpenItemRow['kind'],
    reason: raw.reason as string,
    evidence: raw.evidence as Record<string, unknown>,
    blocks: raw.blocks as OpenItemRow['blocks'],
    openedAt: raw.opened_at as Date,
    resolvedAt: instant(raw.resolved_at),
    resolution: raw.resolution as string | null,
  };
}
