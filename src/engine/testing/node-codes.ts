import { type Judged, judgeShipment, tenThousandths } from '../check/check-shipment.js';
import type { ReasonCode } from '../reasons.js';
import type { RequestLine, RequestNode, RequestOffer, RequestService, RoutingRequest } from '../request.js';

/** One load of a node by one of its services (null: the node has none). */
interface Attempt {
  readonly node: RequestNode;
  readonly service: RequestService | null;
  readonly held: readonly Held[];
  /** What the checker makes of it. */
  readonly judged: () => Judged;
}

/** Some units of a line, at least one. */
export interface Held {
  readonly line: RequestLine;
  readonly units: number;
}

/** What each reason asks of an attempt, in the order in which ROUTING.md lists them. */
const DEMANDS: readonly (readonly [ReasonCode, (attempt: Attempt) => boolean])[] = [
  ['NO_OFFER', (attempt) => skusOf(attempt).every(({ offer }) => offer !== undefined)],
  ['NO_STOCK', (attempt) => skusOf(attempt).every(({ offer, units }) => units <= (offer?.available ?? units))],
  [
    'BELOW_MINIMUM_QUANTITY',
    (attempt) => skusOf(attempt).every(({ offer, units }) => units >= (offer?.minimumQuantity ?? 1)),
  ],
  [
    'NOT_A_MULTIPLE',
    (attempt) => skusOf(attempt).every(({ offer, units }) => units % (offer?.quantityMultiple ?? 1) === 0),
  ],
  [
    'BELOW_MINIMUM_VALUE',
    (attempt) =>
      attempt.node.smallOrderFee !== undefined ||
      goodsOf(attempt) >= tenThousandths(attempt.node.minimumOrderValue ?? '0'),
  ],
  [
    'NO_CAPACITY',
    ({ node, held }) =>
      held.reduce((sum, { units }) => sum + units, 0) <= (node.remainingUnits ?? Number.POSITIVE_INFINITY),
  ],
  ['NO_SERVICE', ({ service }) => service !== null && (service.rates ?? []).length > 0],
  ['TOO_HEAVY', ({ judged }) => judged().violations.every((text) => !text.includes('carry a measure'))],
  [
    'TAG_NOT_CARRIED',
    ({ service, held }) => held.every(({ line }) => !line.tags?.some((tag) => service?.excludedTags?.includes(tag))),
  ],
  ['TOO_LATE', ({ judged }) => !judged().violations.includes('arrives late')],
  ['EXCLUDED_BY_RULE', ({ judged }) => judged().violations.every((text) => !text.startsWith('excluded'))],
];

/** How many of the rules a load keeps, in their order, by the service that keeps the most. */
export function rulesKept(request: RoutingRequest, node: RequestNode, held: readonly Held[]): number {
  return Math.max(...attemptsOf(request, node, held).map(keptBy));
}

function attemptsOf(request: RoutingRequest, node: RequestNode, held: readonly Held[]): Attempt[] {
  const items = held.map(({ line, units }) => ({ lineId: line.id, quantity: units }));
  return (node.services?.length ? node.services : [null]).map((service) => {
    let known: Judged | null = null;
    const judged = () => {
      known ??= judgeShipment(request, { nodeId: node.id, serviceId: service?.id ?? '', items });
      return known;
    };
    return { node, service, held, judged };
  });
}

function keptBy(attempt: Attempt): number {
  const broken = DEMANDS.findIndex(([, demand]) => !demand(attempt));
  return broken < 0 ? DEMANDS.length : broken;
}

/** The numbers that a node comes nearest with to the rule that rules it out, of all that keeps the rules before: in 1/10000, units, by service, ms. */
export function nearestNumbers(request: RoutingRequest, node: RequestNode, code: ReasonCode) {
  const level = DEMANDS.findIndex(([reason]) => reason === code);
  const attempts = loadsOf(request).flatMap((held) => attemptsOf(request, node, held));
  const before = attempts.filter((attempt) => keptBy(attempt) >= level);
  const least = (numbers: readonly bigint[]) => numbers.reduce((a, b) => (b < a ? b : a));
  return {
    goods: () => before.map(goodsOf).reduce((a, b) => (b > a ? b : a)),
    units: () => Math.min(...before.map(({ held }) => held.reduce((sum, { units }) => sum + units, 0))),
    measure: (serviceId: string) =>
      least(before.filter(({ service }) => service?.id === serviceId).map(({ judged }) => judged().measure)),
    arrivesAt: () => Number(least(before.map(({ judged }) => judged().arrivesAt))),
  };
}

/**
 * For every node the first reason that, with those before it, leaves it no shipment at all, by looking at all of its loads; COSTLIER
 * where one is left. Only for tiny requests; shares nothing with the engine.
 */
export function nodeCodes(request: RoutingRequest): Map<string, ReasonCode> {
  const loads = loadsOf(request);
  return new Map(
    (request.nodes ?? []).map((node) => {
      const kept = loads.reduce((most, held) => Math.max(most, rulesKept(request, node, held)), 0);
      return [node.id, DEMANDS[kept]?.[0] ?? 'COSTLIER'];
    }),
  );
}

/**
 * Every load that holds something, in which kits are whole, and lines that may not be split and have to go whole. Other lines that go whole or
 * not at all may come from several nodes, a part from each.
 */
export function loadsOf(request: RoutingRequest): (readonly Held[])[] {
  const { order, policy } = request;
  const mayLeave = (policy.unfilled ?? 'forbid') !== 'forbid';
  let loads: Held[][] = [[]];
  for (const line of order.lines ?? []) {
    const unsplit = policy.splitLines === false && (!mayLeave || line.partial === false);
    const choices = Array.from({ length: line.quantity + 1 }, (_, units) => units).filter(
      (units) => !(unsplit || line.group !== undefined) || units === 0 || units === line.quantity,
    );
    loads = loads.flatMap((load) => choices.map((units) => [...load, { line, units }]));
  }
  return loads
    .filter((load) =>
      load.every(
        ({ line, units }) =>
          line.group === undefined ||
          load.every((other) => other.line.group !== line.group || units > 0 === other.units > 0),
      ),
    )
    .map((load) => load.filter(({ units }) => units > 0))
    .filter((load) => load.length > 0);
}

function skusOf({ node, held }: Attempt): { offer: RequestOffer | undefined; units: number }[] {
  return [...new Set(held.map(({ line }) => line.sku))].map((sku) => ({
    offer: node.offers?.find((offer) => offer.sku === sku),
    units: held.reduce((sum, { line, units }) => sum + (line.sku === sku ? units : 0), 0),
  }));
}

function goodsOf(attempt: Attempt): bigint {
  return skusOf(attempt).reduce((sum, { offer, units }) => {
    const step = offer?.unitCosts.filter(({ fromQuantity }) => fromQuantity <= units).at(-1);
    return sum + tenThousandths(step?.unitCost ?? '0') * BigInt(units);
  }, 0n);
}
