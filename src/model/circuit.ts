/** What a call may be made through, and must be told how it ended. */
export type Admission = 'call' | 'trial';

/**
 * Keeps calls away from a system that fails: after a failure none is admitted for a while, then one at a time tries, and each further failure
 * doubles the while. What was under way when it failed changes nothing any more.
 *
 * Units: milliseconds of the caller's clock. Source: the circuit breaker of the field (Nygard, Release It!).
 */
export class Circuit {
  #failures = 0;
  #restsUntilMs = 0;
  #trying = false;

  constructor(private readonly rest: { readonly firstMs: number; readonly mostMs: number }) {}

  /** Null: no call now. Otherwise `end` or `giveBack` must be called. */
  admit(nowMs: number): Admission | null {
    if (this.#failures === 0) return 'call';
    if (nowMs < this.#restsUntilMs || this.#trying) return null;
    this.#trying = true;
    return 'trial';
  }

  /** How long no call is admitted; while a trial is under way, as long as it would be after its failure. */
  closedMs(nowMs: number): number {
    if (this.#failures === 0) return 0;
    return Math.max(0, this.#restsUntilMs - nowMs, this.#trying ? this.#growingMs : 0);
  }

  /** An admitted call was not made after all: another may be, in its place. */
  giveBack(admission: Admission): void {
    if (admission === 'trial') this.#trying = false;
  }

  /** How an admitted call ended: `failed`, and how long the system itself asks to be left alone, where it does. */
  end(admission: Admission, nowMs: number, failed: boolean, restMs = 0): void {
    if (admission === 'trial') this.#trying = false;
    else if (this.#failures > 0) return;
    if (!failed) {
      this.#failures = 0;
      return;
    }
    this.#restsUntilMs = nowMs + Math.max(this.#growingMs, Math.min(restMs, this.rest.mostMs));
    this.#failures += 1;
  }

  get #growingMs(): number {
    return Math.min(this.rest.firstMs * 2 ** this.#failures, this.rest.mostMs);
  }
}
