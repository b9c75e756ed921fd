import type { Item } from '../loads/items.js';
import type { Box, Duals } from './box.js';
import type { Cut } from './cuts.js';
import type { Shipper } from './shipper.js';

/**
 * The problem of choosing loads, at most one a node, so that every piece is shipped once or left. Amounts are whole numbers: 1/10000 x
 * `scale`.
 */
export interface Covering {
  readonly items: readonly Item[];
  readonly shippers: readonly Shipper[];
  readonly nodeCount: number;
  readonly scale: number;
  /** Loads cost nothing; only what is left counts. */
  readonly free: boolean;
  /** For each shipment beyond the first. */
  readonly perShipment: number;
  readonly maxShipments: number;
  readonly leaving: Leaving;
  /** A node that has to ship something, or -1. */
  readonly mustUse: number;
  /** Items of which not every node lists all options: none of them is cut, and no shipment pays for one of them being there. */
  readonly unlisted: ReadonlySet<number>;
  /** More are added as they are found. */
  readonly cuts: Cut[];
}

export type Leaving =
  | { readonly kind: 'forbid' }
  /** Each piece left costs at least this much. */
  | { readonly kind: 'cost'; readonly perPiece: Float64Array }
  /** Pieces may be left while their values add up to no more than the budget. */
  | { readonly kind: 'within'; readonly perPiece: Float64Array; readonly budget: number };

/** A whole set of prices. Any prices give a true bound; good ones a tight one. */
export interface Prices extends Duals {
  /** Of one unit of value left, not negative; only where a budget limits it. */
  readonly leaving: number;
  /** Of each cut, not negative; of the latest there may be none yet. */
  readonly cut: Float64Array;
}

/** What leaving one piece costs at these prices; Infinity where pieces may not be left. */
export function leavePrice(leaving: Leaving, item: number, prices: Prices): number {
  if (leaving.kind === 'forbid') return Number.POSITIVE_INFINITY;
  return (leaving.perPiece[item] as number) * (leaving.kind === 'cost' ? 1 : prices.leaving);
}

/** The largest sum that is still counted exactly, with room for one more of its size. */
const SAFE = 2 ** 51;

/** The same prices in whole numbers, each so small that all sums with them, over all nodes, are exact. */
export function rounded(covering: Covering, prices: Prices): Prices {
  const { items, leaving, nodeCount } = covering;
  const room = SAFE / (4 * (nodeCount + 2));
  const clamp = (price: number, times: number) => {
    const most = Math.floor(room / times);
    return Number.isFinite(price) ? Math.max(-most, Math.min(most, Math.round(price))) : 0;
  };
  const whole = {
    piece: new Float64Array(items.length),
    use: Float64Array.from(items, (_, at) =>
      covering.unlisted.has(at) ? 0 : Math.max(0, clamp(prices.use[at] as number, items.length)),
    ),
    shipment: covering.perShipment + Math.max(0, clamp(prices.shipment - covering.perShipment, nodeCount + 1)),
    leaving: 0,
    cut: Float64Array.from(prices.cut, (price, at) =>
      Math.max(0, clamp(price, (covering.cuts[at]?.right ?? 1) * prices.cut.length)),
    ),
    bonus: items.map((): Float64Array | null => null),
  };
  for (const [at, price] of whole.cut.entries()) {
    const cut = covering.cuts[at];
    if (!cut || price === 0) continue;
    const table = whole.bonus[cut.item] ?? new Float64Array(cut.weights.length);
    for (let pieces = 0; pieces < table.length; pieces += 1)
      table[pieces] = (table[pieces] as number) + price * (cut.weights[pieces] as number);
    whole.bonus[cut.item] = table;
  }
  if (leaving.kind === 'within') {
    let dearest = leaving.budget;
    for (const [at, item] of items.entries()) dearest += (leaving.perPiece[at] as number) * item.demand;
    whole.leaving = Math.max(0, clamp(prices.leaving, dearest));
  }
  let sum = 0;
  for (const [at, item] of items.entries()) {
    const price = prices.piece[at] as number;
    if (Number.isFinite(price)) sum += Math.abs(price) * item.demand;
  }
  const share = Math.min(1, room / Math.max(1, sum));
  for (const at of items.keys()) {
    const price = prices.piece[at] as number;
    whole.piece[at] = Number.isFinite(price) ? Math.round(price * share) : 0;
  }
  return whole;
}

/** What whole prices prove, given the least reduced cost per node (zero or negative, unless the node must ship): no plan costs less. */
export function boundOf(covering: Covering, box: Box, prices: Prices, least: Float64Array): number {
  const { items, leaving } = covering;
  let bound = -covering.perShipment;
  bound -= (prices.shipment - covering.perShipment) * shipmentsAtMost(covering);
  if (leaving.kind === 'within') bound -= prices.leaving * leaving.budget;
  for (const [at, item] of items.entries())
    bound +=
      (prices.piece[at] as number) * item.demand -
      (prices.use[at] as number) +
      leastOfLeaving(covering, box, prices, at);
  for (const [at, price] of prices.cut.entries()) bound += price * (covering.cuts[at]?.right ?? 0);
  for (const each of least) bound += each;
  return bound;
}

/** What leaving pieces of an item changes at least, against shipping them at these prices. */
export function leastOfLeaving({ leaving }: Covering, box: Box, prices: Prices, item: number): number {
  if (leaving.kind === 'forbid') return 0;
  const each = leavePrice(leaving, item, prices) - (prices.piece[item] as number);
  return each * (each < 0 ? (box.leaveMost[item] as number) : (box.leaveLeast[item] as number));
}

function shipmentsAtMost(covering: Covering): number {
  return Math.min(covering.maxShipments, covering.nodeCount);
}

/** A box that leaves every node free. */
export function openBox(covering: Covering): Box {
  const width = covering.items.length;
  const most = new Int32Array(covering.nodeCount * width);
  for (let node = 0; node < covering.nodeCount; node += 1)
    for (const [at, item] of covering.items.entries()) most[node * width + at] = item.demand;
  const must = new Uint8Array(covering.nodeCount);
  if (covering.mustUse >= 0) must[covering.mustUse] = 1;
  return {
    must,
    least: new Int32Array(covering.nodeCount * width),
    most,
    leaveLeast: new Int32Array(width),
    leaveMost: Int32Array.from(covering.items, (item) => (covering.leaving.kind === 'forbid' ? 0 : item.demand)),
  };
}
