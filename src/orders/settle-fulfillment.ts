import { isDeepStrictEqual } from 'node:util';
import type { FulfillmentStatus } from '../model/order.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';

/** What becomes of a purchase order once its vendor has said something: steps that documents of several kinds share. Pure. */

/** Statuses of a purchase order whose units are planned elsewhere by now. */
export const GIVEN_UP: readonly FulfillmentStatus[] = ['REJECTED', 'CANCELED', 'SUPERSEDED'];

/** No answer to the PO came in time; no word of the vendor's machine that it read it; or its word that it could not: reviews. */
export const NO_ACKNOWLEDGEMENT = 'NO_ACKNOWLEDGEMENT';
export const NO_RECEIPT = 'NO_RECEIPT';
export const RECEIPT_REJECTED = 'RECEIPT_REJECTED';

/** How long after the vendor took a PO, and says nothing more, it is looked up. */
export const SILENCE_MS = 15 * 60_000;

/** The vendor has the PO: whatever we did not know about its sending is settled. */
export function applyReceived(draft: OrderDraft, fulfillment: FulfillmentDraft, vendorReference: string | null): void {
  if (
    vendorReference !== null &&
    fulfillment.before.vendorReference === null &&
    !GIVEN_UP.includes(fulfillment.status)
  ) {
    fulfillment.assign({ vendorReference });
  }
  if (fulfillment.status !== 'SENDING' && fulfillment.status !== 'UNKNOWN') return;
  fulfillment.to('SENT');
  fulfillment.assign({
    lease: null,
    failures: 0,
    nextActionAt: new Date(draft.now.getTime() + SILENCE_MS).toISOString(),
  });
  fulfillment.note({ firstSentAt: draft.now.toISOString() });
  fulfillment.markSubtracted();
  tell(draft, fulfillment, 'fulfillment.sent', { attempt: fulfillment.before.attempt });
  askToCancelWhereWanted(draft, fulfillment);
}

/** Whether the vendor ever said anything of the PO, so that it surely has it. */
export function isSpokenOf(fulfillment: FulfillmentDraft): boolean {
  return (
    fulfillment.before.vendorReference !== null || fulfillment.total('accepted') + fulfillment.total('shipped') > 0
  );
}

/** Opens a review and tells of the incident, once per fulfillment and reason, however often the document comes. */
export function unexpected(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  reason: string,
  evidence: Record<string, unknown>,
): void {
  const said = JSON.stringify({ ...evidence, poNumber: fulfillment.before.poNumber });
  // Documents are read again and again: what a person settled comes back only where something else is said.
  const seen = draft.order.openItems.some(
    (item) =>
      item.fulfillmentId === fulfillment.id &&
      item.reason === reason &&
      (item.resolvedAt === null || isDeepStrictEqual(item.evidence, JSON.parse(said))),
  );
  if (seen) return;
  const opened = draft.openItem({
    fulfillmentId: fulfillment.id,
    kind: 'review',
    reason,
    evidence: { ...evidence, poNumber: fulfillment.before.poNumber },
    blocks: [],
  });
  if (opened) tell(draft, fulfillment, 'fulfillment.incident', { reason, ...evidence });
}

/** Whether an item of this reason says the very same already, open or settled. */
export function wasNoted(draft: OrderDraft, fulfillment: FulfillmentDraft, reason: string, said: string): boolean {
  return draft.order.openItems.some(
    (item) => item.fulfillmentId === fulfillment.id && item.reason === reason && item.evidence.said === said,
  );
}

/** Opens a review of what the vendor said, once however often it says so, and tells of it. False: it was noted before. */
export function noteOnce(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  reason: string,
  evidence: Readonly<Record<string, unknown>>,
  said = JSON.stringify(evidence.lines),
): boolean {
  if (wasNoted(draft, fulfillment, reason, said)) return false;
  const { poNumber } = fulfillment.before;
  draft.resolveItems([reason], 'the vendor says otherwise by now', fulfillment.id, 'untold');
  draft.openItemBeside({
    ...{ fulfillmentId: fulfillment.id, kind: 'review', reason },
    ...{ evidence: { ...evidence, poNumber, said }, blocks: [] },
  });
  tell(draft, fulfillment, 'fulfillment.incident', { reason });
  settleDoubt(draft, fulfillment);
  if (fulfillment.status === 'SENT') fulfillment.assign({ nextActionAt: null });
  return true;
}

/** The vendor has spoken: reviews of its silence are over. */
export function settleDoubt(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  draft.resolveItems(
    ['PO_IN_DOUBT', NO_ACKNOWLEDGEMENT, NO_RECEIPT, RECEIPT_REJECTED],
    'the vendor answered',
    fulfillment.id,
  );
}

/** The status that follows from the fulfillment's units. */
export function settle(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  const shipped = fulfillment.total('shipped');
  if (fulfillment.total('live') > 0) {
    if (fulfillment.status === 'CANCELING') return;
    if (shipped > 0) fulfillment.to('PARTIALLY_SHIPPED');
    else if (fulfillment.total('accepted') > 0) {
      fulfillment.to('ACCEPTED');
      fulfillment.assign({ nextActionAt: null });
      fulfillment.note({ outcome: 'accepted' });
    }
    askToCancelWhereWanted(draft, fulfillment);
    return;
  }
  fulfillment.assign({ nextActionAt: null });
  if (shipped === 0) {
    const rejected = fulfillment.total('canceled') === 0;
    fulfillment.to(rejected ? 'REJECTED' : 'CANCELED');
    fulfillment.note({ outcome: rejected ? 'rejected' : 'canceled' });
    return;
  }
  if (fulfillment.status === 'DELIVERED' || fulfillment.status === 'RETURNED') return;
  const shipments = draft.order.shipments.filter((shipment) => shipment.fulfillmentId === fulfillment.id);
  const known = shipments.reduce((sum, shipment) => sum + shipment.lines.reduce((n, line) => n + line.quantity, 0), 0);
  const arrived = known === shipped && shipments.every((shipment) => draft.isDelivered(shipment.id));
  const wasShipped = fulfillment.before.status === 'SHIPPED' || fulfillment.before.status === 'PARTIALLY_SHIPPED';
  fulfillment.to(arrived && wasShipped ? 'DELIVERED' : 'SHIPPED');
  fulfillment.note({ outcome: arrived && wasShipped ? 'delivered' : 'shipped' });
}

/** A cancellation that came while we did not know whether the vendor had the PO: now it has it, so now it is asked. */
function askToCancelWhereWanted(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  if (!fulfillment.cancelRequested || fulfillment.status === 'CANCELING') return;
  fulfillment.to('CANCELING');
  fulfillment.assign({ nextActionAt: draft.now.toISOString(), failures: 0 });
  tell(draft, fulfillment, 'fulfillment.canceling', {});
}

/** Shipped, and every shipment delivered before the last unit was settled: nothing is left to wait for. */
export function settleDelivered(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  if (fulfillment.status !== 'SHIPPED') return;
  settle(draft, fulfillment);
  if ((fulfillment.status as FulfillmentStatus) === 'DELIVERED') tell(draft, fulfillment, 'fulfillment.delivered', {});
}

export function tell(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  type: Parameters<OrderDraft['event']>[0],
  payload: Record<string, unknown>,
): void {
  const { id, poNumber, nodeId, vendorId } = fulfillment.before;
  draft.event(type, { fulfillmentId: id, poNumber, nodeId, ...payload }, vendorId);
}
