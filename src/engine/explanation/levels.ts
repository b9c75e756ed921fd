import { type Problem, type ProblemNode, type ProblemOffer, type ProblemService, UNLIMITED } from '../problem.js';
import { RULE_REASONS, type RuleReason } from '../reasons.js';
import { nodeWith, offerWith, serviceWith } from './copies.js';

/** The place of a reason in the order in which rules are asked. At its level its rule counts, and all before it. */
export const LEVEL = Object.fromEntries(RULE_REASONS.map((reason, at) => [reason, at])) as {
  readonly [reason in RuleReason]: number;
};

/** What carries everything, at levels that ask for no service yet. */
const ANY_SERVICE: readonly ProblemService[] = [
  {
    id: '',
    transitMs: 0,
    basis: 'units',
    divisor: null,
    rates: [{ upTo: UNLIMITED, price: 0 }],
    beyond: null,
    maximum: UNLIMITED,
    fixedSurcharges: 0,
    percents: [],
    excludedTags: [],
    excludedSkus: [],
  },
];
const NO_TAGS: readonly string[] = [];
const NO_SKUS: readonly boolean[] = [];

/** A problem where only the rules up to a level count, for every level that is asked for. What things cost there means nothing. */
export class Levels {
  private readonly nodes: ProblemNode[][] = RULE_REASONS.map(() => []);
  private readonly undue: Problem;

  constructor(private readonly problem: Problem) {
    this.undue = problem.deliverBy === null ? problem : { ...problem, deliverBy: null };
  }

  /** The deadline, and all that is no rule; its nodes are as they are. */
  orderAt(level: number): Problem {
    return level >= LEVEL.TOO_LATE ? this.problem : this.undue;
  }

  nodeAt(node: ProblemNode, level: number): ProblemNode {
    if (level >= LEVEL.EXCLUDED_BY_RULE) return node;
    const known = this.nodes[level] as ProblemNode[];
    const eased = known[node.index] ?? easedNode(node, level);
    known[node.index] = eased;
    return eased;
  }

  problemAt(level: number): Problem {
    if (level >= LEVEL.SHIPMENT_LIMIT) return this.problem;
    const nodes = this.problem.nodes.map((node) => this.nodeAt(node, level));
    return { ...this.orderAt(level), maxShipments: UNLIMITED, nodes };
  }
}

function easedNode(node: ProblemNode, level: number): ProblemNode {
  const asksForValue = level >= LEVEL.BELOW_MINIMUM_VALUE;
  return nodeWith(node, {
    minimumOrderValue: asksForValue ? node.minimumOrderValue : null,
    smallOrderFee: asksForValue ? node.smallOrderFee : null,
    remainingUnits: level >= LEVEL.NO_CAPACITY ? node.remainingUnits : UNLIMITED,
    offers: level >= LEVEL.NOT_A_MULTIPLE ? node.offers : node.offers.map((offer) => offer && offerAt(offer, level)),
    services: level >= LEVEL.NO_SERVICE ? node.services.map((service) => serviceAt(service, level)) : ANY_SERVICE,
  });
}

function offerAt(offer: ProblemOffer, level: number): ProblemOffer {
  return offerWith(offer, {
    available: level >= LEVEL.NO_STOCK ? offer.available : UNLIMITED,
    minimum: level >= LEVEL.BELOW_MINIMUM_QUANTITY ? offer.minimum : 1,
    multiple: 1,
  });
}

function serviceAt(service: ProblemService, level: number): ProblemService {
  return serviceWith(level >= LEVEL.TOO_HEAVY ? service : unmeasured(service), {
    excludedTags: level >= LEVEL.TAG_NOT_CARRIED ? service.excludedTags : NO_TAGS,
    excludedSkus: NO_SKUS,
  });
}

/** A service that carries any measure; without a tariff it carries nothing all the same. */
export function unmeasured(service: ProblemService): ProblemService {
  if (service.rates.length === 0) return service;
  return serviceWith(service, { rates: [{ upTo: UNLIMITED, price: 0 }], beyond: null, maximum: UNLIMITED });
}

/** Whether a shipment that is worth too little is refused, not only charged for. */
export function refusesSmallOrders({ minimumOrderValue, smallOrderFee }: ProblemNode): boolean {
  return smallOrderFee === null && minimumOrderValue !== null && minimumOrderValue > 0;
}

/**
 * The first level at which something does not hold that does not hold at `last` and, where it holds, holds at all levels before. Most lack
 * stock, so that is asked first. Null: `holds` could not tell.
 */
export function firstLevelWithout(last: number, holds: (level: number) => boolean | null): number | null {
  let low = LEVEL.NO_OFFER - 1;
  let high = last;
  let middle: number = LEVEL.NO_STOCK;
  while (high - low > 1) {
    const held = holds(middle);
    if (held === null) return null;
    if (held) low = middle;
    else high = middle;
    middle = low + Math.floor((high - low) / 2);
  }
  return high;
}
