import { freightOf, surchargesOf } from '../cost.js';
import { type Box, type Duals, worthOf } from './box.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, SUMS, UNITS, VALUE, VOLUME } from './part.js';
import type { Regime, Stair } from './regime.js';
import { Envelope, RoomCurve } from './room-curve.js';
import type { Shipper } from './shipper.js';

const TOLL_TURNS = 8;
const TOLL_MOST = 2 ** 44;

/**
 * What the loads of a shipper cost at least above the worth of their pieces, stair by stair: the lower envelopes of its parts' options fill the
 * stair's room, with the node's capacity and its minimum value priced so that the bound is highest. Whatever those prices are, the bound
 * holds; all are whole numbers, and all sums exact.
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
  // Per part.
  protected start = new Int32Array(0);
  protected best = new Float64Array(0);
  protected must = new Uint8Array(0);
  protected readonly envelope = new Envelope();
  protected readonly curve = new RoomCurve();
  /** What the last call spent. */
  work = 0;
  protected shipper!: Shipper;
  protected regime!: Regime;
  protected dutied = false;
  // What a unit pays for the node's capacity, and what goods earn towards its minimum value; kept per regime from call to call.
  protected unitToll = 0;
  protected goodsBonus = 0;
  protected readonly tolls = new WeakMap<Regime, { unit: number; goods: number; other: number }>();
  protected bestUnits = 0;
  protected bestGoods = 0;
  protected bestOther = 0;
  protected sumUnits = 0;
  protected sumGoods = 0;
  protected sumOther = 0;
  /** What the measure of the stair is not priced by, weight or volume, where both limit it. */
  protected otherToll = 0;
  protected other = VOLUME;

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
    }
    if (this.best.length <= parts.length) {
      const room = parts.length * 2 + 1;
      this.start = new Int32Array(room);
      this.best = new Float64Array(room);
      this.must = new Uint8Array(room);
    }
  }

  /** Whether what the sums are of breaks the node's capacity or misses its minimum value. */
  protected isTight(stair: Stair): boolean {
    const { goodsLeast, measure } = this.regime;
    return (measure !== UNITS && this.sumUnits > stair.unitsMost) || this.sumGoods < goodsLeast;
  }

  /** Prices what limits the loads of a stair besides its room so that its bound is highest, or at least `enough`. */
  protected tune(stair: Stair, highs: Int32Array, enough: number): void {
    const { goodsLeast, measure } = this.regime;
    const { unitsMost } = stair;
    const otherMost = this.otherMost(stair);
    const known = this.tolls.get(this.regime);
    this.unitToll = 0;
    this.goodsBonus = 0;
    this.otherToll = 0;
    const seek = (start: number, most: number, set: (price: number) => void, isOver: () => boolean) =>
      this.seek(stair, highs, enough, Math.max(1, Math.floor(start)), most, set, isOver);
    if (otherMost < Number.POSITIVE_INFINITY)
      seek(
        known?.other || stair.price / Math.max(1, otherMost),
        TOLL_MOST / Math.max(1, otherMost),
        (price) => {
          this.otherToll = price;
        },
        () => this.sumOther > otherMost,
      );
    if (measure !== UNITS)
      seek(
        known?.unit || this.scale * 5_000,
        TOLL_MOST / Math.max(1, unitsMost),
        (price) => {
          this.unitToll = price;
        },
        () => this.sumUnits > unitsMost,
      );
    if (goodsLeast > 0)
      seek(
        known?.goods || this.scale >> 5,
        this.scale * 4,
        (price) => {
          this.goodsBonus = price;
        },
        () => this.sumGoods < goodsLeast,
      );
    this.tolls.set(this.regime, {
      unit: this.unitToll || (known?.unit ?? 0),
      goods: this.goodsBonus || (known?.goods ?? 0),
      other: this.otherToll || (known?.other ?? 0),
    });
  }

  /** Sets a price where the bound of a stair is about highest; not at all where the loads keep the limit by themselves. */
  private seek(
    stair: Stair,
    highs: Int32Array,
    enough: number,
    start: number,
    most: number,
    set: (price: number) => void,
    isOver: () => boolean,
  ): void {
    let low = 0;
    let high = start;
    let best = 0;
    let bound = this.boundOf(stair, highs);
    if (!isOver()) return;
    for (let turn = 0; turn < TOLL_TURNS && bound < enough; turn += 1) {
      const price = turn > 0 && low > 0 && high > low ? Math.floor((low + high) / 2) : high;
      set(price);
      const here = this.boundOf(stair, highs);
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
  }

  /** The bound of a stair at the present prices, its own price apart; what its loads add up to then is in the sums. */
  protected boundOf(stair: Stair, highs: Int32Array): number {
    this.sumOver(0, highs);
    this.drawCurve(highs);
    const bound = this.curve.least(stair.room) + this.apart(stair);
    this.sumOver(this.curve.slope, highs);
    return bound;
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

  /** Draws what the parts add by room; the sum of what is priced apart is left out. */
  protected drawCurve(highs: Int32Array): void {
    const { curve, shipper } = this;
    curve.reset();
    for (let k = 0; k < shipper.parts.length; k += 1) {
      this.drawEnvelope(k, this.low, highs, this.must[k] === 0);
      curve.add(this.envelope);
    }
    curve.close();
    this.work += curve.count;
  }

  /** The envelope of a part's options between `lows` and `highs`; the runs among them that the regime takes have a `runBest`. */
  protected drawEnvelope(k: number, lows: Int32Array, highs: Int32Array, mayIdle: boolean): void {
    const { envelope } = this;
    const part = this.shipper.parts[k] as Part;
    const { measure } = this.regime;
    const first = this.start[k] as number;
    const duty = this.dutied ? this.scale : 0;
    envelope.clear();
    if (mayIdle) envelope.put(0, 0);
    for (let r = 0; r < part.runs; r += 1) {
      const low = lows[first + r] as number;
      const high = highs[first + r] as number;
      if (high < low || this.runBest[first + r] === Number.POSITIVE_INFINITY) continue;
      const sums = r * SUMS;
      const start =
        (this.net[first + r] as number) + duty * (part.first[sums + DUTY] as number) + this.tollOf(part.first, sums);
      const step =
        (this.netStep[first + r] as number) + duty * (part.step[sums + DUTY] as number) + this.tollOf(part.step, sums);
      envelope.put(sumOf(part, sums + measure, low), start + step * low);
      if (high > low) envelope.put(sumOf(part, sums + measure, high), start + step * high);
    }
    envelope.draw();
    this.work += part.runs;
  }

  /** The least that parts add, each by itself, its measure priced by a slope. */
  protected sumOver(slope: number, highs: Int32Array): number {
    let sum = 0;
    this.sumOther = 0;
    this.sumUnits = 0;
    this.sumGoods = 0;
    for (let k = 0; k < this.shipper.parts.length; k += 1) {
      const best = this.bestOf(k, slope, highs);
      if (best >= 0 && this.must[k] === 0) continue;
      sum += best;
      this.sumUnits += this.bestUnits;
      this.sumGoods += this.bestGoods;
      this.sumOther += this.bestOther;
    }
    return sum;
  }

  /** What the limits of a stair besides its room are priced at in all. */
  protected apart(stair: Stair): number {
    const { goodsLeast } = this.regime;
    let sum = goodsLeast > 0 ? this.goodsBonus * goodsLeast : 0;
    if (this.unitToll > 0) sum -= this.unitToll * stair.unitsMost;
    if (this.otherToll > 0) sum -= this.otherToll * this.otherMost(stair);
    return sum;
  }

  protected otherMost(stair: Stair): number {
    const { measure } = this.regime;
    if (measure === UNITS) return Number.POSITIVE_INFINITY;
    return measure === GRAMS ? stair.volumeMost : stair.gramsMost;
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
        this.bestOther = sumOf(part, sums + this.other, option);
      }
    }
    this.work += part.runs;
    return best;
  }

  protected put(part: Part, run: number, option: number): void {
    const span = part.items.length;
    for (let m = 0; m < span; m += 1)
      this.takes[part.items[m] as number] =
        run < 0 ? 0 : (part.takes[run * span + m] as number) + (part.takeSteps[run * span + m] as number) * option;
  }

  protected priceOf(measure: number): number {
    const { service } = this.regime;
    const freight = freightOf(service, measure) ?? 0;
    return (freight + surchargesOf(service, freight)) * this.scale;
  }

  protected tollOf(sums: Float64Array, at: number): number {
    return (
      this.unitToll * (sums[at + UNITS] as number) -
      this.goodsBonus * (sums[at + GOODS] as number) +
      this.otherToll * (sums[at + this.other] as number)
    );
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
