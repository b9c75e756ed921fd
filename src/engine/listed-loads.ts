import { chargeable, freightOf, latenessOf, surchargesOf, unitCostAt } from './cost.js';
import { type Item, piecesAtMost } from './items.js';
import type { LoadSpace } from './load-space.js';
import type { Problem, ProblemNode } from './problem.js';

/** Every load that a request's nodes could ship, each once, with what it costs by its cheapest service. */
export interface ListedLoads {
  /** Per node in the order given: where its loads begin, and in the end where the last ones end. */
  readonly starts: readonly number[];
  /** What a load adds to the state, and the room that it needs, packed. */
  readonly deltas: readonly number[];
  readonly needs: readonly number[];
  /** Landed cost and steering, in 1/10000. */
  readonly costs: readonly number[];
  /** States from which some load can be shipped, summed over the loads. */
  readonly moves: number;
}

/** More services than this at one node are not told apart by bits. */
const SERVICES_MAX = 30;

/** Lists the loads of the given nodes; null where they may be more than `most`. */
export function listLoads(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  space: LoadSpace,
  most: number,
): ListedLoads | null {
  const lister = new Lister(problem, items, space);
  let count = 0;
  const pieces: number[] = [];
  for (const node of nodes) {
    if (node.services.length > SERVICES_MAX) return null;
    let loads = 1;
    for (const item of items) {
      const most = piecesAtMost(problem, item, node);
      pieces.push(most);
      loads *= most + 1;
    }
    count += loads - 1;
    if (count > most) return null;
  }
  for (const [at, node] of nodes.entries()) lister.list(node, pieces, at * items.length);
  lister.starts.push(lister.costs.length);
  return lister;
}

class Lister implements ListedLoads {
  readonly starts: number[] = [];
  readonly deltas: number[] = [];
  readonly needs: number[] = [];
  readonly costs: number[] = [];
  moves = 0;

  private node: ProblemNode;
  private pieces: readonly number[] = [];
  private first = 0;
  /** Per item: the services that carry it, a bit each. */
  private readonly carriers: number[] = [];
  private readonly perSku: number[];
  private units = 0;
  private grams = 0;
  private volume = 0;
  private value = 0;

  constructor(
    private readonly problem: Problem,
    private readonly items: readonly Item[],
    private readonly space: LoadSpace,
  ) {
    this.node = problem.nodes[0] as ProblemNode;
    this.perSku = problem.skus.map(() => 0);
  }

  /** `pieces`, from `first` on: the most of each item that the node could ship. */
  list(node: ProblemNode, pieces: readonly number[], first: number): void {
    this.node = node;
    this.pieces = pieces;
    this.first = first;
    this.starts.push(this.costs.length);
    for (let at = 0; at < this.items.length; at += 1)
      this.carriers[at] = (pieces[first + at] as number) > 0 ? this.carriersOf(at) : 0;
    this.visit(0, 0, 0, -1, 1);
  }

  private carriersOf(at: number): number {
    const { services } = this.node;
    let mask = 0;
    for (let s = 0; s < services.length; s += 1) if (this.isCarried(at, s)) mask |= 1 << s;
    return mask;
  }

  private isCarried(at: number, s: number): boolean {
    const { excludedTags, excludedSkus } = this.node.services[s] as ProblemNode['services'][number];
    for (const index of (this.items[at] as Item).lines) {
      const line = this.problem.lines[index] as Problem['lines'][number];
      if (excludedSkus[line.sku]) return false;
      for (const tag of excludedTags) if (line.tags.includes(tag)) return false;
    }
    return true;
  }

  /** `moves`: states in which what is put so far fits. */
  private visit(at: number, delta: number, need: number, mask: number, moves: number): void {
    if (at === this.items.length) {
      if (delta > 0) this.add(delta, need, mask, moves);
      return;
    }
    const item = this.items[at] as Item;
    const { demand } = item;
    this.visit(at + 1, delta, need, mask, moves * (demand + 1));
    const carried = mask & (this.carriers[at] as number);
    const most = this.pieces[this.first + at] as number;
    if (most === 0 || carried === 0) return;
    const stride = this.space.strides[at] as number;
    const shift = this.space.shifts[at] as number;
    for (let count = 1; count <= most; count += 1) {
      this.put(item, 1);
      this.visit(
        at + 1,
        delta + stride * count,
        need | ((item.single ? demand : count) << shift),
        carried,
        moves * (item.single ? 1 : demand - count + 1),
      );
    }
    this.put(item, -most);
  }

  /** Puts pieces of an item into the load, or takes them out. */
  private put(item: Item, pieces: number): void {
    for (const index of item.lines) {
      const line = this.problem.lines[index] as Problem['lines'][number];
      const units = item.whole ? line.quantity * pieces : pieces;
      this.perSku[line.sku] = (this.perSku[line.sku] as number) + units;
      this.units += units;
      this.grams += line.grams * units;
      this.volume += line.volume * units;
      this.value += line.unitPrice * units;
    }
  }

  private add(delta: number, need: number, mask: number, moves: number): void {
    const cost = this.leastCost(mask);
    if (cost === Number.POSITIVE_INFINITY) return;
    this.deltas.push(delta);
    this.needs.push(need);
    this.costs.push(cost);
    this.moves += moves;
  }

  /** What the load costs by its cheapest service, as `priceLoad` has it; Infinity where it breaks a rule. */
  private leastCost(mask: number): number {
    const { node, problem, perSku, units } = this;
    if (units > node.remainingUnits) return Number.POSITIVE_INFINITY;
    let goods = 0;
    let perUnit = 0;
    let duty = 0;
    let readyAt = node.readyAt;
    for (let sku = 0; sku < perSku.length; sku += 1) {
      const quantity = perSku[sku] as number;
      if (quantity === 0) continue;
      const offer = node.offers[sku];
      if (!offer || quantity > offer.available || quantity < offer.minimum) return Number.POSITIVE_INFINITY;
      if (offer.multiple > 1 && quantity % offer.multiple !== 0) return Number.POSITIVE_INFINITY;
      goods += unitCostAt(offer.costs, quantity) * quantity;
      perUnit += (offer.unitFee + offer.unitReserve + offer.unitAdjustment) * quantity;
      duty += offer.unitDuty * quantity;
      if (offer.readyAt > readyAt) readyAt = offer.readyAt;
    }
    let cost = goods + perUnit + node.orderFee + node.failureCost + node.adjustment;
    if (node.minimumOrderValue !== null && goods < node.minimumOrderValue) {
      if (node.smallOrderFee === null) return Number.POSITIVE_INFINITY;
      cost += node.smallOrderFee;
    }
    if (duty > 0 && (node.dutyFreeUpTo === null || this.value > node.dutyFreeUpTo)) cost += duty + node.clearanceFee;
    let least = Number.POSITIVE_INFINITY;
    for (let s = 0; s < node.services.length; s += 1) {
      if ((mask & (1 << s)) === 0) continue;
      const service = node.services[s] as ProblemNode['services'][number];
      const measure =
        service.basis === 'goods'
          ? goods
          : service.basis === 'units'
            ? units
            : chargeable(this.grams, this.volume, service.divisor);
      const freight = freightOf(service, measure);
      if (freight === null || freight >= least) continue;
      const late = latenessOf(problem, readyAt + service.transitMs);
      if (late === null) continue;
      least = Math.min(least, freight + surchargesOf(service, freight) + late);
    }
    return least + cost;
  }
}
