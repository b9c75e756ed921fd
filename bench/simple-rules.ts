import { judgePlan } from '../src/engine/check/check.js';
import { type Judged, judgeShipment, type Planned, tenThousandths } from '../src/engine/check/check-shipment.js';
import type { Place, RequestLine, RequestNode, RequestOffer, RoutingRequest } from '../src/engine/request.js';

/** Finds a plan by a rule of thumb; null where the rule says nothing of such a request. `banned`: nodes it may not use. */
export type SimpleRule = (request: RoutingRequest, banned: ReadonlySet<string>) => Loads | null;

/** Units per line, by node. */
type Loads = Map<string, Map<string, number>>;

/** The rules by which shops route orders without a search. */
export const SIMPLE_RULES: Readonly<Record<string, SimpleRule>> = {
  'nearest vendor': nearestVendor,
  'cheapest offer': cheapestOffer,
  'one vendor': oneVendor,
  'greedy insertion': greedyInsertion,
};

export interface RuledPlan {
  readonly objective: bigint;
  readonly unfilledCompared: bigint;
}

/**
 * The plan of a rule, by the cheapest service for each node. A node that cannot ship what the rule gave it (too little for its minimum, too
 * heavy, too late) is banned and the rule asked again. Null: no feasible plan came of it. Undefined: the rule does not apply.
 */
export function planBy(rule: SimpleRule, request: RoutingRequest): RuledPlan | null | undefined {
  const banned = new Set<string>();
  for (;;) {
    const loads = rule(request, banned);
    if (loads === null) return undefined;
    const shipments = [...loads].map(([nodeId, units]) => ({ nodeId, cheapest: cheapestWay(request, nodeId, units) }));
    const unable = shipments.filter(({ cheapest }) => cheapest === null);
    if (unable.length === 0) {
      const judged = judgePlan(
        request,
        shipments.flatMap(({ cheapest }) => cheapest?.planned ?? []),
      );
      return judged.violations.length > 0 ? null : judged;
    }
    for (const { nodeId } of unable) banned.add(nodeId);
  }
}

function cheapestWay(request: RoutingRequest, nodeId: string, units: ReadonlyMap<string, number>) {
  const node = request.nodes?.find(({ id }) => id === nodeId);
  const items = [...units].map(([lineId, quantity]) => ({ lineId, quantity }));
  let best: { planned: Planned; judged: Judged } | null = null;
  for (const service of node?.services ?? []) {
    const planned = { nodeId, serviceId: service.id, items };
    const judged = judgeShipment(request, planned);
    if (judged.violations.length > 0) continue;
    if (best === null || costOf(judged) < costOf(best.judged)) best = { planned, judged };
  }
  return best;
}

function costOf({ landed, steering }: Judged): bigint {
  return landed + steering;
}

/** Each line from the vendors in order of distance, what one cannot give from the next. Needs coordinates. */
function nearestVendor(request: RoutingRequest, banned: ReadonlySet<string>): Loads | null {
  const { destination } = request.order;
  const nodes = request.nodes ?? [];
  if ([destination, ...nodes.map(({ location }) => location)].some(({ latitude }) => latitude === undefined))
    return null;
  const near = [...nodes].sort((a, b) => distance(a.location, destination) - distance(b.location, destination));
  return fill(request, banned, () => near);
}

/** Each line where it costs least by the piece, handling, duty and steering included, what one cannot give from the next. */
function cheapestOffer(request: RoutingRequest, banned: ReadonlySet<string>): Loads {
  return fill(request, banned, (piece) => {
    const price = (node: RequestNode) =>
      piece.reduce((sum, line) => {
        const offer = offerOf(node, line);
        return offer ? sum + unitCost(offer, line.quantity) * BigInt(line.quantity) : sum;
      }, 0n);
    return [...(request.nodes ?? [])].sort((a, b) => Number(price(a) - price(b)));
  });
}

/** All from the one vendor who does it for least, where any can; else each line where it costs least. */
function oneVendor(request: RoutingRequest, banned: ReadonlySet<string>): Loads {
  let best: { loads: Loads; cost: bigint } | null = null;
  for (const { id } of request.nodes ?? []) {
    if (banned.has(id)) continue;
    const units = new Map((request.order.lines ?? []).map((line) => [line.id, line.quantity]));
    const way = cheapestWay(request, id, units);
    if (way && (best === null || costOf(way.judged) < best.cost))
      best = { loads: new Map([[id, units]]), cost: costOf(way.judged) };
  }
  return best?.loads ?? cheapestOffer(request, banned);
}

/** The most valuable line first, each where it makes the plan dearer by least. */
function greedyInsertion(request: RoutingRequest, banned: ReadonlySet<string>): Loads {
  const penalty = tenThousandths(request.policy.shipmentPenalty ?? '0');
  const loads: Loads = new Map();
  const costs = new Map<string, bigint>();
  const value = (piece: Piece) => piece.reduce((sum, line) => sum + Number(line.unitPrice) * line.quantity, 0);
  for (const piece of piecesOf(request).sort((a, b) => value(b) - value(a))) {
    const left = new Map(piece.map((line) => [line.id, line.quantity]));
    const tried = new Set<string>();
    while ([...left.values()].some((units) => units > 0)) {
      let best: {
        id: string;
        units: Map<string, number>;
        taken: Map<string, number>;
        cost: bigint;
        each: number;
      } | null = null;
      for (const node of request.nodes ?? []) {
        if (banned.has(node.id) || tried.has(node.id) || !mayOpen(request, loads, node.id)) continue;
        const taken = takeFrom(request, node, piece, left, loads);
        if (taken === null) continue;
        const units = merged(loads.get(node.id), taken);
        const way = cheapestWay(request, node.id, units);
        if (way === null) continue;
        const opening = loads.size > 0 && !loads.has(node.id) ? penalty : 0n;
        const cost = costOf(way.judged);
        const rise = cost - (costs.get(node.id) ?? 0n) + opening;
        const each = Number(rise) / sumOf(taken);
        if (best === null || each < best.each) best = { id: node.id, units, taken, cost, each };
      }
      if (best === null) break;
      loads.set(best.id, best.units);
      costs.set(best.id, best.cost);
      tried.add(best.id);
      for (const [line, units] of best.taken) left.set(line, (left.get(line) ?? 0) - units);
    }
  }
  return loads;
}

/** Lines that go together, or one line. */
type Piece = readonly RequestLine[];

function piecesOf({ order }: RoutingRequest): Piece[] {
  const lines = order.lines ?? [];
  return lines.flatMap((line, at): Piece[] => {
    if (line.group === undefined) return [[line]];
    const kit = lines.filter(({ group }) => group === line.group);
    return lines.indexOf(kit[0] ?? line) === at ? [kit] : [];
  });
}

/** Fills piece after piece from nodes in the order given for it. */
function fill(
  request: RoutingRequest,
  banned: ReadonlySet<string>,
  order: (piece: Piece) => readonly RequestNode[],
): Loads {
  const loads: Loads = new Map();
  for (const piece of piecesOf(request)) {
    const left = new Map(piece.map((line) => [line.id, line.quantity]));
    for (const node of order(piece)) {
      if (banned.has(node.id) || !mayOpen(request, loads, node.id)) continue;
      const taken = takeFrom(request, node, piece, left, loads);
      if (taken === null) continue;
      loads.set(node.id, merged(loads.get(node.id), taken));
      for (const [line, units] of taken) left.set(line, (left.get(line) ?? 0) - units);
    }
  }
  return loads;
}

function mayOpen({ policy }: RoutingRequest, loads: Loads, nodeId: string): boolean {
  return loads.has(nodeId) || policy.maxShipments === undefined || loads.size < policy.maxShipments;
}

/** What the node can give of what is left of a piece: all of it where it has to stay together; null for nothing. */
function takeFrom(
  request: RoutingRequest,
  node: RequestNode,
  piece: Piece,
  left: ReadonlyMap<string, number>,
  loads: Loads,
): Map<string, number> | null {
  const held = loads.get(node.id) ?? new Map<string, number>();
  let room = (node.remainingUnits ?? Number.POSITIVE_INFINITY) - sumOf(held);
  const taken = new Map<string, number>();
  for (const line of piece) {
    const offer = offerOf(node, line);
    if (!offer || !carried(request, node, line)) return null;
    const same = (request.order.lines ?? []).filter(({ sku }) => sku === line.sku);
    const gone = same.reduce((sum, { id }) => sum + (held.get(id) ?? 0) + (taken.get(id) ?? 0), 0);
    const pack = offer.quantityMultiple ?? 1;
    const most = Math.min(left.get(line.id) ?? 0, (offer.available ?? Number.POSITIVE_INFINITY) - gone, room);
    const units = Math.floor(Math.max(0, most) / pack) * pack;
    const together = piece.length > 1 || line.group !== undefined || request.policy.splitLines === false;
    if (units === 0 || (together && units < line.quantity)) return null;
    taken.set(line.id, units);
    room -= units;
  }
  return taken;
}

/** Is the SKU carried by any service of the node, as far as tags and exclusions go. */
function carried(request: RoutingRequest, node: RequestNode, line: RequestLine): boolean {
  return (node.services ?? []).some(
    (service) =>
      !line.tags?.some((tag) => service.excludedTags?.includes(tag)) &&
      !(request.exclusions ?? []).some(
        (rule) =>
          (rule.nodeId ?? node.id) === node.id &&
          (rule.sku ?? line.sku) === line.sku &&
          (rule.serviceId ?? service.id) === service.id,
      ),
  );
}

function merged(
  held: ReadonlyMap<string, number> | undefined,
  taken: ReadonlyMap<string, number>,
): Map<string, number> {
  const sum = new Map(held);
  for (const [line, units] of taken) sum.set(line, (sum.get(line) ?? 0) + units);
  return sum;
}

function sumOf(units: ReadonlyMap<string, number>): number {
  return [...units.values()].reduce((sum, each) => sum + each, 0);
}

function offerOf(node: RequestNode, { sku }: RequestLine): RequestOffer | undefined {
  return node.offers?.find((offer) => offer.sku === sku);
}

function unitCost(offer: RequestOffer, quantity: number): bigint {
  const reached = offer.unitCosts.filter(({ fromQuantity }) => fromQuantity <= quantity);
  return [reached.at(-1)?.unitCost, offer.unitFee, offer.unitDuty, offer.unitReserve, offer.unitAdjustment].reduce(
    (sum, amount) => sum + tenThousandths(amount ?? '0'),
    0n,
  );
}

/** Along the great circle, in radians. */
function distance(a: Place, b: Place): number {
  const radians = (degrees = 0) => (degrees * Math.PI) / 180;
  const [lat1, lat2] = [radians(a.latitude), radians(b.latitude)];
  const half = (angle: number) => Math.sin(angle / 2) ** 2;
  const across = radians(b.longitude) - radians(a.longitude);
  return 2 * Math.asin(Math.sqrt(half(lat2 - lat1) + Math.cos(lat1) * Math.cos(lat2) * half(across)));
}
