import type { RequestExclusion, RequestNode, RequestOffer, RoutingRequest } from '../engine/request.js';
import type { DayCount } from '../model/day-count.js';
import { formatAmount, type TenThousandths } from '../model/money.js';
import type { NetworkSnapshot, NodeFacts, OfferFacts, ProductFacts } from '../model/network.js';
import { type Converter, converterTo, NoExchangeRate } from '../pricing/currency.js';
import { serviceCodeOf, servicePricer } from '../pricing/rates.js';
import { Border, type ShippedLines } from './border.js';
import { byNode } from './by-node.js';
import type { OrderToRoute } from './order-to-route.js';
import { readyAtOf } from './ready-at.js';
import { type AppliedRules, applyRules } from './rules/apply.js';
import type { CompiledRule } from './rules/compile.js';
import { Cases, type OrderContext } from './rules/facts.js';
import { withTransitHours } from './transit.js';

/** How Headgate weighs what is not money, in the order's currency. */
export interface RoutingPolicy {
  readonly effort: number;
  readonly latenessCostPerDay: TenThousandths;
  readonly shipmentPenalty: TenThousandths;
  /** In one shipment or not at all. */
  readonly whole?: boolean;
}

/** The rules in force, and what they know of the order besides what is routed. */
export interface Ruling {
  readonly rules: readonly CompiledRule[];
  readonly context: OrderContext;
  /** Ids of soft filters that give way. */
  readonly dropped: ReadonlySet<string>;
  /** What their limits a day have counted so far; left out: nothing. */
  readonly counts?: readonly DayCount[];
}

/** A node that was not asked about, and why: no rate, or only rates that are too old. */
export interface LeftOut {
  readonly nodeCode: string;
  readonly reason: string;
  readonly code?: NoExchangeRate['code'];
}

export interface BuiltRequest {
  readonly request: RoutingRequest;
  /** What the rules made of it. */
  readonly rules: AppliedRules | null;
  /** Which exchange rates and rate cards its prices come from, for the decision record. */
  readonly rateSources: Readonly<Record<string, unknown>>;
  /** Nodes that were left out because their prices could not be converted, with why. */
  readonly leftOut: readonly LeftOut[];
  /** What the customer pays at the door for a shipment of these, by node and line; null where the merchant does. Errors: none. */
  readonly dutyAtDoor: ((shipment: ShippedLines) => TenThousandths) | null;
}

/**
 * Turns an order and a snapshot of the network into the routing request of ROUTING.md. Pure.
 *
 * Everything is resolved here: stock as ATP, rate cards as prices for this destination, calendars as moments, currencies converted
 * to the order's. The destination is named by country and region, no more: the request is stored. A node without any offer for the
 * order is left out.
 */
export function buildRoutingRequest(
  order: OrderToRoute,
  read: NetworkSnapshot,
  policy: RoutingPolicy,
  exclusions: readonly RequestExclusion[] = [],
  ruling: Ruling | null = null,
): BuiltRequest {
  const snapshot = withTransitHours(read);
  const products = new Map(snapshot.products.map((product) => [product.id, product]));
  const productOf = (id: number): ProductFacts => {
    const product = products.get(id);
    if (!product) throw new Error(`expected product ${id} in the snapshot`);
    return product;
  };
  const money = converterTo(
    order.currency,
    snapshot.exchangeRates.map((rate) => ({ ...rate, quote: order.currency })),
    snapshot.exchangeLimit,
  );
  const applied = ruling
    ? applyRules(
        ruling.rules,
        {
          cases: new Cases(order, ruling.context, snapshot),
          nodes: snapshot.nodes,
          lines: order.lines.map(({ lineNo, productId, group }) => ({
            ...{ lineNo, sku: productOf(productId).sku, group: group ?? null },
          })),
          ...{ now: snapshot.takenAt, money },
          today: { units: order.lines.reduce((sum, { quantity }) => sum + quantity, 0), counts: ruling.counts ?? [] },
        },
        ruling.dropped,
      )
    : null;
  const leftOut: LeftOut[] = [];
  const border = new Border(order, snapshot, money);
  const nodes: RequestNode[] = [];
  const sources = new Map<string, Set<string>>();
  const offersByNode = byNode(snapshot.offers);
  const servicesByNode = byNode(snapshot.services);
  const readyFrom = readyAtOf(snapshot.takenAt);
  const pricer = servicePricer(
    order.destination,
    money,
    order.lines.map(({ lineNo, productId }) => ({ lineNo, ...productOf(productId) })),
  );
  for (const node of snapshot.nodes) {
    const offers = offersByNode.get(node.id);
    if (!offers) continue;
    const services = servicesByNode.get(node.id) ?? [];
    try {
      nodes.push({
        ...nodeTerms(withLimit(node, applied?.day.unitsLeft.get(node.code)), { money, border, readyFrom }),
        ...charge('adjustment', applied?.perShipment.get(node.code)),
        offers: offers.map((offer) => {
          const terms = offerTerms(offer, node, productOf(offer.productId), { money, border, readyFrom });
          return { ...terms, ...charge('unitAdjustment', applied?.perUnit.get(node.code)?.get(terms.sku)) };
        }),
        services: services.flatMap(pricer.price),
      });
      for (const { source = 'card', rateCard } of services)
        sources.set(source, (sources.get(source) ?? new Set()).add(rateCard.code));
    } catch (error) {
      if (!(error instanceof NoExchangeRate)) throw error;
      leftOut.push({ nodeCode: node.code, reason: error.message, code: error.code });
    }
  }
  const excluded = withVariants([...exclusions, ...(applied?.exclusions ?? [])], nodes);
  const request: RoutingRequest = {
    order: {
      id: order.id,
      currency: order.currency,
      placedAt: order.placedAt.toISOString(),
      ...(order.deliverBy ? { deliverBy: order.deliverBy.toISOString() } : {}),
      destination: {
        countryCode: order.destination.countryCode,
        ...(order.destination.regionCode === null ? {} : { regionCode: order.destination.regionCode }),
      },
      lines: order.lines.map((line) => {
        const product = productOf(line.productId);
        const group = applied ? applied.groups.get(line.lineNo) : line.group;
        return {
          id: String(line.lineNo),
          sku: product.sku,
          quantity: line.quantity,
          unitPrice: formatAmount(line.unitPrice),
          unitWeightGrams: product.unitWeightGrams,
          unitVolumeCm3: product.unitVolumeCm3,
          tags: [...product.tags, ...(pricer.lineTags.get(line.lineNo) ?? [])],
          ...(group === undefined ? {} : { group }),
        };
      }),
    },
    nodes,
    policy: {
      lateness: { costPerDay: formatAmount(policy.latenessCostPerDay) },
      shipmentPenalty: formatAmount(policy.shipmentPenalty),
      unfilled: order.whenShort === 'REJECT' || policy.whole ? 'forbid' : { costPerValue: '1' },
      ...(policy.whole
        ? { maxShipments: 1 }
        : applied && applied.maxShipments !== null
          ? { maxShipments: applied.maxShipments }
          : {}),
      effort: policy.effort,
    },
    ...(excluded.length > 0 ? { exclusions: excluded } : {}),
  };
  const named = (source: string) => [...(sources.get(source) ?? [])].sort();
  const rateSources = {
    exchangeRates: money.used,
    rateCards: named('card'),
    ...(sources.has('default') ? { defaultRateCards: named('default') } : {}),
    ...(sources.has('live') ? { liveRates: named('live') } : {}),
  };
  return { request, rules: applied, rateSources, leftOut, dutyAtDoor: border.atDoor() };
}

/** The exclusions, those of a service also for the same service with a surcharge. */
function withVariants(exclusions: readonly RequestExclusion[], nodes: readonly RequestNode[]): RequestExclusion[] {
  const ids = nodes.flatMap(({ services = [] }) => services.map(({ id }) => id));
  const variants = new Set(ids.filter((id) => serviceCodeOf(id) !== id));
  if (variants.size === 0) return [...exclusions];
  return exclusions.flatMap((exclusion) => [
    exclusion,
    ...[...variants]
      .filter((id) => serviceCodeOf(id) === exclusion.serviceId)
      .map((serviceId) => ({ ...exclusion, serviceId })),
  ]);
}

function charge<K extends 'adjustment' | 'unitAdjustment'>(
  name: K,
  amount: TenThousandths | undefined,
): { readonly [key in K]?: string } {
  return (amount === undefined || amount === 0 ? {} : { [name]: formatAmount(amount) }) as { [key in K]?: string };
}

/** The node with no more room than a rule leaves it. */
function withLimit(node: NodeFacts, unitsLeft: number | undefined): NodeFacts {
  if (unitsLeft === undefined) return node;
  return { ...node, remainingUnits: Math.min(node.remainingUnits ?? unitsLeft, unitsLeft) };
}

/** What turns terms of a vendor into terms of the request. */
interface Resolving {
  readonly money: Converter;
  readonly border: Border;
  readonly readyFrom: ReturnType<typeof readyAtOf>;
}

function nodeTerms(node: NodeFacts, { money, border, readyFrom }: Resolving): RequestNode {
  const amount = (value: TenThousandths) => formatAmount(money.convert(value, node.currency));
  return {
    id: node.code,
    vendorId: node.vendorCode,
    location: {
      countryCode: node.countryCode,
      ...(node.regionCode === null ? {} : { regionCode: node.regionCode }),
      latitude: node.latitude,
      longitude: node.longitude,
    },
    readyAt: readyFrom(node.leadTimeHours, node).toISOString(),
    orderFee: amount(node.orderFee),
    ...(node.minimumOrderValue === null ? {} : { minimumOrderValue: amount(node.minimumOrderValue) }),
    ...(node.minimumOrderValue === null || node.smallOrderFee === null
      ? {}
      : { smallOrderFee: amount(node.smallOrderFee) }),
    ...(node.remainingUnits === null ? {} : { remainingUnits: Math.max(0, node.remainingUnits) }),
    ...border.thresholdTerms(),
    clearanceFee: border.isPaidAtDoor ? formatAmount(0) : amount(node.clearanceFee),
    failureCost: amount(node.failureCost),
  };
}

function offerTerms(
  offer: OfferFacts,
  node: NodeFacts,
  product: ProductFacts,
  { money, border, readyFrom }: Resolving,
): RequestOffer {
  const amount = (value: TenThousandths) => formatAmount(money.convert(value, node.currency));
  const duty = border.dutyOf(node, product);
  return {
    sku: product.sku,
    ...(offer.available === null ? {} : { available: Math.max(0, offer.available) }),
    unitCosts: offer.unitCosts.map((step) => ({ fromQuantity: step.fromQuantity, unitCost: amount(step.unitCost) })),
    unitFee: formatAmount(money.convert(offer.unitFee, node.currency) + duty.always),
    unitDuty: formatAmount(duty.aboveThreshold),
    minimumQuantity: offer.minimumQuantity,
    quantityMultiple: offer.quantityMultiple,
    ...(offer.leadTimeHours !== null && offer.leadTimeHours > node.leadTimeHours
      ? { readyAt: readyFrom(offer.leadTimeHours, node).toISOString() }
      : {}),
  };
}
