import { formatAmount } from '../model/money.js';
import type { Decision } from './decision.js';
import { landedOf, proofOf, shipmentOf } from './explanation/answer.js';
import { Allowance } from './explanation/asking.js';
import { candidatesOf } from './explanation/candidates.js';
import { explain } from './explanation/explain.js';
import { unfilledOf } from './explanation/line-reasons.js';
import type { Problem } from './problem.js';
import { digestOf } from './reading/digest.js';
import { parseRequest } from './reading/parse.js';
import type { RequestFault } from './reading/reader.js';
import type { RoutingRequest } from './request.js';
import { type Solved, solve } from './search/solve.js';

/** Changes whenever a decision for the same request may change in any byte. */
export const ENGINE_VERSION = '1.2.0';

/** A request that breaks ROUTING.md's rules, with every fault by its path. */
export class InvalidRequest extends Error {
  constructor(readonly faults: readonly RequestFault[]) {
    super(
      `the routing request is refused: ${faults
        .slice(0, 3)
        .map((fault) => `${fault.path || 'request'}: ${fault.message}`)
        .join('; ')}`,
    );
  }
}

/**
 * Decides one routing request: the plan of least objective, with its proof and the reason for every node that is not in it.
 *
 * Pure: same request, same bytes. `explain` adds alternatives and counterfactuals, which cost further searches.
 * `searchOnly` leaves a small request to the search too; the decision is the same.
 * Errors: InvalidRequest. Source: ROUTING.md.
 */
export function decide(
  request: RoutingRequest,
  options: { readonly explain?: boolean; readonly searchOnly?: boolean } = {},
): Decision {
  const problem = problemOf(request);
  const { explain = false, searchOnly = false } = options;
  return decisionOf(request, problem, solve(problem, { searchOnly }), explain, new Allowance());
}

/**
 * The same decision where so many search steps are enough for it, and as many again for its reasons; null where they are not.
 * Errors: InvalidRequest.
 */
export function decideWithin(request: RoutingRequest, steps: number): Decision | null {
  const problem = problemOf(request);
  const result = solve({ ...problem, effort: Math.min(steps, problem.effort) });
  if (!result.complete && problem.effort > steps) return null;
  const allowance = new Allowance(steps);
  const decision = decisionOf(request, problem, result, false, allowance);
  return allowance.isCut ? null : decision;
}

function problemOf(request: RoutingRequest): Problem {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new InvalidRequest(parsed.faults);
  return parsed.problem;
}

function decisionOf(
  request: RoutingRequest,
  problem: Problem,
  result: Solved,
  explained: boolean,
  allowance: Allowance,
): Decision {
  const { best, complete } = result;
  const shipped = best !== null && best.shipments.length > 0 ? best : null;
  const unfilled = shipped || complete ? unfilledOf(problem, result, allowance) : [];
  const reasons = {
    candidates: candidatesOf(request, problem, shipped, allowance),
    ...(explained ? explain(request, problem, result) : {}),
    requestDigest: digestOf(request),
    engineVersion: ENGINE_VERSION,
  };
  if (!shipped) {
    if (!complete) return { status: 'undecided', shipments: [], unfilled, ...reasons };
    return { status: 'unroutable', shipments: [], unfilled, proof: { kind: 'optimal' }, ...reasons };
  }
  return {
    status: unfilled.length > 0 ? 'partial' : 'routed',
    shipments: shipped.shipments.map((shipment) => shipmentOf(problem, shipment)),
    unfilled,
    landedCost: landedOf(shipped),
    objective: formatAmount(shipped.objective),
    unfilledValue: formatAmount(shipped.unfilledValue),
    proof: proofOf(problem, result, shipped),
    ...reasons,
  };
}
