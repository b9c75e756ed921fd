import { type Ascended, ascend, firstPrices } from './ascent.js';
import { combine, type Judge } from './combine.js';
import { construct } from './construct.js';
import { type Covering, openBox, rounded } from './covering.js';
import { Effort } from './effort.js';
import { LoadPool } from './load-pool.js';
import { LoadTable } from './load-table.js';
import { type Box, Pricing } from './pricing.js';

/** What came of a minimisation: no plan costs less than `bound`, scaled; Infinity where there is none. */
export interface Minimised {
  readonly complete: boolean;
  readonly bound: number;
}

/** Loads that are listed for one combination. */
const LISTED_MAX = 4_000;
/** Options tried to list one shipper's loads. */
const LIST_TRIED_MAX = 100_000;

/**
 * The best plan of a covering, by branch and price: prices bound a box of plans, the loads within reach of the best plan are listed and
 * combined where they are few, and the box is split where they are many.
 */
export function minimise(covering: Covering, dearest: number, judge: Judge, effort: Effort): Minimised {
  return new Minimiser(covering, dearest, judge, effort).run();
}

class Minimiser {
  private readonly pricing: Pricing;
  private readonly pool = new LoadPool();

  constructor(
    private readonly covering: Covering,
    private readonly dearest: number,
    private readonly judge: Judge,
    private readonly effort: Effort,
  ) {
    this.pricing = new Pricing(covering.items.length, covering.scale, covering.free);
  }

  run(): Minimised {
    const { covering, judge, effort } = this;
    const first = rounded(covering, firstPrices(covering));
    construct(covering, this.pricing, first, [], judge, effort);
    const box = openBox(covering);
    const root = ascend(covering, this.pricing, this.pool, box, first, judge.cutoff, this.dear(), effort);
    if (root.bound > judge.cutoff) return { complete: true, bound: root.bound };
    construct(covering, this.pricing, root.prices, [], judge, effort);
    this.combinePool(root);
    const open = this.close(box, root);
    return { complete: open === null, bound: open ?? Number.POSITIVE_INFINITY };
  }

  private dear(): number {
    return Math.min(this.judge.cutoff * 2 + this.covering.scale, this.dearest * this.covering.scale);
  }

  /** Looks for a good plan among the loads that the ascent found. */
  private combinePool(ascended: Ascended): void {
    const { covering, judge, pool, effort } = this;
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
    const part = new Effort(Math.min(effort.most, effort.steps + 50));
    part.steps = effort.steps;
    combine(covering, ascended.prices, ascended.bound, table, judge, part);
    effort.steps = part.steps;
  }

  /** Looks at all plans of a box that could win. Null: done; else the bound of those that stay open. */
  private close(box: Box, ascended: Ascended): number | null {
    const { covering, judge, effort } = this;
    const { bound, prices } = ascended;
    if (bound > judge.cutoff) return null;
    if (effort.spent) return bound;
    const table = this.list(box, ascended);
    if (!table) return bound;
    const { complete, openBound } = combine(covering, prices, bound, table, judge, effort);
    return complete ? null : openBound;
  }

  private list(box: Box, { bound, prices, least }: Ascended): LoadTable | null {
    const { covering, judge, effort } = this;
    const table = new LoadTable(covering.items.length);
    const rows = new Map<string, number>();
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
          const key = `${node}:${takes.join()}`;
          const row = rows.get(key);
          if (row === undefined) {
            rows.set(key, table.count);
            table.add(node, takes, reduced - best);
          } else table.adds[row] = Math.min(table.adds[row] as number, reduced - best);
        },
        LIST_TRIED_MAX,
      );
      if (!whole || table.count > LISTED_MAX) return null;
    }
    return table;
  }
}
