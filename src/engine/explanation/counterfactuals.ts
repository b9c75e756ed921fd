import { formatAmount } from '../../model/money.js';
import type { Counterfactual } from '../decision.js';
import { comparePlans, type Plan } from '../plan.js';
import type { Problem, ProblemNode } from '../problem.js';
import { parseRequest } from '../reading/parse.js';
import { pathText } from '../reading/reader.js';
import type { RoutingRequest } from '../request.js';
import { solve } from '../search/solve.js';
import { type Lever, leversOf, type Path, withValue } from './levers.js';

/**
 * For every unused node, in request order, the smallest single changes that would have brought it in, one for each value that stands
 * in its way: money off its order fee (or by a rule), units of stock, a smaller minimum, hours earlier, a rule less.
 *
 * Each is found by deciding the changed request again. All of them together take at most as much effort as the decision may; a node whose turn
 * comes after that has none. `best`: the proven best plan, or null where none is feasible.
 */
export function counterfactualsOf(request: RoutingRequest, problem: Problem, best: Plan | null): Counterfactual[] {
  const used = new Set(best?.shipments.map(({ node }) => node.index));
  const redecide = new Redecider(request, problem.effort);
  return problem.nodes.flatMap((node) => {
    if (used.has(node.index)) return [];
    const forced = best === null ? null : redecide.decide(problem, node.index);
    const isTied = best !== null && forced !== null && ties(problem, forced, best);
    const eased = leversOf(request, problem, node, isTied).flatMap((lever) => redecide.eased(node, lever) ?? []);
    const money = best === null || forced === null ? null : cheaper(problem, node, forced, best);
    return money === null ? eased : [money, ...eased];
  });
}

/** Whether two plans leave the same and cost the same, from as many nodes. */
function ties(problem: Problem, a: Plan, b: Plan): boolean {
  const leaveTheSame = problem.unfilled !== 'allow' || a.unfilledCompared === b.unfilledCompared;
  return leaveTheSame && a.objective === b.objective && a.shipments.length === b.shipments.length;
}

/**
 * The money that a node would have to cost less: what the best plan that uses it costs more, and a ten-thousandth where a tie is lost. Null where
 * money does not help, because that plan leaves more.
 */
function cheaper(problem: Problem, node: ProblemNode, forced: Plan, best: Plan): Counterfactual | null {
  if (problem.unfilled === 'allow' && forced.unfilledCompared > best.unfilledCompared) return null;
  const isBetterTied = comparePlans(problem, { ...forced, objective: best.objective }, best) < 0;
  const less = forced.objective - best.objective + (isBetterTied ? 0 : 1);
  const field = node.orderFee >= less ? 'orderFee' : 'adjustment';
  return {
    nodeId: node.id,
    path: pathText(['nodes', node.index, field]),
    from: formatAmount(node[field]),
    to: formatAmount(node[field] - less),
    objective: formatAmount(forced.objective - less),
  };
}

/** Decides changed requests, as long as there is effort for it. */
class Redecider {
  constructor(
    private readonly request: RoutingRequest,
    private effort: number,
  ) {}

  /** The proven best plan; null where there is none, or no effort left to prove one. */
  decide(problem: Problem, mustUse?: number): Plan | null {
    if (this.effort <= 0) return null;
    const solved = solve({ ...problem, effort: this.effort }, mustUse === undefined ? {} : { mustUse });
    this.effort -= Math.max(1, solved.steps);
    return solved.complete ? solved.best : null;
  }

  /** The first step of the lever that brings the node in. Later steps only help it more, so halving finds it. */
  eased(node: ProblemNode, lever: Lever): Counterfactual | null {
    let found = this.tried(node, lever, lever.count);
    if (found === null) return null;
    let [low, high] = [0, lever.count];
    while (high - low > 1) {
      const middle = low + Math.floor((high - low) / 2);
      const plan = this.tried(node, lever, middle);
      if (this.effort <= 0) return null;
      if (plan === null) low = middle;
      else [high, found] = [middle, plan];
    }
    return {
      nodeId: node.id,
      path: pathText(lever.path),
      from: lever.from,
      to: lever.to(high),
      objective: formatAmount(found.objective),
    };
  }

  /** The best plan after a step, where it uses the node. */
  private tried(node: ProblemNode, lever: Lever, step: number): Plan | null {
    const plan = this.decideChanged(lever.path, lever.to(step));
    return plan?.shipments.some((shipment) => shipment.node.id === node.id) ? plan : null;
  }

  private decideChanged(path: Path, value: unknown): Plan | null {
    const parsed = parseRequest(withValue(this.request, path, value));
    return parsed.ok ? this.decide(parsed.problem) : null;
  }
}
