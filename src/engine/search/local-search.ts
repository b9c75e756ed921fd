import type { Covering } from '../bounds/covering.js';
import type { Effort } from '../effort.js';
import { LoadCost } from './load-cost.js';

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

/** Units of work that pricing one changed load, and adding up one load, count as. */
const PRICE_WORK = 4;
const FOCUS_WORK = 8;
/** Closed nodes that an item may move to. */
const CLOSED_MAX = 4;

/**
 * Improves a plan by small changes: pieces of an item move from one node to another while that pays; then a node is closed, or opened as
 * if that cost nothing, the rest moves into place, and what came of it stays where it is cheaper.
 */
export class LocalSearch {
  private readonly nodes: LoadCost[] = [];
  /** Per item: nodes that it may go to though they are closed, and all others with it. */
  private readonly cheapest: Int32Array[];
  private readonly others: Int32Array[];
  private readonly near: Int32Array;
  private readonly anchors = new Map<number, Int32Array>();
  private readonly costs: Float64Array;
  private readonly held: Int32Array;
  /** What opening counts less, while a node is to be opened; or more, while one is to be closed. */
  private readonly favour: Float64Array;
  private readonly left: Int32Array;
  private readonly dirty: Uint8Array;
  private readonly ready: Uint8Array;
  private readonly width: number;
  private open = 0;
  private work = 0;

  constructor(
    private readonly covering: Covering,
    private readonly effort: Effort,
  ) {
    const { items, shippers } = covering;
    this.width = items.length;
    const seen = new Set<number>();
    for (const shipper of shippers) {
      if (seen.has(shipper.node.index)) continue;
      seen.add(shipper.node.index);
      this.nodes.push(new LoadCost(shipper, this.width));
    }
    const count = this.nodes.length;
    const ranked = items.map((_, item) => this.rank(item));
    this.cheapest = ranked.map((nodes) => Int32Array.from(nodes.slice(0, CLOSED_MAX)));
    this.others = ranked.map((nodes) => Int32Array.from(nodes.slice(CLOSED_MAX)));
    this.near = new Int32Array(count);
    this.costs = new Float64Array(count);
    this.held = new Int32Array(count);
    this.favour = new Float64Array(count);
    this.left = new Int32Array(this.width);
    this.dirty = new Uint8Array(this.width);
    this.ready = new Uint8Array(count);
  }

  /** The nodes with an item, by what a piece costs where it goes alone. */
  private rank(item: number): number[] {
    const { demand } = this.covering.items[item] as Covering['items'][number];
    const each = new Map<number, number>();
    for (const [n, load] of this.nodes.entries()) {
      if (!load.offers(item)) continue;
      const pieces = this.roundDown(n, item, demand);
      this.focus(n, item);
      each.set(n, pieces > 0 ? this.price(n, pieces) / pieces : Number.POSITIVE_INFINITY);
    }
    return [...each.keys()].sort((a, b) => {
      const [costA, costB] = [each.get(a) as number, each.get(b) as number];
      return costA === costB ? a - b : costA - costB;
    });
  }

  /** The nodes between which an item may move now; how many there are. */
  private neighbours(item: number): number {
    let count = 0;
    for (const n of this.cheapest[item] as Int32Array) this.near[count++] = n;
    for (const n of this.others[item] as Int32Array)
      if ((this.held[n] as number) > 0 || this.favour[n] !== 0) this.near[count++] = n;
    for (let b = 0; b < count; b += 1) this.ready[b] = this.focus(this.near[b] as number, item) ? 1 : 0;
    return count;
  }

  /** A plan that costs less, as loads; null where none was found. Ends when the effort is spent. */
  improve(loads: readonly Chosen[]): Chosen[] | null {
    if (!this.set(loads)) return null;
    const before = this.total();
    this.dirty.fill(1);
    this.settle();
    this.perturb();
    return this.total() < before ? this.loads() : null;
  }

  loads(): Chosen[] {
    const found: Chosen[] = [];
    for (const [n, { takes, shipper }] of this.nodes.entries())
      if ((this.held[n] as number) > 0) found.push({ node: shipper.node.index, takes: takes.slice() });
    return found;
  }

  /** What each node's load costs, in the order of `loads`. */
  costsOfLoads(): number[] {
    return [...this.nodes.keys()].filter((n) => (this.held[n] as number) > 0).map((n) => this.costs[n] as number);
  }

  private set(loads: readonly Chosen[]): boolean {
    const { items } = this.covering;
    this.open = 0;
    this.favour.fill(0);
    for (const [at, item] of items.entries()) this.left[at] = item.demand;
    for (const { takes } of this.nodes) takes.fill(0);
    this.held.fill(0);
    this.costs.fill(0);
    for (const { node, takes } of loads) {
      const n = this.nodes.findIndex(({ shipper }) => shipper.node.index === node);
      if (n < 0) return false;
      (this.nodes[n] as LoadCost).takes.set(takes);
      this.held[n] = takes.reduce((sum, pieces) => sum + pieces, 0);
      for (let at = 0; at < this.width; at += 1) this.left[at] = (this.left[at] as number) - (takes[at] as number);
      this.open += 1;
      const item = takes.findIndex((pieces) => pieces > 0);
      if (!this.focus(n, item)) return false;
      this.costs[n] = this.price(n, takes[item] as number);
      if (!Number.isFinite(this.costs[n])) return false;
    }
    return true;
  }

  private total(): number {
    let sum = 0;
    for (let n = 0; n < this.nodes.length; n += 1) sum += this.costs[n] as number;
    return sum + (this.covering.perShipment / this.covering.scale) * this.open + this.leftCost();
  }

  private leftCost(): number {
    const { leaving, scale } = this.covering;
    if (leaving.kind !== 'cost') return 0;
    let sum = 0;
    for (let at = 0; at < this.width; at += 1)
      sum += (this.left[at] as number) * ((leaving.perPiece[at] as number) / scale);
    return sum;
  }

  private focus(n: number, item: number): boolean {
    this.work += FOCUS_WORK;
    return (this.nodes[n] as LoadCost).focus(item);
  }

  private price(n: number, pieces: number): number {
    this.work += PRICE_WORK;
    return (this.nodes[n] as LoadCost).at(pieces);
  }

  private isSpent(): boolean {
    this.effort.spend(this.work);
    this.work = 0;
    return this.effort.spent;
  }

  /** Moves pieces while that pays. */
  private settle(): void {
    for (let moved = true; moved && !this.isSpent(); ) {
      moved = false;
      for (let item = 0; item < this.width; item += 1) {
        if (this.dirty[item] === 0) continue;
        this.dirty[item] = 0;
        while (!this.isSpent() && this.shift(item)) moved = true;
      }
    }
  }

  /** Quantities of an item at which a node's price or its supply changes. */
  private anchorsOf(n: number, item: number): Int32Array {
    const key = n * this.width + item;
    const known = this.anchors.get(key);
    if (known) return known;
    const found = new Set<number>();
    const part = (this.nodes[n] as LoadCost).partWith(item);
    if (part) {
      const span = part.items.length;
      const m = part.items.indexOf(item);
      for (let run = 0; run < part.runs; run += 1) {
        const take = part.takes[run * span + m] as number;
        const last = take + (part.takeSteps[run * span + m] as number) * ((part.counts[run] as number) - 1);
        if (take > 0) found.add(take);
        if (last > 0) found.add(last);
      }
    }
    const anchors = Int32Array.from(found).sort();
    this.anchors.set(key, anchors);
    return anchors;
  }

  /** The largest quantity up to `most` that the node could ship of an item by itself. */
  private roundDown(n: number, item: number, most: number): number {
    const part = (this.nodes[n] as LoadCost).partWith(item);
    if (!part) return 0;
    const span = part.items.length;
    const m = part.items.indexOf(item);
    let best = 0;
    for (let run = 0; run < part.runs; run += 1) {
      const take = part.takes[run * span + m] as number;
      const step = part.takeSteps[run * span + m] as number;
      if (take > most || take === 0) continue;
      const options = step > 0 ? Math.min((part.counts[run] as number) - 1, Math.floor((most - take) / step)) : 0;
      best = Math.max(best, take + step * options);
    }
    return best;
  }

  /**
   * The move of pieces of an item that saves most, made; false where none saves anything. `only`: from this node, the move that costs
   * least for each piece, whatever that is.
   */
  private shift(item: number, only = -1): boolean {
    const { single, allOrNothing } = this.covering.items[item] as Covering['items'][number];
    const { near } = this;
    const count = this.neighbours(item);
    const perShipment = this.covering.perShipment / this.covering.scale;
    const { leaving, scale, maxShipments } = this.covering;
    const leftEach = leaving.kind === 'cost' ? (leaving.perPiece[item] as number) / scale : 0;
    let most = only < 0 ? 1e-6 : Number.NEGATIVE_INFINITY;
    let [fromBest, toBest, moveBest] = [-2, -2, 0];
    const spare = leaving.kind === 'cost' && !allOrNothing;
    for (let a = -1; a < count; a += 1) {
      const from = a < 0 ? -1 : (near[a] as number);
      if ((only >= 0 && from !== only) || (a >= 0 && this.ready[a] === 0)) continue;
      const has = a < 0 ? (this.left[item] as number) : ((this.nodes[from] as LoadCost).takes[item] as number);
      if (has === 0 || (a < 0 && leaving.kind !== 'cost')) continue;
      const wholeFrom = a < 0 ? 0 : this.price(from, 0);
      const closes = a >= 0 && this.held[from] === has;
      const saves = (moved: number): number => {
        if (a < 0) return leftEach * moved;
        const after = moved === has ? wholeFrom : this.price(from, has - moved);
        if (!Number.isFinite(after)) return Number.NEGATIVE_INFINITY;
        return (
          (this.costs[from] as number) -
          after +
          (closes && moved === has ? perShipment + (this.favour[from] as number) : 0)
        );
      };
      for (let b = spare && a >= 0 ? -1 : 0; b < count; b += 1) {
        if (a === b) continue;
        const to = b < 0 ? -1 : (near[b] as number);
        if (b >= 0 && this.ready[b] === 0) continue;
        const had = b < 0 ? 0 : ((this.nodes[to] as LoadCost).takes[item] as number);
        const opens = b >= 0 && this.held[to] === 0;
        if (opens && this.open >= maxShipments && !closes) continue;
        const tryMove = (moved: number): void => {
          if (moved <= 0 || moved > has) return;
          if (moved < has && (single || (a < 0 && allOrNothing))) return;
          const costs =
            b < 0
              ? leftEach * moved
              : this.price(to, had + moved) -
                (this.costs[to] as number) +
                (opens ? perShipment + (this.favour[to] as number) : 0);
          if (!(costs < Number.POSITIVE_INFINITY)) return;
          const gain = only < 0 ? saves(moved) - costs : (saves(moved) - costs) / moved;
          if (gain > most) {
            most = gain;
            fromBest = from;
            toBest = to;
            moveBest = moved;
          }
        };
        tryMove(has);
        if (b < 0 || single) continue;
        tryMove(this.roundDown(to, item, had + has) - had);
        for (const anchor of this.anchorsOf(to, item)) if (anchor > had && anchor - had < has) tryMove(anchor - had);
        if (a >= 0) for (const anchor of this.anchorsOf(from, item)) if (anchor < has) tryMove(has - anchor);
      }
    }
    if (toBest === -2) return false;
    this.move(item, fromBest, toBest, moveBest);
    return true;
  }

  /** `from` or `to` -1: what is left. */
  private move(item: number, from: number, to: number, pieces: number): void {
    for (const [n, sign] of [
      [from, -1],
      [to, 1],
    ] as const) {
      if (n < 0) {
        this.left[item] = (this.left[item] as number) + sign * pieces;
        continue;
      }
      const load = this.nodes[n] as LoadCost;
      this.focus(n, item);
      const after = (load.takes[item] as number) + sign * pieces;
      this.costs[n] = this.price(n, after);
      load.takes[item] = after;
      const held = this.held[n] as number;
      this.held[n] = held + sign * pieces;
      if (held === 0) this.open += 1;
      if (this.held[n] === 0) this.open -= 1;
      for (let other = 0; other < this.width; other += 1) if (load.offers(other)) this.dirty[other] = 1;
    }
  }

  /** Closes or opens each node in turn; keeps what is cheaper for it. */
  private perturb(): void {
    const count = this.nodes.length;
    let unchanged = 0;
    for (let n = 0; unchanged < count && !this.isSpent(); n = (n + 1) % count) {
      unchanged += 1;
      const before = this.total();
      const kept = this.loads();
      const isOpen = (this.held[n] as number) > 0;
      // Far more than any load costs to close a node; to open one, as if its first piece were free.
      this.favour[n] = isOpen ? 1e10 : -this.openingOf(n);
      this.dirty.fill(0);
      const touched = this.nodes[n] as LoadCost;
      for (let item = 0; item < this.width; item += 1)
        if (isOpen ? (touched.takes[item] as number) > 0 : touched.offers(item)) this.dirty[item] = 1;
      if (!isOpen || this.evict(n)) this.settle();
      this.favour[n] = 0;
      for (let item = 0; item < this.width; item += 1) if (touched.offers(item)) this.dirty[item] = 1;
      this.settle();
      if (this.total() < before - 1e-6) unchanged = 0;
      else this.set(kept);
    }
  }

  private openingOf(n: number): number {
    const { node } = (this.nodes[n] as LoadCost).shipper;
    let freight = Number.POSITIVE_INFINITY;
    for (const { stairs, fixed, late } of (this.nodes[n] as LoadCost).shipper.regimes)
      freight = Math.min(freight, fixed + late + (stairs[0]?.price ?? 0) / this.covering.scale);
    return (
      (Number.isFinite(freight) ? Math.max(0, freight) : node.orderFee) +
      this.covering.perShipment / this.covering.scale
    );
  }

  /** Moves all that a node ships elsewhere, item by item; false where that cannot be. */
  private evict(n: number): boolean {
    const { takes } = this.nodes[n] as LoadCost;
    for (let item = 0; item < this.width; item += 1)
      while ((takes[item] as number) > 0) if (this.isSpent() || !this.shift(item, n)) return false;
    return true;
  }
}
