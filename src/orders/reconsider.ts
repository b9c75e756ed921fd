import { nextBackorderPage, passBackorderPage } from '../store/backorder-rounds.js';
import { backorderedOrders } from '../store/orders.js';
import type { StepResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import { routeOrder } from './route.js';

/** Orders that one rise of stock reconsiders at once; later ones are found by the next rise or their own hour. */
const ORDERS_MAX = 100;
/** Orders between two notes of how far a round came. */
const PAGE = 50;
/** A run ends with the order in which it has taken so long: other housekeeping waits for it. */
const RUN_MS_MAX = 20_000;

/**
 * Routes the orders that wait for these products again, the oldest first, one after another: who ordered first is served
 * first, and each takes from what the one before left. An order that is left waiting keeps its own hour.
 */
export async function reconsiderBackorders(deps: OrderDeps, productIds: readonly number[]): Promise<void> {
  for (const orderId of await backorderedOrders(deps.pool, productIds, ORDERS_MAX)) {
    await routeOrder(deps, orderId, 'stock');
  }
}

/**
 * Routes orders that wait again, the oldest first, after something besides stock changed that may let them go on: rules, offers, nodes,
 * services, rates, or capacity that was given back. A part of the round that is under way, bounded in orders and in time; changes meanwhile make one more round,
 * however many they are. An order that fails is passed over until the next change or its own hour.
 */
export async function reopenBackorders(deps: OrderDeps): Promise<StepResult> {
  const untilMs = deps.monotonicMs() + RUN_MS_MAX;
  let looked = 0;
  while (looked < deps.settings.reopenOrdersMax && deps.monotonicMs() < untilMs) {
    const page = await nextBackorderPage(deps.pool, Math.min(PAGE, deps.settings.reopenOrdersMax - looked));
    if (page === null) break;
    const orderIds: string[] = [];
    for (const orderId of page.orderIds) {
      if (deps.monotonicMs() >= untilMs) break;
      try {
        await routeOrder(deps, orderId, 'network');
      } catch (error) {
        deps.log.error({ orderId, error: String(error) }, 'an order that waits could not be looked at again');
      }
      orderIds.push(orderId);
    }
    // None of a page that is not empty: its reading alone took the time that was left, and the round stays where it is.
    if (orderIds.length === 0 && page.orderIds.length > 0) break;
    await passBackorderPage(deps.pool, { ...page, orderIds });
    looked += orderIds.length;
  }
  return { outcome: looked > 0 ? 'done' : 'nothing', note: `${looked} looked at` };
}
