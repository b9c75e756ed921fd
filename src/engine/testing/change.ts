import { judgePlan } from '../check/check.js';
import type { Decision } from '../decision.js';
import type { RequestNode, RequestOffer, RequestService, RoutingRequest } from '../request.js';
import { randomFrom } from './random-request.js';

/** What a decision is worth, the smaller the better: unfilled value where that comes first, then the objective. Null: nothing feasible. */
export function worth(request: RoutingRequest, decision: Decision): readonly bigint[] | null {
  const shipsNothing = decision.unfilled.every(({ reason }) => reason === 'COSTLIER');
  if (decision.status === 'unroutable' && !shipsNothing) return null;
  const plan = judgePlan(request, decision.shipments);
  return [request.policy.unfilled === 'allow' ? plan.unfilledCompared : 0n, plan.objective];
}

/** Whether `a` is worth less than `b`: dearer, or leaves more where that comes first. */
export function isWorse(a: readonly bigint[] | null, b: readonly bigint[] | null): boolean {
  if (b === null) return false;
  if (a === null) return true;
  const [unfilled = 0n, objective = 0n] = a;
  const [otherUnfilled = 0n, otherObjective = 0n] = b;
  return unfilled === otherUnfilled ? objective > otherObjective : unfilled > otherUnfilled;
}

/** The request with every node changed. */
export function mapNodes(request: RoutingRequest, change: (node: RequestNode) => RequestNode): RoutingRequest {
  return { ...request, nodes: (request.nodes ?? []).map(change) };
}

/** The request with every offer changed. */
export function mapOffers(request: RoutingRequest, change: (offer: RequestOffer) => RequestOffer): RoutingRequest {
  return mapNodes(request, (node) => ({ ...node, offers: (node.offers ?? []).map(change) }));
}

/** The request with every service changed. */
export function mapServices(
  request: RoutingRequest,
  change: (service: RequestService) => RequestService,
): RoutingRequest {
  return mapNodes(request, (node) => ({ ...node, services: (node.services ?? []).map(change) }));
}

/** The request with its nodes, offers, services and exclusions in another order, the same for the same seed. */
export function shuffled(request: RoutingRequest, seed: number): RoutingRequest {
  const random = randomFrom(seed);
  const mixed = <T>(list: readonly T[] | undefined): T[] =>
    (list ?? [])
      .map((entry) => ({ entry, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ entry }) => entry);
  return mapNodes({ ...request, nodes: mixed(request.nodes), exclusions: mixed(request.exclusions) }, (node) => ({
    ...node,
    offers: mixed(node.offers),
    services: mixed(node.services),
  }));
}
