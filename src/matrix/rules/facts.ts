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
  /** Empty where unknown. */
  readonly customerTier: string;
  readonly tags: readonly string[];
  readonly postalCode: string | null;
  readonly position: Position | null;
}

type OrderLine = OrderToRoute['lines'][number];

/** What rules look at of a node, of what it offers, and of how it ships. */
type RuledNode = WorkingHours &
  Position &
  Pick<
    NodeFacts,
    | 'id'
    | 'code'
    | 'vendorId'
    | 'vendorCode'
    | 'countryCode'
    | 'regionCode'
    | 'leadTimeHours'
    | 'remainingUnits'
    | 'reliability'
    | 'judgedOrders'
  >;
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

/** All cases of an order over a snapshot, what is known of each worked out once. */
export class Cases {
  private readonly shared: Facts;
  private readonly lines: readonly { readonly line: OrderLine; readonly facts: Facts }[];
  private readonly nodes: readonly {
    readonly node: RuledNode;
    readonly facts: Facts;
    /** By line number: of those whose SKU it offers. */
    readonly lines: ReadonlyMap<number, Facts>;
    readonly services: readonly {
      readonly service: RuledService;
      readonly ofService: FactsOf<'service'>;
      readonly facts: Facts;
    }[];
  }[];

  constructor(order: OrderToRoute, context: OrderContext, snapshot: RuledNetwork) {
    const products = new Map(snapshot.products.map((product) => [product.id, product]));
    const shared = {
      order: orderFacts(order, context, snapshot, products),
      destination: {
        country: order.destination.countryCode,
        region: order.destination.regionCode ?? '',
        postalCode: context.postalCode ?? '',
        residential: order.destination.residential,
        located: context.position !== null,
      } satisfies FactsOf<'destination'>,
    };
    const lines = order.lines.map((line) => ({
      line,
      facts: { ...shared, line: lineFacts(line, products.get(line.productId)) },
    }));
    const offers = byNode(snapshot.offers);
    const services = byNode(snapshot.services);
    this.shared = shared;
    this.lines = lines;
    this.nodes = snapshot.nodes.map((node) => {
      const facts = { ...shared, node: nodeFacts(node, context.position) };
      const offered = new Map((offers.get(node.id) ?? []).map((offer) => [offer.productId, offerFacts(offer, node)]));
      return {
        ...{ node, facts },
        lines: new Map(
          lines.flatMap(({ line, facts: ofLine }) => {
            const offer = offered.get(line.productId);
            return offer ? [[line.lineNo, { ...facts, line: ofLine.line, offer }]] : [];
          }),
        ),
        services: (services.get(node.id) ?? []).map((service) => {
          const ofService = serviceFacts(service);
          return { service, ofService, facts: { ...facts, service: ofService } };
        }),
      };
    });
  }

  /**
   * The cases that differ in these subjects and for which each of the steps holds; `node` where only nodes that offer the line count is
   * said by `offer`. A step is asked as soon as there is what it speaks of: one about nodes once a node, whatever the lines.
   */
  *over(subjects: ReadonlySet<Subject>, steps: readonly Step[] = []): Generator<Case> {
    const byLine = subjects.has('line') || subjects.has('offer');
    const byNode = subjects.has('node') || subjects.has('offer') || subjects.has('service');
    const asked = inLevels(steps);
    if (!allHold(asked.once, this.shared)) return;
    const lines = byLine ? allowed(this.lines, asked.line) : [null];
    if (lines.length === 0) return;
    const nodes = (byNode ? allowed(this.nodes, asked.node) : [null]).map((node) => ({
      node,
      services: node && subjects.has('service') ? allowed(node.services, asked.service) : [null],
    }));
    for (const line of lines) {
      for (const { node, services } of nodes) {
        const known = line && node ? node.lines.get(line.line.lineNo) : (node ?? line)?.facts;
        if (!known && (line || node)) continue;
        const ofNode = known ?? this.shared;
        if (!allHold(asked.offer, ofNode)) continue;
        for (const each of services) {
          const facts = !each ? ofNode : line ? { ...ofNode, service: each.ofService } : each.facts;
          if (allHold(asked.each, facts))
            yield { line: line?.line ?? null, node: node?.node ?? null, service: each?.service ?? null, facts };
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

/** Those for which each of the steps holds. */
function allowed<T extends { readonly facts: Facts }>(all: readonly T[], steps: readonly Step[]): readonly T[] {
  return steps.length === 0 ? all : all.filter(({ facts }) => allHold(steps, facts));
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
    customerTier: context.customerTier,
    tags: context.tags.slice(0, LIST_MAX),
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
    reliability: node.reliability ?? 1,
    judgedOrders: BigInt(node.judgedOrders ?? 0),
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
