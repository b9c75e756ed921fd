import type { VendorCapabilities } from '../connectors/vendor.js';
import type { FulfillmentAggregate, OrderAggregate } from '../store/orders.js';
import { NO_ACKNOWLEDGEMENT, NO_RECEIPT } from './settle-fulfillment.js';

/** What a fulfillment's state asks for now. */
export type Move =
  | { readonly kind: 'nothing' }
  /** Not yet: it is due, or may be taken over, then. */
  | { readonly kind: 'wait'; readonly until: Date }
  /** Never sent: claim it and send it. */
  | { readonly kind: 'send' }
  /** Canceled before it was sent: end it here. */
  | { readonly kind: 'cancel_unsent' }
  /** Its sender vanished: nobody knows whether the vendor has it. */
  | { readonly kind: 'take_over' }
  | { readonly kind: 'look_up' }
  | { readonly kind: 'ask_to_cancel' };

/** Decides the next move from the state alone. Pure. Source: DESIGN.md section 6. */
export function nextMove(
  order: OrderAggregate,
  fulfillment: FulfillmentAggregate,
  now: Date,
  leaseMarginMs: number,
): Move {
  const takeOverAt = (): Date => new Date((fulfillment.lease?.until.getTime() ?? 0) + leaseMarginMs);
  const whenDue = (move: Move): Move => {
    const at = fulfillment.nextActionAt;
    if (at === null) return { kind: 'nothing' };
    return at <= now ? move : { kind: 'wait', until: at };
  };
  switch (fulfillment.status) {
    case 'PLANNED':
      if (fulfillment.cancelRequested) return { kind: 'cancel_unsent' };
      if (order.confirmedAt === null || blocked(order, fulfillment)) return { kind: 'nothing' };
      return whenDue({ kind: 'send' });
    case 'SENDING':
      return takeOverAt() <= now ? { kind: 'take_over' } : { kind: 'wait', until: takeOverAt() };
    case 'CANCELING':
      if (fulfillment.lease !== null && takeOverAt() > now) return { kind: 'wait', until: takeOverAt() };
      return whenDue({ kind: 'ask_to_cancel' });
    case 'UNKNOWN':
    case 'SENT':
    case 'ACCEPTED':
    case 'PARTIALLY_SHIPPED':
    case 'SHIPPED':
      return whenDue({ kind: 'look_up' });
    default:
      return { kind: 'nothing' };
  }
}

function blocked(order: OrderAggregate, fulfillment: FulfillmentAggregate): boolean {
  return order.openItems.some(
    (item) =>
      item.resolvedAt === null &&
      item.blocks.includes('dispatch') &&
      (item.fulfillmentId === null || item.fulfillmentId === fulfillment.id),
  );
}

/**
 * What a vendor owes us for a PO that it was sent and has not answered, each with its moment, the earliest first. One whose lookup tells
 * that it has the PO owes a word at once. Pure.
 */
export function owedBy(
  { owes, authoritativeLookup }: VendorCapabilities,
  sentAt: Date,
  isReceived: boolean,
): readonly { readonly reason: string; readonly at: Date }[] {
  const after = (ms: number) => new Date(sentAt.getTime() + ms);
  const acknowledgementMs = owes?.acknowledgementMs ?? (authoritativeLookup ? 0 : undefined);
  return [
    ...(owes?.receiptMs === undefined || isReceived ? [] : [{ reason: NO_RECEIPT, at: after(owes.receiptMs) }]),
    ...(acknowledgementMs === undefined ? [] : [{ reason: NO_ACKNOWLEDGEMENT, at: after(acknowledgementMs) }]),
  ].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** What may follow when a vendor says that it does not know a PO whose sending is in doubt. */
export type AfterNotFound =
  /** The same PO number once more, under a new lease. */
  | 'send_again'
  /** The customer canceled: have the PO number canceled there, so that it can never be taken up. */
  | 'ask_to_cancel'
  /** It can no longer turn up: the units are free. */
  | 'give_up'
  /** It may still turn up, and must not be sent twice: a person is told, and we keep looking. */
  | 'wait';

/**
 * "Not found" never frees stock by itself: to leave a vendor it takes an authoritative lookup, later than the connector's
 * declared bound after the last moment at which a call of ours can have been under way. Pure. Source: DESIGN.md section 6.
 */
export function afterNotFound(
  fulfillment: FulfillmentAggregate,
  capabilities: VendorCapabilities,
  lookedUpAt: Date,
): AfterNotFound {
  const { lateArrivalBoundMs, authoritativeLookup } = capabilities;
  const lastSent = fulfillment.lease?.until ?? null;
  const surelyNotThere =
    authoritativeLookup &&
    lateArrivalBoundMs !== null &&
    lastSent !== null &&
    lookedUpAt.getTime() > lastSent.getTime() + lateArrivalBoundMs;
  if (fulfillment.cancelRequested) {
    if (surelyNotThere) return 'give_up';
    return capabilities.cancel ? 'ask_to_cancel' : 'wait';
  }
  if (capabilities.idempotentSubmit) return 'send_again';
  return surelyNotThere ? 'give_up' : 'wait';
}
