import { HeadgateError } from '../model/errors.js';
import type { Viewer } from '../model/viewer.js';
import { loadOrder } from '../store/orders.js';
import { asksOfHeld } from './ask.js';
import { changeOrder } from './change.js';
import { commitHeld, startCheck } from './confirm.js';
import type { OrderDeps } from './deps.js';
import type { OrderDraft } from './draft.js';
import { type AskBecause, isToBeConfirmed, LIVE_CHECK, LIVE_CHECK_SILENT } from './live-check.js';

const HOLD_EXPIRED = 'HOLD_EXPIRED';
/** How long a placed order may hold units at one vendor without being confirmed there. */
const HELD_MS_MAX = 24 * 3_600_000;
/** How often an order may be routed anew between the look at its vendors and its confirmation. */
const CONFIRM_ATTEMPTS_MAX = 5;

/** Whether units of the order wait to be routed, and nothing blocks it. */
export function isDue(draft: OrderDraft): boolean {
  if (draft.order.status === 'REJECTED' || draft.isRoutingBlocked) return false;
  return [...draft.lines.values()].some((line) => line.open + line.backordered > 0);
}

/** Whether the time of some hold is up, so that it is to be settled. */
export function hasHoldsOver(draft: OrderDraft): boolean {
  return draft.fulfillments.some((each) => each.status === 'PLANNED' && holdsOver(draft, each.id).length > 0);
}

function holdsOver(draft: OrderDraft, fulfillmentId: string) {
  return draft.order.reservations.filter(
    ({ fulfillmentId: of, state, expiresAt }) =>
      of === fulfillmentId && state === 'held' && expiresAt !== null && expiresAt <= draft.now,
  );
}

/**
 * Settles the holds of an unconfirmed order whose time is up.
 *
 * A two-step order gives its units back and stays, waiting for its confirmation: then it is routed again on what there is. An
 * order that the customer has placed is never dropped: its holds are renewed, up to a limit or until the vendor no longer has
 * the units, then given back to be routed again at once, and what nobody has waits as backorder. Each with an event.
 */
export async function expireHolds(deps: OrderDeps, orderId: string): Promise<void> {
  const lost = new Set<string>();
  for (;;) {
    const change = await changeOrder(deps, orderId, { actor: 'system:expiry' }, (draft) => settleHolds(draft, lost));
    if (change.kind !== 'refused' || change.outcome.outcome !== 'stock_moved') return;
    // A report left less than what is promised there: these cannot be promised again.
    const before = lost.size;
    for (const { nodeId, productId } of change.outcome.shortages) lost.add(`${nodeId}/${productId}`);
    if (lost.size === before) throw new Error(`expected other shortages than before for order ${orderId}`);
  }
}

function settleHolds(draft: OrderDraft, lost: ReadonlySet<string>): void {
  // Of a confirmed order only what waits for a vendor's word is still held.
  const placed = isToBeConfirmed(draft.order);
  for (const fulfillment of draft.fulfillments) {
    if (fulfillment.status !== 'PLANNED') continue;
    const held = draft.order.reservations.filter((r) => r.fulfillmentId === fulfillment.id && r.state === 'held');
    const over = holdsOver(draft, fulfillment.id);
    if (over.length === 0) continue;
    const { vendorId, createdAt } = fulfillment.before;
    const heldMs = draft.now.getTime() - createdAt.getTime();
    if (placed && heldMs < HELD_MS_MAX && !held.some((r) => lost.has(`${r.nodeId}/${r.productId}`))) {
      const expiresAt = new Date(draft.now.getTime() + draft.order.account.holdMinutes * 60_000);
      for (const reservation of over) draft.renewHold(reservation, expiresAt);
      const units = over.reduce((sum, r) => sum + r.quantity, 0);
      const told = { fulfillmentId: fulfillment.id, units, expiresAt: expiresAt.toISOString() };
      draft.event('reservation.renewed', told, vendorId);
      continue;
    }
    const units = fulfillment.total('live');
    fulfillment.giveBackAll('canceled', 'open', 'expire');
    fulfillment.to('SUPERSEDED');
    fulfillment.assign({ nextActionAt: null });
    draft.event('reservation.expired', { fulfillmentId: fulfillment.id, units }, vendorId);
    if (placed) draft.event('order.rerouting', { because: 'HOLD_ENDED', fulfillmentId: fulfillment.id });
  }
  if (draft.hasEvents && !placed) {
    draft.openItem({ kind: 'hold', reason: HOLD_EXPIRED, evidence: {}, blocks: ['route'] });
  }
}

/**
 * Confirms a two-step order: what it holds is committed and may be sent; a hold that has run out is taken again, if there is
 * still stock. Where vendors must be asked first, they are, and the order is confirmed by their answers. Where no answer came and a
 * person is to decide, this is the decision, for what waited at the moment that it was said: it is committed without one.
 *
 * False: there is no such order for the viewer, it was confirmed before, or is about to be.
 * Errors: HeadgateError ORDER_BUSY (conflict).
 */
export async function confirmOrder(deps: OrderDeps, viewer: Viewer, orderId: string, saidAt: Date): Promise<boolean> {
  for (let attempt = 0; attempt < CONFIRM_ATTEMPTS_MAX; attempt += 1) {
    const order = await loadOrder(deps.pool, viewer, orderId);
    if (order === null) return false;
    const asks = await asksOfHeld(deps, order);
    const known = new Set(order.fulfillments.map((each) => each.id));
    let moved = false;
    const change = await changeOrder(deps, orderId, { actor: viewer.actor }, (draft) => {
      moved = draft.order.fulfillments.some((each) => each.vendorIsAsked && !known.has(each.id));
      if (!moved) confirm(draft, asks, saidAt);
    });
    // Routed anew in between, to a vendor that may have to be asked.
    if (!moved) return change.kind === 'committed';
  }
  throw new HeadgateError('ORDER_BUSY', 'conflict', `order ${orderId} was routed anew while it was being confirmed`);
}

function confirm(draft: OrderDraft, asks: ReadonlyMap<string, AskBecause>, saidAt: Date): void {
  if (draft.order.status === 'REJECTED' || draft.order.status === 'CANCELED') return;
  settleSilent(draft, saidAt);
  if (draft.isConfirmed || draft.hasOpenCheck) return;
  // Whether its hold ran out before or after that: this is the word that it waits for.
  draft.resolveItems([HOLD_EXPIRED], 'the order was confirmed');
  const asked = draft.order.openItems.some((item) => item.reason === LIVE_CHECK);
  for (const { status, id, before } of asked ? [] : draft.fulfillments) {
    const because = asks.get(id);
    if (status !== 'PLANNED' || because === undefined) continue;
    const { poNumber, nodeId, vendorId, lines } = before;
    const units = lines.reduce((sum, line) => sum + line.quantity, 0);
    startCheck(draft, { fulfillmentId: id, poNumber, nodeId, vendorId, units }, because);
  }
  if (draft.hasOpenCheck) return;
  draft.confirm();
  draft.event('order.confirmed');
  for (const fulfillment of draft.fulfillments) if (fulfillment.status === 'PLANNED') commitHeld(draft, fulfillment);
}

/** What waited for a person then, because its vendor is silent, is committed without the vendor's word. */
function settleSilent(draft: OrderDraft, saidAt: Date): void {
  for (const fulfillment of draft.fulfillments) {
    const silent = draft.order.openItems.some(
      ({ resolvedAt, openedAt, reason, fulfillmentId }) =>
        resolvedAt === null && openedAt <= saidAt && reason === LIVE_CHECK_SILENT && fulfillmentId === fulfillment.id,
    );
    if (!silent || fulfillment.status !== 'PLANNED') continue;
    draft.resolveItems([LIVE_CHECK, LIVE_CHECK_SILENT], 'committed by a person', fulfillment.id);
    if (draft.isConfirmed) commitHeld(draft, fulfillment);
  }
}
