import { formatAmount } from '../model/money.js';
import type { Decision } from './decision.js';
import { landedOf, proofOf, shipmentOf } from './explanation/answer.js';
import { candidatesOf, Obstacles } from './explanation/candidates.js';
import { explain } from './explanation/explain.js';
import type { Problem } from './problem.js';
import { digestOf } from './reading/digest.js';
import { parseRequest } from './reading/parse.js';
import type { RequestFault } from './reading/reader.js';
import { REASON_ORDER, type ReasonCode } from './reasons.js';
import type { RoutingRequest } from './request.js';
import { type Solved, solve } from './search/solve.js';

/** Changes whenever a decision for the same request may change in any byte. */
export const ENGINE_VERSION = '1.0.0';

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
  return decisionOf(request, problem, solve(problem, { searchOnly }), explain);
}

/**
 * The same decision where so many search steps are enough for it; null where they are not.
 * Errors: InvalidRequest.
 */
export function decideWithin(request: RoutingRequest, steps: number): Decision | null {
  const problem = problemOf(request);
  const result = solve({ ...problem, effort: Math.min(steps, problem.effort) });
  return result.complete || problem.effort <= steps ? decisionOf(request, problem, result, false) : null;
}

function problemOf(request: RoutingRequest): Problem {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new InvalidRequest(parsed.faults);
  return parsed.problem;
}

function decisionOf(request: RoutingRequest, problem: Problem, result: Solved, explained: boolean): Decision {
  const head = { requestDigest: digestOf(request), engineVersion: ENGINE_VERSION };
  const { best } = result;
  const shipped = best !== null && best.shipments.length > 0 ? best : null;
  const candidates = candidatesOf(request, problem, shipped);
  const explanation = explained ? explain(request, problem, result) : {};
  if (!shipped) {
    const decided = result.complete;
    return {
      status: decided ? 'unroutable' : 'undecided',
      shipments: [],
      unfilled: decided
        ? problem.lines.map((line, index) => ({
            lineId: line.id,
            sku: problem.skus[line.sku] ?? '',
            quantity: line.quantity,
            reason: best ? 'COSTLIER' : bindingReason(request, problem, index),
          }))
        : [],
      ...(decided ? { proof: { kind: 'optimal' } } : {}),
      candidates,
      ...explanation,
      ...head,
    };
  }
  const unfilled = problem.lines.flatMap((line, index) => {
    const quantity = line.quantity - shipped.shipments.reduce((sum, shipment) => sum + (shipment.load[index] ?? 0), 0);
    if (quantity === 0) return [];
    return [
      { lineId: line.id, sku: problem.skus[line.sku] ?? '', quantity, reason: unfilledReason(request, problem, index) },
    ];
  });
  return {
    status: unfilled.length > 0 ? 'partial' : 'routed',
    shipments: shipped.shipments.map((shipment) => shipmentOf(problem, shipment)),
    unfilled,
    landedCost: landedOf(shipped),
    objective: formatAmount(shipped.objective),
    unfilledValue: formatAmount(shipped.unfilledValue),
    proof: proofOf(problem, result, shipped),
    candidates,
    ...explanation,
    ...head,
  };
}

/** Of the reasons that keep each node from this line, the one that comes last in their order: the nearest to being served. */
function bindingReason(request: RoutingRequest, problem: Problem, line: number): ReasonCode {
  const group = problem.lines[line]?.group ?? null;
  const lines = group === null ? [line] : [...problem.lines.keys()].filter((at) => problem.lines[at]?.group === group);
  const obstacles = new Obstacles(request, problem, lines);
  const codes = problem.nodes.map((node) => obstacles.codeOf(node));
  if (codes.length === 0) return 'NO_OFFER';
  if (codes.includes(null)) {
    const wanted = problem.lines[line];
    const reach = problem.nodes.reduce(
      (sum, node) => sum + Math.min(node.offers[wanted?.sku ?? 0]?.available ?? 0, node.remainingUnits),
      0,
    );
    if (reach < (wanted?.quantity ?? 0)) return 'NO_STOCK';
    return problem.maxShipments < problem.nodes.length ? 'SHIPMENT_LIMIT' : 'NO_STOCK';
  }
  return codes.reduce<ReasonCode>(
    (latest, code) => (code !== null && REASON_ORDER.indexOf(code) > REASON_ORDER.indexOf(latest) ? code : latest),
    'NO_OFFER',
  );
}

/** Units were left although some were shipped: for want of stock or a way, else because shipping them costs more. */
function unfilledReason(request: RoutingRequest, problem: Problem, line: number): ReasonCode {
  const wanted = problem.lines[line];
  const obstacles = new Obstacles(request, problem, [line]);
  const able = problem.nodes.filter((node) => obstacles.codeOf(node) === null);
  if (able.length === 0) return bindingReason(request, problem, line);
  const reach = able.reduce(
    (sum, node) => sum + Math.min(node.offers[wanted?.sku ?? 0]?.available ?? 0, node.remainingUnits),
    0,
  );
  if (reach < (wanted?.quantity ?? 0)) return 'NO_STOCK';
  return problem.unfilled === 'allow' ? 'SHIPMENT_LIMIT' : 'COSTLIER';
}
