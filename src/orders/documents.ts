import type { InvoiceNotice, PurchaseOrderAtVendor, VendorDocument } from '../connectors/vendor-documents.js';
import type { FulfillmentAggregate } from '../store/orders.js';
import { invoicesOf, keepInvoice, keepReceipt } from '../store/vendor-papers.js';
import { changeOrder } from './change.js';
import type { OrderDeps } from './deps.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { applyReceived, settleDelivered } from './settle-fulfillment.js';
import { applyDocument } from './tracking.js';

type ChangeDeps = Pick<OrderDeps, 'pool' | 'committer' | 'clock' | 'newId'>;

/** What one plan may carry is bounded by the fulfillment machine, so documents go in as many plans as they need; no more. */
const PLANS_MAX = 100;

/**
 * Applies what a vendor said of one PO, oldest first; what is known already changes nothing. Returns how many plans it took.
 *
 * As many documents as the machine allows in one step share a plan: an acknowledgement that comes with the answer to the
 * sending is one commit with it.
 */
export async function applyDocuments(
  deps: ChangeDeps,
  subject: { readonly orderId: string; readonly fulfillmentId: string },
  said: { readonly vendorReference: string | null; readonly documents: readonly VendorDocument[] },
  actor: string,
): Promise<number> {
  const invoices = await keepPapers(deps, subject.fulfillmentId, said.documents);
  let plans = 0;
  let next = 0;
  while (plans < PLANS_MAX) {
    let applied = next;
    const change = await changeOrder(deps, subject.orderId, { actor }, (draft) => {
      applied = applyAsManyAsFit(draft, subject.fulfillmentId, said, next, invoices);
    });
    if (change.kind === 'committed') plans += 1;
    if (change.kind !== 'committed' && (applied === next || applied >= said.documents.length)) return plans;
    next = applied;
  }
  return plans;
}

/** Whether a document tells what was sent of a PO, or that less of it will be: what was billed is held against it anew. */
function settles(document: VendorDocument): boolean {
  if (document.kind !== 'acknowledgement') return document.kind !== 'receipt' && document.kind !== 'delivery';
  return document.order?.verdict === 'rejected' || document.lines.some((line) => line.rejected > 0);
}

/** Keeps what moves no units, before any plan goes by it; returns all that was billed for the PO, where that matters now. */
async function keepPapers(
  deps: ChangeDeps,
  fulfillmentId: string,
  documents: readonly VendorDocument[],
): Promise<readonly InvoiceNotice[]> {
  for (const document of documents) {
    if (document.kind === 'receipt') await keepReceipt(deps.pool, fulfillmentId, document);
    if (document.kind === 'invoice') await keepInvoice(deps.pool, fulfillmentId, document, deps.clock.now());
  }
  return documents.some(settles) ? invoicesOf<InvoiceNotice>(deps.pool, fulfillmentId) : [];
}

/** Applies documents from `next` on while one plan can carry them; returns the index of the first one left. Pure. */
function applyAsManyAsFit(
  draft: OrderDraft,
  fulfillmentId: string,
  said: { readonly vendorReference: string | null; readonly documents: readonly VendorDocument[] },
  next: number,
  invoices: readonly InvoiceNotice[],
): number {
  const fulfillment = draft.fulfillment(fulfillmentId);
  if (fulfillment.status === 'PLANNED') {
    if (next < said.documents.length || said.vendorReference !== null) arrivedUnsent(draft, fulfillment);
    return next;
  }
  applyReceived(draft, fulfillment, said.vendorReference);
  let index = next;
  // Beyond the first two (received and acknowledged) one document a plan: a reservation or line is moved once in a plan.
  const fresh = () => fulfillment.status === fulfillment.before.status || fulfillment.status === 'SENT';
  while (index < said.documents.length && fresh()) {
    const document = said.documents[index];
    if (!document) break;
    if (!fits(fulfillment.before, fulfillment.status, document)) return index;
    const eventsBefore = draft.eventCount;
    applyDocument(draft, fulfillment, document, invoices);
    index += 1;
    if (draft.eventCount > eventsBefore) break;
  }
  if (!draft.hasEvents && index >= said.documents.length) settleDelivered(draft, fulfillment);
  return index;
}

/** A cancellation cannot follow straight from SENDING: the machine wants the sending settled first. */
function fits(before: FulfillmentAggregate, now: FulfillmentDraft['status'], document: VendorDocument): boolean {
  return !(document.kind === 'cancellation' && before.status === 'SENDING' && now === 'SENT');
}

/** The vendor has a PO that we thought was never sent: our word that nothing arrived was wrong, so it is sent as of now. */
function arrivedUnsent(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  fulfillment.to('SENDING');
  fulfillment.assign({
    attempt: fulfillment.before.attempt + 1,
    lease: { token: draft.newId(), until: draft.now.toISOString() },
  });
  const { poNumber, nodeId, vendorId } = fulfillment.before;
  draft.event(
    'fulfillment.sending',
    { fulfillmentId: fulfillment.id, poNumber, nodeId, because: 'FOUND_AT_VENDOR' },
    vendorId,
  );
}

/**
 * What a vendor's state of a PO says in documents, where it gives none for it: an order-level word covers all lines.
 * `shipped` without a notice says too little to book (no quantities, no tracking): the notice comes with the documents.
 */
export function documentsOf(
  fulfillment: FulfillmentAggregate,
  found: PurchaseOrderAtVendor & { readonly found: true },
  at: Date,
): VendorDocument[] {
  const said = [...found.documents];
  const has = (kind: VendorDocument['kind']) => said.some((document) => document.kind === kind);
  const acknowledge = (accepted: boolean): VendorDocument => ({
    kind: 'acknowledgement',
    poNumber: fulfillment.poNumber,
    vendorReference: found.vendorReference,
    at: at.toISOString(),
    lines: fulfillment.lines.map(({ lineNo, quantity }) => ({
      lineNo,
      accepted: accepted ? quantity : 0,
      rejected: accepted ? 0 : quantity,
    })),
  });
  if (found.status === 'accepted' && !has('acknowledgement')) said.push(acknowledge(true));
  if (found.status === 'rejected' && !has('acknowledgement')) said.push(acknowledge(false));
  if (found.status === 'canceled' && !has('cancellation')) {
    said.push({ kind: 'cancellation', poNumber: fulfillment.poNumber, confirmed: true, at: at.toISOString() });
  }
  return said;
}
