import { chargeable, freightOf, latenessOf, unitCostAt } from './cost.js';
import type { Problem, ProblemNode, ProblemOffer, ProblemService } from './problem.js';
import type { ReasonCode } from './reasons.js';

/** The reasons that can rule a node out by themselves, in their order. */
const STAGES = [
  'NO_OFFER',
  'NO_STOCK',
  'BELOW_MINIMUM_QUANTITY',
  'NOT_A_MULTIPLE',
  'BELOW_MINIMUM_VALUE',
  'NO_CAPACITY',
  'NO_SERVICE',
  'TOO_HEAVY',
  'TAG_NOT_CARRIED',
  'TOO_LATE',
  'EXCLUDED_BY_RULE',
] as const satisfies readonly ReasonCode[];

export type Stage = (typeof STAGES)[number];

/** Lines that go together: one line, or a kit. `whole`: all of their units or none. */
interface Piece {
  readonly lines: readonly number[];
  readonly whole: boolean;
}

/** What could still travel by a service; null: no service is asked for yet. */
export interface Way {
  readonly service: ProblemService | null;
  readonly pieces: readonly Piece[];
}

/** Loads that are looked at for one question. Beyond them it stays open, and the node is not said to be ruled out. */
const TRIES_MAX = 2_000;

/**
 * The first stage that, with those before it, leaves the node no load that holds any of `lines`, with the ways that it took away;
 * null where there is such a load.
 */
export function firstStageWithout(
  problem: Problem,
  node: ProblemNode,
  lines: readonly number[],
): { readonly stage: Stage; readonly before: readonly Way[] } | null {
  const judge = new Judge(problem, node, new Set(lines));
  const last = STAGES.length - 1;
  if (judge.waysAt(last).some((way) => judge.hasLoad(way, last) === true)) return null;
  let before: readonly Way[] = [{ service: null, pieces: judge.pieces }];
  for (const [level, stage] of STAGES.entries()) {
    const ways = judge.waysAt(level);
    if (!ways.some((way) => judge.hasLoad(way, level) !== false)) return { stage, before };
    before = ways;
  }
  return null;
}

class Judge {
  readonly pieces: readonly Piece[];

  constructor(
    private readonly problem: Problem,
    private readonly node: ProblemNode,
    private readonly lines: ReadonlySet<number>,
  ) {
    const undivided = !problem.splitLines && problem.unfilled === 'forbid';
    const kits = new Map<string, number[]>();
    const pieces: Piece[] = [];
    for (const [index, line] of problem.lines.entries()) {
      const kit = line.group === null ? undefined : kits.get(line.group);
      if (kit) {
        kit.push(index);
        continue;
      }
      const members = [index];
      if (line.group !== null) kits.set(line.group, members);
      pieces.push({ lines: members, whole: line.group !== null || !line.partial || undivided });
    }
    this.pieces = pieces;
  }

  /** The services that a load could take at this stage, each with what it could carry, piece by piece. */
  waysAt(level: number): Way[] {
    const services =
      level < STAGES.indexOf('NO_SERVICE') ? [null] : this.node.services.filter(({ rates }) => rates.length > 0);
    return services
      .map((service) => ({ service, pieces: this.pieces.filter((piece) => this.mayGo(piece, service, level)) }))
      .filter(({ pieces }) => pieces.some((piece) => this.isAskedFor(piece)));
  }

  private isAskedFor(piece: Piece): boolean {
    return piece.lines.some((line) => this.lines.has(line));
  }

  private mayGo(piece: Piece, service: ProblemService | null, level: number): boolean {
    return piece.lines.every((index) => {
      const line = this.problem.lines[index];
      const offer = line && this.node.offers[line.sku];
      if (!line || !offer) return false;
      if (reaches(level, 'NO_STOCK') && offer.available < (piece.whole ? line.quantity : 1)) return false;
      if (!service) return true;
      if (reaches(level, 'TAG_NOT_CARRIED') && service.excludedTags.some((tag) => line.tags.includes(tag)))
        return false;
      if (reaches(level, 'TOO_LATE')) {
        const arrivesAt = Math.max(this.node.readyAt, offer.readyAt) + service.transitMs;
        if (latenessOf(this.problem, arrivesAt) === null) return false;
      }
      return !(reaches(level, 'EXCLUDED_BY_RULE') && service.excludedSkus[line.sku]);
    });
  }

  /** Whether some load of these pieces keeps to every stage up to `level`; null where too many would have to be tried. */
  hasLoad(way: Way, level: number): boolean | null {
    const refuses = reaches(level, 'BELOW_MINIMUM_VALUE') && this.node.smallOrderFee === null;
    const minimum = refuses ? (this.node.minimumOrderValue ?? 0) : 0;
    if (minimum > 0 && this.mostGoods(way, level) < minimum) return false;
    // Without a minimum value, what shares no SKU with the rest can be left out of a load, so each part is judged alone.
    const parts = minimum > 0 ? [way.pieces] : this.partsBySku(way.pieces);
    let open = false;
    for (const part of parts) {
      if (!part.some((piece) => this.isAskedFor(piece))) continue;
      const found = this.tryLoads(part, way.service, level, minimum > 0);
      if (found) return true;
      if (found === null) open = true;
    }
    return open ? null : false;
  }

  private partsBySku(pieces: readonly Piece[]): Piece[][] {
    const parts: { pieces: Piece[]; skus: Set<number> }[] = [];
    for (const piece of pieces) {
      const joined = { pieces: [piece], skus: new Set(piece.lines.map((line) => this.skuOf(line))) };
      for (const part of parts.filter(({ skus }) => [...joined.skus].some((sku) => skus.has(sku)))) {
        joined.pieces.unshift(...part.pieces);
        for (const sku of part.skus) joined.skus.add(sku);
        parts.splice(parts.indexOf(part), 1);
      }
      parts.push(joined);
    }
    return parts.map((part) => part.pieces);
  }

  private tryLoads(pieces: readonly Piece[], service: ProblemService | null, level: number, dear: boolean) {
    const choices = pieces.map((piece) => this.quantitiesOf(piece, pieces, level, dear));
    const complete = choices.reduce((product, { units }) => product * (units.length + 1), 1) <= TRIES_MAX;
    const load = this.problem.lines.map(() => 0);
    const put = (at: number, units: number) => {
      for (const line of pieces[at]?.lines ?? [])
        load[line] = pieces[at]?.whole ? (units > 0 ? (this.problem.lines[line]?.quantity ?? 0) : 0) : units;
    };
    if (!complete) {
      for (const [at, { units }] of choices.entries()) put(at, units.at(-1) ?? 0);
      if (this.fits(load, service, level)) return true;
      for (const at of choices.keys()) put(at, 0);
      for (const [at, { units }] of choices.entries()) {
        for (const few of units) {
          put(at, few);
          if (this.fits(load, service, level)) return true;
        }
        put(at, 0);
      }
      return null;
    }
    const visit = (at: number): boolean => {
      if (at === choices.length) return this.fits(load, service, level);
      for (const units of [...(choices[at]?.units ?? []), 0]) {
        put(at, units);
        if (visit(at + 1)) return true;
      }
      return false;
    };
    if (visit(0)) return true;
    return choices.every(({ all }) => all) ? false : null;
  }

  /**
   * The quantities of a piece that are worth a try, ascending; `all`: no other could do better. Alone with its SKU and without a minimum
   * value, fewer is always easier to ship, except that a price break can make more goods cost less.
   */
  private quantitiesOf(piece: Piece, among: readonly Piece[], level: number, dear: boolean) {
    const [index = 0] = piece.lines;
    const line = this.problem.lines[index];
    const offer = line && this.node.offers[line.sku];
    if (piece.whole || !offer) return { units: [1], all: true };
    const most = reaches(level, 'NO_STOCK') ? Math.min(line.quantity, offer.available) : line.quantity;
    const shared = among.some((other) => other !== piece && other.lines.some((at) => this.skuOf(at) === line.sku));
    const step = !shared && reaches(level, 'NOT_A_MULTIPLE') ? offer.multiple : 1;
    const floor = !shared && reaches(level, 'BELOW_MINIMUM_QUANTITY') ? offer.minimum : 1;
    const up = (units: number) => Math.ceil(units / step) * step;
    const least = up(floor);
    const every = (most - least) / step;
    if ((shared || dear) && every < TRIES_MAX) {
      const units: number[] = [];
      for (let each = least; each <= most; each += step) units.push(each);
      return { units, all: true };
    }
    const ends = offer.costs.flatMap(({ from }) => [up(Math.max(from, floor)), up(from) - step]);
    const units = [least, ...ends, most - (most % step)].filter((each) => each >= least && each <= most);
    return { units: [...new Set(units)].sort((a, b) => a - b), all: !shared && !dear };
  }

  private fits(load: readonly number[], service: ProblemService | null, level: number): boolean {
    const perSku = new Map<number, number>();
    let [units, grams, volume, goods, asked] = [0, 0, 0, 0, false];
    for (const [index, line] of this.problem.lines.entries()) {
      const quantity = load[index] ?? 0;
      if (quantity === 0) continue;
      asked ||= this.lines.has(index);
      perSku.set(line.sku, (perSku.get(line.sku) ?? 0) + quantity);
      units += quantity;
      grams += line.grams * quantity;
      volume += line.volume * quantity;
    }
    if (!asked) return false;
    for (const [sku, quantity] of perSku) {
      const offer = this.node.offers[sku];
      if (!offer) return false;
      if (reaches(level, 'NO_STOCK') && quantity > offer.available) return false;
      if (reaches(level, 'BELOW_MINIMUM_QUANTITY') && quantity < offer.minimum) return false;
      if (reaches(level, 'NOT_A_MULTIPLE') && quantity % offer.multiple !== 0) return false;
      goods += unitCostAt(offer.costs, quantity) * quantity;
    }
    const { minimumOrderValue, smallOrderFee, remainingUnits } = this.node;
    if (reaches(level, 'BELOW_MINIMUM_VALUE') && smallOrderFee === null && goods < (minimumOrderValue ?? 0))
      return false;
    if (reaches(level, 'NO_CAPACITY') && units > remainingUnits) return false;
    if (!service || !reaches(level, 'TOO_HEAVY')) return true;
    const measure = { goods, units, weight: chargeable(grams, volume, service.divisor) }[service.basis];
    return freightOf(service, measure) !== null;
  }

  /** No load of these pieces has more goods. */
  mostGoods(way: Way, level: number): number {
    const wanted = new Map<number, number>();
    for (const piece of way.pieces)
      for (const index of piece.lines)
        wanted.set(
          this.skuOf(index),
          (wanted.get(this.skuOf(index)) ?? 0) + (this.problem.lines[index]?.quantity ?? 0),
        );
    let sum = 0;
    for (const [sku, units] of wanted) {
      const offer = this.node.offers[sku];
      if (offer) sum += greatestGoods(offer, reaches(level, 'NO_STOCK') ? Math.min(units, offer.available) : units);
    }
    return sum;
  }

  private skuOf(line: number): number {
    return this.problem.lines[line]?.sku ?? 0;
  }
}

function reaches(level: number, stage: Stage): boolean {
  return level >= STAGES.indexOf(stage);
}

/** Goods need not rise with the quantity: a price break may make more cost less. */
export function greatestGoods(offer: ProblemOffer, most: number): number {
  const ends = [most, ...offer.costs.map(({ from }) => from - 1).filter((end) => end < most)];
  return Math.max(
    0,
    ...ends.map((end) => {
      const units = end - (end % offer.multiple);
      return units < offer.minimum ? 0 : unitCostAt(offer.costs, units) * units;
    }),
  );
}
