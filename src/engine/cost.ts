import { DAY_MS, type Load, type Problem, type ProblemNode, type ProblemService } from './problem.js';

/** One priced shipment. Amounts in 1/10000, moments in milliseconds. */
export interface PricedShipment {
  readonly node: ProblemNode;
  readonly service: ProblemService;
  readonly load: Load;
  readonly goods: number;
  readonly fees: number;
  readonly duty: number;
  readonly freight: number;
  readonly surcharges: number;
  readonly landed: number;
  readonly steering: number;
  readonly weightGrams: number;
  readonly measure: number;
  readonly shipsAt: number;
  readonly arrivesAt: number;
  /** landed + steering. */
  readonly objective: number;
}

/** What a service charges for a measure, surcharges apart; null where it does not carry it. */
export function freightOf(service: ProblemService, measure: number): number | null {
  if (measure > service.maximum) return null;
  for (const rate of service.rates) if (measure <= rate.upTo) return rate.price;
  const last = service.rates.at(-1);
  if (!last || !service.beyond) return null;
  return last.price + divideUp(measure - last.upTo, service.beyond.every) * service.beyond.price;
}

/** a / b rounded up, for whole numbers above zero; Math.ceil of the quotient would round large ones wrong. */
function divideUp(a: number, b: number): number {
  const rest = a % b;
  return (a - rest) / b + (rest > 0 ? 1 : 0);
}

/** What arriving at this moment costs for being late; null where that is forbidden. A day is 24 h, a begun one counts whole. */
export function latenessOf(problem: Problem, arrivesAt: number): number | null {
  if (problem.deliverBy === null || arrivesAt <= problem.deliverBy) return 0;
  if (problem.latePerDay === null) return null;
  return problem.latePerDay * divideUp(arrivesAt - problem.deliverBy, DAY_MS);
}

/** Chargeable grams: the weight, or what the volume is charged as. The parser keeps volume x 1000 a safe integer. */
export function chargeable(grams: number, volume: number, divisor: number | null): number {
  return divisor === null ? grams : Math.max(grams, divideUp(volume * 1000, divisor));
}

/** Each surcharge rounded half up to 1/10000, then added. `percents` are 1/10000 of a percent, so the divisor is 10^6. */
export function surchargesOf(service: ProblemService, freight: number): number {
  let sum = service.fixedSurcharges;
  for (const percent of service.percents) sum += halfUp(freight, percent, 1_000_000);
  return sum;
}

/** a x b / divisor, rounded half up; exact also where the product leaves the safe integers. */
export function halfUp(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) {
    const rest = product % divisor;
    return (product - rest) / divisor + (rest * 2 >= divisor ? 1 : 0);
  }
  const wide = BigInt(a) * BigInt(b);
  return Number((wide * 2n + BigInt(divisor)) / (BigInt(divisor) * 2n));
}

/** The unit cost that the price breaks give to a quantity. */
export function unitCostAt(
  costs: readonly { readonly from: number; readonly cost: number }[],
  quantity: number,
): number {
  let cost = costs[0]?.cost ?? 0;
  for (const step of costs) if (step.from <= quantity) cost = step.cost;
  return cost;
}

/**
 * All ways to ship a load from a node, one per service that carries it; empty where the load breaks a rule of the node.
 * Source: ROUTING.md, "Plan" (rules 2, 3, 5) and "Cost".
 */
export function priceLoad(problem: Problem, node: ProblemNode, load: Load): PricedShipment[] {
  const perSku = new Map<number, number>();
  let units = 0;
  let grams = 0;
  let volume = 0;
  let value = 0;
  const tags = new Set<string>();
  problem.lines.forEach((line, index) => {
    const quantity = load[index] ?? 0;
    if (quantity === 0) return;
    perSku.set(line.sku, (perSku.get(line.sku) ?? 0) + quantity);
    units += quantity;
    grams += line.grams * quantity;
    volume += line.volume * quantity;
    value += line.unitPrice * quantity;
    for (const tag of line.tags) tags.add(tag);
  });
  if (units === 0 || units > node.remainingUnits) return [];
  let goods = 0;
  let unitFees = 0;
  let duty = 0;
  let perUnitSteering = 0;
  let shipsAt = node.readyAt;
  for (const [sku, quantity] of perSku) {
    const offer = node.offers[sku];
    if (!offer || quantity > offer.available || quantity < offer.minimum || quantity % offer.multiple !== 0) return [];
    goods += unitCostAt(offer.costs, quantity) * quantity;
    unitFees += offer.unitFee * quantity;
    duty += offer.unitDuty * quantity;
    perUnitSteering += (offer.unitReserve + offer.unitAdjustment) * quantity;
    shipsAt = Math.max(shipsAt, offer.readyAt);
  }
  const small = node.minimumOrderValue !== null && goods < node.minimumOrderValue;
  if (small && node.smallOrderFee === null) return [];
  const fees = node.orderFee + unitFees + (small ? (node.smallOrderFee ?? 0) : 0);
  if (node.dutyFreeUpTo !== null && value <= node.dutyFreeUpTo) duty = 0;
  if (duty !== 0) duty += node.clearanceFee;

  const priced: PricedShipment[] = [];
  for (const service of node.services) {
    if (service.excludedTags.some((tag) => tags.has(tag))) continue;
    if ([...perSku.keys()].some((sku) => service.excludedSkus[sku])) continue;
    const measure =
      service.basis === 'goods'
        ? goods
        : service.basis === 'units'
          ? units
          : chargeable(grams, volume, service.divisor);
    const freight = freightOf(service, measure);
    if (freight === null) continue;
    const arrivesAt = shipsAt + service.transitMs;
    const lateness = latenessOf(problem, arrivesAt);
    if (lateness === null) continue;
    const surcharges = surchargesOf(service, freight);
    const landed = goods + fees + duty + freight + surcharges;
    const steering = node.failureCost + node.adjustment + perUnitSteering + lateness;
    priced.push({
      node,
      service,
      load,
      goods,
      fees,
      duty,
      freight,
      surcharges,
      landed,
      steering,
      weightGrams: grams,
      measure,
      shipsAt,
      arrivesAt,
      objective: landed + steering,
    });
  }
  return priced;
}
