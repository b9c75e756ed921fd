import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { type AskBecause, isToBeConfirmed, LIVE_CHECK } from './live-check.js';

/** Has a planned fulfillment wait for its vendor's word. */
export function startCheck(
  draft: OrderDraft,
  part: {
    readonly fulfillmentId: string;
    readonly poNumber: string;
    readonly nodeId: number;
    readonly vendorId: number;
    readonly units: number;
  },
  because: AskBecause,
): void {
  const { vendorId, ...facts } = part;
  draft.openItem(
    {
      fulfillmentId: part.fulfillmentId,
      kind: 'hold',
      reason: LIVE_CHECK,
      evidence: { ...facts, because },
      blocks: ['dispatch'],
    },
    'untold',
  );
  draft.event('fulfillment.checking', { ...facts, because }, vendorId);
}

/** Commits what a fulfillment holds, and has it sent where nothing else keeps it. */
export function commitHeld(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  for (const held of draft.order.reservations) {
    if (held.fulfillmentId !== fulfillment.id || held.state !== 'held') continue;
    const units = draft.movable(held, 'commit');
    if (units > 0) draft.moveReservation(held.id, 'commit', units);
  }
  fulfillment.assign({ nextActionAt: draft.isDispatchBlocked(fulfillment.id) ? null : draft.now.toISOString() });
}

/** Confirms the order where it is to be and nobody must be asked any more: all that it holds is committed and sent. */
export function confirmWhereReady(draft: OrderDraft, facts: Readonly<Record<string, unknown>> = {}): void {
  if (draft.isConfirmed || draft.hasOpenCheck || !isToBeConfirmed(draft.order) || !draft.hasPlanned) return;
  draft.confirm();
  draft.event('order.confirmed', { ...facts });
  for (const fulfillment of draft.fulfillments) if (fulfillment.status === 'PLANNED') commitHeld(draft, fulfillment);
}
