import type { RequestExclusion } from '../engine/request.js';
import type { OrderAggregate } from '../store/orders.js';

/**
 * Where an order was refused before: a node that rejected or gave back all that it was asked for is left out for the whole
 * order, one that rejected some SKUs for these. Read from the order itself, so it needs no memory of its own. Pure.
 */
export function excludedNodes(order: OrderAggregate): RequestExclusion[] {
  const exclusions = new Map<string, RequestExclusion>();
  for (const fulfillment of order.fulfillments) {
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
