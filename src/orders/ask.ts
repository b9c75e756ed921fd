import { HeadgateError } from '../model/errors.js';
import { heldPolicies } from '../store/live-checks.js';
import type { OrderAggregate } from '../store/orders.js';
import type { OrderDeps } from './deps.js';
import { type AskBecause, askBecause } from './live-check.js';

/** Whether a vendor can be asked live. One whose settings are wrong counts: that it does not answer is for its policy to judge. */
export async function canBeAsked(deps: Pick<OrderDeps, 'links'>, vendorId: number): Promise<boolean> {
  try {
    const { connector } = await deps.links.vendor(vendorId);
    return connector.capabilities.checkAvailability && connector.checkAvailability !== undefined;
  } catch (error) {
    if (error instanceof HeadgateError && error.errorClass === 'permanent') return true;
    throw error;
  }
}

/** Which held parts of an order must be asked about before they are committed, and why, by fulfillment. Reads nothing where none is. */
export async function asksOfHeld(
  deps: Pick<OrderDeps, 'pool' | 'links' | 'clock'>,
  order: OrderAggregate,
): Promise<ReadonlyMap<string, AskBecause>> {
  const asks = new Map<string, AskBecause>();
  if (!order.fulfillments.some((each) => each.status === 'PLANNED' && each.vendorIsAsked)) return asks;
  const now = deps.clock.now();
  for (const [fulfillmentId, { policy, rows }] of await heldPolicies(deps.pool, order.id, now)) {
    const because = askBecause(policy, rows, now);
    const vendorId = order.fulfillments.find((each) => each.id === fulfillmentId)?.vendorId;
    if (because !== null && vendorId !== undefined && (await canBeAsked(deps, vendorId)))
      asks.set(fulfillmentId, because);
  }
  return asks;
}
