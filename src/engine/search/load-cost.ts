import { DUTY, GOODS, GRAMS, MONEY, type Part, SUMS, UNITS, VALUE, VOLUME } from '../bounds/part.js';
import type { Shipper } from '../bounds/shipper.js';
import { chargeable, freightOf, surchargesOf } from '../cost.js';
import type { ProblemService } from '../problem.js';

/**
 * What loads of one shipper cost, in 1/10000, by how many pieces of one item they hold and all else as it stands. Meant for very many
 * small changes: what does not change is added up once.
 */
export class LoadCost {
  /** Pieces per item that the load holds now. */
  readonly takes: Int32Array;
  private readonly partOf: Int32Array;
  private readonly rest = new Float64Array(SUMS);
  private readonly restLate: Float64Array;
  private restCarriers = -1;
  private part: Part | null = null;
  private item = 0;

  constructor(
    readonly shipper: Shipper,
    width: number,
  ) {
    this.takes = new Int32Array(width);
    this.partOf = new Int32Array(width).fill(-1);
    this.restLate = new Float64Array(shipper.services.length);
    for (const [k, part] of shipper.parts.entries()) for (const item of part.items) this.partOf[item] = k;
  }

  offers(item: number): boolean {
    return (this.partOf[item] as number) >= 0;
  }

  partWith(item: number): Part | undefined {
    return this.shipper.parts[this.partOf[item] as number];
  }

  /** Adds up all but the part with an item, so that `at` need not. False where what else is held is no option. */
  focus(item: number): boolean {
    const { shipper, rest, restLate } = this;
    const own = this.partOf[item] as number;
    this.item = item;
    this.part = shipper.parts[own] ?? null;
    rest.fill(0);
    restLate.fill(0);
    this.restCarriers = -1;
    for (let k = 0; k < shipper.parts.length; k += 1) {
      if (k === own) continue;
      const part = shipper.parts[k] as Part;
      if (!this.holds(part)) continue;
      const found = this.optionOf(part);
      if (found < 0) return false;
      this.addTo(rest, part, found);
      this.restCarriers &= part.carriers[this.run] as number;
      if (part.late)
        for (let s = 0; s < restLate.length; s += 1)
          restLate[s] = Math.max(restLate[s] as number, part.late[this.run * restLate.length + s] as number);
    }
    return true;
  }

  /** What the load costs with so many pieces of the item in focus; Infinity where no service takes it, 0 where it is empty. */
  at(pieces: number): number {
    const { part, rest, restLate, shipper, takes, item } = this;
    const before = takes[item] as number;
    takes[item] = pieces;
    let carriers = this.restCarriers;
    const sums = this.sums;
    sums.set(rest);
    let run = -1;
    if (part && this.holds(part)) {
      const option = this.optionOf(part);
      takes[item] = before;
      if (option < 0) return Number.POSITIVE_INFINITY;
      run = this.run;
      carriers &= part.carriers[run] as number;
      this.addTo(sums, part, option);
    } else takes[item] = before;
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
      if (run >= 0 && part?.late) late = Math.max(late, part.late[run * services.length + s] as number);
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

  private holds(part: Part): boolean {
    const { items } = part;
    for (let m = 0; m < items.length; m += 1) if ((this.takes[items[m] as number] as number) > 0) return true;
    return false;
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

  private addTo(sums: Float64Array, part: Part, option: number): void {
    const first = this.run * SUMS;
    for (let at = 0; at < SUMS; at += 1)
      sums[at] = (sums[at] as number) + (part.first[first + at] as number) + (part.step[first + at] as number) * option;
  }
}
