import type { OrderServices } from '../../orders/contract.js';

/** Services that refuse everything; a test gives the ones that it is about. */
export function noServices(given: Partial<OrderServices> = {}): OrderServices {
  const refuse = () => Promise.reject(new Error('not part of this test'));
  return {
    receiveWebhook: refuse,
    submitOrder: refuse,
    quote: refuse,
    processIntake: refuse,
    routeOrder: refuse,
    dispatch: refuse,
    pollVendor: refuse,
    pollAccount: refuse,
    ensurePolls: refuse,
    cancelOrder: refuse,
    releaseOrder: refuse,
    confirmOrder: refuse,
    replayDeadLetters: refuse,
    relieveShortage: refuse,
    checkLive: refuse,
    makeNotices: refuse,
    tellChannel: refuse,
    recostOrders: refuse,
    regretByNight: refuse,
    reopenBackorders: refuse,
    reconsiderBackorders: refuse,
    ...given,
  };
}
