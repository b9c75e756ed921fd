import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import { Effort, WORK_PER_STEP } from '../effort.js';
import type { Problem } from '../problem.js';
import { parseRequest } from '../reading/parse.js';
import type { RoutingRequest } from '../request.js';
import { type SolveOptions, solve } from '../search/solve.js';
import { randomRequest } from '../testing/random-request.js';
import { itemsOf } from './items.js';
import { reachOf } from './reach.js';
import { tabulate } from './tabulate.js';

function problemOf(request: RoutingRequest): Problem {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.problem;
}

function isTabulated(problem: Problem, effort = new Effort(Number.MAX_SAFE_INTEGER)): boolean {
  const reach = reachOf(problem, problem.nodes, itemsOf(problem));
  return tabulate(problem, problem.nodes, reach, -1, 200_000, effort, () => {});
}

/** A plan as text; what the search and the table find has to be the same. */
function found(problem: Problem, options: SolveOptions) {
  const { best, complete } = solve(problem, options);
  return {
    complete,
    objective: best?.objective,
    shipments: best?.shipments.map(({ node, service, load }) => [node.id, service.id, load]),
  };
}

describe('a small request', () => {
  it('is decided by a table as the search decides it, however many services, nodes and lines it has', () => {
    let tabulated = 0;
    for (let seed = 1; seed <= 600; seed += 1) {
      const request = randomRequest(seed, { lines: 4, nodes: 8, services: 4, quantity: 4 });
      if (isTabulated(problemOf(request))) tabulated += 1;
      const table = JSON.stringify(decide(request));
      expect({ seed, table }).toEqual({ seed, table: JSON.stringify(decide(request, { searchOnly: true })) });
    }
    expect(tabulated).toBeGreaterThan(500);
  }, 60_000);

  it('is decided alike without a node, and with a node that has to ship', () => {
    let forced = 0;
    for (let seed = 1; seed <= 600; seed += 1) {
      const problem = problemOf(randomRequest(seed));
      for (const { index } of problem.nodes)
        for (const options of [{ without: index }, { mustUse: index }]) {
          const table = found(problem, options);
          expect({ seed, ...options, table }).toEqual({
            seed,
            ...options,
            table: found(problem, { ...options, searchOnly: true }),
          });
          if ('mustUse' in options && table.objective !== undefined) forced += 1;
        }
    }
    expect(forced).toBeGreaterThan(200);
  }, 60_000);

  it('is left to the search where its table is beyond the effort', () => {
    const problem = problemOf(randomRequest(7, { lines: 4, nodes: 8, services: 4, quantity: 4 }));
    expect(isTabulated(problem)).toBe(true);
    expect(isTabulated(problem, new Effort(1 / WORK_PER_STEP))).toBe(false);
    expect(isTabulated(problem, new Effort(0))).toBe(false);
  });

  it('with more ways to the same cost than are worth comparing one by one is left to the search', () => {
    const nodes = Array.from({ length: 12 }, (_, at) => ({
      id: `n${at}`,
      vendorId: 'v',
      location: { countryCode: 'US' },
      readyAt: '2026-03-02T10:00:00Z',
      offers: [{ sku: 'mug', available: 1, unitCosts: [{ fromQuantity: 1, unitCost: '5' }] }],
      services: [{ id: 'post', carrier: 'post', transitHours: 24, rates: [{ upTo: 1000, price: '1' }] }],
    }));
    const request: RoutingRequest = {
      order: {
        id: 'order-1',
        currency: 'USD',
        placedAt: '2026-03-02T09:00:00Z',
        destination: { countryCode: 'US' },
        lines: [{ id: 'l1', sku: 'mug', quantity: 4, unitPrice: '12', unitWeightGrams: 400 }],
      },
      nodes,
      policy: {},
    };
    expect(isTabulated(problemOf(request))).toBe(false);
    const { proof, shipments } = decide(request);
    expect(proof).toEqual({ kind: 'optimal' });
    expect(shipments.map(({ nodeId }) => nodeId)).toEqual(['n0', 'n1', 'n10', 'n11']);
  });
});
