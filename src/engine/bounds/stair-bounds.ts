import { type Box, type Duals, worthOf } from './box.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, SUMS, UNITS, VALUE, VOLUME } from './part.js';
import type { Regime, Stair } from './regime.js';
import type { Shipper } from './shipper.js';

const UNKNOWN = Number.NaN;
const REFINEMENTS = 8;
const TOLL_TURNS = 12;
const TOLL_MOST = 2 ** 44;

/**
 * What the loads of a shipper cost at least above the worth of their pieces, stair by stair: each part's best option by itself, with room on
 * the stair, the node's capacity and its minimum value priced so that the bound is highest. Whatever those prices are, the bound holds;
 * all are whole numbers, and all sums exact.
 */
export class StairBounds {
  protected readonly takes: Int32Array;
  // Per run of the shipper's parts, part by part: net of the first option, what each next one adds, and the options in the box.
  protected net = new Float64Array(0);
  protected netStep = new Float64Array(0);
  protected low = new Int32Array(0);
  protected high = new Int32Array(0);
  protected top = new Int32Array(0);
  protected runBest = new Float64Array(0);
  protected runOrder = new Int32Array(0);
  // Per part.
  protected start = new Int32Array(0);
  protected best = new Float64Array(0);
  protected must = new Uint8Array(0);
  // Per part, in the order in which they are tried.
  protected order = new Int32Array(0);
  protected suffix = new Float64Array(0);
  protected goodsAfter = new Float64Array(0);
  /** By slope: what the parts add at least; UNKNOWN until it is asked for. */
  protected readonly sums = new Float64Array(64);
  /** What the last call spent. */
  work = 0;
  protected shipper!: Shipper;
  protected regime!: Regime;
  protected dutied = false;
  // What a unit pays for the node's capacity, and what goods earn towards its minimum value; kept per regime from call to call.
  protected unitToll = 0;
  protected goodsBonus = 0;
  protected readonly tolls = new WeakMap<Regime, { unit: number; goods: number }>();
  protected bestUnits = 0;
  protected bestGoods = 0;
  protected sumUnits = 0;
  protected sumGoods = 0;

  constructor(
    items: number,
    /** Factor of every cost. */
    protected readonly scale: number,
    /** Loads cost nothing: only what is shipped counts. */
    protected readonly free: boolean,
  ) {
    this.takes = new Int32Array(items);
  }

  /** Nets every run of the worth of its pieces and clips it to the box; false where the box leaves the node no load. */
  protected prepare(duals: Duals, box: Box): boolean {
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
            if (high > 0) step -= worthOf(duals, item, take + more) - worthOf(duals, item, take);
          } else if (take < least || take > most) high = -1;
          if (take > 0) net -= worthOf(duals, item, take);
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

  protected makeRoom(): void {
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

  /** Drops what was worked out at other tolls. */
  protected forget(): void {
    this.sums.fill(UNKNOWN, 0, this.regime.slopes.length);
  }

  /** Whether the parts' best by themselves break the node's capacity or miss its minimum value. */
  protected isTight(): boolean {
    const { goodsLeast, stairs, measure } = this.regime;
    const tight = measure !== UNITS && this.sumUnits > (stairs.at(-1)?.unitsMost ?? 0);
    return tight || this.sumGoods < goodsLeast;
  }

  protected mostPromising(stairs: readonly Stair[], at: number): Stair {
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
  protected adjust(stairs: readonly Stair[], at: number): void {
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
    this.forget();
  }

  /** Limits every run to options that the stair takes by themselves. */
  protected clip(stair: Stair): void {
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

  protected boundAt(at: number, stair: Stair): number {
    return at === 0 ? this.sumAt(0) : this.sumAt(at) - (this.regime.slopes[at] as number) * stair.room;
  }

  /** The slope that bounds a stair best: the bound is concave in it. */
  protected climb(from: number, stair: Stair): number {
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
  protected refine(at: number, stair: Stair): { slope: number; sum: number } {
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

  protected sumAt(at: number): number {
    const known = this.sums[at] as number;
    if (!Number.isNaN(known)) return known;
    const sum = this.sumOver(this.regime.slopes[at] as number, this.high);
    this.sums[at] = sum;
    return sum;
  }

  /** The least that parts add, each by itself, its measure priced by a slope. */
  protected sumOver(slope: number, highs: Int32Array): number {
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

  protected bestOf(k: number, slope: number, highs: Int32Array): number {
    const part = this.shipper.parts[k] as Part;
    const { at, bit, lateMost, measure } = this.regime;
    const services = this.shipper.services.length;
    const first = this.start[k] as number;
    const duty = this.dutied ? this.scale : 0;
    let best = Number.POSITIVE_INFINITY;
    for (let r = 0; r < part.runs; r += 1) {
      const high = highs[first + r] as number;
      const low = this.low[first + r] as number;
      this.runBest[first + r] = Number.POSITIVE_INFINITY;
      if (high < low || ((part.carriers[r] as number) & bit) === 0) continue;
      if (part.late && (part.late[r * services + at] as number) > lateMost) continue;
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

  protected tollOf(sums: Float64Array, at: number): number {
    return this.unitToll * (sums[at + UNITS] as number) - this.goodsBonus * (sums[at + GOODS] as number);
  }
}

/** A sum of one option of a run. */
export function sumOf(part: Part, at: number, option: number): number {
  return (part.first[at] as number) + (part.step[at] as number) * option;
}

/** The last option of a run, up to `high`, that adds at most `room` to a sum; -1 where none does. */
export function fits(high: number, part: Part, at: number, room: number): number {
  const first = part.first[at] as number;
  const step = part.step[at] as number;
  if (first + step * high <= room) return high;
  if (first > room || step <= 0) return -1;
  return Math.floor((room - first) / step);
}
