import { createRequire } from 'node:module';
import type { Highs, LegacyHighsSolution } from 'highs';
import { type JudgedPlan, judgePlan } from '../../check/check.js';
import type { Planned } from '../../check/check-shipment.js';
import type { RoutingRequest } from '../../request.js';
import { type MipModel, mipModel } from './model.js';

/** What the MIP solver says of a request. `milliseconds`: spent in the solver, reading its text included, writing it not. */
export type MipAnswer = { readonly milliseconds: number } & Outcome;

type Outcome =
  | { readonly kind: 'infeasible' }
  /** No plan, or none proven best, within the time allowed; or the solver failed. */
  | { readonly kind: 'unsettled'; readonly why: string }
  | {
      readonly kind: 'optimal';
      readonly planned: readonly Planned[];
      /** The plan, costed exactly by the checker. */
      readonly judged: JudgedPlan;
      /** How far, in 1/10000, the plan may lie above the best one. */
      readonly slack: number;
    };

/** A solver of mixed-integer programs, loaded once. */
export interface MipSolver {
  solve(request: RoutingRequest, seconds?: number): MipAnswer;
}

// The package's types describe its CommonJS door; an import of its other door would not match them.
const loadHighs = createRequire(import.meta.url)('highs') as () => Promise<Highs>;

/** Runs something and says how long that took. */
type Stopwatch = <T>(run: () => T) => { readonly result: T; readonly milliseconds: number };

/** By the clock on the wall. */
const byTheClock: Stopwatch = (run) => {
  const from = performance.now();
  return { result: run(), milliseconds: performance.now() - from };
};

/** Loads HiGHS. Each call loads a solver of its own. `stopwatch`: what its answers' milliseconds are measured by. */
export async function loadMipSolver(stopwatch: Stopwatch = byTheClock): Promise<MipSolver> {
  const highs = await loadHighs();
  return { solve: (request, seconds = 60) => answer(highs, stopwatch, request, seconds) };
}

function answer(highs: Highs, stopwatch: Stopwatch, request: RoutingRequest, seconds: number): MipAnswer {
  let spent = 0;
  const outcome = outcomeOf(request, (text) => {
    const { result, milliseconds } = stopwatch(() => run(highs, text, Math.max(0.001, seconds - spent / 1000)));
    spent += milliseconds;
    return result;
  });
  return { ...outcome, milliseconds: spent };
}

function outcomeOf(request: RoutingRequest, solve: (text: string) => LegacyHighsSolution): Outcome {
  const model = mipModel(request);
  if (request.policy.unfilled === 'allow' && model.unfilled.length > 0) {
    const first = solve(model.lp.minimising(model.unfilled, 10_000));
    if (first.Status !== 'Optimal') return other(first);
    // The value is a whole number of 1/10000: the second solve may leave no more than that.
    model.lp.row(model.unfilled, '<=', BigInt(Math.round(first.ObjectiveValue * 10_000)), 10_000);
  }
  const solution = solve(model.lp.minimising(model.objective, 10_000_000_000));
  if (solution.Status !== 'Optimal') return other(solution);
  const planned = planOf(request, model, solution);
  const judged = judgePlan(request, planned);
  const [violation] = judged.violations;
  if (violation) return { kind: 'unsettled', why: `the plan read back breaks a rule: ${violation.message}` };
  // The solver counts in floats: its optimum stands only where the plan read back costs what it says.
  const { slack } = model;
  const said = solution.ObjectiveValue * 10_000;
  if (Math.abs(Number(judged.objective) - said) > slack + FLOAT_ERROR)
    return { kind: 'unsettled', why: `the plan read back costs ${judged.objective}, said to be ${said}` };
  return { kind: 'optimal', planned, judged, slack };
}

/** Of an objective, in 1/10000: under the smallest step of an exact one. */
const FLOAT_ERROR = 0.5;

function run(highs: Highs, text: string, seconds: number): LegacyHighsSolution {
  return highs.solve(text, {
    output_flag: false,
    time_limit: seconds,
    mip_rel_gap: 0,
    mip_abs_gap: 1e-6,
    mip_feasibility_tolerance: 1e-7,
    primal_feasibility_tolerance: 1e-8,
  });
}

function other(solution: LegacyHighsSolution): Outcome {
  return solution.Status === 'Infeasible' ? { kind: 'infeasible' } : { kind: 'unsettled', why: solution.Status };
}

function planOf(request: RoutingRequest, model: MipModel, solution: LegacyHighsSolution): readonly Planned[] {
  const value = (variable: string) => {
    const column = solution.Columns[variable];
    return column && 'Primal' in column ? Math.round(column.Primal ?? 0) : 0;
  };
  const quantities = new Map<string, { lineId: string; quantity: number }[]>();
  for (const { variable, node, line, each } of model.units) {
    const quantity = value(variable) * each;
    if (quantity > 0) quantities.set(node, [...(quantities.get(node) ?? []), { lineId: line, quantity }]);
  }
  const services = new Map(
    model.services.flatMap(({ variable, node, service }) => (value(variable) > 0 ? [[node, service] as const] : [])),
  );
  return (request.nodes ?? []).flatMap(({ id }) => {
    const items = quantities.get(id);
    return items ? [{ nodeId: id, serviceId: services.get(id) ?? '', items }] : [];
  });
}
