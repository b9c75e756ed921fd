import { describe, expect, it } from 'vitest';
import { decide, decideWithin } from '../engine/decide.js';
import { DEFAULT_DECIDER_LIMITS } from './decider.js';
import { practiceRequest } from './practice.js';

describe('requests to practise with', () => {
  it('are decided like everyday ones: at once, each otherwise, some from one node and some from several', () => {
    const decisions = Array.from({ length: 100 }, (_, round) => {
      const request = practiceRequest(round);
      expect(decideWithin(request, DEFAULT_DECIDER_LIMITS.stepsAtOnce)).toEqual(decide(request));
      return decide(request);
    });
    expect(new Set(decisions.map(({ requestDigest }) => requestDigest)).size).toBe(100);
    const shipments = new Set(decisions.map((decision) => decision.shipments?.length));
    expect(shipments.size).toBeGreaterThan(2);
  });
});
