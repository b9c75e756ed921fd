/**
 * The catalogue of events: type -> aggregate. Payloads hold ids and quantities only, never personal data.
 * An event of an order carries the order's version, one of stock the stock row's. Source: DESIGN.md section 5.
 */
export const EVENT_TYPES = {
  'order.received': 'order',
  'order.rejected': 'order',
  'order.routed': 'order',
  'order.confirmed': 'order',
  'order.backordered': 'order',
  'order.rerouting': 'order',
  'order.recosted': 'order',
  'order.amended': 'order',
  'order.canceled': 'order',
  'order.cancel_requested': 'order',
  'order.cancel_refused': 'order',
  'order.review_opened': 'order',
  'order.review_resolved': 'order',
  'fulfillment.checking': 'order',
  'fulfillment.checked': 'order',
  'fulfillment.sending': 'order',
  'fulfillment.retrying': 'order',
  'fulfillment.sent': 'order',
  'fulfillment.unknown': 'order',
  'fulfillment.accepted': 'order',
  'fulfillment.rejected': 'order',
  'fulfillment.shipped': 'order',
  'fulfillment.delivered': 'order',
  'fulfillment.canceling': 'order',
  'fulfillment.canceled': 'order',
  'fulfillment.superseded': 'order',
  'fulfillment.incident': 'order',
  'reservation.renewed': 'order',
  'reservation.expired': 'order',
  'stock.changed': 'stock',
  'stock.drifted': 'stock',
  'stock.repaired': 'stock',
  'stock.short': 'stock',
  'catalogue.changed': 'catalogue',
  'network.changed': 'network',
  'capacity.changed': 'capacity',
} as const;
export type EventType = keyof typeof EVENT_TYPES;
export type AggregateType = (typeof EVENT_TYPES)[EventType];

/** One event as the log gives it back. `position` is ours: dense, ascending, given to committed events by one sequencer. */
export interface LoggedEvent {
  readonly position: bigint;
  readonly type: EventType;
  readonly aggregateType: AggregateType;
  /** Order id (UUID), `<nodeId>:<productId>` for stock, `<nodeId>:<day>` for capacity; else one of the change itself. */
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly accountId: number | null;
  readonly vendorId: number | null;
  readonly actor: string;
  readonly occurredAt: Date;
  readonly payload: Readonly<Record<string, unknown>>;
}
