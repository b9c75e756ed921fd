import { type Ascended, ascend } from '../bounds/ascent.js';
import type { Box } from '../bounds/box.js';
import type { Covering } from '../bounds/covering.js';
import type { Load } from '../bounds/load-pool.js';
import type { NodePricing } from '../bounds/node-pricing.js';
import type { Programs } from '../bounds/program.js';
import type { Effort } from '../effort.js';
import type { Judge } from '../judge.js';
import { construct } from './construct.js';

/** A load's share above which it is as good as chosen. */
const SURE = 0.999;
/** A share above which it is chosen together with the surest. */
const LIKELY = 0.75;

/** How often a load that leaves others without a way is made smaller. */
const RETREATS_MAX = 4;

/**
 * Builds a plan by fixing the load that the linear program is surest of, asking for prices again, and so on until nothing is in doubt.
 * Where pieces are left that no load takes, a load with some of them gets fewer. Ends without a plan where that does not help, or what
 * there is cannot win.
 */
export function dive(
  covering: Covering,
  pricing: NodePricing,
  programs: Programs,
  from: Box,
  ascended: Ascended,
  judge: Judge,
  effort: Effort,
): void {
  const { items, nodeCount } = covering;
  const width = items.length;
  const most = from.most.slice();
  const fixed = new Map<number, Load>();
  let retreats = 0;
  let retreating = false;
  let current = ascended;
  for (let depth = 0; depth < nodeCount + RETREATS_MAX && !effort.spent; depth += 1) {
    if (depth > 0 || !isWhole(current)) {
      if (!retreating && !fix(current, fixed, leftOf(covering, [...fixed.values()]))) break;
      retreating = false;
      const box = boxOf(covering, from, most, fixed);
      current = ascend(covering, pricing, programs, box, current.prices, judge.cutoff, effort, 'rough');
      if (current.bound > judge.cutoff) return;
      if (!isWhole(current)) continue;
    }
    const loads = current.shares.map(({ load }) => load);
    judge.judge(loads);
    const left = leftOf(covering, loads);
    const short = left.findIndex((pieces) => pieces > 0);
    if (covering.leaving.kind !== 'forbid' || short < 0 || loads.length > covering.maxShipments) return;
    retreats += 1;
    retreating = true;
    const largest = loads.reduce<Load | null>(
      (best, load) => ((load.takes[short] as number) > (best?.takes[short] ?? 0) ? load : best),
      null,
    );
    if (!largest || retreats > RETREATS_MAX) {
      construct(covering, pricing, current.prices, judge, effort, loads);
      return;
    }
    most[largest.node * width + short] = (largest.takes[short] as number) - 1;
    for (const [node, load] of fixed)
      if (node === largest.node || (load.takes[short] as number) > 0) fixed.delete(node);
  }
}

/** Whether the linear program is in no doubt about any load. */
export function isWhole({ shares }: Ascended): boolean {
  return shares.length > 0 && shares.every(({ share }) => share > SURE);
}

/** Adds the likeliest loads that fit, the surest at least; false where there is none. */
function fix({ shares }: Ascended, fixed: Map<number, Load>, left: Int32Array): boolean {
  const open = shares.filter(({ load }) => !fixed.has(load.node)).sort((a, b) => b.share - a.share);
  let chosen = 0;
  for (const { load, share } of open) {
    if (chosen > 0 && share < LIKELY) break;
    const { node, takes } = load;
    if (fixed.has(node) || takes.some((pieces, at) => pieces > (left[at] as number))) continue;
    chosen += 1;
    fixed.set(node, load);
    takes.forEach((pieces, at) => {
      left[at] = (left[at] as number) - pieces;
    });
  }
  return chosen > 0;
}

function leftOf({ items }: Covering, loads: readonly Pick<Load, 'takes'>[]): Int32Array {
  return Int32Array.from(items, ({ demand }, at) =>
    loads.reduce((left, { takes }) => left - (takes[at] as number), demand),
  );
}

/** The box that fixed loads leave: they stay, other nodes may ship what is left. */
export function boxOf(
  covering: Covering,
  from: Box,
  most: Int32Array,
  fixed: ReadonlyMap<number, Pick<Load, 'takes'>>,
): Box {
  const { items, nodeCount } = covering;
  const width = items.length;
  const left = leftOf(covering, [...fixed.values()]);
  const box: Box = { ...from, must: from.must.slice(), least: from.least.slice(), most: most.slice() };
  for (let node = 0; node < nodeCount; node += 1) {
    const load = fixed.get(node);
    if (load) box.must[node] = 1;
    for (let at = 0; at < width; at += 1) {
      const here = node * width + at;
      const taken = items[at]?.single && left[at] !== items[at]?.demand;
      if (load) box.least[here] = load.takes[at] as number;
      box.most[here] = load
        ? (load.takes[at] as number)
        : Math.min(most[here] as number, taken ? 0 : (left[at] as number));
    }
  }
  return box;
}
