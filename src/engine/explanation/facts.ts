import { formatAmount } from '../../model/money.js';
import { momentText } from '../moment-text.js';
import {
  type Problem,
  type ProblemLine,
  type ProblemNode,
  type ProblemOffer,
  type ProblemService,
  UNLIMITED,
} from '../problem.js';
import type { RuleReason } from '../reasons.js';
import type { RequestExclusion, RoutingRequest } from '../request.js';
import { nodeWith } from './copies.js';
import type { NodeLoads } from './node-loads.js';
import { earliestArrival, greatestGoods, leastMeasure, leastUnits } from './thresholds.js';

/** Numbers behind a reason, as docs/decisions.md lists them. */
export type Facts = Readonly<Record<string, unknown>>;

/** The SKUs asked for that a node does not offer. */
export function notOffered({ skus }: Problem, node: ProblemNode): Facts {
  return { skus: skus.filter((_, sku) => node.offers[sku] === null) };
}

/** The first rule of the request that excludes something of what could ship without rules. */
export function ruleAgainst(request: RoutingRequest, before: NodeLoads): RequestExclusion | undefined {
  const { problem, node } = before;
  return (request.exclusions ?? []).find((rule) => {
    const services = node.services.filter(({ id }) => (rule.serviceId ?? id) === id);
    if ((rule.nodeId ?? node.id) !== node.id || services.length === 0) return false;
    const loads = before.with(problem, nodeWith(node, { services }));
    const sku = rule.sku === undefined ? null : problem.skus.indexOf(rule.sku);
    return (sku === null ? loads.exist() : loads.hold(sku)) !== false;
  });
}

type WithFacts = Exclude<RuleReason, 'NO_OFFER' | 'EXCLUDED_BY_RULE' | 'SHIPMENT_LIMIT'>;

/** By reason, the numbers that decided it. `before`: what the rules before it leave; `node` and `problem`: as the request has them. */
export const FACTS_OF: {
  readonly [reason in WithFacts]: (before: NodeLoads, node: ProblemNode, problem: Problem) => Facts;
} = {
  NO_STOCK: (before, node) => ({
    offers: offersOf(before, node, ({ offer, need }) => offer.available < need).map(({ sku, offer, wanted }) => ({
      sku,
      available: offer.available,
      wanted,
    })),
  }),
  BELOW_MINIMUM_QUANTITY: (before, node) => ({
    offers: offersOf(before, node, ({ offer, most }) => most < offer.minimum).map(({ sku, offer, most }) => ({
      sku,
      most,
      minimumQuantity: offer.minimum,
    })),
  }),
  NOT_A_MULTIPLE: (before, node) => ({
    offers: offersOf(before, node, isNoMultiple).map(({ sku, offer, most, whole }) => ({
      sku,
      most,
      ...(whole ? { whole } : {}),
      quantityMultiple: offer.multiple,
    })),
  }),
  BELOW_MINIMUM_VALUE: (before, { minimumOrderValue }) => ({
    ...known('goods', greatestGoods(before, minimumOrderValue ?? 0), formatAmount),
    minimumOrderValue: formatAmount(minimumOrderValue ?? 0),
  }),
  NO_CAPACITY: (before, { remainingUnits }) => ({ remainingUnits, ...known('needed', leastUnits(before), Number) }),
  NO_SERVICE: (_before, { services }) => ({ services: services.length }),
  TOO_HEAVY: (before, { services }) => {
    const priced = services.filter(({ rates }) => rates.length > 0);
    const byService = (measure: (service: ProblemService) => number | null) =>
      Object.fromEntries(
        priced.flatMap((service) => {
          const found = measure(service);
          return found === null ? [] : [[service.id, service.basis === 'goods' ? formatAmount(found) : found]];
        }),
      );
    return {
      maximum: byService(greatestMeasure),
      needed: byService((service) => leastMeasure(before, service)),
    };
  },
  TAG_NOT_CARRIED: (before, { services }) => {
    const tags = before.ways().flatMap(({ service, pieces }) => {
      const held = pieces.flatMap(({ lines }) => lines.flatMap((line) => before.problem.lines[line]?.tags ?? []));
      return services.find(({ id }) => id === service.id)?.excludedTags.filter((tag) => held.includes(tag)) ?? [];
    });
    return { tags: [...new Set(tags)] };
  },
  TOO_LATE: (before, _node, { deliverBy }) => ({
    ...known('arrivesAt', earliestArrival(before), momentText),
    deliverBy: momentText(deliverBy ?? 0),
  }),
};

/** A fact, where it is known. */
function known(name: string, value: number | null, shown: (value: number) => unknown): Facts {
  return value === null ? {} : { [name]: shown(value) };
}

/** An offer of something that could ship. */
interface AskedOffer {
  readonly sku: string;
  readonly offer: ProblemOffer;
  /** Units that the order asks for in all, and how many of these there are. */
  readonly wanted: number;
  readonly most: number;
  /** The fewest units without which some line, or kit, cannot go. */
  readonly need: number;
  /** Whether no line with this SKU may go in part. */
  readonly whole: boolean;
}

/** The offers of all that could ship; of these the ones that are to blame, or all where none is by itself. */
function offersOf(before: NodeLoads, node: ProblemNode, isToBlame: (asked: AskedOffer) => boolean): AskedOffer[] {
  const { problem } = before;
  const asked = new Map<number, AskedOffer>();
  for (const piece of new Set(before.ways().flatMap(({ pieces }) => pieces)))
    for (const index of piece.lines) {
      const { sku } = problem.lines[index] as ProblemLine;
      const offer = node.offers[sku];
      if (!offer) continue;
      const { need, whole } = asked.get(sku) ?? { need: 1, whole: true };
      const wanted = unitsOf(problem, sku, [...problem.lines.keys()]);
      asked.set(sku, {
        sku: problem.skus[sku] ?? '',
        offer,
        wanted,
        most: Math.min(wanted, offer.available),
        need: piece.whole ? Math.max(need, unitsOf(problem, sku, piece.lines)) : need,
        whole: whole && piece.whole,
      });
    }
  const offers = [...asked.values()];
  const blamed = offers.filter(isToBlame);
  return blamed.length > 0 ? blamed : offers;
}

function isNoMultiple({ offer, most, whole }: AskedOffer): boolean {
  return whole ? most % offer.multiple !== 0 : most - (most % offer.multiple) < offer.minimum;
}

/** Units of a SKU in some lines. */
export function unitsOf(problem: Problem, sku: number, lines: readonly number[]): number {
  return lines.reduce((sum, index) => {
    const line = problem.lines[index] as ProblemLine;
    return line.sku === sku ? sum + line.quantity : sum;
  }, 0);
}

/** Null: no limit. */
function greatestMeasure({ beyond, maximum, rates }: ProblemService): number | null {
  const greatest = beyond ? maximum : Math.min(maximum, rates.at(-1)?.upTo ?? 0);
  return greatest === UNLIMITED ? null : greatest;
}
