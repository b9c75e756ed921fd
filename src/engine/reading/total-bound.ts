import { formatAmount } from '../../model/money.js';
import { chargeable, freightOf, latenessOf, surchargesOf } from '../cost.js';
import type { Problem, ProblemNode, ProblemService } from '../problem.js';
import { lastReady } from './parse-node.js';
import type { RequestFault } from './reader.js';

/** In 1/10000: 9 x 10^11. */
const TOTAL_MAX = 9_000_000_000_000_000;
/** Volumes are counted in cm3 x 1000 against a divisor. */
const MEASURE_MAX = 9_000_000_000_000;
const SCALE = 10_000;

/**
 * Whatever makes a request too large to be counted exactly, by path: a largest conceivable total above 9 x 10^11, weights and volumes
 * above 9 x 10^12, and a policy whose penalties, which that total leaves out, would pass the safe integers. Below these, every sum
 * of the engine is a safe integer. Source: ROUTING.md, "Request".
 *
 * Counted in plain numbers: nothing in a sum is negative, so one that ends within the safe integers was exact all along, and one that left them can
 * not come back.
 */
export function faultsOfSize(problem: Problem): RequestFault[] {
  const faults: RequestFault[] = [];
  const whole = wholeOf(problem);
  for (const [unit, measure] of [
    ['grams', whole.grams],
    ['cm3', whole.volume],
  ] as const)
    if (measure > MEASURE_MAX)
      faults.push({ path: 'order.lines', message: `expected at most ${MEASURE_MAX} ${unit} in all, got ${measure}` });
  const ordered = greatestOfLines(problem);
  let shipping = 0;
  for (const node of problem.nodes) shipping += greatestOfNode(node, whole);
  const total = ordered + shipping;
  const penalties = greatestPenalties(problem);
  if (total > TOTAL_MAX)
    faults.push({
      path: '',
      message: `expected a largest conceivable total of at most ${amountText(TOTAL_MAX)}, got ${amountText(total)}: ${amountText(ordered)} for the lines at the dearest offers, ${amountText(shipping)} for the fees and the greatest freight of all nodes`,
    });
  else if (total + penalties > Number.MAX_SAFE_INTEGER)
    faults.push({
      path: 'policy',
      message: `expected penalties that leave the objective at or below ${amountText(Number.MAX_SAFE_INTEGER)}, got up to ${amountText(penalties)} by shipmentPenalty and lateness on top of ${amountText(total)}`,
    });
  return faults;
}

/** What the lines cost at most, customers' prices and unfilled value among it. */
function greatestOfLines(problem: Problem): number {
  const perUnit = problem.skus.map((_, sku) => greatestOfUnit(problem.nodes, sku));
  let [total, value] = [0, 0];
  for (const { sku, quantity, unitPrice } of problem.lines) {
    total += quantity * (perUnit[sku] ?? 0);
    value += quantity * unitPrice;
  }
  return total + value + weighted(value, problem.unfilledWeight);
}

/** Each cost of a unit of the SKU at the offer that is dearest by it. */
function greatestOfUnit(nodes: readonly ProblemNode[], sku: number): number {
  let cost = 0;
  let fee = 0;
  let duty = 0;
  let reserve = 0;
  let adjustment = 0;
  for (const { offers } of nodes) {
    const offer = offers[sku];
    if (!offer) continue;
    for (const step of offer.costs) cost = Math.max(cost, step.cost);
    fee = Math.max(fee, offer.unitFee);
    duty = Math.max(duty, offer.unitDuty);
    reserve = Math.max(reserve, offer.unitReserve);
    adjustment = Math.max(adjustment, Math.abs(offer.unitAdjustment));
  }
  return cost + fee + duty + reserve + adjustment;
}

/** value x weight, of which the weight has four digits of its own, rounded up to 1/10000. */
function weighted(value: number, weight: number): number {
  const [valueRest, weightRest] = [value % SCALE, weight % SCALE];
  const [values, weights] = [(value - valueRest) / SCALE, (weight - weightRest) / SCALE];
  return value * weights + values * weightRest + Math.ceil((valueRest * weightRest) / SCALE);
}

/** The whole order, as brackets count it; `perSku`: units. */
interface Whole {
  readonly grams: number;
  readonly volume: number;
  readonly units: number;
  readonly perSku: readonly number[];
}

function wholeOf({ lines, skus }: Problem): Whole {
  const perSku = skus.map(() => 0);
  const whole = { grams: 0, volume: 0, units: 0, perSku };
  for (const { sku, quantity, grams, volume } of lines) {
    whole.grams += grams * quantity;
    whole.volume += volume * quantity;
    whole.units += quantity;
    perSku[sku] = (perSku[sku] ?? 0) + quantity;
  }
  return whole;
}

/** Every fee of a node, and the greatest freight with surcharges of its services. */
function greatestOfNode(node: ProblemNode, whole: Whole): number {
  let goods = 0;
  for (let sku = 0; sku < node.offers.length; sku += 1) {
    let dearest = 0;
    for (const { cost } of node.offers[sku]?.costs ?? []) dearest = Math.max(dearest, cost);
    goods += dearest * (whole.perSku[sku] as number);
  }
  let freight = 0;
  for (const service of node.services) {
    const { basis, divisor, maximum } = service;
    const most =
      basis === 'goods' ? goods : basis === 'units' ? whole.units : chargeable(whole.grams, whole.volume, divisor);
    freight = Math.max(freight, greatestFreight(service, Math.min(most, maximum)));
  }
  const { orderFee, smallOrderFee, clearanceFee, failureCost, adjustment } = node;
  return orderFee + (smallOrderFee ?? 0) + clearanceFee + failureCost + Math.abs(adjustment) + freight;
}

/** Of all measures up to this one; 0 where the service has no tariff. */
function greatestFreight(service: ProblemService, most: number): number {
  if (service.rates.length === 0) return 0;
  let freight = 0;
  let from = -1;
  for (const { upTo, price } of service.rates) {
    if (from >= most) break;
    freight = Math.max(freight, price);
    from = upTo;
  }
  if (from < most && service.beyond) freight = Math.max(freight, freightOf(service, most) ?? 0);
  return freight + surchargesOf(service, freight);
}

/** What shipments beyond the first and late days could add at most. */
function greatestPenalties(problem: Problem): number {
  const { deliverBy, nodes, shipmentPenalty } = problem;
  let total = shipmentPenalty * Math.max(0, nodes.length - 1);
  if (deliverBy === null) return total;
  for (const node of nodes) {
    let transitMs = 0;
    for (const service of node.services) transitMs = Math.max(transitMs, service.transitMs);
    const arrivesAt = lastReady(node.readyAt, node.offers) + transitMs;
    if (arrivesAt > deliverBy) total += latenessOf(problem, arrivesAt) ?? 0;
  }
  return total;
}

function amountText(amount: number): string {
  return Number.isSafeInteger(amount) ? formatAmount(amount) : `about ${BigInt(amount) / 10_000n}`;
}
