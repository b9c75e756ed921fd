import { accountTerms } from '../model/account-terms.js';
import { systemViewer } from '../model/viewer.js';
import { loadOrder } from '../store/orders.js';
import { keepService, loadServiceWish } from '../store/service-wishes.js';
import type { OrderDeps } from './deps.js';
import { agreedService, UNMAPPED_SERVICE } from './shipping-service.js';

/**
 * Looks up anew what the shipping service of an order stands for that waits because nobody knew, now that the account may say so. Where it
 * still does not, the order stays as it is: a person lets it go by any service. Running it again changes nothing more.
 */
export async function agreeOnService(deps: Pick<OrderDeps, 'pool'>, orderId: string): Promise<void> {
  const order = await loadOrder(deps.pool, systemViewer('release'), orderId);
  const waits = order?.openItems.some(({ reason, resolvedAt }) => reason === UNMAPPED_SERVICE && resolvedAt === null);
  const wish = waits ? await loadServiceWish(deps.pool, orderId) : null;
  if (!order || wish === null) return;
  const { deliverBy } = order;
  const service = agreedService(
    {
      placedAt: order.placedAt.toISOString(),
      deliverBy: deliverBy?.toISOString(),
      delivery: wish.delivery ?? undefined,
    },
    accountTerms.safeParse(wish.terms).data ?? {},
  );
  if (service.kind === 'agreed') await keepService(deps.pool, orderId, service);
}
