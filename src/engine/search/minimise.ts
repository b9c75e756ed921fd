import { type Ascended, ascend, boundAt, firstPrices } from '../bounds/ascent.js';
import { type Box, worthOf } from '../bounds/box.js';
import { type Covering, openBox, type Prices, rounded } from '../bounds/covering.js';
import { LoadPool } from '../bounds/load-pool.js';
import { NodePricing } from '../bounds/node-pricing.js';
import { Programs } from '../bounds/program.js';
import type { Effort } from '../effort.js';
import { Frontier } from '../frontier.js';
import type { Judge } from '../judge.js';
import { LoadTable } from '../loads/load-table.js';
import { type Branch, boxOf, type Limits, splitOf } from './branch.js';
import { combine } from './combine.js';
import { combineByNode } from './combine-by-node.js';
import { construct } from './construct.js';
import { dive, isWhole } from './dive.js';
import { listLoads } from './list-loads.js';
import { LocalSearch } from './local-search.js';
import { reopened } from './reopen.js';

/** What came of a minimisation: no plan costs less than `bound`, scaled; Infinity where there is none. */
export interface Minimised {
  readonly complete: boolean;
  readonly bound: number;
}

/** What a search may hold on to: open boxes, of which one path more may come (see `Frontier`), and loads between two boxes. */
export interface Memory {
  readonly boxes: number;
  readonly loads: number;
}

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

/** Ten to twenty kilobytes each at the largest requests. */
const BOXES_MAX = 4_096;
/** Of many items, about half a kilobyte each. */
const POOLED_MAX = 50_000;
/** Options tried to list a box's loads. */
const LIST_TRIED_MAX = 30_000;
/** Work that one look at all plans up to some cost may take. */
const COMBINE_WORK_MAX = 40_000;
/** Shares of a node's opening that an item's first price holds. */
const SHARES = [0.5, 0.02] as const;
const MANY_ITEMS = 30;
/** How far above the bound, as a share of it, plans are looked at first, and by what that grows. */
const DEEPEN_FIRST = 0.001;
const DEEPER = 2;
/** Share of the effort that the first box's bound may take. */
const ROOT_SHARE = 0.5;
/** Share of what is left then that a dive may take. */
const DIVE_SHARE = 0.15;
/** With fewer items, splitting a box closes it sooner than cuts do. */
const CUT_ITEMS_LEAST = 10;
/** Boxes looked at before the first dive from a branch; then twice as many each time. */
const FIRST_DIVE = 4;
/** Where boxes tie, the gap stays as it is; after so many splits there may be few enough loads nevertheless. */
const SPLITS_BEFORE_LIST = 4;
/** Options tried to find a reason to keep a node. */
const DROP_TRIED_MAX = 2_000;
const POOL_WORK_MOST = 40_000;
/** Work that improving a plan by small changes may take, and the share of what is left; and where the plan differs little from one that was improved. */
const IMPROVE_WORK_MOST = 1_000_000;
const IMPROVE_SHARE = 0.5;
const IMPROVE_AGAIN = 150_000;
/** Share of what is left after which no other loads of a plan are opened. */
const REOPEN_SHARE = 0.25;

/**
 * The best plan of a covering, by branch and price: prices bound a box of plans, the loads within reach of the best plan are listed and
 * combined where they are few, and the box is split where they are many. `memory` changes in what order boxes are looked at, not what is
 * proven in the end.
 */
export function minimise(
  covering: Covering,
  judge: Judge,
  effort: Effort,
  memory: Memory = { boxes: BOXES_MAX, loads: POOLED_MAX },
): Minimised {
  return new Minimiser(covering, judge, effort, memory).run();
}

class Minimiser {
  private readonly pricing: NodePricing;
  private readonly pool = new LoadPool();
  private readonly programs = new Programs(this.pool);
  private readonly frontier: Frontier<Branch>;
  private openBound = Number.POSITIVE_INFINITY;
  private turn = 0;
  private nextDive = 0;
  private root: Ascended | null = null;
  /** Every plan that costs no more was looked at. */
  private ruledOut = Number.NEGATIVE_INFINITY;
  private readonly judge: Judge;
  private readonly care: 'plain' | 'cut';
  private best: readonly Chosen[];
  private improved: readonly Chosen[] = [];

  constructor(
    private covering: Covering,
    private readonly outer: Judge,
    private readonly effort: Effort,
    private readonly memory: Memory,
  ) {
    this.frontier = new Frontier(memory.boxes);
    this.judge = this.watched();
    this.best = outer.known;
    this.care = covering.items.length < CUT_ITEMS_LEAST ? 'plain' : 'cut';
    this.pricing = new NodePricing(covering.items.length, covering.scale, covering.free);
  }

  run(): Minimised {
    const { covering, judge, effort } = this;
    if (effort.spent) return { complete: false, bound: this.boundBy(this.guess(SHARES[0])) };
    // Where loads cost nothing, most plans are as good as any, and the first mostly is a best one.
    if (covering.free) construct(covering, this.pricing, this.guess(SHARES[0]), judge, effort);
    const first = this.firstPrices();
    this.visitRoot(openBox(covering), first);
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
      known: outer.known,
      work: outer.work,
      judge: (loads) => {
        const before = outer.cutoff;
        outer.judge(loads);
        if (outer.cutoff < before) this.best = loads.map(({ node, takes }) => ({ node, takes: takes.slice() }));
      },
    };
  }

  /** Improves the best plan by small changes. */
  private improve(workMost: number = IMPROVE_WORK_MOST): void {
    if (this.covering.free || this.best.length === 0 || this.best === this.improved || this.effort.spent) return;
    this.effort.within(Math.min(workMost, this.effort.left * IMPROVE_SHARE), (part) => {
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

  /** What prices prove by themselves. */
  private boundBy(prices: Prices): number {
    const { covering, pricing, pool, effort } = this;
    return boundAt(covering, pricing, pool, openBox(covering), prices, effort);
  }

  /** Many items can share the opening of a node, few cannot; where there are many, both guesses are tried. */
  private firstPrices(): Prices {
    const alone = this.guess(SHARES[0]);
    if (this.covering.items.length < MANY_ITEMS) return alone;
    const shared = this.guess(SHARES[1]);
    const bounds = [alone, shared].map((prices) => this.boundBy(prices));
    return (bounds[1] as number) > (bounds[0] as number) ? shared : alone;
  }

  /** While there is no plan, the branch that was made last, which is nearest to one; then the one of least bound. */
  private next(): Branch | undefined {
    return this.judge.isEmpty ? this.frontier.popLatest() : this.frontier.pop();
  }

  private split(branch: Branch): void {
    const box = boxOf(this.covering, branch.limits);
    const halves = splitOf(this.covering, box, branch.ascended);
    if (halves) {
      for (const limit of halves) this.visit(branch, { limit, before: branch.limits });
      return;
    }
    const { covering, pricing, judge, effort } = this;
    const table = listLoads(covering, pricing, box, branch.ascended, judge.cutoff, Number.POSITIVE_INFINITY, effort);
    if (table !== null) this.combine(box, branch.ascended, table, Number.POSITIVE_INFINITY);
    // Only the end of the effort cuts this list short.
    else this.openBound = Math.min(this.openBound, branch.bound);
  }

  /** Bounds all plans, looks for good ones, and finishes where that is quick; what that leaves is cut closer. */
  private visitRoot(box: Box, start: Prices): void {
    const { judge, effort } = this;
    // Some effort is left for a plan, whatever the bound takes.
    let ascended = this.ascend(box, start, 'plain', ROOT_SHARE);
    if (ascended.bound > judge.cutoff) return;
    if (!this.covering.free && this.deepen(box, ascended)) return;
    construct(this.covering, this.pricing, this.guess(SHARES[0]), judge, effort);
    // Where the bound took long, a dive takes longer still, and may end without a plan.
    if (!ascended.settled) this.improve();
    this.root = ascended;
    this.dive(box, ascended, ascended.settled ? 1 : DIVE_SHARE);
    if (ascended.bound > judge.cutoff || this.finish(box, ascended)) return;
    this.improve();
    if (ascended.bound > judge.cutoff) return;
    this.dropShippers();
    if (this.care === 'cut' && ascended.settled && !effort.spent) {
      ascended = this.ascend(box, ascended.prices, this.care, ROOT_SHARE);
      this.root = ascended;
      if (ascended.bound > judge.cutoff) return;
      this.dropShippers();
      if (this.deepen(box, ascended)) return;
    }
    this.reopen(ascended);
    if (ascended.bound > judge.cutoff) return;
    this.nextDive = FIRST_DIVE;
    this.push(null, this.ruledOut, ascended, judge.cutoff - ascended.bound, 0);
  }

  /** Bounds a half of a branch's box, looks for plans in it now and then, and finishes it where that is quick. */
  private visit(parent: Branch, limits: Limits): void {
    const { judge } = this;
    this.pool.trim(this.memory.loads);
    const box = boxOf(this.covering, limits);
    const except = limits.limit.node;
    const ascended = this.ascend(box, parent.ascended.prices, this.care, 1, { least: parent.ascended.least, except });
    if (ascended.bound > judge.cutoff) return;
    if (this.turn === this.nextDive) {
      this.nextDive = this.turn * 2 + FIRST_DIVE;
      this.dive(box, ascended, DIVE_SHARE);
      this.improve();
    }
    if (ascended.bound > judge.cutoff) return;
    const gap = judge.cutoff - ascended.bound;
    const splits = parent.splits + 1;
    const listed = gap <= parent.tooMany * 0.7 || splits >= SPLITS_BEFORE_LIST;
    if (listed && this.finish(box, ascended)) return;
    this.push(limits, parent.bound, ascended, listed ? gap : parent.tooMany, listed ? 0 : splits);
  }

  /** `earlier`: what was proven of it before. */
  private push(limits: Limits | null, earlier: number, ascended: Ascended, tooMany: number, splits: number): void {
    this.turn += 1;
    const bound = Math.max(ascended.bound, earlier);
    this.frontier.push({ limits, bound, ascended, tooMany, splits, turn: this.turn });
  }

  /** `share`: of the effort that is left, what this may take. */
  private ascend(
    box: Box,
    start: Prices,
    care: 'plain' | 'cut',
    share: number,
    known: { readonly least: Float64Array; readonly except: number } | null = null,
  ): Ascended {
    const { covering, pricing, programs, judge, effort } = this;
    const ascended = effort.within(effort.left * share, (part) =>
      ascend(covering, pricing, programs, box, start, judge.cutoff, part, care, known),
    );
    if (ascended.bound <= judge.cutoff && isWhole(ascended)) {
      effort.spend(judge.work);
      judge.judge(ascended.shares.map(({ load }) => load));
    }
    return ascended;
  }

  private dive(box: Box, ascended: Ascended, share: number): void {
    const { pricing, programs, judge, effort } = this;
    // While nothing else found a plan, a dive has to.
    const most = judge.isEmpty ? effort.left : effort.left * share;
    effort.within(most, (part) => dive(this.covering, pricing, programs, box, ascended, judge, part));
    this.combinePool();
    this.dropShippers();
  }

  /** Opens some loads of the best plan at a time, for as long as better ones are found and a share of the effort lasts. */
  private reopen(ascended: Ascended): void {
    const { covering, effort } = this;
    if (covering.free) return;
    const until = effort.left * (1 - REOPEN_SHARE);
    for (let before: readonly Chosen[] = []; before !== this.best && effort.left > until; ) {
      before = this.best;
      for (const box of reopened(covering, ascended, before)) {
        this.lookAround(box, ascended.prices, effort.left - until);
        if (this.best !== before || effort.left <= until) break;
      }
      this.improve(IMPROVE_AGAIN);
    }
  }

  /** Looks for a plan of a box that is better than the best one. */
  private lookAround(box: Box, start: Prices, workMost: number): void {
    const { covering, pricing, programs, judge, effort } = this;
    const limit = judge.cutoff - 1;
    const ascended = effort.within(workMost, (part) =>
      ascend(covering, pricing, programs, box, start, limit, part, 'rough'),
    );
    if (ascended.bound > limit || this.lookUpTo(box, ascended, limit)) return;
    // A dive that was begun is of no use before its end.
    dive(covering, pricing, programs, box, ascended, judge, effort);
  }

  /** Looks at all plans of a box that may win, if they are few; false where they are not. */
  private finish(box: Box, ascended: Ascended): boolean {
    return this.lookUpTo(box, ascended, this.judge.cutoff);
  }

  /** Looks at all plans of a box that cost up to so much, if they are few; false where they are not. */
  private lookUpTo(box: Box, ascended: Ascended, limit: number): boolean {
    if (this.effort.spent) return false;
    const table = listLoads(this.covering, this.pricing, box, ascended, limit, LIST_TRIED_MAX, this.effort);
    if (table === null) return false;
    return this.effort.within(COMBINE_WORK_MAX, (part) =>
      combineByNode(this.covering, box, ascended, table, limit, this.judge, part),
    );
  }

  /**
   * Looks at all plans that cost no more than the bound, then at those that cost a little more, and so on until one is found, which then is the
   * best: so the work depends on how far that lies above the bound, not on how good a plan is known. False where they are too many.
   */
  private deepen(open: Box, ascended: Ascended): boolean {
    const { judge } = this;
    const first = Math.ceil(Math.max(this.covering.scale, Math.abs(ascended.bound) * DEEPEN_FIRST));
    for (let above = Math.max(0, this.ruledOut - ascended.bound); ; above = Math.max(above * DEEPER, first)) {
      const limit = Math.min(ascended.bound + above, judge.cutoff);
      if (!this.lookUpTo(open, ascended, limit)) return false;
      if (judge.cutoff <= limit) return true;
      this.ruledOut = limit;
    }
  }

  /** Drops nodes that, at the prices of the first box, have no load within reach of the best plan. */
  private dropShippers(): void {
    const { covering, judge, effort, pricing, root } = this;
    if (!root || effort.spent) return;
    const box = openBox(covering);
    const shippers = covering.shippers.filter((shipper) => {
      // One more, so that a load that would tie keeps its node.
      const ceiling = judge.cutoff - root.bound + (root.least[shipper.node.index] as number) + 1;
      if (box.must[shipper.node.index] === 0 && pricing.slacks.rulesOut(shipper, root.prices, ceiling - 1))
        return false;
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
    // Where the bound is met, only ties could be found, which are looked for later.
    if (!ascended || judge.cutoff <= ascended.bound || effort.spent) return;
    const table = new LoadTable(covering.items.length);
    for (let at = 0; at < pool.count; at += 1) {
      const load = pool.at(at);
      let reduced = load.cost + ascended.prices.shipment - (ascended.least[load.node] as number);
      load.takes.forEach((pieces, item) => {
        if (pieces > 0) reduced -= worthOf(ascended.prices, item, pieces);
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
}
