import { createHash } from 'node:crypto';
import { formatAmount } from '../model/money.js';
import { candidatesOf, obstacleOf } from './candidates.js';
import { canonicalJson } from './canonical.js';
import type { PricedShipment } from './cost.js';
import type { Alternative, Counterfactual, DecidedShipment, Decision, Proof } from './decision.js';
import { parseRequest } from './parse.js';
import { compareText, type Plan } from './plan.js';
import type { Problem } from './problem.js';
import type { RequestFault } from './reader.js';
import { REASON_ORDER, type ReasonCode } from './reasons.js';
import type { RoutingRequest } from './request.js';
import { type Solved, solve } from './solve.js';

/** Changes whenever a decision for the same request may change in any byte. */
export const ENGINE_VERSION = '1.0.0';

/** A request that breaks ROUTING.md's rules, with every fault by its path. */
export class InvalidRequest extends Error {
  constructor(readonly faults: readonly RequestFault[]) {
    super(
      `the routing request is refused: ${faults
        .slice(0, 3)
        .map((fault) => `${fault.path}: ${fault.message}`)
        .join('; ')}`,
    );
  }
}

/**
 * Decides one routing request: the plan of least objective, with its proof and the reason for every node that is not in it.
 *
 * Pure: same request, same bytes. `explain` adds alternatives and counterfactuals, which cost further searches.
 * Errors: InvalidRequest. Source: ROUTING.md.
 */
export function decide(request: RoutingRequest, options: { readonly explain?: boolean } = {}): Decision {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new InvalidRequest(parsed.faults);
  const { problem } = parsed;
  const result = solve(problem);
  const head = { requestDigest: digestOf(request), engineVersion: ENGINE_VERSION };
  const { best } = result;
  const shipped = best !== null && best.shipments.length > 0 ? best : null;
  const used = new Set(shipped?.shipments.map((shipment) => shipment.node.id));
  const candidates = candidatesOf(request, problem, used);
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
    shipments: shipped.shipments.map((shipment) => decided(problem, shipment)),
    unfilled,
    landedCost: landedOf(shipped),
    objective: formatAmount(shipped.objective),
    unfilledValue: formatAmount(shipped.unfilledValue),
    proof: proofOf(problem, result, shipped),
    candidates,
    ...(options.explain ? explain(problem, shipped) : {}),
    ...head,
  };
}

/** SHA-256 of the request's canonical JSON (RFC 8785), lower-case hex. */
export function digestOf(request: RoutingRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

function decided(problem: Problem, shipment: PricedShipment): DecidedShipment {
  return {
    nodeId: shipment.node.id,
    vendorId: shipment.node.vendorId,
    serviceId: shipment.service.id,
    items: problem.lines.flatMap((line, index) => {
      const quantity = shipment.load[index] ?? 0;
      return quantity > 0 ? [{ lineId: line.id, sku: problem.skus[line.sku] ?? '', quantity }] : [];
    }),
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

/** UTC with Z; fractions of a second only where there are some. */
function momentText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function landedOf(plan: Plan): string {
  return formatAmount(plan.shipments.reduce((sum, shipment) => sum + shipment.landed, 0));
}

function proofOf(problem: Problem, result: Solved, best: Plan): Proof {
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

/** Of the reasons that keep each node from this line, the one that comes last in their order: the nearest to being served. */
function bindingReason(request: RoutingRequest, problem: Problem, line: number): ReasonCode {
  const group = problem.lines[line]?.group ?? null;
  const lines = group === null ? [line] : [...problem.lines.keys()].filter((at) => problem.lines[at]?.group === group);
  const codes = problem.nodes.map((node) => obstacleOf(request, problem, node, lines)?.code ?? null);
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
  const able = problem.nodes.filter((node) => obstacleOf(request, problem, node, [line]) === null);
  if (able.length === 0) return bindingReason(request, problem, line);
  const reach = able.reduce(
    (sum, node) => sum + Math.min(node.offers[wanted?.sku ?? 0]?.available ?? 0, node.remainingUnits),
    0,
  );
  if (reach < (wanted?.quantity ?? 0)) return 'NO_STOCK';
  return problem.unfilled === 'allow' ? 'SHIPMENT_LIMIT' : 'COSTLIER';
}

function explain(problem: Problem, best: Plan): { alternatives: Alternative[]; counterfactuals: Counterfactual[] } {
  const [main] = [...best.shipments].sort((a, b) => b.goods - a.goods || compareText(a.node.id, b.node.id));
  const alternatives: Alternative[] = [];
  if (main) {
    const without = solve(problem, { without: main.node.index });
    const plan = without.best;
    alternatives.push(
      plan && plan.shipments.length > 0
        ? {
            withoutNodeId: main.node.id,
            shipments: plan.shipments.map((shipment) => decided(problem, shipment)),
            landedCost: landedOf(plan),
            objective: formatAmount(plan.objective),
            proof: proofOf(problem, without, plan),
            difference: formatAmount(plan.objective - best.objective),
          }
        : { withoutNodeId: main.node.id, shipments: [] },
    );
  }
  const used = new Set(best.shipments.map((shipment) => shipment.node.index));
  const counterfactuals = problem.nodes.flatMap((node) => {
    if (used.has(node.index)) return [];
    const { best: forced, complete } = solve(problem, { mustUse: node.index });
    if (!forced || !complete || forced.unfilledCompared > best.unfilledCompared) return [];
    // One more ten-thousandth than the difference, so that it wins and does not merely tie.
    const less = forced.objective - best.objective + 1;
    return [
      {
        nodeId: node.id,
        path: `nodes[${node.index}].adjustment`,
        from: formatAmount(node.adjustment),
        to: formatAmount(node.adjustment - less),
        objective: formatAmount(best.objective - 1),
      },
    ];
  });
  counterfactuals.sort((a, b) => change(a) - change(b) || compareText(a.nodeId, b.nodeId));
  return { alternatives, counterfactuals };
}

function change(counterfactual: { from: string; to: string }): number {
  return Math.abs(Number(counterfactual.from) - Number(counterfactual.to));
}
