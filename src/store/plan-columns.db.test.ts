import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type Database, migrate, openDatabase } from './database.js';
import { MIGRATIONS } from './migrations.js';
import { commitPlans } from './plan-committer.js';
import { addOrder, addProduct, driftedStock, loadSmallNetwork, routePlan } from './testing/small-network.js';

/** How many migrations to take back until plans travel as one document again, as before. */
const STEPS = MIGRATIONS.length - MIGRATIONS.findIndex(({ name }) => name === 'PlanColumns1790000000018');
/** Of the tables that every routing writes: their rows, and the constraints, indexes, triggers and functions around them. */
const TABLES = [
  'decision',
  'fulfillment',
  'fulfillment_line',
  'vendor_outcome',
  'reservation',
  'stock',
  'stock_ledger',
];

describe('a database with routed orders', () => {
  let created: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    created = await createTestDatabase();
    database = await openDatabase({ url: created.url });
  });
  afterAll(async () => {
    await database.close();
    await created.drop();
  });

  async function rows() {
    const found = new Map<string, string[]>();
    for (const table of TABLES) {
      const { rows: of } = await database.pool.query<{ text: string }>(
        `SELECT to_jsonb(t)::text AS text FROM ${table} t ORDER BY 1`,
      );
      found.set(
        table,
        of.map(({ text }) => text),
      );
    }
    return found;
  }
  async function shape() {
    const { rows: found } = await database.pool.query<{ what: string }>(`
      SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS what FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public'
      ORDER BY 1`);
    // How a function's text is indented is no matter.
    return found.map(({ what }) => what.replaceAll(/\s+/g, ' '));
  }
  async function takeBack() {
    for (let step = 0; step < STEPS; step++) await database.dataSource.undoLastMigration();
  }

  it('keeps them, with their foreign keys, when the columns of plans are taken back, and when they come again', async () => {
    const { pool } = database;
    const network = await loadSmallNetwork(pool);
    const { east } = network.nodes;
    const productId = await addProduct(pool, [[east, 10]]);
    const plan = routePlan(network, await addOrder(pool, network, [[productId, 2]]), east);
    await commitPlans(pool, [
      { ...plan, decision: plan.decision && { ...plan.decision, request: { b: [1, null], a: 'ü"\\' } } },
    ]);
    const [rowsBefore, shapeBefore] = [await rows(), await shape()];

    await takeBack();
    expect(await rows()).toEqual(rowsBefore);
    const keys = (await shape()).filter((what) => !shapeBefore.includes(what) && what.includes('FOREIGN KEY'));
    expect(keys).toHaveLength(18);

    expect(await migrate(created.url)).toHaveLength(STEPS);
    expect(await rows()).toEqual(rowsBefore);
    expect(await shape()).toEqual(shapeBefore);
    const another = routePlan(network, await addOrder(pool, network, [[productId, 3]]), east);
    expect(await commitPlans(pool, [another])).toMatchObject([{ outcome: 'committed' }]);
    expect(await driftedStock(pool)).toEqual([]);
  });

  it('has exactly the shape from before when they are taken back', async () => {
    await takeBack();
    const back = await shape();
    for (let left = MIGRATIONS.length - STEPS; left > 0; left--) await database.dataSource.undoLastMigration();
    const fresh = await openDatabase({ url: created.url });
    try {
      fresh.dataSource.migrations.splice(MIGRATIONS.length - STEPS);
      await fresh.dataSource.runMigrations();
    } finally {
      await fresh.close();
    }
    expect(await shape()).toEqual(back);
  });
});
