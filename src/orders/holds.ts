import type { Viewer } from '../model/viewer.js';
import { loadOrder } from '../store/orders.js';
import { changeOrder } from './change.js';
import type { OrderDeps } from './deps.js';
import type { OrderDraft } from './draft.js';

const HOLD_EXPIRED = 'HOLD_EXPIRED';

/** Whether units of the order wait to be routed, and nothing blocks it. */
export function isDue(draft: OrderDraft): boolean {
  if (draft.order.status === 'REJECTED' || draft.isRoutingBlocked) return false;
  return [...draft.lines.values()].some((line) => line.open + line.backordered > 0);
}

/**
 * Gives back what an unconfirmed order holds beyond its time. The order stays, waiting for its confirmation: then it is
 * routed again on what there is.
 */
export async function expireHolds(deps: OrderDeps, orderId: string): Promise<void> {
  await changeOrder(deps, orderId, { actor: 'system:expiry' }, (draft) => {
    if (draft.isConfirmed) return;
    for (const fulfillment of draft.fulfillments) {
      const ends = draft.order.reservations.some(
        (held) =>
          held.fulfillmentId === fulfillment.id &&
          held.state === 'held' &&
          held.expiresAt !== null &&
          held.expiresAt <= draft.now,
      );
      if (!ends || fulfillment.status !== 'PLANNED') continue;
      const units = fulfillment.total('live');
      fulfillment.giveBackAll('canceled', 'open', 'expire');
      fulfillment.to('SUPERSEDED');
      fulfillment.assign({ nextActionAt: null });
      draft.event('reservation.expired', { fulfillmentId: fulfillment.id, units }, fulfillment.before.vendorId);
    }
    if (!draft.hasEvents) return;
    draft.openItem({ kind: 'hold', reason: HOLD_EXPIRED, evidence: {}, blocks: ['route'] });
  });
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
