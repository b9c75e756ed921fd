import type { Problem, ProblemLine, ProblemNode, ProblemOffer, ProblemService } from '../problem.js';
import type { Item } from './items.js';
import { carriersOf } from './load-sums.js';

/** What of a request's items its nodes could ship. */
export interface Reach {
  /** Items of which something could be shipped, with no more pieces than that. */
  readonly items: readonly Item[];
  /** The customer's value of all that is beyond reach, and what it counts where plans are compared by what they leave. */
  readonly beyond: { readonly value: number; readonly compared: number };
  /** Of items that share a SKU more is asked for than there is of it; what is left of them then counts so much at least. */
  readonly isShort: boolean;
  readonly short: number;
}

/**
 * Takes from the items what the given nodes could not ship together, which stays unfilled in every plan. So an order far above all stock is
 * as small a problem as one of the stock. Exact: no plan ships more of an item than the sum of what each node could, nor of a SKU more than
 * whole packs of the largest size that goes into all of them.
 */
export function reachOf(problem: Problem, nodes: readonly ProblemNode[], items: readonly Item[]): Reach {
  let within: Item[] | null = null;
  let value = 0;
  let compared = 0;
  const sharing = sharedSkus(problem, items);
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] as Item;
    const pieces = shippable(problem, nodes, item, sharing === null || !isShared(problem, item, sharing));
    if (pieces < item.demand) {
      // What goes whole or not at all cannot go.
      const demand = item.allOrNothing ? 0 : pieces;
      value += item.value * (item.demand - demand);
      compared += item.comparedValue * (item.demand - demand);
      within ??= items.slice(0, at);
      if (demand > 0) within.push({ ...item, demand });
    } else within?.push(item);
  }
  const reached = within ?? items;
  const { isShort, short } = sharing === null ? ENOUGH : shortOf(problem, nodes, reached, sharing);
  return { items: reached, beyond: { value, compared }, isShort, short };
}

const ENOUGH = { isShort: false, short: 0 };

/** The SKUs of more than one item; null where there are none. A problem may name SKUs that none of its lines asks for. */
function sharedSkus({ lines, skus }: Problem, items: readonly Item[]): ReadonlySet<number> | null {
  if (items.length < 2) return null;
  let shared: Set<number> | null = null;
  const owners = new Int32Array(skus.length).fill(-1);
  for (let at = 0; at < items.length; at += 1)
    for (const line of (items[at] as Item).lines) {
      const { sku } = lines[line] as ProblemLine;
      const owner = owners[sku] as number;
      if (owner >= 0 && owner !== at) {
        shared ??= new Set();
        shared.add(sku);
      }
      owners[sku] = at;
    }
  return shared;
}

function isShared(problem: Problem, item: Item, shared: ReadonlySet<number>): boolean {
  return item.lines.some((line) => shared.has(problem.lines[line]?.sku ?? 0));
}

/** What items that share a SKU must leave together, beyond what each of them must leave by itself. */
function shortOf(problem: Problem, nodes: readonly ProblemNode[], items: readonly Item[], shared: ReadonlySet<number>) {
  let isShort = false;
  let short = 0;
  for (const sku of shared) {
    const asking: { item: Item; units: number; pieces: number }[] = [];
    for (const item of items) {
      const units = item.lines.reduce(
        (sum, at) => sum + (problem.lines[at]?.sku === sku ? unitsOf(problem, item, at) : 0),
        0,
      );
      if (units > 0) asking.push({ item, units, pieces: item.demand });
    }
    const wanted = asking.reduce((sum, { units, pieces }) => sum + units * pieces, 0);
    let left = wanted - stockOf(nodes, sku, wanted);
    if (left <= 0) continue;
    isShort = true;
    // What a kit with other goods is worth could be counted for each of them.
    if (asking.some(({ item }) => item.lines.some((at) => problem.lines[at]?.sku !== sku))) continue;
    // Those units first that count least.
    asking.sort((a, b) => a.item.comparedValue / a.units - b.item.comparedValue / b.units);
    for (const { item, units, pieces } of asking) {
      const taken = Math.min(left, units * pieces);
      short += Number((BigInt(item.comparedValue) * BigInt(taken)) / BigInt(units));
      left -= taken;
    }
  }
  return { isShort, short };
}

function unitsOf(problem: Problem, item: Item, line: number): number {
  return item.whole ? (problem.lines[line] as ProblemLine).quantity : 1;
}

/** Units of a SKU, up to so many, that the nodes could ship together. */
function stockOf(nodes: readonly ProblemNode[], sku: number, wanted: number): number {
  let pack = 0;
  let stock = 0;
  for (const node of nodes) {
    const offer = node.offers[sku];
    const most = offer ? unitsAtMost(offer, node) : 0;
    if (!offer || most === 0) continue;
    pack = commonPack(pack, offer.multiple);
    stock += Math.min(most, wanted);
  }
  return wholePacks(Math.min(stock, wanted), pack);
}

/** The largest pack of which both sizes are whole numbers; 0: no size yet. */
function commonPack(a: number, b: number): number {
  let [pack, rest] = [a, b];
  while (rest > 0) [pack, rest] = [rest, pack % rest];
  return pack;
}

function wholePacks(units: number, pack: number): number {
  return pack === 0 ? 0 : units - (units % pack);
}

/**
 * Pieces of an item that these nodes could ship, each by itself; at most its demand. `isAlone`: no other item has its SKU, so that what ships
 * of a line is whole packs.
 */
function shippable(problem: Problem, nodes: readonly ProblemNode[], item: Item, isAlone: boolean): number {
  const sku = problem.lines[item.lines[0] as number]?.sku ?? 0;
  const inPacks = isAlone && !item.whole;
  let pack = inPacks ? 0 : 1;
  let sum = 0;
  let most = 0;
  for (const node of nodes) {
    const pieces = piecesAtMost(problem, item, node);
    if (pieces === 0) continue;
    const carried = Math.min(pieces, carriedAtMost(problem, item, node));
    const multiple = inPacks ? (node.offers[sku]?.multiple ?? 1) : 1;
    const packed = wholePacks(carried, multiple);
    pack = commonPack(pack, multiple);
    sum += packed;
    most = Math.max(most, packed);
    if (pack === 1 && !item.single && sum >= item.demand) return item.demand;
  }
  return item.single ? most : wholePacks(Math.min(sum, item.demand), pack);
}

/** Pieces of an item that a node's stock and capacity could take, each SKU by itself. */
export function piecesAtMost(problem: Problem, item: Item, node: ProblemNode): number {
  let pieces = item.demand;
  let units = 0;
  for (const index of item.lines) {
    const { sku, quantity } = problem.lines[index] as ProblemLine;
    const offer = node.offers[sku];
    if (!offer) return 0;
    const most = unitsAtMost(offer, node);
    if (item.whole) {
      units += quantity;
      if (quantity > most) return 0;
    } else pieces = Math.min(pieces, most);
  }
  return item.whole && units > node.remainingUnits ? 0 : pieces;
}

/** Units of one SKU that a shipment of a node may hold, in whole packs. */
function unitsAtMost({ available, minimum, multiple }: ProblemOffer, { remainingUnits }: ProblemNode): number {
  const units = Math.min(available, remainingUnits);
  const packed = multiple === 1 ? units : units - (units % multiple);
  return packed < minimum ? 0 : packed;
}

/** Pieces of an item that some service of a node could carry, by weight or number alone; without limit where goods count. */
function carriedAtMost(problem: Problem, item: Item, node: ProblemNode): number {
  let units = 0;
  let grams = 0;
  for (const index of item.lines) {
    const line = problem.lines[index] as ProblemLine;
    units += item.whole ? line.quantity : 1;
    grams += line.grams * (item.whole ? line.quantity : 1);
  }
  let most = 0;
  for (const service of carriersOf(problem, node.services, item.lines)) {
    const end = measureAtMost(service);
    const each = service.basis === 'units' ? units : service.basis === 'weight' ? grams : 0;
    most = Math.max(most, each === 0 ? (end < 0 ? 0 : Number.POSITIVE_INFINITY) : Math.floor(end / each));
  }
  return most;
}

/** The greatest measure that a service carries; below 0 where it carries nothing. */
function measureAtMost({ rates, beyond, maximum }: ProblemService): number {
  const last = rates.at(-1);
  if (!last) return -1;
  return beyond ? maximum : Math.min(maximum, last.upTo);
}
