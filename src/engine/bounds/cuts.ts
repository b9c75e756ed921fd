import type { Item } from '../loads/items.js';
import { type Part, SUMS } from './part.js';
import type { Shipper } from './shipper.js';

/**
 * A rule that every set of loads which ships an item whole keeps, though mixtures of loads need not: what its loads weigh by the pieces they
 * take adds up to `right` at least.
 */
export interface Cut {
  readonly item: number;
  /** By pieces taken; whole numbers, none negative, the first zero. */
  readonly weights: Float64Array;
  readonly right: number;
}

/** Weights and their sums stay below this, so that prices times weights are exact. */
const RIGHT_MOST = 2 ** 16;
/** By what share of its right side a cut has to be missed. */
const MISSED_LEAST = 0.02;

/**
 * The mixed-integer rounding cut of the row "pieces of all loads = demand", divided by `by`; null where it says nothing.
 * Source: Gomory (1960); Nemhauser & Wolsey, "Integer and combinatorial optimization", II.1.7.
 */
export function roundingCut(item: number, demand: number, by: number): Cut | null {
  const rest = demand % by;
  const right = rest * (by - rest);
  if (rest === 0 || right > RIGHT_MOST) return null;
  const weights = new Float64Array(demand + 1);
  for (let pieces = 0; pieces <= demand; pieces += 1) {
    const over = pieces % by;
    weights[pieces] = Math.min(over * (by - rest), (by - over) * rest);
  }
  return { item, weights, right };
}

/**
 * For each item the cut that is missed by most, given how often each number of its pieces is taken. Only cuts whose weights rise and fall
 * twice at most: each bend splits runs, and more make loads dear to find.
 */
export function missedCuts(items: readonly Item[], taken: readonly (ReadonlyMap<number, number> | null)[]): Cut[] {
  const found: { cut: Cut; missed: number }[] = [];
  for (const [at, { demand }] of items.entries()) {
    const counts = taken[at];
    if (!counts || demand < 2) continue;
    let most = MISSED_LEAST;
    let chosen = 0;
    for (let by = Math.ceil(demand / 2); by < demand; by += 1) {
      const rest = demand % by;
      if (rest === 0 || rest * (by - rest) > RIGHT_MOST) continue;
      let missed = 1;
      for (const [pieces, share] of counts) {
        const over = pieces % by;
        missed -= share * Math.min(over / rest, (by - over) / (by - rest));
      }
      if (missed > most + 1e-6) {
        most = missed;
        chosen = by;
      }
    }
    const cut = chosen > 0 ? roundingCut(at, demand, chosen) : null;
    if (cut) found.push({ cut, missed: most });
  }
  return found.sort((a, b) => b.missed - a.missed).map(({ cut }) => cut);
}

/** Splits the runs of all parts with the item, so that along each the weight changes evenly. */
export function splitRuns(shippers: readonly Shipper[], cut: Cut): void {
  for (const { parts } of shippers)
    for (const [k, part] of parts.entries()) {
      const m = part.items.indexOf(cut.item);
      if (m >= 0) parts[k] = splitPart(part, m, cut.weights);
    }
}

function splitPart(part: Part, m: number, weights: Float64Array): Part {
  const span = part.items.length;
  const pieces: { run: number; from: number; count: number }[] = [];
  for (let run = 0; run < part.runs; run += 1) {
    const count = part.counts[run] as number;
    const take = part.takes[run * span + m] as number;
    const more = part.takeSteps[run * span + m] as number;
    const weightAt = (option: number) => weights[take + more * option] as number;
    let from = 0;
    for (let at = 1; at <= count; at += 1) {
      const ends =
        at === count || (at - from >= 2 && weightAt(at) - weightAt(at - 1) !== weightAt(from + 1) - weightAt(from));
      if (!ends) continue;
      pieces.push({ run, from, count: at - from });
      from = at;
    }
  }
  if (pieces.length === part.runs) return part;
  const runs = pieces.length;
  const services = part.late ? part.late.length / part.runs : 0;
  const split = {
    ...part,
    runs,
    counts: Int32Array.from(pieces, ({ count }) => count),
    takes: new Int32Array(runs * span),
    takeSteps: new Int32Array(runs * span),
    first: new Float64Array(runs * SUMS),
    step: new Float64Array(runs * SUMS),
    carriers: Int32Array.from(pieces, ({ run }) => part.carriers[run] as number),
    late: part.late ? new Float64Array(runs * services) : null,
  };
  for (const [to, { run, from, count }] of pieces.entries()) {
    for (let at = 0; at < span; at += 1) {
      const more = part.takeSteps[run * span + at] as number;
      split.takes[to * span + at] = (part.takes[run * span + at] as number) + more * from;
      split.takeSteps[to * span + at] = count > 1 ? more : 0;
    }
    for (let at = 0; at < SUMS; at += 1) {
      const more = part.step[run * SUMS + at] as number;
      split.first[to * SUMS + at] = (part.first[run * SUMS + at] as number) + more * from;
      split.step[to * SUMS + at] = count > 1 ? more : 0;
    }
    for (let at = 0; at < services; at += 1)
      (split.late as Float64Array)[to * services + at] = (part.late as Float64Array)[run * services + at] as number;
  }
  return split;
}
