import type {
  CancellationNotice,
  DeliveryNotice,
  InvoiceNotice,
  ShipmentNotice,
  VendorDocument,
} from '../connectors/vendor-documents.js';
import { applyAcknowledgement, BACKORDERED, DATE_CHANGED, VENDOR_BACKORDER } from './acknowledgement.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import {
  applyReceived,
  GIVEN_UP,
  isSpokenOf,
  noteOnce,
  SILENCE_MS,
  settle,
  settleDoubt,
  tell,
  unexpected,
} from './settle-fulfillment.js';
import { applyReceipt, matchInvoices } from './vendor-papers.js';

/** Its vendor reported less than is promised there, and was asked to cancel it: an open item. */
export const STOCK_SHORT = 'STOCK_SHORT';
/** Why a vendor is asked to cancel what the customer still wants: its answer settles them. */
const ASKED_BACK = [STOCK_SHORT, BACKORDERED, DATE_CHANGED];

/** A vendor's clock may run ahead of ours by so much: what it dates no later than this after an end may be from before it. */
const CLOCKS_APART_MS = 30_000;
/** How long after a delivery that overtook its shipment the PO is looked up, and how often before a person looks. */
const OVERTAKEN_MS = 10_000;
const LOOKUPS_FOR_SHIPMENT_MAX = 5;

/**
 * What a vendor says of a PO, made into a change of its order. Each function is idempotent: what is known already changes
 * nothing, so documents may come twice, late, or out of order, from a poll, a lookup or the answer to a call. `invoices`: all that are
 * kept of the PO, held against what came of it. Pure. Source: DESIGN.md sections 3, 4 and 6.
 */
export function applyDocument(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  document: VendorDocument,
  invoices: readonly InvoiceNotice[] = [],
): void {
  if (GIVEN_UP.includes(fulfillment.status)) afterGivingUp(draft, fulfillment, document);
  else applyWord(draft, fulfillment, document);
  if (invoices.length > 0) matchInvoices(draft, fulfillment, invoices);
}

function applyWord(draft: OrderDraft, fulfillment: FulfillmentDraft, document: VendorDocument): void {
  applyReceived(draft, fulfillment, null);
  switch (document.kind) {
    case 'receipt':
      applyReceipt(draft, fulfillment, document);
      break;
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

/** One dispatch notice; the vendor's id of the shipment makes a repeat harmless. More than was asked for is a review. */
/** A shipment that is known already and now has other units: which of the two is true a person has to ask; what was counted stays. */
function compareShipment(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  noted: readonly { readonly lineNo: number; readonly quantity: number }[],
  { vendorShipmentId, lines }: ShipmentNotice,
): void {
  const byLine = (units: ReadonlyMap<number, number>) => [...units].sort(([a], [b]) => a - b);
  const [told, known] = [byLine(sumByLine(lines)), byLine(sumByLine(noted))];
  // What was too much for the order was told of when it came.
  const wasTooMuch = draft.order.openItems.some(
    ({ reason, evidence }) => reason === 'OVER_SHIPMENT' && evidence.vendorShipmentId === vendorShipmentId,
  );
  if (wasTooMuch || JSON.stringify(told) === JSON.stringify(known)) return;
  const evidence = { vendorShipmentId, told: Object.fromEntries(told), counted: Object.fromEntries(known) };
  noteOnce(draft, fulfillment, 'SHIPMENT_DIFFERS', evidence, JSON.stringify([vendorShipmentId, told]));
}

function applyShipment(draft: OrderDraft, fulfillment: FulfillmentDraft, document: ShipmentNotice): void {
  const known = draft.order.shipments.find(
    (shipment) => shipment.fulfillmentId === fulfillment.id && shipment.vendorShipmentId === document.vendorShipmentId,
  );
  if (known) {
    compareShipment(draft, fulfillment, known.lines, document);
    return;
  }
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
  if (fulfillment.total('live') === 0)
    draft.resolveItems([VENDOR_BACKORDER, BACKORDERED, DATE_CHANGED], 'the vendor sent it', fulfillment.id);
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
  draft.resolveItems([...ASKED_BACK, VENDOR_BACKORDER], 'the vendor canceled it', fulfillment.id);
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
    draft.resolveItems(ASKED_BACK, 'the vendor ships it', fulfillment.id);
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

/**
 * A word on a PO that was given up. A repeat of an old refusal is nothing, nor is an acceptance from before the end; anything
 * that says that goods may come is an incident: the units are planned elsewhere by now, and a person decides.
 */
function afterGivingUp(draft: OrderDraft, fulfillment: FulfillmentDraft, document: VendorDocument): void {
  const alarming =
    document.kind === 'shipment' ||
    document.kind === 'delivery' ||
    (document.kind === 'acknowledgement' &&
      (document.lines.some((line) => line.accepted > 0) || document.order?.verdict === 'accepted') &&
      Date.parse(document.at) > fulfillment.before.updatedAt.getTime() + CLOCKS_APART_MS);
  if (!alarming) return;
  const reason = document.kind === 'acknowledgement' ? 'LATE_ACCEPTANCE' : 'LATE_SHIPMENT';
  unexpected(draft, fulfillment, reason, { kind: document.kind, status: fulfillment.status });
}

function sumByLine(lines: readonly { readonly lineNo: number; readonly quantity: number }[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const line of lines) sums.set(line.lineNo, (sums.get(line.lineNo) ?? 0) + line.quantity);
  return sums;
}
