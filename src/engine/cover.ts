import type { Effort } from './effort.js';
import type { Item } from './items.js';
import type { LoadTable } from './loads.js';

/**
 * The combining problem: choose loads, at most one a node, so that every piece is shipped once or left. All amounts are whole numbers
 * below 2^53 (the parser sees to it).
 */
export interface Cover {
  readonly items: readonly Item[];
  readonly loads: LoadTable;
  readonly nodeCount: number;
  /** For each shipment beyond the first. */
  readonly perShipment: number;
  readonly maxShipments: number;
  readonly leaving: Leaving;
}

export type Leaving =
  | { readonly kind: 'forbid' }
  /** Each piece left costs at least this much. */
  | { readonly kind: 'cost'; readonly perPiece: readonly number[] }
  /** Pieces may be left while their values add up to no more than the budget. */
  | { readonly kind: 'within'; readonly perPiece: readonly number[]; readonly budget: number };

/** What one more piece, shipment, or value left would be worth. Any prices give a true bound; good ones a tight bound. */
export interface Prices {
  /** Per item; whole numbers in the prices that `pricesOf` returns. */
  readonly piece: Float64Array;
  readonly shipment: number;
  readonly leaving: number;
}

/** What a set of prices proves: no plan costs less than `bound`. */
export interface Weighed {
  readonly bound: number;
  /** Per node: by how much its best load undercuts the prices, zero or negative. */
  readonly undercut: Float64Array;
}

const ROUNDS = 60;
const PATIENCE = 6;
const SAFE = 2 ** 52;

/**
 * Prices by ascent, and the bound that they prove. The demand for pieces is priced instead of enforced (Lagrange), each node then
 * ships whatever load undercuts the prices most, and prices move with what is over- or undersold. Moves are made in floating
 * point, the prices that come out are whole numbers, and the bound is added up from them exactly.
 *
 * `upper` is the cost of a known plan, or Infinity. Source: Held, Wolfe & Crowder, "Validation of subgradient optimization" (1974).
 */
export function pricesOf(cover: Cover, start: Prices, upper: number, effort: Effort): Prices {
  const { items, loads } = cover;
  const width = items.length;
  const binding = cover.maxShipments < cover.nodeCount;
  let current = start;
  let best = start;
  let bestBound = Number.NEGATIVE_INFINITY;
  let stride = 1;
  let stale = 0;
  const over = new Float64Array(width);
  const before = new Float64Array(width);
  for (let round = 0; round < ROUNDS && !effort.spent; round += 1) {
    effort.spendOnLoads(loads.count);
    const { bound, undercut, chosen } = weighLoads(cover, current);
    if (bound > bestBound + 1e-9 * Math.abs(bestBound)) {
      bestBound = bound;
      best = current;
      stale = 0;
    } else {
      stale += 1;
      if (stale >= PATIENCE) {
        stale = 0;
        stride /= 2;
        current = best;
        before.fill(0);
        if (stride < 0.02) break;
        continue;
      }
    }
    if (bestBound >= upper) break;
    // Missing pieces raise their price, pieces shipped twice lower it; each item counts by its own size.
    let shipments = 0;
    let leftValue = 0;
    items.forEach((item, at) => {
      const leave = leavePrice(cover.leaving, at, current);
      const left = leave < (current.piece[at] ?? 0) ? item.demand : 0;
      if (cover.leaving.kind === 'within') leftValue += left * (cover.leaving.perPiece[at] ?? 0);
      over[at] = item.demand - left;
    });
    for (let node = 0; node < cover.nodeCount; node += 1) {
      if ((undercut[node] ?? 0) >= 0) continue;
      shipments += 1;
      const row = (chosen[node] ?? 0) * width;
      for (let at = 0; at < width; at += 1) over[at] = (over[at] ?? 0) - (loads.takes[row + at] ?? 0);
    }
    const overShipments = binding ? shipments - cover.maxShipments : 0;
    const budget = cover.leaving.kind === 'within' ? cover.leaving.budget : 0;
    const overLeft = cover.leaving.kind === 'within' && budget > 0 ? (leftValue - budget) / budget : 0;
    let norm = 0;
    items.forEach((item, at) => {
      const share = (over[at] ?? 0) / item.demand + 0.4 * (before[at] ?? 0);
      before[at] = share;
      norm += share * share;
    });
    norm += (overShipments / cover.maxShipments) ** 2 + overLeft ** 2;
    if (norm === 0) break;
    const aim = Number.isFinite(upper) ? upper : bound + Math.max(10_000, Math.abs(bound) * 0.1);
    const step = (stride * Math.max(1, aim - bound)) / norm;
    const piece = new Float64Array(width);
    items.forEach((item, at) => {
      piece[at] = (current.piece[at] ?? 0) + (step * (before[at] ?? 0)) / item.demand;
    });
    current = {
      piece,
      shipment: binding ? Math.max(0, current.shipment + (step * overShipments) / cover.maxShipments ** 2) : 0,
      leaving: budget > 0 ? Math.max(0, current.leaving + (step * overLeft) / budget) : 0,
    };
  }
  return rounded(cover, best);
}

/** What `prices` prove, exactly where they are whole numbers. */
export function weigh(cover: Cover, prices: Prices): Weighed {
  return weighLoads(cover, prices);
}

function weighLoads(cover: Cover, prices: Prices): Weighed & { chosen: Int32Array } {
  const { items, loads } = cover;
  const width = items.length;
  const undercut = new Float64Array(cover.nodeCount);
  const chosen = new Int32Array(cover.nodeCount);
  const { piece } = prices;
  const fixed = cover.perShipment + prices.shipment;
  for (let row = 0, entry = 0; row < loads.count; row += 1) {
    let cost = (loads.costs[row] ?? 0) + fixed;
    for (let at = 0; at < width; at += 1, entry += 1) cost -= (piece[at] ?? 0) * (loads.takes[entry] ?? 0);
    const node = loads.nodes[row] ?? 0;
    if (cost < (undercut[node] ?? 0)) {
      undercut[node] = cost;
      chosen[node] = row;
    }
  }
  let bound = -cover.perShipment - prices.shipment * shipmentsAtMost(cover);
  if (cover.leaving.kind === 'within') bound -= prices.leaving * cover.leaving.budget;
  items.forEach((item, at) => {
    bound += Math.min(piece[at] ?? 0, leavePrice(cover.leaving, at, prices)) * item.demand;
  });
  for (const each of undercut) bound += each;
  return { bound, undercut, chosen };
}

/** What leaving one piece costs at these prices; Infinity where pieces may not be left. */
export function leavePrice(leaving: Leaving, at: number, prices: Prices): number {
  if (leaving.kind === 'forbid') return Number.POSITIVE_INFINITY;
  return (leaving.perPiece[at] ?? 0) * (leaving.kind === 'cost' ? 1 : prices.leaving);
}

function shipmentsAtMost(cover: Cover): number {
  return Math.min(cover.maxShipments, cover.nodeCount);
}

/**
 * Prices that no load undercuts: each load's cost is shared out over its pieces by what a piece costs at least, and each piece takes
 * the least share that it gets anywhere.
 */
export function startingPrices(cover: Cover): Prices {
  const { items, loads } = cover;
  const width = items.length;
  const least = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const costOf = (row: number) => Math.max(1, (loads.costs[row] ?? 0) + cover.perShipment);
  for (let row = 0; row < loads.count; row += 1) {
    for (let at = 0; at < width; at += 1) {
      const pieces = loads.takes[row * width + at] ?? 0;
      if (pieces > 0) least[at] = Math.min(least[at] ?? 0, costOf(row) / pieces);
    }
  }
  const piece = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < loads.count; row += 1) {
    let sum = 0;
    for (let at = 0; at < width; at += 1) sum += (least[at] ?? 0) * (loads.takes[row * width + at] || 0) || 0;
    for (let at = 0; at < width; at += 1) {
      if ((loads.takes[row * width + at] ?? 0) === 0) continue;
      piece[at] = Math.min(piece[at] ?? 0, (costOf(row) * (least[at] ?? 0)) / sum);
    }
  }
  let leaving = 0;
  items.forEach((_, at) => {
    if (!Number.isFinite(piece[at])) piece[at] = 0;
    if (cover.leaving.kind === 'cost') piece[at] = Math.min(piece[at] ?? 0, cover.leaving.perPiece[at] ?? 0);
    if (cover.leaving.kind === 'within')
      leaving = Math.max(leaving, (piece[at] ?? 0) / (cover.leaving.perPiece[at] ?? 1));
  });
  return { piece, shipment: 0, leaving };
}

/** The same prices in whole numbers, none above the price of leaving; zero where sums of them could be inexact. */
function rounded(cover: Cover, prices: Prices): Prices {
  const shipment = Math.round(prices.shipment);
  const whole = { piece: new Float64Array(cover.items.length), shipment, leaving: Math.ceil(prices.leaving) };
  cover.items.forEach((_, at) => {
    whole.piece[at] = Math.min(Math.round(prices.piece[at] ?? 0), leavePrice(cover.leaving, at, whole));
  });
  const budget = cover.leaving.kind === 'within' ? cover.leaving.budget : 0;
  let largest = whole.shipment * (cover.nodeCount + shipmentsAtMost(cover)) + whole.leaving * budget;
  cover.items.forEach((item, at) => {
    largest += Math.abs(whole.piece[at] ?? 0) * item.demand * (cover.nodeCount + 1);
    if (cover.leaving.kind === 'within') largest += whole.leaving * (cover.leaving.perPiece[at] ?? 0) * item.demand;
  });
  for (let row = 0, most = 0; row < cover.loads.count; row += 1) {
    most = Math.max(most, Math.abs(cover.loads.costs[row] ?? 0));
    if (row === cover.loads.count - 1) largest += (most + cover.perShipment) * (cover.nodeCount + 1);
  }
  if (largest < SAFE) return whole;
  return { piece: new Float64Array(cover.items.length), shipment: 0, leaving: 0 };
}
