import type { CardReach, ProductSupply, Reach, SupplyNode, SupplyOffer } from '../model/supply.js';
import type { Transit } from './transit.js';

/** Where amounts are converted, each is rounded by itself; who compares them unconverted keeps this share to spare. */
export const CONVERSION_SPARE = 0.01;

/** What is to travel: an offer of a node, and how many units of it one thing that is asked about takes. */
export interface Freight {
  readonly part: { readonly supply: ProductSupply; readonly quantity: number };
  readonly offer: SupplyOffer;
}

/** What one shipment of a node can carry to the destination. */
export interface Carriage {
  /** Most units of each, in the order given; where there are several, all these together. */
  readonly units: readonly number[];
  /** Of the services that carry at least the smallest lot of each. */
  readonly transits: readonly Transit[];
}

/**
 * What the node's best service carries in one shipment; null: none carries the smallest lots. Pure.
 *
 * A service carries what its rate card measures (ROUTING.md, "Request": `rates`, `beyond`, `maximum`), no unit larger than its limit of
 * size, and no tag that it excludes. Of goods measured by value, each unit counts as its dearest price break.
 */
export function carriedBy(node: SupplyNode, reach: Reach, freight: readonly Freight[]): Carriage | null {
  let best: readonly number[] | null = null;
  const transits: Transit[] = [];
  for (const service of node.services) {
    const { excludedTags } = service;
    const card = cardOf(service, reach);
    if (!card || freight.some(({ part }) => part.supply.tags.some((tag) => excludedTags.includes(tag)))) continue;
    const { unitMaximumCm3 = null } = card;
    if (unitMaximumCm3 !== null && freight.some(({ part }) => part.supply.unitVolumeCm3 > unitMaximumCm3)) continue;
    const units = unitsOn(card, node, reach, freight);
    if (freight.some(({ offer }, at) => (units[at] ?? 0) < smallestLot(offer))) continue;
    transits.push(card);
    if (best === null || kitsOf(units, freight) > kitsOf(best, freight)) best = units;
  }
  return best && { units: best, transits };
}

/** The card that prices a service to the destination: the node's own, else its vendor's default. */
export function cardOf(
  { rateCardId, defaultCardId }: SupplyNode['services'][number],
  reach: Reach,
): CardReach | undefined {
  const own = rateCardId === null ? undefined : reach.cards.get(rateCardId);
  return own ?? (defaultCardId ? reach.cards.get(defaultCardId) : undefined);
}

/** The smallest quantity that an offer sells. Units. */
export function smallestLot({ minimumQuantity, quantityMultiple }: SupplyOffer): number {
  return Math.ceil(minimumQuantity / quantityMultiple) * quantityMultiple;
}

/** How many of what is asked about these units make. */
function kitsOf(units: readonly number[], freight: readonly Freight[]): number {
  return Math.min(...freight.map(({ part }, at) => (units[at] ?? 0) / part.quantity));
}

/** Most units of each that fit together, each given the part of the measure that it takes. */
function unitsOn(card: CardReach, node: SupplyNode, reach: Reach, freight: readonly Freight[]): number[] {
  const { limit, dimensionalDivisor } = card;
  if (limit === null) return freight.map(() => Number.POSITIVE_INFINITY);
  if (card.basis === 'units') return shares(limit, freight, () => 1);
  if (card.basis === 'goods') {
    const most =
      card.currency === node.currency && card.currency === reach.currency ? limit : sureLimit(card, node, reach);
    return shares(most, freight, ({ offer }) => offer.greatestUnitCost);
  }
  const byWeight = shares(limit, freight, ({ part }) => part.supply.unitWeightGrams);
  if (dimensionalDivisor === null) return byWeight;
  // Chargeable grams by volume are cm3 x 1000 / divisor, rounded up, so a limit in grams is one in cm3.
  const volume = Math.floor((limit * dimensionalDivisor) / 1000);
  const byVolume = shares(volume, freight, ({ part }) => part.supply.unitVolumeCm3);
  return byWeight.map((units, at) => Math.min(units, byVolume[at] ?? 0));
}

/** A card's limit by value in the node's currency, with something to spare; nothing where no rate leads there. */
function sureLimit(card: CardReach, node: SupplyNode, { rates }: Reach): number {
  const [to, from] = [rates.get(node.currency), rates.get(card.currency)];
  return to === undefined || from === undefined ? 0 : ((card.limit ?? 0) * from * (1 - CONVERSION_SPARE)) / to;
}

/** Units of each under a limit that they share in the proportion in which they take of it. */
function shares(limit: number, freight: readonly Freight[], measureOf: (one: Freight) => number): number[] {
  const whole = freight.reduce((sum, one) => sum + one.part.quantity * measureOf(one), 0);
  return freight.map((one) =>
    measureOf(one) === 0 ? Number.POSITIVE_INFINITY : Math.floor((limit * one.part.quantity) / whole),
  );
}
