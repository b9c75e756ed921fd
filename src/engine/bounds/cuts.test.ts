import { describe, expect, it } from 'vitest';
import { roundingCut } from './cuts.js';

/** All ways to write a number as a sum, the largest part first. */
function* partitions(total: number, largest = total): Generator<number[]> {
  if (total === 0) yield [];
  for (let part = Math.min(total, largest); part >= 1; part -= 1)
    for (const rest of partitions(total - part, part)) yield [part, ...rest];
}

describe('a rounding cut', () => {
  it('is kept by every way to ship an item whole, and met exactly by some', () => {
    for (const demand of [2, 7, 12, 18])
      for (let by = 2; by < demand; by += 1) {
        const cut = roundingCut(0, demand, by);
        expect(cut === null).toBe(demand % by === 0);
        if (!cut) continue;
        const weights = [...partitions(demand)].map((parts) =>
          parts.reduce((sum, pieces) => sum + (cut.weights[pieces] ?? Number.NaN), 0),
        );
        expect(Math.min(...weights)).toBe(cut.right);
      }
  });

  it('is broken by halves of two loads that only together fit an order of three', () => {
    const cut = roundingCut(0, 3, 2);
    // Half a load of 2 twice, and half a load of 2 from a third node, add up to 3 pieces.
    expect(1.5 * (cut?.weights[2] ?? 0)).toBeLessThan(cut?.right ?? 0);
  });
});
