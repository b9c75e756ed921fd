import { type Cover, leavePrice, type Prices, weigh } from './cover.js';
import type { Effort } from './effort.js';
import type { LoadTable } from './loads.js';

/** A set of loads that may win: judges it, keeps it where it is the best, and says what the best costs now. */
export interface Judge {
  /** What the best costs; while there is none, more than any can cost. */
  readonly best: number;
  /** `rows` of `loads` that together break no rule; `left` pieces per item. */
  judge(loads: LoadTable, rows: readonly number[], left: Int32Array): void;
}

export interface Combined {
  readonly complete: boolean;
  /** No set of loads that was not looked at costs less. Infinity where all were. */
  readonly openBound: number;
}

/**
 * Looks at every set of loads that could cost as little as the best one known, depth first. A partial set costs at least the bound
 * that the prices prove plus, for each load in it, by how much the load misses the best of its node: so what misses too much is never
 * touched. The item with the fewest loads that still fit comes first.
 *
 * `ties`: also look at sets that cost the same as the best, for the judge to choose between them.
 */
export function combine(cover: Cover, prices: Prices, judge: Judge, effort: Effort, ties: boolean): Combined {
  return new Combination(cover, prices, judge, effort, ties).run();
}

/** Gives the judge one set of loads, found quickly: again and again the load that costs least for the `worth` of its pieces. */
export function pickGreedily(cover: Cover, worth: ArrayLike<number>, judge: Judge): void {
  const state = new Placement(cover);
  const { loads, items } = cover;
  for (;;) {
    let chosen = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < loads.count; row += 1) {
      if (!state.fits(row)) continue;
      let gain = 0;
      let leaving = 0;
      for (let at = 0; at < items.length; at += 1) {
        const pieces = loads.takes[row * items.length + at] ?? 0;
        gain += (worth[at] ?? 0) * pieces;
        if (cover.leaving.kind === 'cost') leaving += (cover.leaving.perPiece[at] ?? 0) * pieces;
      }
      const cost = (loads.costs[row] ?? 0) + cover.perShipment;
      if (cover.leaving.kind === 'cost' && cost > leaving) continue;
      const rate = (Math.max(0, cost) + 1) / Math.max(1, gain);
      if (rate < least) {
        least = rate;
        chosen = row;
      }
    }
    if (chosen < 0) break;
    state.take(chosen, 1);
  }
  if (state.leaveRest()) judge.judge(loads, state.rows, state.left);
}

/** What is placed so far, and what still may be. */
class Placement {
  readonly left: Int32Array;
  readonly closed: Uint8Array;
  readonly rows: number[] = [];
  private readonly touched: Uint8Array;
  private readonly busy: Uint8Array;
  private budget: number;

  constructor(private readonly cover: Cover) {
    this.left = Int32Array.from(cover.items, (item) => item.demand);
    this.closed = new Uint8Array(cover.items.length);
    this.touched = new Uint8Array(cover.items.length);
    this.busy = new Uint8Array(cover.nodeCount);
    this.budget = cover.leaving.kind === 'within' ? cover.leaving.budget : Number.POSITIVE_INFINITY;
  }

  fits(row: number): boolean {
    const { loads, items, maxShipments } = this.cover;
    if (this.busy[loads.nodes[row] ?? 0] === 1 || this.rows.length >= maxShipments) return false;
    const entry = row * items.length;
    for (let at = 0; at < items.length; at += 1) {
      const pieces = loads.takes[entry + at] ?? 0;
      if (pieces === 0) continue;
      if (pieces > (this.left[at] ?? 0) || this.closed[at] === 1) return false;
      if (this.touched[at] === 1 && items[at]?.single) return false;
    }
    return true;
  }

  /** Adds a row, or takes the last one back. */
  take(row: number, sign: 1 | -1): void {
    const { loads, items } = this.cover;
    const entry = row * items.length;
    for (let at = 0; at < items.length; at += 1) {
      const pieces = loads.takes[entry + at] ?? 0;
      if (pieces === 0) continue;
      this.left[at] = (this.left[at] ?? 0) - sign * pieces;
      if (items[at]?.single) this.touched[at] = sign === 1 ? 1 : 0;
    }
    this.busy[loads.nodes[row] ?? 0] = sign === 1 ? 1 : 0;
    if (sign === 1) this.rows.push(row);
    else this.rows.pop();
  }

  canLeave(at: number): boolean {
    const { leaving, items } = this.cover;
    if (leaving.kind === 'forbid') return false;
    if (items[at]?.allOrNothing && this.left[at] !== items[at]?.demand) return false;
    return leaving.kind === 'cost' || this.valueLeft(at) <= this.budget;
  }

  /** Closes an item with what is left of it, or opens it again. */
  close(at: number, sign: 1 | -1): void {
    this.closed[at] = sign === 1 ? 1 : 0;
    this.budget -= sign * this.valueLeft(at);
  }

  /** Closes every item that is not shipped whole; false where one may not be left. */
  leaveRest(): boolean {
    for (let at = 0; at < this.left.length; at += 1) {
      if (this.left[at] === 0) continue;
      if (!this.canLeave(at)) return false;
      this.close(at, 1);
    }
    return true;
  }

  private valueLeft(at: number): number {
    const { leaving } = this.cover;
    return leaving.kind === 'within' ? (leaving.perPiece[at] ?? 0) * (this.left[at] ?? 0) : 0;
  }
}

class Combination {
  private readonly loads: LoadTable;
  private readonly width: number;
  private readonly bound: number;
  /** Per row: what taking it adds to the bound. */
  private readonly adds: Float64Array;
  /** Per item: what leaving a piece adds to the bound. */
  private readonly leaveAdds: readonly number[];
  /** Per item: rows that hold some of it, those that add least first. */
  private readonly holding: readonly Int32Array[];
  private readonly state: Placement;
  private openBound = Number.POSITIVE_INFINITY;

  constructor(
    cover: Cover,
    prices: Prices,
    private readonly judge: Judge,
    private readonly effort: Effort,
    private readonly ties: boolean,
  ) {
    const { items, loads } = cover;
    this.loads = loads;
    this.width = items.length;
    const { bound, undercut } = weigh(cover, prices);
    this.bound = bound;
    this.adds = new Float64Array(loads.count);
    for (let row = 0, entry = 0; row < loads.count; row += 1) {
      let add = (loads.costs[row] ?? 0) + cover.perShipment + prices.shipment - (undercut[loads.nodes[row] ?? 0] ?? 0);
      for (let at = 0; at < this.width; at += 1, entry += 1) add -= (prices.piece[at] ?? 0) * (loads.takes[entry] ?? 0);
      this.adds[row] = add;
    }
    this.leaveAdds = items.map((_, at) => leavePrice(cover.leaving, at, prices) - (prices.piece[at] ?? 0));
    this.holding = items.map((_, at) => {
      const rows: number[] = [];
      for (let row = 0; row < loads.count; row += 1)
        if ((loads.takes[row * this.width + at] ?? 0) > 0 && this.mayWin(bound + (this.adds[row] ?? 0))) rows.push(row);
      return Int32Array.from(rows.sort((a, b) => (this.adds[a] ?? 0) - (this.adds[b] ?? 0) || a - b));
    });
    this.state = new Placement(cover);
  }

  run(): Combined {
    if (this.mayWin(this.bound)) this.visit(this.bound, -1, 0);
    return { complete: this.openBound === Number.POSITIVE_INFINITY, openBound: this.openBound };
  }

  private mayWin(bound: number): boolean {
    return this.ties ? bound <= this.judge.best : bound < this.judge.best;
  }

  /** `at`: the item that is being placed, whose rows up to `from` were tried before; -1 to choose one. */
  private visit(bound: number, at: number, from: number): void {
    if (at < 0 || this.state.left[at] === 0) {
      const chosen = this.chooseItem(bound);
      if (chosen === DEAD) return;
      if (chosen === DONE) {
        this.judge.judge(this.loads, this.state.rows, this.state.left);
        return;
      }
      this.place(bound, chosen, 0);
    } else this.place(bound, at, from);
  }

  /** The open item with the fewest rows that still fit and may win. */
  private chooseItem(bound: number): number {
    let chosen = DONE;
    let fewest = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.width; at += 1) {
      if (this.state.left[at] === 0 || this.state.closed[at] === 1) continue;
      const rows = this.holding[at];
      let count = this.state.canLeave(at) && this.mayWin(bound + this.leaveAdd(at)) ? 1 : 0;
      for (let rank = 0; rows && rank < rows.length && count < fewest; rank += 1) {
        const row = rows[rank] ?? 0;
        if (!this.mayWin(bound + (this.adds[row] ?? 0))) break;
        if (this.state.fits(row)) count += 1;
      }
      if (count === 0) return DEAD;
      if (count < fewest) {
        fewest = count;
        chosen = at;
      }
    }
    return chosen;
  }

  private place(bound: number, at: number, from: number): void {
    const rows = this.holding[at];
    if (!rows) return;
    const leaveBound = this.state.canLeave(at) ? bound + this.leaveAdd(at) : Number.POSITIVE_INFINITY;
    let leaveTried = leaveBound === Number.POSITIVE_INFINITY;
    for (let rank = from; rank < rows.length; rank += 1) {
      const row = rows[rank] ?? 0;
      const next = bound + (this.adds[row] ?? 0);
      if (!leaveTried && leaveBound <= next) {
        leaveTried = true;
        this.leave(leaveBound, at);
      }
      if (!this.mayWin(next)) break;
      if (!this.state.fits(row)) continue;
      if (this.effort.spent) {
        this.openBound = Math.min(this.openBound, next);
        break;
      }
      this.effort.steps += 1;
      this.state.take(row, 1);
      this.visit(next, at, rank + 1);
      this.state.take(row, -1);
    }
    if (!leaveTried) this.leave(leaveBound, at);
  }

  /** Leaves all that is left of an item. */
  private leave(bound: number, at: number): void {
    if (!this.mayWin(bound)) return;
    if (this.effort.spent) {
      this.openBound = Math.min(this.openBound, bound);
      return;
    }
    this.effort.steps += 1;
    this.state.close(at, 1);
    this.visit(bound, -1, 0);
    this.state.close(at, -1);
  }

  private leaveAdd(at: number): number {
    return (this.leaveAdds[at] ?? 0) * (this.state.left[at] ?? 0);
  }
}

/** No item is open: the set is complete. */
const DONE = -1;
/** Some item can neither be shipped nor left. */
const DEAD = -2;
