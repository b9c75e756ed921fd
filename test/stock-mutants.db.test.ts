import { describe, expect, it } from 'vitest';
import { commitPlans } from '../src/store/plan-committer.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { addOrder, barePlan, loadSmallNetwork, tally } from '../src/store/testing/small-network.js';
import { afterWholeFeed, BESIDE } from './stock-model/figures-outlast.js';
import { liveThrough } from './stock-model/lives.js';
import { MUTANTS, mutate, textOf } from './stock-model/mutants.js';
import { openCarrier } from './stock-model/shop.js';

/** Lives in which a broken rule must show; only `npm run test:mutants` has the time for them. */
const RUNS = Number(process.env.HEADGATE_MUTANT_RUNS ?? 0);
const SEED = Number(process.env.HEADGATE_STOCK_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('the rules of stock, broken one at a time', () => {
  it('still stand in the database where the mutants look for them', async () => {
    const db = await openTestDatabase();
    try {
      for (const { of, edits } of MUTANTS) {
        const text = await textOf(db.pool, of);
        for (const [is] of edits) expect(text, of).toContain(is);
      }
    } finally {
      await db.close();
    }
  });

  it('keep a newer figure, also where an older one is just being applied, and lose it where that one does not wait', async () => {
    const db = await openTestDatabase();
    try {
      const network = await loadSmallNetwork(db.pool);
      for (const beside of BESIDE) expect(await afterWholeFeed(db.pool, network, beside), beside).toBe(10);
      for (const mutant of MUTANTS.filter(({ atOnce }) => atOnce)) await mutate(db.pool, mutant);
      for (const beside of BESIDE) expect(await afterWholeFeed(db.pool, network, beside), beside).toBe(12);
    } finally {
      await db.close();
    }
  });

  it('are refused by the database itself where plans would take more of a node’s day than its limit', async () => {
    const db = await openTestDatabase();
    try {
      const network = await loadSmallNetwork(db.pool);
      const { west } = network.nodes;
      const taking = async (units: number) =>
        barePlan(await addOrder(db.pool, network, []), { capacity: [{ nodeId: west.id, day: '2026-03-02', units }] });
      await db.pool.query('UPDATE node SET daily_capacity_units = 10 WHERE id = $1', [west.id]);
      const breaks = 'a batch is taken whole whatever is left';
      await mutate(db.pool, { breaks, of: 'commit_plans', edits: [['wanted.units > there.free', 'false']] });
      expect(tally(await commitPlans(db.pool, [await taking(6), await taking(4)]))).toEqual({ committed: 2 });
      await expect(commitPlans(db.pool, [await taking(1)])).rejects.toThrow(/node_capacity_not_exceeded/);
      await db.pool.query('UPDATE node SET daily_capacity_units = 5 WHERE id = $1', [west.id]);
      expect(tally(await commitPlans(db.pool, [await taking(-1)]))).toEqual({ committed: 1 });
      await expect(commitPlans(db.pool, [await taking(1)])).rejects.toThrow(/node_capacity_not_exceeded/);
      await db.pool.query('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [west.id]);
      expect(tally(await commitPlans(db.pool, [await taking(9)]))).toEqual({ committed: 1 });
    } finally {
      await db.close();
    }
  });

  it.runIf(RUNS > 0).each(MUTANTS.filter(({ atOnce }) => !atOnce))(
    `show where $breaks (seed ${SEED})`,
    { timeout: 1_200_000 },
    async (mutant) => {
      const db = await openTestDatabase();
      try {
        const carrier = await openCarrier(db);
        await mutate(db.pool, mutant);
        const lives = liveThrough(db, carrier, new Map(), { numRuns: RUNS, seed: SEED, endOnFailure: true });
        await expect(lives).rejects.toThrow('Property failed');
      } finally {
        await db.close();
      }
    },
  );
});
