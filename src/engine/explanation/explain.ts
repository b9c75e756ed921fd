import { formatAmount } from '../../model/money.js';
import type { Alternative, Counterfactual } from '../decision.js';
import { compareText, type Plan } from '../plan.js';
import type { Problem } from '../problem.js';
import type { RoutingRequest } from '../request.js';
import { type Solved, solve } from '../search/solve.js';
import { itemsOf, landedOf, leftBy, proofOf, shipmentOf } from './answer.js';
import { counterfactualsOf } from './counterfactuals.js';

/** The best plan without the main node, and what would have brought each unused node in. Source: ROUTING.md, "Decision". */
export function explain(
  request: RoutingRequest,
  problem: Problem,
  result: Solved,
): { alternatives: Alternative[]; counterfactuals: Counterfactual[] } {
  const plan = result.best;
  return {
    alternatives: plan === null || plan.shipments.length === 0 ? [] : [withoutMainNode(problem, plan)],
    // Of a plan that is not proven best, nobody can say what it would take to be in the best one.
    counterfactuals: result.complete ? counterfactualsOf(request, problem, plan) : [],
  };
}

/** The best plan without the node that ships the most goods: what that node is worth to the order. */
function withoutMainNode(problem: Problem, best: Plan): Alternative {
  const main = best.shipments.reduce((most, shipment) =>
    (most.goods - shipment.goods || compareText(shipment.node.id, most.node.id)) < 0 ? shipment : most,
  );
  const withoutNodeId = main.node.id;
  const without = solve(problem, { without: main.node.index });
  const plan = without.best;
  // That nothing ships says something only where it is proven best.
  if (!without.complete && (plan?.shipments.length ?? 0) === 0) return { withoutNodeId, shipments: [] };
  if (plan === null) return { withoutNodeId, shipments: [], proof: { kind: 'optimal' } };
  return {
    withoutNodeId,
    shipments: plan.shipments.map((shipment) => shipmentOf(problem, shipment)),
    unfilled: itemsOf(problem, leftBy(problem, plan)),
    landedCost: landedOf(plan),
    objective: formatAmount(plan.objective),
    unfilledValue: formatAmount(plan.unfilledValue),
    proof: proofOf(problem, without, plan),
    difference: formatAmount(plan.objective - best.objective),
  };
}
