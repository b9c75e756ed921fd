import { chargeable } from '../cost.js';
import {
  LATE,
  LEAN,
  LOAD_DUTY,
  LOAD_GOODS,
  LOAD_GRAMS,
  LOAD_UNITS,
  LOAD_VALUE,
  LOAD_VOLUME,
  NET,
  PATH,
} from './load-path.js';
import { Outlook } from './outlook.js';
import { DUTY, GOODS, GRAMS, type Part, SUMS, UNITS, VALUE, VOLUME } from './part.js';
import { RoomCurve } from './room-curve.js';
import { fits, sumOf } from './stair-bounds.js';
import type { Emit, Way } from './way.js';
import { WayBounds } from './way-bounds.js';

/** No run: the part ships nothing. */
const NOTHING = -1;

/**
 * Finds the loads of a stair that cost no more than a limit above the worth of their pieces. At the stair's price of room, what an option
 * misses the best of its part by is what a load with it misses the bound of the stair by at least, so most parts have one option left. The
 * others are gone through depth first; what is yet to come is bounded by its own curve in the room that is left. All sums are exact.
 */
export abstract class LoadSearch extends WayBounds {
  protected listing = false;
  protected tried = 0;
  protected triedMost = 0;
  protected emit: Emit = () => {};
  private cut = false;
  /** Where the stair's measure stands in the path. */
  private roomAt = LOAD_UNITS;
  private path = new Float64Array(PATH);
  // Per run: the options that are not ruled out. Per part: whether it may ship nothing, and by how much room its options differ.
  private from = new Int32Array(0);
  private to = new Int32Array(0);
  private idle = new Uint8Array(0);
  private grain = new Float64Array(0);
  /** Parts with more than one option left, and the curves of what begins with each of them. */
  private readonly open: number[] = [];
  private readonly curves: RoomCurve[] = [];
  private readonly outlook = new Outlook();
  private goodsAfter = new Float64Array(1);
  // The ways to go on from each position: run, its most promising option, and its bound.
  private waysOf = 0;
  private wayRun = new Int32Array(0);
  private wayOption = new Int32Array(0);
  private wayBound = new Float64Array(0);

  protected misses(bound: number): boolean {
    return this.listing ? bound > this.limit : bound >= this.limit;
  }

  /** Cuts the search short; for use while it emits. */
  protected halt(): void {
    this.triedMost = 0;
  }

  /** Infinity where it was not cut short, else a bound of the stair's loads; `care` as for `boundWay`. */
  protected tryWay(way: Way, triedMost: number, care: boolean): number {
    this.tried = 0;
    this.triedMost = triedMost;
    this.cut = false;
    const bound = this.boundWay(way, care);
    const { measure } = way.regime;
    this.roomAt = measure === UNITS ? LOAD_UNITS : measure === GRAMS ? LOAD_GRAMS : LOAD_VOLUME;
    this.makePath();
    if (!this.misses(bound) && this.narrow(bound)) this.extend(0, 0);
    this.takes.fill(0);
    this.work += this.tried;
    return this.cut ? Math.max(way.bound, bound) : Number.POSITIVE_INFINITY;
  }

  /** Rules out options that miss the stair's bound by too much, and begins the path with those that are alone; false where no load is within the limit. */
  private narrow(bound: number): boolean {
    const { parts } = this.shipper;
    const { open, path, stair, slope } = this;
    open.length = 0;
    path.fill(0, 0, PATH);
    for (let k = 0; k < parts.length; k += 1) if (!this.settle(k, slope, this.limit - bound)) open.push(k);
    if (!this.isKept(0)) return false;
    open.sort((a, b) => (this.grain[b] as number) - (this.grain[a] as number) || a - b);
    const { curves, goodsAfter } = this;
    while (curves.length <= open.length) curves.push(new RoomCurve());
    let rest = curves[open.length] as RoomCurve;
    rest.reset();
    rest.close();
    goodsAfter[open.length] = 0;
    for (let position = open.length - 1; position >= 0; position -= 1) {
      const k = open[position] as number;
      const curve = curves[position] as RoomCurve;
      curve.reset(rest);
      this.drawEnvelope(k, this.from, this.to, this.idle[k] === 1);
      curve.add(this.envelope);
      curve.close();
      goodsAfter[position] = (goodsAfter[position + 1] as number) + ((parts[k] as Part).most[GOODS] as number);
      rest = curve;
    }
    this.work += parts.length + open.length * 4;
    return !this.misses(this.floor + (path[LEAN] as number) + rest.least(stair.room - (path[this.roomAt] as number)));
  }

  /** Whether the load in the path at `at` keeps to what the stair and the regime allow at most. */
  private isKept(at: number): boolean {
    const { path, stair, regime } = this;
    return (
      (path[at + LOAD_UNITS] as number) <= stair.unitsMost &&
      (path[at + LOAD_GRAMS] as number) <= stair.gramsMost &&
      (path[at + LOAD_VOLUME] as number) <= stair.volumeMost &&
      (path[at + LOAD_VALUE] as number) <= regime.valueMost
    );
  }

  /** Rules out what misses a part's best by so much; true where one option is left, which then is in the path. */
  private settle(k: number, slope: number, over: number): boolean {
    const { from, to, low, top, runBest } = this;
    const part = this.shipper.parts[k] as Part;
    const first = this.start[k] as number;
    const least = this.best[k] as number;
    const isOut = (missed: number) => (this.listing ? missed > over : missed >= over);
    let options = 0;
    let chosen = NOTHING;
    let grain = Number.POSITIVE_INFINITY;
    this.idle[k] = this.must[k] === 0 && !isOut(-least) ? 1 : 0;
    options += this.idle[k] as number;
    for (let r = 0; r < part.runs; r += 1) {
      const run = first + r;
      const missed = (runBest[run] as number) - least;
      from[run] = 0;
      to[run] = -1;
      if (isOut(missed)) continue;
      const sums = r * SUMS;
      const room = part.step[sums + this.regime.measure] as number;
      const step =
        (this.netStep[run] as number) +
        (this.dutied ? this.scale : 0) * (part.step[sums + DUTY] as number) +
        slope * room +
        this.tollOf(part.step, sums);
      // Never one too few, however the quotient is rounded.
      const more = step === 0 ? Number.POSITIVE_INFINITY : Math.floor((over - missed) / Math.abs(step));
      const last = top[run] as number;
      const start = low[run] as number;
      from[run] = step < 0 ? Math.max(start, last - more) : start;
      to[run] = step < 0 ? last : Math.min(last, start + more);
      const count = (to[run] as number) - (from[run] as number) + 1;
      if (count > 1 && room < grain) grain = room;
      options += count;
      chosen = r;
    }
    this.grain[k] = grain;
    if (options > 1) return false;
    if (chosen !== NOTHING) this.step(0, 0, k, chosen, from[first + chosen] as number);
    return true;
  }

  /** Adds an option to the load that stands in the path at `at`; the sum goes to `next`. */
  private step(at: number, next: number, k: number, r: number, j: number): void {
    const { path, regime, shipper } = this;
    const part = shipper.parts[k] as Part;
    const run = (this.start[k] as number) + r;
    const sums = r * SUMS;
    const duty = sumOf(part, sums + DUTY, j);
    const own = (this.net[run] as number) + (this.netStep[run] as number) * j + (this.dutied ? this.scale * duty : 0);
    const units = sumOf(part, sums + UNITS, j);
    const goods = sumOf(part, sums + GOODS, j);
    const late = part.late ? (part.late[r * shipper.services.length + regime.at] as number) : 0;
    this.put(part, r, j);
    path[next + NET] = (path[at + NET] as number) + own;
    path[next + LEAN] =
      (path[at + LEAN] as number) + own + this.tollOf(part.first, sums) + this.tollOf(part.step, sums) * j;
    path[next + LOAD_UNITS] = (path[at + LOAD_UNITS] as number) + units;
    path[next + LOAD_GRAMS] = (path[at + LOAD_GRAMS] as number) + sumOf(part, sums + GRAMS, j);
    path[next + LOAD_VOLUME] = (path[at + LOAD_VOLUME] as number) + sumOf(part, sums + VOLUME, j);
    path[next + LOAD_GOODS] = (path[at + LOAD_GOODS] as number) + goods;
    path[next + LOAD_VALUE] = (path[at + LOAD_VALUE] as number) + sumOf(part, sums + VALUE, j);
    path[next + LOAD_DUTY] = (path[at + LOAD_DUTY] as number) + duty;
    path[next + LATE] = Math.max(path[at + LATE] as number, late);
  }

  /** Goes on from a load in the path at `at`, its open parts before `position` decided, by the most promising way first. */
  private extend(position: number, at: number): void {
    const { open, path, outlook } = this;
    if (position === open.length) {
      if ((path[at + LOAD_UNITS] as number) > 0) this.finish(at);
      return;
    }
    if ((path[at + LOAD_GOODS] as number) + (this.goodsAfter[position] as number) < this.regime.goodsLeast) return;
    const k = open[position] as number;
    const part = this.shipper.parts[k] as Part;
    const first = position * this.waysOf;
    const rest = this.curves[position + 1] as RoomCurve;
    const room = this.stair.room - (path[at + this.roomAt] as number);
    let count = 0;
    for (let r = NOTHING; r < part.runs; r += 1) {
      let option = 0;
      let bound = 0;
      if (r === NOTHING) {
        if (this.idle[k] === 0) continue;
        bound = rest.least(room);
      } else {
        const high = this.highest(at, k, r, rest);
        if (high < (this.from[(this.start[k] as number) + r] as number)) continue;
        this.look(k, r, rest, room);
        option = outlook.mostPromising(high);
        bound = outlook.addsAt(option);
      }
      let to = count;
      for (; to > 0 && (this.wayBound[first + to - 1] as number) > bound; to -= 1) {
        this.wayRun[first + to] = this.wayRun[first + to - 1] as number;
        this.wayOption[first + to] = this.wayOption[first + to - 1] as number;
        this.wayBound[first + to] = this.wayBound[first + to - 1] as number;
      }
      this.wayRun[first + to] = r;
      this.wayOption[first + to] = option;
      this.wayBound[first + to] = bound;
      count += 1;
    }
    this.tried += count;
    const isLast = position + 1 === open.length && !this.listing;
    for (let turn = first; turn < first + count && !this.cut; turn += 1) {
      const r = this.wayRun[turn] as number;
      if (r === NOTHING) {
        this.put(part, NOTHING, 0);
        const bound = this.floor + (path[at + LEAN] as number) + (this.wayBound[turn] as number);
        if (!this.misses(bound)) this.extend(position + 1, at);
      } else if (isLast) this.end(at, k, r);
      else this.goAlong(position, at, k, r, this.wayOption[turn] as number);
    }
    if (!this.cut) this.put(part, NOTHING, 0);
  }

  /** Goes on with the options of a run, from the most promising one up, then down. */
  private goAlong(position: number, at: number, k: number, r: number, start: number): void {
    const rest = this.curves[position + 1] as RoomCurve;
    const room = this.stair.room - (this.path[at + this.roomAt] as number);
    const low = this.from[(this.start[k] as number) + r] as number;
    const high = this.highest(at, k, r, rest);
    const floor = this.floor + (this.path[at + LEAN] as number);
    for (const turn of [1, -1]) {
      for (let j = turn > 0 ? start : start - 1; j >= low && j <= high; j += turn) {
        this.look(k, r, rest, room);
        const bound = floor + this.outlook.addsAt(j);
        this.tried += 1;
        if (this.tried > this.triedMost) this.cut = true;
        if (this.cut) return;
        if (this.misses(bound)) {
          // At the price that room has there, what lies beyond is no better.
          if (this.outlook.risesBy(turn) >= 0) break;
          continue;
        }
        this.step(at, at + PATH, k, r, j);
        this.extend(position + 1, at + PATH);
      }
    }
  }

  /**
   * Completes the load by options of a run, the best by themselves first, until none can be better at the stair's price. The first one need
   * not be on the stair: freight may fall as loads grow.
   */
  private end(at: number, k: number, r: number): void {
    const run = (this.start[k] as number) + r;
    const low = this.from[run] as number;
    const high = this.highest(at, k, r, this.curves[this.open.length] as RoomCurve);
    const part = this.shipper.parts[k] as Part;
    const own = (this.netStep[run] as number) + (this.dutied ? this.scale : 0) * (part.step[r * SUMS + DUTY] as number);
    const least = this.base + (this.free ? 0 : this.stair.price);
    const turn = own < 0 ? -1 : 1;
    for (let j = own < 0 ? high : low; j >= low && j <= high; j += turn) {
      this.tried += 1;
      if (this.tried > this.triedMost) this.cut = true;
      if (this.cut) return;
      this.step(at, at + PATH, k, r, j);
      if (this.misses(least + (this.path[at + PATH + NET] as number))) return;
      this.finish(at + PATH);
    }
  }

  private look(k: number, r: number, rest: RoomCurve, room: number): void {
    const part = this.shipper.parts[k] as Part;
    const run = (this.start[k] as number) + r;
    const sums = r * SUMS;
    const duty = this.dutied ? this.scale : 0;
    const { measure } = this.regime;
    const { outlook } = this;
    outlook.rest = rest;
    outlook.low = this.from[run] as number;
    outlook.net =
      (this.net[run] as number) + duty * (part.first[sums + DUTY] as number) + this.tollOf(part.first, sums);
    outlook.netEach =
      (this.netStep[run] as number) + duty * (part.step[sums + DUTY] as number) + this.tollOf(part.step, sums);
    outlook.room = room - (part.first[sums + measure] as number);
    outlook.roomEach = part.step[sums + measure] as number;
  }

  /** The last option of a run for which a load has room, whatever follows. */
  private highest(at: number, k: number, r: number, rest: RoomCurve): number {
    const { path, stair, regime } = this;
    const part = this.shipper.parts[k] as Part;
    const sums = r * SUMS;
    let high = this.to[(this.start[k] as number) + r] as number;
    high = fits(high, part, sums + UNITS, stair.unitsMost - (path[at + LOAD_UNITS] as number));
    high = fits(high, part, sums + GRAMS, stair.gramsMost - (path[at + LOAD_GRAMS] as number));
    high = fits(high, part, sums + VOLUME, stair.volumeMost - (path[at + LOAD_VOLUME] as number));
    high = fits(high, part, sums + VALUE, regime.valueMost - (path[at + LOAD_VALUE] as number));
    return fits(high, part, sums + regime.measure, stair.room - (path[at + this.roomAt] as number) - rest.leastRoom);
  }

  /** Emits a load that keeps to the regime and costs little enough. */
  private finish(at: number): void {
    const { regime, stair, path } = this;
    const goods = path[at + LOAD_GOODS] as number;
    const late = path[at + LATE] as number;
    const { service } = regime;
    if (
      goods < regime.goodsLeast ||
      goods >= regime.goodsBelow ||
      (path[at + LOAD_VALUE] as number) <= regime.valueAbove
    )
      return;
    // What belongs to another regime or stair may cost less there; a list has it from there.
    if (this.listing && late < regime.late) return;
    let price = stair.price;
    if (service.basis !== 'goods') {
      const measure =
        service.basis === 'units'
          ? (path[at + LOAD_UNITS] as number)
          : chargeable(path[at + LOAD_GRAMS] as number, path[at + LOAD_VOLUME] as number, service.divisor);
      if (measure > stair.upTo) return;
      if (measure <= stair.above) {
        if (this.listing) return;
        price = this.priceOf(measure);
      } else if (!stair.even) price = this.priceOf(measure);
    } else if (!stair.even) price = this.priceOf(goods);
    let own = price + (late - regime.late) * this.scale;
    if (regime.dutiable && (path[at + LOAD_DUTY] as number) > 0) own += regime.clearance * this.scale;
    const reduced = (path[at + NET] as number) + this.base + (this.free ? 0 : own);
    if (this.misses(reduced)) return;
    if (!this.listing) this.limit = reduced;
    this.emit(this.takes, reduced);
  }

  private makePath(): void {
    const { parts } = this.shipper;
    const runs = this.net.length;
    if (this.from.length < runs) {
      this.from = new Int32Array(runs);
      this.to = new Int32Array(runs);
    }
    if (this.idle.length < this.best.length) {
      this.idle = new Uint8Array(this.best.length);
      this.grain = new Float64Array(this.best.length);
      this.goodsAfter = new Float64Array(this.best.length + 1);
      this.path = new Float64Array((this.best.length + 1) * PATH);
    }
    let most = 1;
    for (const part of parts) most = Math.max(most, part.runs + 1);
    this.waysOf = most;
    if (this.wayRun.length < most * parts.length) {
      this.wayRun = new Int32Array(2 * most * parts.length);
      this.wayOption = new Int32Array(2 * most * parts.length);
      this.wayBound = new Float64Array(2 * most * parts.length);
    }
  }
}
