import { distanceKm, type Position } from '../../model/distance.js';
import type { NodeFacts, NodeServiceFacts, OfferFacts, ProductFacts } from '../../model/network.js';
import { byNode } from '../by-node.js';
import type { OrderToRoute } from '../order-to-route.js';
import type { WorkingHours } from '../ready-at.js';
import { type Facts, LIST_MAX, type Step } from './expression.js';
import type { FactsOf, Subject } from './subjects.js';

/** What rules know of an order besides what is routed. */
export interface OrderContext {
  readonly channel: string;
  readonly account: string;
  readonly postalCode: string | null;
  readonly position: Position | null;
}

type OrderLine = OrderToRoute['lines'][number];

/** What rules look at of a node, of what it offers, and of how it ships. */
type RuledNode = WorkingHours &
  Position &
  Pick<NodeFacts, 'id' | 'code' | 'vendorCode' | 'countryCode' | 'regionCode' | 'leadTimeHours' | 'remainingUnits'>;
type RuledProduct = Pick<ProductFacts, 'id' | 'sku' | 'unitWeightGrams' | 'tags' | 'hsCode' | 'originCountry'>;
type RuledOffer = Pick<
  OfferFacts,
  'nodeId' | 'productId' | 'available' | 'minimumQuantity' | 'quantityMultiple' | 'leadTimeHours'
>;
type RuledService = Pick<NodeServiceFacts, 'nodeId' | 'serviceCode' | 'carrier' | 'transitHours'>;

/** The part of a snapshot that rules look at. */
export interface RuledNetwork {
  readonly takenAt: Date;
  readonly products: readonly RuledProduct[];
  readonly nodes: readonly RuledNode[];
  readonly offers: readonly RuledOffer[];
  readonly services: readonly RuledService[];
}

/** One thing that a condition may hold for: a line, a node, the offer of a node for a line, a service of a node, or less than that. */
export interface Case {
  readonly line: OrderLine | null;
  readonly node: RuledNode | null;
  readonly service: RuledService | null;
  readonly facts: Facts;
}

/** All cases of an order over a snapshot, each subject's facts worked out once. */
export class Cases {
  private readonly order: FactsOf<'order'>;
  private readonly destination: FactsOf<'destination'>;
  private readonly lines: readonly { readonly line: OrderLine; readonly facts: FactsOf<'line'> }[];
  private readonly nodes: readonly {
    readonly node: RuledNode;
    readonly facts: FactsOf<'node'>;
    readonly offers: ReadonlyMap<number, FactsOf<'offer'>>;
    readonly services: readonly { readonly service: RuledService; readonly facts: FactsOf<'service'> }[];
  }[];

  constructor(order: OrderToRoute, context: OrderContext, snapshot: RuledNetwork) {
    const products = new Map(snapshot.products.map((product) => [product.id, product]));
    this.lines = order.lines.map((line) => ({ line, facts: lineFacts(line, products.get(line.productId)) }));
    this.order = orderFacts(order, context, snapshot, products);
    this.destination = {
      country: order.destination.countryCode,
      region: order.destination.regionCode ?? '',
      postalCode: context.postalCode ?? '',
      residential: order.destination.residential,
      located: context.position !== null,
    };
    const offers = byNode(snapshot.offers);
    const services = byNode(snapshot.services);
    this.nodes = snapshot.nodes.map((node) => ({
      node,
      facts: nodeFacts(node, context.position),
      offers: new Map((offers.get(node.id) ?? []).map((offer) => [offer.productId, offerFacts(offer, node)])),
      services: (services.get(node.id) ?? []).map((service) => ({ service, facts: serviceFacts(service) })),
    }));
  }

  /**
   * The cases that differ in these subjects and for which each of the steps holds; `node` where only nodes that offer the line count is
   * said by `offer`. A step is asked as soon as there is what it speaks of: one about nodes once a node, whatever the lines.
   */
  *over(subjects: ReadonlySet<Subject>, steps: readonly Step[] = []): Generator<Case> {
    const byLine = subjects.has('line') || subjects.has('offer');
    const byNode = subjects.has('node') || subjects.has('offer') || subjects.has('service');
    const asked = inLevels(steps);
    const shared = { order: this.order, destination: this.destination };
    if (!allHold(asked.once, shared)) return;
    const lines = byLine ? this.lines.filter(({ facts }) => allHold(asked.line, { ...shared, line: facts })) : [null];
    if (lines.length === 0) return;
    const nodes = byNode ? this.nodes.filter(({ facts }) => allHold(asked.node, { ...shared, node: facts })) : [null];
    const servicesOf = memoised((node: Exclude<(typeof nodes)[number], null>) =>
      subjects.has('service')
        ? node.services.filter(({ facts }) => allHold(asked.service, { ...shared, node: node.facts, service: facts }))
        : [null],
    );
    for (const line of lines) {
      const ofLine = line ? { ...shared, line: line.facts } : shared;
      for (const node of nodes) {
        const offer = line && node ? node.offers.get(line.line.productId) : undefined;
        if (line && node && !offer) continue;
        const ofNode = node ? { ...ofLine, node: node.facts, ...(offer ? { offer } : {}) } : ofLine;
        if (!allHold(asked.offer, ofNode)) continue;
        for (const service of node ? servicesOf(node) : [null]) {
          const facts = service ? { ...ofNode, service: service.facts } : ofNode;
          if (allHold(asked.each, facts))
            yield { line: line?.line ?? null, node: node?.node ?? null, service: service?.service ?? null, facts };
        }
      }
    }
  }

  /** How many cases `over` yields at most. */
  countOver(subjects: ReadonlySet<Subject>): number {
    const lines = subjects.has('line') || subjects.has('offer') ? this.lines.length : 1;
    if (subjects.has('service')) return lines * this.nodes.reduce((sum, node) => sum + node.services.length, 0);
    return lines * (subjects.has('node') || subjects.has('offer') ? this.nodes.length : 1);
  }
}

/** Steps by what must be known to ask them, the first that does: nothing more than the order, one line, one node, and so on. */
const LEVELS = {
  once: [],
  line: ['line'],
  node: ['node'],
  service: ['node', 'service'],
  offer: ['line', 'node', 'offer'],
  each: ['line', 'node', 'offer', 'service'],
} as const satisfies Readonly<Record<string, readonly Subject[]>>;

type Level = keyof typeof LEVELS;

function inLevels(steps: readonly Step[]): Readonly<Record<Level, Step[]>> {
  const levels = { once: [], line: [], node: [], service: [], offer: [], each: [] } as Record<Level, Step[]>;
  for (const step of steps) {
    const speaksOf = [...step.subjects].filter((subject) => subject !== 'order' && subject !== 'destination');
    const level = (Object.keys(LEVELS) as Level[]).find((each) => speaksOf.every((of) => isIn(LEVELS[each], of)));
    levels[level ?? 'each'].push(step);
  }
  return levels;
}

function isIn(subjects: readonly Subject[], subject: Subject): boolean {
  return subjects.includes(subject);
}

function allHold(steps: readonly Step[], facts: Facts): boolean {
  return steps.every(({ holds }) => holds(facts));
}

function memoised<K, V>(of: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}

function orderFacts(
  order: OrderToRoute,
  context: OrderContext,
  snapshot: RuledNetwork,
  products: ReadonlyMap<number, RuledProduct>,
): FactsOf<'order'> {
  const sum = (of: (line: OrderLine) => number) => order.lines.reduce((total, line) => total + of(line), 0);
  const { deliverBy } = order;
  return {
    channel: context.channel,
    account: context.account,
    currency: order.currency,
    value: sum((line) => line.unitPrice * line.quantity) / 10_000,
    units: BigInt(sum((line) => line.quantity)),
    lines: BigInt(order.lines.length),
    weightGrams: BigInt(sum((line) => (products.get(line.productId)?.unitWeightGrams ?? 0) * line.quantity)),
    hoursToPromise: deliverBy ? (deliverBy.getTime() - snapshot.takenAt.getTime()) / 3_600_000 : -1,
  };
}

function lineFacts(line: OrderLine, product: RuledProduct | undefined): FactsOf<'line'> {
  return {
    sku: product?.sku ?? '',
    quantity: BigInt(line.quantity),
    unitPrice: line.unitPrice / 10_000,
    weightGrams: BigInt(product?.unitWeightGrams ?? 0),
    tags: (product?.tags ?? []).slice(0, LIST_MAX),
    hsCode: product?.hsCode ?? '',
    originCountry: product?.originCountry ?? '',
  };
}

function nodeFacts(node: RuledNode, destination: Position | null): FactsOf<'node'> {
  return {
    code: node.code,
    vendor: node.vendorCode,
    country: node.countryCode,
    region: node.regionCode ?? '',
    leadTimeHours: BigInt(node.leadTimeHours),
    remainingUnits: BigInt(node.remainingUnits ?? -1),
    distanceKm: destination ? distanceKm(node, destination) : -1,
  };
}

function offerFacts(offer: RuledOffer, node: RuledNode): FactsOf<'offer'> {
  return {
    available: BigInt(offer.available ?? -1),
    minimumQuantity: BigInt(offer.minimumQuantity),
    quantityMultiple: BigInt(offer.quantityMultiple),
    leadTimeHours: BigInt(Math.max(node.leadTimeHours, offer.leadTimeHours ?? 0)),
  };
}

function serviceFacts(service: RuledService): FactsOf<'service'> {
  return { code: service.serviceCode, carrier: service.carrier, transitHours: BigInt(service.transitHours) };
}
