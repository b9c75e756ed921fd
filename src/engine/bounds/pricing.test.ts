import { describe, expect, it } from 'vitest';
import { Effort } from '../effort.js';
import { itemsOf } from '../loads/items.js';
import { parseRequest } from '../reading/parse.js';
import { everyLoad } from '../testing/every-load.js';
import { randomFrom, randomRequest } from '../testing/random-request.js';
import type { Box, Duals } from './box.js';
import { Pricing } from './pricing.js';
import { shippersOf } from './shipper.js';

const TRIED_MAX = 1e6;

/** Every load of every shipper of a random request, with its reduced cost at random prices, by trying all quantities. */
function cases(seed: number) {
  const parsed = parseRequest(randomRequest(seed));
  if (!parsed.ok) return [];
  const { problem } = parsed;
  const items = itemsOf(problem);
  if (items.some((item) => item.pooled.length > 0)) return [];
  const { shippers, scale } = shippersOf(problem, problem.nodes, items, 0);
  const random = randomFrom(seed);
  const duals: Duals = {
    piece: Float64Array.from(items, () => Math.floor(random() * 30 * 10_000) * scale),
    use: new Float64Array(items.length),
    shipment: 0,
    bonus: items.map(() => null),
  };
  const box: Box = {
    must: new Uint8Array(problem.nodes.length),
    least: new Int32Array(problem.nodes.length * items.length),
    most: new Int32Array(problem.nodes.length * items.length).fill(1_000),
    leaveLeast: new Int32Array(items.length),
    leaveMost: new Int32Array(items.length),
  };
  return shippers.map((shipper) => {
    const reduced = new Map<string, number>();
    for (const { takes, cost } of everyLoad(problem, items, shipper.node)) {
      const worth = takes.reduce((sum, pieces, item) => sum + pieces * (duals.piece[item] as number), 0);
      reduced.set(takes.join(), cost * scale - worth);
    }
    return { shipper, duals, box, scale, items, reduced };
  });
}

describe("a node's loads at prices", () => {
  it('are answered by the one that undercuts them most, whatever features decide what it costs', () => {
    let answered = 0;
    for (let seed = 1; seed <= 400; seed += 1)
      for (const { shipper, duals, box, scale, items, reduced } of cases(seed)) {
        const pricing = new Pricing(items.length, scale, false);
        const effort = new Effort(TRIED_MAX);
        const found = pricing.least(shipper, duals, box, Number.POSITIVE_INFINITY, effort, () => {}, TRIED_MAX);
        expect({ seed, node: shipper.node.id, found }).toEqual({
          seed,
          node: shipper.node.id,
          found: Math.min(...reduced.values()),
        });
        answered += Number(reduced.size > 1);
      }
    expect(answered).toBeGreaterThan(200);
  }, 60_000);

  it('are listed up to a reduced cost, each at its least, and none besides', () => {
    let listed = 0;
    for (let seed = 1; seed <= 400; seed += 1)
      for (const { shipper, duals, box, scale, items, reduced } of cases(seed)) {
        const values = [...reduced.values()].sort((a, b) => a - b);
        const ceiling = values[values.length >> 1];
        if (ceiling === undefined) continue;
        const pricing = new Pricing(items.length, scale, false);
        const seen = new Map<string, number>();
        const emit = (takes: Int32Array, cost: number) =>
          seen.set(takes.join(), Math.min(cost, seen.get(takes.join()) ?? Number.POSITIVE_INFINITY));
        expect(pricing.list(shipper, duals, box, ceiling, new Effort(TRIED_MAX), emit, TRIED_MAX)).toBe(true);
        const expected = [...reduced].filter(([, cost]) => cost <= ceiling).sort();
        expect({ seed, seen: [...seen].sort() }).toEqual({ seed, seen: expected });
        listed += seen.size;
      }
    expect(listed).toBeGreaterThan(1_000);
  }, 60_000);

  it('are never claimed to be dearer than they are by a search that was cut short', () => {
    for (let seed = 1; seed <= 200; seed += 1)
      for (const { shipper, duals, box, scale, items, reduced } of cases(seed)) {
        const least = Math.min(...reduced.values());
        const pricing = new Pricing(items.length, scale, false);
        const found = pricing.least(shipper, duals, box, Number.POSITIVE_INFINITY, new Effort(TRIED_MAX), () => {}, 0);
        expect(found).toBeLessThanOrEqual(least);
        let emitted = 0;
        pricing.list(shipper, duals, box, Math.abs(least), new Effort(TRIED_MAX), () => (emitted += 1), 0);
        if (emitted === 0) expect(pricing.slack).toBeLessThanOrEqual(least);
      }
  }, 60_000);
});
