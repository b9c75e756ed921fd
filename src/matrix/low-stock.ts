import type { Decision } from '../engine/decision.js';
import type { RequestExclusion, RequestOffer, RoutingRequest } from '../engine/request.js';
import type { NetworkSnapshot } from '../model/network.js';

/** A SKU of which a node has some left, below its threshold. Units. */
export interface LowOffer {
  readonly nodeCode: string;
  readonly sku: string;
  readonly available: number;
  readonly threshold: number;
}

/** The offers that only serve what no other can. Made to order is never low, and what is empty needs no keeping. Pure. */
export function lowOffersOf(snapshot: NetworkSnapshot): LowOffer[] {
  const nodes = new Map(snapshot.nodes.map((node) => [node.id, node.code]));
  const skus = new Map(snapshot.products.map((product) => [product.id, product.sku]));
  return snapshot.offers.flatMap(({ nodeId, productId, available, lowStockUnits }) => {
    const nodeCode = nodes.get(nodeId);
    const sku = skus.get(productId);
    if (nodeCode === undefined || sku === undefined) return [];
    if (available === null || available <= 0 || available >= lowStockUnits) return [];
    return [{ nodeCode, sku, available, threshold: lowStockUnits }];
  });
}

/** The request without what is low: each offer excluded by name, with its reason. Pure. */
export function withoutLow(request: RoutingRequest, low: readonly LowOffer[]): RoutingRequest {
  const kept = low.map(({ nodeCode, sku, available, threshold }): RequestExclusion => {
    const reason = `kept for orders that no other can serve: ${available} left, threshold ${threshold}`;
    return { nodeId: nodeCode, sku, reason };
  });
  return { ...request, exclusions: [...(request.exclusions ?? []), ...kept] };
}

/**
 * The request with each low offer up to what the decision without them left unfilled of its SKU, in whole lots of the offer. Where
 * that decision shipped nothing because the order goes whole or not at all, what is missing is not known: then without a limit. Pure.
 */
export function withLowForTheRest(
  request: RoutingRequest,
  low: readonly LowOffer[],
  decision: Decision,
): RoutingRequest {
  if (decision.status === 'unroutable') return request;
  const unfilled = new Map<string, number>();
  for (const { sku, quantity } of decision.unfilled) unfilled.set(sku, (unfilled.get(sku) ?? 0) + quantity);
  const isLow = new Set(low.map(({ nodeCode, sku }) => JSON.stringify([nodeCode, sku])));
  const limited = (offer: RequestOffer): RequestOffer => {
    const multiple = offer.quantityMultiple ?? 1;
    const wanted = unfilled.get(offer.sku) ?? 0;
    const lot = wanted === 0 ? 0 : Math.max(Math.ceil(wanted / multiple) * multiple, offer.minimumQuantity ?? 1);
    return { ...offer, available: Math.min(offer.available ?? lot, lot) };
  };
  return {
    ...request,
    nodes: (request.nodes ?? []).map((node) => ({
      ...node,
      offers: (node.offers ?? []).map((offer) =>
        isLow.has(JSON.stringify([node.id, offer.sku])) ? limited(offer) : offer,
      ),
    })),
  };
}

/** Units that a decision leaves unrouted. */
export function unfilledUnits(decision: Decision): number {
  return decision.unfilled.reduce((sum, item) => sum + item.quantity, 0);
}
