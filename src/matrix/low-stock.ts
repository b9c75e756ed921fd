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

/** How many units of a SKU a node that runs low may serve. */
export interface LowDraw {
  readonly nodeCode: string;
  readonly sku: string;
  readonly units: number;
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

/** The request with each offer named in `draws` up to its units, in whole lots of the offer. Pure. */
export function withDraws(request: RoutingRequest, draws: readonly LowDraw[]): RoutingRequest {
  const unitsOf = new Map(draws.map(({ nodeCode, sku, units }) => [JSON.stringify([nodeCode, sku]), units]));
  const limited = (nodeCode: string, offer: RequestOffer): RequestOffer => {
    const units = unitsOf.get(JSON.stringify([nodeCode, offer.sku]));
    if (units === undefined) return offer;
    const multiple = offer.quantityMultiple ?? 1;
    const lot = units === 0 ? 0 : Math.max(Math.ceil(units / multiple) * multiple, offer.minimumQuantity ?? 1);
    return { ...offer, available: Math.min(offer.available ?? lot, lot) };
  };
  return {
    ...request,
    nodes: (request.nodes ?? []).map((node) => ({
      ...node,
      offers: (node.offers ?? []).map((offer) => limited(node.id, offer)),
    })),
  };
}

/** Each low offer up to all that is missing of its SKU. Pure. */
export function drawsOf(low: readonly LowOffer[], missing: ReadonlyMap<string, number>): LowDraw[] {
  return low.map(({ nodeCode, sku }) => ({ nodeCode, sku, units: missing.get(sku) ?? 0 }));
}

/**
 * The low offers up to what a decision took of each, where they together took more than is missing: the greatest first, so that few nodes are
 * drawn on; null where they did not. Pure.
 */
export function trimmedDraws(
  low: readonly LowOffer[],
  missing: ReadonlyMap<string, number>,
  decision: Decision,
): LowDraw[] | null {
  const taken = takenOf(low, decision);
  const left = new Map(missing);
  let trimmed = false;
  const draws = [...taken]
    .sort((a, b) => b.units - a.units)
    .map((draw) => {
      const rest = left.get(draw.sku) ?? 0;
      const units = Math.min(draw.units, rest);
      left.set(draw.sku, rest - units);
      trimmed ||= units < draw.units;
      return { ...draw, units };
    });
  return trimmed ? draws : null;
}

/** What a decision took of each low offer. Units. Pure. */
export function takenOf(low: readonly LowOffer[], decision: Decision): LowDraw[] {
  return low.map(({ nodeCode, sku }) => {
    const items = decision.shipments.find(({ nodeId }) => nodeId === nodeCode)?.items ?? [];
    return { nodeCode, sku, units: unitsBySku(items).get(sku) ?? 0 };
  });
}

/** Whether a decision leaves anything though it did not empty every low offer; also another SKU may help a node over its minimum. Pure. */
export function couldDrawMore(low: readonly LowOffer[], decision: Decision): boolean {
  const taken = takenOf(low, decision);
  return unfilledUnits(decision) > 0 && low.some(({ available }, at) => (taken[at]?.units ?? 0) < available);
}

/** Units by SKU. Pure. */
export function unitsBySku(items: readonly { readonly sku: string; readonly quantity: number }[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of items) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
}

/** Units that a decision leaves unrouted. Pure. */
export function unfilledUnits(decision: Decision): number {
  return decision.unfilled.reduce((sum, item) => sum + item.quantity, 0);
}
