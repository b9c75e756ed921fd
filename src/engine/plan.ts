import { halfUp } from './cost.js';
import { type PricedShipment, priceLoad } from './priced-shipment.js';
import type { Load, Problem, ProblemLine } from './problem.js';

/** A whole plan with the figures that plans are compared by. */
export interface Plan {
  readonly shipments: readonly PricedShipment[];
  readonly objective: number;
  /** In 1/10000; a unit that costs the customer nothing counts nothing. */
  readonly unfilledValue: number;
  /** The same, but such a unit counts 1; compared where unfilled units are allowed. */
  readonly unfilledCompared: number;
}

/** The best plan that sends these loads: each by its cheapest service. Null where a load is not feasible. */
export function planOf(
  problem: Problem,
  loads: readonly { readonly node: number; readonly load: Load }[],
): Plan | null {
  const choices: PricedShipment[][] = [];
  // Of services that cost the same: the last arrival as early as can be, then the least service ids.
  let last = Number.NEGATIVE_INFINITY;
  for (const { node, load } of loads) {
    const sender = problem.nodes[node];
    const cheapest = sender ? cheapestOf(priceLoad(problem, sender, load)) : [];
    if (cheapest.length === 0) return null;
    let first = Number.POSITIVE_INFINITY;
    for (const { arrivesAt } of cheapest) first = Math.min(first, arrivesAt);
    last = Math.max(last, first);
    choices.push(cheapest);
  }
  const shipments = choices.map((priced) =>
    priced
      .filter(({ arrivesAt }) => arrivesAt <= last)
      .reduce((least, each) => (compareText(each.service.id, least.service.id) < 0 ? each : least)),
  );
  shipments.sort((a, b) => compareText(a.node.id, b.node.id));
  let objective = problem.shipmentPenalty * Math.max(0, shipments.length - 1);
  for (const shipment of shipments) objective += shipment.objective;
  let unfilledValue = 0;
  let unfilledCompared = 0;
  for (let index = 0; index < problem.lines.length; index += 1) {
    const line = problem.lines[index] as ProblemLine;
    let left = line.quantity;
    for (const { load } of shipments) left -= load[index] as number;
    unfilledValue += line.unitPrice * left;
    unfilledCompared += Math.max(1, line.unitPrice) * left;
  }
  objective += unfilledCost(problem, unfilledValue);
  return { shipments, objective, unfilledValue, unfilledCompared };
}

function cheapestOf(priced: readonly PricedShipment[]): PricedShipment[] {
  let least = Number.POSITIVE_INFINITY;
  for (const { objective } of priced) least = Math.min(least, objective);
  return priced.filter(({ objective }) => objective === least);
}

/** What leaving units of this value costs: rounded half up once, on the total. */
export function unfilledCost(problem: Problem, value: number): number {
  return problem.unfilled === 'cost' ? halfUp(value, problem.unfilledWeight, 10_000) : 0;
}

/** By UTF-16 code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Negative where `a` is the better plan. Source: ROUTING.md, "Cost", the ties included. */
export function comparePlans(problem: Problem, a: Plan, b: Plan): number {
  if (problem.unfilled === 'allow' && a.unfilledCompared !== b.unfilledCompared)
    return a.unfilledCompared - b.unfilledCompared;
  if (a.objective !== b.objective) return a.objective - b.objective;
  if (a.shipments.length !== b.shipments.length) return a.shipments.length - b.shipments.length;
  const last = (plan: Plan) => Math.max(0, ...plan.shipments.map((shipment) => shipment.arrivesAt));
  if (last(a) !== last(b)) return last(a) - last(b);
  for (const [at, shipment] of a.shipments.entries()) {
    const other = b.shipments[at];
    if (!other) break;
    const order = compareText(shipment.node.id, other.node.id) || compareText(shipment.service.id, other.service.id);
    if (order !== 0) return order;
  }
  for (const index of problem.lines.keys()) {
    for (const [at, shipment] of a.shipments.entries()) {
      const difference = (b.shipments[at]?.load[index] ?? 0) - (shipment.load[index] ?? 0);
      if (difference !== 0) return difference;
    }
  }
  return 0;
}
