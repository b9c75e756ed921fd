import type { Viewer } from '../model/viewer.js';
import { loadOrder } from '../store/orders.js';
import { changeOrder } from './change.js';
import type { OrderDeps } from './deps.js';
import type { OrderDraft } from './draft.js';

const HOLD_EXPIRED = 'HOLD_EXPIRED';
/** How long a placed order may hold units at one vendor without being confirmed there. */
const HELD_MS_MAX = 24 * 3_600_000;

/** Whether units of the order wait to be routed, and nothing blocks it. */
export function isDue(draft: OrderDraft): boolean {
  if (draft.order.status === 'REJECTED' || draft.isRoutingBlocked) return false;
  return [...draft.lines.values()].some((line) => line.open + line.backordered > 0);
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
  if (draft.isConfirmed) return;
  const placed = draft.order.account.confirmation === 'automatic';
  for (const fulfillment of draft.fulfillments) {
    if (fulfillment.status !== 'PLANNED') continue;
    const held = draft.order.reservations.filter((r) => r.fulfillmentId === fulfillment.id && r.state === 'held');
    const over = held.filter((r) => r.expiresAt !== null && r.expiresAt <= draft.now);
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
 * still stock. False: there is no such order for the viewer, or it was confirmed before.
 */
export async function confirmOrder(deps: OrderDeps, viewer: Viewer, orderId: string): Promise<boolean> {
  if ((await loadOrder(deps.pool, viewer, orderId)) === null) return false;
  const change = await changeOrder(deps, orderId, { actor: viewer.actor }, (draft) => {
    if (draft.isConfirmed || draft.order.status === 'REJECTED' || draft.order.status === 'CANCELED') return;
    draft.confirm();
    draft.event('order.confirmed');
    for (const held of draft.order.reservations) {
      if (held.state === 'held') draft.moveReservation(held.id, 'commit', held.quantity);
    }
    for (const fulfillment of draft.fulfillments) {
      if (fulfillment.status === 'PLANNED') fulfillment.assign({ nextActionAt: draft.now.toISOString() });
    }
    draft.resolveItems([HOLD_EXPIRED], 'the order was confirmed');
  });
  return change.kind === 'committed';
}
