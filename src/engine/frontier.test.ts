import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.js';
import { type Problem } from './problem.js';
import { parseRequest } from './reading/parse.js';
import type { RoutingRequest } from './request.js';
import { type SolveOptions, solve } from './search/solve.js';
import { facilities } from './testing/facilities.js';
import { randomRequest } from './testing/random-request.js';

const DEPTH = 12;

/** Walks a whole binary tree in which the bound is loose: every box costs at least as much as its depth. Most that was open at one time. */
function walk(most: number): { readonly leaves: Set<number>; readonly widest: number; readonly inOrder: boolean } {
  const frontier = new Frontier<{ bound: number; turn: number; at: number; depth: number }>(most);
  const leaves = new Set<number>();
  let [turn, widest, last, inOrder] = [0, 0, 0, true];
  frontier.push({ bound: 0, turn, at: 0, depth: 0 });
  for (let entry = frontier.pop(); entry; entry = frontier.pop()) {
    expect(Math.min(entry.bound, frontier.least)).toBeLessThanOrEqual(entry.bound);
    inOrder &&= entry.bound >= last;
    last = entry.bound;
    const { at, depth } = entry;
    if (depth === DEPTH) leaves.add(at);
    else
      for (const half of [0, 1]) {
        turn += 1;
        frontier.push({ bound: depth + 1, turn, at: 2 * at + half, depth: depth + 1 });
      }
    widest = Math.max(widest, frontier.count);
  }
  return { leaves, widest, inOrder };
}

describe('what a branch and bound has open', () => {
  it('goes by the least bound as long as there is room, however wide that makes it', () => {
    expect(walk(Number.POSITIVE_INFINITY)).toMatchObject({ widest: 2 ** DEPTH, inOrder: true });
  });

  it.each([1, 2, 10, 100])('is never more than %i and one path of the tree, and nothing is lost', (most) => {
    const { leaves, widest } = walk(most);
    expect(leaves.size).toBe(2 ** DEPTH);
    expect(widest).toBeLessThanOrEqual(most + DEPTH);
  });

  it('keeps its order when the latest is taken from the midst of it', () => {
    const frontier = new Frontier<{ bound: number; turn: number }>(1_000);
    for (let turn = 0; turn < 200; turn += 1) frontier.push({ bound: (turn * 7919) % 211, turn });
    for (let turn = 199; turn >= 100; turn -= 1) expect(frontier.popLatest()?.turn).toBe(turn);
    const bounds = Array.from({ length: 100 }, () => frontier.pop()?.bound);
    expect(bounds).toEqual(Array.from({ length: 100 }, (_, turn) => (turn * 7919) % 211).sort((a, b) => a - b));
    expect([frontier.pop(), frontier.least]).toEqual([undefined, Number.POSITIVE_INFINITY]);
  });
});

function problemOf(request: RoutingRequest): Problem {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.problem;
}

/** What a search came to, and the steps that it took. */
function found(request: RoutingRequest, options: SolveOptions) {
  const { best, complete, lowerBound, steps } = solve(problemOf(request), { searchOnly: true, ...options });
  const shipments = best?.shipments.map(({ node, service, load }) => [node.id, service.id, load]);
  const objective = best?.objective ?? Number.POSITIVE_INFINITY;
  return { plan: { complete, objective, shipments }, lowerBound, steps };
}

describe('a search with hardly any memory', () => {
  const SCANT: SolveOptions = { memory: { boxes: 1, loads: 8 } };

  it.each([
    ['sites that serve whole clients', (seed: number) => facilities(seed, 'whole', { sites: 12, clients: 40 })],
    ['sites that serve split clients', (seed: number) => facilities(seed, 'split', { sites: 30, clients: 60 })],
  ])('finds the same plan, and proves it: %s', (_, requestOf) => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const [ample, scant] = [found(requestOf(seed), {}), found(requestOf(seed), SCANT)];
      expect({ seed, ...scant.plan }).toEqual({ seed, ...ample.plan });
      expect(ample.plan.complete).toBe(true);
    }
  });

  it('proves nothing that is not so where it cannot end: lines with many ways to ship them', () => {
    let otherWays = 0;
    for (const seed of [1, 4, 5, 9]) {
      const request = randomRequest(seed, { lines: 10, linesLeast: 8, nodes: 14, services: 2, quantity: 12 });
      const limited = { ...request, policy: { ...request.policy, effort: 3_000 } };
      const [ample, scant] = [found(limited, {}), found(limited, SCANT)];
      expect(scant.lowerBound).toBeLessThanOrEqual(ample.plan.objective);
      expect(ample.lowerBound).toBeLessThanOrEqual(scant.plan.objective);
      if (ample.plan.complete && scant.plan.complete) expect(scant.plan).toEqual(ample.plan);
      if (scant.steps !== ample.steps) otherWays += 1;
    }
    expect(otherWays).toBeGreaterThan(0);
  });
});
