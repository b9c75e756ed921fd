import { combine, type Judge, pickGreedily } from './combine.js';
import { type Cover, type Leaving, type Prices, pricesOf, startingPrices, weigh } from './cover.js';
import { Effort, LOADS_PER_STEP } from './effort.js';
import { type Item, itemsOf, loadsAtMost } from './items.js';
import { addLoads, LoadTable } from './loads.js';
import { comparePlans, type Plan, planOf } from './plan.js';
import type { Problem } from './problem.js';
import { type SearchResult, search } from './search.js';

/** Requests with more loads than this are searched line by line, without a table of loads. */
const LOADS_MAX = 400_000;

/**
 * The best plan of a request, with what is proven about it.
 *
 * Every load that a node could ship is priced once; the best set of loads is then found by `combine`. Where units may be left at no
 * cost, the least value that must be left is found first, in the same way, then the cheapest plan that leaves no more. A request with
 * too many loads goes to `search`.
 */
export function solve(problem: Problem, options: { readonly without?: number } = {}): SearchResult {
  const items = itemsOf(problem);
  const nodes = problem.nodes.filter((node) => node.index !== options.without);
  const loadCount = nodes.reduce((sum, node) => sum + loadsAtMost(problem, items, node), 0);
  if (loadCount > LOADS_MAX || loadCount / LOADS_PER_STEP > problem.effort) return search(problem, options);
  const loads = new LoadTable(items.length);
  for (const node of nodes) addLoads(problem, node, items, loads);
  const effort = new Effort(problem.effort);
  effort.spendOnLoads(loads.count);
  return new Solver(problem, items, loads, effort).run();
}

/** What came of one minimisation: nothing costs less than `bound`. */
interface Proven {
  readonly complete: boolean;
  readonly bound: number;
}

/**
 * The least that `best` ever was bounds what was passed over: it may rise, where a plan that leaves less and costs more is found after all.
 */
interface Keeper extends Judge {
  least(): number;
}

class Solver {
  private best: Plan | null = null;

  constructor(
    private readonly problem: Problem,
    private readonly items: readonly Item[],
    private readonly loads: LoadTable,
    private readonly effort: Effort,
  ) {}

  run(): SearchResult {
    const { problem, items } = this;
    if (problem.unfilled === 'forbid') return this.result(this.cheapest({ kind: 'forbid' }));
    this.best = planOf(problem, []);
    if (problem.unfilled === 'cost')
      return this.result(this.cheapest({ kind: 'cost', perPiece: items.map((item) => this.leastCostOfLeaving(item)) }));
    const unfilled = this.leastUnfilled();
    const budget = this.best?.unfilledCompared ?? 0;
    const perPiece = items.map((item) => item.comparedValue);
    const cost = this.cheapest(budget === 0 ? { kind: 'forbid' } : { kind: 'within', perPiece, budget });
    // A bound holds for every plan with the reported value, those that leave more of what costs the customer nothing included.
    const bound = problem.lines.some((line) => line.unitPrice === 0) ? this.leastConceivable() : cost.bound;
    return this.result(
      cost.complete && unfilled.complete ? cost : { complete: false, bound: Math.min(bound, cost.bound) },
      unfilled,
    );
  }

  private result(cost: Proven, unfilled: Proven = { complete: true, bound: 0 }): SearchResult {
    return {
      best: this.best,
      complete: cost.complete && unfilled.complete,
      lowerBound: cost.bound,
      unfilledLowerBound: unfilled.bound,
      steps: this.effort.steps,
    };
  }

  /** Rounded down, so that what leaving pieces costs by this never exceeds what it costs in all. */
  private leastCostOfLeaving(item: Item): number {
    return Number((BigInt(item.value) * BigInt(this.problem.unfilledWeight)) / 10_000n);
  }

  /** Looks for the plan of least objective among those that leave no more than allowed. */
  private cheapest(leaving: Leaving): Proven {
    const cover = this.coverOf(this.loads, this.problem.shipmentPenalty, leaving);
    const start = startingPrices(cover);
    const dearest = this.dearest();
    const judge = this.keeper(() => this.best?.objective ?? dearest);
    return this.minimise(cover, start, start.piece, judge, true);
  }

  /** Looks for a plan that leaves the least value: the same problem where shipping is free and leaving costs the value. */
  private leastUnfilled(): Proven {
    const { items } = this;
    const free = this.loads.filter(() => true);
    free.costs.fill(0);
    const worth = items.map((item) => item.comparedValue);
    const cover = this.coverOf(free, 0, { kind: 'cost', perPiece: worth });
    const judge = this.keeper(() => this.best?.unfilledCompared ?? Number.POSITIVE_INFINITY);
    return this.minimise(cover, { piece: this.scarce(cover), shipment: 0, leaving: 0 }, worth, judge, false);
  }

  private minimise(cover: Cover, start: Prices, worth: ArrayLike<number>, judge: Keeper, ties: boolean): Proven {
    const { effort } = this;
    pickGreedily(cover, worth, judge);
    let prices = pricesOf(cover, start, judge.best, effort);
    pickGreedily(cover, prices.piece, judge);
    // A load that misses the prices by more than the best plan leaves room for is in no better plan.
    const { bound, undercut } = weigh(cover, prices);
    const { loads, items } = cover;
    const kept = loads.filter((row) => {
      let cost = (loads.costs[row] ?? 0) + cover.perShipment + prices.shipment - (undercut[loads.nodes[row] ?? 0] ?? 0);
      for (let at = 0; at < items.length; at += 1)
        cost -= (prices.piece[at] ?? 0) * (loads.takes[row * items.length + at] ?? 0);
      return bound + cost <= judge.best;
    });
    const rest = { ...cover, loads: kept };
    if (kept.count < loads.count) prices = pricesOf(rest, prices, judge.best, effort);
    const { complete, openBound } = combine(rest, prices, judge, effort, ties);
    const seen = judge.least();
    return { complete, bound: complete ? seen : Math.min(seen, Math.max(bound, weigh(rest, prices).bound, openBound)) };
  }

  /** The value of each item of which there is too little even if every node ships all it can, else 0. */
  private scarce(cover: Cover): Float64Array {
    const { loads, items } = cover;
    const most = new Float64Array(cover.nodeCount * items.length);
    for (let row = 0; row < loads.count; row += 1) {
      const entry = (loads.nodes[row] ?? 0) * items.length;
      for (let at = 0; at < items.length; at += 1)
        most[entry + at] = Math.max(most[entry + at] ?? 0, loads.takes[row * items.length + at] ?? 0);
    }
    return Float64Array.from(items, (item, at) => {
      let reach = 0;
      for (let node = 0; node < cover.nodeCount; node += 1) reach += most[node * items.length + at] ?? 0;
      return reach < item.demand ? item.comparedValue : 0;
    });
  }

  private coverOf(loads: LoadTable, perShipment: number, leaving: Leaving): Cover {
    const { items, problem } = this;
    return { items, loads, nodeCount: problem.nodes.length, perShipment, maxShipments: problem.maxShipments, leaving };
  }

  /** No plan that ships anything costs less, whatever it leaves. */
  private leastConceivable(): number {
    const nothing = { piece: new Float64Array(this.items.length), shipment: 0, leaving: 0 };
    const leaving: Leaving = { kind: 'cost', perPiece: this.items.map(() => 0) };
    return weigh(this.coverOf(this.loads, this.problem.shipmentPenalty, leaving), nothing).bound;
  }

  /** No plan costs more: every node ships its dearest load, and all is left besides. */
  private dearest(): number {
    const { problem, loads } = this;
    const perNode = new Float64Array(problem.nodes.length);
    for (let row = 0; row < loads.count; row += 1) {
      const node = loads.nodes[row] ?? 0;
      perNode[node] = Math.max(perNode[node] ?? 0, loads.costs[row] ?? 0);
    }
    const all = problem.unfilled === 'forbid' ? 0 : (planOf(problem, [])?.objective ?? 0);
    return perNode.reduce((sum, cost) => sum + cost, all + problem.shipmentPenalty * problem.nodes.length);
  }

  /** Keeps the best plan; `cost` is what is minimised, of the best one. */
  private keeper(cost: () => number): Keeper {
    let least = cost();
    return {
      get best() {
        return cost();
      },
      least: () => least,
      judge: (loads, rows) => {
        this.keep(loads, rows);
        least = Math.min(least, cost());
      },
    };
  }

  private keep(loads: LoadTable, rows: readonly number[]): void {
    const { items, problem } = this;
    const plan = planOf(
      problem,
      rows.map((row) => {
        const load = problem.lines.map(() => 0);
        items.forEach((item, at) => {
          const pieces = loads.takes[row * items.length + at] ?? 0;
          for (const line of item.lines)
            load[line] = item.whole ? pieces * (problem.lines[line]?.quantity ?? 0) : pieces;
        });
        return { node: loads.nodes[row] ?? 0, load };
      }),
    );
    if (plan && (!this.best || comparePlans(problem, plan, this.best) < 0)) this.best = plan;
  }
}
