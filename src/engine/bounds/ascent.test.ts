import { describe, expect, it } from 'vitest';
import { Effort } from '../effort.js';
import { itemsOf } from '../loads/items.js';
import { parseRequest } from '../reading/parse.js';
import { boxOf, type Limits } from '../search/branch.js';
import { everyLoad } from '../testing/every-load.js';
import { randomFrom, randomRequest } from '../testing/random-request.js';
import { type Ascended, ascend, firstPrices } from './ascent.js';
import type { Box } from './box.js';
import type { Covering } from './covering.js';
import { LoadPool } from './load-pool.js';
import { NodePricing } from './node-pricing.js';
import { Programs } from './program.js';
import { shippersOf } from './shipper.js';

interface Plan {
  /** Pieces per node and item. */
  readonly takes: readonly (readonly number[])[];
  readonly cost: number;
}

/** A random covering with every plan of it, scaled, by trying all loads of all nodes. */
function covered(seed: number): { covering: Covering; plans: Plan[] } | null {
  const drawn = randomRequest(seed, { lines: 3, linesLeast: 2, nodes: 4, services: 2, quantity: 4 });
  const parsed = parseRequest({ ...drawn, policy: { ...drawn.policy, unfilled: 'forbid' } });
  if (!parsed.ok) return null;
  const { problem } = parsed;
  const items = itemsOf(problem);
  if (items.some(({ pooled }) => pooled.length > 0)) return null;
  const { shippers, scale } = shippersOf(problem, problem.nodes, items, 0);
  const { maxShipments, shipmentPenalty } = problem;
  const nodeCount = problem.nodes.length;
  const loads = problem.nodes.map((node) => everyLoad(problem, items, node));
  const none = items.map(() => 0);
  const plans: Plan[] = [];
  const visit = (node: number, left: readonly number[], takes: readonly (readonly number[])[], cost: number): void => {
    if (node === nodeCount) {
      const shipments = takes.filter((load) => load !== none).length;
      if (left.some((pieces) => pieces > 0) || shipments > maxShipments) return;
      plans.push({ takes, cost: (cost + shipmentPenalty * (shipments - 1)) * scale });
      return;
    }
    visit(node + 1, left, [...takes, none], cost);
    for (const load of loads[node] ?? []) {
      const fits = load.takes.every(
        (pieces, at) =>
          pieces <= (left[at] as number) && !(items[at]?.single && pieces > 0 && pieces < items[at].demand),
      );
      if (!fits) continue;
      const rest = left.map((pieces, at) => pieces - (load.takes[at] as number));
      visit(node + 1, rest, [...takes, load.takes], cost + load.cost);
    }
  };
  visit(
    0,
    items.map(({ demand }) => demand),
    [],
    0,
  );
  const covering: Covering = {
    items,
    shippers,
    nodeCount,
    scale,
    free: false,
    perShipment: shipmentPenalty * scale,
    maxShipments,
    leaving: { kind: 'forbid' },
    mustUse: -1,
    unlisted: new Set(shippers.flatMap(({ wide }) => wide.flatMap((group) => group.items))),
    cuts: [],
  };
  return { covering, plans };
}

function isIn(box: Box, { takes }: Plan): boolean {
  const width = takes[0]?.length ?? 0;
  return takes.every((load, node) => {
    const ships = load.some((pieces) => pieces > 0);
    if (!ships) return box.must[node] === 0;
    return load.every(
      (pieces, at) =>
        pieces >= (box.least[node * width + at] as number) && pieces <= (box.most[node * width + at] as number),
    );
  });
}

describe('the bound of a box', () => {
  it('lies above no plan in it, with the linear program and the answers of the box before, and is met by many', () => {
    let boxes = 0;
    let met = 0;
    let empty = 0;
    for (let seed = 1; seed <= 500; seed += 1) {
      const found = covered(seed);
      if (!found || found.plans.length === 0) continue;
      const { covering, plans } = found;
      const { items, nodeCount } = covering;
      const random = randomFrom(seed);
      const below = (count: number) => Math.floor(random() * count);
      const pricing = new NodePricing(items.length, covering.scale, false);
      const programs = new Programs(new LoadPool());
      let limits: Limits | null = null;
      let parent: Ascended | null = null;
      for (let depth = 0; depth < 6; depth += 1) {
        const box = boxOf(covering, limits);
        const known: { least: Float64Array; except: number } | null = parent && {
          least: parent.least,
          except: limits?.limit.node ?? -1,
        };
        const start = parent?.prices ?? firstPrices(covering, 0.5);
        const effort = new Effort(20_000);
        const care = depth % 2 === 0 ? 'plain' : 'cut';
        const ascended = ascend(covering, pricing, programs, box, start, Number.MAX_SAFE_INTEGER, effort, care, known);
        const least = Math.min(...plans.filter((plan) => isIn(box, plan)).map(({ cost }) => cost));
        expect({ seed, depth, isBound: ascended.bound <= least }).toEqual({ seed, depth, isBound: true });
        boxes += 1;
        met += Number(ascended.bound > least - covering.scale);
        empty += Number(least === Number.POSITIVE_INFINITY && ascended.bound > Number.MAX_SAFE_INTEGER);
        if (ascended.bound === Number.POSITIVE_INFINITY) break;
        parent = ascended;
        const item = below(items.length + 1) - 1;
        const middle = item < 0 ? 0 : below(items[item]?.demand ?? 1);
        const isUpper = random() < 0.5;
        const demand = item < 0 ? 1 : (items[item]?.demand ?? 0);
        limits = {
          limit: { node: below(nodeCount), item, least: isUpper ? middle + 1 : 0, most: isUpper ? demand : middle },
          before: limits,
        };
      }
    }
    expect(boxes).toBeGreaterThan(300);
    expect(met / boxes).toBeGreaterThan(0.4);
    expect(empty).toBeGreaterThan(20);
  }, 60_000);
});
