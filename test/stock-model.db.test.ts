import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/store/database.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { liveThrough } from './stock-model/lives.js';
import { openCarrier } from './stock-model/shop.js';

/** How many random lives of a shop; thousands with `npm run test:stock`. */
const RUNS = Number(process.env.HEADGATE_STOCK_RUNS ?? 50);
/** Of a failure: the seed and the paths that it prints, so that it happens again. */
const SEED = Number(process.env.HEADGATE_STOCK_SEED ?? Math.floor(Math.random() * 2 ** 31));
const PATH = process.env.HEADGATE_STOCK_PATH;
const REPLAY = process.env.HEADGATE_STOCK_REPLAY;
/** Then it ends, with what it found so far: on a busy machine it lives fewer lives, and makes a failure less small. */
const LIMIT_MS = RUNS * 600;

describe('stock against a simple model and vendors that alone know their shelves', () => {
  let db: Database;
  let carrier: Awaited<ReturnType<typeof openCarrier>>;
  const tally = new Map<string, number>();

  beforeAll(async () => {
    db = await openTestDatabase();
    carrier = await openCarrier(db);
  });
  afterAll(() => db?.close());

  it(`keeps every law through ${RUNS} random lives (seed ${SEED})`, async () => {
    await liveThrough(db, carrier, tally, {
      numRuns: RUNS,
      seed: SEED,
      ...(PATH ? { path: PATH } : {}),
      replayPath: REPLAY,
      interruptAfterTimeLimit: LIMIT_MS,
    });
    expect(await driftedStock(db.pool)).toEqual([]);
    if (process.env.HEADGATE_STOCK_TALLY) console.log(Object.fromEntries([...tally].sort()));
  }, 3_600_000);
});
