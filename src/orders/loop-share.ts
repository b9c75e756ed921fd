/** How much of a turn of the event loop one kind of work may take. */
export interface LoopShare {
  /**
   * Does the work at once where this turn has time left for it, else in a later turn, in the order of the calls.
   * Errors: those of the work; an Error where too many wait.
   */
  readonly run: <Result>(work: () => Result) => Result | Promise<Result>;
}

export interface LoopShareLimits {
  /** Milliseconds of a turn after which no further piece of work begins in it. */
  readonly milliseconds: number;
  /** Pieces of work that wait for a turn at most. */
  readonly waiting: number;
}

/** Many short pieces of work that come together would hold up the loop as one long one does: they are spread over turns. */
export function createLoopShare(
  limits: LoopShareLimits,
  clockMs: () => number = () => performance.now(),
  nextTurn: (run: () => void) => void = setImmediate,
): LoopShare {
  const waiting: (() => void)[] = [];
  let spent = 0;
  let asked = false;

  const timed = <Result>(work: () => Result): Result => {
    const from = clockMs();
    try {
      return work();
    } finally {
      spent += clockMs() - from;
      askForTurn();
    }
  };
  const askForTurn = () => {
    if (asked) return;
    asked = true;
    nextTurn(begin);
  };
  const begin = () => {
    asked = false;
    spent = 0;
    while (spent < limits.milliseconds) {
      const work = waiting.shift();
      if (work === undefined) return;
      work();
    }
    askForTurn();
  };

  return {
    run: (work) => {
      if (waiting.length === 0 && spent < limits.milliseconds) return timed(work);
      if (waiting.length >= limits.waiting)
        throw new Error(`${waiting.length} wait for a turn already: try again later`);
      return new Promise((resolve, reject) => {
        waiting.push(() => {
          try {
            resolve(timed(work));
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
}
