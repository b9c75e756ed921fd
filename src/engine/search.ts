import { halfUp } from './cost.js';
import { dualAscent } from './dual-ascent.js';
import { comparePlans, type Plan, planOf } from './plan.js';
import { type Load, type Problem, UNLIMITED } from './problem.js';
import { type NodeRelaxation, relax } from './relaxation.js';

export interface SearchResult {
  readonly best: Plan | null;
  /** Whether every plan was looked at or ruled out. */
  readonly complete: boolean;
  /** No plan with the best's unfilled value has a lower objective. */
  readonly lowerBound: number;
  /** No plan leaves less unfilled. */
  readonly unfilledLowerBound: number;
  readonly steps: number;
}

/** Lines that are placed in one decision: one line, or a group that goes whole in one shipment. */
interface Item {
  readonly lines: readonly number[];
  readonly group: boolean;
  /** Node indexes that could ship it, cheapest first. */
  readonly nodes: readonly number[];
  readonly quantity: number;
  /** Units of it that no set of nodes can ship. */
  readonly short: number;
}

interface Child {
  readonly bound: number;
  readonly unfilledBound: number;
  apply(): void;
  undo(): void;
  next(): void;
}

/**
 * Depth-first branch and bound over lines: each line's units are given to nodes, whole or split, or left unfilled; each partial plan
 * is bounded by dual ascent over the facility-location relaxation of what is left, and left when it cannot win. Exact: complete
 * plans are priced by `priceLoad`, and a branch is cut only where its bound exceeds the best plan.
 *
 * A step is one bounded partial plan or one priced plan; `problem.effort` is the most that are taken.
 */
export function search(
  problem: Problem,
  options: { readonly without?: number; readonly mustUse?: number } = {},
): SearchResult {
  return new Search(problem, options).run();
}

class Search {
  private readonly relaxed: readonly NodeRelaxation[];
  private readonly items: readonly Item[];
  private readonly loads: number[][];
  private readonly used: number[][];
  private readonly units: number[];
  private readonly unfilled: number[];
  private openCount = 0;
  private best: Plan | null = null;
  private steps = 0;
  private complete = true;
  private openBound = Number.POSITIVE_INFINITY;
  private openUnfilled = Number.POSITIVE_INFINITY;

  constructor(
    private readonly problem: Problem,
    private readonly options: { readonly without?: number; readonly mustUse?: number },
  ) {
    this.relaxed = problem.nodes.map((node) => relax(problem, node));
    this.loads = problem.nodes.map(() => problem.lines.map(() => 0));
    this.used = problem.nodes.map(() => problem.skus.map(() => 0));
    this.units = problem.nodes.map(() => 0);
    this.unfilled = problem.lines.map(() => 0);
    this.items = this.makeItems();
  }

  run(): SearchResult {
    const lost = this.problem.unfilled === 'forbid' && this.items.some((item) => item.short > 0);
    if (!lost) this.place(0);
    const best = this.best;
    return {
      best,
      complete: this.complete,
      lowerBound: best ? Math.min(best.objective, this.openBound) : this.openBound,
      unfilledLowerBound: best ? Math.min(best.unfilledCompared, this.openUnfilled) : this.openUnfilled,
      steps: this.steps,
    };
  }

  private makeItems(): Item[] {
    const groups = new Map<string, number[]>();
    const singles: number[][] = [];
    this.problem.lines.forEach((line, index) => {
      if (line.group === null) singles.push([index]);
      else groups.set(line.group, [...(groups.get(line.group) ?? []), index]);
    });
    const items = [
      ...[...groups.values()].map((lines) => this.makeItem(lines, true)),
      ...singles.map((lines) => this.makeItem(lines, false)),
    ];
    // The fewest choices first, then the dearest: its regret cuts most.
    const weight = (item: Item) =>
      item.lines.reduce(
        (sum, index) => sum + (this.problem.lines[index]?.unitPrice ?? 0) * (this.problem.lines[index]?.quantity ?? 0),
        0,
      );
    return items.sort(
      (a, b) => a.nodes.length - b.nodes.length || weight(b) - weight(a) || (a.lines[0] ?? 0) - (b.lines[0] ?? 0),
    );
  }

  private makeItem(lines: readonly number[], group: boolean): Item {
    const { problem } = this;
    const quantity = lines.reduce((sum, index) => sum + (problem.lines[index]?.quantity ?? 0), 0);
    const costAt = (node: number) =>
      lines.reduce(
        (sum, index) =>
          sum + (this.relaxed[node]?.unit[index] ?? Number.POSITIVE_INFINITY) * (problem.lines[index]?.quantity ?? 0),
        0,
      );
    const nodes = problem.nodes
      .map((node) => node.index)
      .filter(
        (node) =>
          node !== this.options.without &&
          Number.isFinite(costAt(node)) &&
          (!group || this.room(node, lines[0] ?? 0) > 0),
      )
      .sort(
        (a, b) => costAt(a) + (this.relaxed[a]?.opening ?? 0) - costAt(b) - (this.relaxed[b]?.opening ?? 0) || a - b,
      );
    const reach = nodes.reduce((sum, node) => sum + Math.min(quantity, this.room(node, lines[0] ?? 0)), 0);
    return {
      lines,
      group,
      nodes,
      quantity,
      short: group ? (nodes.length > 0 ? 0 : quantity) : Math.max(0, quantity - reach),
    };
  }

  /** Units of a line that a node could still take, by stock and capacity. */
  private room(node: number, line: number): number {
    const sku = this.problem.lines[line]?.sku ?? 0;
    const available = this.problem.nodes[node]?.offers[sku]?.available ?? 0;
    return Math.min(
      available - (this.used[node]?.[sku] ?? 0),
      (this.problem.nodes[node]?.remainingUnits ?? 0) - (this.units[node] ?? 0),
    );
  }

  /** Places the item `k` and all after it. */
  private place(k: number): void {
    const item = this.items[k];
    if (!item) {
      this.finish();
      return;
    }
    if (item.group) this.placeGroup(k, item);
    else this.placeLine(k, item, 0, item.quantity, 0);
  }

  private placeGroup(k: number, item: Item): void {
    const children: (Child | null)[] = item.nodes.map((node) =>
      this.child(
        k + 1,
        null,
        (sign) => {
          for (const line of item.lines) this.load(node, line, sign * (this.problem.lines[line]?.quantity ?? 0));
        },
        () => item.lines.every((line) => this.room(node, line) >= 0),
        () => this.place(k + 1),
      ),
    );
    if (this.problem.unfilled !== 'forbid') {
      children.push(
        this.child(
          k + 1,
          null,
          (sign) => {
            for (const line of item.lines)
              this.unfilled[line] = (this.unfilled[line] ?? 0) + sign * (this.problem.lines[line]?.quantity ?? 0);
          },
          () => true,
          () => this.place(k + 1),
        ),
      );
    }
    this.explore(children);
  }

  /** Gives the `rest` of a line to nodes from position `from` on, or leaves it. `parts`: shipments that have some of it. */
  private placeLine(k: number, item: Item, from: number, rest: number, parts: number): void {
    const { problem } = this;
    const index = item.lines[0] ?? 0;
    const line = problem.lines[index];
    if (!line) return;
    const children: (Child | null)[] = [];
    const mayLeave = problem.unfilled !== 'forbid' && (line.partial || rest === item.quantity);
    if (problem.splitLines || parts === 0) {
      const alone = problem.lines.every((other, at) => at === index || other.sku !== line.sku);
      for (let position = from; position < item.nodes.length; position += 1) {
        const node = item.nodes[position] ?? 0;
        const offer = problem.nodes[node]?.offers[line.sku];
        if (!offer) continue;
        const most = Math.min(rest, this.room(node, index));
        const later = mayLeave ? UNLIMITED : this.reachAfter(item, index, position);
        for (let amount = most; amount >= 1; amount -= 1) {
          const left = rest - amount;
          if (left > 0 && !mayLeave && (!problem.splitLines || left > later)) break;
          if (
            left > 0 &&
            problem.unfilled !== 'forbid' &&
            !line.partial &&
            left > this.reachAfter(item, index, position)
          )
            break;
          // Where no other line sells this SKU, its quantity in the shipment is final.
          if (alone && (amount < offer.minimum || amount % offer.multiple !== 0)) continue;
          const rests = left > 0 ? { item, from: position + 1, rest: left } : null;
          children.push(
            this.child(
              k + 1,
              rests,
              (sign) => this.load(node, index, sign * amount),
              () => true,
              () => (left > 0 ? this.placeLine(k, item, position + 1, left, parts + 1) : this.place(k + 1)),
            ),
          );
        }
      }
    }
    if (mayLeave) {
      children.push(
        this.child(
          k + 1,
          null,
          (sign) => {
            this.unfilled[index] = (this.unfilled[index] ?? 0) + sign * rest;
          },
          () => true,
          () => this.place(k + 1),
        ),
      );
    }
    this.explore(children);
  }

  private reachAfter(item: Item, line: number, position: number): number {
    let reach = 0;
    for (let at = position + 1; at < item.nodes.length; at += 1)
      reach += Math.max(0, this.room(item.nodes[at] ?? 0, line));
    return reach;
  }

  private load(node: number, line: number, quantity: number): void {
    const sku = this.problem.lines[line]?.sku ?? 0;
    const before = this.units[node] ?? 0;
    const [loads, used] = [this.loads[node], this.used[node]];
    if (!loads || !used) return;
    loads[line] = (loads[line] ?? 0) + quantity;
    used[sku] = (used[sku] ?? 0) + quantity;
    this.units[node] = before + quantity;
    if (before === 0) this.openCount += 1;
    if (this.units[node] === 0) this.openCount -= 1;
  }

  /** Tries one choice and bounds what follows; null where it breaks a limit or cannot win. */
  private child(
    k: number,
    rests: { item: Item; from: number; rest: number } | null,
    move: (sign: 1 | -1) => void,
    holds: () => boolean,
    next: () => void,
  ): Child | null {
    move(1);
    let child: Child | null = null;
    if (this.openCount <= this.problem.maxShipments && holds()) {
      this.steps += 1;
      const unfilledBound = this.unfilledAtLeast(k);
      const bound = this.boundFrom(k, rests, unfilledBound);
      if (Number.isFinite(bound)) child = { bound, unfilledBound, apply: () => move(1), undo: () => move(-1), next };
    }
    move(-1);
    return child;
  }

  private explore(found: readonly (Child | null)[]): void {
    const children = found.filter((child) => child !== null);
    const allow = this.problem.unfilled === 'allow';
    children.sort((a, b) => (allow ? a.unfilledBound - b.unfilledBound : 0) || a.bound - b.bound);
    for (const child of children) {
      if (!this.mayWin(child)) continue;
      if (this.steps >= this.problem.effort) {
        this.complete = false;
        this.openUnfilled = Math.min(this.openUnfilled, child.unfilledBound);
        this.openBound = Math.min(this.openBound, child.bound);
        continue;
      }
      child.apply();
      child.next();
      child.undo();
    }
  }

  private mayWin(child: Child): boolean {
    const { best } = this;
    if (!best) return true;
    if (this.problem.unfilled === 'allow') {
      if (child.unfilledBound !== best.unfilledCompared) return child.unfilledBound < best.unfilledCompared;
    }
    return child.bound <= best.objective;
  }

  private unfilledAtLeast(k: number): number {
    let sum = this.comparedValue(this.unfilled);
    for (let at = k; at < this.items.length; at += 1) {
      const item = this.items[at];
      if (!item || item.short === 0) continue;
      for (const index of item.lines) {
        const line = this.problem.lines[index];
        if (line) sum += Math.max(1, line.unitPrice) * (item.group || !line.partial ? line.quantity : item.short);
      }
    }
    return sum;
  }

  private comparedValue(unfilled: Load): number {
    return this.problem.lines.reduce(
      (sum, line, index) => sum + Math.max(1, line.unitPrice) * (unfilled[index] ?? 0),
      0,
    );
  }

  /** No complete plan that starts like this one costs less. Infinity where none exists. */
  private boundFrom(
    k: number,
    rests: { item: Item; from: number; rest: number } | null,
    unfilledBound: number,
  ): number {
    const { problem } = this;
    let base = problem.shipmentPenalty * Math.max(0, this.openCount - 1);
    for (const node of problem.nodes) if ((this.units[node.index] ?? 0) > 0) base += this.openedAtLeast(node.index);
    const left = problem.unfilled === 'cost' ? this.unfilledCost(this.unfilled, 'down') : 0;
    base += left;
    if (!Number.isFinite(base)) return base;

    const demands: { item: Item; from: number; share: number }[] = [];
    if (rests) demands.push({ item: rests.item, from: rests.from, share: rests.rest });
    for (let at = k; at < this.items.length; at += 1) {
      const item = this.items[at];
      if (item) demands.push({ item, from: 0, share: item.quantity });
    }
    if (demands.length === 0) return base;
    // Leaving units is free where it is allowed, but only as far as the best plan leaves some.
    const spare = problem.unfilled !== 'allow' ? 0 : this.best ? this.best.unfilledCompared - unfilledBound : UNLIMITED;
    const opening: number[] = [];
    const canOpen = this.openCount < problem.maxShipments;
    for (const node of problem.nodes) {
      const isOpen = (this.units[node.index] ?? 0) > 0;
      let cost = isOpen
        ? 0
        : canOpen && node.index !== this.options.without
          ? (this.relaxed[node.index]?.opening ?? 0) + problem.shipmentPenalty
          : Number.POSITIVE_INFINITY;
      if (cost < 0) {
        base += cost;
        cost = 0;
      }
      opening.push(cost);
    }
    if (this.openCount === 0) base -= problem.shipmentPenalty;
    const costs = demands.map(({ item, from, share }) => {
      const row = problem.nodes.map(() => Number.POSITIVE_INFINITY);
      for (let position = from; position < item.nodes.length; position += 1) {
        const node = item.nodes[position] ?? 0;
        if (Number.isFinite(opening[node]) && this.room(node, item.lines[0] ?? 0) > 0)
          row[node] = this.serveAtLeast(item, node, share);
      }
      row.push(this.leaveAtLeast(item, share, spare));
      return row;
    });
    return base + dualAscent(costs, [...opening, 0]);
  }

  private openedAtLeast(node: number): number {
    const relaxed = this.relaxed[node];
    if (!relaxed) return Number.POSITIVE_INFINITY;
    let cost = relaxed.fixed;
    let grams = 0;
    let volume = 0;
    this.problem.lines.forEach((line, index) => {
      const quantity = this.loads[node]?.[index] ?? 0;
      if (quantity === 0) return;
      cost += (relaxed.unit[index] ?? 0) * quantity;
      grams += line.grams * quantity;
      volume += line.volume * quantity;
    });
    return cost + relaxed.freightAtLeast(grams, volume, this.units[node] ?? 0);
  }

  private serveAtLeast(item: Item, node: number, share: number): number {
    const relaxed = this.relaxed[node];
    const isOpen = (this.units[node] ?? 0) > 0;
    let cost = 0;
    for (const index of item.lines) {
      const quantity = item.group ? (this.problem.lines[index]?.quantity ?? 0) : share;
      const freight = isOpen ? 0 : (relaxed?.freightPerUnit[index] ?? 0);
      cost += (relaxed?.unit[index] ?? Number.POSITIVE_INFINITY) * quantity + Math.floor(freight * quantity);
    }
    return cost;
  }

  private leaveAtLeast(item: Item, share: number, spare: number): number {
    if (this.problem.unfilled === 'forbid') return Number.POSITIVE_INFINITY;
    if (this.problem.unfilled === 'allow') return spare > 0 || item.short > 0 ? 0 : Number.POSITIVE_INFINITY;
    const unfilled = this.problem.lines.map(() => 0);
    for (const index of item.lines) unfilled[index] = item.group ? (this.problem.lines[index]?.quantity ?? 0) : share;
    return this.unfilledCost(unfilled, 'down');
  }

  private unfilledValue(unfilled: Load): number {
    return this.problem.lines.reduce((sum, line, index) => sum + line.unitPrice * (unfilled[index] ?? 0), 0);
  }

  private unfilledCost(unfilled: Load, rounding: 'down' | 'half up'): number {
    const value = this.unfilledValue(unfilled);
    if (rounding === 'half up') return halfUp(value, this.problem.unfilledWeight, 10_000);
    return Number((BigInt(value) * BigInt(this.problem.unfilledWeight)) / 10_000n);
  }

  /** Prices a complete plan and keeps it where it is the best. */
  private finish(): void {
    this.steps += 1;
    if (this.options.mustUse !== undefined && (this.units[this.options.mustUse] ?? 0) === 0) return;
    const plan = planOf(
      this.problem,
      this.loads.flatMap((load, node) => ((this.units[node] ?? 0) > 0 ? [{ node, load: [...load] }] : [])),
    );
    if (plan && (!this.best || comparePlans(this.problem, plan, this.best) < 0)) this.best = plan;
  }
}
