import { backorderedOrders } from '../store/orders.js';
import type { OrderDeps } from './deps.js';
import { routeOrder } from './route.js';

/** Orders that one rise of stock reconsiders at once; later ones are found by the next rise or their own hour. */
const ORDERS_MAX = 100;

/**
 * Routes the orders that wait for these products again, the oldest first, one after another: who ordered first is served
 * first, and each takes from what the one before left. An order that is left waiting keeps its own hour.
 */
export async function reconsiderBackorders(deps: OrderDeps, productIds: readonly number[]): Promise<void> {
  for (const orderId of await backorderedOrders(deps.pool, productIds, ORDERS_MAX)) {
    await routeOrder(deps, orderId, 'stock');
  }
}
