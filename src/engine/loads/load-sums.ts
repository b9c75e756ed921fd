import { chargeable, freightOf, latenessOf, surchargesOf, unitCostAt } from '../cost.js';
import type { Load, Problem, ProblemLine, ProblemNode, ProblemService } from '../problem.js';
import type { Item } from './items.js';

/** What a load adds up to; line by line it can be put together and taken apart, and then be priced at any node. */
export class LoadSums {
  readonly perSku: number[] = [];
  units = 0;
  grams = 0;
  volume = 0;
  value = 0;

  constructor(private readonly problem: Problem) {
    for (let sku = 0; sku < problem.skus.length; sku += 1) this.perSku.push(0);
  }

  static of(problem: Problem, load: Load): LoadSums {
    const sums = new LoadSums(problem);
    for (let line = 0; line < load.length; line += 1) if (load[line] !== 0) sums.put(line, load[line] as number);
    return sums;
  }

  /** Adds units of a line, or takes them out where they are negative. */
  put(index: number, units: number): void {
    const line = this.problem.lines[index] as ProblemLine;
    this.perSku[line.sku] = (this.perSku[line.sku] as number) + units;
    this.units += units;
    this.grams += line.grams * units;
    this.volume += line.volume * units;
    this.value += line.unitPrice * units;
  }

  /** Adds pieces of an item, or takes them out where they are negative. */
  putItem(item: Item, pieces: number): void {
    for (const line of item.lines)
      this.put(line, item.whole ? (this.problem.lines[line] as ProblemLine).quantity * pieces : pieces);
  }
}

/** Those of the given services that carry all of the given lines. */
export function carriersOf(
  problem: Problem,
  services: readonly ProblemService[],
  lines: readonly number[],
): readonly ProblemService[] {
  for (const service of services)
    if (!carries(problem, service, lines)) return services.filter((each) => carries(problem, each, lines));
  return services;
}

/** Whether a service carries all of the given lines. */
export function carries(problem: Problem, service: ProblemService, lines: readonly number[]): boolean {
  for (const index of lines) {
    const line = problem.lines[index] as ProblemLine;
    if (service.excludedSkus[line.sku]) return false;
    for (const tag of service.excludedTags) if (line.tags.includes(tag)) return false;
  }
  return true;
}

/**
 * Landed cost and steering of a load from a node by the cheapest of the given services, as `priceLoad` has it; Infinity where it breaks a
 * rule. In 1/10000.
 */
export function leastCost(
  problem: Problem,
  node: ProblemNode,
  services: readonly ProblemService[],
  sums: LoadSums,
): number {
  const { perSku, units } = sums;
  if (units > node.remainingUnits) return Number.POSITIVE_INFINITY;
  let goods = 0;
  let perUnit = 0;
  let duty = 0;
  let readyAt = node.readyAt;
  for (let sku = 0; sku < perSku.length; sku += 1) {
    const quantity = perSku[sku] as number;
    if (quantity === 0) continue;
    const offer = node.offers[sku];
    if (!offer || quantity > offer.available || quantity < offer.minimum) return Number.POSITIVE_INFINITY;
    if (offer.multiple > 1 && quantity % offer.multiple !== 0) return Number.POSITIVE_INFINITY;
    goods += unitCostAt(offer.costs, quantity) * quantity;
    perUnit += (offer.unitFee + offer.unitReserve + offer.unitAdjustment) * quantity;
    duty += offer.unitDuty * quantity;
    if (offer.readyAt > readyAt) readyAt = offer.readyAt;
  }
  let cost = goods + perUnit + node.orderFee + node.failureCost + node.adjustment;
  if (node.minimumOrderValue !== null && goods < node.minimumOrderValue) {
    if (node.smallOrderFee === null) return Number.POSITIVE_INFINITY;
    cost += node.smallOrderFee;
  }
  if (duty > 0 && (node.dutyFreeUpTo === null || sums.value > node.dutyFreeUpTo)) cost += duty + node.clearanceFee;
  let least = Number.POSITIVE_INFINITY;
  for (const service of services) {
    const measure =
      service.basis === 'goods'
        ? goods
        : service.basis === 'units'
          ? units
          : chargeable(sums.grams, sums.volume, service.divisor);
    const freight = freightOf(service, measure);
    if (freight === null || freight >= least) continue;
    const late = latenessOf(problem, readyAt + service.transitMs);
    if (late === null) continue;
    const carriage = freight + surchargesOf(service, freight) + late;
    if (carriage < least) least = carriage;
  }
  return least + cost;
}
