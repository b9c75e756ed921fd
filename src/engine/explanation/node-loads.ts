import { chargeable, divideUp, freightOf, latenessOf, unitCostAt } from '../cost.js';
import type { LoadSums } from '../loads/load-sums.js';
import type { Problem, ProblemLine, ProblemNode, ProblemOffer, ProblemService } from '../problem.js';
import { type Asking, priceAbove } from './asking.js';
import { lineWith, nodeWith } from './copies.js';
import { refusesSmallOrders } from './levels.js';
import { mayGoInPart, type Piece, type Pieces } from './pieces.js';

/** A service, with what of the order it could take. */
interface Way {
  readonly service: ProblemService;
  readonly pieces: readonly Piece[];
}

/** What one node could ship, whatever the others do, under the rules that a problem has. */
export class NodeLoads {
  constructor(
    readonly pieces: Pieces,
    readonly problem: Problem,
    readonly node: ProblemNode,
    private readonly asking: Asking,
  ) {}

  /** The same under other rules. */
  with(problem: Problem, node: ProblemNode): NodeLoads {
    return new NodeLoads(this.pieces, problem, node, this.asking);
  }

  /** Whether any shipment from the node keeps the rules; null where the steps did not suffice to tell. */
  exist(): boolean | null {
    const { pieces, node } = this;
    const refuses = refusesSmallOrders(node);
    let isOpen = false;
    for (const service of node.services) {
      if (service.rates.length === 0) continue;
      for (const piece of pieces.all) if (this.mayGo(piece, service) && this.goesAlone(piece, service)) return true;
      if (this.areAlone) continue;
      const going = pieces.all.filter((piece) => this.mayGo(piece, service));
      if (going.length < 2 || (refuses && this.goodsAtMost(going) < (node.minimumOrderValue ?? 0))) continue;
      if (this.goTogether(going, service)) return true;
      isOpen = true;
    }
    return isOpen ? this.search() : false;
  }

  /** The services that could take anything, each with what that is, as far as that can be told piece by piece. */
  ways(): Way[] {
    return this.node.services.flatMap((service) => {
      const pieces = this.pieces.all.filter((piece) => this.isTaken(piece, service));
      return pieces.length === 0 ? [] : [{ service, pieces }];
    });
  }

  /** Whether any shipment holds a SKU; null where that is not known. */
  hold(sku: number): boolean | null {
    const { node, pieces, problem } = this;
    const isOf = (line: number) => problem.lines[line]?.sku === sku;
    const asked = pieces.all.filter(({ lines }) => lines.some(isOf));
    if (!asked.some((piece) => node.services.some((service) => this.isTaken(piece, service)))) return false;
    return this.areAlone || this.searchFor(sku);
  }

  private isTaken(piece: Piece, service: ProblemService): boolean {
    if (service.rates.length === 0 || !this.mayGo(piece, service)) return false;
    return !this.areAlone || this.goesAlone(piece, service);
  }

  /** What shares no SKU with the rest can be left out of a load, and the rest still keeps the rules, but for what it is worth. */
  private get areAlone(): boolean {
    return this.pieces.all.length === 1 || (this.pieces.areApart && !refusesSmallOrders(this.node));
  }

  /** Whether a piece breaks no rule that asks for no quantity; of its stock, whether there is enough for the least that can go. */
  private mayGo(piece: Piece, service: ProblemService): boolean {
    const { node, problem } = this;
    for (const index of piece.lines) {
      const line = problem.lines[index] as ProblemLine;
      const offer = node.offers[line.sku];
      if (!offer || offer.available < (piece.whole ? line.quantity : 1)) return false;
      if (service.excludedSkus[line.sku]) return false;
      for (const tag of service.excludedTags) if (line.tags.includes(tag)) return false;
      const arrivesAt = Math.max(node.readyAt, offer.readyAt) + service.transitMs;
      if (latenessOf(problem, arrivesAt) === null) return false;
    }
    return true;
  }

  private goesAlone(piece: Piece, service: ProblemService): boolean {
    const { lines } = this.problem;
    const { sums } = this.pieces;
    if (!piece.whole) return this.goesInPart(piece.lines[0] as number, service);
    for (const at of piece.lines) sums.put(at, (lines[at] as ProblemLine).quantity);
    const fits = this.fits(service);
    for (const at of piece.lines) sums.put(at, -(lines[at] as ProblemLine).quantity);
    return fits;
  }

  /** Whether they do with all that there is of each and room for it, the dearest first. */
  private goTogether(pieces: readonly Piece[], service: ProblemService): boolean {
    const { node, problem } = this;
    const { sums } = this.pieces;
    const offerOf = (line: number) => node.offers[(problem.lines[line] as ProblemLine).sku] as ProblemOffer;
    const dearest = ({ lines: [line = 0] }: Piece) => greatestCost(offerOf(line));
    const held: { readonly line: number; readonly units: number }[] = [];
    let room = node.remainingUnits;
    for (const { lines, whole } of [...pieces].sort((a, b) => dearest(b) - dearest(a))) {
      const all = lines.map((line) => ({ line, units: (problem.lines[line] as ProblemLine).quantity }));
      const taken = whole
        ? all
        : all.map(({ line, units }) => {
            const { available, multiple } = offerOf(line);
            const most = Math.min(units, available, room);
            return { line, units: most - (most % multiple) };
          });
      const units = taken.reduce((sum, each) => sum + each.units, 0);
      if (units > room) continue;
      room -= units;
      held.push(...taken);
    }
    for (const { line, units } of held) sums.put(line, units);
    const fit = sums.units > 0 && this.fits(service);
    for (const { line, units } of held) sums.put(line, -units);
    return fit;
  }

  /**
   * Of each price break the fewest units are tried that are whole packs, enough for the minimum and worth enough: within a break, fewer are
   * always easier to ship.
   */
  private goesInPart(index: number, service: ProblemService): boolean {
    const { node, problem, pieces } = this;
    const line = problem.lines[index] as ProblemLine;
    const { costs, minimum, multiple, available } = node.offers[line.sku] as ProblemOffer;
    const worth = refusesSmallOrders(node) ? (node.minimumOrderValue ?? 0) : 0;
    const most = Math.min(line.quantity, available);
    for (let at = 0; at < costs.length; at += 1) {
      const { from, cost } = costs[at] as ProblemOffer['costs'][number];
      if (worth > 0 && cost === 0) continue;
      const least = Math.max(from, minimum, worth === 0 ? 1 : divideUp(worth, cost));
      const units = multiple === 1 ? least : divideUp(least, multiple) * multiple;
      if (units > most || units >= (costs[at + 1]?.from ?? Number.POSITIVE_INFINITY)) continue;
      pieces.sums.put(index, units);
      const fits = this.fits(service);
      pieces.sums.put(index, -units);
      if (fits) return true;
    }
    return false;
  }

  /** Whether the load in the making keeps the rules that ask for a quantity. */
  private fits(service: ProblemService): boolean {
    const { node } = this;
    const { perSku, units } = this.pieces.sums;
    if (units > node.remainingUnits) return false;
    let goods = 0;
    for (let sku = 0; sku < perSku.length; sku += 1) {
      const quantity = perSku[sku] as number;
      if (quantity === 0) continue;
      const offer = node.offers[sku];
      if (!offer || quantity > offer.available || quantity < offer.minimum) return false;
      if (offer.multiple > 1 && quantity % offer.multiple !== 0) return false;
      goods += unitCostAt(offer.costs, quantity) * quantity;
    }
    if (refusesSmallOrders(node) && goods < (node.minimumOrderValue ?? 0)) return false;
    return freightOf(service, measureOf(service, goods, this.pieces.sums)) !== null;
  }

  /**
   * No load of these pieces has more goods: each SKU by itself, as if lines that go whole could go in part; or as many units as there is room for, the
   * dearest first.
   */
  goodsAtMost(pieces: readonly Piece[] = this.pieces.all): number {
    const { problem, node } = this;
    const wanted = new Map<ProblemOffer, number>();
    for (const { lines } of pieces)
      for (const line of lines) {
        const { sku, quantity } = problem.lines[line] as ProblemLine;
        const offer = node.offers[sku];
        if (offer) wanted.set(offer, Math.min(offer.available, quantity + (wanted.get(offer) ?? 0)));
      }
    let apart = 0;
    let together = 0;
    let room = node.remainingUnits;
    for (const [offer, most] of [...wanted].sort(([a], [b]) => greatestCost(b) - greatestCost(a))) {
      apart += goodsOf(offer, most);
      together += greatestCost(offer) * Math.min(most, room);
      room -= Math.min(most, room);
    }
    return Math.min(apart, together);
  }

  /** Asks the search for the best shipment from this node. */
  private search(): boolean | null {
    const { problem } = this;
    const lines = problem.lines.map((line) => lineWith(line, { partial: mayGoInPart(problem, line) }));
    const alone: Problem = { ...this.alone(lines), unfilled: 'cost', unfilledWeight: 0 };
    const solved = this.asking.solve(alone, { mustUse: 0 });
    return solved?.best ? true : solved?.complete ? false : null;
  }

  /** Asks for the shipment that leaves the least, where a unit of a SKU counts more than all others: it holds some, if any can. */
  private searchFor(sku: number): boolean | null {
    const { problem } = this;
    const unitsOf = (held: boolean) =>
      problem.lines.reduce((sum, line) => ((line.sku === sku) === held ? sum + line.quantity : sum), 0);
    const price = priceAbove(unitsOf(false), unitsOf(true));
    if (price === null) return null;
    const lines = problem.lines.map((line) =>
      lineWith(line, { partial: mayGoInPart(problem, line), unitPrice: line.sku === sku ? price : 0 }),
    );
    const solved = this.asking.solve({ ...this.alone(lines), unfilled: 'allow' });
    const [shipment] = solved?.best?.shipments ?? [];
    if (shipment?.load.some((units, line) => units > 0 && lines[line]?.sku === sku)) return true;
    return solved?.complete ? false : null;
  }

  private alone(lines: readonly ProblemLine[]): Problem {
    return { ...this.problem, lines, nodes: [nodeWith(this.node, { index: 0 })] };
  }
}

/** The most that up to `most` units of an offer cost: a price break may make more cost less. */
function goodsOf({ costs, multiple, minimum }: ProblemOffer, most: number): number {
  let greatest = 0;
  for (let at = 0; at < costs.length; at += 1) {
    const end = Math.min(most, (costs[at + 1]?.from ?? Number.POSITIVE_INFINITY) - 1);
    const units = end - (end % multiple);
    if (units >= minimum) greatest = Math.max(greatest, unitCostAt(costs, units) * units);
  }
  return greatest;
}

function greatestCost({ costs }: ProblemOffer): number {
  let greatest = 0;
  for (const { cost } of costs) greatest = Math.max(greatest, cost);
  return greatest;
}

/** What the brackets of a service count of a load. */
function measureOf({ basis, divisor }: ProblemService, goods: number, { units, grams, volume }: LoadSums): number {
  return basis === 'goods' ? goods : basis === 'units' ? units : chargeable(grams, volume, divisor);
}
