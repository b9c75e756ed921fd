import { Gate } from '../model/gate.js';
import { replayDeadLetters } from '../store/dead-letters.js';
import { checkLive } from './check-live.js';
import type { OrderServices } from './contract.js';
import type { OrderDeps } from './deps.js';
import { dispatch } from './dispatch.js';
import { ensureAllPolls } from './ensure-polls.js';
import { processIntake } from './intake.js';
import { makeNotices } from './make-notices.js';
import { cancelOrder, confirmForCaller, releaseOrder } from './order-commands.js';
import { pollVendor } from './poll.js';
import { pollOrders } from './poll-channel.js';
import { publishStock } from './publish-stock.js';
import { quote } from './quote.js';
import { receiveWebhook } from './receive.js';
import { reconsiderBackorders, reopenBackorders } from './reconsider.js';
import { recostOrders } from './recost.js';
import { regretByNight } from './regret-by-night.js';
import { routeOrder } from './route.js';
import { relieveShortage } from './shortage.js';
import { submitOrder } from './submit.js';
import { tellChannel } from './tell-channel.js';

export type * from './contract.js';

/** Quotes of a process that are worked out at once, and that wait for it. */
const QUOTES_AT_ONCE = 2;
const QUOTES_WAITING_MAX = 100;

/** The life of an order as one object: each step is a function of its own file, given what it works with. */
export function createOrderServices(deps: OrderDeps): OrderServices {
  // Baskets of browsers and orders are decided by the same threads: however many baskets come, orders come in between.
  const quotes = new Gate(QUOTES_AT_ONCE, QUOTES_WAITING_MAX, 'QUOTES_BUSY');
  return {
    receiveWebhook: (accountCode, request) => receiveWebhook(deps, accountCode, request),
    submitOrder: (viewer, input) => submitOrder(deps, viewer, input),
    quote: (viewer, input) => quotes.pass(() => quote(deps, viewer, input)),
    processIntake: (intakeId) => processIntake(deps, intakeId),
    routeOrder: (orderId, cause) => routeOrder(deps, orderId, cause),
    dispatch: (fulfillmentId) => dispatch(deps, fulfillmentId),
    pollVendor: (vendorId, kind) => pollVendor(deps, vendorId, kind),
    pollAccount: (accountId, kind) => (kind === 'orders' ? pollOrders(deps, accountId) : publishStock(deps, accountId)),
    ensurePolls: () => ensureAllPolls(deps),
    cancelOrder: (viewer, input) => cancelOrder(deps, viewer, input),
    releaseOrder: (viewer, input) => releaseOrder(deps, viewer, input),
    confirmOrder: (viewer, input) => confirmForCaller(deps, viewer, input),
    async replayDeadLetters(viewer, filter) {
      const replayed = await replayDeadLetters(deps.pool, viewer, filter, deps.clock.now());
      deps.onCommitted?.();
      return replayed;
    },
    relieveShortage: (nodeId, productId) => relieveShortage(deps, nodeId, productId),
    checkLive: (checkId) => checkLive(deps, checkId),
    makeNotices: () => makeNotices(deps),
    tellChannel: (noticeId) => tellChannel(deps, noticeId),
    recostOrders: () => recostOrders(deps),
    regretByNight: () => regretByNight(deps),
    reopenBackorders: () => reopenBackorders(deps),
    reconsiderBackorders: (productIds) => reconsiderBackorders(deps, productIds),
  };
}
