import { formatAmount } from '../../model/money.js';
import type { Candidate } from '../decision.js';
import type { Plan } from '../plan.js';
import type { Problem } from '../problem.js';
import type { RoutingRequest } from '../request.js';
import type { Allowance } from './asking.js';
import type { Facts } from './facts.js';
import { Obstacles } from './obstacle.js';
import { type Swap, Swaps } from './swap.js';

/** Every node in request order, with whether it is used and why not, with the numbers. `plan`: what ships; null where nothing does. */
export function candidatesOf(
  request: RoutingRequest,
  problem: Problem,
  plan: Plan | null,
  allowance: Allowance,
): Candidate[] {
  const used = plan === null ? [] : plan.shipments.map(({ node }) => node);
  const swaps = plan === null ? null : new Swaps(problem, plan);
  const obstacles = new Obstacles(request, problem, allowance);
  return problem.nodes.map((node) => {
    if (used.includes(node)) return { nodeId: node.id, used: true };
    // What could take something over has a shipment, so nothing rules it out.
    const swap = swaps === null ? null : swaps.nearest(node);
    const obstacle = swap === null ? obstacles.of(node) : null;
    if (obstacle === null) return { nodeId: node.id, used: false, code: 'COSTLIER', facts: dearness(swap) };
    const { code, facts, ruleId } = obstacle;
    if (ruleId === undefined) return { nodeId: node.id, used: false, code, facts };
    return { nodeId: node.id, used: false, code, facts, ruleId };
  });
}

/** Of a node that could serve: whose goods it would have to take over, and what that would cost more. */
function dearness(swap: Swap | null): Facts {
  // A plan that is not proven best may cost more than the swapped one: that says nothing against the node.
  if (swap === null || swap.difference < 0) return {};
  const { insteadOf, lines } = swap;
  const difference = formatAmount(swap.difference);
  return lines === undefined ? { insteadOf, difference } : { insteadOf, lines, difference };
}
