import type { Ascended } from '../bounds/ascent.js';
import { type Box, worthOf } from '../bounds/box.js';
import { type Covering, openBox } from '../bounds/covering.js';
import { boxOf } from './dive.js';
import { LoadCost } from './load-cost.js';

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

/** Loads that are open at first where those that miss most are, and how many more each time. */
const OPEN_LEAST = 4;
const OPEN_MORE = 2;
/** Loads that are open together where they ship the same items. */
const OPEN_NEAR = 3;

/**
 * Boxes around a plan in which some of its loads stay as they are, while every other node may ship what those leave. First those loads are open
 * that miss the best of their node by most, a few, then more: what loads miss is how far a plan lies above the bound. Then each load with
 * those that ship most of the same items. None where a plan has few loads.
 *
 * Source: relaxation induced neighbourhoods, Danna, Rothberg & Le Pape (2005); here the prices say what to free.
 */
export function* reopened(covering: Covering, ascended: Ascended, plan: readonly Chosen[]): Iterable<Box> {
  if (plan.length <= OPEN_LEAST) return;
  const missed = plan.map((load) => missOf(covering, ascended, load));
  const byMiss = (a: number, b: number) => (missed[b] as number) - (missed[a] as number) || a - b;
  const order = [...plan.keys()].sort(byMiss);
  const sets: number[][] = [];
  for (let size = OPEN_LEAST; size < plan.length; size += OPEN_MORE) sets.push(order.slice(0, size));
  for (const first of order) {
    const shared = plan.map((load) => sharedWorth(ascended, plan[first] as Chosen, load));
    const near = [...order].sort((a, b) => (shared[b] as number) - (shared[a] as number) || byMiss(a, b));
    sets.push([first, ...near.filter((at) => at !== first)].slice(0, OPEN_NEAR));
  }
  const from = openBox(covering);
  const seen = new Set<string>();
  for (const set of sets) {
    const key = set.toSorted((a, b) => a - b).join();
    if (seen.has(key)) continue;
    seen.add(key);
    const kept = plan.filter((_, at) => !set.includes(at));
    yield boxOf(covering, from, from.most, new Map(kept.map((load) => [load.node, load])));
  }
}

/** By how much a load costs more, above the worth of its pieces, than the best of its node. */
function missOf(covering: Covering, { prices, least }: Ascended, { node, takes }: Chosen): number {
  const { shippers, items, scale } = covering;
  const item = takes.findIndex((pieces) => pieces > 0);
  // A load that no shipper has any more is among the first to be open.
  let cost = Number.MAX_SAFE_INTEGER;
  for (const shipper of shippers) {
    if (shipper.node.index !== node) continue;
    const load = new LoadCost(shipper, items.length);
    load.takes.set(takes);
    if (load.focus(item)) cost = Math.min(cost, load.at(takes[item] as number) * scale);
  }
  let missed = cost + prices.shipment - (least[node] as number);
  takes.forEach((pieces, at) => {
    if (pieces > 0) missed -= worthOf(prices, at, pieces);
  });
  return missed;
}

/** What the pieces are worth that two loads could exchange. */
function sharedWorth({ prices }: Ascended, one: Chosen, other: Chosen): number {
  return one.takes.reduce(
    (sum, pieces, at) => sum + Math.min(pieces, other.takes[at] as number) * Math.abs(prices.piece[at] as number),
    0,
  );
}
