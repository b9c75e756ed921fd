import { describe, expect, it } from 'vitest';
import { checkDecision, judgePlan } from './check/check.js';
import { tenThousandths } from './check/check-shipment.js';
import { decide } from './decide.js';
import { enumerate } from './testing/enumerate.js';
import { loadMipSolver } from './testing/mip/solve.js';
import { randomRequest, type Size } from './testing/random-request.js';

const LARGER: Size = { lines: 10, linesLeast: 5, nodes: 15, nodesLeast: 6, services: 3, quantity: 6 };
/** Requests to compare: a few unless more are asked for. */
const REQUESTS = Number(process.env.HEADGATE_MIP_REQUESTS ?? 10);
const FIRST = Number(process.env.HEADGATE_MIP_FIRST ?? 1);
/** Per request, for the MIP solver. */
const SECONDS = 10;
/** Search steps per request, for the engine. */
const EFFORT = 10_000;

describe('a MIP solver that knows only the statement of the problem', async () => {
  const mip = await loadMipSolver();

  it('finds what complete enumeration finds in tiny requests', () => {
    for (let seed = 90_001; seed <= 90_150; seed += 1) {
      const request = randomRequest(seed);
      const answer = mip.solve(request);
      const best = enumerate(request);
      expect({ seed, kind: answer.kind }).toEqual({ seed, kind: best === null ? 'infeasible' : 'optimal' });
      if (answer.kind !== 'optimal' || best === null) continue;
      const { judged, slack } = answer;
      if (request.policy.unfilled === 'allow')
        expect({ seed, left: judged.unfilledCompared }).toEqual({ seed, left: best.judged.unfilledCompared });
      expect(judged.objective - best.judged.objective <= BigInt(slack), `seed ${seed}`).toBe(true);
    }
  }, 60_000);

  it(
    `agrees with what the engine proves of ${REQUESTS} larger requests that use every feature`,
    () => {
      const seen = { optimal: 0, bounded: 0, unsettled: 0 };
      for (let seed = FIRST; seed < FIRST + REQUESTS; seed += 1) {
        const drawn = randomRequest(seed, LARGER);
        const request = { ...drawn, policy: { ...drawn.policy, effort: EFFORT } };
        // Half of them by the search alone: small requests have a way of their own.
        const decision = decide(request, { searchOnly: seed % 2 === 0 });
        expect({ seed, violations: checkDecision(request, decision) }).toEqual({ seed, violations: [] });
        const answer = mip.solve(request, SECONDS);
        const { proof } = decision;
        if (answer.kind === 'unsettled' || proof === undefined) {
          seen.unsettled += 1;
          continue;
        }
        seen[proof.kind] += 1;
        const shipsNothing = decision.unfilled.every(({ reason }) => reason === 'COSTLIER');
        const feasible = decision.status !== 'unroutable' || shipsNothing;
        expect({ seed, kind: answer.kind }).toEqual({ seed, kind: feasible ? 'optimal' : 'infeasible' });
        if (answer.kind !== 'optimal') continue;
        const ours = judgePlan(request, decision.shipments);
        const theirs = answer.judged;
        const figures = JSON.stringify({ seed, ours: String(ours.objective), theirs: String(theirs.objective) });
        if (request.policy.unfilled === 'allow') {
          const more = ours.unfilledCompared > theirs.unfilledCompared;
          expect(ours.unfilledCompared >= theirs.unfilledCompared, figures).toBe(true);
          expect(more && proof.kind === 'optimal', figures).toBe(false);
          if (more) continue;
        }
        // Their plan is costed exactly, and may miss the best by the slack of the model; our optimum may not.
        expect(ours.objective >= theirs.objective - BigInt(answer.slack), figures).toBe(true);
        if (proof.kind === 'optimal') expect(ours.objective <= theirs.objective, figures).toBe(true);
        else expect(tenThousandths(proof.lowerBound) <= theirs.objective, figures).toBe(true);
      }
      if (process.env.HEADGATE_MIP_REQUESTS) console.log(`compared with the MIP solver: ${JSON.stringify(seen)}`);
      expect(seen.optimal).toBeGreaterThan(REQUESTS / 2);
    },
    30_000 + REQUESTS * SECONDS * 1_000,
  );
});
