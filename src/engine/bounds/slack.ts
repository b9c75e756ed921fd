import type { Box, Duals } from './box.js';
import type { Covering } from './covering.js';
import type { Shipper } from './shipper.js';

interface Known {
  readonly duals: Duals;
  readonly slack: number;
}

/**
 * What shippers' loads cost at least above the worth of their pieces, at prices that they were asked about, within one box or boxes in it. Where prices
 * rose by little since, there is no need to ask again.
 */
export class Slacks {
  private readonly known = new Map<Shipper, Known>();

  /** `slack`: at these prices no load costs less above the worth of its pieces. */
  note(shipper: Shipper, duals: Duals, slack: number): void {
    this.known.set(shipper, { duals, slack });
  }

  forget(shipper: Shipper): void {
    this.known.delete(shipper);
  }

  /** What every load of the shipper costs at least over what these prices make of it. Exact, as long as prices are whole. */
  floorOf(shipper: Shipper, duals: Duals): number {
    const known = this.known.get(shipper);
    if (!known) return Number.NEGATIVE_INFINITY;
    const before = known.duals;
    let floor = known.slack + duals.shipment - before.shipment;
    if (before === duals) return floor;
    const { items, most } = shipper;
    for (let at = 0; at < items.length; at += 1) {
      const item = items[at] as number;
      floor -= riseOf(before, duals, item, most[at] as number);
      const use = (before.use[item] as number) - (duals.use[item] as number);
      if (use > 0) floor -= use;
    }
    return floor;
  }

  /** Whether every load of the shipper costs more than `above` over what these prices make of it. */
  rulesOut(shipper: Shipper, duals: Duals, above = 0): boolean {
    return this.floorOf(shipper, duals) > above;
  }
}

/** By how much the worth of up to so many pieces of an item rose at most. */
function riseOf(before: Duals, after: Duals, item: number, most: number): number {
  const each = (after.piece[item] as number) - (before.piece[item] as number);
  const old = before.bonus[item];
  const table = after.bonus[item];
  if (!old && !table) return each > 0 ? each * most : 0;
  let rise = 0;
  for (let pieces = 1; pieces <= most; pieces += 1)
    rise = Math.max(rise, each * pieces + (table?.[pieces] ?? 0) - (old?.[pieces] ?? 0));
  return rise;
}

/** Whether a box leaves a node as free as it can be. */
export function isOpenAt(covering: Covering, box: Box, node: number): boolean {
  const width = covering.items.length;
  if (box.must[node] === 1) return false;
  for (let at = 0; at < width; at += 1) {
    const here = node * width + at;
    if ((box.least[here] as number) > 0 || (box.most[here] as number) < (covering.items[at]?.demand ?? 0)) return false;
  }
  return true;
}
