import type { Ascended } from '../bounds/ascent.js';
import type { Box } from '../bounds/box.js';
import { type Covering, openBox } from '../bounds/covering.js';
import type { Item } from '../loads/items.js';

/** One split: what a node may ship of an item from now on, or (item -1) whether it ships at all, or (node -1) what may be left of an item. */
export interface Limit {
  readonly node: number;
  readonly item: number;
  readonly least: number;
  readonly most: number;
}

/** The limits that lead to a box, the last first. */
export interface Limits {
  readonly limit: Limit;
  readonly before: Limits | null;
}

/** A box of plans that is still open, and what its ascent came to. It holds on to no other box. */
export interface Branch {
  readonly limits: Limits | null;
  /** No plan in it costs less; its own ascent, or an earlier one, proved it. */
  readonly bound: number;
  readonly ascended: Ascended;
  /** The gap at which its loads, or those of a box around it, were too many to combine. */
  readonly tooMany: number;
  /** Splits since then. */
  readonly splits: number;
  /** Order of making, for ties. */
  readonly turn: number;
}

/** The box that limits leave. */
export function boxOf(covering: Covering, limits: Limits | null): Box {
  const box = openBox(covering);
  const width = covering.items.length;
  const apply = ({ node, item, least, most }: Limit) => {
    if (node < 0) {
      box.leaveLeast[item] = Math.max(box.leaveLeast[item] as number, least);
      box.leaveMost[item] = Math.min(box.leaveMost[item] as number, most);
      return;
    }
    const first = node * width;
    if (item >= 0) {
      box.least[first + item] = Math.max(box.least[first + item] as number, least);
      box.most[first + item] = Math.min(box.most[first + item] as number, most);
      if (least > 0) box.must[node] = 1;
    } else if (most === 0) box.most.fill(0, first, first + width);
    else box.must[node] = 1;
  };
  for (let at = limits; at; at = at.before) apply(at.limit);
  return box;
}

const WHOLE = 1e-6;

/**
 * The two halves of a box, by what the linear program is least decided about: first how much of an item is left, then whether a node
 * ships, then how many pieces of an item.
 * Null where there is nothing left to split.
 */
export function splitOf(covering: Covering, box: Box, { shares }: Ascended): readonly [Limit, Limit] | null {
  const width = covering.items.length;
  const left = Float64Array.from(covering.items, (item) => item.demand);
  const usage = new Float64Array(covering.nodeCount);
  const pieces = new Float64Array(covering.nodeCount * width);
  const low = new Int32Array(covering.nodeCount * width).fill(-1);
  const high = new Int32Array(covering.nodeCount * width);
  for (const { load, share } of shares) {
    const { node, takes } = load;
    usage[node] = (usage[node] as number) + share;
    takes.forEach((take, item) => {
      left[item] = (left[item] as number) - share * take;
      const at = node * width + item;
      pieces[at] = (pieces[at] as number) + share * take;
      low[at] = (low[at] as number) < 0 ? take : Math.min(low[at] as number, take);
      high[at] = Math.max(high[at] as number, take);
    });
  }
  const leave = shares.length > 0 ? splitLeaving(covering, box, left) : null;
  if (leave) return leave;
  const seen = new Set<number>();
  let chosen = -1;
  let widest = 0.01;
  for (const { node } of covering.shippers) {
    if (covering.free || seen.has(node.index) || box.must[node.index] === 1) continue;
    seen.add(node.index);
    const doubt = Math.min(usage[node.index] as number, 1 - (usage[node.index] as number));
    if (doubt > widest) {
      widest = doubt;
      chosen = node.index;
    }
  }
  if (chosen >= 0)
    return [
      { node: chosen, item: -1, least: 1, most: 1 },
      { node: chosen, item: -1, least: 0, most: 0 },
    ];
  let at = -1;
  widest = 0;
  const nodes = [...new Set(covering.shippers.map(({ node }) => node.index))];
  for (const node of nodes)
    for (let item = 0; item < width; item += 1) {
      const here = node * width + item;
      const spread = (high[here] as number) - ((usage[node] as number) < 1 - WHOLE ? 0 : (low[here] as number));
      if (spread > widest) {
        widest = spread;
        at = here;
      }
    }
  if (at < 0)
    // The program is whole: split off what it ships, or else any freedom that is left.
    for (const sure of [true, false])
      for (const node of nodes)
        for (let item = 0; item < width && at < 0; item += 1) {
          const here = node * width + item;
          const free = (box.least[here] as number) < (box.most[here] as number);
          if (free && (!sure || (high[here] as number) > (box.least[here] as number))) at = here;
        }
  if (at < 0) return null;
  const node = Math.floor(at / width);
  const item = at % width;
  const [least, most] = [box.least[at] as number, box.most[at] as number];
  const middle = Math.max(
    least,
    Math.min(most - 1, Math.floor((pieces[at] as number) + WHOLE) - (widest === 0 ? 1 : 0)),
  );
  return [
    { node, item, least: middle + 1, most },
    { node, item, least, most: middle },
  ];
}

function splitLeaving(covering: Covering, box: Box, left: Float64Array): readonly [Limit, Limit] | null {
  if (covering.leaving.kind === 'forbid') return null;
  let item = -1;
  let widest = 0.01;
  for (const [at, { allOrNothing, demand }] of covering.items.entries()) {
    const [least, most, here] = [box.leaveLeast[at] as number, box.leaveMost[at] as number, left[at] as number];
    if (least === most) continue;
    const part = allOrNothing ? here / demand : here - Math.floor(here);
    const doubt = Math.min(part, 1 - part);
    if (doubt > widest) {
      widest = doubt;
      item = at;
    }
  }
  if (item < 0) return null;
  const [least, most] = [box.leaveLeast[item] as number, box.leaveMost[item] as number];
  const { allOrNothing, demand } = covering.items[item] as Item;
  if (allOrNothing)
    return [
      { node: -1, item, least: 0, most: 0 },
      { node: -1, item, least: demand, most: demand },
    ];
  const middle = Math.max(least, Math.min(most - 1, Math.floor(left[item] as number)));
  return [
    { node: -1, item, least, most: middle },
    { node: -1, item, least: middle + 1, most },
  ];
}
