/**
 * Decides the routing instances and prints, per file, how many answers are right and how long they take.
 *
 *   npx tsc -p bench/tsconfig.json && node dist/bench/routing-instances.js [--effort N] [--limit N] [--json FILE] [name ...]
 *
 * Instances are read from routing-instances in HEADGATE_SAMPLES (../shared). A claimed optimum that differs from the known one, an infeasible or
 * miscosted plan and a bound above the optimum all count as wrong, and make the exit status 1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { checkDecision } from '../src/engine/check.js';
import { decide } from '../src/engine/decide.js';
import type { Decision } from '../src/engine/decision.js';
import type { RoutingRequest } from '../src/engine/request.js';

interface Instance {
  readonly request: RoutingRequest;
  readonly expected: {
    readonly status: string;
    readonly objective: string | null;
    readonly unfilledValue: string | null;
    readonly proven: boolean;
    readonly bound?: string;
    readonly tolerance?: string;
  };
}

/** Requests of a family that are decided once before the clock counts. */
const WARMED = 30;
const FAMILIES = ['consumer', 'basket', 'crossborder', 'scarce', 'rules', 'b2b', 'stress', 'facility-location'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    effort: { type: 'string', default: '10000' },
    limit: { type: 'string', default: '1000' },
    json: { type: 'string' },
  },
});
const folder = join(process.env.HEADGATE_SAMPLES ?? '../shared', 'routing-instances');

/** Null where the answer to the request, as it was asked, is right as far as it claims; else what is wrong with it. */
function wrongWith(request: RoutingRequest, { expected }: Instance, decision: Decision): string | null {
  const [violation] = checkDecision(request, decision);
  if (violation) return `${violation.path}: ${violation.message}`;
  const allowed = Number(expected.tolerance ?? 0) + 1e-9;
  const sameLeft = decision.unfilledValue === (expected.unfilledValue ?? undefined);
  const objective = Number(decision.objective);
  if (decision.proof?.kind === 'optimal' && expected.proven) {
    if (decision.status !== expected.status) return `${decision.status}, expected ${expected.status}`;
    if (expected.objective === null) return null;
    if (!sameLeft) return `leaves ${decision.unfilledValue}, expected ${expected.unfilledValue}`;
    if (Math.abs(objective - Number(expected.objective)) > allowed)
      return `optimal ${decision.objective}, expected ${expected.objective}`;
  } else if (decision.proof?.kind === 'bounded' && expected.objective !== null && sameLeft) {
    if (expected.proven && Number(decision.proof.lowerBound) > Number(expected.objective) + allowed)
      return `bound ${decision.proof.lowerBound} above ${expected.objective}`;
    if (objective < Number(expected.bound ?? expected.objective) - allowed)
      return `objective ${decision.objective} below ${expected.bound ?? expected.objective}`;
  }
  return null;
}

function isEqual({ expected }: Instance, decision: Decision): boolean {
  if (expected.objective === null) return decision.status === expected.status;
  return (
    decision.unfilledValue === expected.unfilledValue &&
    Math.abs(Number(decision.objective) - Number(expected.objective)) <= Number(expected.tolerance ?? 0) + 1e-9
  );
}

const rows: Record<string, Record<string, number>> = {};
const wrong: string[] = [];
for (const name of positionals.length > 0 ? positionals : FAMILIES) {
  const file = join(folder, `${name}.jsonl.gz`);
  if (!existsSync(file)) {
    console.log(`skipped: ${file} is not there (set HEADGATE_SAMPLES)`);
    continue;
  }
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n').slice(0, Number(values.limit));
  const instances = lines.map((line): Instance => JSON.parse(line));
  // A service has decided before: the compiler's first look at the code is not what is measured.
  for (const { request } of instances.slice(0, WARMED))
    decide({ ...request, policy: { ...request.policy, effort: Number(values.effort) } });
  const times: number[] = [];
  const counts = { equal: 0, optimal: 0, bounded: 0, undecided: 0, wrong: 0 };
  let widestGap = 0;
  for (const instance of instances) {
    const { request } = instance;
    const limited = { ...request, policy: { ...request.policy, effort: Number(values.effort) } };
    const from = performance.now();
    const decision = decide(limited);
    times.push(performance.now() - from);
    if (isEqual(instance, decision)) counts.equal += 1;
    if (decision.proof?.kind === 'optimal') counts.optimal += 1;
    if (decision.proof?.kind === 'bounded') {
      counts.bounded += 1;
      widestGap = Math.max(
        widestGap,
        Number(decision.proof.gap) / Math.max(1e-9, Math.abs(Number(decision.objective))),
      );
    }
    if (decision.status === 'undecided') counts.undecided += 1;
    const fault = wrongWith(limited, instance, decision);
    if (fault !== null) {
      counts.wrong += 1;
      wrong.push(`${name} ${request.order.id}: ${fault}`);
    }
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number) =>
    Number((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(3));
  rows[name] = {
    requests: instances.length,
    ...counts,
    'widest gap %': Number((widestGap * 100).toFixed(2)),
    'p50 ms': quantile(0.5),
    'p99 ms': quantile(0.99),
    'max ms': quantile(1),
  };
}
console.table(rows);
for (const line of wrong.slice(0, 20)) console.log(`wrong: ${line}`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ effort: Number(values.effort), rows }, null, 2)}\n`);
process.exitCode = wrong.length > 0 ? 1 : 0;
