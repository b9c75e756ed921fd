import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Pool } from './database.js';
import type { Plan } from './plan.js';
import { commitPlans, createPlanCommitter } from './plan-committer.js';
import { COMMIT_PLANS, planTables } from './plan-tables.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  stockOf,
  tally,
} from './testing/small-network.js';
import { layWire, type Wire } from './testing/wire.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
let network: SmallNetwork;
let wire: Wire;
/** The database as the committer sees it: through a wire that can be cut. */
let far: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());
beforeEach(async () => {
  wire = await layWire(database.url);
  far = await openDatabase({ url: wire.url, poolMax: 3, applicationName: 'far' });
});
afterEach(async () => {
  await far.close();
  await wire.close();
  expect(await driftedStock(pool)).toEqual([]);
});

async function plansOf(count: number, product: number): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (let index = 0; index < count; index++) {
    plans.push(routePlan(network, await addOrder(pool, network, [[product, 1]]), network.nodes.east));
  }
  return plans;
}

/** Resolves once a batch waits for the lock that `holding` took. */
async function batchIsBlocked(): Promise<number> {
  for (const giveUp = Date.now() + 10_000; Date.now() < giveUp; ) {
    const { rows } = await pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%commit_plans%'`,
    );
    if (rows[0]) return rows[0].pid;
    await new Promise(setImmediate);
  }
  throw new Error('expected a batch to wait for a lock within 10 s');
}

/** Runs `work` while somebody else holds the order's row, then lets go. */
async function whileHeld(orderId: string, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [orderId]);
    await work();
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function eventsOf(plans: readonly Plan[]): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM event WHERE aggregate_type = 'order' AND aggregate_id = ANY($1::text[])",
    [plans.map((plan) => plan.orderId)],
  );
  return rows[0]?.n ?? 0;
}

describe('a batch whose connection is lost', () => {
  it('is run again when the server killed it before it committed', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 10]]);
    const plans = await plansOf(5, product);
    let outcomes: ReturnType<typeof commitPlans> | undefined;
    await whileHeld(plans[0]?.orderId ?? '', async () => {
      outcomes = commitPlans(far.pool, plans);
      await pool.query('SELECT pg_terminate_backend($1)', [await batchIsBlocked()]);
    });
    expect(tally((await outcomes) ?? [])).toEqual({ committed: 5 });
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 5 });
    expect(await eventsOf(plans)).toBe(5);
  });

  it('is not run again when it had committed and only the answer was lost', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 3]]);
    const plans = await plansOf(5, product);
    const { rows: before } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM commit_batch');
    wire.cutAnswerTo('commit_plans');
    expect(tally(await commitPlans(far.pool, plans))).toEqual({ committed: 3, stock_moved: 2 });
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 3, version: 2 });
    const { rows: after } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM commit_batch');
    expect((after[0]?.n ?? 0) - (before[0]?.n ?? 0)).toBe(1);
  });

  it('is waited for when it still runs at the server, and its own answers are read', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 10]]);
    const plans = await plansOf(4, product);
    let outcomes: ReturnType<typeof commitPlans> | undefined;
    await whileHeld(plans[0]?.orderId ?? '', async () => {
      outcomes = commitPlans(far.pool, plans);
      const pid = await batchIsBlocked();
      wire.cutAll();
      // The claim comes to wait for the batch that nobody listens to any more.
      for (const giveUp = Date.now() + 10_000; ; ) {
        const { rows } = await pool.query('SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))', [
          pid,
        ]);
        if (rows.length > 0) break;
        if (Date.now() > giveUp) throw new Error('expected the claim to wait for the batch');
      }
    });
    expect(tally((await outcomes) ?? [])).toEqual({ committed: 4 });
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 4, version: 2 });
    expect(await eventsOf(plans)).toBe(4);
  });

  it('can never commit once its id was claimed', async () => {
    const id = '0190aaaa-0000-7000-8000-000000000001';
    await pool.query('INSERT INTO commit_batch (id) VALUES ($1)', [id]);
    const { columns, rare } = planTables([]);
    await expect(pool.query(COMMIT_PLANS, [id, ...columns, JSON.stringify(rare)])).rejects.toMatchObject({
      code: '23505',
    });
  });
});

describe('a database that is away', () => {
  it('is waited for, and the plans are committed once', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 100]]);
    const plans = await plansOf(30, product);
    wire.breakDown();
    const committer = createPlanCommitter(far.pool, { batchMax: 10 });
    const outcomes = Promise.all(plans.map((plan) => committer.commit(plan)));
    setTimeout(() => wire.mend(), 200);
    expect(tally(await outcomes)).toEqual({ committed: 30 });
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 30 });
    await committer.close();
  });

  it('is given up after a while, and the plans say that nothing was committed', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 100]]);
    const plans = await plansOf(2, product);
    wire.breakDown();
    // The pool has noticed: nothing can be sent any more.
    await expect.poll(() => far.pool.totalCount).toBe(0);
    await expect(commitPlans(far.pool, plans, { patienceMs: 100 })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      errorClass: 'transient',
    });
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 0 });
  });

  it('leaves it open whether a plan was committed when it goes away for good during the call', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 100]]);
    const plans = await plansOf(2, product);
    let outcomes: Promise<unknown> = Promise.resolve();
    await whileHeld(plans[0]?.orderId ?? '', async () => {
      outcomes = commitPlans(far.pool, plans, { patienceMs: 100 }).catch((error: unknown) => error);
      await batchIsBlocked();
      wire.breakDown();
    });
    expect(await outcomes).toMatchObject({ code: 'COMMIT_UNKNOWN', errorClass: 'unknown' });
  });
});

describe('kills all the way', () => {
  it('loses nothing and doubles nothing while connections are cut under load', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 150]]);
    const plans = await plansOf(200, product);
    const committer = createPlanCommitter(far.pool, { batchMax: 8 });
    let done = false;
    const outcomes = Promise.all(plans.map((plan) => committer.commit(plan))).finally(() => {
      done = true;
    });
    const cutter = (async () => {
      for (let cuts = 0; !done && cuts < 12; cuts++) {
        if (cuts % 3 === 0) wire.cutAnswerTo('commit_plans');
        else if (cuts % 3 === 1) wire.cutAll();
        else {
          await pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'far'",
          );
        }
        const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM commit_batch');
        await pool.query('SELECT pg_sleep(0.02 + 0.001 * ($1::int % 7))', [rows[0]?.n]);
      }
    })();
    expect(tally(await outcomes)).toEqual({ committed: 150, stock_moved: 50 });
    await cutter;
    await committer.close();
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 150, atp: 0 });
    expect(await eventsOf(plans)).toBe(150);
  });
});

describe('a stock row that moves under a batch', () => {
  it('has the batch refused whole: nothing is promised that no counter tells', async () => {
    const product = await addProduct(pool, [[network.nodes.east, 10]]);
    const plans = await plansOf(2, product);
    // As a trigger of tomorrow might, between the lock and the count.
    await pool.query(`
      CREATE FUNCTION move_stock() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE stock SET as_of = as_of WHERE product_id = ${product};
        RETURN NULL;
      END $$;
      CREATE TRIGGER move_stock AFTER UPDATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION move_stock()`);
    try {
      await expect(commitPlans(pool, plans)).rejects.toMatchObject({ code: 'PLAN_INVALID', cause: { code: '23502' } });
    } finally {
      await pool.query('DROP FUNCTION move_stock CASCADE');
    }
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 0, atp: 10 });
    expect(tally(await commitPlans(pool, plans))).toEqual({ committed: 2 });
    expect(await stockOf(pool, network.nodes.east, product)).toMatchObject({ held: 2, atp: 8 });
  });
});
