import { chargeable, freightOf, latenessOf, unitCostAt } from '../cost.js';
import { LoadSums } from '../loads/load-sums.js';
import {
  type Problem,
  type ProblemLine,
  type ProblemNode,
  type ProblemOffer,
  type ProblemService,
  UNLIMITED,
} from '../problem.js';
import type { ReasonCode } from '../reasons.js';

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

const NO_OFFER = STAGES.indexOf('NO_OFFER');
const NO_STOCK = STAGES.indexOf('NO_STOCK');
const BELOW_MINIMUM_QUANTITY = STAGES.indexOf('BELOW_MINIMUM_QUANTITY');
const NOT_A_MULTIPLE = STAGES.indexOf('NOT_A_MULTIPLE');
const BELOW_MINIMUM_VALUE = STAGES.indexOf('BELOW_MINIMUM_VALUE');
const NO_CAPACITY = STAGES.indexOf('NO_CAPACITY');
const NO_SERVICE = STAGES.indexOf('NO_SERVICE');
const TOO_HEAVY = STAGES.indexOf('TOO_HEAVY');
const TAG_NOT_CARRIED = STAGES.indexOf('TAG_NOT_CARRIED');
const TOO_LATE = STAGES.indexOf('TOO_LATE');
const EXCLUDED_BY_RULE = STAGES.indexOf('EXCLUDED_BY_RULE');
const LAST = STAGES.length - 1;
const NO_SERVICE_YET = [null];

/** The lines of a request as pieces, of which some are asked for. */
export class Wanted {
  readonly pieces: readonly Piece[];
  readonly lines: ReadonlySet<number>;
  /** No two pieces share a SKU. */
  readonly areApart: boolean;
  /** For loads that are tried; empty between tries. */
  readonly sums: LoadSums;

  constructor(
    readonly problem: Problem,
    lines: readonly number[],
  ) {
    this.lines = new Set(lines);
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
    this.areApart = pieces.length === problem.lines.length && problem.skus.length === pieces.length;
    this.sums = new LoadSums(problem);
  }

  isAskedFor(piece: Piece): boolean {
    for (const line of piece.lines) if (this.lines.has(line)) return true;
    return false;
  }
}

/**
 * The first stage that, with those before it, leaves the node no load that holds any of the wanted lines, with the ways that it took away;
 * null where there is such a load.
 */
export function firstStageWithout(
  wanted: Wanted,
  node: ProblemNode,
): { readonly stage: Stage; readonly before: () => readonly Way[] } | null {
  const judge = new Judge(wanted, node);
  if (!judge.mayShip(NO_OFFER)) return { stage: 'NO_OFFER', before: () => [{ service: null, pieces: wanted.pieces }] };
  if (judge.hasLoadAt(LAST) === true) return null;
  let last = NO_OFFER;
  for (let level = NO_STOCK; level <= LAST; level += 1) {
    if (!judge.isAsked(level)) continue;
    if (judge.hasLoadAt(level) === false) {
      const before = last;
      return { stage: STAGES[level] as Stage, before: () => judge.waysAt(before) };
    }
    last = level;
  }
  return null;
}

class Judge {
  private readonly problem: Problem;

  constructor(
    private readonly wanted: Wanted,
    private readonly node: ProblemNode,
  ) {
    this.problem = wanted.problem;
  }

  /** Whether a stage asks anything of this node that those before it do not. */
  isAsked(level: number): boolean {
    const { offers, minimumOrderValue, smallOrderFee, remainingUnits } = this.node;
    if (level === BELOW_MINIMUM_QUANTITY) return offers.some((offer) => offer !== null && offer.minimum > 1);
    if (level === NOT_A_MULTIPLE) return offers.some((offer) => offer !== null && offer.multiple > 1);
    if (level === BELOW_MINIMUM_VALUE) return minimumOrderValue !== null && smallOrderFee === null;
    return level !== NO_CAPACITY || remainingUnits < UNLIMITED;
  }

  /** Whether any piece that is asked for could go at a stage that asks for no service. */
  mayShip(level: number): boolean {
    for (const piece of this.wanted.pieces)
      if (this.wanted.isAskedFor(piece) && this.mayGo(piece, null, level)) return true;
    return false;
  }

  /** The services that a load could take at this stage, each with what it could carry, piece by piece. */
  waysAt(level: number): Way[] {
    return this.servicesAt(level).flatMap((service) => {
      const pieces = this.piecesBy(service, level);
      return pieces.some((piece) => this.wanted.isAskedFor(piece)) ? [{ service, pieces }] : [];
    });
  }

  private servicesAt(level: number): readonly (ProblemService | null)[] {
    return level < NO_SERVICE ? NO_SERVICE_YET : this.node.services;
  }

  private piecesBy(service: ProblemService | null, level: number): readonly Piece[] {
    if (service !== null && service.rates.length === 0) return [];
    return this.wanted.pieces.filter((piece) => this.mayGo(piece, service, level));
  }

  private mayGo(piece: Piece, service: ProblemService | null, level: number): boolean {
    const { node, problem } = this;
    for (const index of piece.lines) {
      const line = problem.lines[index] as ProblemLine;
      const offer = node.offers[line.sku];
      if (!offer) return false;
      if (level >= NO_STOCK && offer.available < (piece.whole ? line.quantity : 1)) return false;
      if (!service) continue;
      if (level >= TAG_NOT_CARRIED && service.excludedTags.some((tag) => line.tags.includes(tag))) return false;
      if (level >= TOO_LATE) {
        const arrivesAt = Math.max(node.readyAt, offer.readyAt) + service.transitMs;
        if (latenessOf(problem, arrivesAt) === null) return false;
      }
      if (level >= EXCLUDED_BY_RULE && service.excludedSkus[line.sku]) return false;
    }
    return true;
  }

  /** Whether some load keeps to every stage up to `level`; null where too many would have to be tried. */
  hasLoadAt(level: number): boolean | null {
    const refuses = level >= BELOW_MINIMUM_VALUE && this.node.smallOrderFee === null;
    const minimum = refuses ? (this.node.minimumOrderValue ?? 0) : 0;
    let open = false;
    for (const service of this.servicesAt(level)) {
      const found =
        minimum === 0 && this.wanted.areApart
          ? this.hasLoneLoad(service, level)
          : this.hasLoad(service, level, minimum);
      if (found === true) return true;
      if (found === null) open = true;
    }
    return open ? null : false;
  }

  private hasLoad(service: ProblemService | null, level: number, minimum: number): boolean | null {
    const pieces = this.piecesBy(service, level);
    if (minimum > 0 && this.mostGoods(pieces, level) < minimum) return false;
    // Without a minimum value, what shares no SKU with the rest can be left out of a load, so each part is judged alone.
    const parts = minimum > 0 ? [pieces] : this.partsBySku(pieces);
    let open = false;
    for (const part of parts) {
      if (!part.some((piece) => this.wanted.isAskedFor(piece))) continue;
      const found = this.tryLoads(part, service, level, minimum > 0);
      if (found) return true;
      if (found === null) open = true;
    }
    return open ? null : false;
  }

  /** The same where every piece can be judged alone: its fewest units, which mostly can go, are tried before a list is made. */
  private hasLoneLoad(service: ProblemService | null, level: number): boolean {
    if (service !== null && service.rates.length === 0) return false;
    for (const piece of this.wanted.pieces) {
      if (!this.wanted.isAskedFor(piece) || !this.mayGo(piece, service, level)) continue;
      if (this.fitsAlone(piece, piece.whole ? 1 : this.leastOf(piece, level), service, level)) return true;
      if (piece.whole) continue;
      for (const units of this.quantitiesOf(piece, [piece], level, false).units)
        if (this.fitsAlone(piece, units, service, level)) return true;
    }
    return false;
  }

  /** The fewest units of a line that are a whole number of packs and no less than the minimum; what there is too few of does not fit. */
  private leastOf(piece: Piece, level: number): number {
    const offer = this.node.offers[this.skuOf(piece.lines[0] as number)];
    if (!offer) return 1;
    const floor = level >= BELOW_MINIMUM_QUANTITY ? offer.minimum : 1;
    return level >= NOT_A_MULTIPLE ? Math.ceil(floor / offer.multiple) * offer.multiple : floor;
  }

  private fitsAlone(piece: Piece, count: number, service: ProblemService | null, level: number): boolean {
    const { lines } = this.problem;
    const { sums } = this.wanted;
    for (const at of piece.lines) {
      const wanted = (lines[at] as ProblemLine).quantity;
      if (!piece.whole && count > wanted) return false;
      sums.put(at, piece.whole ? wanted : count);
    }
    const fits = this.fits(sums, service, level);
    for (const at of piece.lines) sums.put(at, -(piece.whole ? (lines[at] as ProblemLine).quantity : count));
    return fits;
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
    const { problem, wanted } = this;
    const choices = pieces.map((piece) => this.quantitiesOf(piece, pieces, level, dear));
    const complete = choices.reduce((product, { units }) => product * (units.length + 1), 1) <= TRIES_MAX;
    const sums = new LoadSums(problem);
    const held = pieces.map(() => 0);
    /** Pieces that are asked for in the load. */
    let asked = 0;
    const put = (at: number, units: number) => {
      const piece = pieces[at] as Piece;
      const more = units - (held[at] as number);
      if (more === 0) return;
      held[at] = units;
      for (const line of piece.lines)
        sums.put(line, piece.whole ? more * (problem.lines[line] as ProblemLine).quantity : more);
      if (wanted.isAskedFor(piece)) asked += units === 0 ? -1 : units === more ? 1 : 0;
    };
    const fits = () => asked > 0 && this.fits(sums, service, level);
    if (!complete) {
      for (const [at, { units }] of choices.entries()) put(at, units.at(-1) ?? 0);
      if (fits()) return true;
      for (const at of choices.keys()) put(at, 0);
      for (const [at, { units }] of choices.entries()) {
        for (const few of units) {
          put(at, few);
          if (fits()) return true;
        }
        put(at, 0);
      }
      return null;
    }
    const visit = (at: number): boolean => {
      const choice = choices[at];
      if (!choice) return fits();
      for (const units of choice.units) {
        put(at, units);
        if (visit(at + 1)) return true;
      }
      put(at, 0);
      return visit(at + 1);
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
    const most = level >= NO_STOCK ? Math.min(line.quantity, offer.available) : line.quantity;
    const shared = among.some((other) => other !== piece && other.lines.some((at) => this.skuOf(at) === line.sku));
    const step = !shared && level >= NOT_A_MULTIPLE ? offer.multiple : 1;
    const floor = !shared && level >= BELOW_MINIMUM_QUANTITY ? offer.minimum : 1;
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

  private fits(sums: LoadSums, service: ProblemService | null, level: number): boolean {
    const { node } = this;
    const { perSku, units, grams, volume } = sums;
    let goods = 0;
    for (let sku = 0; sku < perSku.length; sku += 1) {
      const quantity = perSku[sku] as number;
      if (quantity === 0) continue;
      const offer = node.offers[sku];
      if (!offer) return false;
      if (level >= NO_STOCK && quantity > offer.available) return false;
      if (level >= BELOW_MINIMUM_QUANTITY && quantity < offer.minimum) return false;
      if (level >= NOT_A_MULTIPLE && quantity % offer.multiple !== 0) return false;
      goods += unitCostAt(offer.costs, quantity) * quantity;
    }
    const { minimumOrderValue, smallOrderFee, remainingUnits } = node;
    if (level >= BELOW_MINIMUM_VALUE && smallOrderFee === null && goods < (minimumOrderValue ?? 0)) return false;
    if (level >= NO_CAPACITY && units > remainingUnits) return false;
    if (!service || level < TOO_HEAVY) return true;
    const { basis } = service;
    const measure = basis === 'goods' ? goods : basis === 'units' ? units : chargeable(grams, volume, service.divisor);
    return freightOf(service, measure) !== null;
  }

  /** No load of these pieces has more goods. */
  private mostGoods(pieces: readonly Piece[], level: number): number {
    const wanted = new Map<number, number>();
    for (const piece of pieces)
      for (const index of piece.lines)
        wanted.set(
          this.skuOf(index),
          (wanted.get(this.skuOf(index)) ?? 0) + (this.problem.lines[index]?.quantity ?? 0),
        );
    let sum = 0;
    for (const [sku, units] of wanted) {
      const offer = this.node.offers[sku];
      if (offer) sum += greatestGoods(offer, level >= NO_STOCK ? Math.min(units, offer.available) : units);
    }
    return sum;
  }

  private skuOf(line: number): number {
    return this.problem.lines[line]?.sku ?? 0;
  }
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
