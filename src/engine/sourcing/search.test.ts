import { describe, expect, it } from 'vitest';
import { checkDecision } from '../check/check.js';
import { decide } from '../decide.js';
import type { RoutingRequest } from '../request.js';
import { enumerate } from '../testing/enumerate.js';
import { facilities } from '../testing/facilities.js';

interface Extra {
  readonly name: string;
  readonly add: (request: RoutingRequest) => RoutingRequest;
}

/** In the last one, two clients in three pieces are cheapest from three sites. */
const SEEDS = [...Array.from({ length: 60 }, (_, at) => at + 1), 338];

/** What makes a request more than facility location, and has to be decided by the search for all of them. */
const EXTRAS: readonly Extra[] = [
  { name: 'nothing', add: (request) => request },
  { name: 'few shipments', add: (request) => ({ ...request, policy: { ...request.policy, maxShipments: 2 } }) },
  {
    name: 'a penalty on shipments',
    add: (request) => ({ ...request, policy: { ...request.policy, shipmentPenalty: '2' } }),
  },
  {
    name: 'units left at a cost',
    add: (request) => ({ ...request, policy: { ...request.policy, unfilled: { costPerValue: '4' } } }),
  },
  {
    name: 'an exclusion',
    add: (request) => ({ ...request, exclusions: [{ nodeId: 'w0', sku: 'c0', reason: 'none' }] }),
  },
  {
    name: 'a least order value',
    add: (request) => ({
      ...request,
      nodes: (request.nodes ?? []).map((node) => ({ ...node, minimumOrderValue: '4' })),
    }),
  },
];

describe.each(['whole', 'split'] as const)('sites that serve %s clients', (kind) => {
  it.each(EXTRAS)('are chosen as complete enumeration chooses them, with $name besides', ({ add }) => {
    let routed = 0;
    for (const seed of SEEDS) {
      const request = add(facilities(seed, kind));
      const decision = decide(request, { searchOnly: true });
      expect({ seed, violations: checkDecision(request, decision) }).toEqual({ seed, violations: [] });
      const best = enumerate(request);
      const planned = decision.shipments.map(({ nodeId, serviceId, items }) => ({
        nodeId,
        serviceId,
        items: items.map(({ lineId, quantity }) => ({ lineId, quantity })),
      }));
      const expected = [...(best?.planned ?? [])].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
      expect({ seed, planned, proof: decision.proof }).toEqual({ seed, planned: expected, proof: { kind: 'optimal' } });
      if (planned.length > 0) routed += 1;
    }
    expect(routed).toBeGreaterThan(15);
  });

  it('are the same whatever order they come in', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const request = facilities(seed, kind, { sites: 12, clients: 24 });
      const turned = {
        ...request,
        nodes: (request.nodes ?? []).toReversed().map((node) => ({ ...node, offers: node.offers?.toReversed() ?? [] })),
      };
      const [one, other] = [decide(request), decide(turned)];
      expect({ seed, shipments: other.shipments, proof: other.proof }).toEqual({
        seed,
        shipments: one.shipments,
        proof: one.proof,
      });
    }
  });

  it('get a plan that holds, and a bound that is true, where effort runs out', () => {
    let cut = 0;
    for (let seed = 1; seed <= 10; seed += 1) {
      const request = facilities(seed, kind, { sites: 12, clients: 24 });
      const best = decide(request);
      for (const effort of [5, 20, 80]) {
        const limited = { ...request, policy: { ...request.policy, effort } };
        const bounded = decide(limited);
        expect({ seed, effort, violations: checkDecision(limited, bounded) }).toMatchObject({ violations: [] });
        if (bounded.proof?.kind !== 'bounded') continue;
        cut += 1;
        expect(Number(bounded.objective)).toBeGreaterThanOrEqual(Number(best.objective));
        expect(Number(bounded.proof.lowerBound)).toBeLessThanOrEqual(Number(best.objective));
      }
    }
    expect(cut).toBeGreaterThan(5);
  });
});
