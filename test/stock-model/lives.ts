import fc from 'fast-check';
import type { Database } from '../../src/store/database.js';
import { look, type Model } from './laws.js';
import { type openCarrier, openShop, SHELVES, type Shop, type ShopPlan, type VendorPlan } from './shop.js';
import { steps } from './steps.js';
import { firstReports } from './stock-deeds.js';

const STEPS_MAX = 60;

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

/**
 * Random lives of shops, each of up to 60 steps against the real database with every law held after each step. Rejects with the first life
 * in which one is broken, made as small as there is time for.
 */
export async function liveThrough(
  db: Database,
  carrier: Awaited<ReturnType<typeof openCarrier>>,
  tally: Map<string, number>,
  options: Pick<fc.Parameters, 'numRuns' | 'seed' | 'path' | 'interruptAfterTimeLimit' | 'endOnFailure'> & {
    readonly replayPath?: string | undefined;
  },
): Promise<void> {
  const { replayPath, ...parameters } = options;
  await fc.assert(
    fc.asyncProperty(
      plan,
      fc.commands([steps], { maxCommands: STEPS_MAX, size: 'max', ...(replayPath ? { replayPath } : {}) }),
      async (facts, commands) => {
        const real = await openShop(db, carrier, facts);
        try {
          const model = await begin(real, tally);
          await fc.asyncModelRun(() => ({ model, real }), commands);
        } finally {
          await real.close();
        }
      },
    ),
    parameters,
  );
}

async function begin(real: Shop, tally: Map<string, number>): Promise<Model> {
  const cuts = new Map(real.vendors.map(({ id }) => [`${id} 2026-01-01T00:00:00.000Z`, 0]));
  const model = { seen: await look(real, 0), orders: new Map(), reports: [], cuts, tally };
  await firstReports(model, real);
  model.seen = await look(real, 0);
  return model;
}
