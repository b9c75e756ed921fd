import type { Prices } from './covering.js';
import type { Box, Emit } from './pricing.js';

/** One load of a node: pieces per item, and what it costs, scaled. */
export interface Load {
  readonly node: number;
  readonly takes: Int32Array;
  cost: number;
}

/** The loads found so far, each once with its least cost, in the order in which they were found. */
export class LoadPool {
  private readonly loads: Load[] = [];
  private readonly byKey = new Map<string, Load>();
  private waiting: Load | null = null;

  get count(): number {
    return this.loads.length;
  }

  at(index: number): Load {
    return this.loads[index] as Load;
  }

  /** Takes the last load that a search for the least one emits; the ones before it were worse. */
  receiver(node: number, prices: Prices): Emit {
    this.settle();
    return (takes, reduced) => {
      this.waiting = { node, takes: takes.slice(), cost: costOf(takes, reduced, prices) };
    };
  }

  /** Puts the load that waits into the pool. */
  settle(): void {
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.add(waiting);
  }

  /** Adds a load, or makes it cheaper. */
  add(load: Load): void {
    const key = `${load.node}:${load.takes.join()}`;
    const known = this.byKey.get(key);
    if (!known) {
      this.byKey.set(key, load);
      this.loads.push(load);
    } else if (load.cost < known.cost) known.cost = load.cost;
  }

  isWithin(load: Load, box: Box): boolean {
    const first = load.node * load.takes.length;
    return load.takes.every(
      (pieces, at) => pieces >= (box.least[first + at] as number) && pieces <= (box.most[first + at] as number),
    );
  }
}

/** What a load costs, from its reduced cost. */
export function costOf(takes: Int32Array, reduced: number, prices: Prices): number {
  let cost = reduced - prices.shipment;
  takes.forEach((pieces, at) => {
    if (pieces > 0) cost += (prices.piece[at] as number) * pieces - (prices.use[at] as number);
  });
  return cost;
}
