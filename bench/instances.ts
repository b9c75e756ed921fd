import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkDecision } from '../src/engine/check/check.js';
import type { Decision } from '../src/engine/decision.js';
import type { RoutingRequest } from '../src/engine/request.js';

/** A routing request with what is known of its best plan. Amounts are texts; `bound`: a proven one, where the optimum is not. */
export interface Instance {
  readonly request: RoutingRequest;
  readonly expected: {
    readonly status: Decision['status'];
    readonly objective: string | null;
    readonly unfilledValue: string | null;
    readonly unfilledCompared?: string;
    readonly proven: boolean;
    readonly bound?: string;
    readonly tolerance?: string;
  };
}

/** The files of instances that are decided unless others are named. */
export const FAMILIES = ['consumer', 'basket', 'crossborder', 'scarce', 'rules', 'b2b', 'stress', 'facility-location'];

/** Amounts have four digits: less than the smallest difference. */
const FLOAT_ERROR = 1e-6;

/** The first `limit` instances of a family; null where its file is not in routing-instances of HEADGATE_SAMPLES (../shared). */
export function readInstances(family: string, limit: number): readonly Instance[] | null {
  const file = join(process.env.HEADGATE_SAMPLES ?? '../shared', 'routing-instances', `${family}.jsonl.gz`);
  if (!existsSync(file)) return null;
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  return lines.slice(0, limit).map((line): Instance => JSON.parse(line));
}

/** At most so many, evenly spread. */
export function spread<T>(list: readonly T[], count: number): readonly T[] {
  const taken = Math.min(count, list.length);
  return Array.from({ length: taken }, (_, at) => list[Math.floor((at * list.length) / taken)] as T);
}

/** Null where the decision of `request` is right as far as it claims; else what is wrong with it. */
export function wrongWith(request: RoutingRequest, { expected }: Instance, decision: Decision): string | null {
  const [violation] = checkDecision(request, decision);
  if (violation) return `${violation.path}: ${violation.message}`;
  const allowed = Number(expected.tolerance ?? 0) + FLOAT_ERROR;
  const sameLeft = decision.unfilledValue === (expected.unfilledValue ?? undefined);
  const objective = Number(decision.objective);
  const { proof } = decision;
  if (proof?.kind === 'optimal' && expected.proven) {
    if (decision.status !== expected.status) return `${decision.status}, expected ${expected.status}`;
    if (expected.objective === null) return null;
    if (!sameLeft) return `leaves ${decision.unfilledValue}, expected ${expected.unfilledValue}`;
    if (Math.abs(objective - Number(expected.objective)) > allowed)
      return `optimal ${decision.objective}, expected ${expected.objective}`;
  } else if (proof && expected.objective !== null && sameLeft) {
    const bound = proof.kind === 'optimal' ? decision.objective : proof.lowerBound;
    if (Number(bound) > Number(expected.objective) + allowed) return `bound ${bound} above ${expected.objective}`;
    const least = expected.proven ? expected.objective : (expected.bound ?? '-Infinity');
    if (objective < Number(least) - allowed) return `objective ${decision.objective} below ${least}`;
  }
  return null;
}

/** How far a plan's objective lies above the best known, as a share of that; null where nothing ships or more is left unfilled. */
export function missOf({ expected }: Instance, decision: Decision): number | null {
  if (expected.objective === null || decision.unfilledValue !== expected.unfilledValue) return null;
  const best = Number(expected.objective);
  return (Number(decision.objective) - best) / Math.max(1e-9, Math.abs(best));
}
