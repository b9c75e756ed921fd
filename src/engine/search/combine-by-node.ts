import type { Ascended } from '../bounds/ascent.js';
import { type Box, worthOf } from '../bounds/box.js';
import { type Covering, leastOfLeaving, leavePrice } from '../bounds/covering.js';
import type { Effort } from '../effort.js';
import type { Judge } from '../judge.js';
import type { Item } from '../loads/items.js';
import type { LoadTable } from '../loads/load-table.js';

/** Best sets that tie on cost and shipments; more are left to other ways of search. */
const TIED_MAX = 64;
/** Loads looked at per unit of work. */
const LOOKED_PER_WORK = 4;
const CAPACITY_FIRST = 256;
const NONE = -1;

/**
 * Looks at every set of loads from a table that costs no more than `limit`, node by node. Sets that leave the same pieces of every item are one state, of which
 * the cheapest sets are kept. A state costs at least the proven bound, and by how much each load misses the best of its node, and what the best of
 * each node that was passed over had saved, and what the pieces that are left must add. False where the effort ends before all were looked at.
 *
 * Source: dynamic programming with states fathomed by bounds, Morin & Marsten (1976).
 */
export function combineByNode(
  covering: Covering,
  box: Box,
  ascended: Ascended,
  loads: LoadTable,
  limit: number,
  judge: Judge,
  effort: Effort,
): boolean {
  return new NodeByNode(covering, box, ascended, loads, limit, judge, effort).run();
}

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

class NodeByNode {
  private readonly width: number;
  /** What may be added to the bound. */
  private readonly gap: number;
  /** Nodes that have rows, and where the rows of each begin among `rows`, which has those first that add least. */
  private readonly nodes: readonly number[];
  private readonly starts: readonly number[];
  private readonly rows: Int32Array;
  private readonly rowCost: Float64Array;
  private readonly rowHash: Int32Array;
  /** From each node on, per item: pieces that could be shipped, and what a load with some of it adds at least. */
  private readonly most: Float64Array;
  private readonly adds: Float64Array;
  private readonly leaveAdds: Float64Array;
  private readonly leaveCounted: Float64Array;
  /** Whether shipments are limited, so that states differ by them. */
  private readonly limited: boolean;
  // States, layer by layer: pieces left per item, cost, what is added to the bound, shipments, and the last arc that leads there.
  private left: Int32Array;
  private cost = new Float64Array(CAPACITY_FIRST);
  private added = new Float64Array(CAPACITY_FIRST);
  private shipments = new Int32Array(CAPACITY_FIRST);
  private hash = new Int32Array(CAPACITY_FIRST);
  private arc = new Int32Array(CAPACITY_FIRST);
  private count = 0;
  private layer = 0;
  /** State by hash; those of former layers count as empty. */
  private slots = new Int32Array(4 * CAPACITY_FIRST).fill(NONE);
  // Arcs: the state before, the row or NONE, and the next arc to the same state.
  private readonly from: number[] = [];
  private readonly by: number[] = [];
  private readonly other: number[] = [];

  constructor(
    private readonly covering: Covering,
    private readonly box: Box,
    private readonly ascended: Ascended,
    private readonly loads: LoadTable,
    limit: number,
    private readonly judge: Judge,
    private readonly effort: Effort,
  ) {
    const { items, leaving, nodeCount, perShipment, maxShipments } = covering;
    const { prices, least, bound } = ascended;
    const width = items.length;
    this.width = width;
    this.leaveAdds = Float64Array.from(items, (_, at) =>
      leaving.kind === 'forbid' ? 0 : leavePrice(leaving, at, prices) - (prices.piece[at] as number),
    );
    this.leaveCounted = Float64Array.from(items, (_, at) => leastOfLeaving(covering, box, prices, at));
    const held = new Int32Array(nodeCount);
    for (let row = 0; row < loads.count; row += 1) held[loads.nodes[row] as number]! += 1;
    const nodes = [...held.keys()].filter((node) => (held[node] as number) > 0);
    nodes.sort((a, b) => (held[a] as number) - (held[b] as number) || a - b);
    this.nodes = nodes;
    const position = new Int32Array(nodeCount);
    nodes.forEach((node, at) => {
      position[node] = at;
    });
    const order = Array.from({ length: loads.count }, (_, row) => row);
    order.sort(
      (a, b) =>
        (position[loads.nodes[a] as number] as number) - (position[loads.nodes[b] as number] as number) ||
        (loads.adds[a] as number) - (loads.adds[b] as number) ||
        a - b,
    );
    this.rows = Int32Array.from(order);
    const starts = [0];
    for (const node of nodes) starts.push((starts.at(-1) as number) + (held[node] as number));
    this.starts = starts;
    this.limited = maxShipments < nodes.length;
    let passed = 0;
    for (let node = 0; node < nodeCount; node += 1)
      if (held[node] === 0 && box.must[node] !== 1) passed -= least[node] as number;
    this.gap = limit - bound - passed;
    this.rowCost = new Float64Array(loads.count);
    this.rowHash = new Int32Array(loads.count);
    this.most = new Float64Array((nodes.length + 1) * width);
    this.adds = new Float64Array((nodes.length + 1) * width).fill(Number.POSITIVE_INFINITY);
    for (let at = nodes.length - 1; at >= 0; at -= 1) {
      const from = at * width;
      const after = from + width;
      for (let item = 0; item < width; item += 1) this.adds[from + item] = this.adds[after + item] as number;
      for (let index = starts[at] as number; index < (starts[at + 1] as number); index += 1) {
        const row = order[index] as number;
        const entry = row * width;
        const add = loads.adds[row] as number;
        let cost = add + (least[nodes[at] as number] as number) - prices.shipment + perShipment;
        let hash = 0;
        for (let item = 0; item < width; item += 1) {
          const pieces = loads.takes[entry + item] as number;
          if (pieces === 0) continue;
          cost += worthOf(prices, item, pieces);
          hash = (hash + Math.imul(pieces, factorOf(item))) | 0;
          if (add < (this.adds[from + item] as number)) this.adds[from + item] = add;
          if (pieces > (this.most[from + item] as number)) this.most[from + item] = pieces;
        }
        this.rowCost[row] = cost;
        this.rowHash[row] = hash;
      }
      for (let item = 0; item < width; item += 1)
        this.most[from + item] = (this.most[from + item] as number) + (this.most[after + item] as number);
    }
    this.left = new Int32Array(CAPACITY_FIRST * width);
  }

  run(): boolean {
    const { covering, nodes } = this;
    for (const [node, must] of this.box.must.entries()) if (must === 1 && !nodes.includes(node)) return true;
    this.reserve(0);
    for (let item = 0; item < this.width; item += 1) this.left[item] = (covering.items[item] as Item).demand;
    this.count = 1;
    for (let at = 0; at < nodes.length; at += 1) {
      const first = this.layer;
      this.layer = this.count;
      if (!this.pass(at, first, this.count)) return false;
    }
    return this.judgeEnds();
  }

  /** Makes the states behind a node from those before it; false where the effort ends. */
  private pass(at: number, first: number, end: number): boolean {
    const { effort, loads, rows, gap } = this;
    const node = this.nodes[at] as number;
    const isFree = this.box.must[node] !== 1;
    const skip = -(this.ascended.least[node] as number);
    const to = this.starts[at + 1] as number;
    for (let state = first; state < end; state += 1) {
      if (effort.spent) return false;
      const before = this.added[state] as number;
      let looked = 0;
      const made = this.from.length;
      if (isFree && before + skip <= gap) this.add(at, state, NONE, before + skip);
      for (let index = this.starts[at] as number; index < to; index += 1) {
        const row = rows[index] as number;
        const after = before + (loads.adds[row] as number);
        if (after > gap) break;
        looked += 1;
        if (this.fits(state, row)) this.add(at, state, row, after);
      }
      effort.spend(1 + this.from.length - made + looked / LOOKED_PER_WORK);
    }
    return true;
  }

  private fits(state: number, row: number): boolean {
    const { loads, width, left } = this;
    const { items, maxShipments } = this.covering;
    if (this.limited && (this.shipments[state] as number) >= maxShipments) return false;
    const entry = row * width;
    const here = state * width;
    for (let item = 0; item < width; item += 1) {
      const pieces = loads.takes[entry + item] as number;
      if (pieces === 0) continue;
      const room = left[here + item] as number;
      if (pieces > room) return false;
      const { single, demand } = items[item] as Item;
      if (single && room < demand) return false;
    }
    return true;
  }

  /** Adds the state that a load leads to, or none, unless what it leaves adds too much. */
  private add(at: number, from: number, row: number, added: number): void {
    const { width, loads } = this;
    const state = this.count;
    this.reserve(state);
    const { left } = this;
    const here = state * width;
    const before = from * width;
    const entry = row * width;
    for (let item = 0; item < width; item += 1)
      left[here + item] = (left[before + item] as number) - (row < 0 ? 0 : (loads.takes[entry + item] as number));
    if (added + this.leastOfRest(here, (at + 1) * width) > this.gap) return;
    const cost = (this.cost[from] as number) + (row < 0 ? 0 : (this.rowCost[row] as number));
    const shipments = (this.shipments[from] as number) + (row < 0 ? 0 : 1);
    const hash = ((this.hash[from] as number) + (row < 0 ? 0 : (this.rowHash[row] as number))) | 0;
    const found = this.find(state, hash, shipments);
    if (found === state) {
      this.cost[state] = cost;
      this.added[state] = added;
      this.shipments[state] = shipments;
      this.hash[state] = hash;
      this.arc[state] = NONE;
      this.count += 1;
    } else {
      const dearer = cost - (this.cost[found] as number) || shipments - (this.shipments[found] as number);
      if (dearer > 0) return;
      if (dearer < 0) {
        this.cost[found] = cost;
        this.added[found] = added;
        this.shipments[found] = shipments;
        this.arc[found] = NONE;
      } else this.added[found] = Math.min(this.added[found] as number, added);
    }
    this.other.push(this.arc[found] as number);
    this.arc[found] = this.from.length;
    this.from.push(from);
    this.by.push(row);
  }

  /** What the pieces that a state leaves add at least, whatever the nodes to come ship; Infinity where they cannot be dealt with. */
  private leastOfRest(here: number, from: number): number {
    const { width, left } = this;
    const { leaving } = this.covering;
    let sum = 0;
    let most = 0;
    let budget = leaving.kind === 'within' ? leaving.budget : 0;
    for (let item = 0; item < width; item += 1) {
      const pieces = left[here + item] as number;
      const could = this.most[from + item] as number;
      if (pieces === 0 || could === 0) {
        if (pieces === 0 && leaving.kind === 'forbid') continue;
        sum += this.addOfLeaving(item, pieces);
        if (leaving.kind === 'within') budget -= (leaving.perPiece[item] as number) * pieces;
        continue;
      }
      if (leaving.kind === 'forbid' && could < pieces) return Number.POSITIVE_INFINITY;
      const add = this.adds[from + item] as number;
      if (add > most) most = Math.max(most, Math.min(add, this.addOfLeaving(item, pieces)));
    }
    return budget < 0 ? Number.POSITIVE_INFINITY : sum + most;
  }

  /** What leaving just so many pieces of an item adds; Infinity where they may not be left. */
  private addOfLeaving(item: number, pieces: number): number {
    const { box, covering } = this;
    if (pieces < (box.leaveLeast[item] as number) || pieces > (box.leaveMost[item] as number))
      return Number.POSITIVE_INFINITY;
    const { allOrNothing, demand } = covering.items[item] as Item;
    if (allOrNothing && pieces > 0 && pieces < demand) return Number.POSITIVE_INFINITY;
    return (this.leaveAdds[item] as number) * pieces - (this.leaveCounted[item] as number);
  }

  /** The state of this layer that is like the given one, which is it itself where there was none. */
  private find(state: number, hash: number, shipments: number): number {
    const mask = this.slots.length - 1;
    for (let slot = mixed(hash) & mask; ; slot = (slot + 1) & mask) {
      const other = this.slots[slot] as number;
      if (other < this.layer) {
        this.slots[slot] = state;
        return state;
      }
      if (this.hash[other] === hash && this.isAlike(state, other, shipments)) return other;
    }
  }

  private isAlike(state: number, other: number, shipments: number): boolean {
    if (this.limited && this.shipments[other] !== shipments) return false;
    const { left, width } = this;
    for (let item = 0; item < width; item += 1)
      if (left[state * width + item] !== left[other * width + item]) return false;
    return true;
  }

  /** Makes room for a state, and for all of its layer among the slots. */
  private reserve(state: number): void {
    if (state === this.cost.length) {
      this.left = grown(this.left, new Int32Array(this.left.length * 2));
      this.cost = grown(this.cost, new Float64Array(state * 2));
      this.added = grown(this.added, new Float64Array(state * 2));
      this.shipments = grown(this.shipments, new Int32Array(state * 2));
      this.hash = grown(this.hash, new Int32Array(state * 2));
      this.arc = grown(this.arc, new Int32Array(state * 2));
    }
    if (2 * (state - this.layer) < this.slots.length) return;
    this.slots = new Int32Array(this.slots.length * 2).fill(NONE);
    const mask = this.slots.length - 1;
    for (let other = this.layer; other < this.count; other += 1) {
      let slot = mixed(this.hash[other] as number) & mask;
      while (this.slots[slot] !== NONE) slot = (slot + 1) & mask;
      this.slots[slot] = other;
    }
  }

  /** Hands the cheapest sets of every last state to the judge, the cheapest state first; false where too many tie. */
  private judgeEnds(): boolean {
    const { covering, judge, width, effort } = this;
    const { leaving, perShipment } = covering;
    const ends: { state: number; cost: number }[] = [];
    for (let state = this.layer; state < this.count; state += 1) {
      let cost = (this.cost[state] as number) - perShipment;
      if (leaving.kind === 'cost')
        for (let item = 0; item < width; item += 1)
          cost += (leaving.perPiece[item] as number) * (this.left[state * width + item] as number);
      ends.push({ state, cost });
    }
    ends.sort((a, b) => a.cost - b.cost);
    for (const { state, cost } of ends) {
      if (cost > judge.cutoff) break;
      const sets: Chosen[][] = [];
      if (!this.trace(state, [], sets)) return false;
      for (const set of sets) {
        if (effort.spent) return false;
        effort.spend(judge.work);
        judge.judge(set);
      }
    }
    return true;
  }

  /** Adds all sets that lead to a state; false where they are too many. */
  private trace(state: number, chosen: readonly Chosen[], sets: Chosen[][]): boolean {
    if (state === 0) {
      if (sets.length === TIED_MAX) return false;
      sets.push([...chosen]);
      return true;
    }
    const { loads, width } = this;
    for (let arc = this.arc[state] as number; arc !== NONE; arc = this.other[arc] as number) {
      const row = this.by[arc] as number;
      const takes = loads.takes.subarray(row * width, (row + 1) * width);
      const next = row < 0 ? chosen : [...chosen, { node: loads.nodes[row] as number, takes }];
      if (!this.trace(this.from[arc] as number, next, sets)) return false;
    }
    return true;
  }
}

function factorOf(item: number): number {
  return Math.imul(item + 1, 0x9e3779b1) | 1;
}

function mixed(hash: number): number {
  return hash ^ (hash >>> 15);
}

function grown<T extends Int32Array | Float64Array>(values: T, larger: T): T {
  larger.set(values as never);
  return larger;
}
