import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import type { Alternative } from '../decision.js';
import type { RequestNode, RoutingRequest } from '../request.js';
import { randomRequest } from '../testing/random-request.js';
import { node } from '../testing/small.js';

/** Three mugs for 20.00 each. */
function request(nodes: readonly RequestNode[], policy: RoutingRequest['policy'] = {}): RoutingRequest {
  return {
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      destination: { countryCode: 'US' },
      lines: [{ id: 'l1', sku: 'mug', quantity: 3, unitPrice: '20', unitWeightGrams: 500 }],
    },
    nodes,
    policy,
  };
}

/** What is said of the best plan without the main node, shipments by their nodes. */
function without(asked: RoutingRequest) {
  const [alternative] = decide(asked, { explain: true }).alternatives ?? [];
  const { shipments, ...rest } = alternative as Alternative;
  return { ...rest, from: shipments.map(({ nodeId }) => nodeId) };
}

const few = node('few', { offer: { available: 2 } });

describe('the best plan without the node that ships the most', () => {
  it('costs more by what that node is worth', () => {
    expect(without(request([node('main'), node('other', { orderFee: '3' })]))).toEqual({
      withoutNodeId: 'main',
      from: ['other'],
      unfilled: [],
      landedCost: '21.0000',
      objective: '21.0000',
      unfilledValue: '0.0000',
      proof: { kind: 'optimal' },
      difference: '3.0000',
    });
  });

  it('may cost less because it leaves more, and says what', () => {
    expect(without(request([node('main', { orderFee: '60' }), few], { unfilled: 'allow' }))).toEqual({
      withoutNodeId: 'main',
      from: ['few'],
      unfilled: [{ lineId: 'l1', sku: 'mug', quantity: 1 }],
      landedCost: '14.0000',
      objective: '14.0000',
      unfilledValue: '20.0000',
      proof: { kind: 'optimal' },
      difference: '-64.0000',
    });
  });

  it('may ship nothing, at the cost of leaving everything', () => {
    expect(without(request([node('main')], { unfilled: { costPerValue: '0.5' } }))).toEqual({
      withoutNodeId: 'main',
      from: [],
      unfilled: [{ lineId: 'l1', sku: 'mug', quantity: 3 }],
      landedCost: '0.0000',
      objective: '30.0000',
      unfilledValue: '60.0000',
      proof: { kind: 'optimal' },
      difference: '12.0000',
    });
  });

  it('is none where the others cannot serve the order, which is proven', () => {
    expect(without(request([node('main'), few]))).toEqual({
      withoutNodeId: 'main',
      from: [],
      proof: { kind: 'optimal' },
    });
  });

  it('is not known where the search ends before there is one, whether there is one or not', () => {
    const size = { lines: 6, linesLeast: 4, nodes: 8, nodesLeast: 5, services: 2, quantity: 5 };
    const found = new Set<string>();
    for (let seed = 1; seed <= 300 && found.size < 2; seed += 1) {
      const drawn = randomRequest(seed, size);
      const cut = { ...drawn, policy: { ...drawn.policy, unfilled: 'forbid' as const, effort: 2 } };
      const [alternative] = decide(cut, { explain: true }).alternatives ?? [];
      if (!alternative || alternative.shipments.length > 0 || alternative.proof) continue;
      const { withoutNodeId, ...rest } = alternative;
      expect(rest).toEqual({ shipments: [] });
      const nodes = (cut.nodes ?? []).filter(({ id }) => id !== withoutNodeId);
      found.add(decide({ ...cut, nodes, policy: { ...cut.policy, effort: 10_000 } }).status);
    }
    expect([...found].sort()).toEqual(['routed', 'unroutable']);
  });
});
