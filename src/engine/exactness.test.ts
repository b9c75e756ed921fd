import { describe, expect, it } from 'vitest';
import { checkDecision } from './check/check.js';
import { decide } from './decide.js';
import { enumerate } from './testing/enumerate.js';
import { randomRequest } from './testing/random-request.js';

const REQUESTS = 2_000;

/** Shipments as enumeration names them. */
function planned(shipments: ReturnType<typeof decide>['shipments']) {
  return shipments.map(({ nodeId, serviceId, items }) => ({
    nodeId,
    serviceId,
    items: items.map(({ lineId, quantity }) => ({ lineId, quantity })),
  }));
}

describe('tiny requests that use every feature', () => {
  it('are decided as complete enumeration decides them, ties included', () => {
    const seen = { routed: 0, partial: 0, unroutable: 0, undecided: 0 };
    for (let seed = 1; seed <= REQUESTS; seed += 1) {
      const request = randomRequest(seed);
      const decision = decide(request);
      seen[decision.status] += 1;
      expect({ seed, violations: checkDecision(request, decision) }).toEqual({ seed, violations: [] });
      const best = enumerate(request);
      const expected = [...(best?.planned ?? [])].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
      expect({ seed, plan: planned(decision.shipments) }).toEqual({ seed, plan: expected });
      expect({ seed, proof: decision.proof }).toEqual({ seed, proof: { kind: 'optimal' } });
      const searched = JSON.stringify(decide(request, { searchOnly: true }));
      expect({ seed, searched }).toEqual({ seed, searched: JSON.stringify(decision) });
      if (best !== null && expected.length === 0)
        expect({ seed, reasons: new Set(decision.unfilled.map(({ reason }) => reason)) }).toEqual({
          seed,
          reasons: new Set(['COSTLIER']),
        });
    }
    // The premise: all kinds of ends are met often.
    expect(Math.min(seen.routed, seen.partial, seen.unroutable)).toBeGreaterThan(REQUESTS / 20);
  }, 120_000);
});
