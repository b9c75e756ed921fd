import { type Ascended, ascend } from './ascent.js';
import type { Box } from './box.js';
import type { Judge } from './combine.js';
import { construct } from './construct.js';
import type { Covering } from './covering.js';
import type { Effort } from './effort.js';
import type { LoadPool } from './load-pool.js';
import type { Pricing } from './pricing.js';

/** A load's share above which it is as good as chosen. */
const SURE = 0.999;
/** A share above which it is chosen together with the surest. */
const LIKELY = 0.75;

/**
 * Builds a plan by fixing the load that the linear program is surest of, asking for prices again, and so on until nothing is in doubt.
 * Ends without a plan where what is left cannot be shipped, or not cheaply enough.
 */
export function dive(
  covering: Covering,
  pricing: Pricing,
  pool: LoadPool,
  from: Box,
  ascended: Ascended,
  judge: Judge,
  effort: Effort,
): void {
  const { items, nodeCount } = covering;
  const width = items.length;
  const box: Box = { ...from, must: from.must.slice(), least: from.least.slice(), most: from.most.slice() };
  const left = Int32Array.from(items, (item) => item.demand);
  const fixed = new Set<number>();
  let current = ascended;
  for (let depth = 0; depth < nodeCount && !effort.spent; depth += 1) {
    const open = current.shares
      .filter(({ load, share }) => share > 0 && !fixed.has(pool.at(load).node))
      .sort((a, b) => b.share - a.share || a.load - b.load);
    let chosen = 0;
    for (const { load, share } of open) {
      if (chosen > 0 && share < LIKELY) break;
      const { node, takes } = pool.at(load);
      if (fixed.has(node) || takes.some((pieces, at) => pieces > (left[at] as number))) continue;
      chosen += 1;
      fixed.add(node);
      box.must[node] = 1;
      takes.forEach((pieces, at) => {
        left[at] = (left[at] as number) - pieces;
        box.least[node * width + at] = pieces;
        box.most[node * width + at] = pieces;
      });
    }
    if (chosen === 0) break;
    for (let node = 0; node < nodeCount; node += 1) {
      if (fixed.has(node)) continue;
      for (let at = 0; at < width; at += 1) {
        const here = node * width + at;
        const single = items[at]?.single && left[at] !== items[at]?.demand;
        box.most[here] = Math.min(box.most[here] as number, single ? 0 : (left[at] as number));
      }
    }
    current = ascend(covering, pricing, pool, box, current.prices, judge.cutoff, effort, true);
    if (current.bound > judge.cutoff) return;
    if (current.shares.length > 0 && current.shares.every(({ share }) => share > SURE)) {
      const loads = current.shares.map(({ load }) => pool.at(load));
      judge.judge(loads);
      // Where something is left that no load takes as it is, others have to make room.
      if (loads.length <= covering.maxShipments) construct(covering, pricing, current.prices, judge, effort, loads);
      return;
    }
  }
}
