import { GRAMS, VOLUME } from './part.js';
import type { Stair } from './regime.js';
import { StairBounds } from './stair-bounds.js';
import type { Way } from './way.js';

/** Bounds one stair as closely as a price of room and prices of its other limits can, before its loads are looked for. */
export abstract class WayBounds extends StairBounds {
  /** Loads that cost more are of no use. */
  protected limit = 0;
  protected stair!: Stair;
  protected base = 0;
  /** What a load without pieces would cost at the stair's prices, the worth of its room apart. */
  protected floor = 0;
  /** The price of room by which options are ruled out. */
  protected slope = 0;

  /**
   * A bound of the stair's loads, by the best of each part at one price of room. `care`: all of the stair's limits are priced where they are not kept, not
   * only the node's own.
   */
  protected boundWay(way: Way, care: boolean): number {
    const { regime, stair } = way;
    this.regime = regime;
    this.stair = stair;
    this.dutied = regime.dutiable && !this.free;
    this.base = way.base;
    this.unitToll = way.unitToll;
    this.goodsBonus = way.goodsBonus;
    this.otherToll = way.otherToll;
    this.other = regime.measure === GRAMS ? VOLUME : GRAMS;
    this.clip(stair);
    const price = way.base + (this.free ? 0 : stair.price);
    let { slope } = way;
    if (care) this.sumOver(slope, this.top);
    const isTight = care && (this.isTight(stair) || this.sumOther > this.otherMost(stair));
    if (isTight || (care && (way.goodsBonus > 0 || way.unitToll > 0))) {
      this.tune(stair, this.top, this.limit - price);
      this.boundOf(stair, this.top);
      slope = this.curve.slope;
    }
    this.slope = slope;
    this.floor = price + this.apart(stair);
    const { best, must } = this;
    let bound = this.floor - (slope === 0 ? 0 : slope * stair.room);
    for (let k = 0; k < this.shipper.parts.length; k += 1) {
      const least = this.bestOf(k, slope, this.top);
      best[k] = must[k] === 1 ? least : Math.min(0, least);
      bound += best[k] as number;
    }
    return bound;
  }
}
