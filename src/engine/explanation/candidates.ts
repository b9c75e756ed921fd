import { formatAmount } from '../../model/money.js';
import type { Candidate } from '../decision.js';
import { momentText } from '../moment-text.js';
import type { Plan } from '../plan.js';
import { type Problem, type ProblemNode, type ProblemService, UNLIMITED } from '../problem.js';
import type { ReasonCode } from '../reasons.js';
import type { RoutingRequest } from '../request.js';
import { firstStageWithout, greatestGoods, type Stage, Wanted, type Way } from './obstacle.js';
import { type FoundSwap, Swaps } from './swap.js';

/** Why a node could be in no feasible shipment of these lines, or null where it could. */
export interface Obstacle {
  readonly code: ReasonCode;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly ruleId?: string;
}

/** Every node in request order, with whether it is used and why not, with the numbers. `plan`: what ships; null where nothing does. */
export function candidatesOf(request: RoutingRequest, problem: Problem, plan: Plan | null): Candidate[] {
  const used = plan === null ? [] : plan.shipments.map(({ node }) => node);
  const swaps = plan === null ? null : new Swaps(problem, plan);
  const obstacles = new Obstacles(request, problem, [...problem.lines.keys()]);
  return problem.nodes.map((node) => {
    if (used.includes(node)) return { nodeId: node.id, used: true };
    const found = swaps === null ? null : swaps.nearest(node);
    const obstacle = found?.proves ? null : obstacles.of(node);
    if (obstacle === null) return { nodeId: node.id, used: false, code: 'COSTLIER', facts: dearness(found) };
    const { code, facts, ruleId } = obstacle;
    if (ruleId === undefined) return { nodeId: node.id, used: false, code, facts };
    return { nodeId: node.id, used: false, code, facts, ruleId };
  });
}

/** Of a node that could serve: whose goods it would have to take over, and what that would cost more. */
function dearness(found: FoundSwap | null): Readonly<Record<string, unknown>> {
  // A plan that is not proven best may cost more than the swapped one: that says nothing against the node.
  if (found === null || found.swap.difference < 0) return {};
  const { insteadOf, lines } = found.swap;
  const difference = formatAmount(found.swap.difference);
  return lines === undefined ? { insteadOf, difference } : { insteadOf, lines, difference };
}

/** What keeps nodes from shipping any of the given lines. */
export class Obstacles {
  private readonly wanted: Wanted;
  private noOffer: Readonly<Record<string, unknown>> | null = null;

  constructor(
    private readonly request: RoutingRequest,
    private readonly problem: Problem,
    private readonly lines: readonly number[],
  ) {
    this.wanted = new Wanted(problem, lines);
  }

  /** The first reason, in their order, that leaves the node no shipment with any of the lines; null where it could ship. */
  codeOf(node: ProblemNode): ReasonCode | null {
    return firstStageWithout(this.wanted, node)?.stage ?? null;
  }

  /** The same with the numbers behind it. */
  of(node: ProblemNode): Obstacle | null {
    const { request, problem, lines } = this;
    const found = firstStageWithout(this.wanted, node);
    if (!found) return null;
    const { stage, before } = found;
    if (stage === 'EXCLUDED_BY_RULE') {
      const rule = ruleAgainst(request, problem, node, before());
      return {
        code: stage,
        facts: { reason: rule?.reason ?? '' },
        ...(rule?.ruleId === undefined ? {} : { ruleId: rule.ruleId }),
      };
    }
    if (stage === 'NO_OFFER') return { code: stage, facts: this.notOffered(lines) };
    return { code: stage, facts: factsOf(problem, node, stage, before()) };
  }

  /** Shared by all nodes that offer none of the lines. */
  private notOffered(lines: readonly number[]): Readonly<Record<string, unknown>> {
    const { problem } = this;
    this.noOffer ??= { skus: [...new Set(lines.map((line) => problem.skus[problem.lines[line]?.sku ?? 0] ?? ''))] };
    return this.noOffer;
  }
}

function ruleAgainst(request: RoutingRequest, problem: Problem, node: ProblemNode, before: readonly Way[]) {
  return (request.exclusions ?? []).find(
    (rule) =>
      (rule.nodeId ?? node.id) === node.id &&
      before.some(
        ({ service, pieces }) =>
          (rule.serviceId ?? service?.id) === service?.id &&
          (rule.sku === undefined || skusOf(problem, pieces).some((sku) => problem.skus[sku] === rule.sku)),
      ),
  );
}

function skusOf(problem: Problem, pieces: Way['pieces']): number[] {
  const skus: number[] = [];
  for (const piece of pieces)
    for (const line of piece.lines) {
      const sku = problem.lines[line]?.sku ?? 0;
      if (!skus.includes(sku)) skus.push(sku);
    }
  return skus;
}

/** The numbers that decided it, of the goods and services that the stages before had left. */
function factsOf(
  problem: Problem,
  node: ProblemNode,
  stage: Exclude<Stage, 'NO_OFFER' | 'EXCLUDED_BY_RULE'>,
  before: readonly Way[],
): Readonly<Record<string, unknown>> {
  switch (stage) {
    case 'NO_STOCK':
      return {
        offers: offersOf(problem, node, before).map(({ sku, offer, wanted }) => ({
          sku,
          available: offer.available,
          wanted,
        })),
      };
    case 'BELOW_MINIMUM_QUANTITY':
      return {
        offers: offersOf(problem, node, before).map(({ sku, most, offer }) => ({
          sku,
          most,
          minimumQuantity: offer.minimum,
        })),
      };
    case 'NOT_A_MULTIPLE':
      return {
        offers: offersOf(problem, node, before).map(({ sku, most, offer }) => ({
          sku,
          most,
          quantityMultiple: offer.multiple,
        })),
      };
    case 'BELOW_MINIMUM_VALUE':
      return {
        goods: formatAmount(
          offersOf(problem, node, before).reduce((sum, { offer, most }) => sum + greatestGoods(offer, most), 0),
        ),
        minimumOrderValue: formatAmount(node.minimumOrderValue ?? 0),
      };
    case 'NO_CAPACITY':
      return { remainingUnits: node.remainingUnits };
    case 'NO_SERVICE':
      return { services: node.services.length };
    case 'TOO_HEAVY':
      return { maximum: Object.fromEntries(node.services.map((service) => [service.id, greatestMeasure(service)])) };
    case 'TAG_NOT_CARRIED':
      return {
        tags: [...new Set(before.flatMap(({ service }) => service?.excludedTags ?? []))].filter((tag) =>
          problem.lines.some((line) => line.tags.includes(tag)),
        ),
      };
    case 'TOO_LATE':
      return {
        arrivesAt: momentText(earliestArrival(problem, node, before)),
        deliverBy: momentText(problem.deliverBy ?? 0),
      };
  }
}

function offersOf(problem: Problem, node: ProblemNode, before: readonly Way[]) {
  const skus = skusOf(
    problem,
    before.length === 1 ? (before[0] as Way).pieces : before.flatMap(({ pieces }) => pieces),
  );
  return skus.flatMap((sku) => {
    const offer = node.offers[sku];
    const wanted = problem.lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
    return offer ? [{ sku: problem.skus[sku] ?? '', offer, wanted, most: Math.min(wanted, offer.available) }] : [];
  });
}

function earliestArrival(problem: Problem, node: ProblemNode, before: readonly Way[]): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { service, pieces } of before)
    for (const piece of pieces) {
      let ready = node.readyAt;
      for (const line of piece.lines)
        ready = Math.max(ready, node.offers[problem.lines[line]?.sku ?? 0]?.readyAt ?? node.readyAt);
      earliest = Math.min(earliest, ready + (service?.transitMs ?? 0));
    }
  return earliest;
}

function greatestMeasure(service: ProblemService): number | string | null {
  const greatest = service.beyond ? service.maximum : Math.min(service.maximum, service.rates.at(-1)?.upTo ?? 0);
  if (greatest === UNLIMITED) return null;
  return service.basis === 'goods' ? formatAmount(greatest) : greatest;
}
