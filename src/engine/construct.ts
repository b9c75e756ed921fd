import type { Judge } from './combine.js';
import { type Covering, leavePrice, openBox, type Prices, rounded } from './covering.js';
import type { Effort } from './effort.js';
import type { Box, Pricing } from './pricing.js';

/** Options tried for one load. */
const TRIED_MAX = 1_000;
/** By how much prices are raised in turn, so that first what pays is shipped, then what must be. */
const RAISES = [1, 1.25, 2, 8, 64];

/**
 * Builds a plan load by load: each time the load that undercuts the prices most among those that fit, the prices raised where none
 * does. Loads in `fixed` are in it from the start.
 */
export function construct(
  covering: Covering,
  pricing: Pricing,
  prices: Prices,
  fixed: readonly { readonly node: number; readonly takes: Int32Array }[],
  judge: Judge,
  effort: Effort,
): void {
  const { items, leaving } = covering;
  const width = items.length;
  const box = openBox(covering);
  const left = Int32Array.from(items, (item) => item.demand);
  const chosen: { node: number; takes: Int32Array }[] = [];
  const put = (node: number, takes: Int32Array) => {
    chosen.push({ node, takes });
    for (let at = 0; at < width; at += 1) left[at] = (left[at] as number) - (takes[at] as number);
    restrict(covering, box, left, chosen);
  };
  for (const { node, takes } of fixed) put(node, takes);
  for (const raise of RAISES) {
    const raised = rounded(covering, {
      ...prices,
      piece: prices.piece.map((price, at) =>
        leavePrice(leaving, at, prices) === price ? price : Math.max(price, covering.scale * 100) * raise,
      ),
      leaving: leaving.kind === 'within' ? Math.max(1, prices.leaving) * raise : 0,
    });
    for (;;) {
      if (chosen.length >= covering.maxShipments || left.every((pieces) => pieces === 0)) break;
      let least = 0;
      let best: { node: number; takes: Int32Array } | null = null;
      for (const shipper of covering.shippers) {
        const node = shipper.node.index;
        const found = pricing.least(
          shipper,
          raised,
          box,
          least,
          effort,
          (takes) => {
            best = { node, takes: takes.slice() };
          },
          TRIED_MAX,
        );
        least = Math.min(least, found);
      }
      if (!best) break;
      const { node, takes } = best as { node: number; takes: Int32Array };
      put(node, takes);
    }
  }
  offer(covering, chosen, left, judge);
}

/** Limits a box to what is left, and to nodes that have no load yet. */
function restrict(
  covering: Covering,
  box: Box,
  left: Int32Array,
  chosen: readonly { readonly node: number; readonly takes: Int32Array }[],
): void {
  const { items, nodeCount } = covering;
  const width = items.length;
  const busy = new Set(chosen.map(({ node }) => node));
  for (let node = 0; node < nodeCount; node += 1)
    for (let at = 0; at < width; at += 1) {
      const taken = items[at]?.single && chosen.some(({ takes }) => (takes[at] as number) > 0);
      box.most[node * width + at] = busy.has(node) || taken ? 0 : (left[at] as number);
    }
}

/** Hands a plan to the judge, unless it leaves what may not be left; a line that may only go whole is taken back first. */
function offer(
  covering: Covering,
  chosen: readonly { readonly node: number; readonly takes: Int32Array }[],
  left: Int32Array,
  judge: Judge,
): void {
  const { items, leaving } = covering;
  if (leaving.kind === 'forbid') {
    if (left.every((pieces) => pieces === 0)) judge.judge(chosen);
    return;
  }
  const torn = items.map((item, at) => item.allOrNothing && left[at] !== 0 && left[at] !== item.demand);
  const loads = chosen.map(({ node, takes }) => ({ node, takes: takes.map((pieces, at) => (torn[at] ? 0 : pieces)) }));
  const kept = loads.filter(({ takes }) => takes.some((pieces) => pieces > 0));
  if (kept.length > 0) judge.judge(kept);
}
