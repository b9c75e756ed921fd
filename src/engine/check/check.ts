import { createHash } from 'node:crypto';
import type { DecidedShipment, Decision } from '../decision.js';
import type { RequestLine, RoutingRequest } from '../request.js';
import {
  compareShipment,
  type Judged,
  judgeShipment,
  LARGEST,
  type Planned,
  tenThousandths,
} from './check-shipment.js';

/** One thing that is wrong with a plan or a decision; `path` is where in the decision. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** A plan's figures, recomputed. Amounts in 1/10000. */
export interface JudgedPlan {
  readonly violations: readonly Violation[];
  readonly shipments: readonly Judged[];
  readonly landed: bigint;
  readonly objective: bigint;
  readonly unfilledValue: bigint;
  /** As `unfilledValue`, but a unit that costs the customer nothing counts 0.0001. */
  readonly unfilledCompared: bigint;
}

/**
 * Judges a plan by ROUTING.md's "Plan" and "Cost" alone, from the request as it came: it shares no code with the search, not even
 * the parser, and counts in big integers. The request is taken to be valid.
 */
export function judgePlan(request: RoutingRequest, planned: readonly Planned[]): JudgedPlan {
  const violations: Violation[] = [];
  const fault = (path: string, message: string) => violations.push({ path, message });
  const { policy, order } = request;
  const shipments = planned.map((shipment, at) => {
    const judged = judgeShipment(request, shipment);
    for (const message of judged.violations) fault(`shipments[${at}]`, message);
    return judged;
  });
  if (new Set(planned.map((shipment) => shipment.nodeId)).size < planned.length)
    fault('shipments', 'a node sends two shipments');
  if (policy.maxShipments !== undefined && planned.length > policy.maxShipments)
    fault('shipments', `${planned.length} shipments, at most ${policy.maxShipments} are allowed`);

  const mayLeave = policy.unfilled !== undefined && policy.unfilled !== 'forbid';
  let unfilledValue = 0n;
  let unfilledCompared = 0n;
  for (const line of order.lines ?? []) {
    const parts = planned.map((shipment) => unitsOf(shipment, line)).filter((units) => units > 0);
    const shipped = parts.reduce((sum, units) => sum + units, 0);
    const left = line.quantity - shipped;
    if (left < 0) fault(`lines.${line.id}`, `${shipped} units shipped of ${line.quantity}`);
    if (left > 0 && !mayLeave) fault(`lines.${line.id}`, `${left} units unfilled`);
    if (line.partial === false && left > 0 && shipped > 0) fault(`lines.${line.id}`, 'goes whole or not at all');
    if (policy.splitLines === false && parts.length > 1) fault(`lines.${line.id}`, 'is split');
    const price = tenThousandths(line.unitPrice);
    unfilledValue += price * BigInt(left);
    unfilledCompared += (price > 0n ? price : 1n) * BigInt(left);
  }
  for (const group of new Set((order.lines ?? []).map((line) => line.group))) {
    if (group === undefined) continue;
    const lines = (order.lines ?? []).filter((line) => line.group === group);
    const holding = planned.filter((shipment) => lines.some((line) => unitsOf(shipment, line) > 0));
    const whole = holding.every((shipment) => lines.every((line) => unitsOf(shipment, line) === line.quantity));
    if (holding.length > 1 || !whole) fault(`groups.${group}`, 'goes whole in one shipment or not at all');
  }

  const landed = shipments.reduce((sum, shipment) => sum + shipment.landed, 0n);
  let objective = shipments.reduce((sum, shipment) => sum + shipment.landed + shipment.steering, 0n);
  if (planned.length > 1) objective += tenThousandths(policy.shipmentPenalty ?? '0') * BigInt(planned.length - 1);
  if (typeof policy.unfilled === 'object')
    objective += (unfilledValue * tenThousandths(policy.unfilled.costPerValue) + 5_000n) / 10_000n;
  return { violations, shipments, landed, objective, unfilledValue, unfilledCompared };
}

function unitsOf(shipment: Planned, line: RequestLine): number {
  return shipment.items.reduce((sum, item) => sum + (item.lineId === line.id ? item.quantity : 0), 0);
}

/**
 * Everything that is wrong with a decision: its plan's feasibility, every amount, weight, measure and moment, the totals, the
 * bookkeeping of units, the status and the candidates' flags. Empty where all is right; says nothing about whether the plan is the best.
 */
export function checkDecision(request: RoutingRequest, decision: Decision): Violation[] {
  const plan = judgePlan(request, decision.shipments);
  const ships = decision.shipments.length > 0;
  const violations = ships ? [...plan.violations] : [];
  const same = (path: string, got: unknown, expected: unknown) => {
    if (JSON.stringify(got) !== JSON.stringify(expected))
      violations.push({ path, message: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}` });
  };
  if (!ships && (decision.status === 'routed' || decision.status === 'partial'))
    violations.push({ path: 'status', message: `${decision.status} without a shipment` });
  if (decision.status === 'undecided') same('proof', decision.proof, undefined);
  if (decision.status === 'unroutable') same('proof', decision.proof, { kind: 'optimal' });

  decision.shipments.forEach((shipment, at) => {
    const judged = plan.shipments[at];
    if (judged)
      for (const [path, got, expected] of compareShipment(shipment, judged))
        same(`shipments[${at}].${path}`, got, expected);
  });
  same('shipments', decision.shipments.map(nodeIdOf), decision.shipments.map(nodeIdOf).sort(byCodeUnits));

  if (decision.status !== 'undecided') {
    const left = (request.order.lines ?? []).flatMap((line) => {
      const shipped = decision.shipments.reduce((sum, shipment) => sum + unitsOf(shipment, line), 0);
      return shipped < line.quantity ? [{ lineId: line.id, sku: line.sku, quantity: line.quantity - shipped }] : [];
    });
    same(
      'unfilled',
      decision.unfilled.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
      left,
    );
    if (ships) same('status', decision.status, left.length > 0 ? 'partial' : 'routed');
  }
  same('landedCost', decision.landedCost, ships ? amountText(plan.landed) : undefined);
  same('objective', decision.objective, ships ? amountText(plan.objective) : undefined);
  same('unfilledValue', decision.unfilledValue, ships ? amountText(plan.unfilledValue) : undefined);
  if (decision.proof?.kind === 'bounded') {
    const bound = tenThousandths(decision.proof.lowerBound);
    same('proof.gap', decision.proof.gap, amountText(plan.objective - bound));
    if (bound > plan.objective) violations.push({ path: 'proof.lowerBound', message: 'lies above the objective' });
  }
  same(
    'candidates',
    decision.candidates.map(({ nodeId, used }) => ({ nodeId, used })),
    (request.nodes ?? []).map(({ id }) => ({
      nodeId: id,
      used: decision.shipments.some(({ nodeId }) => nodeId === id),
    })),
  );
  same('requestDigest', decision.requestDigest, createHash('sha256').update(canonical(request)).digest('hex'));
  for (const candidate of decision.candidates)
    if (candidate.used === (candidate.code !== undefined))
      violations.push({
        path: `candidates.${candidate.nodeId}`,
        message: 'has a code where, and only where, it is unused',
      });
  return violations;
}

/**
 * Which of two feasible plans is better: negative where it is `a`. Source: ROUTING.md, "Cost", with its ties.
 */
export function comparePlanned(
  request: RoutingRequest,
  a: { readonly planned: readonly Planned[]; readonly judged: JudgedPlan },
  b: { readonly planned: readonly Planned[]; readonly judged: JudgedPlan },
): number {
  const figures = ({ planned, judged }: typeof a) => [
    ...(request.policy.unfilled === 'allow' ? [judged.unfilledCompared] : []),
    judged.objective,
    BigInt(planned.length),
    judged.shipments.reduce((last, { arrivesAt }) => (arrivesAt > last ? arrivesAt : last), -LARGEST),
  ];
  const [ours, theirs] = [figures(a), figures(b)];
  for (const [at, figure] of ours.entries()) {
    const other = theirs[at] ?? 0n;
    if (figure !== other) return figure < other ? -1 : 1;
  }
  const [first, second] = [a, b].map(({ planned }) => [...planned].sort((x, y) => byCodeUnits(x.nodeId, y.nodeId)));
  for (const [at, shipment] of (first ?? []).entries()) {
    const other = second?.[at];
    const order =
      byCodeUnits(shipment.nodeId, other?.nodeId ?? '') || byCodeUnits(shipment.serviceId, other?.serviceId ?? '');
    if (order !== 0) return order;
  }
  for (const line of request.order.lines ?? []) {
    for (const [at, shipment] of (first ?? []).entries()) {
      const other = second?.[at];
      const more = (other ? unitsOf(other, line) : 0) - unitsOf(shipment, line);
      if (more !== 0) return more;
    }
  }
  return 0;
}

/** RFC 8785: keys by UTF-16 code units, no white space; JSON.stringify writes texts and numbers as it asks. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => byCodeUnits(a, b));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}

function nodeIdOf(shipment: DecidedShipment): string {
  return shipment.nodeId;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function amountText(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(5, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
