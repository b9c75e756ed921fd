import { describe, expect, it } from 'vitest';
import { checkDecision, type JudgedPlan, judgePlan } from './check/check.js';
import { tenThousandths } from './check/check-shipment.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import type { RoutingRequest } from './request.js';
import { isWorse, mapNodes, mapOffers, mapServices, shuffled, worth } from './testing/change.js';
import { enumerate } from './testing/enumerate.js';
import { randomRequest } from './testing/random-request.js';

const SEEDS = Array.from({ length: 400 }, (_, at) => 50_001 + at);

const LARGER = { lines: 8, linesLeast: 4, nodes: 12, nodesLeast: 5, services: 2, quantity: 4 };

/** All that may not depend on the order in which things stand. */
function essence({ requestDigest: _digest, candidates, ...decision }: Decision) {
  return { decision, codes: Object.fromEntries(candidates.map(({ nodeId, code }) => [nodeId, code])) };
}

describe('the same request', () => {
  it('is decided with the same bytes, also after a trip through JSON', () => {
    for (const seed of SEEDS.slice(0, 200)) {
      const request = randomRequest(seed);
      const text = JSON.stringify(decide(request, { explain: true }));
      const again: RoutingRequest = JSON.parse(JSON.stringify(request));
      expect({ seed, text: JSON.stringify(decide(again, { explain: true })) }).toEqual({ seed, text });
    }
  });

  it('is decided alike in whatever order its nodes, offers, services and exclusions stand', () => {
    for (const seed of SEEDS) {
      const request = randomRequest(seed);
      const options = { searchOnly: seed % 2 === 0 };
      const moved = shuffled(request, seed);
      expect({ seed, ...essence(decide(moved, options)) }).toEqual({ seed, ...essence(decide(request, options)) });
    }
  });

  it('is decided alike in any order also where it is larger and the search is cut short', () => {
    const seen = { optimal: 0, bounded: 0 };
    for (const seed of SEEDS.slice(0, 60)) {
      const drawn = randomRequest(seed, LARGER);
      for (const effort of [3, 40, 600]) {
        const request = { ...drawn, policy: { ...drawn.policy, effort } };
        const decision = decide(request);
        if (decision.proof) seen[decision.proof.kind] += 1;
        const at = { seed, effort };
        expect({ ...at, ...essence(decide(shuffled(request, seed))) }).toEqual({ ...at, ...essence(decision) });
      }
    }
    expect(Math.min(seen.optimal, seen.bounded), JSON.stringify(seen)).toBeGreaterThan(10);
  }, 60_000);
});

describe('a search that is cut short', () => {
  it('claims nothing that the full search refutes', () => {
    const seen = { optimal: 0, bounded: 0, undecided: 0 };
    for (const seed of SEEDS) {
      const request = randomRequest(seed, { lines: 3, nodes: 5, services: 2, quantity: 4 });
      const full = decide(request);
      const best = judgePlan(request, full.shipments);
      for (const effort of [0, 1, 3, 10, 30, 100]) {
        const decision = decide({ ...request, policy: { ...request.policy, effort } }, { searchOnly: seed % 2 === 0 });
        const at = { seed, effort };
        const violations = checkDecision({ ...request, policy: { ...request.policy, effort } }, decision);
        expect({ ...at, violations }).toEqual({ ...at, violations: [] });
        if (decision.proof?.kind === 'optimal') {
          seen.optimal += 1;
          const { requestDigest: _theirs, ...cut } = decision;
          const { requestDigest: _ours, ...whole } = full;
          expect({ ...at, cut }).toEqual({ ...at, cut: whole });
        } else if (decision.proof) {
          seen.bounded += 1;
          const plan = judgePlan(request, decision.shipments);
          const { lowerBound, unfilledLowerBound } = decision.proof;
          const leavesAsMuch = ({ unfilledCompared }: JudgedPlan) =>
            request.policy.unfilled !== 'allow' || unfilledCompared === plan.unfilledCompared;
          const comparable = leavesAsMuch(best) ? best : enumerate(request, leavesAsMuch)?.judged;
          expect(comparable && tenThousandths(lowerBound) <= comparable.objective, JSON.stringify(at)).toBe(true);
          if (unfilledLowerBound !== undefined)
            expect(tenThousandths(unfilledLowerBound) <= best.unfilledValue, JSON.stringify(at)).toBe(true);
          else if (request.policy.unfilled === 'allow')
            expect({ ...at, unfilled: plan.unfilledValue }).toEqual({ ...at, unfilled: best.unfilledValue });
        } else {
          seen.undecided += 1;
          expect({ ...at, status: decision.status, shipments: decision.shipments }).toEqual({
            ...at,
            status: 'undecided',
            shipments: [],
          });
        }
      }
    }
    expect(Math.min(seen.optimal, seen.bounded, seen.undecided), JSON.stringify(seen)).toBeGreaterThan(50);
  }, 60_000);
});

/** Changes that only add plans or make them cheaper. */
const LOOSENED: readonly (readonly [what: string, loosen: (request: RoutingRequest) => RoutingRequest])[] = [
  [
    'more stock',
    (request) =>
      mapOffers(request, (offer) =>
        offer.available === undefined ? offer : { ...offer, available: offer.available + 1 },
      ),
  ],
  [
    'cheaper rates',
    (request) =>
      mapServices(request, (service) => ({
        ...service,
        rates: service.rates.map((rate, at) => (at === 0 ? { ...rate, price: '0' } : rate)),
      })),
  ],
  [
    'no minimum order values',
    (request) => mapNodes(request, ({ minimumOrderValue: _value, smallOrderFee: _fee, ...node }) => node),
  ],
  [
    'one more shipment',
    ({ policy, ...request }) => ({
      ...request,
      policy: policy.maxShipments === undefined ? policy : { ...policy, maxShipments: policy.maxShipments + 1 },
    }),
  ],
  ['split lines', (request) => ({ ...request, policy: { ...request.policy, splitLines: true } })],
  ['no deadline', ({ order: { deliverBy: _deadline, ...order }, ...request }) => ({ ...request, order })],
  ['no exclusions', ({ exclusions: _rules, ...request }) => request],
  ['no minimum quantities', (request) => mapOffers(request, ({ minimumQuantity: _least, ...offer }) => offer)],
  ['no pack sizes', (request) => mapOffers(request, ({ quantityMultiple: _pack, ...offer }) => offer)],
  ['no limit of capacity', (request) => mapNodes(request, ({ remainingUnits: _units, ...node }) => node)],
  ['no duty', (request) => mapOffers(request, ({ unitDuty: _duty, ...offer }) => offer)],
  ['no penalty for shipments', (request) => ({ ...request, policy: { ...request.policy, shipmentPenalty: '0' } })],
  ['carriers that take all goods', (request) => mapServices(request, ({ excludedTags: _tags, ...service }) => service)],
  [
    'lines that may go in part',
    (request) => ({
      ...request,
      order: {
        ...request.order,
        lines: (request.order.lines ?? []).map(({ partial: _whole, group: _kit, ...line }) => line),
      },
    }),
  ],
];

describe('an easier request', () => {
  const requests = SEEDS.slice(0, 250).map((seed) => {
    const request = randomRequest(seed);
    return { seed, request, before: worth(request, decide(request)) };
  });

  it.each([...LOOSENED])('with %s never has a worse plan', (_what, loosen) => {
    let better = 0;
    for (const { seed, request, before } of requests) {
      const easier = loosen(request);
      const after = worth(easier, decide(easier));
      expect({ seed, worse: isWorse(after, before) }).toEqual({ seed, worse: false });
      if (isWorse(before, after)) better += 1;
    }
    expect(better).toBeGreaterThan(0);
  });
});
