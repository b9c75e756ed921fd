import type { Effort } from '../effort.js';
import type { Box } from './box.js';
import { boundOf, type Covering, type Prices, rounded } from './covering.js';
import type { Load, LoadPool } from './load-pool.js';
import type { NodePricing } from './node-pricing.js';
import { MONEY, SUMS } from './part.js';
import type { Programs } from './program.js';
import { isOpenAt, Slacks } from './slack.js';

/** What came of an ascent: no plan within the box costs less than `bound`. */
export interface Ascended {
  readonly bound: number;
  readonly prices: Prices;
  /** Per node: the least reduced cost of a load. */
  readonly least: Float64Array;
  /** Loads of the linear program's solution, each with its share, in the order in which they were found; empty where there was none. */
  readonly shares: readonly { readonly load: Load; readonly share: number }[];
  /** Whether the prices could not be improved further. */
  readonly settled: boolean;
}

const ROUNDS_MAX = 400;
const ROUNDS_ROUGH = 8;
/** Times that cuts are looked for in one ascent. */
const CUT_ROUNDS_MAX = 8;
/** Shares of a price that proposals may move by. */
const RANGE_FIRST = 0.1;
const RANGE_LEAST = 0.001;
const RANGE_MOST = 1e7;
/** Options tried for one shipper and one set of prices. */
const TRIED_LEAST = 2_000;
const TRIED_MAX = 40_000;

/**
 * Prices by column generation: the linear program over the loads known so far proposes prices, every shipper answers with the load that
 * undercuts them most, and its answers are both a proven bound and new loads. Proposals stay within a range around the best prices so
 * far, which keeps them from swinging; it widens where they keep to their word and narrows where they do not.
 *
 * `known`: what nodes' loads cost at least at `start`, which are whole then, from a box around this one; `except`: the node that the box limits further.
 *
 * `care`: 'rough' where good prices will do, 'cut' where mixtures of loads are to be cut off that no whole plan can reach.
 *
 * Source: Dantzig & Wolfe (1960); Marsten, Hogan & Blankenship, "The boxstep method for large-scale optimization" (1975).
 */
export function ascend(
  covering: Covering,
  pricing: NodePricing,
  programs: Programs,
  box: Box,
  start: Prices,
  cutoff: number,
  effort: Effort,
  care: 'rough' | 'plain' | 'cut',
  known: { readonly least: Float64Array; readonly except: number } | null = null,
): Ascended {
  const exact = Math.max(1, covering.scale * 0.5);
  const rough = care === 'rough';
  const { pool } = programs;
  let prices = rounded(covering, start);
  const slacks = new Slacks();
  if (known)
    for (const shipper of covering.shippers)
      if (shipper.node.index !== known.except) slacks.note(shipper, start, known.least[shipper.node.index] as number);
  let tried = TRIED_LEAST;
  let least = priceAll(covering, pricing, pool, box, prices, effort, tried, slacks);
  if (!least) return impossible(covering, prices);
  let best = { prices, least, bound: boundOf(covering, box, prices, least) };
  const program = programs.of(covering, box);
  program.take(pool);
  let range = RANGE_FIRST;
  let settled = false;
  let cutRounds = 0;
  for (
    let round = 0;
    round < (rough ? ROUNDS_ROUGH : ROUNDS_MAX) && best.bound <= cutoff && !effort.spent;
    round += 1
  ) {
    program.take(pool);
    program.bind(best.prices, range);
    program.master.solve(500);
    effort.spend(program.master.work);
    program.master.work = 0;
    const promised = program.master.objective + program.settledCost - covering.perShipment - best.bound;
    const enough = rough ? Math.max(exact, Math.abs(best.bound) / 1_000) : exact;
    if (promised <= enough) {
      settled = !program.isBound();
      if (settled && care === 'cut' && cutRounds < CUT_ROUNDS_MAX && program.cutOff()) {
        cutRounds += 1;
        settled = false;
        continue;
      }
      if (settled || range > RANGE_MOST) break;
      range *= 8;
      continue;
    }
    prices = rounded(covering, program.prices());
    const before = pool.count;
    least = priceAll(covering, pricing, pool, box, prices, effort, tried, slacks);
    if (!least) return impossible(covering, prices);
    const bound = boundOf(covering, box, prices, least);
    const kept = bound >= best.bound + promised - enough;
    if (pool.count === before && !kept) {
      if (tried === TRIED_MAX && bound < best.bound + promised / 100) break;
      if (rough) break;
      tried = Math.min(TRIED_MAX, tried * 10);
    }
    if (bound > best.bound) {
      if (bound > best.bound + promised / 2 && program.isBound()) range *= kept ? 4 : 2;
      best = { prices, least, bound };
    } else if (bound < best.bound - promised / 8) range = Math.max(RANGE_LEAST, range * 0.6);
  }
  return { ...best, shares: program.shares(), settled };
}

function impossible(covering: Covering, prices: Prices): Ascended {
  const least = new Float64Array(covering.nodeCount);
  return { bound: Number.POSITIVE_INFINITY, prices, least, shares: [], settled: true };
}

/** What prices prove by themselves; their loads are added to the pool. */
export function boundAt(
  covering: Covering,
  pricing: NodePricing,
  pool: LoadPool,
  box: Box,
  prices: Prices,
  effort: Effort,
): number {
  const least = priceAll(covering, pricing, pool, box, prices, effort, TRIED_LEAST, new Slacks());
  return least ? boundOf(covering, box, prices, least) : Number.POSITIVE_INFINITY;
}

/** The least reduced cost per node, its loads added to the pool; null where a node that must ship has no load. */
function priceAll(
  covering: Covering,
  pricing: NodePricing,
  pool: LoadPool,
  box: Box,
  prices: Prices,
  effort: Effort,
  triedMost: number,
  slacks: Slacks,
): Float64Array | null {
  const least = new Float64Array(covering.nodeCount);
  for (let node = 0; node < least.length; node += 1) if (box.must[node] === 1) least[node] = Number.POSITIVE_INFINITY;
  for (const shipper of covering.shippers) {
    const node = shipper.node.index;
    const floor = Math.max(pricing.slacks.floorOf(shipper, prices), slacks.floorOf(shipper, prices));
    effort.spend(shipper.items.length >> 2);
    const isAsked = box.must[node] === 1 && least[node] === Number.POSITIVE_INFINITY;
    if (floor > 0 && !isAsked) {
      least[node] = Math.min(least[node] as number, floor);
      continue;
    }
    effort.spend(pool.countOf(node) >> 1);
    const found = pricing.least(
      shipper,
      prices,
      box,
      Math.min(least[node] as number, pool.leastOf(node, prices, box)),
      effort,
      pool.receiver(node, prices),
      triedMost,
    );
    least[node] = Math.min(least[node] as number, found);
    if (pricing.slack > 0 && isOpenAt(covering, box, node)) pricing.slacks.note(shipper, prices, pricing.slack);
    slacks.note(shipper, prices, Math.max(found, pricing.slack));
  }
  pool.settle();
  for (const each of least) if (each === Number.POSITIVE_INFINITY) return null;
  return least;
}

/** Prices to begin with: each item at what a piece costs where it costs least, with a share of what opening that node costs. */
export function firstPrices(covering: Covering, share: number): Prices {
  const { items } = covering;
  const piece = new Float64Array(items.length).fill(covering.free ? 0 : Number.POSITIVE_INFINITY);
  for (const { parts, wide, regimes } of covering.shippers) {
    let opening = Number.POSITIVE_INFINITY;
    for (const { fixed, late, stairs } of regimes)
      opening = Math.min(opening, (fixed + late) * covering.scale + (stairs.at(-1)?.price ?? 0));
    for (const part of [...parts, ...wide.flatMap(({ lone }) => lone)]) {
      const span = part.items.length;
      for (let run = 0; run < part.runs; run += 1) {
        const last = (part.counts[run] as number) - 1;
        let pieces = 0;
        for (let at = run * span; at < (run + 1) * span; at += 1)
          pieces += (part.takes[at] as number) + (part.takeSteps[at] as number) * last;
        const money = (part.first[run * SUMS + MONEY] as number) + (part.step[run * SUMS + MONEY] as number) * last;
        const each = (Math.max(0, opening) * share + money * covering.scale) / pieces;
        for (let m = 0; m < span; m += 1) {
          const at = part.items[m] as number;
          if ((part.takes[run * span + m] as number) > 0) piece[at] = Math.min(piece[at] as number, each);
        }
      }
    }
  }
  let leaving = 0;
  for (const at of items.keys()) {
    if (!Number.isFinite(piece[at])) piece[at] = 0;
    if (covering.leaving.kind === 'cost')
      piece[at] = Math.min(piece[at] as number, covering.leaving.perPiece[at] as number);
    if (covering.leaving.kind === 'within')
      leaving = Math.max(leaving, (piece[at] as number) / (covering.leaving.perPiece[at] as number));
  }
  return {
    piece,
    use: new Float64Array(items.length),
    shipment: covering.perShipment,
    leaving,
    cut: new Float64Array(0),
    bonus: [],
  };
}
