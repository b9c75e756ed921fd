import { describe, expect, it } from 'vitest';
import { checkDecision } from '../check/check.js';
import { decide } from '../decide.js';
import type { RoutingRequest } from '../request.js';
import { enumerate } from '../testing/enumerate.js';
import { randomFrom } from '../testing/random-request.js';

/** Whole clients of different weights in rooms, or pieces that may be split between rooms. */
type Kind = 'whole' | 'split';
interface Extra {
  readonly name: string;
  readonly add: (request: RoutingRequest) => RoutingRequest;
}

/** In the last one, two clients in three pieces are cheapest from three sites. */
const SEEDS = [...Array.from({ length: 60 }, (_, at) => at + 1), 338];

const AT = '2026-03-02T09:00:00Z';
const US = { countryCode: 'US' };

/** A facility location problem: sites with a fixed cost and a room, clients with a cost at each site that serves them. */
function facilities(seed: number, kind: Kind, size = { sites: 4, clients: 4 }): RoutingRequest {
  const random = randomFrom(seed);
  const from = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const clients = Array.from({ length: from(2, size.clients) }, (_, at) => `c${at}`);
  const lines = clients.map((id) => ({
    ...{ id, sku: id, unitPrice: '1' },
    quantity: kind === 'whole' ? 1 : from(1, 3),
    unitWeightGrams: kind === 'whole' ? from(1, 9) : 0,
  }));
  const nodes = Array.from({ length: from(2, size.sites) }, (_, at) => {
    const services = [
      { id: 's', carrier: 's', transitHours: from(1, 2) * 24, rates: [{ upTo: from(6, 20), price: '0' }] },
    ];
    const served = lines.filter(() => random() < 0.9);
    return {
      ...{ id: `w${at}`, vendorId: `w${at}`, location: US, readyAt: AT, orderFee: String(from(0, 9)) },
      ...(kind === 'split' ? { remainingUnits: from(2, 8) } : {}),
      offers: served.map(({ sku, quantity }) => ({
        ...{ sku, available: quantity, unitCosts: [{ fromQuantity: 1, unitCost: String(from(1, 6)) }] },
      })),
      services: kind === 'split' ? services.map((each) => ({ ...each, rates: [{ upTo: 1, price: '0' }] })) : services,
    };
  });
  const order = { id: `f${seed}`, currency: 'USD', placedAt: AT, destination: US, lines };
  return { order, nodes, policy: kind === 'whole' ? { splitLines: false } : {} };
}

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
