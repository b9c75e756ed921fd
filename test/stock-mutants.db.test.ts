import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
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

  it.runIf(RUNS > 0).each(MUTANTS)(`show where $breaks (seed ${SEED})`, { timeout: 1_200_000 }, async (mutant) => {
    const db = await openTestDatabase();
    try {
      const carrier = await openCarrier(db);
      await mutate(db.pool, mutant);
      const lives = liveThrough(db, carrier, new Map(), { numRuns: RUNS, seed: SEED, endOnFailure: true });
      await expect(lives).rejects.toThrow('Property failed');
    } finally {
      await db.close();
    }
  });
});
