import { describe, expect, it } from 'vitest';
import { tenThousandths } from '../check/check-shipment.js';
import { decide } from '../decide.js';
import type { Counterfactual, Decision } from '../decision.js';
import type { RequestOffer, RoutingRequest } from '../request.js';
import { randomRequest } from '../testing/random-request.js';
import { withValue } from './levers.js';

const SEEDS = Array.from({ length: 150 }, (_, at) => 71_001 + at);

const cheapButFar: RoutingRequest = {
  order: {
    id: 'order-1',
    currency: 'EUR',
    placedAt: '2026-03-02T08:00:00Z',
    deliverBy: '2026-03-05T12:00:00Z',
    destination: { countryCode: 'DE' },
    lines: [{ id: 'L1', sku: 'mug', quantity: 3, unitPrice: '9', unitWeightGrams: 300 }],
  },
  nodes: [node('berlin', '2.00', 3), node('hamburg', '2.40', 3), node('munich', '1.00', 1)],
  policy: {},
};

function node(id: string, orderFee: string, available: number) {
  return {
    id,
    vendorId: id,
    location: { countryCode: 'DE' },
    readyAt: '2026-03-03T12:00:00Z',
    orderFee,
    offers: [{ sku: 'mug', available, unitCosts: [{ fromQuantity: 1, unitCost: '4' }] }],
    services: [{ id: 'parcel', carrier: 'post', transitHours: 24, rates: [{ upTo: 5_000, price: '3' }] }],
  };
}

/** The request with a counterfactual's change made, and the decision on it. */
function decideWith(request: RoutingRequest, { path }: Counterfactual, to: unknown): Decision {
  return decide(withValue(request, segmentsOf(path), to));
}

function segmentsOf(path: string): (string | number)[] {
  return (path.match(/[^.[\]]+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The change one step smaller; null where it comes in one piece, or the step before is no change. */
function oneLess({ path, from, to }: Counterfactual): unknown {
  if (/orderFee$|adjustment$|minimumOrderValue$/.test(path)) {
    const less = tenThousandths(String(to)) + 1n;
    return less > tenThousandths(String(from)) ? null : amount(less);
  }
  if (path.endsWith('readyAt')) {
    const less = Date.parse(String(to)) + 3_600_000;
    return less >= Date.parse(String(from)) ? null : new Date(less).toISOString();
  }
  if (typeof to !== 'number' || typeof from !== 'number' || path.endsWith('quantityMultiple')) return null;
  return to + Math.sign(from - to);
}

function amount(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(5, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

function uses(decision: Decision, nodeId: string): boolean {
  return decision.shipments.some((shipment) => shipment.nodeId === nodeId);
}

describe('what would have brought an unused node in', () => {
  it('is the money that its best plan costs more, off its fee or by a rule, or the units that it lacks', () => {
    const { counterfactuals } = decide(cheapButFar, { explain: true });
    expect(counterfactuals).toEqual([
      { nodeId: 'hamburg', path: 'nodes[1].orderFee', from: '2.4000', to: '1.9999', objective: '16.9999' },
      { nodeId: 'munich', path: 'nodes[2].adjustment', from: '0.0000', to: '-4.0001', objective: '16.9999' },
      { nodeId: 'munich', path: 'nodes[2].offers[0].available', from: 1, to: 3, objective: '16.0000' },
    ]);
  });

  it('is the rule that excludes it', () => {
    const exclusion = { nodeId: 'munich', reason: 'unreliable', ruleId: 'R7' };
    const nodes = [node('berlin', '2.00', 3), node('munich', '1.00', 3)];
    const { counterfactuals } = decide({ ...cheapButFar, nodes, exclusions: [exclusion] }, { explain: true });
    expect(counterfactuals).toEqual([
      { nodeId: 'munich', path: 'exclusions[0]', from: exclusion, to: null, objective: '16.0000' },
    ]);
  });

  it('is the hours that it comes too late, also where nobody else can serve', () => {
    const late = { ...node('berlin', '2.00', 3), readyAt: '2026-03-04T15:30:00Z' };
    const decision = decide({ ...cheapButFar, nodes: [late] }, { explain: true });
    expect(decision.status).toBe('unroutable');
    expect(decision.counterfactuals).toEqual([
      {
        nodeId: 'berlin',
        path: 'nodes[0].readyAt',
        from: '2026-03-04T15:30:00Z',
        to: '2026-03-04T11:30:00Z',
        objective: '17.0000',
      },
      { nodeId: 'berlin', path: 'nodes[0].services[0].transitHours', from: 24, to: 20, objective: '17.0000' },
    ]);
  });

  it('is the hours that the goods of an offer are ready too late, though their node is not', () => {
    const munich = node('munich', '1.00', 3);
    const [mugs] = munich.offers;
    const offers = [{ ...(mugs as RequestOffer), readyAt: '2026-03-05T09:00:00Z' }];
    const nodes = [node('berlin', '2.00', 3), { ...munich, offers }];
    const { candidates, counterfactuals } = decide({ ...cheapButFar, nodes }, { explain: true });
    expect(candidates[1]).toMatchObject({ nodeId: 'munich', code: 'TOO_LATE' });
    expect(counterfactuals).toEqual([
      {
        nodeId: 'munich',
        path: 'nodes[1].offers[0].readyAt',
        from: '2026-03-05T09:00:00Z',
        to: '2026-03-04T12:00:00Z',
        objective: '16.0000',
      },
      { nodeId: 'munich', path: 'nodes[1].services[0].transitHours', from: 24, to: 3, objective: '16.0000' },
    ]);
  });

  it('is the hour earlier that would have won a tie, also where nobody is late', () => {
    const nodes = [node('berlin', '2.00', 3), node('munich', '2.00', 3)];
    const { counterfactuals } = decide({ ...cheapButFar, nodes }, { explain: true });
    expect(counterfactuals?.map(({ path, to, objective }) => [path, to, objective])).toEqual([
      ['nodes[1].orderFee', '1.9999', '16.9999'],
      ['nodes[1].readyAt', '2026-03-03T11:00:00Z', '17.0000'],
      ['nodes[1].services[0].transitHours', 23, '17.0000'],
    ]);
  });

  it('is looked for up to 60 days', () => {
    const at60 = { ...node('munich', '1.00', 3), readyAt: '2026-05-03T12:00:00Z' };
    const beyond = { ...node('bonn', '1.00', 3), readyAt: '2026-05-03T13:00:00Z' };
    const nodes = [node('berlin', '2.00', 3), at60, beyond];
    const { counterfactuals } = decide({ ...cheapButFar, nodes }, { explain: true });
    expect(counterfactuals?.map(({ path, to }) => [path, to])).toEqual([['nodes[1].readyAt', '2026-03-04T12:00:00Z']]);
  });

  it('brings the node in at the objective that is told, and nothing smaller does', () => {
    let count = 0;
    for (const seed of SEEDS) {
      const request = randomRequest(seed);
      for (const counterfactual of decide(request, { explain: true }).counterfactuals ?? []) {
        count += 1;
        const changed = decideWith(request, counterfactual, counterfactual.to);
        const told = { seed, ...counterfactual };
        expect({ told, uses: uses(changed, counterfactual.nodeId) }).toEqual({ told, uses: true });
        expect({ told, objective: changed.objective }).toEqual({ told, objective: counterfactual.objective });
        const less = oneLess(counterfactual);
        if (less === null) continue;
        const smaller = decideWith(request, counterfactual, less);
        expect({ told, less, uses: uses(smaller, counterfactual.nodeId) }).toEqual({ told, less, uses: false });
      }
    }
    expect(count).toBeGreaterThan(150);
  });

  it('is not told of a plan that is not proven best', () => {
    const decision = decide({ ...cheapButFar, policy: { effort: 0 } }, { explain: true });
    expect(decision.counterfactuals).toEqual([]);
  });
});

describe('a node that could serve but is not used', () => {
  it('is told whose place it would take, and what that would cost more', () => {
    const { candidates } = decide(cheapButFar);
    expect(candidates[1]).toEqual({
      nodeId: 'hamburg',
      used: false,
      code: 'COSTLIER',
      facts: { insteadOf: 'berlin', difference: '0.4000' },
    });
  });

  it('is told of a single line where it could not take the whole shipment', () => {
    const lines = [
      { id: 'L1', sku: 'mug', quantity: 1, unitPrice: '9', unitWeightGrams: 300 },
      { id: 'L2', sku: 'pan', quantity: 1, unitPrice: '9', unitWeightGrams: 300 },
    ];
    const both = node('berlin', '2.00', 3);
    const pan = { sku: 'pan', unitCosts: [{ fromQuantity: 1, unitCost: '4' }] };
    const { candidates } = decide({
      ...cheapButFar,
      order: { ...cheapButFar.order, lines },
      nodes: [{ ...both, offers: [...both.offers, pan] }, node('munich', '1.00', 1)],
    });
    expect(candidates[1]?.facts).toEqual({ insteadOf: 'berlin', lines: ['L1'], difference: '4.0000' });
  });
});
