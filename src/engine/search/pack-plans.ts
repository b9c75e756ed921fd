import type { Item } from '../loads/items.js';
import type { Problem, ProblemNode, ProblemOffer } from '../problem.js';
import { filledAlone } from './first-plan.js';

/** What one node may ship of a line by itself: whole packs, from the least to the most units. */
export interface Source {
  readonly node: number;
  readonly pack: number;
  readonly least: number;
  readonly most: number;
}

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

type Share = readonly [source: Source, units: number];

/** Pairs of nodes that are tried, a plan that is offered counting as several; and packs by which the last node that is filled is relieved. */
const WORK_MOST = 30_000;
const OFFER_WORK = 16;
const RELIEVED_MOST = 64;

/**
 * Looks for a better plan of an order of one line, for which packs of several sizes have to come out even: nodes are filled in turn, cheap ones first,
 * the last of them with a pack less each time, and two others share what is left. Each node is the first once. `offer` says whether that is the best
 * plan so far, which ends it. Returns the work that it took; 0 where the order has more than one item, or one that may not be shared.
 */
export function packPlans(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  offer: (loads: readonly Chosen[]) => boolean,
): number {
  const [item] = items;
  if (item === undefined || items.length > 1 || item.whole || item.single) return 0;
  const sources = sourcesOf(problem, nodes, item);
  let work = 0;
  const tryPairs = (filled: readonly Share[], rest: number, others: readonly Source[]): boolean => {
    for (const [at, one] of others.entries())
      for (const other of others.slice(at + 1)) {
        if (work >= WORK_MOST) return true;
        work += 1;
        let found = false;
        for (const units of sharesOf(rest, one, other)) {
          work += OFFER_WORK;
          found = offer(loadsOf([...filled, [one, units], [other, rest - units]])) || found;
        }
        if (found) return true;
      }
    return false;
  };
  if (problem.maxShipments < 2 || tryPairs([], item.demand, sources)) return work;
  for (const first of sources) {
    const order = [first, ...sources.filter((source) => source !== first)];
    const filled: Share[] = [];
    let rest = item.demand;
    for (const [at, source] of order.entries()) {
      const { pack, least, most } = source;
      const full = Math.min(most, rest - (rest % pack));
      if (filled.length + 3 > problem.maxShipments || full < least || work >= WORK_MOST) break;
      work += 1;
      const others = order.slice(at + 1);
      const fewest = Math.max(least, rest - mostOfTwo(others));
      for (let units = full; units >= fewest && units >= full - RELIEVED_MOST * pack; units -= pack)
        if (tryPairs([...filled, [source, units]], rest - units, others)) return work;
      filled.push([source, full]);
      rest -= full;
    }
  }
  return work;
}

function loadsOf(shares: readonly Share[]): readonly Chosen[] {
  return shares.map(([{ node }, units]) => ({ node, takes: Int32Array.of(units) }));
}

/** What two of these can ship at most. */
function mostOfTwo(sources: readonly Source[]): number {
  let [first, second] = [0, 0];
  for (const { most } of sources) {
    if (most > first) [first, second] = [most, first];
    else if (most > second) second = most;
  }
  return first + second;
}

/** The nodes that can ship some of the line, those first that ask least for a unit. */
function sourcesOf(problem: Problem, nodes: readonly ProblemNode[], item: Item): readonly Source[] {
  const sku = problem.lines[item.lines[0] as number]?.sku ?? 0;
  return filledAlone(problem, nodes, [item])
    .map(({ node, takes, cost }) => {
      const offer = problem.nodes[node]?.offers[sku] as ProblemOffer;
      const { multiple: pack, minimum } = offer;
      const most = takes[0] as number;
      return { node, pack, least: Math.ceil(Math.max(1, minimum) / pack) * pack, most, perUnit: cost / most };
    })
    .sort((a, b) => a.perUnit - b.perUnit);
}

/**
 * The fewest and the most units that `one` can ship where `other` ships the rest, both in whole packs; none where they cannot. Those numbers solve
 * a congruence of the two packs, so they are a multiple of both apart. At most 10^6 units, so every product is exact.
 */
export function sharesOf(rest: number, one: Omit<Source, 'node'>, other: Omit<Source, 'node'>): readonly number[] {
  const low = Math.max(one.least, rest - other.most);
  const high = Math.min(one.most, rest - other.least);
  if (low > high) return [];
  const [common, factor] = bezout(one.pack, other.pack);
  if (rest % common !== 0) return [];
  const cycle = other.pack / common;
  const packs = (((rest / common) % cycle) * factor) % cycle;
  const step = one.pack * cycle;
  const residue = packs * one.pack;
  const fewest = residue + Math.ceil((low - residue) / step) * step;
  const most = residue + Math.floor((high - residue) / step) * step;
  if (fewest > high) return [];
  return fewest === most ? [fewest] : [fewest, most];
}

/** The greatest common divisor of two whole numbers, and the least factor from 0 that makes `a` leave it modulo `b`. */
function bezout(a: number, b: number): readonly [common: number, factor: number] {
  let [r, next, s, nextS] = [a, b, 1, 0];
  while (next !== 0) {
    const quotient = Math.floor(r / next);
    [r, next, s, nextS] = [next, r - quotient * next, nextS, s - quotient * nextS];
  }
  const cycle = b / r;
  return [r, ((s % cycle) + cycle) % cycle];
}
