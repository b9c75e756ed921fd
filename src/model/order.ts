/** An order's status, derived from its lines and fulfillments by `deriveOrderStatus`. Source: DESIGN.md section 3. */
export const ORDER_STATUSES = [
  'RECEIVED',
  'ROUTED',
  'CONFIRMED',
  'DISPATCHED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DELIVERED',
  'BACKORDERED',
  'CANCELED',
  'REJECTED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const FULFILLMENT_STATUSES = [
  'PLANNED',
  'SENDING',
  'SENT',
  'UNKNOWN',
  'ACCEPTED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DELIVERED',
  'REJECTED',
  'CANCELING',
  'CANCELED',
  'SUPERSEDED',
  'RETURNED',
] as const;
export type FulfillmentStatus = (typeof FULFILLMENT_STATUSES)[number];

/**
 * The fulfillment machine: from each status, where it may go. The database refuses anything else (the same table stands
 * in the migration, and a test compares the two). Source: DESIGN.md sections 3 and 6.
 */
export const FULFILLMENT_TRANSITIONS: Readonly<Record<FulfillmentStatus, readonly FulfillmentStatus[]>> = {
  PLANNED: ['SENDING', 'CANCELED', 'SUPERSEDED'],
  SENDING: ['PLANNED', 'SENT', 'UNKNOWN', 'ACCEPTED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'REJECTED', 'CANCELING'],
  UNKNOWN: ['SENDING', 'SENT', 'ACCEPTED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'REJECTED', 'CANCELING', 'CANCELED'],
  SENT: ['ACCEPTED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'REJECTED', 'CANCELING', 'CANCELED'],
  ACCEPTED: ['PARTIALLY_SHIPPED', 'SHIPPED', 'REJECTED', 'CANCELING', 'CANCELED'],
  CANCELING: ['CANCELED', 'SENT', 'ACCEPTED', 'PARTIALLY_SHIPPED', 'SHIPPED', 'REJECTED', 'UNKNOWN'],
  PARTIALLY_SHIPPED: ['SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELING'],
  SHIPPED: ['DELIVERED', 'RETURNED'],
  DELIVERED: ['RETURNED'],
  REJECTED: [],
  CANCELED: [],
  SUPERSEDED: [],
  RETURNED: [],
};

/**
 * Units of one line by what has become of them: `ordered = open + routed + backordered + shipped + canceled`;
 * `returned` counts within `shipped`. Whole units, never negative.
 */
export interface LineQuantities {
  readonly ordered: number;
  readonly open: number;
  readonly routed: number;
  readonly backordered: number;
  readonly shipped: number;
  readonly canceled: number;
  readonly returned: number;
}

/** A postal address. Personal data: lives only in `order_contact`. `countryCode` is ISO 3166-1 alpha-2. */
export interface Address {
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly lines: readonly string[];
  readonly city?: string | undefined;
  readonly regionCode?: string | undefined;
  readonly postalCode?: string | undefined;
  /** `ZZ` where the channel does not tell it. */
  readonly countryCode: string;
  readonly residential?: boolean | undefined;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  /** The channel has it and does not show it to us: not the same as an address that is missing. */
  readonly redacted?: true | undefined;
}

/** One reason why a payload or an order is refused, with where it stands in what was sent. */
export interface Fault {
  /** Stable, upper snake case. */
  readonly code: string;
  readonly message: string;
  /** JSON path in the sender's own payload, such as `line_items[2].sku`. */
  readonly path: string;
  /** What an unknown name may mean, the likeliest first. */
  readonly suggestions?: readonly string[] | undefined;
}
