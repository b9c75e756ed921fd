import { chargeable, freightOf, surchargesOf } from './cost.js';
import type { Effort } from './effort.js';
import type { Regime } from './regime.js';
import type { Part, Shipper } from './shipper.js';

/** What one more piece of each item, one more use of an item's single shipment, and one more shipment are worth. Whole numbers, scaled. */
export interface Duals {
  readonly piece: Float64Array;
  /** Not negative: what each shipment with some of the item pays. */
  readonly use: Float64Array;
  /** Not negative: what each shipment pays, the shipment penalty included. */
  shipment: number;
}

/** What each node may ship. */
export interface Box {
  /** 1: the node has to ship something. */
  readonly must: Uint8Array;
  /** Pieces of each item, `items` entries a node. */
  readonly least: Int32Array;
  readonly most: Int32Array;
}

/** Receives a load: pieces per item (to be copied) and reduced cost. */
export type Emit = (takes: Int32Array, reduced: number) => void;

/** Options tried in one step. */
const OPTIONS_PER_STEP = 64;

/**
 * Finds a shipper's loads by what they cost above the worth of their pieces, depth first over its parts: the most profitable first, a
 * branch left when no completion can stay under the limit. All sums are exact.
 */
export class Pricing {
  private readonly takes: Int32Array;
  private net: Float64Array[] = [];
  private best: Float64Array = new Float64Array(0);
  private must: Uint8Array = new Uint8Array(0);
  private order: Int32Array = new Int32Array(0);
  private suffix: Float64Array = new Float64Array(0);
  private goodsAfter: Float64Array = new Float64Array(0);
  private readonly chosen = new WeakMap<Regime, number>();
  private limit = 0;
  private tried = 0;
  private triedMost = 0;
  private cut = false;
  private emit: Emit = () => {};
  private shipper!: Shipper;
  private regime!: Regime;
  private slope = 0;
  private base = 0;
  private intercept = 0;
  private mustEnd = 0;
  private listing = false;

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
   * The least reduced cost of a load, or `ceiling` where none is lower; `emit` sees each improvement. Not `exact`: the search was cut
   * short, and no load is lower than `least`.
   */
  least(shipper: Shipper, duals: Duals, box: Box, ceiling: number, effort: Effort, emit: Emit, triedMost: number) {
    this.listing = false;
    return this.run(shipper, duals, box, ceiling, effort, emit, triedMost);
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
    return this.run(shipper, duals, box, ceiling, effort, emit, triedMost).exact;
  }

  private run(
    shipper: Shipper,
    duals: Duals,
    box: Box,
    ceiling: number,
    effort: Effort,
    emit: Emit,
    triedMost: number,
  ): { least: number; exact: boolean } {
    this.shipper = shipper;
    this.limit = ceiling;
    this.tried = 0;
    this.triedMost = triedMost;
    this.emit = emit;
    let proven = Number.POSITIVE_INFINITY;
    if (this.prepare(duals, box)) {
      const { regimes } = shipper;
      const bounds = regimes.map((regime) => this.quickBound(regime, duals));
      const turns = bounds.map((_, at) => at).sort((a, b) => (bounds[a] as number) - (bounds[b] as number) || a - b);
      for (const at of turns) {
        if (this.misses(bounds[at] as number)) break;
        const regime = regimes[at] as Regime;
        const bound = this.aim(regime, duals);
        if (this.misses(bound)) continue;
        this.cut = false;
        this.extend(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        if (this.cut) proven = Math.min(proven, bound);
      }
    }
    effort.steps += 1 + Math.floor(this.tried / OPTIONS_PER_STEP);
    return { least: Math.min(this.limit, proven), exact: proven === Number.POSITIVE_INFINITY };
  }

  private misses(bound: number): boolean {
    return this.listing ? bound > this.limit : bound >= this.limit;
  }

  /** Nets every option of the worth of its pieces; false where the box leaves the node no load. */
  private prepare(duals: Duals, box: Box): boolean {
    const { parts, node } = this.shipper;
    const width = this.takes.length;
    const first = node.index * width;
    if (this.best.length < parts.length + 1) {
      this.best = new Float64Array(parts.length + 1);
      this.must = new Uint8Array(parts.length + 1);
      this.order = new Int32Array(parts.length + 1);
      this.suffix = new Float64Array(parts.length + 1);
      this.goodsAfter = new Float64Array(parts.length + 1);
    }
    const factor = this.free ? 0 : this.scale;
    for (const [k, part] of parts.entries()) {
      let net = this.net[k];
      if (!net || net.length < part.count) {
        net = new Float64Array(part.count);
        this.net[k] = net;
      }
      const span = part.items.length;
      let must = 0;
      for (let m = 0; m < span; m += 1) if ((box.least[first + (part.items[m] as number)] as number) > 0) must = 1;
      this.must[k] = must;
      for (let o = 0; o < part.count; o += 1) {
        let value = (part.money[o] as number) * factor;
        for (let m = 0; m < span; m += 1) {
          const take = part.takes[o * span + m] as number;
          const item = part.items[m] as number;
          if (take < (box.least[first + item] as number) || take > (box.most[first + item] as number)) {
            value = Number.POSITIVE_INFINITY;
            break;
          }
          if (take > 0) value -= (duals.piece[item] as number) * take - (duals.use[item] as number);
        }
        net[o] = value;
      }
      this.tried += part.count >> 2;
    }
    for (let item = 0; item < width; item += 1)
      if ((box.least[first + item] as number) > 0 && !parts.some((part) => part.items.includes(item))) return false;
    return true;
  }

  private baseOf(regime: Regime, duals: Duals): number {
    return (this.free ? 0 : regime.fixed * this.scale) + duals.shipment;
  }

  /** Below every load of the regime: each part's best by itself, and the least freight. */
  private quickBound(regime: Regime, duals: Duals): number {
    let sum = this.baseOf(regime, duals) + (this.free ? 0 : (regime.slopes[0]?.intercept ?? 0));
    for (let k = 0; k < this.shipper.parts.length; k += 1) {
      const best = this.bestOf(k, regime, 0);
      if (best < 0 || this.must[k] === 1) sum += best;
    }
    return sum;
  }

  /** The least of a part's options, each with `slope` for what it measures. */
  private bestOf(k: number, regime: Regime, slope: number): number {
    const part = this.shipper.parts[k] as Part;
    const net = this.net[k] as Float64Array;
    const { bit } = regime;
    const dutied = regime.dutiable && !this.free;
    let best = Number.POSITIVE_INFINITY;
    for (let o = 0; o < part.count; o += 1) {
      let value = net[o] as number;
      if (value >= best) continue;
      if (((part.carriers[o] as number) & bit) === 0) continue;
      if (dutied) value += (part.duty[o] as number) * this.scale;
      if (slope > 0) value += slope * measureOf(regime, part, o);
      if (value < best) best = value;
    }
    this.tried += part.count >> 3;
    return best;
  }

  /** Chooses the slope that bounds the regime best, and orders the parts by it. Returns the bound. */
  private aim(regime: Regime, duals: Duals): number {
    const { parts } = this.shipper;
    const slopes = this.free ? FREE : regime.slopes;
    const sumAt = (at: number): number => {
      const { slope = 0, intercept = 0 } = slopes[at] ?? {};
      let sum = intercept;
      for (let k = 0; k < parts.length; k += 1) {
        const best = this.bestOf(k, regime, slope);
        this.best[k] = best;
        if (best < 0 || this.must[k] === 1) sum += best;
      }
      return sum;
    };
    // Concave in the slope: climb from where it was best before.
    let at = Math.min(this.chosen.get(regime) ?? slopes.length - 1, slopes.length - 1);
    let sum = sumAt(at);
    for (const turn of [-1, 1]) {
      let moved = false;
      while (at + turn >= 0 && at + turn < slopes.length) {
        const next = sumAt(at + turn);
        if (next <= sum) break;
        sum = next;
        at += turn;
        moved = true;
      }
      if (moved) break;
    }
    this.chosen.set(regime, at);
    sumAt(at);
    this.regime = regime;
    this.slope = slopes[at]?.slope ?? 0;
    this.intercept = slopes[at]?.intercept ?? 0;
    this.base = this.baseOf(regime, duals);
    const count = parts.length;
    const { order, best, must } = this;
    for (let k = 0; k < count; k += 1) {
      let to = k;
      while (to > 0) {
        const other = order[to - 1] as number;
        const earlier = (must[k] as number) - (must[other] as number) || (best[other] as number) - (best[k] as number);
        if (earlier <= 0) break;
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
      this.goodsAfter[position] = (this.goodsAfter[position + 1] as number) + (parts[k] as Part).mostGoods;
    }
    return this.base + sum;
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
    const { regime, order, suffix } = this;
    if (from >= this.mustEnd && units > 0) this.finish(net, units, grams, volume, goods, value, duty, late);
    const { parts, node } = this.shipper;
    const count = parts.length;
    const floor = this.base + this.intercept + late * this.scale;
    const span = regime.bit;
    const dutied = regime.dutiable && !this.free;
    for (let position = from; position < count; position += 1) {
      if (this.cut) return;
      const k = order[position] as number;
      const rest = suffix[position + 1] as number;
      // Parts come by what they are worth, so none after this one does better.
      if (this.misses(floor + lean + (this.best[k] as number) + rest) && position >= this.mustEnd) return;
      if (goods + (this.goodsAfter[position] as number) < regime.goodsLeast) return;
      const part = parts[k] as Part;
      const nets = this.net[k] as Float64Array;
      this.tried += part.count;
      if (this.tried > this.triedMost) {
        this.cut = true;
        return;
      }
      for (let o = 0; o < part.count; o += 1) {
        let add = nets[o] as number;
        if (dutied) add += (part.duty[o] as number) * this.scale;
        let leanAfter = lean + add;
        if (this.slope > 0) leanAfter += this.slope * measureOf(regime, part, o);
        if (this.misses(floor + leanAfter + rest)) continue;
        if (((part.carriers[o] as number) & span) === 0) continue;
        const unitsAfter = units + (part.units[o] as number);
        if (unitsAfter > node.remainingUnits) continue;
        const goodsAfter = goods + (part.goods[o] as number);
        const valueAfter = value + (part.value[o] as number);
        if (valueAfter > regime.valueMost) continue;
        const lateAfter = part.late
          ? Math.max(late, part.late[o * this.shipper.services.length + regime.at] as number)
          : late;
        this.put(part, o, 1);
        this.extend(
          position + 1,
          net + add,
          leanAfter,
          unitsAfter,
          grams + (part.grams[o] as number),
          volume + (part.volume[o] as number),
          goodsAfter,
          valueAfter,
          duty + (part.duty[o] as number),
          this.free ? 0 : lateAfter,
        );
        this.put(part, o, 0);
      }
      if (position < this.mustEnd) return;
    }
  }

  private put(part: Part, option: number, on: 0 | 1): void {
    const span = part.items.length;
    for (let m = 0; m < span; m += 1)
      this.takes[part.items[m] as number] = on * (part.takes[option * span + m] as number);
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
    const { regime } = this;
    const { service } = regime;
    if (goods < regime.goodsLeast || goods >= regime.goodsBelow || value <= regime.valueAbove) return;
    let charge = regime.freight;
    if (charge === null) {
      const measure =
        service.basis === 'goods'
          ? goods
          : service.basis === 'units'
            ? units
            : chargeable(grams, volume, service.divisor);
      const freight = freightOf(service, measure);
      if (freight === null) return;
      charge = freight + surchargesOf(service, freight);
    }
    if (regime.dutiable && duty > 0) charge += regime.clearance;
    const reduced = net + this.base + (this.free ? 0 : (charge + late) * this.scale);
    if (this.misses(reduced)) return;
    if (!this.listing) this.limit = reduced;
    this.emit(this.takes, reduced);
  }
}

const FREE = [{ slope: 0, intercept: 0 }];

/** What an option adds to the regime's measure at least. */
function measureOf(regime: Regime, part: Part, option: number): number {
  switch (regime.measure) {
    case 'grams':
      return part.grams[option] as number;
    case 'units':
      return part.units[option] as number;
    case 'volume':
      return Math.floor(((part.volume[option] as number) * 1000) / regime.divisor);
    default:
      return 0;
  }
}
