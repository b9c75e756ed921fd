import { describe, expect, it } from 'vitest';
import type { DecidedShipment, Decision } from '../engine/decision.js';
import type { ReasonCode } from '../engine/reasons.js';
import type { LiveCheckPolicy, NetworkSnapshot, NodeFacts } from '../model/network.js';
import type { OrderAggregate } from '../store/orders.js';
import type { Plan } from '../store/plan.js';
import type { Learned } from './draft.js';
import { answeredKey } from './live-check.js';
import { planFromDecision, type Routing } from './plan-from-decision.js';
import { draftOf, NOW, orderAtVendor } from './testing/aggregate.js';

const node = (id: number, code: string, part: Partial<NodeFacts> = {}): NodeFacts => ({
  id,
  code,
  vendorId: id * 10,
  vendorCode: `vendor-${id}`,
  currency: 'EUR',
  countryCode: 'US',
  regionCode: 'NY',
  postalCode: null,
  latitude: 0,
  longitude: 0,
  timeZone: 'Pacific/Kiritimati',
  cutOff: '15:00',
  workingDays: [1, 2, 3, 4, 5],
  leadTimeHours: 24,
  orderFee: 0,
  minimumOrderValue: null,
  smallOrderFee: null,
  clearanceFee: 0,
  failureCost: 0,
  remainingUnits: null,
  ...part,
});
const offer = (nodeId: number, available: number | null) => ({
  nodeId,
  productId: 5,
  available,
  unitFee: 0,
  unitCosts: [
    { fromQuantity: 1, unitCost: 70_000 },
    { fromQuantity: 5, unitCost: 60_000 },
  ],
  minimumQuantity: 1,
  quantityMultiple: 1,
  leadTimeHours: null,
  lowStockUnits: 0,
});
const snapshot: NetworkSnapshot = {
  takenAt: NOW,
  products: [],
  nodes: [node(3, 'east', { remainingUnits: 100 }), node(4, 'west')],
  offers: [offer(3, 6), offer(4, null)],
  services: [3, 4].map((nodeId) => ({
    nodeId,
    serviceId: 7,
    serviceCode: 'ground',
    carrier: 'ups',
    excludedTags: [],
    rateCard: {
      code: 'card',
      currency: 'USD',
      basis: 'weight',
      dimensionalDivisor: null,
      brackets: [],
      beyond: null,
      maximum: null,
      surcharges: [],
    },
    zone: 'a',
    transitHours: 24,
  })),
  exchangeRates: [],
  dutyRates: [],
  dutyThreshold: null,
};
const shipment = (nodeId: string, quantity: number): DecidedShipment => ({
  nodeId,
  vendorId: 'v',
  serviceId: 'ground',
  items: [{ lineId: '1', sku: 'LAMP', quantity }],
  costs: { goods: '0', fees: '0', duty: '0', freight: '0', surcharges: '0', landed: '12.3456', steering: '0' },
  weightGrams: 1,
  measure: 1,
  shipsAt: '2026-03-03T10:00:00Z',
  arrivesAt: '2026-03-04T10:00:00Z',
});
const decision = (shipments: DecidedShipment[], missing = 0, reason: ReasonCode = 'NO_STOCK'): Decision => ({
  status: missing === 0 ? 'routed' : shipments.length > 0 ? 'partial' : 'unroutable',
  shipments,
  unfilled: missing === 0 ? [] : [{ lineId: '1', sku: 'LAMP', quantity: missing, reason }],
  candidates: [],
  requestDigest: '',
  engineVersion: 'test',
});

const REQUEST = {
  order: { id: 'x', currency: 'USD', placedAt: '', destination: { countryCode: 'US' }, lines: [] },
  policy: {},
};

/** Ten units that nobody ships yet. */
function received(part: Partial<OrderAggregate> = {}): OrderAggregate {
  const order = orderAtVendor({ status: 'PLANNED' });
  const lines = order.lines.map((line) => ({ ...line, open: 10, routed: 0 }));
  return { ...order, status: 'RECEIVED', confirmedAt: null, lines, fulfillments: [], reservations: [], ...part };
}

function routingOf(made: Decision, leftOut: Routing['leftOut'] = []): Routing {
  return {
    request: REQUEST,
    held: [],
    counters: [],
    decision: made,
    snapshot,
    rateSources: {},
    leftOut,
    drawnLow: [],
    cause: 'test',
    attempt: 1,
    askable: new Set(),
    engineMicros: 9,
  };
}
function planOf(order: OrderAggregate, made: Decision, leftOut: Routing['leftOut'] = []): Plan {
  const draft = draftOf(order);
  planFromDecision(draft, routingOf(made, leftOut));
  return draft.toPlan();
}
const typesOf = (plan: Plan) => plan.events.map((event) => event.type);

describe('a decision as a plan', () => {
  it('holds every unit for good where nobody must be asked, and confirms the order in the same plan', () => {
    const plan = planOf(received(), decision([shipment('east', 6), shipment('west', 4)]));
    expect(plan.order).toMatchObject({ status: 'CONFIRMED', confirmedAt: NOW.toISOString(), nextActionAt: null });
    expect(plan.lines).toEqual([
      { lineNo: 1, open: 0, routed: 10, backordered: 0, shipped: 0, canceled: 0, returned: 0 },
    ]);
    expect(typesOf(plan)).toEqual(['order.routed', 'order.confirmed']);
    expect(
      plan.newFulfillments?.map((made) => [made.nodeId, made.vendorId, made.landedCost, made.nextActionAt]),
    ).toEqual([
      [3, 30, 123_456, NOW.toISOString()],
      [4, 40, 123_456, NOW.toISOString()],
    ]);
    expect(new Set(plan.newFulfillments?.map((made) => made.poNumber)).size).toBe(2);
    // West makes to order: there is no stock to hold.
    expect(plan.holds?.map((hold) => [hold.nodeId, hold.quantity, hold.state])).toEqual([[3, 6, 'committed']]);
  });

  it('buys at the price break that the quantity reaches, in the vendor’s currency', () => {
    const cost = (units: number) => {
      const made = planOf(received(), decision([shipment('west', units)], 10 - units));
      return made.newFulfillments?.[0]?.lines[0]?.unitCost;
    };
    expect([cost(4), cost(5), cost(9)]).toEqual([70_000, 60_000, 60_000]);
  });

  it('takes a node’s capacity on the node’s own day', () => {
    // At noon of the 2nd in Lagos it is the 3rd on Christmas Island.
    const plan = planOf(received(), decision([shipment('east', 6), shipment('west', 4)]));
    expect(plan.capacity).toEqual([{ nodeId: 3, day: '2026-03-03', units: 6 }]);
  });

  it('holds for a while, and sends nothing, where the account confirms for itself', () => {
    const order = received({ account: { code: 'shop', confirmation: 'explicit', holdMinutes: 15 } });
    const plan = planOf(order, decision([shipment('east', 10)]));
    const expiresAt = new Date(NOW.getTime() + 15 * 60_000).toISOString();
    expect(plan.order).toEqual({ status: 'ROUTED', nextActionAt: expiresAt, routingAttempts: 2 });
    expect(plan.holds).toMatchObject([{ state: 'held', expiresAt }]);
    expect(plan.newFulfillments?.[0]?.nextActionAt).toBeNull();
  });

  it('lets what is missing wait, and looks again within the hour', () => {
    const plan = planOf(received(), decision([shipment('east', 6)], 4));
    expect(plan.lines?.[0]).toMatchObject({ routed: 6, backordered: 4, open: 0 });
    expect(plan.order.nextActionAt).toBe(new Date(NOW.getTime() + 3_600_000).toISOString());
    expect(typesOf(plan)).toEqual(['order.routed', 'order.confirmed', 'order.backordered']);
    expect(plan.openItems).toEqual([]);
  });

  it('tells a person where waiting will not help', () => {
    const plan = planOf(received(), decision([], 10, 'NO_SERVICE'));
    expect(plan.order.status).toBe('BACKORDERED');
    expect(plan.openItems).toMatchObject([{ reason: 'UNROUTABLE' }]);
  });

  it('names the nodes that were not asked for want of an exchange rate', () => {
    const leftOut = [{ nodeCode: 'OSLO', reason: 'no rate from NOK to EUR' }];
    const plan = planOf(received(), decision([], 10, 'NO_OFFER'), leftOut);
    expect(plan.openItems).toMatchObject([{ reason: 'UNROUTABLE', evidence: { leftOut } }]);
  });

  const tooOld = [{ nodeCode: 'OSLO', reason: 'the newest is of May', code: 'EXCHANGE_RATE_TOO_OLD' as const }];
  it.each([
    ['may wait', received()],
    ['may not wait, and is not rejected for it', received({ whenShort: 'REJECT' })],
  ])(
    'asks a person for rates where nodes were not asked because theirs are too old, and tries again: an order that %s',
    (_name, order) => {
      const plan = planOf(order, decision([], 10, 'NO_STOCK'), tooOld);
      expect(plan.openItems).toMatchObject([{ reason: 'EXCHANGE_RATE_TOO_OLD', evidence: { leftOut: tooOld } }]);
      expect(plan.order.nextActionAt).not.toBeNull();
      expect(typesOf(plan)).not.toContain('order.rejected');
    },
  );

  it('asks nobody where the order is served without those nodes', () => {
    expect(planOf(received(), decision([shipment('east', 10)]), tooOld).openItems ?? []).toEqual([]);
  });

  it.each<[string, NetworkSnapshot['offers'], string[]]>([
    ['for want of stock', [offer(3, 4)], []],
    ['though there is stock enough', [offer(3, 40)], ['UNROUTABLE']],
    ['because nobody offers it', [], ['UNROUTABLE']],
  ])('asks a person about an order that costs more than it is worth, not one that waits: %s', (_, offers, reasons) => {
    const draft = draftOf(received());
    planFromDecision(draft, {
      ...routingOf(decision([], 10, 'COSTLIER')),
      snapshot: { ...snapshot, offers },
    });
    expect(draft.toPlan().openItems?.map((item) => item.reason)).toEqual(reasons);
  });

  it('rejects an order that may not wait, and says what is missing', () => {
    const short = { ...snapshot, offers: [offer(3, 6)] };
    const draft = draftOf(received({ whenShort: 'REJECT' }));
    planFromDecision(draft, {
      ...routingOf(decision([], 10)),
      snapshot: short,
    });
    const plan = draft.toPlan();
    expect(plan.order).toMatchObject({ status: 'REJECTED', nextActionAt: null });
    expect(plan.lines?.[0]).toMatchObject({ canceled: 10, open: 0 });
    expect(plan.holds).toEqual([]);
    expect(plan.events[0]).toMatchObject({
      type: 'order.rejected',
      payload: {
        errors: [{ code: 'INSUFFICIENT_STOCK', sku: 'LAMP', requested: 10, available: 6, path: 'lines[0].quantity' }],
      },
    });
  });

  it('gives the reasons where an order that may not wait fails for another cause than stock', () => {
    const plan = planOf(received({ whenShort: 'REJECT' }), decision([], 10, 'NO_SERVICE'));
    expect(plan.events[0]?.payload).toMatchObject({ errors: [{ code: 'UNROUTABLE', reasons: ['NO_SERVICE'] }] });
  });

  it('never rejects what was promised before: a part that a vendor gave back waits', () => {
    const order = orderAtVendor({ status: 'ACCEPTED', order: { whenShort: 'REJECT' } });
    const lines = order.lines.map((line) => ({ ...line, open: 3, routed: 7 }));
    const plan = planOf({ ...order, lines }, decision([], 3));
    expect(plan.order.status).toBe('DISPATCHED');
    expect(plan.lines?.[0]).toMatchObject({ backordered: 3, routed: 7, canceled: 0 });
  });

  it('routes open units before backordered ones', () => {
    const order = received();
    const lines = order.lines.map((line) => ({ ...line, open: 4, backordered: 6 }));
    const plan = planOf({ ...order, lines }, decision([shipment('west', 5)], 5));
    expect(plan.lines?.[0]).toMatchObject({ open: 0, backordered: 5, routed: 5 });
  });

  it('leaves an undecided order as it is, for a person and for later', () => {
    const plan = planOf(received(), { ...decision([], 10), status: 'undecided' });
    expect(plan.order.status).toBe('RECEIVED');
    expect(plan.openItems).toMatchObject([{ reason: 'UNDECIDED' }]);
    expect(plan.lines).toEqual([]);
  });
});

describe('a decision for a vendor that is asked live', () => {
  const liveCheck: LiveCheckPolicy = {
    ...{ when: 'always', belowUnits: 5, olderSeconds: 3_600, deadlineSeconds: 10, silentSeconds: 3_600 },
    silentElse: 'reroute',
  };
  const asking = { ...snapshot, nodes: [node(3, 'east', { liveCheck }), node(4, 'west')] };
  /** East is asked where it can be; West never is. */
  function askedPlan(order: OrderAggregate, made: Decision, part: Partial<Routing> = {}, learned?: Learned): Plan {
    const draft = draftOf(order);
    if (learned) draft.learned = learned;
    planFromDecision(draft, { ...routingOf(made), snapshot: asking, askable: new Set([30]), ...part });
    return draft.toPlan();
  }
  const both = decision([shipment('east', 6), shipment('west', 4)]);

  it('holds the whole order until it has answered, and sends no part of it', () => {
    const plan = askedPlan(received(), both);
    expect(plan.order.status).toBe('ROUTED');
    expect(plan.order.confirmedAt).toBeUndefined();
    expect(plan.holds).toMatchObject([{ nodeId: 3, quantity: 6, state: 'held', expiresAt: expect.any(String) }]);
    expect(plan.newFulfillments?.map((made) => made.nextActionAt)).toEqual([null, null]);
    const east = plan.newFulfillments?.find((made) => made.nodeId === 3);
    expect(plan.openItems).toMatchObject([
      { reason: 'LIVE_CHECK', fulfillmentId: east?.id, kind: 'hold', blocks: ['dispatch'] },
    ]);
    expect(typesOf(plan)).toEqual(['order.routed', 'fulfillment.checking']);
  });

  it('commits at once what others get of an order that is confirmed already, and holds its own', () => {
    const plan = askedPlan(received({ confirmedAt: NOW }), both);
    expect(plan.holds).toMatchObject([{ nodeId: 3, state: 'held' }]);
    const next = Object.fromEntries(plan.newFulfillments?.map((made) => [made.nodeId, made.nextActionAt]) ?? []);
    expect(next).toEqual({ 3: null, 4: NOW.toISOString() });
  });

  it.each<[string, Partial<Routing>, Learned | undefined]>([
    ['it cannot be asked', { askable: new Set() }, undefined],
    [
      'it just said how many it has',
      {},
      { exclusions: [], answered: new Set([answeredKey('east', 5)]), vendorAnswers: [] },
    ],
    [
      'what it ships is made to order',
      { snapshot: { ...asking, offers: [offer(3, null), offer(4, null)] } },
      undefined,
    ],
  ])('commits without asking where %s', (_, part, learned) => {
    const plan = askedPlan(received(), both, part, learned);
    expect(plan.order.status).toBe('CONFIRMED');
    expect(plan.openItems).toEqual([]);
  });

  it('does not ask before the account has confirmed', () => {
    const order = received({ account: { code: 'shop', confirmation: 'explicit', holdMinutes: 15 } });
    expect(typesOf(askedPlan(order, both))).toEqual(['order.routed']);
  });

  it('keeps what the vendor said with the decision that follows from it', () => {
    const vendorAnswers = [{ fulfillmentId: 'before', answer: 'short' }];
    const learned = { exclusions: [], answered: new Set<string>(), vendorAnswers };
    const plan = askedPlan(received(), decision([shipment('west', 10)]), {}, learned);
    expect(plan.decision?.rateSources).toMatchObject({ vendorAnswers });
    expect(plan.order.status).toBe('CONFIRMED');
  });
});
