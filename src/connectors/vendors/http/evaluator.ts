import { Piscina } from 'piscina';
import type { Evaluated, Evaluation } from './evaluator-thread.js';

const THREADS_MAX = 2;
const WAITING_MAX = 500;
/** Waiting for a thread included. */
const MS_MAX = 3_000;
const MEGABYTES_MAX = 256;
/** A thread that has nothing to do for so long ends. */
const IDLE_MS = 60_000;

/** An expression came to no good end, or to none; the message says why. */
export class EvaluationFailed extends Error {
  /** Whether it was ended from outside: another time there may be a thread at once, and enough time. */
  readonly isEnded: boolean;
  constructor(message: string, options: ErrorOptions & { readonly isEnded: boolean }) {
    super(message, options);
    this.isEnded = options.isEnded;
  }
}

/** Evaluates an expression over an input, both by value. Errors: EvaluationFailed. */
export type Evaluate = (expression: string, input: unknown) => Promise<unknown>;

/**
 * Expressions are users' programs, so they run where they can be stopped: in threads with a bound of memory and no environment, which are
 * ended with what runs in them where it takes too long (a regular expression, for one, cannot be stopped otherwise).
 * `threadFile`: the built module of the thread.
 */
export function createEvaluator(
  threadFile: URL = new URL('./evaluator-thread.js', import.meta.url),
  msMax: number = MS_MAX,
): Evaluate {
  let pool: Piscina<Evaluation, Evaluated> | undefined;
  return async (expression, input) => {
    pool ??= new Piscina({
      ...{ filename: threadFile.href, minThreads: 0, maxThreads: THREADS_MAX, maxQueue: WAITING_MAX },
      ...{ idleTimeout: IDLE_MS, resourceLimits: { maxOldGenerationSizeMb: MEGABYTES_MAX }, env: {} },
    });
    const signal = AbortSignal.timeout(msMax);
    const evaluated = await pool.run({ expression, input: JSON.stringify(input) }, { signal }).catch((cause) => {
      const why = signal.aborted
        ? `it took longer than ${msMax} ms`
        : 'it took more than there is of memory or threads';
      throw new EvaluationFailed(why, { cause, isEnded: true });
    });
    if ('problem' in evaluated) throw new EvaluationFailed(evaluated.problem, { isEnded: false });
    return JSON.parse(evaluated.output);
  };
}
