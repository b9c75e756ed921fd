import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type Database, inTransaction, migrate, openDatabase } from './database.js';
import { FulfillmentEntity } from './entities/fulfillment.js';
import { OrderLineEntity } from './entities/order.js';
import { MIGRATIONS } from './migrations.js';
import { commitPlans } from './plan-committer.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan } from './testing/small-network.js';

let created: TestDatabase;
let database: Database;

beforeAll(async () => {
  created = await createTestDatabase();
  database = await openDatabase({ url: created.url });
});
afterAll(async () => {
  await database?.close();
  await created?.drop();
});

describe('migrations', () => {
  it('may be run by two processes at once: one applies them, the other finds them applied', async () => {
    const empty = new URL(created.url);
    const name = `${empty.pathname.slice(1)}_empty`;
    empty.pathname = `/${name}`;
    await database.pool.query(`CREATE DATABASE ${name}`);
    try {
      const [one, two] = await Promise.all([migrate(empty.href), migrate(empty.href)]);
      expect([...one, ...two]).toEqual(MIGRATIONS.map((migration) => migration.name));
      expect(await migrate(empty.href)).toEqual([]);
    } finally {
      await database.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it('go down again to nothing and up again', async () => {
    const other = new URL(created.url);
    const name = `${other.pathname.slice(1)}_down`;
    other.pathname = `/${name}`;
    await database.pool.query(`CREATE DATABASE ${name}`);
    try {
      await migrate(other.href);
      const opened = await openDatabase({ url: other.href });
      for (let left = MIGRATIONS.length; left > 0; left--) await opened.dataSource.undoLastMigration();
      const { rows } = await opened.pool.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
      );
      expect(rows).toEqual([{ table_name: 'migration' }]);
      await opened.close();
      expect(await migrate(other.href)).toHaveLength(MIGRATIONS.length);
    } finally {
      await database.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

describe('entities', () => {
  it('have exactly the columns of their tables, with the same nullability', async () => {
    const { rows } = await database.pool.query<{ table: string; column: string; type: string; nullable: boolean }>(
      `SELECT table_name AS table, column_name AS column, CASE WHEN data_type = 'ARRAY' THEN ltrim(udt_name, '_') ELSE udt_name END AS type,
         is_nullable = 'YES' AS nullable
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('migration', 'fulfillment_transition')`,
    );
    const names: Record<string, string> = { int4: 'integer', bool: 'boolean', int8: 'bigint' };
    const inDatabase = rows.map(
      (row) => `${row.table}.${row.column} ${names[row.type] ?? row.type}${row.nullable ? '?' : ''}`,
    );
    const inCode = database.dataSource.entityMetadatas.flatMap((entity) =>
      entity.columns.map((column) => {
        // TypeORM has no nullable keys; duty_rate's is unique with nulls not distinct.
        const nullable =
          column.isNullable || (entity.tableName === 'duty_rate' && column.databaseName === 'origin_country');
        return `${entity.tableName}.${column.databaseName} ${String(column.type)}${nullable ? '?' : ''}`;
      }),
    );
    expect(inCode.sort()).toEqual(inDatabase.sort());
  });

  it('read amounts as ten-thousandths and follow relations', async () => {
    const network = await loadSmallNetwork(database.pool);
    const product = await addProduct(database.pool, [[network.nodes.east, 5]]);
    const order = await addOrder(database.pool, network, [[product, 2]]);
    await commitPlans(database.pool, [routePlan(network, order, network.nodes.east)]);
    const line = await database.dataSource.getRepository(OrderLineEntity).findOneByOrFail({ orderId: order.id });
    expect(line).toMatchObject({ unitPrice: 100_000, routed: 2 });
    const [fulfillment] = await database.dataSource
      .getRepository(FulfillmentEntity)
      .find({ where: { orderId: order.id }, relations: { node: true, order: true } });
    expect(fulfillment).toMatchObject({ landedCost: 123_400, node: { code: 'acme-east' }, order: { id: order.id } });
  });
});

describe('a transaction', () => {
  it('is rolled back when its work fails, and its connection goes back', async () => {
    const key = 'test-transaction';
    const work = inTransaction(database.pool, async (client) => {
      await client.query("INSERT INTO installation (key, value) VALUES ($1, '1')", [key]);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect((await database.pool.query('SELECT 1 FROM installation WHERE key = $1', [key])).rows).toEqual([]);
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });

  it('survives the loss of its connection between two statements', async () => {
    const work = inTransaction(database.pool, async (client) => {
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await expect.poll(() => client.query('SELECT 1').then(String, String)).toMatch(/terminat|not queryable|closed/i);
      await client.query('SELECT 1');
    });
    await expect(work).rejects.toThrow();
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('does not pass for committed when a failed statement was passed over', async () => {
    const work = inTransaction(database.pool, async (client) => {
      await client.query('SELECT 1/0').catch(() => {});
    });
    await expect(work).rejects.toThrow(/expected COMMIT, got ROLLBACK/);
  });

  it('gives days as days and bigints without loss', async () => {
    const { rows } = await database.pool.query("SELECT '2026-03-01'::date AS day, 9007199254740993::int8 AS big");
    expect(rows).toEqual([{ day: '2026-03-01', big: '9007199254740993' }]);
  });
});
