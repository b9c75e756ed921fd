import { formatAmount } from '../../model/money.js';
import {
  DAY_MS,
  type Problem,
  type ProblemLine,
  type ProblemNode,
  type ProblemOffer,
  type ProblemService,
} from '../problem.js';
import type { RequestFault } from './reader.js';

const TOTAL_MAX = 9_000_000_000_000_000n;
/** A rounded sum below this leaves no doubt about the exact one. */
const LOOSE_MAX = 4_000_000_000_000_000;
/** Volumes are counted in cm3 x 1000 against a divisor. */
const MEASURE_MAX = 9_000_000_000_000;
const MEASURES: readonly (readonly [unit: string, of: (line: ProblemLine) => number])[] = [
  ['grams', (line) => line.grams],
  ['cm3', (line) => line.volume],
];

/**
 * Whatever makes a request too large to be counted exactly, by path: a largest conceivable total above 9 x 10^11, weights and volumes
 * above 9 x 10^12, and a policy whose penalties, which that total leaves out, would pass the safe integers. Below these, every sum
 * of the engine is a safe integer. Source: ROUTING.md, "Request".
 */
export function faultsOfSize(problem: Problem): RequestFault[] {
  const faults: RequestFault[] = [];
  for (const [unit, of] of MEASURES) {
    const whole = problem.lines.reduce((sum, line) => sum + of(line) * line.quantity, 0);
    if (whole > MEASURE_MAX)
      faults.push({ path: 'order.lines', message: `expected at most ${MEASURE_MAX} ${unit} in all, got ${whole}` });
  }
  if (looseTotal(problem) < LOOSE_MAX) return faults;
  const total = largestTotal(problem);
  const steered = total + 10_000n * greatestPenalties(problem);
  if (total > TOTAL_MAX * 10_000n)
    faults.push({
      path: '',
      message: `the largest conceivable total, ${printable(total / 10_000n)}, exceeds ${TOTAL_MAX / 10_000n}`,
    });
  else if (steered > BigInt(Number.MAX_SAFE_INTEGER) * 10_000n)
    faults.push({
      path: 'policy',
      message: `shipmentPenalty and lateness bring the objective up to ${printable(steered / 10_000n)}, more than ${TOTAL_MAX / 10_000n}`,
    });
  return faults;
}

/**
 * More than the largest conceivable total and the greatest penalties, in 1/10000, but for rounding: what can be said without wide numbers, which is
 * enough for all but the largest requests.
 */
function looseTotal(problem: Problem): number {
  const { lines, nodes, deliverBy, latePerDay } = problem;
  const whole = { grams: 0, volume: 0, units: 0, goods: 0 };
  let total = problem.shipmentPenalty * nodes.length;
  for (const line of lines) {
    let dearest = 0;
    let others = 0;
    for (const node of nodes) {
      const offer = node.offers[line.sku];
      if (!offer) continue;
      for (const { cost } of offer.costs) dearest = Math.max(dearest, cost);
      const { unitFee, unitDuty, unitReserve, unitAdjustment } = offer;
      others = Math.max(others, unitFee, unitDuty, unitReserve, Math.abs(unitAdjustment));
    }
    total += line.quantity * (line.unitPrice * (1 + problem.unfilledWeight / 10_000) + dearest + 4 * others);
    whole.grams += line.grams * line.quantity;
    whole.volume += line.volume * line.quantity;
    whole.units += line.quantity;
    whole.goods += dearest * line.quantity;
  }
  for (const node of nodes) {
    total += node.orderFee + (node.smallOrderFee ?? 0) + node.clearanceFee + node.failureCost;
    total += Math.abs(node.adjustment);
    let freight = 0;
    let transit = 0;
    for (const service of node.services) {
      freight = Math.max(freight, looseFreight(service, whole));
      transit = Math.max(transit, service.transitMs);
    }
    total += freight;
    if (deliverBy === null || latePerDay === null) continue;
    let ready = node.readyAt;
    for (const offer of node.offers) if (offer !== null && offer.readyAt > ready) ready = offer.readyAt;
    total += latePerDay * Math.max(0, (ready + transit - deliverBy) / DAY_MS + 1);
  }
  return total;
}

function looseFreight(service: ProblemService, whole: { grams: number; volume: number; units: number; goods: number }) {
  const { rates, beyond, divisor, basis } = service;
  let freight = 0;
  let last = 0;
  for (const { price } of rates) {
    freight = Math.max(freight, price);
    last = price;
  }
  if (beyond) {
    const weight = divisor === null ? whole.grams : Math.max(whole.grams, (whole.volume * 1000) / divisor + 1);
    const measure = basis === 'goods' ? whole.goods : basis === 'units' ? whole.units : weight;
    freight = Math.max(freight, last + (measure / beyond.every + 1) * beyond.price);
  }
  let total = freight + service.fixedSurcharges;
  for (const percent of service.percents) total += (freight * percent) / 1_000_000 + 1;
  return total;
}

/** What shipments beyond the first and late days could add at most, in 1/10000. */
function greatestPenalties(problem: Problem): bigint {
  const { deliverBy, latePerDay, nodes } = problem;
  let total = BigInt(problem.shipmentPenalty) * BigInt(Math.max(0, nodes.length - 1));
  if (deliverBy === null || latePerDay === null) return total;
  for (const node of nodes) {
    const ready = Math.max(node.readyAt, ...node.offers.map((offer) => offer?.readyAt ?? node.readyAt));
    const arrival = ready + Math.max(0, ...node.services.map((service) => service.transitMs));
    total += BigInt(latePerDay) * BigInt(Math.max(0, Math.ceil((arrival - deliverBy) / DAY_MS)));
  }
  return total;
}

/** In 1/10^8, because the weight of unfilled value has four digits of its own. */
function largestTotal(problem: Problem): bigint {
  let total = 0n;
  for (const line of problem.lines) {
    const offers = problem.nodes.map((node) => node.offers[line.sku]).filter((offer) => offer != null);
    const greatest = (of: (offer: ProblemOffer) => number) => BigInt(Math.max(0, ...offers.map(of)));
    const perUnit =
      BigInt(line.unitPrice) * (10_000n + BigInt(problem.unfilledWeight)) +
      10_000n *
        (greatest((offer) => Math.max(...offer.costs.map((step) => step.cost))) +
          greatest((offer) => offer.unitFee) +
          greatest((offer) => offer.unitDuty) +
          greatest((offer) => offer.unitReserve) +
          greatest((offer) => Math.abs(offer.unitAdjustment)));
    total += BigInt(line.quantity) * perUnit;
  }
  for (const node of problem.nodes) {
    const fees = [
      node.orderFee,
      node.smallOrderFee ?? 0,
      node.clearanceFee,
      node.failureCost,
      Math.abs(node.adjustment),
    ];
    total += 10_000n * (fees.reduce((sum, fee) => sum + BigInt(fee), 0n) + greatestFreight(problem, node));
  }
  return total;
}

function greatestFreight(problem: Problem, node: ProblemNode): bigint {
  const sum = (of: (line: Problem['lines'][number]) => bigint) =>
    problem.lines.reduce((total, line) => total + of(line), 0n);
  const units = sum((line) => BigInt(line.quantity));
  const grams = sum((line) => BigInt(line.grams) * BigInt(line.quantity));
  const volume = sum((line) => BigInt(line.volume) * BigInt(line.quantity));
  const goods = sum(
    (line) =>
      BigInt(Math.max(0, ...(node.offers[line.sku]?.costs.map((step) => step.cost) ?? []))) * BigInt(line.quantity),
  );
  let greatest = 0n;
  for (const service of node.services) {
    const dimensional =
      service.divisor === null ? 0n : (volume * 1000n + BigInt(service.divisor) - 1n) / BigInt(service.divisor);
    const whole =
      service.basis === 'goods' ? goods : service.basis === 'units' ? units : grams > dimensional ? grams : dimensional;
    const measure = whole > BigInt(service.maximum) ? BigInt(service.maximum) : whole;
    let freight = 0n;
    let from = -1n;
    for (const rate of service.rates) {
      if (measure > from && BigInt(rate.price) > freight) freight = BigInt(rate.price);
      from = BigInt(rate.upTo);
    }
    const last = service.rates.at(-1);
    if (last && service.beyond && measure > BigInt(last.upTo)) {
      const every = BigInt(service.beyond.every);
      const steps = (measure - BigInt(last.upTo) + every - 1n) / every;
      const price = BigInt(last.price) + steps * BigInt(service.beyond.price);
      if (price > freight) freight = price;
    }
    const surcharges = service.percents.reduce(
      (total, percent) => total + (freight * BigInt(percent) + 500_000n) / 1_000_000n,
      BigInt(service.fixedSurcharges),
    );
    if (freight + surcharges > greatest) greatest = freight + surcharges;
  }
  return greatest;
}

function printable(amount: bigint): string {
  return amount <= TOTAL_MAX ? formatAmount(Number(amount)) : `${amount / 10_000n}`;
}
