import type { Acknowledgement } from '../connectors/vendor-documents.js';
import { type VendorTerms, vendorTermsOf } from '../model/vendor-terms.js';
import { changedPrices, lateness, substitutes, type Word } from './answer-rules.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { applyReceived, noteOnce, settle, settleDoubt, tell, wasNoted } from './settle-fulfillment.js';

/** Its vendor would send units later than the customer was promised: left out of stock, or dated anew. */
export const BACKORDERED = 'BACKORDERED';
export const DATE_CHANGED = 'DATE_CHANGED';
/** Units that stay with the vendor until it has them: a hold that its shipment ends. */
export const VENDOR_BACKORDER = 'VENDOR_BACKORDER';

/**
 * Line by line, in totals of the PO. Rejections only grow, and win over acceptances: a vendor may accept and then find
 * that it cannot, but a unit that it rejected is routed elsewhere at once. A substitute is never taken silently: its units count as not
 * accepted, and a person decides. Source: docs/vendor-answers.md.
 */
export function applyAcknowledgement(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  document: Acknowledgement,
): void {
  const words = wordsOn(fulfillment, document);
  let acceptedNow = 0;
  const rejectedNow: { lineNo: number; units: number; reason: string | null }[] = [];
  for (const line of words) {
    const known = fulfillment.tally(line.lineNo);
    if (!known) {
      noteOnce(draft, fulfillment, 'ACKNOWLEDGED_UNKNOWN_LINE', { lineNo: line.lineNo }, String(line.lineNo));
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
    const said = line.changed?.substitute ? 0 : line.accepted;
    const accepted = Math.min(Math.max(known.accepted, said), known.quantity - known.rejected);
    if (accepted !== known.accepted) {
      acceptedNow += Math.max(0, accepted - known.accepted);
      fulfillment.count(line.lineNo, 'accepted', accepted - known.accepted);
    }
  }
  applyReceived(draft, fulfillment, document.vendorReference || null);
  if (acceptedNow > 0 || rejectedNow.length > 0) noteWord(draft, fulfillment, document, acceptedNow, rejectedNow);
  applyChanges(draft, fulfillment, words);
}

/** What a document says of lines; its word on the whole order is said of every line that it does not name. */
function wordsOn(fulfillment: FulfillmentDraft, { lines, order }: Acknowledgement): readonly Word[] {
  if (!order) return lines;
  const named = new Set(lines.map(({ lineNo }) => lineNo));
  const { verdict, reason } = order;
  const rest = fulfillment.before.lines
    .filter(({ lineNo }) => !named.has(lineNo))
    .map(({ lineNo, quantity }) => ({
      ...{ lineNo, reason },
      accepted: verdict === 'accepted' ? quantity : 0,
      rejected: verdict === 'rejected' ? quantity : 0,
    }));
  return [...lines, ...rest];
}

function noteWord(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  document: Acknowledgement,
  acceptedNow: number,
  rejectedNow: readonly { readonly lineNo: number; readonly units: number; readonly reason: string | null }[],
): void {
  fulfillment.note({
    acknowledgedAt: document.at,
    unitsAccepted: fulfillment.total('accepted'),
    unitsRejected: fulfillment.total('rejected'),
  });
  settle(draft, fulfillment);
  fulfillment.markSubtracted();
  settleDoubt(draft, fulfillment);
  if (acceptedNow > 0) tell(draft, fulfillment, 'fulfillment.accepted', { units: acceptedNow });
  if (rejectedNow.length === 0) return;
  tell(draft, fulfillment, 'fulfillment.rejected', { lines: rejectedNow });
  const units = rejectedNow.reduce((sum, line) => sum + line.units, 0);
  if (fulfillment.cancelRequested) draft.event('order.canceled', { fulfillmentId: fulfillment.id, units });
  else draft.event('order.rerouting', { because: 'VENDOR_REJECTED', fulfillmentId: fulfillment.id });
}

/** What follows where the vendor would send something else, at another price, or at another time than it was asked to. */
function applyChanges(draft: OrderDraft, fulfillment: FulfillmentDraft, words: readonly Word[]): void {
  const live = words.filter(({ lineNo }) => fulfillment.live(lineNo) > 0);
  const terms = vendorTermsOf(fulfillment.before.vendorTerms);
  const others = substitutes(live);
  if (others.length > 0) noteOnce(draft, fulfillment, 'SUBSTITUTED', { lines: others });
  const prices = changedPrices(fulfillment.before, live, terms.priceTolerancePercent);
  if (prices.length > 0) {
    noteOnce(draft, fulfillment, 'PRICE_CHANGED', {
      lines: prices,
      currency: fulfillment.before.vendorCurrency,
      tolerancePercent: terms.priceTolerancePercent,
    });
  }
  const late = lateness(draft.order, fulfillment.before, live, terms.graceHours);
  if (late.backordered.length > 0) applyBackorder(draft, fulfillment, late, terms);
  if (late.dated.length > 0) {
    const evidence = { lines: late.dated, promised: late.promised };
    breaksPromise(draft, fulfillment, DATE_CHANGED, evidence, terms.late === 'give_back');
  }
}

/** Units that the vendor will have later: they stay where the date keeps the promise, or where that is agreed. */
function applyBackorder(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  late: ReturnType<typeof lateness>,
  { backordered }: VendorTerms,
): void {
  const evidence = { lines: late.backordered, promised: late.promised };
  if (backordered !== 'keep' && !late.backordersKeepPromise) {
    breaksPromise(draft, fulfillment, BACKORDERED, evidence, backordered === 'give_back');
    return;
  }
  const said = JSON.stringify(evidence.lines);
  if (wasNoted(draft, fulfillment, VENDOR_BACKORDER, said)) return;
  draft.resolveItems([VENDOR_BACKORDER], 'the vendor says otherwise by now', fulfillment.id, 'untold');
  draft.openItemBeside({
    ...{ fulfillmentId: fulfillment.id, kind: 'hold', reason: VENDOR_BACKORDER },
    ...{ evidence: { ...evidence, said }, blocks: [] },
  });
  settleDoubt(draft, fulfillment);
  // Looked up once the vendor should have them; without a date its documents alone decide.
  if (fulfillment.status === 'SENT') fulfillment.assign({ nextActionAt: late.backorderedUntil });
}

/**
 * A person decides; or the vendor is asked to cancel, once, and its answer decides: units are only routed anew when it surely sends none.
 * Of a PO that it sends in part anyway nothing can be asked back, so a person looks.
 */
function breaksPromise(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  reason: string,
  evidence: { readonly lines: readonly { readonly units: number }[]; readonly promised: string },
  giveBack: boolean,
): void {
  const isFirst = !draft.order.openItems.some(
    (item) => item.fulfillmentId === fulfillment.id && item.reason === reason,
  );
  if (!noteOnce(draft, fulfillment, reason, evidence)) return;
  const units = evidence.lines.reduce((sum, line) => sum + line.units, 0);
  const isWhole = units >= fulfillment.total('live') && fulfillment.total('shipped') === 0;
  if (!giveBack || !isFirst || !isWhole || fulfillment.cancelRequested || fulfillment.status === 'CANCELING') return;
  fulfillment.to('CANCELING');
  fulfillment.assign({ nextActionAt: draft.now.toISOString(), failures: 0 });
  tell(draft, fulfillment, 'fulfillment.canceling', { because: reason, units });
}
