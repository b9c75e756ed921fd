import type { Covering, Leaving } from '../bounds/covering.js';
import { type Shippers, shippersOf } from '../bounds/shipper.js';
import { Effort, WORK_PER_STEP } from '../effort.js';
import type { Judge } from '../judge.js';
import { type Item, itemsOf } from '../loads/items.js';
import { type Reach, reachOf } from '../loads/reach.js';
import { mayTabulate, tabulate } from '../loads/tabulate.js';
import { comparePlans, compareText, type Plan, planOf } from '../plan.js';
import type { Problem, ProblemNode } from '../problem.js';
import { sourcingOf } from '../sourcing/recognise.js';
import { searchSourcing } from '../sourcing/search.js';
import { firstPlans } from './first-plan.js';
import { leastPlanCost } from './least-plan-cost.js';
import { type Memory, minimise } from './minimise.js';
import { packPlans } from './pack-plans.js';

/** The best plan found, with what is proven about it. */
export interface Solved {
  readonly best: Plan | null;
  /** Whether every plan was looked at or ruled out. */
  readonly complete: boolean;
  /** No plan with the best's unfilled value has a lower objective. */
  readonly lowerBound: number;
  /** No plan leaves less unfilled. */
  readonly unfilledLowerBound: number;
  readonly steps: number;
}

/**
 * The best plan of a request. Where units may be left at no cost, the least value that must be left is found first, then the cheapest
 * plan that leaves no more.
 */
export function solve(problem: Problem, options: SolveOptions = {}): Solved {
  return new Solver(problem, options).run();
}

export interface SolveOptions {
  /** Index of a node that may not ship. */
  readonly without?: number;
  /** Index of a node that has to ship. */
  readonly mustUse?: number;
  /** The search decides alone, also where a table would. */
  readonly searchOnly?: boolean;
  /** What a search may hold on to, where that is not what it usually may. */
  readonly memory?: Memory;
}

/** Tables with at most so many moves are made at once: they take no longer than a search. Source: medians over the routing families. */
const MOVES_FIRST = 200_000;
/** Tables with more moves than this are never made: they take over 10 ms. */
const MOVES_MOST = 1_500_000;
/** Nine in ten searches of requests for which a table could be made end within so many steps. */
const BRIEF_STEPS = 60;

/** Units of work that pricing a plan counts as. */
const JUDGE_WORK = 16;
const JUDGE_WORK_PER_LINE = 4;

/** What came of one minimisation, in 1/10000: nothing costs less than `bound`. */
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
  /** While the best plan ships nothing: the best of those that ship something. */
  private shipping: Plan | null = null;
  private known: Judge['known'] = [];
  private readonly reach: Reach;
  private effort: Effort;
  /** In order of their ids, so that the order in the request decides nothing. */
  private readonly nodes: readonly ProblemNode[];
  private made: Shippers | null = null;

  constructor(
    private readonly problem: Problem,
    private readonly options: SolveOptions,
  ) {
    this.nodes = problem.nodes.filter((node) => node.index !== options.without).sort((a, b) => compareText(a.id, b.id));
    this.reach = reachOf(problem, this.nodes, itemsOf(problem));
    this.effort = new Effort(problem.effort);
  }

  private get items(): readonly Item[] {
    return this.reach.items;
  }

  private get shippers(): Shippers {
    if (this.made === null) {
      this.made = shippersOf(this.problem, this.nodes, this.items, this.dearestLeaving());
      this.effort.spend(this.made.work);
    }
    return this.made;
  }

  run(): Solved {
    const { problem, options } = this;
    if (problem.unfilled === 'forbid' && (this.reach.beyond.compared > 0 || this.reach.isShort))
      return this.result({ complete: true, bound: 0 });
    if (problem.unfilled !== 'forbid' && options.mustUse === undefined) this.best = planOf(problem, []);
    if (options.searchOnly) return this.search();
    return this.tabulate(MOVES_FIRST) ?? this.searchBriefly() ?? this.search();
  }

  private tabulate(movesMost: number): Solved | null {
    const { problem, nodes, reach, effort } = this;
    const mustUse = this.options.mustUse ?? -1;
    const decided = tabulate(problem, nodes, reach, mustUse, movesMost, effort, (loads) => this.keep(loads));
    return decided ? this.result({ complete: true, bound: this.best?.objective ?? 0 }) : null;
  }

  /** Where a table could be made but takes long, the search mostly decides sooner; where it does not, the table ends it. */
  private searchBriefly(): Solved | null {
    const { problem, nodes, reach, effort } = this;
    if (!mayTabulate(problem, nodes, reach, MOVES_MOST, effort)) return null;
    const found = effort.within(BRIEF_STEPS * WORK_PER_STEP, (part) => {
      this.effort = part;
      return this.search();
    });
    this.effort = effort;
    if (found.complete || effort.spent) return { ...found, steps: effort.steps };
    return this.tabulate(MOVES_MOST);
  }

  private search(): Solved {
    const { problem, items } = this;
    if (problem.unfilled === 'forbid') return this.result(this.cheapest({ kind: 'forbid' }));
    if (problem.unfilled === 'cost') {
      const perPiece = Float64Array.from(items, (item) => this.leastCostOf(item.value) * this.shippers.scale);
      return this.result(this.cheapest({ kind: 'cost', perPiece }, this.leastCostOf(this.reach.beyond.value)));
    }
    const unfilled = this.leastUnfilled();
    const beyond = this.reach.beyond.compared;
    const budget = (this.best?.unfilledCompared ?? beyond) - beyond;
    const perPiece = Float64Array.from(items, (item) => item.comparedValue);
    const cost = this.cheapest(budget === 0 ? { kind: 'forbid' } : { kind: 'within', perPiece, budget });
    // A bound holds for every plan with the reported value, those that leave more of what costs the customer nothing included.
    const bound = problem.lines.some((line) => line.unitPrice === 0) ? -this.shippers.dearest : cost.bound;
    return this.result(
      cost.complete && unfilled.complete ? cost : { complete: false, bound: Math.min(bound, cost.bound) },
      unfilled,
    );
  }

  private result(cost: Proven, unfilled: Proven = { complete: true, bound: 0 }): Solved {
    const complete = cost.complete && unfilled.complete;
    // That shipping nothing is best is an answer only where it is proven.
    const isUnsure = !complete && this.best?.shipments.length === 0;
    return {
      best: isUnsure ? (this.shipping ?? this.best) : this.best,
      complete,
      lowerBound: complete ? cost.bound : Math.max(cost.bound, this.floor()),
      unfilledLowerBound: unfilled.bound,
      steps: this.effort.steps,
    };
  }

  /** No plan costs less, whatever it ships. */
  private floor(): number {
    const { problem, nodes, reach } = this;
    const always = problem.unfilled === 'cost' ? this.leastCostOf(reach.beyond.value) : 0;
    return leastPlanCost(problem, nodes) + always;
  }

  /** What leaving a value costs, rounded down, so that a sum over pieces never exceeds what leaving them costs in all. */
  private leastCostOf(value: number): number {
    return Number((BigInt(value) * BigInt(this.problem.unfilledWeight)) / 10_000n);
  }

  /** Leaving all that could be shipped costs, or counts where values are compared, no more. */
  private dearestLeaving(): number {
    const { unfilled, unfilledWeight } = this.problem;
    const weight = unfilled === 'forbid' ? 0 : unfilled === 'allow' ? 1 : unfilledWeight / 10_000;
    return this.items.reduce((sum, item) => sum + weight * item.comparedValue * item.demand, 0);
  }

  /** Looks for the plan of least objective among those that leave no more than allowed; each costs `always` at least. */
  private cheapest(leaving: Leaving, always = 0): Proven {
    const { problem, shippers } = this;
    const dearest = shippers.dearest + (leaving.kind === 'cost' ? (planOf(problem, [])?.objective ?? 0) : 0);
    // Plans that cost the same are looked at too, so that the judge chooses between them.
    const keeper = this.keeper(shippers.scale, 0, () => (this.best?.objective ?? dearest) - always);
    const { complete, bound } = this.minimise(leaving, problem.shipmentPenalty * shippers.scale, keeper, false);
    if (!complete) this.shipSimply();
    return { complete, bound: bound + always };
  }

  /** Looks at plans that take no search: where the effort ends early, one of them may be the best there is. */
  private shipSimply(): void {
    const { problem, nodes, items, effort } = this;
    firstPlans(problem, nodes, items, (loads) => this.keep(loads));
    effort.spend(nodes.length * items.length);
    const work = packPlans(problem, nodes, items, (loads) => {
      const before = this.best;
      this.keep(loads);
      return this.best !== before;
    });
    effort.spend(work);
  }

  /** Looks for a plan that leaves the least value: the same problem where shipping is free and leaving costs the value. */
  private leastUnfilled(): Proven {
    const { scale } = this.shippers;
    const beyond = this.reach.beyond.compared;
    const { short } = this.reach;
    const perPiece = Float64Array.from(this.items, (item) => item.comparedValue * scale);
    const all = this.items.reduce((sum, item) => sum + item.comparedValue * item.demand, 0);
    const keeper = this.keeper(scale, 1, () => (this.best ? this.best.unfilledCompared - beyond : all), short);
    if (keeper.cutoff < 0) return { complete: true, bound: beyond + short };
    const { complete, bound } = this.minimise({ kind: 'cost', perPiece }, 0, keeper, true);
    if (!complete) this.shipSimply();
    return { complete, bound: Math.max(short, bound) + beyond };
  }

  /** The bound leaves out what is beyond reach. */
  private minimise(leaving: Leaving, perShipment: number, keeper: Keeper, free: boolean): Proven {
    const { shippers, scale } = this.shippers;
    const covering: Covering = {
      items: this.items,
      shippers,
      nodeCount: this.problem.nodes.length,
      scale,
      free,
      perShipment,
      maxShipments: this.problem.maxShipments,
      leaving,
      mustUse: this.options.mustUse ?? -1,
      unlisted: new Set(shippers.flatMap(({ wide }) => wide.flatMap((group) => group.items))),
      cuts: [],
    };
    const sourcing = this.effort.spent ? null : sourcingOf(this.problem, covering);
    const { complete, bound } = sourcing
      ? searchSourcing(sourcing, keeper, this.effort, this.items.length, this.options.memory?.boxes)
      : minimise(covering, keeper, this.effort, this.options.memory);
    const seen = keeper.least();
    return { complete, bound: complete ? seen : Math.min(seen, Math.ceil(bound / scale)) };
  }

  /**
   * Keeps the best plan; `cost` is what is minimised, of the best one; others have to cost less by `less`, and none costs less than `floor`, so that
   * nothing is left to find where the best does not.
   */
  private keeper(scale: number, less: number, cost: () => number, floor = Number.NEGATIVE_INFINITY): Keeper {
    let least = cost();
    const isEmpty = () => this.best === null;
    return {
      get isEmpty() {
        return isEmpty();
      },
      get cutoff() {
        return cost() <= floor ? Number.NEGATIVE_INFINITY : (cost() - less) * scale;
      },
      known: this.known,
      work: JUDGE_WORK + JUDGE_WORK_PER_LINE * this.problem.lines.length,
      least: () => least,
      judge: (loads) => {
        this.keep(loads);
        least = Math.min(least, cost());
      },
    };
  }

  /** Shares out pieces of lines that are alike as ties are broken: the first line first, from the first shipment on. */
  private share(pooled: readonly number[], shipped: readonly { readonly load: number[] }[]): void {
    const [first = 0] = pooled;
    const pieces = shipped.map(({ load }) => load[first] ?? 0);
    for (const line of pooled) {
      let wanted = this.problem.lines[line]?.quantity ?? 0;
      for (const [at, { load }] of shipped.entries()) {
        const taken = Math.min(wanted, pieces[at] ?? 0);
        load[line] = taken;
        wanted -= taken;
        pieces[at] = (pieces[at] ?? 0) - taken;
      }
    }
  }

  /** Whether loads that are each feasible may go together. */
  private isAllowed(loads: readonly { readonly node: number; readonly takes: Int32Array }[]): boolean {
    const { problem, items } = this;
    if (loads.length > problem.maxShipments || new Set(loads.map(({ node }) => node)).size < loads.length) return false;
    return items.every(({ demand, allOrNothing, single }, at) => {
      const left = loads.reduce((rest, { takes }) => rest - (takes[at] as number), demand);
      if (left < 0 || (left > 0 && problem.unfilled === 'forbid')) return false;
      if (allOrNothing && left > 0 && left < demand) return false;
      return !single || loads.filter(({ takes }) => (takes[at] as number) > 0).length <= 1;
    });
  }

  private keep(loads: readonly { readonly node: number; readonly takes: Int32Array }[]): void {
    const { items, problem, options } = this;
    if (options.mustUse !== undefined && loads.every(({ node }) => node !== options.mustUse)) return;
    if (!this.isAllowed(loads)) return;
    const shipped = loads.map(({ node, takes }) => {
      const load = problem.lines.map(() => 0);
      for (const [at, item] of items.entries())
        for (const line of item.lines)
          load[line] = (takes[at] as number) * (item.whole ? (problem.lines[line]?.quantity ?? 0) : 1);
      return { node, load };
    });
    shipped.sort((a, b) => compareText(problem.nodes[a.node]?.id ?? '', problem.nodes[b.node]?.id ?? ''));
    for (const { pooled } of items) if (pooled.length > 0) this.share(pooled, shipped);
    const plan = planOf(problem, shipped);
    if (!plan) return;
    if (this.best && comparePlans(problem, plan, this.best) >= 0) {
      this.keepShipping(plan);
      return;
    }
    this.best = plan;
    this.known = loads.map(({ node, takes }) => ({ node, takes: takes.slice() }));
  }

  /** Keeps the best plan that ships something, where shipping nothing is better still. */
  private keepShipping(plan: Plan): void {
    const { problem, best, shipping } = this;
    if (best === null || best.shipments.length > 0 || plan.shipments.length === 0) return;
    if (shipping === null || comparePlans(problem, plan, shipping) < 0) this.shipping = plan;
  }
}
