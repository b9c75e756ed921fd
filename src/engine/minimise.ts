import { type Ascended, ascend, boundAt, firstPrices } from './ascent.js';
import type { Box } from './box.js';
import { type Branch, boxOf, Frontier, type Limit, splitOf } from './branch.js';
import { combine, type Judge } from './combine.js';
import { construct } from './construct.js';
import { type Covering, openBox, type Prices, rounded } from './covering.js';
import { dive } from './dive.js';
import type { Effort } from './effort.js';
import { LoadPool } from './load-pool.js';
import { LoadTable } from './load-table.js';
import { LocalSearch } from './local-search.js';
import { Pricing } from './pricing.js';

/** What came of a minimisation: no plan costs less than `bound`, scaled; Infinity where there is none. */
export interface Minimised {
  readonly complete: boolean;
  readonly bound: number;
}

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

/** Loads that are listed for one combination. */
const LISTED_MAX = 2_000;
/** Options tried to list a box's loads. */
const LIST_TRIED_MAX = 30_000;
/** Work that one combination may take before its box is split. */
const COMBINE_WORK_MAX = 20_000;
/** Shares of a node's opening that an item's first price holds. */
const SHARES = [0.5, 0.02] as const;
const MANY_ITEMS = 30;
/** Share of the effort that the first box's bound may take. */
const ROOT_SHARE = 0.5;
/** Options tried to find a reason to keep a node. */
const DROP_TRIED_MAX = 2_000;
const POOL_WORK_MOST = 40_000;
/** Work that improving a plan by small changes may take. */
const IMPROVE_WORK_MOST = 500_000;

/**
 * The best plan of a covering, by branch and price: prices bound a box of plans, the loads within reach of the best plan are listed and
 * combined where they are few, and the box is split where they are many.
 */
export function minimise(covering: Covering, judge: Judge, effort: Effort): Minimised {
  return new Minimiser(covering, judge, effort).run();
}

class Minimiser {
  private readonly pricing: Pricing;
  private readonly pool = new LoadPool();
  private readonly frontier = new Frontier();
  private openBound = Number.POSITIVE_INFINITY;
  private turn = 0;
  private nextDive = 0;
  private root: Ascended | null = null;
  private readonly judge: Judge;
  private best: readonly Chosen[] = [];
  private improved: readonly Chosen[] = [];

  constructor(
    private covering: Covering,
    private readonly outer: Judge,
    private readonly effort: Effort,
  ) {
    this.judge = this.watched();
    this.pricing = new Pricing(covering.items.length, covering.scale, covering.free);
  }

  run(): Minimised {
    const { covering, judge, effort } = this;
    construct(covering, this.pricing, this.guess(SHARES[0]), judge, effort);
    const first = this.firstPrices();
    const box = openBox(covering);
    this.visit(box, first, null, null);
    for (let branch = this.next(); branch; branch = this.next()) {
      if (branch.bound > judge.cutoff) continue;
      if (effort.spent) return { complete: false, bound: Math.min(this.openBound, branch.bound, this.frontier.least) };
      this.split(branch);
    }
    return { complete: this.openBound === Number.POSITIVE_INFINITY, bound: this.openBound };
  }

  /** The judge, the best loads remembered. */
  private watched(): Judge {
    const { outer } = this;
    return {
      get cutoff() {
        return outer.cutoff;
      },
      get isEmpty() {
        return outer.isEmpty;
      },
      judge: (loads) => {
        const before = outer.cutoff;
        outer.judge(loads);
        if (outer.cutoff < before) this.best = loads.map(({ node, takes }) => ({ node, takes: takes.slice() }));
      },
    };
  }

  /** Improves the best plan by small changes. */
  private improve(): void {
    if (this.covering.free || this.best.length === 0 || this.best === this.improved) return;
    this.effort.within(IMPROVE_WORK_MOST, (part) => {
      const search = new LocalSearch(this.covering, part);
      const loads = search.improve(this.best);
      if (!loads) return;
      const costs = search.costsOfLoads();
      for (const [at, { node, takes }] of loads.entries())
        this.pool.add({ node, takes, cost: (costs[at] as number) * this.covering.scale });
      this.judge.judge(loads);
    });
    this.improved = this.best;
  }

  private guess(share: number): Prices {
    return rounded(this.covering, firstPrices(this.covering, share));
  }

  /** Many items can share the opening of a node, few cannot; where there are many, both guesses are tried. */
  private firstPrices(): Prices {
    const { covering, pricing, pool, effort } = this;
    const alone = this.guess(SHARES[0]);
    if (covering.items.length < MANY_ITEMS) return alone;
    const shared = this.guess(SHARES[1]);
    const box = openBox(covering);
    const bounds = [alone, shared].map((prices) => boundAt(covering, pricing, pool, box, prices, effort));
    return (bounds[1] as number) > (bounds[0] as number) ? shared : alone;
  }

  /** While there is no plan, the branch that was made last, which is nearest to one; then the one of least bound. */
  private next(): Branch | undefined {
    return this.judge.isEmpty ? this.frontier.popLatest() : this.frontier.pop();
  }

  private split(branch: Branch): void {
    const box = boxOf(this.covering, branch, null);
    const halves = splitOf(this.covering, box, this.pool, branch.ascended);
    if (halves) {
      for (const limit of halves)
        this.visit(boxOf(this.covering, branch, limit), branch.ascended.prices, branch, limit);
      return;
    }
    const table = this.list(box, branch.ascended, Number.POSITIVE_INFINITY) as LoadTable;
    this.combine(box, branch.ascended, table, Number.POSITIVE_INFINITY);
  }

  /** Bounds a box, looks for plans in it, and finishes it where that is quick. */
  private visit(box: Box, start: Prices, parent: Branch | null, limit: Limit | null): void {
    const { judge, effort, pricing } = this;
    // The first box leaves some effort for a plan, whatever its own bound takes.
    const ascended = effort.within(parent ? effort.left : effort.left * ROOT_SHARE, (part) =>
      ascend(this.covering, pricing, this.pool, box, start, judge.cutoff, part),
    );
    if (ascended.bound > judge.cutoff) return;
    if (this.turn === this.nextDive) {
      this.nextDive = this.turn * 2 + 4;
      // Where the bound took long, a dive takes longer still, and may end without a plan.
      if (!parent && !ascended.settled) this.improve();
      dive(this.covering, pricing, this.pool, box, ascended, judge, effort);
      if (!parent) this.root = ascended;
      if (parent) this.improve();
      this.combinePool();
      this.dropShippers();
    }
    if (ascended.bound > judge.cutoff) return;
    const gap = judge.cutoff - ascended.bound;
    const listed = parent === null || gap <= parent.tooMany * 0.7;
    if (!effort.spent && listed) {
      const table = this.list(box, ascended, LIST_TRIED_MAX);
      if (table && this.combine(box, ascended, table, COMBINE_WORK_MAX)) return;
    }
    if (!parent) {
      this.improve();
      if (ascended.bound > judge.cutoff) return;
      this.dropShippers();
    }
    this.turn += 1;
    const bound = Math.max(ascended.bound, parent?.bound ?? ascended.bound);
    const tooMany = listed ? gap : (parent?.tooMany ?? gap);
    this.frontier.push({ limit, parent, bound, ascended, tooMany, turn: this.turn });
  }

  /** Drops nodes that, at the prices of the first box, have no load within reach of the best plan. */
  private dropShippers(): void {
    const { covering, judge, effort, pricing, root } = this;
    if (!root || effort.spent) return;
    const box = openBox(covering);
    const shippers = covering.shippers.filter((shipper) => {
      // One more, so that a load that would tie keeps its node.
      const ceiling = judge.cutoff - root.bound + (root.least[shipper.node.index] as number) + 1;
      let found = false;
      const least = pricing.least(
        shipper,
        root.prices,
        box,
        ceiling,
        effort,
        () => {
          found = true;
        },
        DROP_TRIED_MAX,
      );
      return found || least < ceiling;
    });
    if (shippers.length < covering.shippers.length) this.covering = { ...covering, shippers };
  }

  /** Looks for a good plan among all loads found so far. */
  private combinePool(): void {
    const { covering, judge, pool, effort, root: ascended } = this;
    if (!ascended) return;
    const table = new LoadTable(covering.items.length);
    for (let at = 0; at < pool.count; at += 1) {
      const load = pool.at(at);
      let reduced = load.cost + ascended.prices.shipment - (ascended.least[load.node] as number);
      load.takes.forEach((pieces, item) => {
        if (pieces > 0)
          reduced -= (ascended.prices.piece[item] as number) * pieces - (ascended.prices.use[item] as number);
      });
      table.add(load.node, load.takes, reduced);
    }
    effort.within(POOL_WORK_MOST, (part) =>
      combine(covering, openBox(covering), ascended.prices, ascended.bound, table, judge, part),
    );
  }

  /** Combines the listed loads of a box, up to so much work; false where the box has to be split. */
  private combine(box: Box, { prices, bound }: Ascended, table: LoadTable, workMost: number): boolean {
    const { covering, judge, effort } = this;
    return effort.within(workMost, (part, whole) => {
      const { complete, openBound } = combine(covering, box, prices, bound, table, judge, part);
      if (!complete && whole) this.openBound = Math.min(this.openBound, openBound);
      return complete || whole;
    });
  }

  /** The loads of a box that may be in a better plan; null where they are too many. */
  private list(box: Box, { bound, prices, least }: Ascended, triedMost: number): LoadTable | null {
    const { covering, judge, effort } = this;
    const table = new LoadTable(covering.items.length);
    const rows = new Map<string, number>();
    const mostLoads = triedMost < Number.POSITIVE_INFINITY ? LISTED_MAX : Number.POSITIVE_INFINITY;
    let left = triedMost;
    for (const shipper of covering.shippers) {
      const node = shipper.node.index;
      const best = least[node] as number;
      const whole = this.pricing.list(
        shipper,
        prices,
        box,
        judge.cutoff - bound + best,
        effort,
        (takes, reduced) => {
          if (table.count > mostLoads) {
            this.pricing.stop();
            return;
          }
          const key = `${node}:${takes.join()}`;
          const row = rows.get(key);
          if (row === undefined) {
            rows.set(key, table.count);
            table.add(node, takes, reduced - best);
          } else table.adds[row] = Math.min(table.adds[row] as number, reduced - best);
        },
        left,
      );
      left -= this.pricing.work;
      if (!whole || table.count > mostLoads) return null;
    }
    return table;
  }
}
