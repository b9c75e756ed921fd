import type { Capacities, ProductSupply, Reach, SupplyNode, SupplyOffer } from '../model/supply.js';
import { CONVERSION_SPARE, cardOf, carriedBy, type Freight, smallestLot } from './carriage.js';
import type { Transit } from './transit.js';

/** The most that a line of an order may ask for. Source: ROUTING.md. */
export const UNITS_MAX = 1_000_000;

/** Whose question it is, and where the goods are to go. */
export interface PromiseQuestion {
  readonly nodes: ReadonlyMap<number, SupplyNode>;
  readonly capacities: Capacities;
  /** Null: no destination was named, and every node counts. */
  readonly reach: Reach | null;
  /** Whose set-asides are theirs to take; 'all': everybody's. */
  readonly accountIds: readonly number[] | 'all';
  /** Whose nodes count. */
  readonly vendorIds: readonly number[] | 'all';
  /** What rules keep from it; null or left out: nothing. */
  readonly ruledOut?: RuledOut | null;
}

/** What rules keep from every order: of a node a product, or a product by one of its services. */
export interface RuledOut {
  /** `serviceCode` null: whatever it is shipped by. */
  has(node: SupplyNode, product: ProductSupply, serviceCode: string | null): boolean;
}

/** A product of what is asked about, and how many units of it one such thing takes: of a kit its components, else itself. */
export interface Part {
  readonly supply: ProductSupply;
  readonly quantity: number;
}

/** What one node may give of one part. Whole units. */
export interface PartSource {
  readonly node: SupplyNode;
  /** In whole lots, at most 1,000,000. */
  readonly units: number;
  /** There is more of it than `units`. */
  readonly more: boolean;
  readonly madeToOrder: boolean;
  readonly multiple: number;
  /** The smallest lot, and the smallest whose value the vendor takes alone. */
  readonly least: number;
  readonly leastAlone: number;
  readonly leadTimeHours: number;
  /** Null where no destination was named. */
  readonly transits: readonly Transit[] | null;
}

/**
 * What each node that can serve the destination may give of each part, those that may give nothing left out. Pure.
 *
 * The rules are those of routing (ROUTING.md, "Plan", 2 and 3), for an order of this alone: ATP less what is set aside for
 * others, whole lots, what the node can still handle today, and what its best service carries in one shipment. Parts of a
 * kit that stand at one node share its capacity and its parcel in the proportion in which the kit takes them.
 */
export function sourcesOf(parts: readonly Part[], question: PromiseQuestion): PartSource[][] {
  const offersByNode = new Map<number, { readonly at: number; readonly part: Part; readonly offer: SupplyOffer }[]>();
  for (const [at, part] of parts.entries()) {
    if (!part.supply.active) continue;
    for (const offer of part.supply.offers) {
      const node = question.nodes.get(offer.nodeId);
      if (!node || question.ruledOut?.has(node, part.supply, null)) continue;
      const offers = offersByNode.get(offer.nodeId);
      if (offers) offers.push({ at, part, offer });
      else offersByNode.set(offer.nodeId, [{ at, part, offer }]);
    }
  }
  const sources: PartSource[][] = parts.map(() => []);
  for (const [nodeId, offers] of offersByNode) {
    const node = question.nodes.get(nodeId);
    if (!node || !counts(node, question)) continue;
    const services = servicesFor(node, offers, question);
    if (services.length === 0 && node.services.length > 0) continue;
    const carried = question.reach ? carriedBy({ ...node, services }, question.reach, offers) : null;
    if (question.reach && !carried) continue;
    const perKit = offers.reduce((sum, { part }) => sum + part.quantity, 0);
    const capacity = node.dailyCapacityUnits === null ? UNLIMITED : (question.capacities.get(nodeId) ?? 0);
    for (const [index, { at, part, offer }] of offers.entries()) {
      const share = Math.floor((capacity * part.quantity) / perKit);
      const limit = Math.min(takeable(offer, part.supply, question), share, carried?.units[index] ?? UNLIMITED);
      const source = sourceOf(offer, node, limit, carried?.transits ?? null, question);
      if (source) sources[at]?.push(source);
    }
  }
  return sources;
}

/** The services of a node by which rules let all of these be shipped. */
function servicesFor(node: SupplyNode, offers: readonly Freight[], { ruledOut }: PromiseQuestion) {
  if (!ruledOut) return node.services;
  return node.services.filter((service) =>
    offers.every(({ part }) => !ruledOut.has(node, part.supply, service.serviceCode)),
  );
}

const UNLIMITED = Number.POSITIVE_INFINITY;

/** Whether the node is the viewer's to ask about, and its prices can be converted: routing leaves it out where they cannot. */
function counts(node: SupplyNode, { vendorIds, reach }: PromiseQuestion): boolean {
  if (vendorIds !== 'all' && !vendorIds.includes(node.vendorId)) return false;
  if (reach === null || reach.currency === null) return true;
  const cards = node.services.flatMap((service) => cardOf(service, reach)?.currency ?? []);
  return [node.currency, ...cards, ...(reach.thresholdCurrency === null ? [] : [reach.thresholdCurrency])].every(
    (currency) => reach.rates.has(currency),
  );
}

/** ATP less what other accounts have set aside there and not used yet. */
export function takeable(
  offer: SupplyOffer,
  supply: ProductSupply,
  { accountIds }: Pick<PromiseQuestion, 'accountIds'>,
): number {
  if (offer.available === null) return UNLIMITED;
  if (accountIds === 'all' || supply.setAsides.length === 0) return offer.available;
  const others = supply.setAsides.filter(
    (aside) => aside.nodeId === offer.nodeId && !accountIds.includes(aside.accountId),
  );
  return Math.max(0, offer.available - others.reduce((sum, aside) => sum + aside.units, 0));
}

function sourceOf(
  offer: SupplyOffer,
  node: SupplyNode,
  limit: number,
  transits: readonly Transit[] | null,
  question: PromiseQuestion,
): PartSource | null {
  const multiple = offer.quantityMultiple;
  const inLots = (units: number) => Math.ceil(units / multiple) * multiple;
  const units = Math.floor(Math.min(limit, UNITS_MAX) / multiple) * multiple;
  const least = smallestLot(offer);
  if (units < least) return null;
  return {
    node,
    units,
    more: limit > UNITS_MAX,
    madeToOrder: offer.available === null,
    multiple,
    least,
    leastAlone: Math.max(least, inLots(leastByValue(offer, node, question))),
    leadTimeHours: Math.max(node.leadTimeHours, offer.leadTimeHours ?? 0),
    transits,
  };
}

/** The smallest quantity whose goods surely reach the vendor's minimum order value. */
function leastByValue(offer: SupplyOffer, node: SupplyNode, { reach }: PromiseQuestion): number {
  if (node.minimumOrderValue === null || node.minimumOrderValue === 0) return 1;
  const converted = reach === null || reach.currency !== node.currency;
  return Math.ceil((node.minimumOrderValue * (converted ? 1 + CONVERSION_SPARE : 1)) / offer.leastUnitCost);
}
