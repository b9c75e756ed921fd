import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import type { RoutingRequest } from './request.js';

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../shared');
const examples = join(samples, 'routing-examples');
const instances = join(samples, 'routing-instances');
const present = existsSync(examples) && existsSync(instances);
if (!present) console.log(`skipped: routing examples and instances, not found in ${samples} (set HEADGATE_SAMPLES)`);

describe.skipIf(!present)('the worked examples', () => {
  const files = present ? readdirSync(examples).filter((name) => name.endsWith('.json')) : [];
  it.each(files)('%s is decided as it was worked by hand', (name) => {
    const { request, expected } = JSON.parse(readFileSync(join(examples, name), 'utf8'));
    const { candidates: _c, engineVersion: _e, ...decision } = decide(request);
    expect(decision).toEqual(expected);
  });
});

interface Instance {
  request: RoutingRequest;
  expected: {
    status: string;
    objective: string | null;
    unfilledValue: string | null;
    proven: boolean;
    plan?: { nodeId: string; serviceId: string; items: { lineId: string; quantity: number }[] }[];
  };
}

/** Everyday requests: enough of each file to meet every feature, few enough to stay fast. */
const SAMPLED = [
  ['consumer', 400],
  ['crossborder', 60],
  ['scarce', 60],
  ['rules', 60],
] as const;
const EFFORT = 20_000;

describe.skipIf(!present)('requests with known optima', () => {
  it.each(SAMPLED)(
    '%s: a claimed optimum is the optimum, and no bound lies above it',
    (name, count) => {
      const lines = gunzipSync(readFileSync(join(instances, `${name}.jsonl.gz`)))
        .toString()
        .trimEnd()
        .split('\n')
        .slice(0, count);
      let proven = 0;
      for (const line of lines) {
        const { request, expected }: Instance = JSON.parse(line);
        const decision = decide({ ...request, policy: { ...request.policy, effort: EFFORT } });
        if (decision.proof?.kind === 'optimal') {
          proven += 1;
          expect(decision).toMatchObject({
            status: expected.status,
            ...(expected.objective === null
              ? {}
              : { objective: expected.objective, unfilledValue: expected.unfilledValue }),
          });
          if (expected.plan) {
            const plan = decision.shipments.map(({ nodeId, serviceId, items }) => ({
              nodeId,
              serviceId,
              items: items.map(({ lineId, quantity }) => ({ lineId, quantity })),
            }));
            expect({ id: request.order.id, plan }).toEqual({ id: request.order.id, plan: expected.plan });
          }
        } else if (
          decision.proof?.kind === 'bounded' &&
          expected.objective !== null &&
          decision.unfilledValue === expected.unfilledValue
        ) {
          expect(Number(decision.proof.lowerBound)).toBeLessThanOrEqual(Number(expected.objective) + 1e-9);
          expect(Number(decision.objective)).toBeGreaterThanOrEqual(Number(expected.objective) - 1e-9);
        }
      }
      console.log(`${name}: ${proven} of ${lines.length} proven optimal within ${EFFORT} steps`);
      expect(proven / lines.length).toBeGreaterThan(0.5);
    },
    120_000,
  );
});
