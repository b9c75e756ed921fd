import type { Refused } from '../model/csv.js';
import { inTransaction, type Pool, type Queryable } from './database.js';

/**
 * Does work in one transaction of which nothing stays where it refuses, or where it is only tried (`dryRun`). Returns what the work did,
 * or would have done, or its faults.
 */
export async function attempt<T extends object>(
  pool: Pool,
  options: { readonly dryRun: boolean },
  work: (db: Queryable) => Promise<T | Refused>,
): Promise<T | Refused> {
  try {
    return await inTransaction(pool, async (db) => {
      const result = await work(db);
      if ('faults' in result || options.dryRun) throw new NothingStays(result);
      return result;
    });
  } catch (error) {
    if (error instanceof NothingStays) return error.result as T | Refused;
    throw error;
  }
}

/** Rolls the transaction back. */
class NothingStays extends Error {
  constructor(readonly result: object) {
    super('nothing stays');
  }
}
