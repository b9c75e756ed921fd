import type {
  Acknowledgement,
  CancellationNotice,
  DeliveryNotice,
  ShipmentNotice,
  VendorDocument,
} from '../connectors/vendor-documents.js';
import type { FulfillmentStatus } from '../model/order.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';

/** Its vendor reported less than is promised there, and was asked to cancel it: an open item. */
export const STOCK_SHORT = 'STOCK_SHORT';

const GIVEN_UP: readonly FulfillmentStatus[] = ['REJECTED', 'CANCELED', 'SUPERSEDED'];

/** How long after the vendor took a PO, and says nothing more, it is looked up. */
const SILENCE_MS = 15 * 60_000;
/** A vendor's clock may run ahead of ours by so much: what it dates no later than this after an end may be from before it. */
const CLOCKS_APART_MS = 30_000;
/** How long after a delivery that overtook its shipment the PO is looked up, and how often before a person looks. */
const OVERTAKEN_MS = 10_000;
const LOOKUPS_FOR_SHIPMENT_MAX = 5;

/**
 * What a vendor says of a PO, made into a change of its order. Each function is idempotent: what is known already changes
 * nothing, so documents may come twice, late, or out of order, from a poll, a lookup or the answer to a call.
 * Pure. Source: DESIGN.md sections 3, 4 and 6.
 */
export function applyDocument(draft: OrderDraft, fulfillment: FulfillmentDraft, document: VendorDocument): void {
  if (GIVEN_UP.includes(fulfillment.status)) {
    afterGivingUp(draft, fulfillment, document);
    return;
  }
  applyReceived(draft, fulfillment, null);
  switch (document.kind) {
    case 'acknowledgement':
      applyAcknowledgement(draft, fulfillment, document);
      break;
    case 'shipment':
      applyShipment(draft, fulfillment, document);
      break;
    case 'delivery':
      applyDelivery(draft, fulfillment, document);
      break;
    case 'cancellation':
      applyCancellation(draft, fulfillment, document);
      break;
  }
}

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

/**
 * Line by line, in totals of the PO. Rejections only grow, and win over acceptances: a vendor may accept and then find
 * that it cannot, but a unit that it rejected is routed elsewhere at once.
 */
function applyAcknowledgement(draft: OrderDraft, fulfillment: FulfillmentDraft, document: Acknowledgement): void {
  let acceptedNow = 0;
  const rejectedNow: { lineNo: number; units: number; reason: string | null }[] = [];
  for (const line of document.lines) {
    const known = fulfillment.tally(line.lineNo);
    if (!known) {
      unexpected(draft, fulfillment, 'ACKNOWLEDGED_UNKNOWN_LINE', { lineNo: line.lineNo });
      continue;
    }
    const rejected = Math.max(
      0,
      Math.min(line.rejected, known.quantity - known.shipped - known.canceled) - known.rejected,
    );
    const taken = fulfillment.cancelRequested ? 'canceled' : 'open';
    fulfillment.giveBack(line.lineNo, 'rejected', taken, rejected);
    if (rejected > 0)
      rejectedNow.push({ lineNo: line.lineNo, units: rejected, reason: line.reason?.slice(0, 200) ?? null });
    const accepted = Math.min(Math.max(known.accepted, line.accepted), known.quantity - known.rejected);
    if (accepted !== known.accepted) {
      acceptedNow += Math.max(0, accepted - known.accepted);
      fulfillment.count(line.lineNo, 'accepted', accepted - known.accepted);
    }
  }
  applyReceived(draft, fulfillment, document.vendorReference || null);
  if (acceptedNow === 0 && rejectedNow.length === 0) return;
  fulfillment.note({
    acknowledgedAt: document.at,
    unitsAccepted: fulfillment.total('accepted'),
    unitsRejected: fulfillment.total('rejected'),
  });
  settle(draft, fulfillment);
  fulfillment.markSubtracted();
  settleDoubt(draft, fulfillment);
  if (acceptedNow > 0) tell(draft, fulfillment, 'fulfillment.accepted', { units: acceptedNow });
  if (rejectedNow.length > 0) {
    tell(draft, fulfillment, 'fulfillment.rejected', { lines: rejectedNow });
    const units = rejectedNow.reduce((sum, line) => sum + line.units, 0);
    if (fulfillment.cancelRequested) draft.event('order.canceled', { fulfillmentId: fulfillment.id, units });
    else draft.event('order.rerouting', { because: 'VENDOR_REJECTED', fulfillmentId: fulfillment.id });
  }
}

/** One dispatch notice; the vendor's id of the shipment makes a repeat harmless. More than was asked for is a review. */
function applyShipment(draft: OrderDraft, fulfillment: FulfillmentDraft, document: ShipmentNotice): void {
  const known = draft.order.shipments.some(
    (shipment) => shipment.fulfillmentId === fulfillment.id && shipment.vendorShipmentId === document.vendorShipmentId,
  );
  if (known) return;
  const lines: { lineNo: number; quantity: number }[] = [];
  const excess: { lineNo: number; units: number }[] = [];
  for (const [lineNo, asked] of sumByLine(document.lines)) {
    const units = Math.min(asked, fulfillment.live(lineNo));
    if (units > 0) {
      fulfillment.count(lineNo, 'shipped', units);
      draft.moveUnits(lineNo, 'routed', 'shipped', units);
      lines.push({ lineNo, quantity: units });
    }
    if (asked > units) excess.push({ lineNo, units: asked - units });
  }
  if (excess.length > 0) {
    unexpected(draft, fulfillment, 'OVER_SHIPMENT', { vendorShipmentId: document.vendorShipmentId, excess });
  }
  if (lines.length === 0) return;
  const shipmentId = draft.newId();
  draft.addShipment({
    id: shipmentId,
    fulfillmentId: fulfillment.id,
    vendorShipmentId: document.vendorShipmentId,
    carrier: document.carrier,
    trackingNumbers: document.trackingNumbers,
    shippedAt: document.shippedAt,
    lines,
  });
  const first = fulfillment.before.lines.every((line) => line.shipped === 0);
  fulfillment.note({
    ...(first ? { firstShippedAt: document.shippedAt } : {}),
    unitsShipped: fulfillment.total('shipped'),
  });
  settle(draft, fulfillment);
  fulfillment.markSubtracted();
  settleDoubt(draft, fulfillment);
  tell(draft, fulfillment, 'fulfillment.shipped', {
    shipmentId,
    carrier: document.carrier,
    lines,
  });
}

/** A delivery of a shipment that was told of before. One that overtook its shipment makes us look the PO up, which brings both. */
function applyDelivery(draft: OrderDraft, fulfillment: FulfillmentDraft, document: DeliveryNotice): void {
  const shipment = draft.order.shipments.find(
    (known) => known.fulfillmentId === fulfillment.id && known.vendorShipmentId === document.vendorShipmentId,
  );
  if (!shipment) {
    const { failures } = fulfillment.before;
    if (failures >= LOOKUPS_FOR_SHIPMENT_MAX) {
      unexpected(draft, fulfillment, 'DELIVERED_UNKNOWN_SHIPMENT', { vendorShipmentId: document.vendorShipmentId });
      return;
    }
    const lookAt = new Date(draft.now.getTime() + OVERTAKEN_MS).toISOString();
    fulfillment.assign({ failures: failures + 1, nextActionAt: lookAt });
    tell(draft, fulfillment, 'fulfillment.retrying', { because: 'DELIVERY_BEFORE_SHIPMENT' });
    return;
  }
  if (shipment.deliveredAt !== null) return;
  draft.deliverShipment(shipment.id, document.deliveredAt);
  settle(draft, fulfillment);
  if (fulfillment.status === 'DELIVERED') fulfillment.note({ deliveredAt: document.deliveredAt, outcome: 'delivered' });
  tell(draft, fulfillment, 'fulfillment.delivered', { shipmentId: shipment.id });
}

/** Confirmed: what has not left is free again, for the customer who canceled or for another vendor. Refused: it goes on. */
function applyCancellation(draft: OrderDraft, fulfillment: FulfillmentDraft, document: CancellationNotice): void {
  if (!document.confirmed) {
    applyCancelRefused(draft, fulfillment, 'the vendor refused');
    return;
  }
  if (fulfillment.total('live') === 0) return;
  draft.resolveItems([STOCK_SHORT], 'the vendor canceled it', fulfillment.id);
  const units = fulfillment.total('live');
  const asked = fulfillment.cancelRequested;
  fulfillment.giveBackAll('canceled', asked ? 'canceled' : 'open');
  settle(draft, fulfillment);
  tell(draft, fulfillment, 'fulfillment.canceled', { units });
  if (asked) draft.event('order.canceled', { fulfillmentId: fulfillment.id, units });
  else draft.event('order.rerouting', { because: 'VENDOR_CANCELED', fulfillmentId: fulfillment.id });
}

/**
 * The vendor would not cancel: the PO stands, as far as it has come. Of a PO that it never spoke of before, a refusal
 * says nothing: whether it is there stays in doubt, and the wish to cancel stands.
 */
export function applyCancelRefused(draft: OrderDraft, fulfillment: FulfillmentDraft, reason: string): void {
  if (fulfillment.status !== 'CANCELING') return;
  const { vendorId, poNumber, attempt } = fulfillment.before;
  const told = { fulfillmentId: fulfillment.id, poNumber, reason: reason.slice(0, 200) };
  if (isSpokenOf(fulfillment)) {
    draft.resolveItems([STOCK_SHORT], 'the vendor ships it', fulfillment.id);
    fulfillment.assign({ cancelRequested: false, nextActionAt: null, failures: 0 });
    fulfillment.to('SENT');
    settle(draft, fulfillment);
  } else {
    fulfillment.to('UNKNOWN');
    fulfillment.assign({ nextActionAt: new Date(draft.now.getTime() + SILENCE_MS).toISOString() });
    draft.openItem({
      fulfillmentId: fulfillment.id,
      kind: 'review',
      reason: 'PO_IN_DOUBT',
      evidence: { poNumber, attempt },
      blocks: [],
    });
  }
  draft.event('order.cancel_refused', told, vendorId);
}

/** Whether the vendor ever said anything of the PO, so that it surely has it. */
export function isSpokenOf(fulfillment: FulfillmentDraft): boolean {
  return (
    fulfillment.before.vendorReference !== null || fulfillment.total('accepted') + fulfillment.total('shipped') > 0
  );
}

/**
 * A word on a PO that was given up. A repeat of an old refusal is nothing, nor is an acceptance from before the end; anything
 * that says that goods may come is an incident: the units are planned elsewhere by now, and a person decides.
 */
function afterGivingUp(draft: OrderDraft, fulfillment: FulfillmentDraft, document: VendorDocument): void {
  const alarming =
    document.kind === 'shipment' ||
    document.kind === 'delivery' ||
    (document.kind === 'acknowledgement' &&
      document.lines.some((line) => line.accepted > 0) &&
      Date.parse(document.at) > fulfillment.before.updatedAt.getTime() + CLOCKS_APART_MS);
  if (!alarming) return;
  const reason = document.kind === 'acknowledgement' ? 'LATE_ACCEPTANCE' : 'LATE_SHIPMENT';
  unexpected(draft, fulfillment, reason, { kind: document.kind, status: fulfillment.status });
}

/** Opens a review and tells of the incident, once per fulfillment and reason, however often the document comes. */
function unexpected(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  reason: string,
  evidence: Record<string, unknown>,
): void {
  const seen = draft.order.openItems.some((item) => item.fulfillmentId === fulfillment.id && item.reason === reason);
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

/** The vendor has spoken: reviews of its silence are over. */
function settleDoubt(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  draft.resolveItems(['PO_IN_DOUBT', 'NO_ACKNOWLEDGEMENT'], 'the vendor answered', fulfillment.id);
}

/** The status that follows from the fulfillment's units. */
function settle(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
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

function sumByLine(lines: readonly { readonly lineNo: number; readonly quantity: number }[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const line of lines) sums.set(line.lineNo, (sums.get(line.lineNo) ?? 0) + line.quantity);
  return sums;
}

function tell(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  type: Parameters<OrderDraft['event']>[0],
  payload: Record<string, unknown>,
): void {
  const { id, poNumber, nodeId, vendorId } = fulfillment.before;
  draft.event(type, { fulfillmentId: id, poNumber, nodeId, ...payload }, vendorId);
}
