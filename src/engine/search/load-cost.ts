import { DUTY, GOODS, GRAMS, MONEY, type Part, SUMS, UNITS, VALUE, VOLUME } from '../bounds/part.js';
import type { Shipper } from '../bounds/shipper.js';
import type { Wide } from '../bounds/wide.js';
import { chargeable, freightOf, surchargesOf } from '../cost.js';
import type { ProblemService } from '../problem.js';

/**
 * What loads of one shipper cost, in 1/10000, by how many pieces of one item they hold and all else as it stands. Meant for very many
 * small changes: what does not change is added up once.
 */
export class LoadCost {
  /** Pieces per item that the load holds now. */
  readonly takes: Int32Array;
  /** Per item: position of its part, or of its wide group behind the parts. */
  private readonly groupOf: Int32Array;
  private readonly groups: number;
  private readonly rest = new Float64Array(SUMS);
  private readonly restLate: Float64Array;
  private restCarriers = -1;
  private group = -1;
  private item = 0;
  // What a group's pieces were measured to add: sums, services, and where what being late costs with each begins.
  private readonly added = new Float64Array(SUMS);
  private carriers = 0;
  private late: ArrayLike<number> | null = null;
  private lateFrom = 0;

  constructor(
    readonly shipper: Shipper,
    width: number,
  ) {
    const { parts, wide, services } = shipper;
    this.takes = new Int32Array(width);
    this.groupOf = new Int32Array(width).fill(-1);
    this.restLate = new Float64Array(services.length);
    this.groups = parts.length + wide.length;
    for (const [k, { items }] of [...parts, ...wide].entries()) for (const item of items) this.groupOf[item] = k;
  }

  offers(item: number): boolean {
    return (this.groupOf[item] as number) >= 0;
  }

  /** The options with an item; of a wide group, those of the item alone. */
  partWith(item: number): Part | undefined {
    const { parts, wide } = this.shipper;
    const k = this.groupOf[item] as number;
    const group = wide[k - parts.length];
    return group ? group.lone[group.items.indexOf(item)] : parts[k];
  }

  /** Adds up all but the group with an item, so that `at` need not. False where what else is held is no option. */
  focus(item: number): boolean {
    const { rest, restLate } = this;
    const own = this.groupOf[item] as number;
    this.item = item;
    this.group = own;
    rest.fill(0);
    restLate.fill(0);
    this.restCarriers = -1;
    for (let k = 0; k < this.groups; k += 1) {
      if (k === own || !this.holds(k)) continue;
      if (!this.measure(k)) return false;
      this.restCarriers &= this.carriers;
      for (let at = 0; at < SUMS; at += 1) rest[at] = (rest[at] as number) + (this.added[at] as number);
      if (this.late)
        for (let s = 0; s < restLate.length; s += 1)
          restLate[s] = Math.max(restLate[s] as number, this.late[this.lateFrom + s] as number);
    }
    return true;
  }

  /** What the load costs with so many pieces of the item in focus; Infinity where no service takes it, 0 where it is empty. */
  at(pieces: number): number {
    const { group, rest, restLate, shipper, takes, item } = this;
    const before = takes[item] as number;
    let carriers = this.restCarriers;
    const sums = this.sums;
    sums.set(rest);
    takes[item] = pieces;
    const holds = group >= 0 && this.holds(group);
    const isOption = !holds || this.measure(group);
    takes[item] = before;
    if (!isOption) return Number.POSITIVE_INFINITY;
    if (holds) {
      carriers &= this.carriers;
      for (let at = 0; at < SUMS; at += 1) sums[at] = (sums[at] as number) + (this.added[at] as number);
    }
    if (sums[UNITS] === 0) return 0;
    const { node, services } = shipper;
    if ((sums[UNITS] as number) > node.remainingUnits) return Number.POSITIVE_INFINITY;
    let own = node.orderFee + node.failureCost + node.adjustment + (sums[MONEY] as number);
    if (node.minimumOrderValue !== null && (sums[GOODS] as number) < node.minimumOrderValue) {
      if (node.smallOrderFee === null) return Number.POSITIVE_INFINITY;
      own += node.smallOrderFee;
    }
    const dutied = node.dutyFreeUpTo === null || (sums[VALUE] as number) > node.dutyFreeUpTo;
    if (dutied && (sums[DUTY] as number) > 0) own += (sums[DUTY] as number) + node.clearanceFee;
    let least = Number.POSITIVE_INFINITY;
    for (let s = 0; s < services.length; s += 1) {
      if ((carriers & (1 << s)) === 0) continue;
      let late = restLate[s] as number;
      if (holds && this.late) late = Math.max(late, this.late[this.lateFrom + s] as number);
      if (late >= least) continue;
      least = Math.min(least, late + this.freight(services[s] as ProblemService));
    }
    return own + least;
  }

  private readonly sums = new Float64Array(SUMS);
  private run = 0;

  private freight(service: ProblemService): number {
    const { sums } = this;
    const measure =
      service.basis === 'goods'
        ? (sums[GOODS] as number)
        : service.basis === 'units'
          ? (sums[UNITS] as number)
          : chargeable(sums[GRAMS] as number, sums[VOLUME] as number, service.divisor);
    const freight = freightOf(service, measure);
    return freight === null ? Number.POSITIVE_INFINITY : freight + surchargesOf(service, freight);
  }

  private holds(k: number): boolean {
    const { parts, wide } = this.shipper;
    const { items } = (parts[k] ?? wide[k - parts.length]) as Part | Wide;
    for (let m = 0; m < items.length; m += 1) if ((this.takes[items[m] as number] as number) > 0) return true;
    return false;
  }

  /** Finds what the pieces of a group add; false where they are no option. */
  private measure(k: number): boolean {
    const { parts, wide, services } = this.shipper;
    const part = parts[k];
    if (!part) {
      const found = (wide[k - parts.length] as Wide).sumsOf(this.takes);
      if (!found) return false;
      this.added.set(found.sums);
      this.carriers = found.carriers;
      this.late = found.late;
      this.lateFrom = 0;
      return true;
    }
    const option = this.optionOf(part);
    if (option < 0) return false;
    const { run, added } = this;
    const first = run * SUMS;
    for (let at = 0; at < SUMS; at += 1)
      added[at] = (part.first[first + at] as number) + (part.step[first + at] as number) * option;
    this.carriers = part.carriers[run] as number;
    this.late = part.late;
    this.lateFrom = run * services.length;
    return true;
  }

  /** The option of a part that holds just what the load does, its run in `run`; -1 where there is none. */
  private optionOf(part: Part): number {
    const { items, takes, takeSteps, counts, runs } = part;
    const span = items.length;
    next: for (let run = 0; run < runs; run += 1) {
      let option = -1;
      for (let m = 0; m < span; m += 1) {
        const over = (this.takes[items[m] as number] as number) - (takes[run * span + m] as number);
        const step = takeSteps[run * span + m] as number;
        if (step === 0) {
          if (over !== 0) continue next;
          continue;
        }
        if (over < 0 || over % step !== 0 || over / step >= (counts[run] as number)) continue next;
        option = over / step;
      }
      this.run = run;
      return Math.max(0, option);
    }
    return -1;
  }
}
