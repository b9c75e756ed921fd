import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { decide, InvalidRequest } from '../engine/decide.js';
import { randomRequest } from '../engine/testing/random-request.js';
import { createDecider, DEFAULT_DECIDER_LIMITS, type Decider } from './decider.js';

/** Threads run the built output, which `npm test` makes first. */
const BUILT = new URL('../../dist/src/orders/decider-thread.js', import.meta.url);
const HARD = { lines: 6, nodes: 12, services: 2, quantity: 8 };
const SEEDS = Array.from({ length: 20 }, (_, at) => 3_001 + at);

const open: Decider[] = [];
function deciderWith(limits: Partial<typeof DEFAULT_DECIDER_LIMITS>): Decider {
  const decider = createDecider({ ...DEFAULT_DECIDER_LIMITS, threads: 1, ...limits }, BUILT);
  open.push(decider);
  return decider;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((decider) => decider.close()));
});

describe('a decider', () => {
  it('finds the built module of its thread', () => {
    expect(existsSync(BUILT), 'npm run build makes it').toBe(true);
  });

  it('decides an everyday request at once', () => {
    const request = randomRequest(1);
    expect(deciderWith({}).decide(request)).toEqual(decide(request));
  });

  it('gives the same bytes from a thread', async () => {
    const decider = deciderWith({ entriesAtOnce: 0 });
    for (const seed of SEEDS) {
      const request = randomRequest(seed, HARD);
      const decided = decider.decide(request);
      expect(decided).toBeInstanceOf(Promise);
      expect(JSON.stringify(await decided)).toBe(JSON.stringify(decide(request)));
    }
  });

  it('gives the same bytes from a thread where there are very many nodes, or none at all', async () => {
    const decider = deciderWith({ entriesAtOnce: -1 });
    const vast = randomRequest(7, { lines: 8, linesLeast: 8, nodes: 400, nodesLeast: 400, services: 2, quantity: 3 });
    expect(JSON.stringify(vast).length).toBeGreaterThan(300_000);
    const { nodes: _nodes, ...without } = vast;
    for (const request of [{ ...vast, policy: { ...vast.policy, effort: 5 } }, without, { ...without, nodes: [] }]) {
      const decided = decider.decide(request);
      expect(decided).toBeInstanceOf(Promise);
      expect(JSON.stringify(await decided)).toBe(JSON.stringify(decide(request)));
    }
  });

  it('hands what is harder than it looked to a thread, with the same bytes', async () => {
    const decider = deciderWith({ stepsAtOnce: 1 });
    let handedOn = 0;
    for (const seed of SEEDS) {
      const request = randomRequest(seed, HARD);
      const decided = decider.decide(request);
      if (decided instanceof Promise) handedOn += 1;
      expect(JSON.stringify(await decided)).toBe(JSON.stringify(decide(request)));
    }
    expect(handedOn).toBeGreaterThan(0);
  });

  it('says what is wrong with a request, from a thread too', async () => {
    const broken = { ...randomRequest(1), policy: { maxShipments: 0 } };
    expect(() => deciderWith({}).decide(broken)).toThrow(InvalidRequest);
    const refused = deciderWith({ entriesAtOnce: 0 }).decide(broken);
    await expect(refused).rejects.toThrow(/policy\.maxShipments/);
    await expect(refused).rejects.toBeInstanceOf(InvalidRequest);
  });

  it('refuses what would wait behind too many others, and decides the rest', async () => {
    const decider = deciderWith({ entriesAtOnce: 0, waiting: 1 });
    const results = await Promise.allSettled(SEEDS.map(async (seed) => decider.decide(randomRequest(seed, HARD))));
    const decided = results.filter(({ status }) => status === 'fulfilled').length;
    expect(decided).toBeGreaterThan(0);
    expect(decided).toBeLessThan(results.length);
  });
});
