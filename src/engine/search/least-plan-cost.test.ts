import { describe, expect, it } from 'vitest';
import { tenThousandths } from '../check/check-shipment.js';
import { decide } from '../decide.js';
import { parseRequest } from '../reading/parse.js';
import type { RoutingRequest } from '../request.js';
import { mapNodes, mapOffers } from '../testing/change.js';
import { enumerate } from '../testing/enumerate.js';
import { randomRequest } from '../testing/random-request.js';
import { leastPlanCost } from './least-plan-cost.js';

const SEEDS = Array.from({ length: 300 }, (_, at) => 120_001 + at);
const UNFILLED = ['forbid', 'allow', { costPerValue: '0.5' }] as const;

function withPolicy(request: RoutingRequest, policy: RoutingRequest['policy']): RoutingRequest {
  return { ...request, policy: { ...request.policy, ...policy } };
}

/** The request without what rules add for or against nodes and offers. */
function unadjusted(request: RoutingRequest): RoutingRequest {
  return mapOffers(
    mapNodes(request, ({ adjustment: _node, ...node }) => node),
    ({ unitAdjustment: _unit, ...offer }) => offer,
  );
}

function leastCostOf(request: RoutingRequest): bigint {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return BigInt(leastPlanCost(parsed.problem, parsed.problem.nodes));
}

describe('the least that any plan may cost', () => {
  it('is no more than the cheapest of all plans costs', () => {
    let negative = 0;
    for (const seed of SEEDS) {
      const request = withPolicy(randomRequest(seed), { unfilled: { costPerValue: '0' } });
      const floor = leastCostOf(request);
      const cheapest = enumerate(request)?.judged.objective ?? 0n;
      expect({ seed, isAbove: floor > cheapest }).toEqual({ seed, isAbove: false });
      if (floor < 0n) negative += 1;
    }
    expect(negative).toBeGreaterThan(50);
  });

  it('keeps the lower bound of a search that is cut short from falling below what no plan can cost', () => {
    let bounded = 0;
    for (const seed of SEEDS.slice(0, 100))
      for (const unfilled of UNFILLED)
        for (const effort of [0, 1, 5]) {
          const drawn = withPolicy(randomRequest(seed), { unfilled, effort });
          for (const request of [drawn, unadjusted(drawn)]) {
            const { proof } = decide(request, { searchOnly: true });
            if (proof?.kind !== 'bounded') continue;
            bounded += 1;
            const least = request === drawn ? leastCostOf(request) : 0n;
            const isBelow = tenThousandths(proof.lowerBound) < least;
            expect({ seed, unfilled, effort, isBelow }).toEqual({ seed, unfilled, effort, isBelow: false });
          }
        }
    expect(bounded).toBeGreaterThan(200);
  });
});
