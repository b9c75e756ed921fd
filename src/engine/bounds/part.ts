import type { ProblemOffer } from '../problem.js';
import type { Group, GroupSums } from './group.js';

/** What an option adds to a load, in this order in a part's `first` and `step`; amounts in 1/10000. */
export const MONEY = 0;
export const GOODS = 1;
export const DUTY = 2;
export const VALUE = 3;
export const UNITS = 4;
export const GRAMS = 5;
export const VOLUME = 6;
export const SUMS = 7;

/**
 * The ways to ship some of a group's items, listed as runs: in a run each option has a fixed number of pieces more than the one before, and
 * adds as much to every sum.
 */
export interface Part {
  readonly items: readonly number[];
  readonly runs: number;
  /** Options in each run. */
  readonly counts: Int32Array;
  /** Pieces per item of a run's first option, and what each next one has more; `items.length` a run. */
  readonly takes: Int32Array;
  readonly takeSteps: Int32Array;
  /** Sums of a run's first option, and what each next one adds; `SUMS` a run. */
  readonly first: Float64Array;
  readonly step: Float64Array;
  /** Per run: one bit for each service that carries it in time. */
  readonly carriers: Int32Array;
  /** Cost of being late, per run and service; null where nothing can be late. */
  readonly late: Float64Array | null;
  /** No option adds more to the sums. */
  readonly most: Float64Array;
}

/** All options of a group with at least `lows` and at most `highs` pieces of its members. */
export function partOf(group: Group, lows: readonly number[], highs: readonly number[]): Part {
  const runs = new Runs();
  listFrom(group, runs, 0, lows, highs);
  return runs.part(group.members);
}

/** Runs that `partOf` would look at. */
export function runsAtMost(group: Group, lows: readonly number[], highs: readonly number[]): number {
  const last = group.members.length - 1;
  let runs = 1;
  for (let m = 0; m < last; m += 1) runs *= 1 + (highs[m] as number) - (lows[m] as number);
  const options = 1 + (highs[last] as number) - (lows[last] as number);
  if (group.item(last).whole) return runs * options;
  return runs * Math.min(options, 1 + (group.offers[group.skuOf(last)]?.costs.length ?? 0));
}

function listFrom(group: Group, runs: Runs, m: number, lows: readonly number[], highs: readonly number[]): void {
  const low = lows[m] as number;
  const high = highs[m] as number;
  const last = m === group.members.length - 1;
  if (last && !group.item(m).whole) {
    addTotals(group, runs, m, low, high);
    return;
  }
  for (let count = low; count <= high; count += 1) {
    group.put(m, count);
    if (last) addHeld(group, runs, 1, 0, 0);
    else listFrom(group, runs, m + 1, lows, highs);
  }
  group.put(m, 0);
}

/** Runs of a part, as they are found. */
export class Runs {
  private readonly counts: number[] = [];
  private readonly takes: number[] = [];
  private readonly takeSteps: number[] = [];
  private readonly first: number[] = [];
  private readonly step: number[] = [];
  private readonly carriers: number[] = [];
  private readonly late: number[] = [];
  private readonly most = new Float64Array(SUMS);

  get count(): number {
    return this.counts.length;
  }

  /** Adds a run of which the first option takes and adds up to so much, and each next one has `more` pieces of item `m` and adds `step`. */
  push(
    options: number,
    takes: readonly number[],
    m: number,
    more: number,
    { sums, carriers, late }: GroupSums,
    step: readonly number[],
  ): void {
    const steps = options > 1 ? 1 : 0;
    this.counts.push(options);
    this.takes.push(...takes);
    for (let at = 0; at < takes.length; at += 1) this.takeSteps.push(at === m ? more * steps : 0);
    this.first.push(...sums);
    for (let at = 0; at < SUMS; at += 1) {
      const first = sums[at] as number;
      const each = (step[at] as number) * steps;
      this.step.push(each);
      this.most[at] = Math.max(this.most[at] as number, first, first + each * (options - 1));
    }
    this.carriers.push(carriers);
    this.late.push(...late);
  }

  part(items: readonly number[]): Part {
    return {
      items,
      runs: this.counts.length,
      counts: new Int32Array(this.counts),
      takes: new Int32Array(this.takes),
      takeSteps: new Int32Array(this.takeSteps),
      first: new Float64Array(this.first),
      step: new Float64Array(this.step),
      carriers: new Int32Array(this.carriers),
      late: this.late.some((cost) => cost > 0) ? new Float64Array(this.late) : null,
      most: this.most,
    };
  }
}

/** Adds the options with `low` to `high` pieces of a line, all else as the group holds it: a run for each price that its SKU's total can have. */
function addTotals(group: Group, runs: Runs, m: number, low: number, high: number): void {
  const s = group.skuOf(m);
  const offer = group.offers[s] as ProblemOffer;
  group.put(m, 0);
  if (low === 0) addHeld(group, runs, 1, 0, 0);
  const before = group.perSku[s] as number;
  const most = Math.min(high, offer.available - before);
  const { multiple } = offer;
  for (let at = 0; at < offer.costs.length; at += 1) {
    const from = offer.costs[at]?.from ?? 1;
    const below = offer.costs[at + 1]?.from ?? Number.POSITIVE_INFINITY;
    // Totals of the run: multiples from the greatest of bracket, minimum and one piece, to the end of bracket and stock.
    const least = Math.max(from, offer.minimum, before + Math.max(1, low));
    const start = Math.ceil(least / multiple) * multiple;
    const end = Math.min(below - 1, before + most);
    if (start > end) continue;
    group.put(m, start - before);
    addHeld(group, runs, Math.floor((end - start) / multiple) + 1, m, multiple);
  }
  group.put(m, 0);
}

/** Adds a run that starts with what the group holds, and grows by `more` pieces of member `m`; nothing where that breaks a rule. */
export function addHeld(group: Group, runs: Runs, options: number, m: number, more: number): void {
  const from = group.sums();
  if (!from) return;
  const room = group.node.remainingUnits - (from.sums[UNITS] as number);
  const count = more > 0 ? Math.min(options, Math.floor(room / more) + 1) : options;
  if (count === 1) {
    runs.push(1, group.take, m, 0, from, from.sums);
    return;
  }
  const start = group.take[m] as number;
  group.put(m, start + more);
  const next = group.sums() as GroupSums;
  group.put(m, start);
  const step = next.sums.map((sum, at) => sum - (from.sums[at] as number));
  runs.push(count, group.take, m, more, from, step);
}
