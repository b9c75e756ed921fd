import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/store/database.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { look, type Model } from './stock-model/laws.js';
import { openCarrier, openShop, SHELVES, type Shop, type ShopPlan, type VendorPlan } from './stock-model/shop.js';
import { firstReports, steps } from './stock-model/steps.js';

/** How many random lives of a shop; thousands with `npm run test:stock`. */
const RUNS = Number(process.env.HEADGATE_STOCK_RUNS ?? 50);
/** Of a failure: the seed and the paths that it prints, so that it happens again. */
const SEED = Number(process.env.HEADGATE_STOCK_SEED ?? Math.floor(Math.random() * 2 ** 31));
const PATH = process.env.HEADGATE_STOCK_PATH;
const REPLAY = process.env.HEADGATE_STOCK_REPLAY;
const STEPS_MAX = 60;
/** Then it ends, with what it found so far: on a busy machine it lives fewer lives, and makes a failure less small. */
const LIMIT_MS = RUNS * 600;

const vendor: fc.Arbitrary<VendorPlan> = fc.record({
  subtracts: fc.constantFrom('received', 'accepted', 'shipped'),
  lagSeconds: fc.constantFrom(0, 0, 5, 60),
  skewSeconds: fc.constantFrom(0, 0, 5, 60),
  absentIsZero: fc.boolean(),
  numbered: fc.boolean(),
  reserveUnits: fc.constantFrom(0, 0, 1),
  bufferZ: fc.constantFrom(0, 1.64),
});
const plan: fc.Arbitrary<ShopPlan> = fc.record({
  vendors: fc.tuple(vendor, vendor),
  shelves: fc.array(fc.oneof({ weight: 6, arbitrary: fc.nat(5) }, fc.constant(null)), {
    minLength: SHELVES,
    maxLength: SHELVES,
  }),
  safetyStock: fc.constantFrom(0, 0, 1),
});

describe('stock against a simple model and vendors that alone know their shelves', () => {
  let db: Database;
  let carrier: Awaited<ReturnType<typeof openCarrier>>;
  const tally = new Map<string, number>();

  beforeAll(async () => {
    db = await openTestDatabase();
    carrier = await openCarrier(db);
  });
  afterAll(() => db?.close());

  async function begin(facts: ShopPlan): Promise<{ model: Model; real: Shop }> {
    const real = await openShop(db, carrier, facts);
    const cuts = new Map(real.vendors.map(({ id }) => [`${id} 2026-01-01T00:00:00.000Z`, 0]));
    const model = { seen: await look(real, 0), orders: new Map(), reports: [], cuts, tally };
    await firstReports(model, real);
    model.seen = await look(real, 0);
    return { model, real };
  }

  it(`keeps every law through ${RUNS} random lives (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        plan,
        fc.commands([steps], { maxCommands: STEPS_MAX, size: 'max', ...(REPLAY ? { replayPath: REPLAY } : {}) }),
        async (facts, commands) => {
          const { model, real } = await begin(facts);
          try {
            await fc.asyncModelRun(() => ({ model, real }), commands);
          } finally {
            await real.close();
          }
        },
      ),
      { numRuns: RUNS, seed: SEED, ...(PATH ? { path: PATH } : {}), interruptAfterTimeLimit: LIMIT_MS },
    );
    expect(await driftedStock(db.pool)).toEqual([]);
    if (process.env.HEADGATE_STOCK_TALLY) console.log(Object.fromEntries([...tally].sort()));
  }, 3_600_000);
});
