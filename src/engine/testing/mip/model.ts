import { tenThousandths } from '../../check/check-shipment.js';
import type { RequestLine, RequestNode, RequestOffer, RequestService, RoutingRequest } from '../../request.js';
import { type Choice, choicesOf, daysLate, type Greatest } from './choices.js';
import { LpText, type Terms } from './lp-text.js';
import { addDuty, addLimits, addOffer, amount, type Piece } from './rows.js';

/** What a variable of a solution means for the plan. */
export interface Meaning {
  /** Units of a line from a node: `each` of them for every 1 of the variable. */
  readonly units: readonly {
    readonly variable: string;
    readonly node: string;
    readonly line: string;
    readonly each: number;
  }[];
  readonly services: readonly { readonly variable: string; readonly node: string; readonly service: string }[];
}

export interface MipModel extends Meaning {
  readonly variables: number;
  /** In 1/10^10 of the currency: shares of amounts stand unrounded. */
  readonly objective: Terms;
  /** Under `unfilled: "allow"`: what is minimised first. */
  readonly unfilled: Terms;
  readonly lp: LpText;
  /** How far, in 1/10000, the best plan of the model may lie above the best plan: what is rounded there and not here. */
  readonly slack: number;
}

/** 1/10000 in 1/10^10. */
const TO_FINE = 1_000_000n;

/**
 * ROUTING.md as a mixed-integer program, written from that page alone and sharing nothing with the search. Each node chooses one of its
 * ways to ship (service, tariff step, days late), whose cost is a constant; all else is linear in units, packs and yes-or-no variables.
 */
export function mipModel(request: RoutingRequest): MipModel {
  const lp = new LpText();
  const { policy } = request;
  const pieces = piecesOf(request);
  const objective: (readonly [bigint, string])[] = [];
  const fine: (readonly [bigint, string])[] = [];
  const units: Meaning['units'][number][] = [];
  const services: Meaning['services'][number][] = [];
  const taken = new Map<Piece, [bigint, string][]>(pieces.map((piece) => [piece, []]));
  const open: [bigint, string][] = [];
  const holders = new Map<Piece, [bigint, string][]>();
  let slack = 0;
  for (const [at, node] of (request.nodes ?? []).entries()) {
    const built = addNode(lp, request, node, `n${at}`, pieces);
    if (built === null) continue;
    objective.push(...built.cost);
    fine.push(...built.fine);
    open.push(...built.open);
    slack += built.slack;
    for (const [variable, service] of built.services) services.push({ variable, node: node.id, service });
    for (const [piece, variable] of built.pieces) {
      taken.get(piece)?.push([1n, variable]);
      for (const line of piece.lines)
        units.push({ variable, node: node.id, line: line.id, each: piece.whole ? line.quantity : 1 });
      if (policy.splitLines === false && !piece.whole) {
        const holds = lp.binary(`${variable}h`);
        lp.row(
          [
            [1n, variable],
            [-BigInt(piece.lines[0]?.quantity ?? 0), holds],
          ],
          '<=',
          0n,
        );
        holders.set(piece, [...(holders.get(piece) ?? []), [1n, holds]]);
      }
    }
  }
  for (const held of holders.values()) lp.row(held, '<=', 1n);

  const unfilled: [bigint, string][] = [];
  for (const [piece, terms] of taken) {
    const wanted = piece.whole ? 1n : BigInt(piece.lines[0]?.quantity ?? 0);
    if (policy.unfilled === undefined || policy.unfilled === 'forbid') {
      lp.row(terms, '=', wanted);
      continue;
    }
    // A line that goes whole or not at all may still come from several nodes: all of it is left, or nothing.
    const undivided = !piece.whole && piece.lines[0]?.partial === false;
    const left = lp.integer(`left_${piece.name}`, undivided ? 1n : wanted);
    lp.row([...terms, [undivided ? wanted : 1n, left]], '=', wanted);
    for (const line of piece.lines) {
      const price = tenThousandths(line.unitPrice);
      const each = piece.whole || undivided ? BigInt(line.quantity) : 1n;
      unfilled.push([(policy.unfilled === 'allow' && price === 0n ? 1n : price) * each, left]);
    }
  }
  if (typeof policy.unfilled === 'object') {
    const rate = tenThousandths(policy.unfilled.costPerValue);
    for (const [value, left] of unfilled) fine.push([value * rate * 100n, left]);
    // Rounded once there, not here.
    slack += 1;
  }
  const penalty = tenThousandths(policy.shipmentPenalty ?? '0');
  if (penalty > 0n && open.length > 0) {
    const any = lp.binary('any');
    lp.row([[1n, any], ...open.map(([each, variable]) => [-each, variable] as const)], '<=', 0n);
    objective.push(...open.map(([each, variable]) => [penalty * each, variable] as const), [-penalty, any]);
  }
  if (policy.maxShipments !== undefined && open.length > 0) lp.row(open, '<=', BigInt(policy.maxShipments));
  const exact = [...objective.map(([cost, variable]) => [cost * TO_FINE, variable] as const), ...fine];
  return { units, services, objective: exact, unfilled, lp, slack, variables: lp.size };
}

function piecesOf({ order, policy }: RoutingRequest): readonly Piece[] {
  const lines = order.lines ?? [];
  const undivided = policy.splitLines === false && (policy.unfilled === undefined || policy.unfilled === 'forbid');
  const pieces: Piece[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.group === undefined)
      pieces.push({
        name: `l${at}`,
        lines: [line],
        whole: undivided || (policy.splitLines === false && line.partial === false),
      });
    else if (lines.findIndex(({ group }) => group === line.group) === at)
      pieces.push({ name: `l${at}`, lines: lines.filter(({ group }) => group === line.group), whole: true });
  }
  return pieces;
}

/** One node's variables and rows; null where nothing could be shipped from it. */
function addNode(lp: LpText, request: RoutingRequest, node: RequestNode, name: string, pieces: readonly Piece[]) {
  const offers = new Map((node.offers ?? []).map((offer) => [offer.sku, offer]));
  const offered = pieces.filter((piece) => piece.lines.every((line) => offers.has(line.sku)));
  const choices = waysOf(request, node, offered);
  const fits = offered.flatMap((piece) => {
    const ways = choices.flatMap((choice, at) => (carries(request, node, choice, piece, offers) ? [at] : []));
    return ways.length > 0 ? [{ piece, ways }] : [];
  });
  if (fits.length === 0) return null;

  const cost: [bigint, string][] = [];
  const chosen = choices.map((choice, at) => {
    const variable = lp.binary(`${name}w${at}`);
    cost.push([choice.cost + fixedCost(node), variable]);
    return variable;
  });
  const open = chosen.map((variable) => [1n, variable] as [bigint, string]);
  lp.row(open, '<=', 1n);
  const variables = fits.map(({ piece, ways }) => {
    const most = piece.whole ? 1n : BigInt(piece.lines[0]?.quantity ?? 0);
    const variable = lp.integer(`${name}${piece.name}`, most);
    lp.row([[1n, variable], ...ways.map((at) => [-most, chosen[at] ?? ''] as const)], '<=', 0n);
    return [piece, variable] as const;
  });
  const total = (of: (line: RequestLine) => bigint): Terms =>
    variables.flatMap(([piece, variable]) =>
      piece.lines.map((line) => [of(line) * (piece.whole ? BigInt(line.quantity) : 1n), variable] as const),
    );
  const units = total(() => 1n);
  // A shipment holds something.
  lp.row([...units, ...open.map(([, variable]) => [-1n, variable] as const)], '>=', 0n);
  if (node.remainingUnits !== undefined)
    lp.row([...units, ...open.map(([, variable]) => [-BigInt(node.remainingUnits ?? 0), variable] as const)], '<=', 0n);

  const goods: (readonly [bigint, string])[] = [];
  const dutiable: { quantity: Terms; most: bigint; duty: bigint; name: string }[] = [];
  for (const [at, sku] of [...new Set(variables.flatMap(([piece]) => piece.lines.map((line) => line.sku)))].entries()) {
    const offer = offers.get(sku);
    if (!offer) continue;
    const quantity = total((line) => (line.sku === sku ? 1n : 0n));
    const most = wanted(pieces, sku);
    goods.push(...addOffer(lp, offer, `${name}k${at}`, quantity, most));
    const each = amount(offer.unitFee) + amount(offer.unitReserve) + amount(offer.unitAdjustment);
    cost.push(...quantity.map(([count, variable]) => [count * each, variable] as [bigint, string]));
    const duty = amount(offer.unitDuty);
    if (duty > 0n) dutiable.push({ quantity, most, duty, name: `${name}k${at}` });
  }
  cost.push(...(goods as [bigint, string][]));
  cost.push(
    ...addDuty(
      lp,
      node,
      name,
      dutiable,
      total((line) => tenThousandths(line.unitPrice)),
      pieces,
    ),
  );
  if (node.minimumOrderValue !== undefined && amount(node.minimumOrderValue) > 0n) {
    const least = amount(node.minimumOrderValue);
    const floor = open.map(([, variable]) => [-least, variable] as const);
    if (node.smallOrderFee === undefined) lp.row([...goods, ...floor], '>=', 0n, 10_000);
    else if (amount(node.smallOrderFee) > 0n) {
      const small = lp.binary(`${name}small`);
      cost.push([amount(node.smallOrderFee), small]);
      lp.row([...goods, ...floor, [least, small]], '>=', 0n, 10_000);
    }
  }
  const more = addLimits(
    lp,
    name,
    choices,
    chosen,
    {
      grams: total((line) => BigInt(line.unitWeightGrams)),
      volume: total((line) => BigInt(line.unitVolumeCm3 ?? 0)),
      units,
      goods,
    },
    greatestOf(node, pieces),
  );
  return {
    cost: [...cost, ...more.cost],
    fine: more.fine,
    open,
    pieces: variables,
    services: choices.map((choice, at) => [chosen[at] ?? '', choice.service.id] as const),
    slack: Math.max(0, ...choices.map(roundingOf)),
  };
}

/**
 * How far, in 1/10000, two plans that ship this way may swap places: each surcharge on counted steps is rounded as a whole there, and
 * here only for what comes before them.
 */
function roundingOf({ more, service }: Choice): number {
  return more === undefined || more.percent === 0n ? 0 : 2 * (service.surcharges?.length ?? 0);
}

/** All ways in which a node could ship any of the pieces. */
function waysOf(request: RoutingRequest, node: RequestNode, pieces: readonly Piece[]): readonly Choice[] {
  const { deliverBy } = request.order;
  const { lateness } = request.policy;
  const greatest = greatestOf(node, pieces);
  return (node.services ?? []).flatMap((service) => {
    const days = new Set(
      pieces
        .flatMap((piece) => [lateBy(node, piece, service, deliverBy)])
        .filter((late) => typeof lateness === 'object' || late === 0n),
    );
    const perDay = typeof lateness === 'object' ? tenThousandths(lateness.costPerDay) : 0n;
    return choicesOf(service, greatest, new Map([...days].map((late) => [late, late * perDay])));
  });
}

function lateBy(node: RequestNode, piece: Piece, service: RequestService, deliverBy: string | undefined): bigint {
  return piece.lines.reduce((latest, line) => {
    const offer = node.offers?.find(({ sku }) => sku === line.sku);
    const late = daysLate(node, offer?.readyAt, service, deliverBy);
    return late > latest ? late : latest;
  }, 0n);
}

/** May the piece go this way: tags, exclusions, and no later than the way counts. */
function carries(
  request: RoutingRequest,
  node: RequestNode,
  { service, days }: Choice,
  piece: Piece,
  offers: ReadonlyMap<string, RequestOffer>,
): boolean {
  return piece.lines.every((line) => {
    const barred = (request.exclusions ?? []).some(
      (rule) =>
        (rule.nodeId ?? node.id) === node.id &&
        (rule.sku ?? line.sku) === line.sku &&
        (rule.serviceId ?? service.id) === service.id,
    );
    const tagged = (line.tags ?? []).some((tag) => (service.excludedTags ?? []).includes(tag));
    const late = daysLate(node, offers.get(line.sku)?.readyAt, service, request.order.deliverBy);
    return !barred && !tagged && late <= days;
  });
}

function greatestOf(node: RequestNode, pieces: readonly Piece[]): Greatest {
  const sum = (of: (line: RequestLine) => bigint) =>
    pieces.reduce(
      (total, piece) => total + piece.lines.reduce((part, line) => part + of(line) * BigInt(line.quantity), 0n),
      0n,
    );
  const dearest = (line: RequestLine) =>
    (node.offers ?? [])
      .filter(({ sku }) => sku === line.sku)
      .flatMap(({ unitCosts }) => unitCosts)
      .reduce((most, { unitCost }) => (tenThousandths(unitCost) > most ? tenThousandths(unitCost) : most), 0n);
  return {
    grams: sum((line) => BigInt(line.unitWeightGrams)),
    volume: sum((line) => BigInt(line.unitVolumeCm3 ?? 0)),
    units: sum(() => 1n),
    goods: sum(dearest),
  };
}

function wanted(pieces: readonly Piece[], sku: string): bigint {
  return pieces.reduce(
    (sum, { lines }) => lines.reduce((of, line) => of + (line.sku === sku ? BigInt(line.quantity) : 0n), sum),
    0n,
  );
}

function fixedCost(node: RequestNode): bigint {
  return amount(node.orderFee) + amount(node.failureCost) + amount(node.adjustment);
}
