import type { FulfillmentStatus, LineQuantities, OrderStatus } from './order.js';

const GIVEN_UP: readonly FulfillmentStatus[] = ['REJECTED', 'CANCELED', 'SUPERSEDED'];
const AT_VENDOR: readonly FulfillmentStatus[] = ['SENT', 'ACCEPTED', 'CANCELING', 'PARTIALLY_SHIPPED'];

/**
 * An order's status from the truth: its lines' quantities and its fulfillments.
 *
 * `confirmed`: the order's hold was confirmed; `rejected`: it was refused at intake. The status is that of the part that
 * lags: an order is SHIPPED only when nothing is left to ship, and DISPATCHED once every live fulfillment is at its vendor.
 * Source: DESIGN.md section 3.
 */
export function deriveOrderStatus(
  lines: readonly LineQuantities[],
  fulfillments: readonly FulfillmentStatus[],
  facts: { confirmed: boolean; rejected: boolean },
): OrderStatus {
  if (facts.rejected) return 'REJECTED';
  const sum = (of: (line: LineQuantities) => number) => lines.reduce((total, line) => total + of(line), 0);
  const shipped = sum((line) => line.shipped);
  const waiting = sum((line) => line.open + line.routed + line.backordered);
  if (waiting === 0 && shipped === 0) return 'CANCELED';
  const live = fulfillments.filter((status) => !GIVEN_UP.includes(status));
  if (waiting === 0) {
    return live.length > 0 && live.every((status) => status === 'DELIVERED' || status === 'RETURNED')
      ? 'DELIVERED'
      : 'SHIPPED';
  }
  if (shipped > 0) return 'PARTIALLY_SHIPPED';
  const open = sum((line) => line.open);
  const routed = sum((line) => line.routed);
  if (open > 0 && routed === 0) return 'RECEIVED';
  if (routed === 0) return 'BACKORDERED';
  if (live.length > 0 && live.every((status) => AT_VENDOR.includes(status))) return 'DISPATCHED';
  return facts.confirmed ? 'CONFIRMED' : 'ROUTED';
}
