import { boundOf, type Covering, leavePrice, type Prices, rounded } from './covering.js';
import type { Effort } from './effort.js';
import type { Load, LoadPool } from './load-pool.js';
import { type Column, Master } from './master.js';
import { MONEY, SUMS } from './part.js';
import type { Box, Pricing } from './pricing.js';

/** What came of an ascent: no plan within the box costs less than `bound`. */
export interface Ascended {
  readonly bound: number;
  readonly prices: Prices;
  /** Per node: the least reduced cost of a load. */
  readonly least: Float64Array;
  /** Loads of the linear program's solution, each with its share; empty where there was none. */
  readonly shares: readonly { readonly load: number; readonly share: number }[];
  /** Whether the prices could not be improved further. */
  readonly settled: boolean;
}

const ROUNDS_MAX = 400;
/** Options tried for one shipper and one set of prices. */
const TRIED_MAX = 40_000;

/**
 * Prices by column generation: the linear program over the loads known so far proposes prices, every shipper answers with the load that
 * undercuts them most, and its answers are both a proven bound and new loads. Proposals are drawn towards the best prices so far, which
 * keeps them from swinging.
 *
 * Source: Dantzig & Wolfe (1960); smoothing by Wentges, "Weighted Dantzig-Wolfe decomposition" (1997).
 */
export function ascend(
  covering: Covering,
  pricing: Pricing,
  pool: LoadPool,
  box: Box,
  start: Prices,
  cutoff: number,
  dear: number,
  effort: Effort,
): Ascended {
  const program = new Program(covering, pool, box, dear);
  let best: Ascended | null = null;
  let pull = 0.5;
  let proposal = start;
  let proposed = false;
  let settled = false;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const prices = rounded(covering, proposal);
    const before = pool.count;
    const least = priceAll(covering, pricing, pool, box, prices, effort);
    const bound = least ? boundOf(covering, prices, least) : Number.POSITIVE_INFINITY;
    if (!least || best === null || bound > best.bound)
      best = { bound, prices, least: least ?? new Float64Array(covering.nodeCount), shares: [], settled: false };
    if (!least || bound > cutoff || effort.spent) break;
    const found = pool.count > before;
    if (proposed && !found && pull === 0) {
      settled = true;
      break;
    }
    program.take(pool);
    program.master.steps = 0;
    program.master.solve(500);
    effort.steps += program.master.steps;
    if (program.master.objective - best.bound <= Math.max(1, covering.scale * 0.5)) {
      settled = true;
      break;
    }
    const asked = program.prices();
    if (proposed && !found) pull = 0;
    else if (proposed && pull === 0) pull = 0.4;
    proposal = blend(best.prices, asked, round === 0 ? 0 : pull);
    proposed = true;
  }
  const result = best as Ascended;
  return { ...result, shares: program.shares(), settled };
}

/** The least reduced cost per node, its loads added to the pool; null where a node that must ship has no load. */
export function priceAll(
  covering: Covering,
  pricing: Pricing,
  pool: LoadPool,
  box: Box,
  prices: Prices,
  effort: Effort,
): Float64Array | null {
  const least = new Float64Array(covering.nodeCount);
  for (let node = 0; node < least.length; node += 1) if (box.must[node] === 1) least[node] = Number.POSITIVE_INFINITY;
  for (const shipper of covering.shippers) {
    const node = shipper.node.index;
    const found = pricing.least(
      shipper,
      prices,
      box,
      least[node] as number,
      effort,
      pool.receiver(node, prices),
      TRIED_MAX,
    );
    least[node] = Math.min(least[node] as number, found);
  }
  pool.settle();
  for (const each of least) if (each === Number.POSITIVE_INFINITY) return null;
  return least;
}

function blend(from: Prices, to: Prices, pull: number): Prices {
  const mix = (a: number, b: number) => pull * a + (1 - pull) * b;
  return {
    piece: to.piece.map((price, at) => mix(from.piece[at] as number, price)),
    use: to.use.map((price, at) => mix(from.use[at] as number, price)),
    shipment: mix(from.shipment, to.shipment),
    leaving: mix(from.leaving, to.leaving),
  };
}

/** The linear program of a covering within a box, over the loads of a pool. */
class Program {
  readonly master: Master;
  private readonly useRow: Int32Array;
  private readonly nodeRow: Int32Array;
  private readonly limitRow: number;
  private readonly budgetRow: number;
  /** Load of each column; -1: leaving. */
  private readonly loadOf: number[] = [];
  private taken = 0;

  constructor(
    private readonly covering: Covering,
    pool: LoadPool,
    private readonly box: Box,
    dear: number,
  ) {
    const { items, leaving, nodeCount } = covering;
    let rows = items.length;
    const right: number[] = items.map((item) => item.demand);
    const logical: number[] = items.map(() => dear);
    const atMost: number[] = items.map(() => 0);
    const limit = (most: number, cost = 0, kind = 1) => {
      right.push(most);
      logical.push(cost);
      atMost.push(kind);
      rows += 1;
      return rows - 1;
    };
    this.useRow = Int32Array.from(items, (item) => (item.single ? limit(1) : -1));
    this.nodeRow = new Int32Array(nodeCount).fill(-1);
    for (const { node } of covering.shippers)
      if (this.nodeRow[node.index] === -1)
        this.nodeRow[node.index] = box.must[node.index] === 1 ? limit(1, dear, 0) : limit(1);
    this.limitRow = covering.maxShipments < nodeCount ? limit(covering.maxShipments) : -1;
    this.budgetRow = leaving.kind === 'within' ? limit(leaving.budget) : -1;
    this.master = new Master(Float64Array.from(right), Float64Array.from(logical), Uint8Array.from(atMost));
    if (leaving.kind !== 'forbid')
      for (const at of items.keys()) {
        const perPiece = leaving.perPiece[at] as number;
        const inBudget = this.budgetRow >= 0;
        this.master.add({
          cost: leaving.kind === 'cost' ? perPiece : 0,
          rows: Int32Array.from(inBudget ? [at, this.budgetRow] : [at]),
          entries: Float64Array.from(inBudget ? [1, perPiece] : [1]),
        });
        this.loadOf.push(-1);
      }
    this.take(pool);
  }

  /** Adds the loads that came to the pool since. */
  take(pool: LoadPool): void {
    for (; this.taken < pool.count; this.taken += 1) {
      const load = pool.at(this.taken);
      if (!pool.isWithin(load, this.box)) continue;
      this.master.add(this.columnOf(load));
      this.loadOf.push(this.taken);
    }
  }

  private columnOf(load: Load): Column {
    const rows: number[] = [];
    const entries: number[] = [];
    load.takes.forEach((pieces, at) => {
      if (pieces === 0) return;
      rows.push(at);
      entries.push(pieces);
      const use = this.useRow[at] as number;
      if (use >= 0) {
        rows.push(use);
        entries.push(1);
      }
    });
    for (const row of [this.nodeRow[load.node] as number, this.limitRow]) {
      if (row < 0) continue;
      rows.push(row);
      entries.push(1);
    }
    return {
      cost: load.cost + this.covering.perShipment,
      rows: Int32Array.from(rows),
      entries: Float64Array.from(entries),
    };
  }

  prices(): Prices {
    const { items } = this.covering;
    const { prices } = this.master;
    const below = (row: number) => (row < 0 ? 0 : Math.max(0, -(prices[row] as number)));
    return {
      piece: prices.slice(0, items.length),
      use: Float64Array.from(this.useRow, below),
      shipment: this.covering.perShipment + below(this.limitRow),
      leaving: below(this.budgetRow),
    };
  }

  shares() {
    return [...this.master.solution()]
      .map(([column, share]) => ({ load: this.loadOf[column] as number, share }))
      .filter(({ load }) => load >= 0);
  }
}

/** Prices to begin with: each item at what a piece costs when the whole item goes alone, where that goes. */
export function firstPrices(covering: Covering): Prices {
  const { items } = covering;
  const piece = new Float64Array(items.length).fill(covering.free ? 0 : Number.POSITIVE_INFINITY);
  for (const { parts, regimes } of covering.shippers) {
    let opening = Number.POSITIVE_INFINITY;
    for (const { fixed, stairs } of regimes)
      opening = Math.min(opening, fixed * covering.scale + (stairs.at(-1)?.price ?? 0));
    for (const part of parts) {
      const span = part.items.length;
      for (let run = 0; run < part.runs; run += 1) {
        const last = (part.counts[run] as number) - 1;
        let pieces = 0;
        for (let at = run * span; at < (run + 1) * span; at += 1)
          pieces += (part.takes[at] as number) + (part.takeSteps[at] as number) * last;
        const money = (part.first[run * SUMS + MONEY] as number) + (part.step[run * SUMS + MONEY] as number) * last;
        const each = (Math.max(0, opening) / 2 + money * covering.scale) / pieces;
        for (let m = 0; m < span; m += 1) {
          const at = part.items[m] as number;
          if ((part.takes[run * span + m] as number) > 0) piece[at] = Math.min(piece[at] as number, each);
        }
      }
    }
  }
  const prices: Prices = {
    piece,
    use: new Float64Array(items.length),
    shipment: covering.perShipment,
    leaving: 0,
  };
  for (const at of items.keys()) {
    if (!Number.isFinite(piece[at])) piece[at] = 0;
    piece[at] = Math.min(piece[at] as number, leavePrice(covering.leaving, at, prices));
  }
  return prices;
}
