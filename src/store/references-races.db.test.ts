import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  stockOf,
} from './testing/small-network.js';

/** Rows that may be deleted while nothing refers to them. */
type Referred = 'node' | 'vendor' | 'carrier_service' | 'stock';
/** A row by its key, and what a row that refers to it says, as far as that is not what the lawful one of the model says. */
interface Fresh {
  readonly key: Readonly<Record<string, number>>;
  readonly referring: Readonly<Record<string, unknown>>;
}

/** For each: the table whose rows refer to it, and how the columns of its key are called there. */
const REFERS: Readonly<Record<Referred, { by: 'fulfillment' | 'reservation'; as: Readonly<Record<string, string>> }>> =
  {
    node: { by: 'fulfillment', as: { id: 'node_id' } },
    vendor: { by: 'fulfillment', as: { id: 'vendor_id' } },
    carrier_service: { by: 'fulfillment', as: { id: 'service_id' } },
    stock: { by: 'reservation', as: { node_id: 'node_id', product_id: 'product_id' } },
  };
const TABLES = ['node', 'vendor', 'carrier_service', 'stock'] as const;
const NOT_THERE = { code: '23503' };
/** Of the fight: pairs of a deleter and a writer for each table. */
const ROUNDS = 10;

// A foreign key would let one of the two win and refuse the other, whatever their order; so does what stands in its place.
describe('who deletes a row, and who begins to refer to it', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let network: SmallNetwork;
  let [deleter, writer] = [] as unknown as [PoolClient, PoolClient];
  /** Lawful rows to copy. */
  const model = { fulfillment: '', reservation: '' };

  beforeAll(async () => {
    database = await openTestDatabase();
    const { pool } = database;
    network = await loadSmallNetwork(pool);
    const { east } = network.nodes;
    const plan = routePlan(network, await addOrder(pool, network, [[await addProduct(pool, [[east, 10]]), 1]]), east);
    await commitPlans(pool, [plan]);
    model.fulfillment = plan.newFulfillments?.[0]?.id ?? '';
    model.reservation = plan.holds?.[0]?.reservationId ?? '';
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    [deleter, writer] = [await database.pool.connect(), await database.pool.connect()];
  });
  afterEach(async () => {
    for (const client of [deleter, writer]) {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  /** A row to which nothing refers yet. */
  async function fresh(table: Referred): Promise<Fresh> {
    const { pool } = database;
    const { east } = network.nodes;
    if (table === 'stock') {
      // Made to order when it was ordered, so that nothing is held of it yet.
      const productId = await addProduct(pool, [[east, 10]]);
      await pool.query('UPDATE offer SET stocked = false WHERE product_id = $1', [productId]);
      const plan = routePlan(network, await addOrder(pool, network, [[productId, 1]]), east, { holds: [] });
      await commitPlans(pool, [plan]);
      return {
        key: { node_id: east.id, product_id: productId },
        referring: { order_id: plan.orderId, fulfillment_id: plan.newFulfillments?.[0]?.id },
      };
    }
    const id = await copyOf(table);
    return { key: { id }, referring: table === 'vendor' ? { node_id: await copyOf('node', { vendor_id: id }) } : {} };
  }
  async function copyOf(table: Exclude<Referred, 'stock'>, changed: Readonly<Record<string, number>> = {}) {
    const copied = `jsonb_populate_record(t, $2 || jsonb_build_object('code', $1::text, 'id', nextval(pg_get_serial_sequence('${table}', 'id'))))`;
    const { rows } = await database.pool.query<{ id: number }>(
      `INSERT INTO ${table} SELECT (${copied}).* FROM ${table} t ORDER BY t.id LIMIT 1 RETURNING id`,
      [`t-${randomUUID()}`, changed],
    );
    return rows[0]?.id ?? 0;
  }
  const begin = (client: PoolClient, how = '') => client.query(`BEGIN ${how}`);
  function drop(client: Pick<PoolClient, 'query'>, table: Referred, { key }: Fresh) {
    const where = Object.keys(key).map((column, at) => `${column} = $${at + 1}`);
    // A vendor's nodes go to another one first.
    const before =
      table === 'vendor'
        ? 'WITH sold AS (UPDATE node SET vendor_id = (SELECT min(id) FROM vendor) WHERE vendor_id = $1)'
        : '';
    return client.query(`${before} DELETE FROM ${table} WHERE ${where.join(' AND ')}`, Object.values(key));
  }
  function refer(client: Pick<PoolClient, 'query'>, table: Referred, { key, referring }: Fresh) {
    const { by, as } = REFERS[table];
    const changed = Object.fromEntries(Object.entries(key).map(([column, value]) => [as[column], value]));
    const own = { id: randomUUID(), po_number: `HG-${randomUUID().toUpperCase()}` };
    return client.query(`INSERT INTO ${by} SELECT (jsonb_populate_record(t, $1)).* FROM ${by} t WHERE id = $2`, [
      { ...own, ...referring, ...changed },
      model[by],
    ]);
  }
  /** Until this client's statement waits for another's lock. */
  const untilWaiting = (client: PoolClient) =>
    expect
      .poll(async () => {
        const { rows } = await database.pool.query('SELECT cardinality(pg_blocking_pids($1)) AS rivals', [
          pidOf(client),
        ]);
        return rows[0]?.rivals;
      })
      .toBeGreaterThan(0);
  const pidOf = (client: PoolClient) => ('processID' in client ? client.processID : undefined);

  /** Rows that refer to what is not there. */
  async function dangling(table: Referred): Promise<number> {
    const { by, as } = REFERS[table];
    const same = Object.entries(as).map(([column, here]) => `t.${column} = r.${here}`);
    const { rows } = await database.pool.query(
      `SELECT count(*)::integer AS n FROM ${by} r WHERE NOT EXISTS (SELECT FROM ${table} t WHERE ${same.join(' AND ')})`,
    );
    return rows[0]?.n;
  }

  describe.each(TABLES)('of %s', (table) => {
    afterEach(async () => {
      expect(await dangling(table)).toBe(0);
    });

    it.each(['COMMIT', 'ROLLBACK'])('wait for each other: the writer came first, %s', async (end) => {
      const row = await fresh(table);
      await begin(writer);
      await refer(writer, table, row);
      const dropped = drop(deleter, table, row).catch((error: unknown) => error);
      await untilWaiting(deleter);
      await writer.query(end);
      expect(await dropped).toMatchObject(end === 'COMMIT' ? NOT_THERE : { rowCount: 1 });
    });

    it.each(['COMMIT', 'ROLLBACK'])('wait for each other: the deleter came first, %s', async (end) => {
      const row = await fresh(table);
      await begin(deleter);
      await drop(deleter, table, row);
      const referred = refer(writer, table, row).catch((error: unknown) => error);
      await untilWaiting(writer);
      await deleter.query(end);
      expect(await referred).toMatchObject(end === 'COMMIT' ? NOT_THERE : { rowCount: 1 });
    });

    it.each(['REPEATABLE READ', 'SERIALIZABLE'])('do not pass each other over: deleted at %s', async (level) => {
      const row = await fresh(table);
      await begin(deleter, `ISOLATION LEVEL ${level}`);
      await deleter.query('SELECT FROM orders');
      await refer(writer, table, row);
      await expect(drop(deleter, table, row)).rejects.toMatchObject({ code: '0A000' });
    });

    it.each(['REPEATABLE READ', 'SERIALIZABLE'])('do not pass each other over: referred to at %s', async (level) => {
      const row = await fresh(table);
      await begin(writer, `ISOLATION LEVEL ${level}`);
      await writer.query('SELECT FROM orders');
      await drop(deleter, table, row);
      await expect(refer(writer, table, row)).rejects.toMatchObject({ code: expect.stringMatching(/^(23503|40001)$/) });
    });

    it('cannot empty the table past them', async () => {
      await expect(database.pool.query(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: '23001' });
    });
  });

  it('leave nothing that refers to what is gone, however they interleave', async () => {
    const pairs = await Promise.all(
      TABLES.flatMap((table) => Array.from({ length: ROUNDS }, async () => ({ table, row: await fresh(table) }))),
    );
    const ended = await Promise.all(
      pairs.map(({ table, row }) =>
        Promise.allSettled([drop(database.pool, table, row), refer(database.pool, table, row)]),
      ),
    );
    for (const pair of ended) expect(pair.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const table of TABLES) expect(await dangling(table)).toBe(0);
  });

  it('let a plan wait for who deletes the service that it names, and refuse it whole', async () => {
    const { pool } = database;
    const { east } = network.nodes;
    const service = await fresh('carrier_service');
    const productId = await addProduct(pool, [[east, 10]]);
    const order = await addOrder(pool, network, [[productId, 3]]);
    await begin(deleter);
    await drop(deleter, 'carrier_service', service);
    const committed = commitPlans(pool, [routePlan({ ...network, serviceId: service.key.id ?? 0 }, order, east)]).catch(
      (error: unknown) => error,
    );
    await expect
      .poll(async () => {
        const { rows } = await pool.query('SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [
          pidOf(deleter),
        ]);
        return rows.length;
      })
      .toBe(1);
    await deleter.query('COMMIT');
    expect(await committed).toMatchObject({ code: 'PLAN_INVALID', cause: NOT_THERE });
    expect(await stockOf(pool, east, productId)).toMatchObject({ held: 0, atp: 10, version: 1 });
    const { rows } = await pool.query('SELECT version FROM orders WHERE id = $1', [order.id]);
    expect(rows).toEqual([{ version: 1 }]);
    expect(await driftedStock(pool)).not.toContainEqual(expect.objectContaining({ productId }));
  });
});
