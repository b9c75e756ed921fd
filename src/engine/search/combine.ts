import type { Box } from '../bounds/box.js';
import { type Covering, leastOfLeaving, leavePrice, type Prices } from '../bounds/covering.js';
import type { Effort } from '../effort.js';
import type { Judge } from '../judge.js';
import type { LoadTable } from '../loads/load-table.js';

export interface Combined {
  readonly complete: boolean;
  /** No set of loads that was not looked at costs less. Infinity where all were. */
  readonly openBound: number;
}

/**
 * Looks at every set of loads from a table that could win, depth first. A partial set costs at least the proven `bound` plus, for each
 * load in it, by how much the load misses the best of its node: so what misses too much is never touched. The item with the fewest
 * loads that still fit comes first.
 */
export function combine(
  covering: Covering,
  box: Box,
  prices: Prices,
  bound: number,
  loads: LoadTable,
  judge: Judge,
  effort: Effort,
): Combined {
  return new Combination(covering, box, prices, bound, loads, judge, effort).run();
}

/** No item is open: the set is complete. */
const DONE = -1;
/** Some item can neither be shipped nor left. */
const DEAD = -2;

class Combination {
  private readonly width: number;
  /** Per item: what leaving a piece adds to the bound, and what of that the bound counted already. */
  private readonly leaveAdds: Float64Array;
  private readonly leaveCounted: Float64Array;
  /** Per item: rows that hold some of it, those that add least first. */
  private readonly holding: readonly Int32Array[];
  private readonly left: Int32Array;
  private readonly closed: Uint8Array;
  private readonly touched: Uint8Array;
  private readonly busy: Uint8Array;
  private readonly rows: number[] = [];
  private budget: number;
  private openBound = Number.POSITIVE_INFINITY;
  private looked = 0;

  constructor(
    private readonly covering: Covering,
    private readonly box: Box,
    prices: Prices,
    private readonly bound: number,
    private readonly loads: LoadTable,
    private readonly judge: Judge,
    private readonly effort: Effort,
  ) {
    const { items, leaving, nodeCount } = covering;
    this.width = items.length;
    this.leaveAdds = Float64Array.from(
      items,
      (_, at) => leavePrice(leaving, at, prices) - (prices.piece[at] as number),
    );
    this.leaveCounted = Float64Array.from(items, (_, at) => leastOfLeaving(covering, box, prices, at));
    const order = Array.from({ length: loads.count }, (_, row) => row);
    order.sort((a, b) => (loads.adds[a] as number) - (loads.adds[b] as number) || a - b);
    this.holding = items.map((_, at) =>
      Int32Array.from(order.filter((row) => (loads.takes[row * this.width + at] as number) > 0)),
    );
    this.left = Int32Array.from(items, (item) => item.demand);
    this.closed = new Uint8Array(this.width);
    this.touched = new Uint8Array(this.width);
    this.busy = new Uint8Array(nodeCount);
    this.budget = leaving.kind === 'within' ? leaving.budget : Number.POSITIVE_INFINITY;
  }

  run(): Combined {
    if (this.bound <= this.judge.cutoff) this.visit(this.bound, -1, 0);
    return { complete: this.openBound === Number.POSITIVE_INFINITY, openBound: this.openBound };
  }

  /** `at`: the item that is being placed, whose rows up to `from` were tried before; -1 to choose one. */
  private visit(bound: number, at: number, from: number): void {
    if (at >= 0 && (this.left[at] as number) > 0) {
      this.place(bound, at, from);
      return;
    }
    const chosen = this.chooseItem(bound);
    if (chosen === DEAD) return;
    if (chosen >= 0) {
      this.place(bound, chosen, 0);
      return;
    }
    const { loads, width } = this;
    this.effort.spend(this.judge.work);
    this.judge.judge(
      this.rows.map((row) => ({
        node: loads.nodes[row] as number,
        takes: loads.takes.subarray(row * width, (row + 1) * width),
      })),
    );
  }

  /** The open item with the fewest rows that still fit and may win. */
  private chooseItem(bound: number): number {
    let chosen = DONE;
    let fewest = Number.POSITIVE_INFINITY;
    const { cutoff } = this.judge;
    for (let at = 0; at < this.width; at += 1) {
      if (this.left[at] === 0 || this.closed[at] === 1) continue;
      const rows = this.holding[at] as Int32Array;
      let count = this.canLeave(at) && bound + this.leaveAdd(at) <= cutoff ? 1 : 0;
      let rank = 0;
      for (; rank < rows.length && count < fewest; rank += 1) {
        const row = rows[rank] as number;
        if (bound + (this.loads.adds[row] as number) > cutoff) break;
        if (this.fits(row)) count += 1;
      }
      this.looked += rank;
      if (count === 0) return DEAD;
      if (count < fewest) {
        fewest = count;
        chosen = at;
      }
    }
    return chosen;
  }

  private place(bound: number, at: number, from: number): void {
    const rows = this.holding[at] as Int32Array;
    const leaveBound = this.canLeave(at) ? bound + this.leaveAdd(at) : Number.POSITIVE_INFINITY;
    let leaveTried = leaveBound === Number.POSITIVE_INFINITY;
    for (let rank = from; rank < rows.length; rank += 1) {
      const row = rows[rank] as number;
      const next = bound + (this.loads.adds[row] as number);
      if (!leaveTried && leaveBound <= next) {
        leaveTried = true;
        this.leave(leaveBound, at);
      }
      if (next > this.judge.cutoff) break;
      this.looked += 1;
      if (!this.fits(row)) continue;
      if (this.isSpent(next)) break;
      this.take(row, 1);
      this.visit(next, at, rank + 1);
      this.take(row, -1);
    }
    if (!leaveTried) this.leave(leaveBound, at);
  }

  /** Leaves all that is left of an item. */
  private leave(bound: number, at: number): void {
    if (bound > this.judge.cutoff || this.isSpent(bound)) return;
    this.close(at, 1);
    this.visit(bound, -1, 0);
    this.close(at, -1);
  }

  /** Counts a step; true where there is none left, and what lies behind `bound` stays open. */
  private isSpent(bound: number): boolean {
    if (this.effort.spent) {
      this.openBound = Math.min(this.openBound, bound);
      return true;
    }
    this.effort.spend(this.looked + 8);
    this.looked = 0;
    return false;
  }

  private leaveAdd(at: number): number {
    return (this.leaveAdds[at] as number) * (this.left[at] as number) - (this.leaveCounted[at] as number);
  }

  private fits(row: number): boolean {
    const { loads, covering } = this;
    if (this.busy[loads.nodes[row] as number] === 1 || this.rows.length >= covering.maxShipments) return false;
    const entry = row * this.width;
    for (let at = 0; at < this.width; at += 1) {
      const pieces = loads.takes[entry + at] as number;
      if (pieces === 0) continue;
      if (pieces > (this.left[at] as number) || this.closed[at] === 1) return false;
      if (this.touched[at] === 1 && covering.items[at]?.single) return false;
    }
    return true;
  }

  /** Adds a row, or takes the last one back. */
  private take(row: number, sign: 1 | -1): void {
    const { loads, covering } = this;
    const entry = row * this.width;
    for (let at = 0; at < this.width; at += 1) {
      const pieces = loads.takes[entry + at] as number;
      if (pieces === 0) continue;
      this.left[at] = (this.left[at] as number) - sign * pieces;
      if (covering.items[at]?.single) this.touched[at] = sign === 1 ? 1 : 0;
    }
    this.busy[loads.nodes[row] as number] = sign === 1 ? 1 : 0;
    if (sign === 1) this.rows.push(row);
    else this.rows.pop();
  }

  private canLeave(at: number): boolean {
    const { leaving, items } = this.covering;
    if (leaving.kind === 'forbid' || (this.left[at] as number) > (this.box.leaveMost[at] as number)) return false;
    if ((this.left[at] as number) < (this.box.leaveLeast[at] as number)) return false;
    if (items[at]?.allOrNothing && this.left[at] !== items[at]?.demand) return false;
    return leaving.kind === 'cost' || this.valueLeft(at) <= this.budget;
  }

  /** Closes an item with what is left of it, or opens it again. */
  private close(at: number, sign: 1 | -1): void {
    this.closed[at] = sign === 1 ? 1 : 0;
    this.budget -= sign * this.valueLeft(at);
  }

  private valueLeft(at: number): number {
    const { leaving } = this.covering;
    return leaving.kind === 'within' ? (leaving.perPiece[at] as number) * (this.left[at] as number) : 0;
  }
}
