import { type Box, worthOf } from './box.js';
import type { Prices } from './covering.js';
import type { Emit } from './way.js';

/** One load of a node: pieces per item, and what it costs, scaled. */
export interface Load {
  readonly node: number;
  readonly takes: Int32Array;
  cost: number;
}

/** A load in the pool, with the items that it holds. */
export interface Pooled extends Load {
  readonly items: Int32Array;
}

/** Loads that are kept of one search. */
const WAITING_MAX = 3;

/** The loads found so far, each once with its least cost, in the order in which they were found. */
export class LoadPool {
  private readonly loads: Pooled[] = [];
  private readonly byNode = new Map<number, Pooled[]>();
  private readonly byKey = new Map<string, Pooled>();
  private readonly waiting: Load[] = [];

  /** How often loads were forgotten. */
  trims = 0;

  get count(): number {
    return this.loads.length;
  }

  at(index: number): Pooled {
    return this.loads[index] as Pooled;
  }

  /** The least reduced cost of a node's known loads within a box; Infinity where there are none. */
  leastOf(node: number, prices: Prices, box: Box): number {
    let least = Number.POSITIVE_INFINITY;
    for (const load of this.byNode.get(node) ?? []) {
      let reduced = load.cost + prices.shipment;
      const { items, takes } = load;
      for (let at = 0; at < items.length; at += 1) {
        const item = items[at] as number;
        reduced -= worthOf(prices, item, takes[item] as number);
      }
      if (reduced < least && this.isWithin(load, box)) least = reduced;
    }
    return least;
  }

  /** How many loads of a node are known. */
  countOf(node: number): number {
    return this.byNode.get(node)?.length ?? 0;
  }

  /** Takes the last loads that a search for the least one emits; the ones before them were worse. */
  receiver(node: number, prices: Prices): Emit {
    this.settle();
    return (takes, reduced) => {
      this.waiting.push({ node, takes: takes.slice(), cost: costOf(takes, reduced, prices) });
      if (this.waiting.length > WAITING_MAX) this.waiting.shift();
    };
  }

  /** Puts the loads that wait into the pool, the best first. */
  settle(): void {
    for (let load = this.waiting.pop(); load; load = this.waiting.pop()) this.add(load);
  }

  /** Forgets the oldest where there are more than `most`, so that half as many stay: which loads are known changes no bound's truth. */
  trim(most: number): void {
    if (this.loads.length <= most) return;
    for (const load of this.loads.splice(0, this.loads.length - (most >> 1))) this.byKey.delete(keyOf(load));
    this.trims += 1;
    this.byNode.clear();
    for (const load of this.loads) this.index(load);
  }

  /** Adds a load, or makes it cheaper. */
  add(load: Load): void {
    const key = keyOf(load);
    const known = this.byKey.get(key);
    if (!known) {
      const pooled = {
        ...load,
        items: Int32Array.from(load.takes.keys()).filter((item) => (load.takes[item] as number) > 0),
      };
      this.byKey.set(key, pooled);
      this.loads.push(pooled);
      this.index(pooled);
    } else if (load.cost < known.cost) known.cost = load.cost;
  }

  private index(load: Pooled): void {
    const loads = this.byNode.get(load.node);
    if (loads) loads.push(load);
    else this.byNode.set(load.node, [load]);
  }

  isWithin(load: Load, box: Box): boolean {
    const first = load.node * load.takes.length;
    return load.takes.every(
      (pieces, at) => pieces >= (box.least[first + at] as number) && pieces <= (box.most[first + at] as number),
    );
  }
}

function keyOf({ node, takes }: Load): string {
  return `${node}:${takes.join()}`;
}

/** What a load costs, from its reduced cost. */
function costOf(takes: Int32Array, reduced: number, prices: Prices): number {
  let cost = reduced - prices.shipment;
  takes.forEach((pieces, at) => {
    if (pieces > 0) cost += worthOf(prices, at, pieces);
  });
  return cost;
}
