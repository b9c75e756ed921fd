import type { Item } from './items.js';

/** More states than this are not held in a table. */
export const STATES_MAX = 32_768;

/**
 * All amounts of the items that may be shipped so far, each as one number: a mixed radix over the items, the first one lowest. Shipments
 * may be counted as one more item, the highest, of which each load takes one.
 */
export class LoadSpace {
  readonly size: number;
  readonly demands: readonly number[];
  readonly strides: readonly number[];
  /** What a shipment adds to a state; 0: shipments are not counted. */
  readonly perShipment: number;

  private constructor(
    private readonly items: readonly Item[],
    demands: readonly number[],
  ) {
    const strides: number[] = [];
    let size = 1;
    for (const demand of demands) {
      strides.push(size);
      size *= demand + 1;
    }
    this.size = size;
    this.demands = demands;
    this.strides = strides;
    this.perShipment = strides[items.length] ?? 0;
  }

  /** Null where there are too many states for a table. `shipmentsMost`: count shipments up to this; 0: do not. */
  static of(items: readonly Item[], shipmentsMost = 0): LoadSpace | null {
    const demands: number[] = [];
    for (const item of items) demands.push(item.demand);
    if (shipmentsMost > 0) demands.push(shipmentsMost);
    let size = 1;
    for (const demand of demands) {
      size *= demand + 1;
      if (size > STATES_MAX) return null;
    }
    return new LoadSpace(items, demands);
  }

  /** Pieces of an item in a load; of the counted shipments, one. */
  taken(delta: number, item: number): number {
    return item === this.items.length ? 1 : this.pieces(delta, item);
  }

  /** Pieces of an item in a state, or in what a load adds to one. */
  pieces(state: number, item: number): number {
    return ((state / (this.strides[item] as number)) | 0) % ((this.demands[item] as number) + 1);
  }

  /** Up to how many pieces of an item there may be in a state to which a load is added; an item that is single must be untouched. */
  room(delta: number, item: number): number {
    if (item === this.items.length) return (this.demands[item] as number) - 1;
    const pieces = this.pieces(delta, item);
    return pieces > 0 && this.items[item]?.single ? 0 : (this.demands[item] as number) - pieces;
  }

  /** Whether a load can be added to a state. */
  fits(state: number, delta: number): boolean {
    for (let item = 0; item < this.demands.length; item += 1)
      if (this.pieces(state, item) > this.room(delta, item)) return false;
    return true;
  }
}
