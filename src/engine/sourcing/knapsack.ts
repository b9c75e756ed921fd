/** Partial fillings kept side by side, and in all, beyond which one knapsack settles for its bound. */
const STATES_MAX = 2_048;
const POOL_MAX = 1 << 15;
const GREEDY = -1;

/** Partial fillings in order of weight; of two, the heavier is worth more. */
interface States {
  readonly weight: Float64Array;
  readonly worth: Float64Array;
  /** What it flips last, in the pool. */
  readonly at: Int32Array;
  count: number;
}

/**
 * The 0-1 knapsack: whole worths above zero, weights not negative, in order of worth by weight. Starts from the entries that come first
 * and fit, and flips entries outwards from there; fillings that are dominated, or whose bound finds nothing better, are dropped. Exact
 * up to a number of fillings, beyond which the value is only a bound. Source: D. Pisinger, "A minimal algorithm for the 0-1 knapsack
 * problem" (1997), without its sorting.
 */
export class Knapsack {
  /** Filled in by the caller, best ratio first. */
  readonly worth: Float64Array;
  readonly weight: Float64Array;
  /** 1 for what is taken in the best filling found. */
  readonly taken: Uint8Array;
  steps = 0;
  private now = statesOf();
  private next = statesOf();
  private readonly flipped = new Int32Array(POOL_MAX);
  private readonly before = new Int32Array(POOL_MAX);
  private pooled = 0;
  private best = 0;
  private bestAt = GREEDY;
  private room = 0;
  private slack = 0;

  constructor(most: number) {
    this.worth = new Float64Array(most);
    this.weight = new Float64Array(most);
    this.taken = new Uint8Array(most);
  }

  /**
   * No filling of a room with the first `count` entries is worth more; the filling taken is worth as much, or less by at most `slack`,
   * a whole number: what finds no more than that is not looked for.
   */
  fill(count: number, room: number, slack = 0): number {
    const { worth, weight, taken, now } = this;
    let sum = 0;
    let left = room;
    let split = 0;
    while (split < count && (weight[split] as number) <= left) {
      left -= weight[split] as number;
      sum += worth[split] as number;
      taken[split] = 1;
      split += 1;
    }
    this.steps += count;
    if (split === count) return sum;
    const ceiling = Math.ceil(sum + (left * (worth[split] as number)) / (weight[split] as number));
    this.room = room;
    this.slack = slack;
    this.greedy(split, count, sum, left);
    now.count = 1;
    now.weight[0] = room - left;
    now.worth[0] = sum;
    now.at[0] = GREEDY;
    this.pooled = 0;
    let low = split - 1;
    for (let high = split; this.now.count > 0 && this.best + slack < ceiling; high += 1) {
      if (high < count) this.flip(high, 1, low, high + 1 < count ? high + 1 : -1);
      if (low >= 0) {
        this.flip(low, -1, low - 1, high + 1 < count ? high + 1 : -1);
        low -= 1;
      }
      // Two flips make four times as many at most.
      if (this.pooled + 4 * this.now.count > POOL_MAX || 4 * this.now.count > STATES_MAX) {
        this.recover(split);
        return ceiling;
      }
      if (low < 0 && high + 1 >= count) break;
    }
    this.recover(split);
    return Math.min(this.best + slack, ceiling);
  }

  /** What comes after the split is taken where it still fits. */
  private greedy(split: number, count: number, sum: number, room: number): void {
    const { worth, weight, taken } = this;
    let left = room;
    this.best = sum;
    this.bestAt = GREEDY;
    for (let k = split; k < count; k += 1) {
      taken[k] = (weight[k] as number) <= left ? 1 : 0;
      if (taken[k] === 0) continue;
      left -= weight[k] as number;
      this.best += worth[k] as number;
    }
  }

  /** Adds fillings with one more entry (sign 1), or without one of the first (-1); `low` and `high` are flipped next, -1 for none. */
  private flip(entry: number, sign: 1 | -1, low: number, high: number): void {
    const { now, next, flipped, before, room } = this;
    const moreWeight = sign * (this.weight[entry] as number);
    const moreWorth = sign * (this.worth[entry] as number);
    const { count } = now;
    next.count = 0;
    let old = 0;
    let made = 0;
    while (old < count || made < count) {
      const oldWeight = old < count ? (now.weight[old] as number) : Number.POSITIVE_INFINITY;
      const madeWeight = made < count ? (now.weight[made] as number) + moreWeight : Number.POSITIVE_INFINITY;
      const isOld =
        oldWeight < madeWeight ||
        (oldWeight === madeWeight && (now.worth[old] as number) >= (now.worth[made] as number) + moreWorth);
      if (isOld) {
        this.put(oldWeight, now.worth[old] as number, low, high, now.at[old] as number);
        old += 1;
        continue;
      }
      const worth = (now.worth[made] as number) + moreWorth;
      if (this.put(madeWeight, worth, low, high, this.pooled)) {
        flipped[this.pooled] = entry;
        before[this.pooled] = now.at[made] as number;
        if (madeWeight <= room && worth > this.best) {
          this.best = worth;
          this.bestAt = this.pooled;
        }
        this.pooled += 1;
      }
      made += 1;
    }
    this.steps += 2 * count;
    this.now = next;
    this.next = now;
  }

  /** Keeps a filling that is not dominated and may still lead to the best; also one that is the best itself. */
  private put(weight: number, worth: number, low: number, high: number, at: number): boolean {
    const { next, room, best, slack } = this;
    const { count } = next;
    if (count > 0 && (next.worth[count - 1] as number) >= worth) return false;
    const over = weight > room;
    const entry = over ? low : high;
    const isBest = !over && worth > best;
    let most = worth;
    if (entry >= 0) most += ((room - weight) * (this.worth[entry] as number)) / (this.weight[entry] as number);
    // The quotient may be off by less than a half; sums are whole.
    if (!isBest && ((over && entry < 0) || most < best + slack + 0.5)) return false;
    next.weight[count] = weight;
    next.worth[count] = worth;
    next.at[count] = at;
    next.count = count + 1;
    return true;
  }

  private recover(split: number): void {
    const { taken, flipped, before } = this;
    if (this.bestAt === GREEDY) return;
    taken.fill(0, split);
    for (let at = this.bestAt; at !== GREEDY; at = before[at] as number) {
      const entry = flipped[at] as number;
      taken[entry] = taken[entry] === 1 ? 0 : 1;
    }
  }
}

function statesOf(): States {
  return {
    weight: new Float64Array(STATES_MAX),
    worth: new Float64Array(STATES_MAX),
    at: new Int32Array(STATES_MAX),
    count: 0,
  };
}
