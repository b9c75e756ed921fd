import { WORK_PER_STEP } from '../effort.js';
import { priceLoad } from '../priced-shipment.js';
import { type Problem, type ProblemLine, type ProblemNode, UNLIMITED } from '../problem.js';
import { type Asking, priceAbove } from './asking.js';
import { lineWith, nodeWith, offerWith } from './copies.js';
import { LEVEL, Levels, refusesSmallOrders, unmeasured } from './levels.js';
import { mayGoInPart, type Piece } from './pieces.js';

/** Work that it takes to price a load, as the search counts it. Source: a measured half microsecond. */
const LOAD_WORK = 16;

/** Units per line. */
export type Units = readonly number[];

/** Whether plans that keep the rules up to a level could ship what is asked for; null where the steps do not suffice to tell. */
export class Shippable {
  private readonly levels: Levels;

  constructor(
    private readonly problem: Problem,
    private readonly pieces: readonly Piece[],
    private readonly asking: Asking,
  ) {
    this.levels = new Levels(problem);
  }

  /** Just these units, and nothing else. */
  exactly(units: Units, level: number): boolean | null {
    if (!this.mayLook()) return null;
    return this.isThere(units, level) ?? this.search(this.levels.problemAt(level), units);
  }

  /** These lines in full, and of all others whatever helps. */
  withOthers(whole: Units, level: number): boolean | null {
    if (!this.mayLook()) return null;
    const known = this.isThere(whole, level);
    if (known !== null) return known;
    const eased = this.levels.problemAt(level);
    // What does not go with all the help there could be does not go alone.
    const helped = this.helped(eased, whole);
    if (helped !== null && this.search(helped, whole) === false) return false;
    const alone = this.search(eased, whole);
    return alone === false && helped !== null ? this.searchWithOthers(eased, whole) : alone;
  }

  /** Counts a look at every line at every node. */
  private mayLook(): boolean {
    const { lines, nodes } = this.problem;
    return this.asking.spend((lines.length * nodes.length) / WORK_PER_STEP);
  }

  /** What offers and stock alone tell, or a plan that takes the first node for each piece; else null. */
  private isThere(units: Units, level: number): boolean | null {
    const { problem } = this;
    const { lines, nodes, splitLines } = problem;
    const available = (node: ProblemNode, sku: number) => {
      const offer = node.offers[sku];
      return offer ? (level < LEVEL.NO_STOCK ? UNLIMITED : offer.available) : 0;
    };
    const wantedOf = (pieces: readonly Piece[]) => {
      const wanted = new Array<number>(problem.skus.length).fill(0);
      for (const piece of pieces)
        for (const index of piece.lines) {
          const { sku } = lines[index] as ProblemLine;
          wanted[sku] = (wanted[sku] as number) + (units[index] as number);
        }
      return wanted;
    };
    const held = this.pieces.filter((piece) => (units[piece.lines[0] as number] as number) > 0);
    const lacks = (most: number, sku: number) => nodes.reduce((sum, node) => sum + available(node, sku), 0) < most;
    if (wantedOf(held).some(lacks)) return false;
    const unsplit = splitLines ? held.filter(({ lines: [first = 0] }) => lines[first]?.group !== null) : held;
    for (const piece of unsplit) {
      const wanted = wantedOf([piece]);
      if (!nodes.some((node) => wanted.every((most, sku) => most <= available(node, sku)))) return false;
    }
    const isPacked = unsplit.length > 0 && held.length > 1;
    if (level < LEVEL.NO_STOCK || (level === LEVEL.NO_STOCK && !isPacked)) return true;
    return this.goFromFirst(held, units, level) ? true : null;
  }

  /** Whether it can all go where each piece goes from the first node that takes it. */
  private goFromFirst(held: readonly Piece[], units: Units, level: number): boolean {
    const { problem, levels } = this;
    const order = levels.orderAt(level);
    const loads = new Map<ProblemNode, Units>();
    for (const { lines } of held) {
      const taker = problem.nodes.find((node) => {
        if (lines.some((line) => !node.offers[problem.lines[line]?.sku ?? 0])) return false;
        if (!this.asking.spend(LOAD_WORK / WORK_PER_STEP)) return false;
        const before = loads.get(node);
        const load = units.map((each, line) => (lines.includes(line) ? each : (before?.[line] ?? 0)));
        if (priceLoad(order, levels.nodeAt(node, level), load).length === 0) return false;
        loads.set(node, load);
        return true;
      });
      if (!taker) return false;
    }
    return level < LEVEL.SHIPMENT_LIMIT || loads.size <= problem.maxShipments;
  }

  /** Asks the search for the best plan of just these units. */
  private search(eased: Problem, units: Units): boolean | null {
    const lines = eased.lines.flatMap((line, at) =>
      (units[at] as number) > 0 ? [lineWith(line, { quantity: units[at] as number })] : [],
    );
    const solved = this.asking.solve({ ...eased, lines, unfilled: 'forbid' });
    return solved?.best ? true : solved?.complete ? false : null;
  }

  /** Without the rules that other lines can help to keep: minimums, packs, and prices by their goods. Null where they can help with none. */
  private helped({ nodes, ...eased }: Problem, whole: Units): Problem | null {
    const { lines } = eased;
    const isHeld = (at: number) => (whole[at] as number) > 0;
    const others = lines.filter((_, at) => !isHeld(at));
    const sharesSku = lines.some(({ sku }, at) => isHeld(at) && others.some((other) => other.sku === sku));
    if (!sharesSku && (others.length === 0 || !nodes.some(refusesSmallOrders))) return null;
    const helpedNode = (node: ProblemNode) => {
      const withoutMinimum = { minimumOrderValue: null, smallOrderFee: null };
      if (!sharesSku) return nodeWith(node, withoutMinimum);
      const offers = node.offers.map((offer) => offer && offerWith(offer, { minimum: 1, multiple: 1 }));
      const services = node.services.map((service) => (service.basis === 'goods' ? unmeasured(service) : service));
      return nodeWith(node, { ...withoutMinimum, offers, services });
    };
    return { ...eased, nodes: nodes.map(helpedNode) };
  }

  /**
   * Looks for the plan that leaves the least, where a unit of these lines counts more than all others. Others may stay here also where all must
   * go, but in part only where a shipment may hold a part of them and no rule says all or nothing.
   */
  private searchWithOthers(eased: Problem, whole: Units): boolean | null {
    const unitsOf = (held: boolean) =>
      eased.lines.reduce((sum, { quantity }, at) => ((whole[at] as number) > 0 === held ? sum + quantity : sum), 0);
    const unitPrice = priceAbove(unitsOf(false), unitsOf(true));
    if (unitPrice === null) return null;
    const lines = eased.lines.map((line, at) =>
      lineWith(line, {
        unitPrice: (whole[at] as number) > 0 ? unitPrice : 0,
        partial: line.partial && mayGoInPart(eased, line),
      }),
    );
    const solved = this.asking.solve({ ...eased, lines, unfilled: 'allow' });
    if (!solved) return null;
    if (solved.best && solved.best.unfilledCompared < unitPrice) return true;
    return solved.complete || solved.unfilledLowerBound >= unitPrice ? false : null;
  }
}
