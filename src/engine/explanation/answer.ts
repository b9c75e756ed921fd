import { formatAmount } from '../../model/money.js';
import type { DecidedItem, DecidedShipment, Proof } from '../decision.js';
import { momentText } from '../moment-text.js';
import type { Plan } from '../plan.js';
import type { PricedShipment } from '../priced-shipment.js';
import type { Load, Problem, ProblemLine } from '../problem.js';
import type { Solved } from '../search/solve.js';

/** A shipment as a decision carries it: amounts as text, moments in UTC. */
export function shipmentOf(problem: Problem, shipment: PricedShipment): DecidedShipment {
  return {
    nodeId: shipment.node.id,
    vendorId: shipment.node.vendorId,
    serviceId: shipment.service.id,
    items: itemsOf(problem, shipment.load),
    costs: {
      goods: formatAmount(shipment.goods),
      fees: formatAmount(shipment.fees),
      duty: formatAmount(shipment.duty),
      freight: formatAmount(shipment.freight),
      surcharges: formatAmount(shipment.surcharges),
      landed: formatAmount(shipment.landed),
      steering: formatAmount(shipment.steering),
    },
    weightGrams: shipment.weightGrams,
    measure: shipment.service.basis === 'goods' ? formatAmount(shipment.measure) : shipment.measure,
    shipsAt: momentText(shipment.shipsAt),
    arrivesAt: momentText(shipment.arrivesAt),
  };
}

/** Units per line as a decision lists them: in line order, only lines with some. */
export function itemsOf(problem: Problem, load: Load): DecidedItem[] {
  const items: DecidedItem[] = [];
  for (let index = 0; index < load.length; index += 1) {
    const quantity = load[index] as number;
    const line = problem.lines[index] as ProblemLine;
    if (quantity > 0) items.push({ lineId: line.id, sku: problem.skus[line.sku] ?? '', quantity });
  }
  return items;
}

/** Units per line that a plan leaves; null leaves all. */
export function leftBy(problem: Problem, plan: Plan | null): number[] {
  return problem.lines.map(({ quantity }, line) => {
    let left = quantity;
    if (plan !== null) for (const { load } of plan.shipments) left -= load[line] as number;
    return left;
  });
}

/** What the shipments of a plan cost together, steering apart. */
export function landedOf(plan: Plan): string {
  return formatAmount(plan.shipments.reduce((sum, shipment) => sum + shipment.landed, 0));
}

/** What is proven of the best plan. Source: ROUTING.md, "Decision". */
export function proofOf(problem: Problem, result: Solved, best: Plan): Proof {
  if (result.complete) return { kind: 'optimal' };
  const leastUnfilled = problem.unfilled !== 'allow' || result.unfilledLowerBound >= best.unfilledCompared;
  // Units without a price count in the comparison only.
  const free = problem.lines.reduce((units, line) => units + (line.unitPrice === 0 ? line.quantity : 0), 0);
  const unfilled = Math.min(Math.max(0, result.unfilledLowerBound - free), best.unfilledValue);
  return {
    kind: 'bounded',
    lowerBound: formatAmount(result.lowerBound),
    gap: formatAmount(best.objective - result.lowerBound),
    ...(leastUnfilled ? {} : { unfilledLowerBound: formatAmount(unfilled) }),
  };
}
