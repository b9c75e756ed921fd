import type { CancelAnswer, PurchaseOrderAtVendor } from '../connectors/vendor-documents.js';
import { HeadgateError } from '../model/errors.js';
import { systemViewer } from '../model/viewer.js';
import { type FulfillmentAggregate, loadOrderByFulfillment } from '../store/orders.js';
import { sendingOf } from '../store/vendor-papers.js';
import { cancelPlanned } from './cancel-planned.js';
import { changeOrder } from './change.js';
import type { StepResult } from './contract.js';
import type { OrderDeps, VendorLink } from './deps.js';
import { applyDocuments, documentsOf } from './documents.js';
import { noteFailure } from './failure.js';
import { type AfterNotFound, afterNotFound, nextMove, owedBy } from './next-move.js';
import { send, toUnknown } from './send.js';
import { isSpokenOf } from './settle-fulfillment.js';
import { applyCancelRefused, applyDocument } from './tracking.js';
import { callVendor, gateOf } from './vendor-call.js';

const ACTOR = 'system:dispatch';
/** One run may take over, look up, and send; each leaves durable state, so more would only hide a loop. */
const MOVES_MAX = 4;
const STEP_OF = { send: 'send', look_up: 'look_up', ask_to_cancel: 'cancel' } as const;

/**
 * Brings one purchase order a step on: sends it, looks it up, has it canceled, whatever its state asks for.
 *
 * Safe to run twice, anywhere, at once: every outside call follows a claim that only one worker gets, or reads only.
 * Source: DESIGN.md section 6.
 */
export async function dispatch(deps: OrderDeps, fulfillmentId: string): Promise<StepResult> {
  let result: StepResult = { outcome: 'nothing' };
  for (let moves = 0; moves < MOVES_MAX; moves += 1) {
    const order = await loadOrderByFulfillment(deps.pool, systemViewer('dispatch'), fulfillmentId);
    const fulfillment = order?.fulfillments.find((each) => each.id === fulfillmentId);
    if (!order || !fulfillment) return { outcome: 'nothing', note: 'no such fulfillment' };
    const move = nextMove(order, fulfillment, deps.clock.now(), deps.settings.leaseMarginMs);
    if (move.kind === 'nothing') return result;
    if (move.kind === 'wait') return result.outcome === 'done' ? result : { outcome: 'retry', retryAt: move.until };
    if (move.kind === 'cancel_unsent') return cancelUnsent(deps, fulfillment);
    if (move.kind === 'take_over') {
      await takeOver(deps, fulfillment);
      result = { outcome: 'done', note: 'taken over' };
      continue;
    }
    const link = await linkOrSetAside(deps, fulfillment);
    if (link === null) return { outcome: 'done', note: 'the vendor is misconfigured' };
    const refusal = gateOf(deps, link)?.refusal() ?? null;
    if (refusal !== null) return putOff(deps, fulfillment, STEP_OF[move.kind], refusal);
    if (move.kind === 'send') return send(deps, link, fulfillment, 'PLANNED');
    if (move.kind === 'ask_to_cancel') return askToCancel(deps, link, fulfillment);
    result = await lookUp(deps, link, fulfillment);
    if (result.outcome === 'nothing') return result;
  }
  return result;
}

/** Its vendor may not be called now: nothing is claimed, and it is due when it may. */
async function putOff(
  deps: OrderDeps,
  fulfillment: FulfillmentAggregate,
  step: (typeof STEP_OF)[keyof typeof STEP_OF],
  refusal: HeadgateError,
): Promise<StepResult> {
  await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    const isUntouched = own.status === fulfillment.status && own.before.attempt === fulfillment.attempt;
    if (isUntouched && own.before.nextActionAt?.getTime() === fulfillment.nextActionAt?.getTime())
      noteFailure(draft, own, refusal, { ...deps, step });
  });
  return { outcome: 'done', note: `put off: ${refusal.code}` };
}

async function linkOrSetAside(deps: OrderDeps, fulfillment: FulfillmentAggregate): Promise<VendorLink | null> {
  try {
    return await deps.links.vendor(fulfillment.vendorId);
  } catch (error) {
    if (!(error instanceof HeadgateError) || error.errorClass !== 'permanent') throw error;
    await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
      const own = draft.fulfillment(fulfillment.id);
      if (own.status === fulfillment.status) noteFailure(draft, own, error, { ...deps, step: 'send' });
    });
    return null;
  }
}

/** The holder of the lease has not written by its end and the margin: from here on the PO is in doubt. */
async function takeOver(deps: OrderDeps, fulfillment: FulfillmentAggregate): Promise<void> {
  await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    if (own.status !== 'SENDING' || own.before.lease?.token !== fulfillment.lease?.token) return;
    toUnknown(draft, own, 'LEASE_RAN_OUT');
  });
}

/** Canceled while it was being sent, and the sending surely failed. */
async function cancelUnsent(deps: OrderDeps, fulfillment: FulfillmentAggregate): Promise<StepResult> {
  await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    if (own.status === 'PLANNED' && own.cancelRequested) cancelPlanned(draft, own);
  });
  return { outcome: 'done', note: 'canceled before it was sent' };
}

/** Asks the vendor what it has under the PO number, and goes on from its answer. */
async function lookUp(deps: OrderDeps, link: VendorLink, fulfillment: FulfillmentAggregate): Promise<StepResult> {
  const at = deps.clock.now();
  let found: PurchaseOrderAtVendor;
  try {
    const { leaseMs, leaseReserveMs } = deps.settings;
    found = await callVendor(deps, { ...link, subject: fulfillment.poNumber }, leaseMs - leaseReserveMs, (context) =>
      link.connector.lookupPurchaseOrder(fulfillment.poNumber, context),
    );
  } catch (error) {
    await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
      const own = draft.fulfillment(fulfillment.id);
      if (own.status === fulfillment.status && own.before.failures === fulfillment.failures) {
        noteFailure(draft, own, error, { ...deps, step: 'look_up' });
      }
    });
    return { outcome: 'done', note: 'the lookup failed' };
  }
  if (!found.found) return goOnWithout(deps, link, fulfillment, at);
  const subject = { orderId: fulfillment.orderId, fulfillmentId: fulfillment.id };
  const said = { vendorReference: found.vendorReference, documents: documentsOf(fulfillment, found, at) };
  const plans = await applyDocuments(deps, subject, said, `vendor:${link.code}`);
  if (plans === 0) await noteSilence(deps, link, fulfillment);
  return { outcome: 'done', note: `found, the vendor says ${found.status}` };
}

/**
 * The vendor says nothing new. What it owes (a receipt, an acknowledgement) is awaited for as long as its connector declares, each then a
 * review; once nothing is owed any more its documents alone decide.
 */
async function noteSilence(deps: OrderDeps, link: VendorLink, fulfillment: FulfillmentAggregate): Promise<void> {
  const { sentAt, receiptAccepted } = await sendingOf(deps.pool, fulfillment.id);
  await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    if (own.status !== fulfillment.status || own.before.nextActionAt === null) return;
    const { poNumber, nodeId, vendorId, attempt } = own.before;
    const isSent = own.status === 'SENT';
    const owed = isSent ? owedBy(link.connector.capabilities, sentAt ?? draft.now, receiptAccepted !== null) : [];
    const overdue = owed.filter(({ at }) => at <= draft.now);
    const next = owed.find(({ at }) => at > draft.now);
    own.assign({ nextActionAt: next?.at.toISOString() ?? null });
    const because = overdue.at(-1)?.reason ?? (next ? 'NOTHING_YET' : 'NOTHING_NEW');
    draft.event(
      'fulfillment.retrying',
      { fulfillmentId: own.id, poNumber, nodeId, step: 'look_up', because },
      vendorId,
    );
    for (const { reason } of overdue)
      draft.openItem({ fulfillmentId: own.id, kind: 'review', reason, evidence: { poNumber, attempt }, blocks: [] });
  });
}

/** The vendor does not have it. Source: DESIGN.md section 6, "not found never frees stock". */
async function goOnWithout(
  deps: OrderDeps,
  link: VendorLink,
  fulfillment: FulfillmentAggregate,
  lookedUpAt: Date,
): Promise<StepResult> {
  const { authoritativeLookup } = link.connector.capabilities;
  if (fulfillment.status !== 'UNKNOWN' && !authoritativeLookup) {
    // It took the PO, and its lookups do not tell what it has.
    await noteSilence(deps, link, fulfillment);
    return { outcome: 'done', note: 'not found, which says nothing' };
  }
  const next: AfterNotFound | 'lost' =
    fulfillment.status === 'UNKNOWN' ? afterNotFound(fulfillment, link.connector.capabilities, lookedUpAt) : 'lost';
  if (next === 'send_again') return send(deps, link, fulfillment, 'UNKNOWN');
  await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    if (own.status !== fulfillment.status || own.before.attempt !== fulfillment.attempt) return;
    const { poNumber, nodeId, vendorId, attempt } = own.before;
    const evidence = { poNumber, attempt, lookedUpAt: lookedUpAt.toISOString() };
    if (next === 'ask_to_cancel') {
      own.to('CANCELING');
      own.assign({ nextActionAt: draft.now.toISOString() });
      draft.event('fulfillment.canceling', { fulfillmentId: own.id, poNumber, nodeId }, vendorId);
    } else if (next === 'give_up') {
      applyDocument(draft, own, { kind: 'cancellation', poNumber, confirmed: true, at: lookedUpAt.toISOString() });
    } else {
      // It was there before, or may still turn up: a person is told, and we keep looking, less and less often.
      const reason = next === 'lost' ? 'PO_NOT_AT_VENDOR' : 'PO_IN_DOUBT';
      draft.openItem({ fulfillmentId: own.id, kind: 'review', reason, evidence, blocks: [] });
      const message = `vendor ${link.code} does not know PO ${poNumber}`;
      noteFailure(draft, own, new HeadgateError(reason, 'unknown', message), { ...deps, step: 'look_up' });
    }
  });
  return { outcome: 'done', note: `not found: ${next}` };
}

/** Asks the vendor to cancel; its answer decides. Asked under a lease, so that one worker asks at a time. */
async function askToCancel(deps: OrderDeps, link: VendorLink, fulfillment: FulfillmentAggregate): Promise<StepResult> {
  const { leaseMs, leaseReserveMs, leaseMarginMs } = deps.settings;
  const token = deps.newId();
  const claimed = await changeOrder(deps, fulfillment.orderId, { actor: ACTOR }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    if (own.status !== 'CANCELING' || own.before.lease?.token !== fulfillment.lease?.token) return;
    if (!link.connector.capabilities.cancel) {
      applyCancelRefused(draft, own, 'the vendor takes no cancellations');
      return;
    }
    const until = new Date(draft.now.getTime() + leaseMs);
    own.assign({
      lease: { token, until: until.toISOString() },
      nextActionAt: new Date(until.getTime() + leaseMarginMs).toISOString(),
    });
    const { poNumber, nodeId, vendorId } = own.before;
    draft.event('fulfillment.canceling', { fulfillmentId: own.id, poNumber, nodeId, asked: true }, vendorId);
  });
  if (claimed.kind !== 'committed' || !link.connector.capabilities.cancel)
    return { outcome: 'done', note: 'not asked' };

  let answer: CancelAnswer | { readonly kind: 'failed'; readonly error: unknown };
  try {
    answer = await callVendor(deps, { ...link, subject: fulfillment.poNumber }, leaseMs - leaseReserveMs, (context) =>
      link.connector.cancelPurchaseOrder(fulfillment.poNumber, context),
    );
  } catch (error) {
    answer = { kind: 'failed', error };
  }
  const at = deps.clock.now().toISOString();
  await changeOrder(deps, fulfillment.orderId, { actor: `vendor:${link.code}` }, (draft) => {
    const own = draft.fulfillment(fulfillment.id);
    // Documents may have settled it meanwhile; the vendor's answer to this very question stands whoever asks next.
    if (own.status !== 'CANCELING') return;
    if (answer.kind === 'canceled') {
      applyDocument(draft, own, { kind: 'cancellation', poNumber: own.before.poNumber, confirmed: true, at });
    } else if (answer.kind === 'refused') {
      applyCancelRefused(draft, own, answer.reason);
    } else {
      const error =
        answer.kind === 'failed'
          ? answer.error
          : new HeadgateError('CANCEL_PENDING', 'transient', `vendor ${link.code} has not yet decided`);
      // A PO that the vendor never spoke of and does not know is in doubt again, since it was last sent: looking it up settles it.
      const inDoubt = answer.kind === 'failed' && !isSpokenOf(own);
      if (inDoubt) own.to('UNKNOWN');
      own.assign({ lease: inDoubt && fulfillment.lease ? leaseOf(fulfillment.lease) : null });
      noteFailure(draft, own, error, { ...deps, step: 'cancel' });
    }
  });
  return { outcome: 'done', note: `asked to cancel: ${answer.kind}` };
}

function leaseOf(lease: { readonly token: string; readonly until: Date }): { token: string; until: string } {
  return { token: lease.token, until: lease.until.toISOString() };
}
