import { createHash } from 'node:crypto';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { LeftOut } from '../matrix/build-request.js';
import type { LowDraw } from '../matrix/low-stock.js';
import type { DayCounter } from '../matrix/rules/day-limits.js';
import type { HeldByRule } from '../matrix/rules/held.js';
import { localDay } from '../model/local-day.js';
import { parseAmount } from '../model/money.js';
import type { NetworkSnapshot, NodeFacts, OfferFacts } from '../model/network.js';
import { serviceCodeOf } from '../pricing/rates.js';
import type { Hold } from '../store/plan.js';
import { confirmWhereReady, startCheck } from './confirm.js';
import type { OrderDraft } from './draft.js';
import type { OrderError } from './errors/codes.js';
import { holdForRules } from './held-by-rule.js';
import { type AskBecause, askOfNode, isToBeConfirmed } from './live-check.js';
import { poNumberOf } from './po-number.js';

/** One routing of an order: what the engine was asked, what it answered, and what both were read from. */
export interface Routing {
  readonly request: RoutingRequest;
  readonly decision: Decision;
  readonly snapshot: NetworkSnapshot;
  readonly rateSources: Readonly<Record<string, unknown>>;
  /** Nodes that the engine was not asked about, because their prices could not be told in the order's currency. */
  readonly leftOut: readonly LeftOut[];
  /** What it takes of nodes that run low because no other could serve it. */
  readonly drawnLow: readonly LowDraw[];
  /** Rules that have it wait for a person. */
  readonly held: readonly HeldByRule[];
  /** What its shipments count in, of rules with a limit a day. */
  readonly counters: readonly DayCounter[];
  /** Vendors that can be asked live. */
  readonly askable: ReadonlySet<number>;
  readonly cause: string;
  /** From 1: how often this routing was decided, because its stock moved meanwhile. */
  readonly attempt: number;
  readonly engineMicros: number;
}

/** Reasons that time and stock can mend, and those that other lines, or another try, decide. Codes of ROUTING.md and docs/decisions.md. */
const WAITS_FOR_STOCK: ReadonlySet<string> = new Set([
  'NO_STOCK',
  'NO_CAPACITY',
  'BELOW_MINIMUM_QUANTITY',
  'NOT_A_MULTIPLE',
  'BELOW_MINIMUM_VALUE',
  'SHIPMENT_LIMIT',
  'ORDER_INCOMPLETE',
  'UNDECIDED',
]);
/** How soon an order that could not be decided within its effort, or with rates of today, is tried again. */
const LATER_MS = 600_000;
/** Nodes without an exchange rate that a review tells of; the decision's record has them all. */
const LEFT_OUT_TOLD_MAX = 20;

/**
 * Turns a decision into the change of its order: fulfillments with their PO numbers, holds, capacity, backorders, the record
 * and the events; or the rejection of an order that may not wait and cannot be served whole.
 *
 * Units go where the decision says, open ones before backordered ones; what it leaves waits as backorder. Where nobody must
 * be asked, the order is confirmed and its units committed in the same plan; else they are held while vendors are asked. Pure.
 */
export function planFromDecision(draft: OrderDraft, routing: Routing): void {
  const { decision } = routing;
  const decisionId = draft.newId();
  draft.setDecision({
    id: decisionId,
    cause: routing.cause,
    request: routing.request,
    decision,
    rateSources: {
      ...routing.rateSources,
      leftOut: routing.leftOut,
      decisionDigest: createHash('sha256').update(JSON.stringify(decision)).digest('hex'),
      ...(routing.drawnLow.length > 0 ? { drawnLow: routing.drawnLow } : {}),
      ...(draft.learned.vendorAnswers.length > 0 ? { vendorAnswers: draft.learned.vendorAnswers } : {}),
    },
    attempt: routing.attempt,
    engineMicros: routing.engineMicros,
  });
  if (decision.status === 'undecided') {
    leaveForPerson(draft, 'UNDECIDED', { decisionId });
    confirmWhereReady(draft, { decisionId });
    return;
  }
  if (mayReject(draft) && decision.status !== 'routed') {
    const tooOld = ratesTooOld(routing);
    if (tooOld.length > 0) {
      leaveForPerson(draft, RATES_TOO_OLD, { decisionId, leftOut: tooOld });
      return;
    }
    reject(draft, routing, decisionId);
    return;
  }
  holdForRules(draft, routing.held, decisionId);
  const wanted = isToBeConfirmed(draft.order);
  const asks = decision.shipments.map((shipment) => (wanted ? askOf(draft, routing, shipment) : null));
  const sure = draft.isConfirmed || (wanted && !draft.hasOpenCheck && asks.every((because) => because === null));
  const fulfillments = decision.shipments.map((shipment, index) => {
    const because = asks[index] ?? null;
    return { ...plan(draft, routing, decisionId, shipment, sure && because === null), because };
  });
  if (fulfillments.length > 0) {
    const units = fulfillments.reduce((sum, made) => sum + made.units, 0);
    const made = fulfillments.map(({ vendorId: _, because: __, ...told }) => told);
    draft.event('order.routed', {
      decisionId,
      cause: routing.cause,
      attempt: routing.attempt,
      units,
      fulfillments: made,
    });
  }
  for (const { because, fulfillmentId, poNumber, nodeId, vendorId, units } of fulfillments) {
    if (because !== null) startCheck(draft, { fulfillmentId, poNumber, nodeId, vendorId, units }, because);
  }
  confirmWhereReady(draft, { decisionId });
  leaveUnfilled(draft, routing, decisionId);
  draft.resolveItems(['UNDECIDED', 'STOCK_KEEPS_MOVING'], 'the order was decided');
  if (decision.status === 'routed') draft.resolveItems([RATES_TOO_OLD], 'the order was decided');
}

/** Of a review: nodes were not asked because the exchange rates to their currencies are older than the policy allows. */
const RATES_TOO_OLD = 'EXCHANGE_RATE_TOO_OLD';

function ratesTooOld({ leftOut }: Routing): LeftOut[] {
  return leftOut.filter(({ code }) => code === RATES_TOO_OLD).slice(0, LEFT_OUT_TOLD_MAX);
}

/** A customer who was told yes is not told no later: only an order that nobody ships anything of yet is rejected. */
function mayReject(draft: OrderDraft): boolean {
  return draft.order.whenShort === 'REJECT' && !draft.isConfirmed && draft.order.fulfillments.length === 0;
}

type Shipment = Decision['shipments'][number];

/** Why the vendor of a shipment must be asked before it is committed; null: it need not, or cannot. */
function askOf(draft: OrderDraft, routing: Routing, shipment: Shipment): AskBecause | null {
  const node = nodeOf(routing.snapshot, shipment.nodeId);
  if (!routing.askable.has(node.vendorId)) return null;
  const units = new Map<number, number>();
  for (const item of shipment.items) {
    const line = draft.order.lines.find((each) => each.lineNo === Number(item.lineId));
    if (line) units.set(line.productId, (units.get(line.productId) ?? 0) + item.quantity);
  }
  return askOfNode(routing.snapshot, node, units, draft.learned.answered);
}

/** One shipment as a fulfillment: planned, its units held, or `committed` at once where that is `sure`. */
function plan(
  draft: OrderDraft,
  routing: Routing,
  decisionId: string,
  shipment: Shipment,
  sure: boolean,
): { fulfillmentId: string; poNumber: string; nodeId: number; vendorId: number; units: number; arrivesBy: string } {
  const { snapshot } = routing;
  const node = nodeOf(snapshot, shipment.nodeId);
  const service = snapshot.services.find(
    (each) => each.nodeId === node.id && each.serviceCode === serviceCodeOf(shipment.serviceId),
  );
  if (!service) throw new Error(`expected service ${shipment.serviceId} at node ${node.code}, found none`);
  const fulfillmentId = draft.newId();
  const poNumber = poNumberOf(draft.newId());
  const expiresAt = sure ? null : new Date(draft.now.getTime() + draft.order.account.holdMinutes * 60_000);

  const bySku = new Map<string, number>();
  for (const item of shipment.items) bySku.set(item.sku, (bySku.get(item.sku) ?? 0) + item.quantity);
  const holds: Hold[] = [];
  let units = 0;
  const lines = shipment.items.map((item) => {
    const lineNo = Number(item.lineId);
    const line = draft.order.lines.find((each) => each.lineNo === lineNo);
    if (!line) throw new Error(`expected line ${item.lineId} in order ${draft.order.id}, found none`);
    const offer = offerOf(snapshot, node, line.productId);
    takeUnits(draft, lineNo, item.quantity);
    units += item.quantity;
    // Made to order: there is no stock to hold.
    if (offer.available !== null) {
      holds.push({
        reservationId: draft.newId(),
        lineNo,
        fulfillmentId,
        nodeId: node.id,
        productId: line.productId,
        quantity: item.quantity,
        state: sure ? 'committed' : 'held',
        expiresAt: expiresAt?.toISOString() ?? null,
      });
    }
    const unitCost = unitCostOf(offer, bySku.get(item.sku) ?? item.quantity);
    return { lineNo, productId: line.productId, quantity: item.quantity, unitCost };
  });
  if (node.remainingUnits !== null) draft.takeCapacity(node.id, localDay(draft.now, node.timeZone), units);
  for (const { ruleId, nodeId, day, per, most, vendorCode } of routing.counters) {
    if (nodeId !== null && nodeId !== node.id) continue;
    const binds = vendorCode === null || vendorCode === node.vendorCode;
    const key = { ruleId, nodeId, day, vendorId: node.vendorId };
    draft.takeCount({ ...key, fulfillmentId, per, units: per === 'unit' ? units : 1, most: binds ? most : null });
  }
  draft.addFulfillment(
    {
      id: fulfillmentId,
      nodeId: node.id,
      vendorId: node.vendorId,
      serviceId: service.serviceId,
      decisionId,
      poNumber,
      landedCost: parseAmount(shipment.costs.landed),
      currency: draft.order.currency,
      shipBy: shipment.shipsAt,
      arrivesBy: shipment.arrivesAt,
      // What is not confirmed, or waits for a person, is not sent.
      nextActionAt: sure && !draft.isDispatchBlocked(fulfillmentId) ? draft.now.toISOString() : null,
      lines,
    },
    holds,
  );
  return { fulfillmentId, poNumber, nodeId: node.id, vendorId: node.vendorId, units, arrivesBy: shipment.arrivesAt };
}

/** Open units first, then backordered ones. */
function takeUnits(draft: OrderDraft, lineNo: number, units: number): void {
  const open = Math.min(units, draft.lines.get(lineNo)?.open ?? 0);
  draft.moveUnits(lineNo, 'open', 'routed', open);
  draft.moveUnits(lineNo, 'backordered', 'routed', units - open);
}

/** What no shipment takes waits for stock; where stock will not help, a person is told. */
function leaveUnfilled(draft: OrderDraft, routing: Routing, decisionId: string): void {
  const left: { lineNo: number; units: number; reason: string }[] = [];
  for (const [lineNo, line] of draft.lines) {
    const units = line.open + line.backordered;
    if (units === 0) continue;
    draft.moveUnits(lineNo, 'open', 'backordered', line.open);
    const told = routing.decision.unfilled.find((each) => Number(each.lineId) === lineNo);
    left.push({ lineNo, units, reason: told?.reason ?? 'COSTLIER' });
  }
  if (left.length === 0) {
    draft.resolveItems(['UNROUTABLE'], 'a vendor was found');
    return;
  }
  draft.event('order.backordered', { decisionId, cause: routing.cause, lines: left });
  const tooOld = ratesTooOld(routing);
  if (tooOld.length > 0) {
    leaveForPerson(draft, RATES_TOO_OLD, { decisionId, leftOut: tooOld });
    return;
  }
  const hopeless = left.filter((line) => !waitsForStock(draft, routing, line));
  if (hopeless.length > 0) {
    const leftOut = routing.leftOut.slice(0, LEFT_OUT_TOLD_MAX);
    const evidence = { decisionId, lines: hopeless, ...(leftOut.length > 0 ? { leftOut } : {}) };
    draft.openItem({ kind: 'review', reason: 'UNROUTABLE', evidence, blocks: [] });
  }
}

/**
 * Whether more stock, or room of another day, would help. Where shipping nothing is the best, the engine calls every line costlier: then it is
 * for want of these only if the nodes together have less than is missing (and somebody offers it at all).
 */
function waitsForStock(
  draft: OrderDraft,
  routing: Routing,
  line: { readonly lineNo: number; readonly units: number; readonly reason: string },
): boolean {
  if (line.reason !== 'COSTLIER') return WAITS_FOR_STOCK.has(line.reason);
  const productId = draft.order.lines.find((each) => each.lineNo === line.lineNo)?.productId;
  const offers = routing.snapshot.offers.filter((offer) => offer.productId === productId);
  if (offers.length === 0) return false;
  const taken = routing.decision.shipments
    .flatMap((shipment) => shipment.items)
    .filter((item) => draft.order.lines.find((each) => each.lineNo === Number(item.lineId))?.productId === productId)
    .reduce((sum, item) => sum + item.quantity, 0);
  const codes = new Map(routing.snapshot.nodes.map(({ id, code }) => [id, code]));
  const room = new Map((routing.request.nodes ?? []).map(({ id, remainingUnits }) => [id, remainingUnits]));
  const available = offers.reduce((sum, { nodeId, available: has }) => {
    const most = room.get(codes.get(nodeId) ?? '');
    return sum + Math.min(has ?? Number.POSITIVE_INFINITY, most ?? Number.POSITIVE_INFINITY);
  }, 0);
  return available - taken < line.units;
}

/** What a person has to look at is tried again by itself, too. */
function leaveForPerson(
  draft: OrderDraft,
  reason: 'UNDECIDED' | typeof RATES_TOO_OLD,
  evidence: { readonly decisionId: string; readonly leftOut?: readonly LeftOut[] },
): void {
  draft.openItem({ kind: 'review', reason, evidence, blocks: [] });
  draft.routeNext(new Date(draft.now.getTime() + LATER_MS));
  draft.event('order.rerouting', { decisionId: evidence.decisionId, because: reason });
}

/** The order may not wait and cannot be served whole: nothing of it is held, and its sender learns why. */
function reject(draft: OrderDraft, routing: Routing, decisionId: string): void {
  for (const [lineNo, line] of draft.lines) {
    draft.moveUnits(lineNo, 'open', 'canceled', line.open);
    draft.moveUnits(lineNo, 'backordered', 'canceled', line.backordered);
  }
  draft.reject();
  draft.event('order.rejected', { decisionId, errors: shortagesOf(draft, routing) });
}

/** What is missing, SKU by SKU; where stock would suffice, the reasons that the decision gives. */
function shortagesOf(draft: OrderDraft, routing: Routing): OrderError[] {
  const wanted = new Map<number, { sku: string; requested: number; lineNo: number }>();
  for (const line of draft.order.lines) {
    const { requested, lineNo } = wanted.get(line.productId) ?? { requested: 0, lineNo: line.lineNo };
    wanted.set(line.productId, { sku: line.sku, lineNo, requested: requested + line.open + line.backordered });
  }
  const errors: OrderError[] = [];
  for (const [productId, { sku, requested, lineNo }] of wanted) {
    let available = 0;
    for (const offer of routing.snapshot.offers) {
      if (offer.productId === productId) available += offer.available ?? requested;
    }
    if (available >= requested) continue;
    const message = `expected ${requested} of ${sku}, ${available} are available`;
    errors.push({
      code: 'INSUFFICIENT_STOCK',
      path: `lines[${lineNo - 1}].quantity`,
      message,
      sku,
      requested,
      available,
    });
  }
  if (errors.length > 0) return errors;
  const reasons = [...new Set(routing.decision.unfilled.map((line) => line.reason))];
  const message = `no vendor can serve this order whole: ${reasons.join(', ') || 'see the decision'}`;
  return [{ code: 'UNROUTABLE', path: 'lines', message, reasons }];
}

function nodeOf(snapshot: NetworkSnapshot, nodeId: string): NodeFacts {
  const node = snapshot.nodes.find((each) => each.code === nodeId);
  if (!node) throw new Error(`expected node ${nodeId} in the snapshot, found none`);
  return node;
}

function offerOf(snapshot: NetworkSnapshot, node: NodeFacts, productId: number): OfferFacts {
  const offer = snapshot.offers.find((each) => each.nodeId === node.id && each.productId === productId);
  if (!offer) throw new Error(`expected an offer of product ${productId} at node ${node.code}, found none`);
  return offer;
}

/** The bracket with the greatest fromQuantity that the quantity reaches prices every unit; in the node's currency. */
function unitCostOf(offer: OfferFacts, quantity: number): number {
  const reached = offer.unitCosts.filter((bracket) => bracket.fromQuantity <= quantity);
  const bracket = reached.reduce<(typeof reached)[number] | null>(
    (best, each) => (best === null || each.fromQuantity > best.fromQuantity ? each : best),
    null,
  );
  return bracket?.unitCost ?? 0;
}
