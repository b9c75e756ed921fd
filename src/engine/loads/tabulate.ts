import type { Effort } from '../effort.js';
import { unfilledCost } from '../plan.js';
import type { Problem, ProblemNode } from '../problem.js';
import type { Item } from './items.js';
import { extentOf, type ListedLoads, LOADS_MAX, listLoads } from './listed-loads.js';
import { LoadSpace, STATES_MAX } from './load-space.js';
import type { Reach } from './reach.js';

/** One load of a plan: the node's index in the request and pieces per item. */
export interface TabulatedLoad {
  readonly node: number;
  readonly takes: Int32Array;
}

/** Moves that there could be, for each that packs, capacity and carriers leave. */
const RULED_OUT = 2;
/** Tables with fewer moves are made without looking for moves that lead nowhere. */
const MOVES_FEW = 4_000;
/** Best plans that tie on cost and shipments; more are left to the search. */
const TIED_MAX = 64;
/** Moves that take as long as one load looked at. */
const MOVES_PER_WORK = 16;
/** Sums above this are left to the search, whose bounds do without room for a count. */
const SUM_MAX = 2 ** 52;

/**
 * Decides a small request outright, by a table of the least cost of having shipped each amount of the items, node by node. All plans that
 * tie on cost and number of shipments are handed to `judge`. False where that takes more than `movesMost` moves from state to state, or
 * more than the effort. `mustUse`: the index of a node that has to ship, or -1.
 */
export function tabulate(
  problem: Problem,
  nodes: readonly ProblemNode[],
  reach: Reach,
  mustUse: number,
  movesMost: number,
  effort: Effort,
  judge: (loads: readonly TabulatedLoad[]) => void,
): boolean {
  const { items } = reach;
  const space = effort.spent ? null : LoadSpace.of(items);
  const extent = space && extentOf(problem, nodes, items, space, movesMost * RULED_OUT);
  if (!extent || extent.loads > effort.left) return false;
  const loads = listLoads(problem, nodes, items, space, extent);
  effort.spend(loads.count);
  const table = new Table(problem, nodes, reach, mustUse, loads, space);
  const found = table.solve(movesMost, effort, judge);
  if (found !== 'too many shipments') return found === 'decided';
  const counted = LoadSpace.of(items, problem.maxShipments);
  if (!counted) return false;
  return new Table(problem, nodes, reach, mustUse, loads, counted).solve(movesMost, effort, judge) === 'decided';
}

/** Whether that could be done, as far as can be told before. */
export function mayTabulate(
  problem: Problem,
  nodes: readonly ProblemNode[],
  { items }: Reach,
  movesMost: number,
  effort: Effort,
): boolean {
  const space = LoadSpace.of(items);
  const extent = space && extentOf(problem, nodes, items, space, movesMost * RULED_OUT);
  return extent !== null && extent.loads + extent.moves / MOVES_PER_WORK <= effort.left;
}

/** A plan in the making, read backwards from its last node. */
interface Tail {
  readonly state: number;
  readonly key: number;
  readonly loads: TabulatedLoad | null;
  readonly next: Tail | null;
}

/** States whose keys were overwritten, with the keys that they had before. */
class Log {
  length = 0;
  private states = new Int32Array(4_096);
  private keys = new Float64Array(4_096);

  push(state: number, key: number): void {
    const { length } = this;
    if (length === this.states.length) this.grow();
    this.states[length] = state;
    this.keys[length] = key;
    this.length = length + 1;
  }

  /** Gives back the keys that were overwritten since there were `length` of them. */
  undo(keys: Float64Array, length: number): void {
    for (let at = this.length - 1; at >= length; at -= 1) keys[this.states[at] as number] = this.keys[at] as number;
    this.length = length;
  }

  private grow(): void {
    const { states, keys } = this;
    this.states = new Int32Array(states.length * 2);
    this.states.set(states);
    this.keys = new Float64Array(keys.length * 2);
    this.keys.set(keys);
  }
}

// Of one table at a time, so that a decision leaves little behind.
const KEYS = [new Float64Array(STATES_MAX), new Float64Array(STATES_MAX)] as const;
const LOAD_KEYS = new Float64Array(LOADS_MAX);
const LOG = new Log();

class Table {
  /** Per state, and per load: the least cost x `each` + shipments. */
  private keys = KEYS[0];
  /** The same with the node that is shipping. */
  private next = KEYS[1];
  private readonly loadKeys = LOAD_KEYS;
  /** What was overwritten, in order, and per node where that begins. */
  private readonly log = LOG;
  private readonly begins: number[] = [];
  /** One more than the shipments that a plan can have. */
  private readonly each: number;
  /** Per item: the fewest and the most pieces of states to which the load that is put is worth adding. */
  private readonly low: number[];
  private readonly high: number[];
  /** Per item: the most pieces that the nodes so far could ship together, and the most that those to come could. */
  private behind: readonly number[];
  private ahead: readonly number[];
  /** Per node and item: the most pieces in any of its loads. */
  private readonly most: number[] = [];
  private readonly few: boolean;
  private readonly items: readonly Item[];

  constructor(
    private readonly problem: Problem,
    private readonly nodes: readonly ProblemNode[],
    private readonly reach: Reach,
    private readonly mustUse: number,
    private readonly loads: ListedLoads,
    private readonly space: LoadSpace,
  ) {
    this.items = reach.items;
    this.keys.fill(Number.POSITIVE_INFINITY, 0, space.size);
    this.keys[0] = 0;
    this.log.length = 0;
    this.each = nodes.length + 1;
    const nothing = space.demands.map(() => 0);
    this.low = nothing;
    this.high = [...nothing];
    this.few = loads.moves < MOVES_FEW;
    this.behind = this.few ? space.demands : [...nothing];
    this.ahead = this.few ? space.demands : [...nothing];
    for (let load = 0; load < loads.count; load += 1)
      this.loadKeys[load] = ((loads.costs[load] as number) + problem.shipmentPenalty) * this.each + 1;
  }

  solve(
    movesMost: number,
    effort: Effort,
    judge: (loads: readonly TabulatedLoad[]) => void,
  ): 'decided' | 'too many shipments' | null {
    const { loads, space } = this;
    const moves = loads.moves * (space.perShipment === 0 ? 1 : this.problem.maxShipments);
    const work = moves / MOVES_PER_WORK;
    if (moves > movesMost || work > effort.left || this.largestKey() > SUM_MAX) return null;
    effort.spend(work);
    if (!this.few) this.measure();
    for (let at = 0; at < this.nodes.length; at += 1) this.ship(at);
    const ends = this.ends();
    if (ends.some(({ key }) => this.shipmentsOf(key) > this.problem.maxShipments)) return 'too many shipments';
    const plans = this.plansTo(ends);
    if (plans === null) return null;
    for (const plan of plans) judge(plan);
    return 'decided';
  }

  private largestKey(): number {
    const { problem, reach, each } = this;
    const whole = reach.items.reduce((value, item) => value + item.value * item.demand, reach.beyond.value);
    let sum = unfilledCost(problem, whole) * each;
    for (let at = 0; at < this.nodes.length; at += 1) {
      let most = 0;
      const end = this.loads.starts[at + 1] as number;
      for (let load = this.loads.starts[at] as number; load < end; load += 1)
        most = Math.max(most, Math.abs(this.loadKeys[load] as number));
      sum += most;
    }
    return sum;
  }

  private shipmentsOf(key: number): number {
    return ((key % this.each) + this.each) % this.each;
  }

  /** Finds what each node ships at most, and all of them together. */
  private measure(): void {
    const { loads, space, most } = this;
    const width = space.demands.length;
    for (let at = 0; at < this.nodes.length; at += 1) {
      const end = loads.starts[at + 1] as number;
      for (let item = 0; item < width; item += 1) {
        let pieces = 0;
        for (let load = loads.starts[at] as number; load < end; load += 1)
          pieces = Math.max(pieces, space.taken(loads.deltas[load] as number, item));
        most.push(pieces);
      }
      this.ahead = this.ahead.map((pieces, item) => pieces + (most[at * width + item] as number));
    }
  }

  /** Lets one node ship. */
  private ship(at: number): void {
    const { keys, next, log, space, low, high, most } = this;
    const first = this.loads.starts[at] as number;
    const end = this.loads.starts[at + 1] as number;
    const must = this.nodes[at]?.index === this.mustUse;
    this.begins.push(log.length);
    if (first === end && !must) return;
    for (let state = 0; state < space.size; state += 1) {
      const key = keys[state] as number;
      next[state] = must ? Number.POSITIVE_INFINITY : key;
      if (must && key < Number.POSITIVE_INFINITY) log.push(state, key);
    }
    const width = space.demands.length;
    const wanted = this.problem.unfilled === 'forbid' ? this.items.length : 0;
    if (!this.few) this.ahead = this.ahead.map((pieces, item) => pieces - (most[at * width + item] as number));
    const { behind, ahead } = this;
    for (let load = first; load < end; load += 1) {
      const delta = this.loads.deltas[load] as number;
      for (let item = 0; item < width; item += 1) {
        // Where all must go, what those to come cannot ship has to be in.
        const missing = item < wanted ? (space.demands[item] as number) - (ahead[item] as number) : 0;
        low[item] = Math.max(0, missing - space.taken(delta, item));
        high[item] = Math.min(space.room(delta, item), behind[item] as number);
      }
      this.spread(width - 1, 0, delta + space.perShipment, this.loadKeys[load] as number);
    }
    if (!this.few) this.behind = behind.map((pieces, item) => pieces + (most[at * width + item] as number));
    this.keys = next;
    this.next = keys;
  }

  /** Adds a load to all states that have room for it, from `from` on along the items up to `item`. */
  private spread(item: number, from: number, delta: number, loadKey: number): void {
    const low = this.low[item] as number;
    const high = this.high[item] as number;
    if (item > 0) {
      const stride = this.space.strides[item] as number;
      for (let pieces = low; pieces <= high; pieces += 1) this.spread(item - 1, from + pieces * stride, delta, loadKey);
      return;
    }
    const { keys, next, log } = this;
    for (let state = from + low; state <= from + high; state += 1) {
      const key = (keys[state] as number) + loadKey;
      const to = state + delta;
      const before = next[to] as number;
      if (key >= before) continue;
      log.push(to, before);
      next[to] = key;
    }
  }

  /** The states in which best plans end. */
  private ends(): Tail[] {
    const { keys, problem, items, each } = this;
    const shipped = items.reduce((states, item) => states * (item.demand + 1), 1);
    let ends: Tail[] = [];
    let leastLeft = Number.POSITIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let state = 0; state < this.space.size; state += 1) {
      const key = keys[state] as number;
      if (key === Number.POSITIVE_INFINITY) continue;
      let total = state === 0 ? key : key - problem.shipmentPenalty * each;
      let left = 0;
      if (problem.unfilled === 'forbid') {
        if (state % shipped !== shipped - 1) continue;
      } else {
        const unfilled = this.unfilledAt(state);
        if (!unfilled) continue;
        if (problem.unfilled === 'allow') left = unfilled.compared;
        else total += unfilledCost(problem, unfilled.value) * each;
      }
      if (left > leastLeft || (left === leastLeft && total > least)) continue;
      if (left < leastLeft || total < least) ends = [];
      leastLeft = left;
      least = total;
      ends.push({ state, key, loads: null, next: null });
    }
    return ends;
  }

  /** What is left in a state; null where some of it must not be left so. */
  private unfilledAt(state: number): { readonly value: number; readonly compared: number } | null {
    let { value, compared } = this.reach.beyond;
    for (let at = 0; at < this.items.length; at += 1) {
      const item = this.items[at] as Item;
      const left = item.demand - this.space.pieces(state, at);
      if (item.allOrNothing && left !== 0 && left !== item.demand) return null;
      value += item.value * left;
      compared += item.comparedValue * left;
    }
    return { value, compared };
  }

  /** All ways to the given states at the given keys, found from the last node to the first; null where there are too many. */
  private plansTo(ends: readonly Tail[]): TabulatedLoad[][] | null {
    const { keys, log, begins, loads, loadKeys } = this;
    const { space } = this;
    let tails = ends;
    for (let at = this.nodes.length - 1; at >= 0; at -= 1) {
      if (tails.length > TIED_MAX) return null;
      log.undo(keys, begins[at] as number);
      const node = this.nodes[at] as ProblemNode;
      const earlier: Tail[] = [];
      const end = loads.starts[at + 1] as number;
      for (const tail of tails) {
        if (node.index !== this.mustUse && keys[tail.state] === tail.key) earlier.push(tail);
        for (let load = loads.starts[at] as number; load < end; load += 1) {
          const delta = loads.deltas[load] as number;
          const state = tail.state - space.perShipment - delta;
          const key = tail.key - (loadKeys[load] as number);
          if (state < 0 || keys[state] !== key || !space.fits(state, delta)) continue;
          earlier.push({ state, key, loads: { node: node.index, takes: this.takesOf(load) }, next: tail });
        }
      }
      tails = earlier;
    }
    return tails.length > TIED_MAX ? null : tails.map(loadsOf);
  }

  private takesOf(load: number): Int32Array {
    const delta = this.loads.deltas[load] as number;
    return Int32Array.from(this.items, (_, at) => this.space.pieces(delta, at));
  }
}

function loadsOf(tail: Tail): TabulatedLoad[] {
  const loads: TabulatedLoad[] = [];
  for (let at: Tail | null = tail; at; at = at.next) if (at.loads) loads.push(at.loads);
  return loads;
}
