import type { Problem } from '../problem.js';
import { type Solved, type SolveOptions, solve } from '../search/solve.js';

/**
 * Steps that all questions of a decision may take together. Reasons are no part of the search for a plan, so what a request allows for that
 * does not bound them; whoever may not wait for them bounds them here.
 */
export class Allowance {
  /** Whether a question was cut short only because this was used up. */
  isCut = false;

  constructor(public steps = Number.POSITIVE_INFINITY) {}
}

/** Sums up to this are exact in plans that are compared by what they leave. Source: ROUTING.md's bound on a request's total, in 1/10000. */
const COMPARED_MOST = 9_000_000_000_000_000;

/** The price of each of `units` so that leaving one counts more than leaving all of the `others`, without a price; null where it is too great. */
export function priceAbove(others: number, units: number): number | null {
  const price = 1 + others;
  return price * (units + 1) > COMPARED_MOST ? null : price;
}

/** Asks the search small questions, with a stated number of steps for all of them. */
export class Asking {
  constructor(
    private readonly allowance: Allowance,
    private steps: number,
  ) {}

  /** Counts work; false, and nothing is to be done, where no step is left. */
  spend(steps: number): boolean {
    const { allowance } = this;
    if (this.steps <= 0) return false;
    if (allowance.steps <= 0) {
      allowance.isCut = true;
      return false;
    }
    this.steps -= steps;
    allowance.steps -= steps;
    return true;
  }

  /** Null where no step is left. */
  solve(problem: Problem, options: SolveOptions = {}): Solved | null {
    const { allowance, steps } = this;
    const most = Math.min(steps, allowance.steps);
    if (!this.spend(1)) return null;
    const solved = solve({ ...problem, effort: most }, options);
    if (!solved.complete && most < steps) allowance.isCut = true;
    this.spend(Math.max(0, solved.steps - 1));
    return solved;
  }
}
