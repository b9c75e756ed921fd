import type { Effort } from '../effort.js';
import type { Box, Duals } from './box.js';
import { LoadSearch } from './load-search.js';
import { GRAMS, VOLUME } from './part.js';
import type { Regime, Stair } from './regime.js';
import type { Shipper } from './shipper.js';
import { Slacks } from './slack.js';
import type { Emit, Way } from './way.js';

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

/** Options tried on each stair before any is tried to the end. */
const FIRST_TRIES = 100;

/** Finds a shipper's loads by what they cost above the worth of their pieces: freight is bounded stair by stair, and the best stairs are tried first. */
export class Pricing extends LoadSearch {
  /** What shippers that no box limits fell short by. */
  readonly slacks = new Slacks();
  /** No load was lower than this in the last search, whatever its ceiling. */
  slack = 0;
  private readonly ways: Way[] = [];
  private wayCount = 0;
  private triesLeft = 0;

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
    this.halt();
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
    this.slack = Math.min(this.slack, proven, this.limit < ceiling ? this.limit : proven);
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
    let proven = Number.POSITIVE_INFINITY;
    for (const rounds of this.listing ? [false] : [true, false]) {
      const cut: Way[] = [];
      proven = Number.POSITIVE_INFINITY;
      for (const way of open) {
        if (this.leaves(way.bound)) break;
        this.slack = Math.min(this.slack, this.limit);
        const bound = this.tryWay(way, rounds ? FIRST_TRIES : this.triesLeft, !rounds);
        if (bound < Number.POSITIVE_INFINITY) cut.push(way);
        proven = Math.min(proven, bound);
        if (!rounds) this.triesLeft = Math.max(0, this.triesLeft - this.tried);
      }
      open = cut;
    }
    return proven;
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
    const { stairs } = regime;
    this.unitToll = 0;
    this.goodsBonus = 0;
    this.otherToll = 0;
    this.other = regime.measure === GRAMS ? VOLUME : GRAMS;
    let cheapest = Number.POSITIVE_INFINITY;
    for (const stair of stairs) cheapest = Math.min(cheapest, stair.price);
    const level = this.base + (this.free ? 0 : cheapest);
    if (this.leaves(level + this.sumOver(0, this.high))) return;
    const known = this.isTight(stairs.at(-1) as Stair) ? this.tolls.get(regime) : undefined;
    const first = this.wayCount;
    this.drawCurve(this.high);
    for (const stair of stairs) this.addWay(regime, stair, null);
    if (!known || this.wayCount === first) return;
    // What was found for the last stair that did not keep to the node's limits may do for others.
    const untolled = this.ways.slice(first, this.wayCount);
    this.wayCount = first;
    this.unitToll = known.unit;
    this.goodsBonus = known.goods;
    this.drawCurve(this.high);
    for (const way of untolled) this.addWay(regime, way.stair, way);
  }

  /** Notes a stair, unless its bound leaves it; `other`: the same with other tolls. */
  private addWay(regime: Regime, stair: Stair, other: Way | null): void {
    const { base, unitToll, goodsBonus, otherToll, curve } = this;
    this.work += 1;
    const bound = base + this.apart(stair) + (this.free ? 0 : stair.price) + curve.least(stair.room);
    if (this.leaves(bound)) return;
    const way = { regime, stair, slope: curve.slope, unitToll, goodsBonus, otherToll, base, bound };
    this.ways[this.wayCount] = other && other.bound >= bound ? other : way;
    this.wayCount += 1;
  }
}
