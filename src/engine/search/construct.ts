import type { Box } from '../bounds/box.js';
import { type Covering, leavePrice, openBox, type Prices, rounded } from '../bounds/covering.js';
import type { NodePricing } from '../bounds/node-pricing.js';
import type { Shipper } from '../bounds/shipper.js';
import type { Effort } from '../effort.js';
import type { Judge } from '../judge.js';

/** Options tried for one load, and for one that is packed again. */
const TRIED_MAX = 1_000;
const REPACK_TRIED_MAX = 10_000;
/** By how much prices are raised in turn, so that first what pays is shipped, then what must be. */
const RAISES = [1, 1.25, 2, 8, 64];
const REPACKS_MAX = 3;

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

/**
 * Builds a plan load by load: each time the load that undercuts the prices most among those that fit, the prices raised where none
 * does. While pieces are left that have to go, loads are packed again with those pieces in reach. Begins with the `initial` loads.
 */
export function construct(
  covering: Covering,
  pricing: NodePricing,
  prices: Prices,
  judge: Judge,
  effort: Effort,
  initial: readonly Chosen[] = [],
): void {
  new Construction(covering, pricing, effort).run(prices, judge, initial);
}

class Construction {
  private readonly box: Box;
  private readonly left: Int32Array;
  private chosen: Chosen[] = [];

  constructor(
    private readonly covering: Covering,
    private readonly pricing: NodePricing,
    private readonly effort: Effort,
  ) {
    this.box = openBox(covering);
    this.left = Int32Array.from(covering.items, (item) => item.demand);
  }

  run(prices: Prices, judge: Judge, initial: readonly Chosen[]): void {
    const { covering } = this;
    for (const load of initial) this.put(load, 1);
    if (initial.length > 0 && !this.isShort()) return;
    let raised = prices;
    for (const raise of RAISES) {
      raised = this.raisedBy(prices, raise);
      this.fill(raised);
    }
    if (covering.leaving.kind === 'forbid')
      for (let turn = 0; turn < REPACKS_MAX && this.isShort(); turn += 1) if (!this.repack(raised)) break;
    this.offer(judge);
  }

  private isShort(): boolean {
    return this.left.some((pieces) => pieces > 0);
  }

  private raisedBy(prices: Prices, raise: number): Prices {
    const { covering } = this;
    const { leaving, scale } = covering;
    return rounded(covering, {
      ...prices,
      piece: prices.piece.map((price, at) =>
        leavePrice(leaving, at, prices) === price ? price : Math.max(price, scale * 100) * raise,
      ),
      leaving: leaving.kind === 'within' ? Math.max(1, prices.leaving) * raise : 0,
    });
  }

  /**
   * Adds loads while one undercuts the prices. What fits only becomes less, so a node's last answer is the most that it can have to offer: those
   * that have too little are not asked again.
   */
  private fill(prices: Prices): void {
    const { covering } = this;
    const { shippers } = covering;
    const last = new Float64Array(shippers.length).fill(Number.NEGATIVE_INFINITY);
    const order = Array.from(shippers.keys());
    while (this.chosen.length < covering.maxShipments && this.isShort() && !this.effort.spent) {
      let least = 0;
      let best: Chosen | null = null;
      let from = -1;
      order.sort((a, b) => (last[a] as number) - (last[b] as number) || a - b);
      for (const at of order) {
        if ((last[at] as number) >= least) continue;
        const found = this.bestOf(shippers[at] as Shipper, prices, least, TRIED_MAX);
        last[at] = found ? found.reduced : least;
        if (!found) continue;
        best = found.load;
        least = found.reduced;
        from = at;
      }
      if (!best) return;
      last[from] = 0;
      this.put(best, 1);
    }
  }

  private bestOf(shipper: Shipper, prices: Prices, ceiling: number, triedMost: number) {
    let found: { load: Chosen; reduced: number } | null = null;
    this.pricing.least(
      shipper,
      prices,
      this.box,
      ceiling,
      this.effort,
      (takes, reduced) => {
        found = { load: { node: shipper.node.index, takes: takes.slice() }, reduced };
      },
      triedMost,
    );
    return found as { load: Chosen; reduced: number } | null;
  }

  /** Packs each load anew, what is left within reach. False where nothing changed. */
  private repack(prices: Prices): boolean {
    const { covering } = this;
    let changed = false;
    for (const old of [...this.chosen]) {
      if (!this.isShort()) break;
      this.put(old, -1);
      let load = old;
      for (const shipper of covering.shippers) {
        if (shipper.node.index !== old.node) continue;
        const found = this.bestOf(shipper, prices, 0, REPACK_TRIED_MAX);
        if (found) load = found.load;
      }
      this.put(load, 1);
      changed ||= load.takes.some((pieces, at) => pieces !== old.takes[at]);
      this.fill(prices);
    }
    return changed;
  }

  /** Adds a load, or takes it out, and limits the box to what is left and to nodes that have no load. */
  private put(load: Chosen, sign: 1 | -1): void {
    const { covering, box, left } = this;
    const { items, nodeCount } = covering;
    const width = items.length;
    if (sign === 1) this.chosen.push(load);
    else this.chosen = this.chosen.filter((other) => other !== load);
    for (let at = 0; at < width; at += 1) left[at] = (left[at] as number) - sign * (load.takes[at] as number);
    const busy = new Set(this.chosen.map(({ node }) => node));
    for (let at = 0; at < width; at += 1) {
      const taken = items[at]?.single && this.chosen.some(({ takes }) => (takes[at] as number) > 0);
      const most = taken ? 0 : (left[at] as number);
      for (let node = 0; node < nodeCount; node += 1) box.most[node * width + at] = busy.has(node) ? 0 : most;
    }
  }

  /** Hands the plan to the judge; a line that may only go whole and does not is taken back first. */
  private offer(judge: Judge): void {
    const { left, chosen } = this;
    const { items, leaving } = this.covering;
    if (leaving.kind === 'forbid') {
      if (!this.isShort()) judge.judge(chosen);
      return;
    }
    const torn = items.map((item, at) => item.allOrNothing && left[at] !== 0 && left[at] !== item.demand);
    const loads = chosen.map(({ node, takes }) => ({
      node,
      takes: takes.map((pieces, at) => (torn[at] ? 0 : pieces)),
    }));
    const kept = loads.filter(({ takes }) => takes.some((pieces) => pieces > 0));
    if (kept.length > 0) judge.judge(kept);
  }
}
