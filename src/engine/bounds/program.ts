import type { Item } from '../loads/items.js';
import type { Box } from './box.js';
import type { Covering, Prices } from './covering.js';
import { type Cut, missedCuts, splitRuns } from './cuts.js';
import type { Load, LoadPool, Pooled } from './load-pool.js';
import { type Column, Master } from './master.js';

/** Items that are cut at one time. */
const CUTS_AT_ONCE = 5;
/** Cuts of one search: each is a row of every later program. */
const CUTS_MAX = 250;
/** Share of an item's worth that a cut's price first moves by. */
const CUT_SHARE = 0.1;
/** Prices move as if none were less than this, in 1/10000. */
const LEAST_PRICE = 1_000;
/** What a shipment that must be there and is not costs the linear program, in 1/10000. */
const MISSING = 1e9;

/** The linear program over the loads of a pool, kept from box to box: where a box leaves as much of each item as the last one did, only costs change. */
export class Programs {
  private last: Program | null = null;

  constructor(readonly pool: LoadPool) {}

  of(covering: Covering, box: Box): Program {
    if (!this.last?.enter(covering, box)) this.last = new Program(covering, this.pool, box);
    return this.last;
  }
}

/** The linear program of a covering within a box, over the loads of a pool. */
export class Program {
  readonly master: Master;
  private readonly useRow: Int32Array;
  private readonly nodeRow: Int32Array;
  private readonly limitRow: number;
  private readonly budgetRow: number;
  /** Load of each column; null: leaving. */
  private readonly loadOf: (Pooled | null)[] = [];
  private readonly trims: number;
  private taken = 0;
  /** Columns of loads outside of the box that were in the basis when it was entered. */
  private readonly stranded: number[] = [];
  private readonly leaveColumn: number[] = [];
  private readonly cutRow: number[] = [];
  private readonly cutSlack: number[] = [];
  private rows = 0;
  /** Cost of what the box has left for sure. */
  readonly settledCost: number;

  constructor(
    private covering: Covering,
    private readonly pool: LoadPool,
    private box: Box,
  ) {
    this.trims = pool.trims;
    const { items, leaving, nodeCount } = covering;
    let rows = items.length;
    const right: number[] = items.map((item, at) => item.demand - (box.leaveLeast[at] as number));
    const logical: number[] = items.map(() => 0);
    const limit = (most: number, cost = 0) => {
      right.push(most);
      logical.push(cost);
      rows += 1;
      return rows - 1;
    };
    this.useRow = Int32Array.from(items, (item) => (item.single ? limit(1) : -1));
    this.nodeRow = new Int32Array(nodeCount).fill(-1);
    for (const { node } of covering.shippers)
      if (this.nodeRow[node.index] === -1)
        this.nodeRow[node.index] = limit(1, box.must[node.index] === 1 ? MISSING * covering.scale : 0);
    this.limitRow = covering.maxShipments < nodeCount ? limit(covering.maxShipments) : -1;
    let budget = leaving.kind === 'within' ? leaving.budget : 0;
    let settledCost = 0;
    if (leaving.kind !== 'forbid')
      for (const at of items.keys()) {
        const left = (leaving.perPiece[at] as number) * (box.leaveLeast[at] as number);
        if (leaving.kind === 'within') budget -= left;
        else settledCost += left;
      }
    this.settledCost = settledCost;
    this.budgetRow = leaving.kind === 'within' ? limit(Math.max(0, budget)) : -1;
    const leaveRow = items.map((item, at) =>
      leaving.kind !== 'forbid' && (box.leaveMost[at] as number) < item.demand
        ? limit((box.leaveMost[at] as number) - (box.leaveLeast[at] as number))
        : -1,
    );
    this.rows = rows;
    this.master = new Master(Float64Array.from(right), Float64Array.from(logical));
    for (const at of items.keys()) this.addOther(0, [at], [-1]);
    for (const at of covering.cuts.keys()) this.addCut(at);
    if (leaving.kind !== 'forbid')
      for (const at of items.keys()) {
        const perPiece = leaving.perPiece[at] as number;
        const rows = [at];
        const entries = [1];
        if (this.budgetRow >= 0) {
          rows.push(this.budgetRow);
          entries.push(perPiece);
        }
        if (leaveRow[at] !== -1) {
          rows.push(leaveRow[at] as number);
          entries.push(1);
        }
        this.leaveColumn[at] = this.loadOf.length;
        this.addOther(leaving.kind === 'cost' ? perPiece : 0, rows, entries);
      }
    this.take(pool);
  }

  /** Goes over to another box; false where that takes a new program. */
  enter(covering: Covering, box: Box): boolean {
    const { leaveLeast, leaveMost } = this.box;
    if (
      this.trims !== this.pool.trims ||
      this.covering.cuts !== covering.cuts ||
      leaveLeast.some((pieces, at) => pieces !== box.leaveLeast[at]) ||
      leaveMost.some((pieces, at) => pieces !== box.leaveMost[at])
    )
      return false;
    this.covering = covering;
    this.box = box;
    const { columns, logical, inBasis } = this.master;
    const ships = new Uint8Array(covering.nodeCount);
    for (const { node } of covering.shippers) ships[node.index] = 1;
    for (const [node, row] of this.nodeRow.entries())
      if (row >= 0) logical[row] = box.must[node] === 1 ? MISSING * covering.scale : 0;
    this.stranded.length = 0;
    for (let at = 0; at < columns.length; at += 1) {
      const load = this.loadOf[at];
      if (!load) continue;
      const cost = ships[load.node] === 1 ? this.costOf(load) : Number.POSITIVE_INFINITY;
      (columns[at] as Column).cost = cost;
      if (cost === Number.POSITIVE_INFINITY && inBasis[at]) this.stranded.push(at);
    }
    this.master.work += columns.length;
    return true;
  }

  private costOf(load: Pooled): number {
    return this.pool.isWithin(load, this.box) ? load.cost + this.covering.perShipment : Number.POSITIVE_INFINITY;
  }

  /** Makes loads outside of the box that the solution still holds dearer than all that they save, so that they go and none comes back. */
  private strand(): void {
    const { columns, logical } = this.master;
    for (const at of this.stranded) {
      const column = columns[at] as Column;
      let cost = this.covering.scale;
      for (const [index, row] of column.rows.entries())
        cost += (column.entries[index] as number) * Math.max(0, logical[row] as number);
      column.cost = cost;
    }
  }

  private addOther(cost: number, rows: readonly number[], entries: readonly number[]): void {
    this.master.add({ cost, rows: Int32Array.from(rows), entries: Float64Array.from(entries) });
    this.loadOf.push(null);
  }

  /** Lets each piece's price differ from the given one by a share at most: more can be bought, and less sold, at the ends of the range. */
  bind(center: Prices, range: number): void {
    const { items, scale, leaving } = this.covering;
    for (const at of items.keys()) {
      const price = center.piece[at] as number;
      const worth = leaving.kind === 'cost' ? (leaving.perPiece[at] as number) : 0;
      const reach = range * Math.max(Math.abs(price), worth, LEAST_PRICE * scale);
      this.master.logical[at] = price + reach;
      (this.master.columns[at] as Column).cost = reach - price;
    }
    for (const [at, row] of this.cutRow.entries()) {
      const cut = this.covering.cuts[at] as Cut;
      const price = center.cut[at] ?? 0;
      const worth = (Math.abs(center.piece[cut.item] as number) * (items[cut.item] as Item).demand) / cut.right;
      const reach = range * Math.max(price, worth * CUT_SHARE, scale);
      this.master.logical[row] = price + reach;
      (this.master.columns[this.cutSlack[at] as number] as Column).cost = Math.min(0, reach - price);
    }
    this.strand();
  }

  /** Whether the solution buys or sells at the ends of a range, or lacks a shipment that there must be. */
  isBound(): boolean {
    const { items } = this.covering;
    const used = this.master.solution();
    for (const at of items.keys()) if (used.has(at) || this.master.logicalValue(at) > 1e-7) return true;
    for (const [at, row] of this.cutRow.entries()) {
      const slack = this.cutSlack[at] as number;
      if (this.master.logicalValue(row) > 1e-7) return true;
      if (used.has(slack) && (this.master.columns[slack] as Column).cost < 0) return true;
    }
    return this.nodeRow.some(
      (row, node) => row >= 0 && this.box.must[node] === 1 && this.master.logicalValue(row) > 1e-7,
    );
  }

  /** Adds cuts that the solution misses, up to a few; false where there are none. */
  cutOff(): boolean {
    const { covering } = this;
    if (covering.leaving.kind !== 'forbid' || covering.free || covering.cuts.length >= CUTS_MAX) return false;
    const taken = covering.items.map((_, at) => (covering.unlisted.has(at) ? null : new Map<number, number>()));
    for (const [column, share] of this.master.solution()) {
      if (this.stranded.includes(column)) continue;
      this.loadOf[column]?.takes.forEach((pieces, at) => {
        const counts = taken[at];
        if (pieces > 0 && counts) counts.set(pieces, (counts.get(pieces) ?? 0) + share);
      });
    }
    const cuts = missedCuts(covering.items, taken).slice(0, CUTS_AT_ONCE);
    for (const cut of cuts) {
      splitRuns(covering.shippers, cut);
      covering.cuts.push(cut);
      this.addCut(covering.cuts.length - 1);
    }
    return cuts.length > 0;
  }

  private addCut(at: number): void {
    const cut = this.covering.cuts[at] as Cut;
    const entryOf = (column: number) => {
      const load = this.loadOf[column];
      return load ? (cut.weights[load.takes[cut.item] as number] as number) : 0;
    };
    this.master.addRow(cut.right, 0, entryOf);
    this.cutRow.push(this.rows);
    this.cutSlack.push(this.loadOf.length);
    this.addOther(0, [this.rows], [-1]);
    this.rows += 1;
  }

  /** Adds the loads that came to the pool since. */
  take(pool: LoadPool): void {
    for (; this.taken < pool.count; this.taken += 1) {
      const load = pool.at(this.taken);
      if (this.nodeRow[load.node] === -1) continue;
      this.master.add(this.columnOf(load));
      this.loadOf.push(load);
    }
  }

  private columnOf(load: Pooled): Column {
    const rows: number[] = [];
    const entries: number[] = [];
    load.items.forEach((at) => {
      rows.push(at);
      entries.push(load.takes[at] as number);
      const use = this.useRow[at] as number;
      if (use >= 0) {
        rows.push(use);
        entries.push(1);
      }
    });
    for (const [at, row] of this.cutRow.entries()) {
      const { item, weights } = this.covering.cuts[at] as Cut;
      const weight = weights[load.takes[item] as number] as number;
      if (weight === 0) continue;
      rows.push(row);
      entries.push(weight);
    }
    for (const row of [this.nodeRow[load.node] as number, this.limitRow]) {
      if (row < 0) continue;
      rows.push(row);
      entries.push(1);
    }
    return {
      cost: this.costOf(load),
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
      cut: Float64Array.from(this.cutRow, (row) => Math.max(0, prices[row] as number)),
      bonus: [],
    };
  }

  /** Loads of the present solution, each with its share, in the order in which they were found. */
  shares(): { readonly load: Load; readonly share: number }[] {
    const found: { readonly load: Load; readonly share: number }[] = [];
    for (const [column, share] of [...this.master.solution()].sort(([a], [b]) => a - b)) {
      const load = this.loadOf[column];
      if (load && !this.stranded.includes(column)) found.push({ load, share });
    }
    return found;
  }
}
