import { chargeable, freightOf, latenessOf, surchargesOf, unitCostAt } from './cost.js';
import { type Item, piecesAtMost } from './items.js';
import type { Problem, ProblemNode, ProblemOffer, ProblemService } from './problem.js';

/** Every load that any node could ship, with its least cost over the node's services. One row per load. */
export class LoadTable {
  /** Pieces per item, `items` numbers a row. */
  takes = new Int32Array(0);
  /** landed + steering, in 1/10000. */
  costs = new Float64Array(0);
  /** Index of the node. */
  nodes = new Int32Array(0);
  count = 0;

  constructor(readonly items: number) {}

  add(node: number, take: Int32Array, cost: number): void {
    if (this.count === this.costs.length) this.grow();
    this.takes.set(take, this.count * this.items);
    this.costs[this.count] = cost;
    this.nodes[this.count] = node;
    this.count += 1;
  }

  /** The rows for which `test` holds, in the same order. */
  filter(test: (row: number) => boolean): LoadTable {
    const kept = new LoadTable(this.items);
    for (let row = 0; row < this.count; row += 1)
      if (test(row))
        kept.add(
          this.nodes[row] ?? 0,
          this.takes.subarray(row * this.items, (row + 1) * this.items),
          this.costs[row] ?? 0,
        );
    return kept;
  }

  private grow(): void {
    const capacity = Math.max(64, this.count * 2);
    const [takes, costs, nodes] = [this.takes, this.costs, this.nodes];
    this.takes = new Int32Array(capacity * this.items);
    this.costs = new Float64Array(capacity);
    this.nodes = new Int32Array(capacity);
    this.takes.set(takes);
    this.costs.set(costs);
    this.nodes.set(nodes);
  }
}

/** One item as a node could take it. */
interface Takeable {
  readonly at: number;
  readonly item: Item;
  readonly pieces: number;
  /** SKUs of which no later item holds any: their total is final here. */
  readonly closes: readonly { readonly sku: number; readonly offer: ProblemOffer }[];
  /** The services that carry the item. */
  readonly carriedBy: ReadonlySet<ProblemService>;
}

/** What a load adds up to so far. Only SKUs whose total is final count in the money. */
interface Sums {
  units: number;
  grams: number;
  volume: number;
  value: number;
  goods: number;
  unitFees: number;
  duty: number;
  steering: number;
  shipsAt: number;
}

/**
 * Adds every feasible load of a node to the table. Source: ROUTING.md, "Plan" (rules 2, 3, 5) and "Cost"; `priceLoad` prices one load by
 * the same rules, and a test compares the two.
 */
export function addLoads(problem: Problem, node: ProblemNode, items: readonly Item[], table: LoadTable): void {
  const services = node.services.filter((service) => service.rates.length > 0);
  const takeable = takeableOf(problem, node, items, services);
  const take = new Int32Array(items.length);
  const perSku = new Float64Array(problem.skus.length);

  const visit = (at: number, sums: Sums, carriers: readonly ProblemService[]): void => {
    const next = takeable[at];
    if (!next) {
      if (sums.units > 0) {
        const cost = leastCost(problem, node, sums, carriers);
        if (cost !== null) table.add(node.index, take, cost);
      }
      return;
    }
    const { item } = next;
    const others = carriers.filter((service) => next.carriedBy.has(service));
    for (let pieces = 0; pieces <= next.pieces; pieces += 1) {
      if (pieces > 0) {
        for (const index of item.lines) {
          const line = problem.lines[index];
          if (line) perSku[line.sku] = (perSku[line.sku] ?? 0) + (item.whole ? line.quantity : 1);
        }
        take[next.at] = pieces;
      }
      const left = pieces > 0 ? others : carriers;
      if (left.length === 0) break;
      const after = { ...sums };
      for (const index of pieces > 0 ? item.lines : []) {
        const line = problem.lines[index];
        if (!line) continue;
        const units = item.whole ? line.quantity : pieces;
        after.units += units;
        after.grams += line.grams * units;
        after.volume += line.volume * units;
        after.value += line.unitPrice * units;
      }
      if (after.units > node.remainingUnits) break;
      if (close(next, perSku, after)) visit(at + 1, after, left);
    }
    const taken = take[next.at] ?? 0;
    take[next.at] = 0;
    for (const index of item.lines) {
      const line = problem.lines[index];
      if (line) perSku[line.sku] = (perSku[line.sku] ?? 0) - (item.whole ? line.quantity : 1) * taken;
    }
  };
  const nothing: Sums = {
    units: 0,
    grams: 0,
    volume: 0,
    value: 0,
    goods: 0,
    unitFees: 0,
    duty: 0,
    steering: 0,
    shipsAt: node.readyAt,
  };
  visit(0, nothing, services);
}

function takeableOf(
  problem: Problem,
  node: ProblemNode,
  items: readonly Item[],
  services: readonly ProblemService[],
): Takeable[] {
  const found = items.flatMap((item, at) => {
    const pieces = piecesAtMost(problem, item, node);
    const carriedBy = new Set(
      services.filter((service) =>
        item.lines.every((index) => {
          const line = problem.lines[index];
          return (
            line && !service.excludedSkus[line.sku] && !service.excludedTags.some((tag) => line.tags.includes(tag))
          );
        }),
      ),
    );
    return pieces > 0 && carriedBy.size > 0 ? [{ at, item, pieces, carriedBy }] : [];
  });
  const skusOf = (item: Item) => [...new Set(item.lines.map((index) => problem.lines[index]?.sku ?? 0))];
  return found.map((each, position) => ({
    ...each,
    closes: skusOf(each.item)
      .filter((sku) => found.slice(position + 1).every((later) => !skusOf(later.item).includes(sku)))
      .flatMap((sku) => {
        const offer = node.offers[sku];
        return offer ? [{ sku, offer }] : [];
      }),
  }));
}

/** Adds the SKUs that are final now; false where one breaks a rule of its offer. */
function close(next: Takeable, perSku: Float64Array, sums: Sums): boolean {
  for (const { sku, offer } of next.closes) {
    const quantity = perSku[sku] ?? 0;
    if (quantity === 0) continue;
    if (quantity > offer.available || quantity < offer.minimum || quantity % offer.multiple !== 0) return false;
    sums.goods += unitCostAt(offer.costs, quantity) * quantity;
    sums.unitFees += offer.unitFee * quantity;
    sums.duty += offer.unitDuty * quantity;
    sums.steering += (offer.unitReserve + offer.unitAdjustment) * quantity;
    if (offer.readyAt > sums.shipsAt) sums.shipsAt = offer.readyAt;
  }
  return true;
}

/** landed + steering by the cheapest service; null where no service may. */
function leastCost(
  problem: Problem,
  node: ProblemNode,
  sums: Sums,
  carriers: readonly ProblemService[],
): number | null {
  let common = sums.goods + sums.unitFees + sums.steering + node.orderFee + node.failureCost + node.adjustment;
  if (node.minimumOrderValue !== null && sums.goods < node.minimumOrderValue) {
    if (node.smallOrderFee === null) return null;
    common += node.smallOrderFee;
  }
  const dutyFree = node.dutyFreeUpTo !== null && sums.value <= node.dutyFreeUpTo;
  if (!dutyFree && sums.duty !== 0) common += sums.duty + node.clearanceFee;
  let least: number | null = null;
  for (const service of carriers) {
    const lateness = latenessOf(problem, sums.shipsAt + service.transitMs);
    if (lateness === null) continue;
    const measure =
      service.basis === 'goods'
        ? sums.goods
        : service.basis === 'units'
          ? sums.units
          : chargeable(sums.grams, sums.volume, service.divisor);
    const freight = freightOf(service, measure);
    if (freight === null) continue;
    const cost = common + freight + surchargesOf(service, freight) + lateness;
    if (least === null || cost < least) least = cost;
  }
  return least;
}
