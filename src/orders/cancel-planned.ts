import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';

/** Ends a fulfillment that was never sent: its units are canceled for good. */
export function cancelPlanned(draft: OrderDraft, fulfillment: FulfillmentDraft): void {
  const units = fulfillment.total('live');
  fulfillment.giveBackAll('canceled', 'canceled');
  fulfillment.to('CANCELED');
  fulfillment.assign({ nextActionAt: null });
  fulfillment.note({ outcome: 'canceled' });
  const { poNumber, nodeId, vendorId } = fulfillment.before;
  draft.event('fulfillment.canceled', { fulfillmentId: fulfillment.id, poNumber, nodeId, units }, vendorId);
  draft.event('order.canceled', { fulfillmentId: fulfillment.id, units });
}
