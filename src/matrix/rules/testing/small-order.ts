import type { DayCount } from '../../../model/day-count.js';
import type { NetworkSnapshot, NodeFacts, NodeServiceFacts, OfferFacts } from '../../../model/network.js';
import type { Rule } from '../../../model/rule-set.js';
import { buildRoutingRequest } from '../../build-request.js';
import type { OrderToRoute } from '../../order-to-route.js';
import { compileRuleSet } from '../compile.js';
import type { OrderContext } from '../facts.js';

/** A Monday, early in the working day of every node. */
export const NOW = new Date('2026-03-02T09:00:00Z');

const PRODUCTS = [
  {
    id: 1,
    sku: 'LAMP',
    unitWeightGrams: 1_000,
    unitVolumeCm3: 0,
    tags: ['fragile'],
    hsCode: null,
    originCountry: null,
  },
  { id: 2, sku: 'DESK', unitWeightGrams: 20_000, unitVolumeCm3: 0, tags: [], hsCode: '9403', originCountry: 'SE' },
];

/** Two vendors: acme in Boston and in Seattle, zenith in Berlin. All offer both products, 10 of each. */
export const NODES: readonly NodeFacts[] = [
  node(1, 'acme-east', 'acme', { latitude: 42.36, longitude: -71.06, countryCode: 'US', leadTimeHours: 4 }),
  node(2, 'acme-west', 'acme', { latitude: 47.61, longitude: -122.33, countryCode: 'US', leadTimeHours: 4 }),
  {
    ...node(3, 'zenith-berlin', 'zenith', { latitude: 52.52, longitude: 13.4, countryCode: 'DE', leadTimeHours: 48 }),
    ...{ reliability: 0.9, judgedOrders: 40 },
  },
];

export const SNAPSHOT: NetworkSnapshot = {
  takenAt: NOW,
  products: PRODUCTS,
  nodes: NODES,
  offers: NODES.flatMap(({ id: nodeId }) => PRODUCTS.map(({ id: productId }) => offer(nodeId, productId))),
  services: NODES.flatMap(({ id }) => [service(id, 'ground', 'postline', 72), service(id, 'air', 'skyway', 24)]),
  exchangeRates: [{ base: 'EUR', rate: '1.25', validFrom: '2026-01-01', source: 'test' }],
  dutyRates: [],
  dutyThreshold: null,
};

/** To New York: 2 lamps at 50 and 1 desk at 400. */
export const ORDER: OrderToRoute = {
  id: 'o-1',
  currency: 'USD',
  placedAt: NOW,
  deliverBy: null,
  destination: { countryCode: 'US', regionCode: 'NY', residential: true },
  whenShort: 'BACKORDER',
  lines: [
    { lineNo: 1, productId: 1, quantity: 2, unitPrice: 500_000 },
    { lineNo: 2, productId: 2, quantity: 1, unitPrice: 4_000_000 },
  ],
};

export const CONTEXT: OrderContext = {
  channel: 'shopify',
  account: 'shop',
  customerTier: 'gold',
  tags: ['gift'],
  postalCode: '10001',
  position: { latitude: 40.71, longitude: -74.0 },
};

/** The request that the rules make of the order. Errors: where a rule is at fault. */
export function requestUnder(
  rules: readonly Rule[],
  more: {
    readonly order?: Partial<OrderToRoute>;
    readonly context?: Partial<OrderContext>;
    readonly snapshot?: Partial<NetworkSnapshot>;
    readonly dropped?: readonly string[];
    readonly counts?: readonly DayCount[];
  } = {},
) {
  const compiled = compileRuleSet({ rules });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  return buildRoutingRequest(
    { ...ORDER, ...more.order },
    { ...SNAPSHOT, ...more.snapshot },
    { effort: 1_000, latenessCostPerDay: 0, shipmentPenalty: 0 },
    [],
    {
      rules: compiled.rules,
      context: { ...CONTEXT, ...more.context },
      dropped: new Set(more.dropped),
      counts: more.counts ?? [],
    },
  );
}

function node(
  id: number,
  code: string,
  vendorCode: string,
  more: Pick<NodeFacts, 'latitude' | 'longitude' | 'countryCode' | 'leadTimeHours'>,
): NodeFacts {
  return {
    ...{
      id,
      code,
      vendorCode,
      vendorId: vendorCode === 'acme' ? 1 : 2,
      currency: 'USD',
      regionCode: null,
      postalCode: null,
    },
    ...{ timeZone: 'UTC', cutOff: '15:00', workingDays: [1, 2, 3, 4, 5], orderFee: 0, minimumOrderValue: null },
    ...{ smallOrderFee: null, clearanceFee: 0, failureCost: 0, remainingUnits: null },
    ...more,
  };
}

function offer(nodeId: number, productId: number): OfferFacts {
  return {
    ...{
      nodeId,
      productId,
      available: 10,
      unitFee: 0,
      unitCosts: [{ fromQuantity: 1, unitCost: 100_000 * productId }],
    },
    ...{ minimumQuantity: 1, quantityMultiple: 1, leadTimeHours: null, lowStockUnits: 0 },
  };
}

function service(nodeId: number, serviceCode: string, carrier: string, transitHours: number): NodeServiceFacts {
  const rateCard = {
    ...{ code: `${carrier}-card`, currency: 'USD', basis: 'units' as const, dimensionalDivisor: null, beyond: null },
    ...{ brackets: [{ upTo: '1000', price: transitHours === 24 ? 300_000 : 100_000 }], maximum: null, surcharges: [] },
  };
  return { nodeId, serviceId: transitHours, serviceCode, carrier, excludedTags: [], rateCard, zone: '1', transitHours };
}
