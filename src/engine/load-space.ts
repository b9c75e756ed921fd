import type { Item } from './items.js';

/** More states than this are not held in a table. */
export const STATES_MAX = 32_768;
/** Fields of a packed number, spare bits included, stay within a small integer. */
const BITS_MAX = 30;

const ROOMS = new Int32Array(STATES_MAX);

/**
 * All amounts of the items that may be shipped so far, each as one number: a mixed radix over the items. Beside it each state has its room
 * as a packed number, one field an item with a spare bit above it, so that one subtraction tells whether a load fits.
 *
 * `shipmentsMost`: shipments are counted as one more item, of which each load takes one; 0: they are not.
 */
export class LoadSpace {
  readonly size: number;
  readonly strides: readonly number[];
  readonly shifts: readonly number[];
  readonly guards: number;
  /** Per state, packed: pieces that are not shipped yet; the spare bits set. They last until the next space is made. */
  readonly rooms = ROOMS;
  /** What one shipment adds to a state, and takes of its room. */
  readonly shipmentStride: number;
  readonly shipmentField: number;

  private constructor(demands: readonly number[], items: number) {
    const strides: number[] = [];
    const shifts: number[] = [];
    let size = 1;
    let shift = 0;
    let guards = 0;
    let whole = 0;
    for (const demand of demands) {
      strides.push(size);
      shifts.push(shift);
      whole |= demand << shift;
      size *= demand + 1;
      shift += bitsOf(demand) + 1;
      guards |= 1 << (shift - 1);
    }
    this.size = size;
    this.strides = strides;
    this.shifts = shifts;
    this.guards = guards;
    const { rooms } = this;
    rooms[0] = whole | guards;
    for (let at = 0; at < demands.length; at += 1) {
      const stride = strides[at] as number;
      const one = 1 << (shifts[at] as number);
      const end = stride * ((demands[at] as number) + 1);
      for (let state = stride; state < end; state += 1) rooms[state] = (rooms[state - stride] as number) - one;
    }
    const counted = demands.length > items;
    this.shipmentStride = counted ? (strides[items] as number) : 0;
    this.shipmentField = counted ? 1 << (shifts[items] as number) : 0;
  }

  /** Null where there are too many states for a table. */
  static of(items: readonly Item[], shipmentsMost = 0): LoadSpace | null {
    const demands = items.map((item) => item.demand);
    if (shipmentsMost > 0) demands.push(shipmentsMost);
    let size = 1;
    let bits = 0;
    for (const demand of demands) {
      size *= demand + 1;
      bits += bitsOf(demand) + 1;
      if (size > STATES_MAX || bits > BITS_MAX) return null;
    }
    return new LoadSpace(demands, items.length);
  }
}

function bitsOf(demand: number): number {
  return 32 - Math.clz32(demand);
}
