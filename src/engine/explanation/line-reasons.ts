import type { Decision } from '../decision.js';
import type { Plan } from '../plan.js';
import { type Problem } from '../problem.js';
import { type ReasonCode, RULE_REASONS } from '../reasons.js';
import type { Solved } from '../search/solve.js';
import { itemsOf, leftBy } from './answer.js';
import { type Allowance, Asking } from './asking.js';
import { firstLevelWithout, LEVEL } from './levels.js';
import { type Piece, Pieces } from './pieces.js';
import { Shippable, type Units } from './shippable.js';

/** Steps of search for the lines of a decision. Where they do not suffice, a line is undecided. */
const STEPS_MOST = 1_000;

/** What stays where it is, with the reason. Source: ROUTING.md, "Decision" (`unfilled`, `unroutable`). */
export function unfilledOf(problem: Problem, result: Solved, allowance: Allowance): Decision['unfilled'] {
  const left = leftBy(problem, result.best);
  if (left.every((units) => units === 0)) return [];
  const reasons = lineReasonsOf(problem, result, allowance).filter((_, line) => (left[line] as number) > 0);
  return itemsOf(problem, left).map((item, at) => ({ ...item, reason: reasons[at] ?? 'UNDECIDED' }));
}

/**
 * By line, why units of it stay where they are; null for lines that ship in full.
 *
 * The first rule, in their order, that with those before it lets no plan ship the whole line, whatever that ships of others. Where one could, the
 * first rule that stops the line from going along with just what is shipped of others. Where all must go, a line that could waits for those that
 * could not; and where each could, the first rule that stops it from going along with the others in their order, as far as they go together.
 */
function lineReasonsOf(problem: Problem, { best, complete }: Solved, allowance: Allowance): (ReasonCode | null)[] {
  if (best !== null && best.shipments.length === 0) return problem.lines.map(() => 'COSTLIER');
  const reasons = new LineReasons(problem, new Asking(allowance, STEPS_MOST), complete);
  return best === null ? reasons.ofUnroutable() : reasons.ofLeftBy(best);
}

/** Whether pieces go together under the rules up to a level, as far as that was told. */
interface Known {
  readonly held: ReadonlySet<Piece>;
  readonly level: number;
  readonly goes: boolean | null;
}

function isWithin(inner: ReadonlySet<Piece>, outer: ReadonlySet<Piece>): boolean {
  if (inner.size > outer.size) return false;
  for (const piece of inner) if (!outer.has(piece)) return false;
  return true;
}

class LineReasons {
  private readonly pieces: readonly Piece[];
  private readonly shippable: Shippable;
  /** What was asked before: lines that stand in each other's way are asked about together again and again. */
  private readonly known: Known[] = [];

  constructor(
    private readonly problem: Problem,
    asking: Asking,
    private readonly isProven: boolean,
  ) {
    this.pieces = new Pieces(problem).all;
    this.shippable = new Shippable(problem, this.pieces, asking);
  }

  /** Of lines that all have to go, and cannot. */
  ofUnroutable(): (ReasonCode | null)[] {
    const { pieces } = this;
    const reasons = pieces.map((piece) => this.first((level) => this.go([piece], level), pieces.length === 1));
    if (reasons.some((reason) => reason !== null))
      return this.byLine(reasons.map((reason) => reason ?? 'ORDER_INCOMPLETE'));
    const company = this.together(pieces);
    return this.byLine(pieces.map((piece) => this.besides(piece, company)));
  }

  /** Of what a plan leaves. */
  ofLeftBy(plan: Plan): (ReasonCode | null)[] {
    const { problem, pieces, isProven } = this;
    const left = leftBy(problem, plan);
    const shipped = problem.lines.map(({ quantity }, line) => quantity - (left[line] as number));
    const otherwise = isProven && problem.unfilled === 'cost' ? 'COSTLIER' : 'UNDECIDED';
    return this.byLine(
      pieces.map((piece) => {
        const whole = this.all([piece]);
        if (piece.lines.every((line) => shipped[line] === whole[line])) return null;
        const wanted = shipped.map((units, line) => Math.max(units, whole[line] as number));
        return (
          this.first((level) => this.go([piece], level)) ??
          this.first((level) => this.shippable.exactly(wanted, level), isProven && problem.unfilled === 'allow') ??
          otherwise
        );
      }),
    );
  }

  private byLine(reasons: readonly (ReasonCode | null)[]): (ReasonCode | null)[] {
    return this.problem.lines.map(
      (_, line) => reasons[this.pieces.findIndex(({ lines }) => lines.includes(line))] ?? null,
    );
  }

  /** The first rule that stops it; null where none does. `isStopped`: some rule is known to. */
  private first(goes: (level: number) => boolean | null, isStopped = false): ReasonCode | null {
    const last = isStopped ? false : goes(LEVEL.SHIPMENT_LIMIT);
    if (last === true) return null;
    const level = last === null ? null : firstLevelWithout(LEVEL.SHIPMENT_LIMIT, goes);
    return level === null ? 'UNDECIDED' : (RULE_REASONS[level] as ReasonCode);
  }

  /** What stops one that could go by itself from going along with others; `company`: those that go together. */
  private besides(piece: Piece, company: readonly Piece[]): ReasonCode {
    if (company.length === this.pieces.length) return 'ORDER_INCOMPLETE';
    const isIn = company.includes(piece);
    const others = isIn ? this.together(this.pieces.filter((other) => other !== piece)) : company;
    const stopped = this.first((level) => this.go([...others, piece], level));
    // It does go with some of them, also where it stays open whether with these.
    return stopped === null || (isIn && stopped === 'UNDECIDED') ? 'ORDER_INCOMPLETE' : stopped;
  }

  /** Those that go together, taken in their order. */
  private together(pieces: readonly Piece[]): readonly Piece[] {
    if (pieces.length < 2 || this.go(pieces, LEVEL.SHIPMENT_LIMIT)) return pieces;
    const company: Piece[] = [];
    for (const piece of pieces) if (this.go([...company, piece], LEVEL.SHIPMENT_LIMIT)) company.push(piece);
    return company;
  }

  private go(pieces: readonly Piece[], level: number): boolean | null {
    const held = new Set(pieces);
    for (const known of this.known) {
      if (known.level === level && known.held.size === held.size && isWithin(known.held, held)) return known.goes;
      // What goes does so with less and under fewer rules; what does not go does not with more, nor under more.
      if (known.goes === true && known.level >= level && isWithin(held, known.held)) return true;
      if (known.goes === false && known.level <= level && isWithin(known.held, held)) return false;
    }
    const goes = this.shippable.withOthers(this.all(pieces), level);
    this.known.push({ held, level, goes });
    return goes;
  }

  private all(pieces: readonly Piece[]): Units {
    const held = new Set(pieces.flatMap(({ lines }) => lines));
    return this.problem.lines.map(({ quantity }, line) => (held.has(line) ? quantity : 0));
  }
}
