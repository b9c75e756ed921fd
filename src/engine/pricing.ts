import { chargeable, freightOf, surchargesOf } from './cost.js';
import type { Effort } from './effort.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, SUMS, UNITS, VALUE, VOLUME } from './part.js';
import type { Regime, Stair } from './regime.js';
import type { Shipper } from './shipper.js';

/** What one more piece of each item, one more use of an item's single shipment, and one more shipment are worth. Whole numbers, scaled. */
export interface Duals {
  readonly piece: Float64Array;
  /** Not negative: what each shipment with some of the item pays. */
  readonly use: Float64Array;
  /** Not negative: what each shipment pays, the shipment penalty included. */
  readonly shipment: number;
}

/** What each node may ship, and how much of each item may be left. */
export interface Box {
  /** 1: the node has to ship something. */
  readonly must: Uint8Array;
  /** Pieces of each item, `items` entries a node. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  readonly leaveLeast: Int32Array;
  readonly leaveMost: Int32Array;
}

/** Receives a load: pieces per item (to be copied) and reduced cost. */
export type Emit = (takes: Int32Array, reduced: number) => void;

/** A stair that is to be tried, with what bounds it best. */
interface Way {
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

const UNKNOWN = Number.NaN;
/** Options tried on each stair before any is tried to the end. */
const FIRST_TRIES = 100;
const REFINEMENTS = 8;
const TOLL_TURNS = 12;
const TOLL_MOST = 2 ** 44;

/**
 * Finds a shipper's loads by what they cost above the worth of their pieces, depth first over its parts: the most profitable first, a
 * branch left when no completion can stay under the limit. Freight is bounded stair by stair, room on the stair priced by the slope that
 * bounds it best. All sums are exact.
 */
export class Pricing {
  private readonly takes: Int32Array;
  // Per run of the shipper's parts, part by part: net of the first option, what each next one adds, and the options in the box.
  private net = new Float64Array(0);
  private netStep = new Float64Array(0);
  private low = new Int32Array(0);
  private high = new Int32Array(0);
  private top = new Int32Array(0);
  private runBest = new Float64Array(0);
  private runOrder = new Int32Array(0);
  // Per part.
  private start = new Int32Array(0);
  private best = new Float64Array(0);
  private must = new Uint8Array(0);
  // Per part, in the order in which they are tried.
  private order = new Int32Array(0);
  private suffix = new Float64Array(0);
  private goodsAfter = new Float64Array(0);
  private readonly sums = new Float64Array(64);
  private readonly chosen = new WeakMap<Regime, number>();
  private limit = 0;
  private listing = false;
  /** What the last call spent. */
  work = 0;
  private readonly ways: Way[] = [];
  private wayCount = 0;
  private triesLeft = 0;
  private tried = 0;
  private triedMost = 0;
  private cut = false;
  private emit: Emit = () => {};
  private shipper!: Shipper;
  private regime!: Regime;
  private stair!: Stair;
  private dutied = false;
  private slope = 0;
  // What a unit pays for the node's capacity, and what goods earn towards its minimum value; kept per regime from call to call.
  private unitToll = 0;
  private goodsBonus = 0;
  private readonly tolls = new WeakMap<Regime, { unit: number; goods: number }>();
  private bestUnits = 0;
  private bestGoods = 0;
  private sumUnits = 0;
  private sumGoods = 0;
  private base = 0;
  private floor = 0;
  private mustEnd = 0;

  constructor(
    items: number,
    /** Factor of every cost. */
    private readonly scale: number,
    /** Loads cost nothing: only what is shipped counts. */
    private readonly free: boolean,
  ) {
    this.takes = new Int32Array(items);
  }

  /**
   * The least reduced cost of a load, or `ceiling` where none is lower; `emit` sees each improvement. Where the search is cut short, no load is
   * lower than what it returns.
   */
  least(shipper: Shipper, duals: Duals, box: Box, ceiling: number, effort: Effort, emit: Emit, triedMost: number) {
    this.listing = false;
    return Math.min(this.run(shipper, duals, box, ceiling, effort, emit, triedMost), this.limit);
  }

  /** Every load with a reduced cost of at most `ceiling`; false where the search was cut short. */
  list(
    shipper: Shipper,
    duals: Duals,
    box: Box,
    ceiling: number,
    effort: Effort,
    emit: Emit,
    triedMost: number,
  ): boolean {
    this.listing = true;
    return this.run(shipper, duals, box, ceiling, effort, emit, triedMost) === Number.POSITIVE_INFINITY;
  }

  /** Infinity where nothing was cut short, else a bound of what was. */
  private run(
    shipper: Shipper,
    duals: Duals,
    box: Box,
    ceiling: number,
    effort: Effort,
    emit: Emit,
    triedMost: number,
  ): number {
    this.shipper = shipper;
    this.limit = ceiling;
    this.triesLeft = triedMost;
    this.emit = emit;
    this.work = 16;
    this.wayCount = 0;
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
        if (this.misses(way.bound)) break;
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
  private tryWay(way: Way, triedMost: number): boolean {
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
    this.extend(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    if (this.cut) this.takes.fill(0);
    this.work += this.tried;
    return !this.cut;
  }

  private misses(bound: number): boolean {
    return this.listing ? bound > this.limit : bound >= this.limit;
  }

  /** Nets every run of the worth of its pieces and clips it to the box; false where the box leaves the node no load. */
  private prepare(duals: Duals, box: Box): boolean {
    const { parts, node } = this.shipper;
    const width = this.takes.length;
    const first = node.index * width;
    this.makeRoom();
    const factor = this.free ? 0 : this.scale;
    let run = 0;
    let met = 0;
    let some = false;
    for (let k = 0; k < parts.length; k += 1) {
      const part = parts[k] as Part;
      const span = part.items.length;
      this.start[k] = run;
      this.must[k] = 0;
      for (let m = 0; m < span; m += 1)
        if ((box.least[first + (part.items[m] as number)] as number) > 0) {
          this.must[k] = 1;
          met += 1;
        }
      for (let r = 0; r < part.runs; r += 1, run += 1) {
        let net = (part.first[r * SUMS + MONEY] as number) * factor;
        let step = (part.step[r * SUMS + MONEY] as number) * factor;
        let low = 0;
        let high = (part.counts[r] as number) - 1;
        for (let m = 0; m < span; m += 1) {
          const item = part.items[m] as number;
          const take = part.takes[r * span + m] as number;
          const more = part.takeSteps[r * span + m] as number;
          const least = box.least[first + item] as number;
          const most = box.most[first + item] as number;
          if (more > 0) {
            if (take < least) low = Math.max(low, Math.ceil((least - take) / more));
            if (take + high * more > most) high = Math.floor((most - take) / more);
            step -= (duals.piece[item] as number) * more;
          } else if (take < least || take > most) high = -1;
          if (take > 0) net -= (duals.piece[item] as number) * take - (duals.use[item] as number);
        }
        this.net[run] = net;
        this.netStep[run] = step;
        this.low[run] = low;
        this.high[run] = high;
        some ||= high >= low;
      }
    }
    this.work += run;
    if (!some) return false;
    if (box.must[node.index] === 1) {
      let asked = 0;
      for (let item = 0; item < width; item += 1) if ((box.least[first + item] as number) > 0) asked += 1;
      return asked === met;
    }
    return true;
  }

  private makeRoom(): void {
    const { parts } = this.shipper;
    const runs = parts.reduce((sum, part) => sum + part.runs, 0);
    if (this.net.length < runs) {
      this.net = new Float64Array(runs * 2);
      this.netStep = new Float64Array(runs * 2);
      this.low = new Int32Array(runs * 2);
      this.high = new Int32Array(runs * 2);
      this.top = new Int32Array(runs * 2);
      this.runBest = new Float64Array(runs * 2);
      this.runOrder = new Int32Array(runs * 2);
    }
    if (this.best.length <= parts.length) {
      const room = parts.length * 2 + 1;
      this.start = new Int32Array(room);
      this.best = new Float64Array(room);
      this.must = new Uint8Array(room);
      this.order = new Int32Array(room);
      this.suffix = new Float64Array(room);
      this.goodsAfter = new Float64Array(room);
    }
  }

  /** Notes the stairs of a regime that their bounds leave open. */
  private findWays(regime: Regime, duals: Duals): void {
    this.regime = regime;
    this.dutied = regime.dutiable && !this.free;
    this.base = (this.free ? 0 : (regime.fixed + regime.late) * this.scale) + duals.shipment;
    const { stairs, slopes } = regime;
    this.sums.fill(UNKNOWN, 0, slopes.length);
    this.unitToll = 0;
    this.goodsBonus = 0;
    let dearest = Number.POSITIVE_INFINITY;
    for (const stair of stairs) dearest = Math.min(dearest, stair.price);
    const level = this.base + (this.free ? 0 : dearest);
    if (this.misses(level + this.sumAt(0))) return;
    let at = Math.min(this.chosen.get(regime) ?? slopes.length >> 1, slopes.length - 1);
    if (this.isTight()) {
      this.adjust(stairs, at);
      if (this.misses(level + this.sumAt(0))) return;
    }
    // What the most promising stair has rules out much of the others before they are looked at.
    const first = this.listing ? null : this.mostPromising(stairs, at);
    for (let s = first ? -1 : 0; s < stairs.length; s += 1) {
      const stair = s < 0 ? first : (stairs[s] as Stair);
      if (!stair || (s >= 0 && stair === first)) continue;
      const price = this.base + (this.free ? 0 : stair.price);
      if (this.misses(price + this.sumAt(0)) || this.misses(price + this.boundAt(at, stair))) continue;
      at = this.climb(at, stair);
      if (this.misses(price + this.boundAt(at, stair))) continue;
      this.clip(stair);
      const { slope, sum } = this.refine(at, stair);
      if (this.misses(price + sum)) continue;
      const { base, unitToll, goodsBonus } = this;
      const way = { regime, stair, slope, unitToll, goodsBonus, base, bound: price + sum, begun: s < 0 };
      if (way.begun && this.tryWay(way, FIRST_TRIES)) continue;
      this.ways[this.wayCount] = way;
      this.wayCount += 1;
    }
    this.chosen.set(regime, at);
  }

  /** Whether the parts' best by themselves break the node's capacity or miss its minimum value. */
  private isTight(): boolean {
    const { goodsLeast, stairs, measure } = this.regime;
    const tight = measure !== UNITS && this.sumUnits > (stairs.at(-1)?.unitsMost ?? 0);
    return tight || this.sumGoods < goodsLeast;
  }

  private mostPromising(stairs: readonly Stair[], at: number): Stair {
    let chosen = stairs[0] as Stair;
    let least = Number.POSITIVE_INFINITY;
    for (const stair of stairs) {
      const bound = (this.free ? 0 : stair.price) + Math.max(this.sumAt(0), this.boundAt(at, stair));
      if (bound < least) {
        least = bound;
        chosen = stair;
      }
    }
    return chosen;
  }

  /** Prices capacity and minimum value so that the bound of the stair that looks best is highest. */
  private adjust(stairs: readonly Stair[], at: number): void {
    const aim = this.mostPromising(stairs, at);
    const slope = this.sumAt(0) > this.boundAt(at, aim) ? 0 : (this.regime.slopes[at] as number);
    const known = this.tolls.get(this.regime);
    const { goodsLeast, measure } = this.regime;
    const unitsMost = aim.unitsMost;
    const boundWith = () => this.sumOver(slope, this.high) - slope * aim.room;
    const search = (set: (price: number) => void, start: number, most: number, isOver: () => boolean) => {
      let low = 0;
      let high = start;
      let best = 0;
      set(0);
      let bound = boundWith();
      if (!isOver()) return;
      for (let turn = 0; turn < TOLL_TURNS; turn += 1) {
        const found = low > 0 && high > low;
        const price = turn === 0 ? start : found ? Math.floor((low + high) / 2) : high;
        set(price);
        const here = boundWith();
        if (here > bound) {
          bound = here;
          best = price;
        }
        if (isOver()) {
          low = price;
          if (high <= price) high = Math.min(most, price * 4);
          if (price >= most) break;
        } else {
          high = price;
          if (low === 0) low = Math.floor(price / 4);
        }
        if (high - low <= 1) break;
      }
      set(best);
    };
    if (measure !== UNITS)
      search(
        (price) => {
          this.unitToll = price;
        },
        Math.max(1, known?.unit || this.scale * 5_000),
        TOLL_MOST / Math.max(1, unitsMost),
        () => this.sumUnits > unitsMost,
      );
    if (goodsLeast > 0)
      search(
        (price) => {
          this.goodsBonus = price;
        },
        Math.max(1, known?.goods || this.scale >> 5),
        this.scale * 4,
        () => this.sumGoods < goodsLeast,
      );
    this.tolls.set(this.regime, { unit: this.unitToll, goods: this.goodsBonus });
    this.sums.fill(UNKNOWN, 0, this.regime.slopes.length);
  }

  /** Limits every run to options that the stair takes by themselves. */
  private clip(stair: Stair): void {
    const { parts } = this.shipper;
    let run = 0;
    for (let k = 0; k < parts.length; k += 1) {
      const part = parts[k] as Part;
      for (let r = 0; r < part.runs; r += 1, run += 1) {
        let high = this.high[run] as number;
        high = fits(high, part, r * SUMS + UNITS, stair.unitsMost);
        high = fits(high, part, r * SUMS + GRAMS, stair.gramsMost);
        high = fits(high, part, r * SUMS + VOLUME, stair.volumeMost);
        this.top[run] = fits(high, part, r * SUMS + VALUE, this.regime.valueMost);
      }
    }
  }

  private boundAt(at: number, stair: Stair): number {
    return at === 0 ? this.sumAt(0) : this.sumAt(at) - (this.regime.slopes[at] as number) * stair.room;
  }

  /** The slope that bounds a stair best: the bound is concave in it. */
  private climb(from: number, stair: Stair): number {
    let at = from;
    let bound = this.boundAt(at, stair);
    for (const turn of [-1, 1]) {
      while (at + turn >= 0 && at + turn < this.regime.slopes.length) {
        const next = this.boundAt(at + turn, stair);
        if (next <= bound) break;
        bound = next;
        at += turn;
      }
      if (at !== from) break;
    }
    return at;
  }

  /** Halves the way to the slopes on both sides a few times. */
  private refine(at: number, stair: Stair): { slope: number; sum: number } {
    const { slopes } = this.regime;
    let slope = slopes[at] as number;
    let sum = this.sumOver(slope, this.top) - slope * stair.room;
    let below = (slopes[at - 1] ?? slope) as number;
    let above = (slopes[at + 1] ?? slope) as number;
    for (let turn = 0; turn < REFINEMENTS && above - below > 2; turn += 1) {
      const down = slope - below > above - slope;
      const next = Math.floor((slope + (down ? below : above)) / 2);
      const here = this.sumOver(next, this.top) - next * stair.room;
      if (here > sum) {
        if (down) above = slope;
        else below = slope;
        slope = next;
        sum = here;
      } else if (down) below = next;
      else above = next;
    }
    return { slope, sum };
  }

  private sumAt(at: number): number {
    const known = this.sums[at] as number;
    if (!Number.isNaN(known)) return known;
    const sum = this.sumOver(this.regime.slopes[at] as number, this.high);
    this.sums[at] = sum;
    return sum;
  }

  /** The least that parts add, each by itself, its measure priced by a slope. */
  private sumOver(slope: number, highs: Int32Array): number {
    const { goodsLeast, stairs } = this.regime;
    let sum = goodsLeast > 0 ? this.goodsBonus * goodsLeast : 0;
    sum -= this.unitToll * (stairs[0] as Stair).unitsMost;
    this.sumUnits = 0;
    this.sumGoods = 0;
    for (let k = 0; k < this.shipper.parts.length; k += 1) {
      const best = this.bestOf(k, slope, highs);
      if (best >= 0 && this.must[k] === 0) continue;
      sum += best;
      this.sumUnits += this.bestUnits;
      this.sumGoods += this.bestGoods;
    }
    return sum;
  }

  private bestOf(k: number, slope: number, highs: Int32Array): number {
    const part = this.shipper.parts[k] as Part;
    const { at, bit, late, measure } = this.regime;
    const services = this.shipper.services.length;
    const first = this.start[k] as number;
    const duty = this.dutied ? this.scale : 0;
    let best = Number.POSITIVE_INFINITY;
    for (let r = 0; r < part.runs; r += 1) {
      const high = highs[first + r] as number;
      const low = this.low[first + r] as number;
      this.runBest[first + r] = Number.POSITIVE_INFINITY;
      if (high < low || ((part.carriers[r] as number) & bit) === 0) continue;
      if (part.late && (part.late[r * services + at] as number) > late) continue;
      const sums = r * SUMS;
      const start =
        (this.net[first + r] as number) +
        duty * (part.first[sums + DUTY] as number) +
        slope * (part.first[sums + measure] as number) +
        this.tollOf(part.first, sums);
      const step =
        (this.netStep[first + r] as number) +
        duty * (part.step[sums + DUTY] as number) +
        slope * (part.step[sums + measure] as number) +
        this.tollOf(part.step, sums);
      const option = step < 0 ? high : low;
      const value = start + step * option;
      this.runBest[first + r] = value;
      if (value < best) {
        best = value;
        this.bestUnits = sumOf(part, sums + UNITS, option);
        this.bestGoods = sumOf(part, sums + GOODS, option);
      }
    }
    this.work += part.runs;
    return best;
  }

  private tollOf(sums: Float64Array, at: number): number {
    return this.unitToll * (sums[at + UNITS] as number) - this.goodsBonus * (sums[at + GOODS] as number);
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

  /** The load so far is complete, or grows by an option of one of the parts from `from` on. `lean`: net plus slope x measure. */
  private extend(
    from: number,
    net: number,
    lean: number,
    units: number,
    grams: number,
    volume: number,
    goods: number,
    value: number,
    duty: number,
    late: number,
  ): void {
    const { regime, order, stair, shipper } = this;
    if (from >= this.mustEnd && units > 0) this.finish(net, units, grams, volume, goods, value, duty, late);
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
          this.extend(
            position + 1,
            net + ownFirst + ownStep * j,
            lean + leanAfter,
            units + sumOf(part, sums + UNITS, j),
            grams + sumOf(part, sums + GRAMS, j),
            volume + sumOf(part, sums + VOLUME, j),
            goods + sumOf(part, sums + GOODS, j),
            value + sumOf(part, sums + VALUE, j),
            duty + sumOf(part, sums + DUTY, j),
            Math.max(late, ownLate),
          );
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

  private finish(
    net: number,
    units: number,
    grams: number,
    volume: number,
    goods: number,
    value: number,
    duty: number,
    late: number,
  ): void {
    const { regime, stair } = this;
    const { service } = regime;
    if (goods < regime.goodsLeast || goods >= regime.goodsBelow || value <= regime.valueAbove) return;
    // What belongs to another regime or stair may cost less there; a list has it from there.
    if (this.listing && late < regime.late) return;
    let price = stair.price;
    if (service.basis !== 'goods') {
      const measure = service.basis === 'units' ? units : chargeable(grams, volume, service.divisor);
      if (measure > stair.upTo) return;
      if (measure <= stair.above) {
        if (this.listing) return;
        price = this.priceOf(measure);
      } else if (!stair.even) price = this.priceOf(measure);
    } else if (!stair.even) price = this.priceOf(goods);
    let own = price + (late - regime.late) * this.scale;
    if (regime.dutiable && duty > 0) own += regime.clearance * this.scale;
    const reduced = net + this.base + (this.free ? 0 : own);
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

function sumOf(part: Part, at: number, option: number): number {
  return (part.first[at] as number) + (part.step[at] as number) * option;
}

/** The last option of a run, up to `high`, that adds at most `room` to a sum; -1 where none does. */
function fits(high: number, part: Part, at: number, room: number): number {
  const first = part.first[at] as number;
  const step = part.step[at] as number;
  if (first + step * high <= room) return high;
  if (first > room || step <= 0) return -1;
  return Math.floor((room - first) / step);
}
