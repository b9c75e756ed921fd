import { chargeable, freightOf, surchargesOf } from '../cost.js';
import type { Effort } from '../effort.js';
import type { Box, Duals } from './box.js';
import { DUTY, GOODS, GRAMS, type Part, SUMS, UNITS, VALUE, VOLUME } from './part.js';
import type { Regime, Stair } from './regime.js';
import type { Shipper } from './shipper.js';
import { Slacks } from './slack.js';
import { fits, StairBounds, sumOf } from './stair-bounds.js';

/** Receives a load: pieces per item (to be copied) and reduced cost. */
export type Emit = (takes: Int32Array, reduced: number) => void;

/** Whose loads are looked for, at which prices, up to which reduced cost; `triedMost`: options that may be tried. */
export type Search = readonly [
  shipper: Shipper,
  duals: Duals,
  box: Box,
  ceiling: number,
  effort: Effort,
  emit: Emit,
  triedMost: number,
];

/** A stair that is to be tried, with what bounds it best. */
export interface Way {
  readonly regime: Regime;
  readonly stair: Stair;
  readonly slope: number;
  readonly unitToll: number;
  readonly goodsBonus: number;
  readonly base: number;
  readonly bound: number;
  /** Tried a little already. */
  readonly begun: boolean;
}

// What a load adds up to so far, in this order in the path. `LEAN`: net plus slope x measure.
const NET = 0;
const LEAN = 1;
const LOAD_UNITS = 2;
const LOAD_GRAMS = 3;
const LOAD_VOLUME = 4;
const LOAD_GOODS = 5;
const LOAD_VALUE = 6;
const LOAD_DUTY = 7;
const LATE = 8;
const PATH = 9;

/** Options tried on each stair before any is tried to the end. */
const FIRST_TRIES = 100;

/**
 * Finds a shipper's loads by what they cost above the worth of their pieces, depth first over its parts: the most profitable first, a
 * branch left when no completion can stay under the limit. Freight is bounded stair by stair, room on the stair priced by the slope that
 * bounds it best. All sums are exact.
 */
export class Pricing extends StairBounds {
  /** What shippers that no box limits fell short by. */
  readonly slacks = new Slacks();
  private readonly chosen = new WeakMap<Regime, number>();
  private limit = 0;
  /** No load was lower than this in the last search, whatever its ceiling. */
  slack = 0;
  private listing = false;
  private readonly ways: Way[] = [];
  private wayCount = 0;
  private triesLeft = 0;
  private tried = 0;
  private triedMost = 0;
  private cut = false;
  private emit: Emit = () => {};
  private stair!: Stair;
  private slope = 0;
  private base = 0;
  private floor = 0;
  private mustEnd = 0;
  private path = new Float64Array(0);

  /**
   * The least reduced cost of a load, or `ceiling` where none is lower; `emit` sees each improvement. Where the search is cut short, no load is
   * lower than what it returns.
   */
  least(...search: Search): number {
    this.listing = false;
    return Math.min(this.run(search), this.limit);
  }

  /** Every load with a reduced cost of at most `ceiling`; false where the search was cut short. */
  list(...search: Search): boolean {
    this.listing = true;
    return this.run(search) === Number.POSITIVE_INFINITY;
  }

  /** Cuts the search short; for use while it emits. */
  stop(): void {
    this.triedMost = 0;
    this.triesLeft = 0;
  }

  /** Infinity where nothing was cut short, else a bound of what was. */
  private run([shipper, duals, box, ceiling, effort, emit, triedMost]: Search): number {
    this.shipper = shipper;
    this.limit = ceiling;
    this.triesLeft = triedMost;
    this.emit = emit;
    this.work = 16;
    this.wayCount = 0;
    this.slack = Number.POSITIVE_INFINITY;
    if (this.prepare(duals, box)) for (const regime of shipper.regimes) this.findWays(regime, duals);
    const proven = this.tryWays();
    effort.spend(this.work);
    return proven;
  }

  /**
   * Tries the ways by their bounds, the most promising first; each a little at first, since a good load found by any of them rules out
   * much of the others. Infinity, or a bound of what was cut short.
   */
  private tryWays(): number {
    const ways = this.ways.slice(0, this.wayCount).sort((a, b) => a.bound - b.bound);
    let open = ways;
    for (const rounds of this.listing ? [false] : [true, false]) {
      const cut: Way[] = [];
      for (const way of open) {
        if (this.leaves(way.bound)) break;
        this.slack = Math.min(this.slack, this.limit);
        if (rounds && way.begun) cut.push(way);
        else if (!this.tryWay(way, rounds ? FIRST_TRIES : this.triesLeft)) cut.push(way);
        if (!rounds) this.triesLeft = Math.max(0, this.triesLeft - this.tried);
      }
      open = cut;
    }
    let proven = Number.POSITIVE_INFINITY;
    for (const { bound } of open) proven = Math.min(proven, bound);
    return proven;
  }

  /** False where it was cut short. */
  protected tryWay(way: Way, triedMost: number): boolean {
    this.tried = 0;
    this.triedMost = triedMost;
    this.regime = way.regime;
    this.stair = way.stair;
    this.dutied = way.regime.dutiable && !this.free;
    this.base = way.base;
    this.unitToll = way.unitToll;
    this.goodsBonus = way.goodsBonus;
    this.clip(way.stair);
    this.arrange(way.slope, way.base + (this.free ? 0 : way.stair.price));
    this.cut = false;
    const room = (this.shipper.parts.length + 1) * PATH;
    if (this.path.length < room) this.path = new Float64Array(room);
    this.path.fill(0, 0, PATH);
    this.extend(0, 0);
    if (this.cut) this.takes.fill(0);
    this.work += this.tried;
    return !this.cut;
  }

  private misses(bound: number): boolean {
    return this.listing ? bound > this.limit : bound >= this.limit;
  }

  /** Whether what a bound says is of no use; then it counts towards the slack. */
  private leaves(bound: number): boolean {
    if (!this.misses(bound)) return false;
    this.slack = Math.min(this.slack, bound);
    return true;
  }

  /** Notes the stairs of a regime that their bounds leave open. */
  private findWays(regime: Regime, duals: Duals): void {
    this.regime = regime;
    this.dutied = regime.dutiable && !this.free;
    this.base = (this.free ? 0 : (regime.fixed + regime.late) * this.scale) + duals.shipment;
    const { stairs, slopes } = regime;
    this.forget();
    this.unitToll = 0;
    this.goodsBonus = 0;
    let dearest = Number.POSITIVE_INFINITY;
    for (const stair of stairs) dearest = Math.min(dearest, stair.price);
    const level = this.base + (this.free ? 0 : dearest);
    if (this.leaves(level + this.sumAt(0))) return;
    let at = Math.min(this.chosen.get(regime) ?? slopes.length >> 1, slopes.length - 1);
    if (this.isTight()) {
      this.adjust(stairs, at);
      if (this.leaves(level + this.sumAt(0))) return;
    }
    // What the most promising stair has rules out much of the others before they are looked at.
    const first = this.listing ? null : this.mostPromising(stairs, at);
    for (let s = first ? -1 : 0; s < stairs.length; s += 1) {
      const stair = s < 0 ? first : (stairs[s] as Stair);
      if (!stair || (s >= 0 && stair === first)) continue;
      const price = this.base + (this.free ? 0 : stair.price);
      if (this.leaves(price + this.sumAt(0)) || this.leaves(price + this.boundAt(at, stair))) continue;
      at = this.climb(at, stair);
      if (this.leaves(price + this.boundAt(at, stair))) continue;
      this.clip(stair);
      const { slope, sum } = this.refine(at, stair);
      if (this.leaves(price + sum)) continue;
      const { base, unitToll, goodsBonus } = this;
      const way = { regime, stair, slope, unitToll, goodsBonus, base, bound: price + sum, begun: s < 0 };
      if (way.begun) this.slack = Math.min(this.slack, this.limit);
      if (way.begun && this.tryWay(way, FIRST_TRIES)) continue;
      this.ways[this.wayCount] = way;
      this.wayCount += 1;
    }
    this.chosen.set(regime, at);
  }

  /** Orders the parts by what they are worth at a slope; those that must go are first. */
  private arrange(slope: number, price: number): void {
    const { parts } = this.shipper;
    const { order, best, must } = this;
    this.slope = slope;
    const count = parts.length;
    for (let k = 0; k < count; k += 1) {
      best[k] = this.bestOf(k, this.slope, this.top);
      this.arrangeRuns(k);
      let to = k;
      while (to > 0) {
        const other = order[to - 1] as number;
        const sooner = (must[k] as number) - (must[other] as number) || (best[other] as number) - (best[k] as number);
        if (sooner <= 0) break;
        order[to] = other;
        to -= 1;
      }
      order[to] = k;
    }
    this.mustEnd = 0;
    while (this.mustEnd < count && must[order[this.mustEnd] as number] === 1) this.mustEnd += 1;
    this.suffix[count] = 0;
    this.goodsAfter[count] = 0;
    for (let position = count - 1; position >= 0; position -= 1) {
      const k = order[position] as number;
      const value = best[k] as number;
      this.suffix[position] =
        (this.suffix[position + 1] as number) + (position < this.mustEnd || value < 0 ? value : 0);
      this.goodsAfter[position] =
        (this.goodsAfter[position + 1] as number) + ((parts[k] as Part).most[GOODS] as number);
    }
    const { goodsLeast } = this.regime;
    this.floor = price - (this.slope === 0 ? 0 : this.slope * this.stair.room) - this.unitToll * this.stair.unitsMost;
    if (goodsLeast > 0) this.floor += this.goodsBonus * goodsLeast;
  }

  /** Orders the runs of a part by the best option of each. */
  private arrangeRuns(k: number): void {
    const { runOrder, runBest } = this;
    const first = this.start[k] as number;
    const { runs } = this.shipper.parts[k] as Part;
    for (let r = 0; r < runs; r += 1) {
      let to = r;
      while (
        to > 0 &&
        (runBest[first + (runOrder[first + to - 1] as number)] as number) > (runBest[first + r] as number)
      ) {
        runOrder[first + to] = runOrder[first + to - 1] as number;
        to -= 1;
      }
      runOrder[first + to] = r;
    }
  }

  /** The load so far is complete, or grows by an option of one of the parts from `from` on; its sums are in the path from `at` on. */
  private extend(from: number, at: number): void {
    const { regime, order, stair, shipper, path } = this;
    const units = path[at + LOAD_UNITS] as number;
    const grams = path[at + LOAD_GRAMS] as number;
    const volume = path[at + LOAD_VOLUME] as number;
    const goods = path[at + LOAD_GOODS] as number;
    const value = path[at + LOAD_VALUE] as number;
    const lean = path[at + LEAN] as number;
    const next = at + PATH;
    if (from >= this.mustEnd && units > 0) this.finish(at);
    const { parts } = shipper;
    const count = parts.length;
    const floor = this.floor + lean;
    const dutied = this.dutied ? this.scale : 0;
    for (let position = from; position < count; position += 1) {
      if (this.cut) return;
      const k = order[position] as number;
      const rest = this.suffix[position + 1] as number;
      // Parts come by what they are worth, so none after this one does better.
      if (position >= this.mustEnd && this.misses(floor + (this.best[k] as number) + rest)) return;
      if (goods + (this.goodsAfter[position] as number) < regime.goodsLeast) return;
      const part = parts[k] as Part;
      const first = this.start[k] as number;
      this.tried += part.runs;
      for (let turn = 0; turn < part.runs; turn += 1) {
        const r = this.runOrder[first + turn] as number;
        if (this.misses(floor + (this.runBest[first + r] as number) + rest)) break;
        const sums = r * SUMS;
        const low = this.low[first + r] as number;
        let high = this.top[first + r] as number;
        high = fits(high, part, sums + UNITS, stair.unitsMost - units);
        high = fits(high, part, sums + GRAMS, stair.gramsMost - grams);
        high = fits(high, part, sums + VOLUME, stair.volumeMost - volume);
        high = fits(high, part, sums + VALUE, regime.valueMost - value);
        if (high < low) continue;
        const ownFirst = (this.net[first + r] as number) + dutied * (part.first[sums + DUTY] as number);
        const ownStep = (this.netStep[first + r] as number) + dutied * (part.step[sums + DUTY] as number);
        const leanFirst =
          ownFirst + this.slope * (part.first[sums + regime.measure] as number) + this.tollOf(part.first, sums);
        const leanStep =
          ownStep + this.slope * (part.step[sums + regime.measure] as number) + this.tollOf(part.step, sums);
        const ownLate = part.late ? (part.late[r * shipper.services.length + regime.at] as number) : 0;
        // Along a run the bound moves one way, so from its better end on.
        const down = leanStep < 0;
        for (let j = down ? high : low; j >= low && j <= high; j += down ? -1 : 1) {
          const leanAfter = leanFirst + leanStep * j;
          if (this.misses(floor + leanAfter + rest)) break;
          this.tried += 1;
          if (this.tried > this.triedMost) {
            this.cut = true;
            return;
          }
          this.put(part, r, j);
          path[next + NET] = (path[at + NET] as number) + ownFirst + ownStep * j;
          path[next + LEAN] = lean + leanAfter;
          path[next + LOAD_UNITS] = units + sumOf(part, sums + UNITS, j);
          path[next + LOAD_GRAMS] = grams + sumOf(part, sums + GRAMS, j);
          path[next + LOAD_VOLUME] = volume + sumOf(part, sums + VOLUME, j);
          path[next + LOAD_GOODS] = goods + sumOf(part, sums + GOODS, j);
          path[next + LOAD_VALUE] = value + sumOf(part, sums + VALUE, j);
          path[next + LOAD_DUTY] = (path[at + LOAD_DUTY] as number) + sumOf(part, sums + DUTY, j);
          path[next + LATE] = Math.max(path[at + LATE] as number, ownLate);
          this.extend(position + 1, next);
        }
      }
      this.put(part, -1, 0);
      if (position < this.mustEnd) return;
    }
  }

  private put(part: Part, run: number, option: number): void {
    const span = part.items.length;
    for (let m = 0; m < span; m += 1)
      this.takes[part.items[m] as number] =
        run < 0 ? 0 : (part.takes[run * span + m] as number) + (part.takeSteps[run * span + m] as number) * option;
  }

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

  private priceOf(measure: number): number {
    const { service } = this.regime;
    const freight = freightOf(service, measure) ?? 0;
    return (freight + surchargesOf(service, freight)) * this.scale;
  }
}
