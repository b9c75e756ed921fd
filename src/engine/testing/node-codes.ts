import { judgeShipment, tenThousandths } from '../check/check-shipment.js';
import type { ReasonCode } from '../reasons.js';
import type { RequestLine, RequestNode, RequestOffer, RequestService, RoutingRequest } from '../request.js';

/** One load of a node by one of its services (null: the node has none). */
interface Attempt {
  readonly request: RoutingRequest;
  readonly node: RequestNode;
  readonly service: RequestService | null;
  readonly held: readonly { readonly line: RequestLine; readonly units: number }[];
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
    ({ node, ...attempt }) =>
      node.smallOrderFee !== undefined ||
      goodsOf({ node, ...attempt }) >= tenThousandths(node.minimumOrderValue ?? '0'),
  ],
  [
    'NO_CAPACITY',
    ({ node, held }) =>
      held.reduce((sum, { units }) => sum + units, 0) <= (node.remainingUnits ?? Number.POSITIVE_INFINITY),
  ],
  ['NO_SERVICE', ({ service }) => service !== null && (service.rates ?? []).length > 0],
  ['TOO_HEAVY', (attempt) => violationsOf(attempt).every((text) => !text.includes('carry a measure'))],
  [
    'TAG_NOT_CARRIED',
    ({ service, held }) => held.every(({ line }) => !line.tags?.some((tag) => service?.excludedTags?.includes(tag))),
  ],
  ['TOO_LATE', (attempt) => !violationsOf(attempt).includes('arrives late')],
  ['EXCLUDED_BY_RULE', (attempt) => violationsOf(attempt).every((text) => !text.startsWith('excluded'))],
];

/**
 * For every node the first reason that, with those before it, leaves it no shipment at all, by looking at all of its loads; COSTLIER
 * where one is left. Only for tiny requests; shares nothing with the engine.
 */
export function nodeCodes(request: RoutingRequest): Map<string, ReasonCode> {
  const codes = new Map<string, ReasonCode>();
  for (const node of request.nodes ?? []) {
    let attempts = loadsOf(request).flatMap((held) =>
      (node.services?.length ? node.services : [null]).map((service): Attempt => ({ request, node, service, held })),
    );
    const first = DEMANDS.find(([, demand]) => {
      attempts = attempts.filter(demand);
      return attempts.length === 0;
    });
    codes.set(node.id, first?.[0] ?? 'COSTLIER');
  }
  return codes;
}

/** Every load that holds something, in which lines and kits that go whole are whole. */
function loadsOf(request: RoutingRequest): Attempt['held'][] {
  const { order, policy } = request;
  const lines = order.lines ?? [];
  const mustStayWhole = policy.splitLines === false && (policy.unfilled ?? 'forbid') === 'forbid';
  let loads: { line: RequestLine; units: number }[][] = [[]];
  for (const line of lines) {
    const whole = mustStayWhole || line.partial === false || line.group !== undefined;
    const choices = Array.from({ length: line.quantity + 1 }, (_, units) => units).filter(
      (units) => !whole || units === 0 || units === line.quantity,
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

function violationsOf({ request, node, service, held }: Attempt): readonly string[] {
  const items = held.map(({ line, units }) => ({ lineId: line.id, quantity: units }));
  return judgeShipment(request, { nodeId: node.id, serviceId: service?.id ?? '', items }).violations;
}
