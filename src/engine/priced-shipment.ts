import { chargeable, freightOf, latenessOf, surchargesOf, unitCostAt } from './cost.js';
import { carriersOf, LoadSums } from './loads/load-sums.js';
import type { Load, Problem, ProblemNode, ProblemService } from './problem.js';

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

/**
 * All ways to ship a load from a node, one per service that carries it; empty where the load breaks a rule of the node.
 * Source: ROUTING.md, "Plan" (rules 2, 3, 5) and "Cost".
 */
export function priceLoad(problem: Problem, node: ProblemNode, load: Load): PricedShipment[] {
  const held: number[] = [];
  for (let line = 0; line < load.length; line += 1) if ((load[line] as number) > 0) held.push(line);
  const { perSku, units, grams, volume, value } = LoadSums.of(problem, load);
  if (units === 0 || units > node.remainingUnits) return [];
  let goods = 0;
  let unitFees = 0;
  let duty = 0;
  let perUnitSteering = 0;
  let shipsAt = node.readyAt;
  for (let sku = 0; sku < perSku.length; sku += 1) {
    const quantity = perSku[sku] as number;
    if (quantity === 0) continue;
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
  for (const service of carriersOf(problem, node.services, held)) {
    const { basis } = service;
    const measure = basis === 'goods' ? goods : basis === 'units' ? units : chargeable(grams, volume, service.divisor);
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
