import type { RequestExclusion } from '../engine/request.js';
import type { OrderAggregate } from '../store/orders.js';
import { LIVE_CHECK, SILENT_REROUTED } from './live-check.js';

/** Why a node that did not answer is left out. */
export const SILENT_REASON = 'the vendor did not say in time whether it has the goods';
/** How long a vendor that did not answer a live question stands aside for the order that asked. */
const SILENT_ASIDE_MS = 15 * 60_000;

/**
 * Where an order was refused before: a node that rejected or gave back all that it was asked for is left out for the whole
 * order, one that rejected some SKUs for these; one that did not answer in time is left out for a while. Read from the order
 * itself, so it needs no memory of its own. Pure.
 */
export function excludedNodes(order: OrderAggregate, now: Date): RequestExclusion[] {
  const exclusions = new Map<string, RequestExclusion>();
  const silent = new Set(
    order.openItems
      .filter((item) => item.reason === LIVE_CHECK && item.resolution === SILENT_REROUTED)
      .filter((item) => item.resolvedAt !== null && now.getTime() - item.resolvedAt.getTime() < SILENT_ASIDE_MS)
      .map((item) => item.fulfillmentId),
  );
  for (const fulfillment of order.fulfillments) {
    if (silent.has(fulfillment.id)) {
      const { nodeCode } = fulfillment;
      exclusions.set(nodeCode, { nodeId: nodeCode, reason: SILENT_REASON });
    }
    const { nodeCode, status, cancelRequested } = fulfillment;
    if (status === 'REJECTED' || (status === 'CANCELED' && !cancelRequested)) {
      exclusions.set(nodeCode, {
        nodeId: nodeCode,
        reason: status === 'REJECTED' ? 'the vendor rejected this order' : 'the vendor canceled this order',
      });
      continue;
    }
    for (const line of fulfillment.lines) {
      if (line.rejected === 0) continue;
      const reason = 'the vendor rejected this SKU of the order';
      exclusions.set(`${nodeCode}/${line.sku}`, { nodeId: nodeCode, sku: line.sku, reason });
    }
  }
  return [...exclusions.values()];
}
