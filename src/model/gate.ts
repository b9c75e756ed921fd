import { HeadgateError } from './errors.js';

/** Lets so many pieces of work run at once; the others wait in their order. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** `waitingMost`: beyond which more are refused with this code. */
  constructor(
    running: number,
    private readonly waitingMost = Number.POSITIVE_INFINITY,
    private readonly code = 'TOO_BUSY',
  ) {
    this.#free = running;
  }

  /** Errors: those of the work; HeadgateError of class `transient` where too many wait. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else if (this.#waiting.length < this.waitingMost) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else throw new HeadgateError(this.code, 'transient', `${this.#waiting.length} wait already: try again shortly`);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
