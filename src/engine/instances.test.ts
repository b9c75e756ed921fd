import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkDecision, judgePlan } from './check/check.js';
import { tenThousandths } from './check/check-shipment.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import type { RoutingRequest } from './request.js';

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../shared');
const folder = join(samples, 'routing-instances');
const present = existsSync(folder);
if (!present) console.log(`skipped: routing instances, not found in ${samples} (set HEADGATE_SAMPLES)`);

interface Instance {
  readonly request: RoutingRequest;
  readonly expected: {
    readonly status: Decision['status'];
    readonly objective: string | null;
    readonly unfilledValue: string | null;
    readonly proven: boolean;
    /** What rounding in the literature may move `objective` by. */
    readonly tolerance?: string;
    readonly plan?: readonly unknown[];
  };
}

/** How many of each file, and the least share of them that is proven with this effort: enough to meet every feature, few enough to stay fast. */
const SAMPLED = [
  { name: 'consumer', count: 400, effort: 10_000, proven: 1 },
  { name: 'basket', count: 40, effort: 10_000, proven: 1 },
  { name: 'crossborder', count: 150, effort: 10_000, proven: 1 },
  { name: 'scarce', count: 60, effort: 10_000, proven: 1 },
  { name: 'rules', count: 150, effort: 10_000, proven: 1 },
  { name: 'b2b', from: 13, count: 8, effort: 10_000, proven: 0.1 },
  { name: 'facility-location', count: 30, effort: 5_000, proven: 0.3 },
];

function read(name: string, from: number, count: number): Instance[] {
  const text = gunzipSync(readFileSync(join(folder, `${name}.jsonl.gz`))).toString();
  return text
    .trimEnd()
    .split('\n')
    .slice(from, from + count)
    .map((line) => JSON.parse(line));
}

/** The shipments as the instances give them. */
function planOf(decision: Decision) {
  return decision.shipments.map(({ nodeId, serviceId, items }) => ({
    nodeId,
    serviceId,
    items: items.map(({ lineId, quantity }) => ({ lineId, quantity })),
  }));
}

describe.skipIf(!present)('requests with known optima', () => {
  it.each(SAMPLED)(
    '$name: a claimed optimum is the optimum, and no bound lies above it',
    ({ name, from = 0, count, effort, proven }) => {
      const instances = read(name, from, count);
      let optimal = 0;
      for (const instance of instances) {
        const { expected } = instance;
        const request = { ...instance.request, policy: { ...instance.request.policy, effort } };
        const id = request.order.id;
        const decision = decide(request);
        expect({ id, violations: checkDecision(request, decision) }).toEqual({ id, violations: [] });
        const { status, objective, unfilledValue, proof } = decision;
        expect({ id, status }).not.toEqual({ id, status: 'undecided' });
        if (proof?.kind === 'optimal') {
          optimal += 1;
          expect({ id, status }).toEqual({ id, status: expected.status });
          if (expected.objective !== null) {
            const apart = tenThousandths(objective ?? '0') - tenThousandths(expected.objective);
            const tolerance = tenThousandths(expected.tolerance ?? '0');
            expect({ id, unfilledValue }).toEqual({ id, unfilledValue: expected.unfilledValue });
            expect(apart <= tolerance && -apart <= tolerance, `${id}: objective ${objective}`).toBe(true);
          }
          if (expected.plan) expect({ id, plan: planOf(decision) }).toEqual({ id, plan: expected.plan });
        } else if (proof && expected.proven && expected.objective !== null) {
          const best = tenThousandths(expected.objective);
          const { unfilledValue: left, objective: cost } = judgePlan(request, decision.shipments);
          const leastLeft = tenThousandths(expected.unfilledValue ?? '0');
          if (request.policy.unfilled !== 'allow' || left === leastLeft) {
            const tolerance = tenThousandths(expected.tolerance ?? '0');
            expect(tenThousandths(proof.lowerBound) <= best + tolerance, `${id}: bound ${proof.lowerBound}`).toBe(true);
            expect(cost >= best - tolerance, `${id}: objective ${objective}`).toBe(true);
          } else {
            expect(left > leastLeft, `${id}: leaves ${unfilledValue}`).toBe(true);
            expect(tenThousandths(proof.unfilledLowerBound ?? unfilledValue ?? '0') <= leastLeft, id).toBe(true);
          }
        }
      }
      expect(optimal / instances.length).toBeGreaterThanOrEqual(proven);
    },
    120_000,
  );
});
