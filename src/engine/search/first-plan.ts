import type { Item } from '../loads/items.js';
import { carries, LoadSums, leastCost } from '../loads/load-sums.js';
import { piecesAtMost } from '../loads/reach.js';
import { unfilledCost } from '../plan.js';
import type { Problem, ProblemNode, ProblemOffer, ProblemService } from '../problem.js';

interface Chosen {
  readonly node: number;
  readonly takes: Int32Array;
}

/** A load with what it costs, the customer's value of it, and what it leaves as plans are compared by that; in 1/10000. */
export interface Filled extends Chosen {
  readonly cost: number;
  readonly value: number;
  readonly left: number;
}

/**
 * Offers plans that take no search: the best node by itself, and node after node with what those before it left, those first that leave least, or that
 * ship at the least cost. A node takes all where its rules allow that; else it is filled item by item, with as much as they allow. Some may break a
 * rule on the whole plan. Where one node can ship the order whole, a plan that costs no more than the cheapest such node is among them.
 */
export function firstPlans(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  offer: (loads: readonly Chosen[]) => void,
): void {
  const filler = new Filler(problem, items);
  let wanted = items.map(({ demand }) => demand);
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = nodes.flatMap((node) => filler.fill(node, wanted) ?? []);
    const torn = new Set<number>();
    const byDearness = (a: Filled, b: Filled) => dearness(problem, a) - dearness(problem, b);
    const best = [...alone].sort(problem.unfilled === 'cost' ? byDearness : byLeft).slice(0, 1);
    for (const loads of [
      best,
      inTurn(problem, items, filler, wanted, alone, byLeft),
      inTurn(problem, items, filler, wanted, alone, byCost),
    ]) {
      const missed = tornOf(items, loads);
      for (const at of missed) torn.add(at);
      const whole = loads.map(({ node, takes }) => ({
        node,
        takes: takes.map((pieces, at) => (missed.has(at) ? 0 : pieces)),
      }));
      offer(whole.filter(({ takes }) => takes.some((pieces) => pieces > 0)));
    }
    if (torn.size === 0) return;
    wanted = wanted.map((pieces, at) => (torn.has(at) ? 0 : pieces));
  }
}

/** The most that each node can ship by itself, as `firstPlans` fills it; none of those that can ship nothing. */
export function filledAlone(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
): readonly Filled[] {
  const filler = new Filler(problem, items);
  const wanted = items.map(({ demand }) => demand);
  return nodes.flatMap((node) => filler.fill(node, wanted) ?? []);
}

/** A second time without what could only go in part, and may not. */
const ROUNDS = 2;

/** Loads that tie stay in the order of their nodes' ids. */
type Order = (a: Filled, b: Filled) => number;
const byLeft: Order = (a, b) => a.left - b.left || a.cost - b.cost;
const byCost: Order = (a, b) => a.cost / Math.max(1, a.value) - b.cost / Math.max(1, b.value);

/** What a load costs more than leaving its goods. */
function dearness(problem: Problem, { cost, value }: Pick<Filled, 'cost' | 'value'>): number {
  return cost - unfilledCost(problem, value);
}

/** Fills node after node, in an order of what they ship alone; only those that pay, where what is left costs something. */
function inTurn(
  problem: Problem,
  items: readonly Item[],
  filler: Filler,
  wanted: readonly number[],
  alone: readonly Filled[],
  order: Order,
): readonly Filled[] {
  const left = [...wanted];
  const chosen: Filled[] = [];
  for (const { node } of [...alone].sort(order)) {
    if (chosen.length === problem.maxShipments || left.every((pieces) => pieces === 0)) break;
    const load = filler.fill(problem.nodes[node] as ProblemNode, left);
    if (load === null) continue;
    if (problem.unfilled === 'cost' && chosen.length > 0 && dearness(problem, load) + problem.shipmentPenalty >= 0)
      continue;
    chosen.push(load);
    for (let at = 0; at < items.length; at += 1) {
      const taken = load.takes[at] as number;
      left[at] = taken > 0 && items[at]?.single ? 0 : (left[at] as number) - taken;
    }
  }
  return chosen;
}

/** The items that may only go whole, and in these loads go in part. */
function tornOf(items: readonly Item[], loads: readonly Chosen[]): Set<number> {
  const torn = new Set<number>();
  for (const [at, { allOrNothing, demand }] of items.entries()) {
    if (!allOrNothing) continue;
    const shipped = loads.reduce((sum, { takes }) => sum + (takes[at] as number), 0);
    if (shipped > 0 && shipped < demand) torn.add(at);
  }
  return torn;
}

/** Lines of one SKU that may go in part, by item, those first that the customer pays most for. */
interface Pool {
  readonly sku: number;
  readonly members: readonly number[];
}

class Filler {
  private readonly kits: readonly number[];
  private readonly pools: readonly Pool[];
  private node!: ProblemNode;
  private sums: LoadSums;
  private takes: Int32Array;
  /** Per service of the node: how many of the items that are held it does not carry. */
  private refused: number[] = [];
  /** Per item: the pieces that the node could take of what is left. */
  private most: readonly number[] = [];

  constructor(
    private readonly problem: Problem,
    private readonly items: readonly Item[],
  ) {
    const pools = new Map<number, number[]>();
    const dearFirst = [...items.keys()].sort((a, b) => this.item(b).value - this.item(a).value || a - b);
    this.kits = dearFirst.filter((at) => this.item(at).whole);
    for (const at of dearFirst) {
      if (this.item(at).whole) continue;
      const sku = problem.lines[this.item(at).lines[0] as number]?.sku ?? 0;
      const members = pools.get(sku);
      if (members) members.push(at);
      else pools.set(sku, [at]);
    }
    this.pools = [...pools].map(([sku, members]) => ({ sku, members }));
    this.sums = new LoadSums(problem);
    this.takes = new Int32Array(items.length);
  }

  /** The most that a node can ship of what is left, item by item; null where that is nothing, or too little for the node. */
  fill(node: ProblemNode, left: readonly number[]): Filled | null {
    const { problem, items } = this;
    this.node = node;
    this.sums = new LoadSums(problem);
    this.takes = new Int32Array(items.length);
    this.refused = node.services.map(() => 0);
    this.most = items.map((item, at) => Math.min(left[at] as number, piecesAtMost(problem, item, node)));
    if (!this.addAll(left)) this.addInTurn();
    let cost = this.costAt(node);
    if (cost === Number.POSITIVE_INFINITY) return null;
    if (problem.unfilled === 'cost') cost = this.drop(cost);
    const { takes, sums } = this;
    const rest = items.reduce(
      (sum, { comparedValue }, at) => sum + comparedValue * ((left[at] as number) - (takes[at] as number)),
      0,
    );
    return { node: node.index, takes, cost, value: sums.value, left: rest };
  }

  /** Adds all that is left; nothing, and false, where that breaks a rule. */
  private addAll(left: readonly number[]): boolean {
    if (left.some((pieces, at) => pieces > (this.most[at] as number))) return false;
    for (const [at, pieces] of left.entries()) if (pieces > 0) this.put(at, pieces);
    if (this.costAt(this.node) < Number.POSITIVE_INFINITY) return true;
    for (const [at, pieces] of left.entries()) if (pieces > 0) this.put(at, -pieces);
    return false;
  }

  private addInTurn(): void {
    for (const at of this.kits) if ((this.most[at] as number) > 0) this.addKit(at);
    for (const { sku, members } of this.pools)
      if (this.node.offers[sku] && !this.addUnits(sku, members))
        for (const member of members) this.addUnits(sku, [member]);
  }

  private item(at: number): Item {
    return this.items[at] as Item;
  }

  private put(at: number, pieces: number): void {
    const before = this.takes[at] as number;
    this.sums.putItem(this.item(at), pieces);
    this.takes[at] = before + pieces;
    if (before === 0 && pieces > 0) this.count(at, 1);
    else if (before > 0 && before + pieces === 0) this.count(at, -1);
  }

  /** Counts an item with those that services do not carry, or takes it out again. */
  private count(at: number, sign: 1 | -1): void {
    const { problem, refused } = this;
    const { lines } = this.item(at);
    for (const [index, service] of this.node.services.entries())
      if (!carries(problem, service, lines)) refused[index] = (refused[index] as number) + sign;
  }

  /** Infinity where what is held breaks a rule. */
  private costAt(node: ProblemNode): number {
    const { problem, sums, refused } = this;
    if (sums.units === 0) return Number.POSITIVE_INFINITY;
    const isFree = (_: ProblemService, index: number) => refused[index] === 0;
    const services = refused.every((items) => items === 0) ? node.services : node.services.filter(isFree);
    return leastCost(problem, node, services, sums);
  }

  /** Takes out again what is not worth its cost, item by item; what the load costs then. */
  private drop(cost: number): number {
    const { problem, sums, takes } = this;
    let least = cost;
    for (let at = 0; at < takes.length; at += 1) {
      const pieces = takes[at] as number;
      if (pieces === 0) continue;
      const before = dearness(problem, { cost: least, value: sums.value });
      this.put(at, -pieces);
      const without = this.costAt(this.node);
      if (dearness(problem, { cost: without, value: sums.value }) < before) least = without;
      else this.put(at, pieces);
    }
    return least;
  }

  /** Whether what is held keeps to all rules but the least order value, which more may meet. */
  private isAllowed(): boolean {
    return this.costAt({ ...this.node, minimumOrderValue: null }) < Number.POSITIVE_INFINITY;
  }

  /** Adds a kit, with as many units of its SKUs from other lines as packs and minimums ask for; nothing where that breaks a rule. */
  private addKit(at: number): void {
    const before = this.takes.slice();
    this.put(at, 1);
    for (const line of this.item(at).lines) {
      const sku = this.problem.lines[line]?.sku ?? 0;
      const members = this.pools.find((pool) => pool.sku === sku)?.members ?? [];
      this.addTo(members, this.totals(sku, members).least - (this.sums.perSku[sku] as number));
    }
    if (this.isAllowed()) return;
    for (const [item, pieces] of before.entries()) this.put(item, pieces - (this.takes[item] as number));
  }

  /** Adds as many units of some lines of a SKU as there may be; false where that is none. */
  private addUnits(sku: number, members: readonly number[]): boolean {
    const held = this.sums.perSku[sku] as number;
    const { least, greatest, multiple } = this.totals(sku, members, 1);
    if (least > greatest) return false;
    const tryTotal = (total: number) => {
      this.addTo(members, total - held);
      if (this.isAllowed()) return true;
      this.addTo(members, held - total);
      return false;
    };
    if (tryTotal(greatest)) return true;
    let [low, high] = [-1, (greatest - least) / multiple];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (!tryTotal(least + middle * multiple)) high = middle;
      else {
        this.addTo(members, held - (least + middle * multiple));
        low = middle;
      }
    }
    return low >= 0 && tryTotal(least + low * multiple);
  }

  /** The least and the greatest total of a SKU that packs, minimum and stock allow once some of these lines are added, `more` units at least. */
  private totals(sku: number, members: readonly number[], more = 0) {
    const { available, minimum, multiple } = this.node.offers[sku] as ProblemOffer;
    const held = this.sums.perSku[sku] as number;
    const room = members.reduce((sum, at) => sum + (this.most[at] as number) - (this.takes[at] as number), 0);
    const least = Math.ceil(Math.max(held + more, minimum) / multiple) * multiple;
    const greatest = Math.floor(Math.min(available, held + room) / multiple) * multiple;
    return { least, greatest, multiple };
  }

  /** Adds units to lines in their order, or takes them out again in the opposite one. */
  private addTo(members: readonly number[], units: number): void {
    let more = units;
    for (const at of units < 0 ? [...members].reverse() : members) {
      const taken = this.takes[at] as number;
      const own = more < 0 ? Math.max(more, -taken) : Math.min(more, (this.most[at] as number) - taken);
      this.put(at, own);
      more -= own;
    }
  }
}
