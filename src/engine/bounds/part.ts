import { latenessOf, unitCostAt } from '../cost.js';
import type { Item } from '../loads/items.js';
import type { Problem, ProblemNode, ProblemOffer, ProblemService } from '../problem.js';

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
 * Items of a node that share a SKU, and so its price breaks, minimum and pack size; usually one item alone. The ways to ship some of them
 * are listed as runs: in a run each option has a fixed number of pieces more than the one before, and adds as much to every sum.
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

/** The part that some items make at a node; `pieces`: the most of each item that the node has. */
export function partOf(
  problem: Problem,
  node: ProblemNode,
  items: readonly Item[],
  services: readonly ProblemService[],
  members: readonly number[],
  pieces: readonly number[],
): Part {
  return new PartMaker(problem, node, items, services, members, pieces).make();
}

class PartMaker {
  private readonly members: readonly number[];
  private readonly take: number[];
  private readonly skus: number[] = [];
  private readonly offers: ProblemOffer[] = [];
  private readonly perSku: number[];
  private readonly carried: number[];
  private readonly counts: number[] = [];
  private readonly takes: number[] = [];
  private readonly takeSteps: number[] = [];
  private readonly first: number[] = [];
  private readonly step: number[] = [];
  private readonly carriers: number[] = [];
  private readonly late: number[] = [];
  private readonly most = new Float64Array(SUMS);

  constructor(
    private readonly problem: Problem,
    private readonly node: ProblemNode,
    private readonly items: readonly Item[],
    private readonly services: readonly ProblemService[],
    members: readonly number[],
    private readonly pieces: readonly number[],
  ) {
    // Kits first: along the last item, which is a line of its own, options run evenly.
    const wholeFirst = [...members].sort((a, b) => Number(items[b]?.whole) - Number(items[a]?.whole) || a - b);
    this.members = wholeFirst;
    for (const at of wholeFirst)
      for (const index of items[at]?.lines ?? []) {
        const sku = problem.lines[index]?.sku ?? 0;
        const offer = node.offers[sku];
        if (this.skus.includes(sku) || !offer) continue;
        this.skus.push(sku);
        this.offers.push(offer);
      }
    this.take = wholeFirst.map(() => 0);
    this.perSku = this.skus.map(() => 0);
    this.carried = wholeFirst.map((at) => carriersOf(problem, services, items[at]));
  }

  make(): Part {
    this.visit(0);
    return {
      items: this.members,
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

  private visit(m: number): void {
    const at = this.members[m] as number;
    const item = this.items[at] as Item;
    const last = m === this.members.length - 1;
    if (last && !item.whole) {
      this.runAlong(m, item);
      return;
    }
    for (let count = 0; count <= (this.pieces[at] as number); count += 1) {
      this.put(m, item, count);
      if (last) this.add(1, 0, 0);
      else this.visit(m + 1);
    }
    this.put(m, item, 0);
  }

  private put(m: number, item: Item, count: number): void {
    const more = count - (this.take[m] as number);
    this.take[m] = count;
    for (const index of item.lines) {
      const line = this.problem.lines[index];
      const s = line ? this.skus.indexOf(line.sku) : -1;
      if (line && s >= 0) this.perSku[s] = (this.perSku[s] as number) + more * (item.whole ? line.quantity : 1);
    }
  }

  /** Adds the runs along the last item: one for each price that its SKU's total can have. */
  private runAlong(m: number, item: Item): void {
    const s = this.skus.indexOf(this.problem.lines[item.lines[0] as number]?.sku ?? 0);
    const offer = this.offers[s] as ProblemOffer;
    this.put(m, item, 0);
    this.add(1, 0, 0);
    const before = this.perSku[s] as number;
    const most = Math.min(this.pieces[this.members[m] as number] as number, offer.available - before);
    const { multiple } = offer;
    for (const [at, { from }] of offer.costs.entries()) {
      const below = offer.costs[at + 1]?.from ?? Number.POSITIVE_INFINITY;
      // Totals of the run: multiples from the greatest of bracket, minimum and one piece, to the end of bracket and stock.
      const least = Math.max(from, offer.minimum, before + 1);
      const start = Math.ceil(least / multiple) * multiple;
      const end = Math.min(below - 1, before + most);
      if (start > end) continue;
      const count = Math.floor((end - start) / multiple) + 1;
      this.put(m, item, start - before);
      this.add(count, m, multiple);
    }
    this.put(m, item, 0);
  }

  /** Adds a run that starts with what is put, and grows by `more` pieces of member `m`; nothing where that breaks a rule. */
  private add(most: number, m: number, more: number): void {
    const from = this.sums();
    if (!from) return;
    const room = this.node.remainingUnits - (from.sums[UNITS] as number);
    const count = more > 0 ? Math.min(most, Math.floor(room / more) + 1) : most;
    this.counts.push(count);
    this.takes.push(...this.take);
    for (let at = 0; at < this.take.length; at += 1) this.takeSteps.push(at === m ? more : 0);
    this.first.push(...from.sums);
    this.carriers.push(from.mask);
    this.late.push(...from.late);
    const ends = [from.sums];
    if (count > 1) {
      const item = this.items[this.members[m] as number] as Item;
      const start = this.take[m] as number;
      this.put(m, item, start + more);
      const next = this.sums() as Sums;
      this.put(m, item, start);
      const steps = next.sums.map((sum, at) => sum - (from.sums[at] as number));
      this.step.push(...steps);
      ends.push(from.sums.map((sum, at) => sum + (steps[at] as number) * (count - 1)));
    } else for (let at = 0; at < SUMS; at += 1) this.step.push(0);
    for (const sums of ends)
      for (let at = 0; at < SUMS; at += 1) this.most[at] = Math.max(this.most[at] as number, sums[at] as number);
  }

  /** Null where what is put is nothing, or nothing that may be shipped. */
  private sums(): Sums | null {
    const { problem, node } = this;
    let [money, goods, duty, value, units, grams, volume] = [0, 0, 0, 0, 0, 0, 0];
    let readyAt = node.readyAt;
    for (let s = 0; s < this.skus.length; s += 1) {
      const quantity = this.perSku[s] as number;
      if (quantity === 0) continue;
      const offer = this.offers[s] as ProblemOffer;
      if (quantity > offer.available || quantity < offer.minimum || quantity % offer.multiple !== 0) return null;
      const cost = unitCostAt(offer.costs, quantity) * quantity;
      goods += cost;
      money += cost + (offer.unitFee + offer.unitReserve + offer.unitAdjustment) * quantity;
      duty += offer.unitDuty * quantity;
      if (offer.readyAt > readyAt) readyAt = offer.readyAt;
    }
    let mask = -1;
    for (let m = 0; m < this.members.length; m += 1) {
      const count = this.take[m] as number;
      if (count === 0) continue;
      mask &= this.carried[m] as number;
      const item = this.items[this.members[m] as number] as Item;
      for (const index of item.lines) {
        const line = problem.lines[index];
        if (!line) continue;
        const quantity = item.whole ? line.quantity : count;
        units += quantity;
        grams += line.grams * quantity;
        volume += line.volume * quantity;
        value += line.unitPrice * quantity;
      }
    }
    if (units === 0 || units > node.remainingUnits) return null;
    const late: number[] = [];
    for (let s = 0; s < this.services.length; s += 1) {
      const cost = latenessOf(problem, readyAt + (this.services[s] as ProblemService).transitMs);
      if (cost === null) mask &= ~(1 << s);
      late.push(cost ?? 0);
    }
    return mask === 0 ? null : { sums: [money, goods, duty, value, units, grams, volume], mask, late };
  }
}

interface Sums {
  readonly sums: readonly number[];
  readonly mask: number;
  readonly late: readonly number[];
}

function carriersOf(problem: Problem, services: readonly ProblemService[], item: Item | undefined): number {
  let mask = 0;
  for (let s = 0; s < services.length; s += 1) {
    const service = services[s] as ProblemService;
    const carries = item?.lines.every((index) => {
      const line = problem.lines[index];
      return line && !service.excludedSkus[line.sku] && !service.excludedTags.some((tag) => line.tags.includes(tag));
    });
    if (carries) mask |= 1 << s;
  }
  return mask;
}
