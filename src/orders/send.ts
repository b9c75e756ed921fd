import type { PurchaseOrder, PurchaseOrderAtVendor } from '../connectors/vendor-documents.js';
import type { FulfillmentAggregate } from '../store/orders.js';
import { loadPurchaseOrderFacts } from '../store/purchase-orders.js';
import { changeOrder } from './change.js';
import type { StepResult } from './contract.js';
import type { OrderDeps, VendorLink } from './deps.js';
import { applyDocuments, documentsOf } from './documents.js';
import type { OrderDraft } from './draft.js';
import { classOf, noteFailure } from './failure.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { purchaseOrderOf } from './purchase-order.js';
import { callVendor } from './vendor-call.js';

const ACTOR = 'system:dispatch';

/**
 * Sends a purchase order once: claims it under a lease, calls while the lease lasts, notes what came of it.
 *
 * `from`: PLANNED where it surely never arrived; UNKNOWN where the vendor said that it does not have it.
 * The claim is committed before the call, so however this ends, the next worker knows that the vendor may have it.
 */
export async function send(
  deps: OrderDeps,
  link: VendorLink,
  fulfillment: FulfillmentAggregate,
  from: 'PLANNED' | 'UNKNOWN',
): Promise<StepResult> {
  const po = await preparePurchaseOrder(deps, fulfillment, from);
  if (po === null) return { outcome: 'done', note: 'set aside before sending' };

  const claimed = await claim(deps, fulfillment, from);
  if (claimed === null) return { outcome: 'nothing', note: 'someone else has it' };
  await deps.checkpoint?.('claimed', fulfillment.id);

  // Checked on a clock that runs on while the process is stopped, and on the wall clock that the lease is written in.
  const { leaseMs, leaseReserveMs, callMsMin } = deps.settings;
  const elapsedMs = Math.max(deps.monotonicMs() - claimed.sinceMs, deps.clock.now().getTime() - claimed.at.getTime());
  const callMs = leaseMs - leaseReserveMs - elapsedMs;
  if (callMs < callMsMin) return { outcome: 'nothing', note: 'the lease ran out before the call' };

  let answer: PurchaseOrderAtVendor & { readonly found: true };
  try {
    answer = await callVendor(deps, { ...link, subject: po.poNumber }, callMs, (context) =>
      link.connector.submitPurchaseOrder(po, context),
    );
  } catch (error) {
    await deps.checkpoint?.('answered', fulfillment.id);
    return noteSendingFailed(deps, fulfillment, { token: claimed.token, from, error });
  }
  await deps.checkpoint?.('answered', fulfillment.id);
  // Whoever holds the lease by now: what the vendor says of the PO is true, and documents apply in any state.
  await applyDocuments(
    deps,
    { orderId: fulfillment.orderId, fulfillmentId: fulfillment.id },
    { vendorReference: answer.vendorReference, documents: documentsOf(fulfillment, answer, deps.clock.now()) },
    `vendor:${link.code}`,
  );
  return { outcome: 'done', note: `sent, the vendor says ${answer.status}` };
}

/** The PO, or null where it can never be made: that is set aside at once, before anything is claimed. */
async function preparePurchaseOrder(
  deps: OrderDeps,
  fulfillment: FulfillmentAggregate,
  from: 'PLANNED' | 'UNKNOWN',
): Promise<PurchaseOrder | null> {
  try {
    const facts = await loadPurchaseOrderFacts(deps.pool, fulfillment.id);
    if (facts === null) throw new Error(`expected fulfillment ${fulfillment.id}, found none`);
    return purchaseOrderOf(fulfillment, facts);
  } catch (error) {
    if (!(error instanceof Error && 'errorClass' in error && error.errorClass === 'permanent')) throw error;
    await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
      const own = draft.fulfillment(fulfillment.id);
      if (own.status === from) noteFailure(draft, own, error, { ...deps, step: 'send' });
    });
    return null;
  }
}

/** Takes the lease; null where someone else was first. */
async function claim(
  deps: OrderDeps,
  fulfillment: FulfillmentAggregate,
  from: 'PLANNED' | 'UNKNOWN',
): Promise<{ readonly token: string; readonly at: Date; readonly sinceMs: number } | null> {
  const token = deps.newId();
  const sinceMs = deps.monotonicMs();
  const at = deps.clock.now();
  const until = new Date(at.getTime() + deps.settings.leaseMs);
  const change = await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    const untouched = own.status === from && own.before.attempt === fulfillment.attempt && !own.cancelRequested;
    // What has turned up since it was found due keeps it, but for what may be at the vendor already.
    if (!untouched || (from === 'PLANNED' && draft.isDispatchBlocked(own.id))) return;
    own.to('SENDING');
    own.assign({
      attempt: own.before.attempt + 1,
      lease: { token, until: until.toISOString() },
      nextActionAt: new Date(until.getTime() + deps.settings.leaseMarginMs).toISOString(),
    });
    const { poNumber, nodeId, vendorId } = own.before;
    draft.event(
      'fulfillment.sending',
      { fulfillmentId: own.id, poNumber, nodeId, attempt: own.before.attempt + 1 },
      vendorId,
    );
  });
  return change.kind === 'committed' ? { token, at, sinceMs } : null;
}

/** What a failed call means for the PO, by the error's class; nothing where the lease has gone to someone else. */
async function noteSendingFailed(
  deps: OrderDeps,
  fulfillment: FulfillmentAggregate,
  failed: { readonly token: string; readonly from: 'PLANNED' | 'UNKNOWN'; readonly error: unknown },
): Promise<StepResult> {
  const errorClass = classOf(failed.error);
  if (errorClass === 'refused') {
    const rejected = {
      found: true as const,
      vendorReference: '',
      status: 'rejected' as const,
      documents: [],
    };
    const documents = documentsOf(fulfillment, rejected, deps.clock.now());
    const subject = { orderId: fulfillment.orderId, fulfillmentId: fulfillment.id };
    await applyDocuments(deps, subject, { vendorReference: null, documents }, ACTOR);
    return { outcome: 'done', note: 'the vendor refused' };
  }
  const surelyNotThere = errorClass === 'transient' || errorClass === 'unauthorized' || errorClass === 'permanent';
  await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    if (own.status !== 'SENDING' || own.before.lease?.token !== failed.token) return;
    own.onlyUnderLease(failed.token);
    // An earlier attempt may have arrived after all: then this one's failure proves nothing.
    if (surelyNotThere && failed.from === 'PLANNED') own.to('PLANNED');
    else toUnknown(draft, own, 'NO_ANSWER');
    noteFailure(draft, own, failed.error, { ...deps, step: 'send' });
  });
  return { outcome: 'done', note: `not sent: ${errorClass}` };
}

/** The vendor may have it or not; its stock stays held, and it is looked up next. */
export function toUnknown(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  because: 'NO_ANSWER' | 'LEASE_RAN_OUT',
): void {
  fulfillment.to('UNKNOWN');
  fulfillment.assign({ nextActionAt: draft.now.toISOString() });
  const { poNumber, nodeId, vendorId, attempt } = fulfillment.before;
  draft.event('fulfillment.unknown', { fulfillmentId: fulfillment.id, poNumber, nodeId, attempt, because }, vendorId);
}
