import { unitCostAt } from './cost.js';
import type { Candidate } from './decision.js';
import type { Problem, ProblemNode, ProblemOffer, ProblemService } from './problem.js';
import type { ReasonCode } from './reasons.js';
import type { RoutingRequest } from './request.js';

/** Why a node could be in no feasible shipment of these lines, or null where it could. */
export interface Obstacle {
  readonly code: ReasonCode;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly ruleId?: string;
}

/** Every node in request order, with whether it is used and why not. */
export function candidatesOf(request: RoutingRequest, problem: Problem, used: ReadonlySet<string>): Candidate[] {
  return problem.nodes.map((node) => {
    if (used.has(node.id)) return { nodeId: node.id, used: true };
    const obstacle = obstacleOf(request, problem, node, [...problem.lines.keys()]);
    return { nodeId: node.id, used: false, ...(obstacle ?? { code: 'COSTLIER' as const, facts: {} }) };
  });
}

interface Option {
  readonly line: number;
  readonly offer: ProblemOffer;
  /** Least and most units of the SKU that one shipment could hold. */
  least: number;
  most: number;
}

/**
 * Walks the reasons in their order, each time keeping what still could be shipped of the given lines; the first that leaves nothing
 * is the obstacle. Minimums are judged on the most that the lines together could bring, carriage on the least of one SKU.
 */
export function obstacleOf(
  request: RoutingRequest,
  problem: Problem,
  node: ProblemNode,
  lines: readonly number[],
): Obstacle | null {
  const wanted = (sku: number) =>
    problem.lines.reduce((sum, line, at) => sum + (line.sku === sku && lines.includes(at) ? line.quantity : 0), 0);
  const skuOf = (line: number) => problem.lines[line]?.sku ?? 0;
  const skuName = (line: number) => problem.skus[skuOf(line)] ?? '';
  let options: Option[] = lines.flatMap((line) => {
    const offer = node.offers[skuOf(line)];
    return offer ? [{ line, offer, least: 1, most: Math.min(wanted(skuOf(line)), offer.available) }] : [];
  });
  const keep = (test: (option: Option) => boolean) => {
    options = options.filter(test);
    return options.length > 0;
  };
  if (options.length === 0) return { code: 'NO_OFFER', facts: { skus: lines.map(skuName) } };
  const offered = options;
  if (!keep((option) => option.most > 0))
    return {
      code: 'NO_STOCK',
      facts: { available: Object.fromEntries(offered.map((option) => [skuName(option.line), option.offer.available])) },
    };
  const stocked = options;
  if (!keep((option) => option.most >= option.offer.minimum)) {
    return {
      code: 'BELOW_MINIMUM_QUANTITY',
      facts: {
        offers: stocked.map((option) => ({
          sku: skuName(option.line),
          most: option.most,
          minimumQuantity: option.offer.minimum,
        })),
      },
    };
  }
  const above = options;
  for (const option of options) {
    option.least = Math.ceil(option.offer.minimum / option.offer.multiple) * option.offer.multiple;
    option.most -= option.most % option.offer.multiple;
  }
  if (!keep((option) => option.most >= option.least)) {
    return {
      code: 'NOT_A_MULTIPLE',
      facts: {
        offers: above.map((option) => ({ sku: skuName(option.line), quantityMultiple: option.offer.multiple })),
      },
    };
  }
  if (node.minimumOrderValue !== null && node.smallOrderFee === null) {
    const perSku = new Map(options.map((option) => [skuOf(option.line), option]));
    const goods = [...perSku.values()].reduce((sum, option) => sum + mostGoods(option), 0);
    if (goods < node.minimumOrderValue)
      return {
        code: 'BELOW_MINIMUM_VALUE',
        facts: { goods: goods / 10_000, minimumOrderValue: node.minimumOrderValue / 10_000 },
      };
  }
  if (!keep((option) => option.least <= node.remainingUnits))
    return { code: 'NO_CAPACITY', facts: { remainingUnits: node.remainingUnits } };

  type Way = { option: Option; service: ProblemService };
  const open = node.services.filter((service) => service.rates.length > 0);
  if (open.length === 0) return { code: 'NO_SERVICE', facts: { services: node.services.length } };
  let ways: Way[] = options.flatMap((option) => open.map((service) => ({ option, service })));
  const pass = (test: (way: Way) => boolean) => {
    ways = ways.filter(test);
    return ways.length > 0;
  };
  if (!pass(({ option, service }) => leastMeasure(problem, option, service) <= greatestMeasure(service))) {
    return {
      code: 'TOO_HEAVY',
      facts: { maximum: Object.fromEntries(open.map((service) => [service.id, greatestMeasure(service)])) },
    };
  }
  if (
    !pass(({ option, service }) => !service.excludedTags.some((tag) => problem.lines[option.line]?.tags.includes(tag)))
  ) {
    return {
      code: 'TAG_NOT_CARRIED',
      facts: { tags: [...new Set(lines.flatMap((line) => problem.lines[line]?.tags ?? []))] },
    };
  }
  const { deliverBy, latePerDay } = problem;
  if (deliverBy !== null && latePerDay === null) {
    const arrival = ({ option, service }: Way) => Math.max(node.readyAt, option.offer.readyAt) + service.transitMs;
    const earliest = Math.min(...ways.map(arrival));
    if (!pass((way) => arrival(way) <= deliverBy)) {
      return {
        code: 'TOO_LATE',
        facts: { arrivesAt: new Date(earliest).toISOString(), deliverBy: new Date(deliverBy).toISOString() },
      };
    }
  }
  const last = ways;
  if (!pass(({ option, service }) => !service.excludedSkus[skuOf(option.line)])) {
    const rule = (request.exclusions ?? []).find(
      (exclusion) =>
        (exclusion.nodeId ?? node.id) === node.id &&
        last.some(
          ({ option, service }) =>
            (exclusion.sku ?? skuName(option.line)) === skuName(option.line) &&
            (exclusion.serviceId ?? service.id) === service.id,
        ),
    );
    return {
      code: 'EXCLUDED_BY_RULE',
      facts: { reason: rule?.reason ?? '' },
      ...(rule?.ruleId === undefined ? {} : { ruleId: rule.ruleId }),
    };
  }
  return null;
}

/** Goods need not rise with the quantity: a price break may make more cost less. */
function mostGoods(option: Option): number {
  const ends = [option.most, ...option.offer.costs.map((step) => step.from - 1)].map(
    (end) => end - (end % option.offer.multiple),
  );
  return Math.max(
    ...ends
      .filter((end) => end >= option.least && end <= option.most)
      .map((end) => unitCostAt(option.offer.costs, end) * end),
    0,
  );
}

function leastMeasure(problem: Problem, option: Option, service: ProblemService): number {
  const line = problem.lines[option.line];
  if (!line) return Number.POSITIVE_INFINITY;
  if (service.basis === 'units') return option.least;
  if (service.basis === 'goods')
    return Math.min(...option.offer.costs.map((step) => step.cost * Math.max(step.from, option.least)));
  const grams = line.grams * option.least;
  return service.divisor === null
    ? grams
    : Math.max(grams, Math.ceil((line.volume * option.least * 1000) / service.divisor));
}

function greatestMeasure(service: ProblemService): number {
  return service.beyond ? service.maximum : Math.min(service.maximum, service.rates.at(-1)?.upTo ?? 0);
}
