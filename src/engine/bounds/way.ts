import type { Regime, Stair } from './regime.js';

/** Receives a load: pieces per item (to be copied) and reduced cost. */
export type Emit = (takes: Int32Array, reduced: number) => void;

/** A stair that is to be tried, with what bounds it best. */
export interface Way {
  readonly regime: Regime;
  readonly stair: Stair;
  readonly slope: number;
  readonly unitToll: number;
  readonly goodsBonus: number;
  readonly otherToll: number;
  readonly base: number;
  readonly bound: number;
}
