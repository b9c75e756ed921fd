import type { RequestExclusion, RoutingRequest } from '../engine/request.js';
import { buildRoutingRequest } from '../matrix/build-request.js';
import { lowOffersOf } from '../matrix/low-stock.js';
import type { OrderToRoute } from '../matrix/order-to-route.js';
import type { NetworkSnapshot } from '../model/network.js';
import type { Address } from '../model/order.js';
import type { AccountContext } from '../store/account-context.js';
import type { OrderDeps } from './deps.js';
import { decideSparingLow } from './divert.js';
import { decideSoftened } from './soften.js';

/** What is to be decided: an order or a basket, and what there is. */
export interface RequestQuestion {
  readonly order: OrderToRoute;
  readonly snapshot: NetworkSnapshot;
  readonly context: AccountContext;
  readonly address: Pick<Address, 'postalCode' | 'latitude' | 'longitude'> | null;
  readonly exclusions: readonly RequestExclusion[];
  /** Steps that the search may take. */
  readonly effort: number;
  /** What is asked differently of the request that was built. */
  readonly adjust?: (request: RoutingRequest) => RoutingRequest;
}

/** Builds the request under the rules in force, soft ones dropped where they must be, and has it decided. Errors: as of the engine and the rules. */
export async function decideRequest(
  deps: Pick<OrderDeps, 'pool' | 'decide' | 'rulesOf' | 'settings'>,
  { order, snapshot, context, address, exclusions, effort, adjust = (request) => request }: RequestQuestion,
) {
  const { account, channel, ruleVersion } = context;
  const rules = await deps.rulesOf(deps.pool, ruleVersion);
  const { latenessCostPerDay, shipmentPenalty } = deps.settings;
  const { latitude, longitude, postalCode = null } = address ?? {};
  const position = latitude === undefined || longitude === undefined ? null : { latitude, longitude };
  const low = lowOffersOf(snapshot);
  return decideSoftened(async (dropped: ReadonlySet<string>) => {
    const built = buildRoutingRequest(
      order,
      snapshot,
      { effort, latenessCostPerDay, shipmentPenalty },
      exclusions,
      rules.length === 0 ? null : { rules, context: { account, channel, postalCode, position }, dropped },
    );
    const decided = await decideSparingLow((one) => deps.decide(one), adjust(built.request), low);
    return { ...built, ...decided, soft: built.rules?.soft ?? [] };
  });
}
