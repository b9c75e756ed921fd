import type { Decision } from '../engine/decision.js';
import type { RequestExclusion, RoutingRequest } from '../engine/request.js';
import { buildRoutingRequest, type RoutingPolicy } from '../matrix/build-request.js';
import { lowOffersOf } from '../matrix/low-stock.js';
import type { OrderToRoute } from '../matrix/order-to-route.js';
import type { CompiledRule } from '../matrix/rules/compile.js';
import type { OrderContext } from '../matrix/rules/facts.js';
import { heldByRules } from '../matrix/rules/held.js';
import type { DayCount } from '../model/day-count.js';
import type { NetworkSnapshot } from '../model/network.js';
import type { Address } from '../model/order.js';
import { DAY_LIMITS } from '../model/rule-set.js';
import type { RulesInForce } from '../model/rules-in-force.js';
import { systemViewer } from '../model/viewer.js';
import { loadAccountContext } from '../store/account-context.js';
import type { Pool, Queryable } from '../store/database.js';
import { readDayCounts } from '../store/day-counts.js';
import { loadNetwork } from '../store/network.js';
import { contactsOf, type OrderAggregate } from '../store/orders.js';
import { decideSparingLow } from './divert.js';
import type { OrderSettings } from './settings.js';
import { GIVEN_UP } from './settle-fulfillment.js';
import { decideSoftened } from './soften.js';
import { decideWithinRoom } from './vendor-room.js';

type Line = OrderToRoute['lines'][number];

/** All that a decision is made from but the rules, as it was at one moment. */
export interface Question {
  readonly order: OrderToRoute;
  readonly context: OrderContext;
  readonly snapshot: NetworkSnapshot;
  readonly policy: RoutingPolicy;
  readonly exclusions: readonly RequestExclusion[];
  /** What limits a day have counted so far; `withDayCounts` reads it. */
  readonly counts?: readonly DayCount[];
}

/** What a question says of an order. */
export type AskedOrder = Pick<
  OrderAggregate,
  | 'id'
  | 'accountId'
  | 'currency'
  | 'placedAt'
  | 'deliverBy'
  | 'whenShort'
  | 'destinationCountry'
  | 'destinationRegion'
  | 'tags'
  | 'customerTier'
  | 'serviceCodes'
  | 'shipComplete'
  | 'fulfillments'
  | 'confirmedAt'
>;

/** What is to be routed of an order, and what counts as free again for it. */
export interface Asked {
  readonly order: AskedOrder;
  /** Left out: as it is stored. */
  readonly address?: Address;
  readonly lines: readonly Line[];
  readonly exclusions: readonly RequestExclusion[];
  readonly now: Date;
  readonly givenBack: Parameters<typeof loadNetwork>[1]['givenBack'];
}

/** Reads stock, prices, rates and the order's address as they are now, and which rules are in force. */
export async function readQuestion(
  deps: { readonly pool: Pool; readonly settings: OrderSettings },
  { order, address: given, lines, exclusions, now, givenBack }: Asked,
): Promise<{ readonly question: Question; readonly inForce: RulesInForce }> {
  const [[contact], { account, channel, rules: inForce }] = await Promise.all([
    given ? [] : contactsOf(deps.pool, systemViewer('route'), [order.id]),
    loadAccountContext(deps.pool, order.accountId),
  ]);
  const address = given ?? contact?.address ?? null;
  const { latitude, longitude, postalCode = null } = address ?? {};
  const snapshot = await loadNetwork(deps.pool, {
    accountId: order.accountId,
    productIds: [...new Set(lines.map((line) => line.productId))],
    countryCode: order.destinationCountry,
    regionCode: order.destinationRegion,
    postalCode,
    orderCurrency: order.currency,
    ...{ now, givenBack },
  });
  const position = latitude === undefined || longitude === undefined ? null : { latitude, longitude };
  const { effort, latenessCostPerDay, shipmentPenalty } = deps.settings;
  return {
    question: {
      order: orderToRoute(order, address, lines),
      context: {
        ...{ account, channel, postalCode, position, tags: order.tags },
        customerTier: order.customerTier ?? '',
      },
      policy: { effort, latenessCostPerDay, shipmentPenalty, ...(isWhole(order) ? { whole: true } : {}) },
      snapshot,
      exclusions: [...exclusions, ...otherServices(order, snapshot)],
    },
    inForce,
  };
}

/** Of an order whose shipping service stands for certain carrier services, all others. */
function otherServices({ serviceCodes }: AskedOrder, { services }: NetworkSnapshot): RequestExclusion[] {
  if (serviceCodes === null) return [];
  const others = new Set(services.map(({ serviceCode }) => serviceCode).filter((code) => !serviceCodes.includes(code)));
  return [...others].sort().map((serviceId) => ({ serviceId, reason: 'the shipping service of the order is another' }));
}

/** Whether the order goes in one delivery or not at all, as it still can: nothing of it is under way, nor was it ever promised in part. */
function isWhole({ shipComplete, fulfillments }: AskedOrder): boolean {
  return shipComplete && fulfillments.every(({ status }) => GIVEN_UP.includes(status) || status === 'PLANNED');
}

/** The question with what the limits a day of these rules have counted so far. */
export async function withDayCounts(
  db: Queryable,
  question: Question,
  rules: readonly CompiledRule[],
): Promise<Question> {
  const ids = rules.filter(({ effect }) => DAY_LIMITS.has(effect)).map(({ rule }) => rule.id);
  if (ids.length === 0) return question;
  const { nodes, takenAt } = question.snapshot;
  const counts = await readDayCounts(
    db,
    ids,
    nodes.map(({ id }) => id),
    takenAt,
  );
  return { ...question, counts };
}

/**
 * Asks the engine under these rules: soft filters give way, what runs low is spared, and rules may hold what is decided. `adjust`: what is
 * asked differently of the request that was built.
 */
export async function answerUnder(
  decide: (request: RoutingRequest) => Decision | Promise<Decision>,
  { order, snapshot, policy, exclusions, context, counts = [] }: Question,
  rules: readonly CompiledRule[],
  adjust: (request: RoutingRequest) => RoutingRequest = (request) => request,
) {
  const low = lowOffersOf(snapshot);
  const softened = await decideSoftened(async (dropped: ReadonlySet<string>) => {
    const ruling = rules.length === 0 ? null : { rules, context, dropped, counts };
    const built = buildRoutingRequest(order, snapshot, policy, exclusions, ruling);
    const decided = await decideWithinRoom(built.rules?.day.vendorRoom ?? [], adjust(built.request), (request) =>
      decideSparingLow(decide, request, low),
    );
    return { ...built, ...decided, soft: built.rules?.soft ?? [] };
  });
  const { rules: applied, request, decision } = softened.answer;
  return { ...softened, held: heldByRules(applied?.holds ?? [], request, decision) };
}

/** The part of an order that waits to be routed. */
function orderToRoute(order: AskedOrder, address: Address | null, lines: readonly Line[]): OrderToRoute {
  const isFirst = order.fulfillments.length === 0 && order.confirmedAt === null;
  return {
    id: order.id,
    currency: order.currency,
    placedAt: order.placedAt,
    deliverBy: order.deliverBy,
    destination: {
      countryCode: order.destinationCountry,
      regionCode: order.destinationRegion,
      residential: address?.residential ?? false,
    },
    // An order that was promised is never refused for a shortage that came later: what is missing waits.
    whenShort: isFirst ? order.whenShort : 'BACKORDER',
    lines: lines.map(({ lineNo, productId, quantity, unitPrice }) => ({ lineNo, productId, quantity, unitPrice })),
  };
}
