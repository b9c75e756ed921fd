/** Steps after which one knapsack settles for its bound. */
const STEPS_MAX = 4_000;

/**
 * The 0-1 knapsack: whole worths above zero, weights not negative, in order of worth by weight. Depth first under the bound of the
 * next best ratio (Horowitz and Sahni), exact up to a number of steps, beyond which `value` is only a bound.
 */
export class Knapsack {
  /** Filled in by the caller, best ratio first. */
  readonly worth: Float64Array;
  readonly weight: Float64Array;
  /** 1 for what is taken in the best filling found. */
  readonly taken: Uint8Array;
  steps = 0;
  private readonly trial: Uint8Array;

  constructor(most: number) {
    this.worth = new Float64Array(most);
    this.weight = new Float64Array(most);
    this.taken = new Uint8Array(most);
    this.trial = new Uint8Array(most);
  }

  /** The most worth of the first `count` entries that fits a room. */
  fill(count: number, room: number): number {
    const { worth, weight, taken, trial } = this;
    let best = -1;
    let sum = 0;
    let left = room;
    let at = 0;
    let steps = 0;
    let ceiling = Number.POSITIVE_INFINITY;
    for (;;) {
      while (at < count && (weight[at] as number) <= left) {
        trial[at] = 1;
        left -= weight[at] as number;
        sum += worth[at] as number;
        at += 1;
        steps += 1;
      }
      if (sum > best) {
        best = sum;
        for (let k = 0; k < at; k += 1) taken[k] = trial[k] as number;
        taken.fill(0, at, count);
      }
      if (ceiling === Number.POSITIVE_INFINITY) ceiling = at < count ? sum + this.mostAt(at, left) : sum;
      // The quotient may be off by less than a half; sums are whole.
      if (best + 0.5 > ceiling) break;
      if (at < count && sum + this.mostAt(at, left) > best + 0.5) {
        trial[at] = 0;
        at += 1;
        steps += 1;
        continue;
      }
      // Back to the last entry taken without which something better is still possible.
      for (;;) {
        at -= 1;
        while (at >= 0 && trial[at] === 0) at -= 1;
        if (at < 0) break;
        trial[at] = 0;
        left += weight[at] as number;
        sum -= worth[at] as number;
        steps += 1;
        if (at + 1 < count && sum + this.mostAt(at + 1, left) > best + 0.5) break;
      }
      if (at < 0) break;
      at += 1;
      if (steps > STEPS_MAX) {
        this.steps += steps;
        return Math.ceil(ceiling);
      }
    }
    this.steps += steps;
    return Math.max(0, best);
  }

  private mostAt(at: number, left: number): number {
    const weight = this.weight[at] as number;
    return weight === 0 ? Number.POSITIVE_INFINITY : (left * (this.worth[at] as number)) / weight;
  }
}
