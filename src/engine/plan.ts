import { halfUp, type PricedShipment, priceLoad } from './cost.js';
import type { Load, Problem } from './problem.js';

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
  for (const { node, load } of loads) {
    const sender = problem.nodes[node];
    const priced = sender ? priceLoad(problem, sender, load) : [];
    const least = Math.min(...priced.map((shipment) => shipment.objective));
    if (priced.length === 0) return null;
    choices.push(priced.filter((shipment) => shipment.objective === least));
  }
  // Of services that cost the same: the last arrival as early as can be, then the least service ids.
  const last = Math.max(...choices.map((priced) => Math.min(...priced.map((shipment) => shipment.arrivesAt))));
  const shipments = choices.flatMap((priced) => {
    const [chosen] = priced
      .filter((shipment) => shipment.arrivesAt <= last)
      .sort((a, b) => compareText(a.service.id, b.service.id));
    return chosen ? [chosen] : [];
  });
  shipments.sort((a, b) => compareText(a.node.id, b.node.id));
  const sum = shipments.reduce((total, shipment) => total + shipment.objective, 0);
  const left = problem.lines.map(
    (line, index) => line.quantity - shipments.reduce((total, shipment) => total + (shipment.load[index] ?? 0), 0),
  );
  const unfilledValue = problem.lines.reduce((total, line, index) => total + line.unitPrice * (left[index] ?? 0), 0);
  return {
    shipments,
    objective: sum + problem.shipmentPenalty * Math.max(0, shipments.length - 1) + unfilledCost(problem, unfilledValue),
    unfilledValue,
    unfilledCompared: problem.lines.reduce(
      (total, line, index) => total + Math.max(1, line.unitPrice) * (left[index] ?? 0),
      0,
    ),
  };
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
