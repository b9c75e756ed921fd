import type { Problem, ProblemLine, ProblemNode, ProblemOffer, ProblemService } from '../problem.js';
import type { Item } from './items.js';
import { carriersOf } from './load-sums.js';

/** What of a request's items its nodes could ship. */
export interface Reach {
  /** Items of which something could be shipped, with no more pieces than that. */
  readonly items: readonly Item[];
  /** The customer's value of all that is beyond reach, and what it counts where plans are compared by what they leave. */
  readonly beyond: { readonly value: number; readonly compared: number };
}

/**
 * Takes from the items what the given nodes could not ship together, which stays unfilled in every plan. So an order far above all stock is
 * as small a problem as one of the stock. Exact: no plan ships more of an item than the sum of what each node could.
 */
export function reachOf(problem: Problem, nodes: readonly ProblemNode[], items: readonly Item[]): Reach {
  let within: Item[] | null = null;
  let value = 0;
  let compared = 0;
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] as Item;
    const pieces = shippable(problem, nodes, item);
    if (pieces < item.demand) {
      // What goes whole or not at all cannot go.
      const demand = item.allOrNothing ? 0 : pieces;
      value += item.value * (item.demand - demand);
      compared += item.comparedValue * (item.demand - demand);
      within ??= items.slice(0, at);
      if (demand > 0) within.push({ ...item, demand });
    } else within?.push(item);
  }
  return { items: within ?? items, beyond: { value, compared } };
}

/** Pieces of an item that these nodes could ship, each by itself; at most its demand. */
function shippable(problem: Problem, nodes: readonly ProblemNode[], item: Item): number {
  let sum = 0;
  for (const node of nodes) {
    const pieces = piecesAtMost(problem, item, node);
    if (pieces === 0) continue;
    const carried = Math.min(pieces, carriedAtMost(problem, item, node));
    sum = item.single ? Math.max(sum, carried) : sum + carried;
    if (sum >= item.demand) return item.demand;
  }
  return sum;
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
