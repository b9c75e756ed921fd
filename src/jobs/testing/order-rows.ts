import type { OrderServices, StepResult } from '../../orders/contract.js';
import type { Pool } from '../../store/database.js';
import { commitPlans } from '../../store/plan-committer.js';
import { ensurePolls } from '../../store/polls.js';
import { addOrder, addProduct, routePlan, type SmallNetwork } from '../../store/testing/small-network.js';

/** What the steps were asked to do, in order: `<step> <id>`. */
export interface RecordedServices extends OrderServices {
  readonly asked: string[];
}

/**
 * Order services that only take rows off the list of due work, as the real ones do at the end of a step; `before` is run
 * first and may fail or wait. What jobs promise (each due row is worked, again and again until it is not) needs no more.
 */
export function rowServices(pool: Pool, before: (asked: string) => Promise<void> | void = () => {}): RecordedServices {
  const asked: string[] = [];
  const step = async (name: string, id: string, sql: string, values: unknown[] = [id]): Promise<StepResult> => {
    asked.push(`${name} ${id}`);
    await before(`${name} ${id}`);
    const { rowCount } = await pool.query(sql, values);
    return { outcome: rowCount ? 'done' : 'nothing' };
  };
  const notHere = async (): Promise<never> => {
    throw new Error('jobs do not call this');
  };
  return {
    asked,
    processIntake: (id) =>
      step('intake', id, "UPDATE intake SET next_action_at = NULL, status = 'applied' WHERE id = $1"),
    routeOrder: (id) => step('route', id, 'UPDATE orders SET next_action_at = NULL WHERE id = $1'),
    dispatch: (id) => step('dispatch', id, 'UPDATE fulfillment SET next_action_at = NULL WHERE id = $1'),
    pollVendor: (vendorId, kind) =>
      step(
        'poll',
        `${vendorId}-${kind}`,
        'UPDATE vendor_poll SET next_action_at = NULL WHERE vendor_id = $1 AND kind = $2',
        [vendorId, kind],
      ),
    pollAccount: (accountId, kind) =>
      step(
        'poll',
        `${accountId}-${kind}`,
        'UPDATE account_poll SET next_action_at = NULL WHERE account_id = $1 AND kind = $2',
        [accountId, kind],
      ),
    ensurePolls: () => ensurePolls(pool, new Date()),
    relieveShortage: (nodeId, productId) =>
      step(
        'shortage',
        `${nodeId}-${productId}`,
        'UPDATE stock SET relieve_at = NULL WHERE node_id = $1 AND product_id = $2',
        [nodeId, productId],
      ),
    checkLive: (id) => step('check', id, 'UPDATE live_check SET next_action_at = NULL WHERE id = $1'),
    tellChannel: (id) => step('notice', id, 'UPDATE channel_notice SET next_action_at = NULL WHERE id = $1'),
    makeNotices: async () => 'idle',
    async regretByNight() {
      asked.push('regret');
      return { outcome: 'nothing' };
    },
    async recostOrders() {
      asked.push('recost');
      return { outcome: 'nothing' };
    },
    async reopenBackorders() {
      asked.push('reopen');
      return { outcome: 'nothing' };
    },
    async reconsiderBackorders(productIds) {
      asked.push(`backorders ${productIds.join(',')}`);
    },
    receiveWebhook: notHere,
    submitOrder: notHere,
    quote: notHere,
    cancelOrder: notHere,
    releaseOrder: notHere,
    confirmOrder: notHere,
    replayDeadLetters: notHere,
  };
}

/** An order with one unit, committed as routed to the east: its events are written, its fulfillment is due. */
export async function routedOrder(
  pool: Pool,
  network: SmallNetwork,
): Promise<{ readonly orderId: string; readonly fulfillmentId: string; readonly productId: number }> {
  const productId = await addProduct(pool, [[network.nodes.east, 10]]);
  const order = await addOrder(pool, network, [[productId, 1]]);
  const plan = routePlan(network, order, network.nodes.east);
  const [outcome] = await commitPlans(pool, [plan]);
  if (outcome?.outcome !== 'committed') throw new Error(`expected the plan to be committed, got ${outcome?.outcome}`);
  return { orderId: order.id, fulfillmentId: plan.newFulfillments?.[0]?.id ?? '', productId };
}
