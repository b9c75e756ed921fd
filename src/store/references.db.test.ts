import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan, type SmallNetwork } from './testing/small-network.js';

type Row = Readonly<Record<string, unknown>>;

const TABLES = [
  ...['decision', 'fulfillment', 'vendor_outcome', 'fulfillment_line', 'reservation', 'stock_ledger', 'event'],
] as const;
/** Which rows of a table are those of a fulfillment, and of its order. */
const OF_FULFILLMENT: Readonly<Record<string, string>> = {
  decision: 'id = (SELECT decision_id FROM fulfillment WHERE id = $1)',
  fulfillment: 'id = $1',
  vendor_outcome: 'fulfillment_id = $1',
  fulfillment_line: 'fulfillment_id = $1',
  reservation: 'fulfillment_id = $1',
  stock_ledger: 'reservation_id IN (SELECT id FROM reservation WHERE fulfillment_id = $1)',
  event: 'aggregate_id = (SELECT order_id::text FROM fulfillment WHERE id = $1)',
};

const WAITING = 'SELECT FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0';

// What foreign keys would say of the rows that every routing writes many of; it is checked for all rows of a statement at once.
describe('rows that every routing writes', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let client: PoolClient;
  let network: SmallNetwork;
  /** Of two routed orders: a lawful row of each table, as the first order has it, and what the other one has. */
  const rows: Record<string, Row> = {};
  const other = { decision_id: '', fulfillment_id: '', product_id: 0, node_id: 0, vendor_id: 0 };

  beforeAll(async () => {
    database = await openTestDatabase();
    const { pool } = database;
    network = await loadSmallNetwork(pool);
    const { east, far } = network.nodes;
    const [product, another] = [await addProduct(pool, [[east, 10]]), await addProduct(pool, [[far, 10]])];
    const plan = routePlan(network, await addOrder(pool, network, [[product, 1]]), east);
    const rival = routePlan(network, await addOrder(pool, network, [[another, 1]]), far);
    await commitPlans(pool, [plan, rival]);
    client = await pool.connect();
    const fulfillmentId = plan.newFulfillments?.[0]?.id;
    for (const table of TABLES) {
      const { rows: found } = await pool.query<Row>(`SELECT t.* FROM ${table} t WHERE ${OF_FULFILLMENT[table]}`, [
        fulfillmentId,
      ]);
      rows[table] = found[0] ?? {};
    }
    Object.assign(other, {
      decision_id: rival.decision?.id,
      fulfillment_id: rival.newFulfillments?.[0]?.id,
      ...{ product_id: another, node_id: far.id, vendor_id: far.vendorId },
    });
  });
  afterAll(async () => {
    client.release();
    await database.close();
  });

  /** Writes the lawful row again, in place of the one that is there, with some columns changed; nothing of it stays. */
  async function write(table: string, changed: Row): Promise<void> {
    const fresh: Row =
      {
        decision: { id: randomUUID() },
        fulfillment: { id: randomUUID(), po_number: 'HG-ANOTHER' },
        reservation: { id: randomUUID() },
        event: { aggregate_version: 99 },
      }[table] ?? {};
    // Those that the database gives itself.
    const { id: _, rule_set_version: __, ...rest } = { id: null, rule_set_version: null, ...rows[table] };
    const row: Row = { ...rest, ...fresh, ...changed };
    const columns = Object.keys(row);
    await client.query('BEGIN');
    try {
      if (table === 'vendor_outcome' || table === 'fulfillment_line') {
        await client.query('SET LOCAL session_replication_role = replica');
        await client.query(`DELETE FROM ${table}`);
        await client.query('SET LOCAL session_replication_role = origin');
      }
      await client.query(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_column, at) => `$${at + 1}`).join(', ')})`,
        Object.values(row),
      );
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it.each(TABLES)('are taken where all that they name is there: %s', async (table) => {
    await expect(write(table, {})).resolves.toBeUndefined();
  });

  const nowhere = randomUUID();
  it.each<[table: string, what: string, changed: () => Row]>([
    ['decision', 'an order', () => ({ order_id: nowhere })],
    ['event', 'an account', () => ({ account_id: 999 })],
    ['event', 'a vendor', () => ({ vendor_id: 999 })],
    ['fulfillment', 'an order', () => ({ order_id: nowhere })],
    ['fulfillment', 'a decision of its order', () => ({ decision_id: other.decision_id })],
    ['fulfillment', 'a node', () => ({ node_id: 999 })],
    ['fulfillment', 'a vendor', () => ({ vendor_id: 999 })],
    ['fulfillment', 'a service', () => ({ service_id: 999 })],
    ['vendor_outcome', 'a fulfillment', () => ({ fulfillment_id: nowhere })],
    ['vendor_outcome', 'the node of its fulfillment', () => ({ node_id: other.node_id })],
    ['vendor_outcome', 'the vendor of its fulfillment', () => ({ vendor_id: other.vendor_id })],
    ['fulfillment_line', 'a fulfillment of its order', () => ({ fulfillment_id: other.fulfillment_id })],
    ['fulfillment_line', 'a line of its order', () => ({ line_no: 9 })],
    ['fulfillment_line', 'the product of that line', () => ({ product_id: other.product_id })],
    ['reservation', 'a fulfillment of its order', () => ({ fulfillment_id: other.fulfillment_id })],
    ['reservation', 'a line of its order', () => ({ line_no: 9 })],
    ['reservation', 'a stock row', () => ({ node_id: other.node_id })],
    ['stock_ledger', 'a reservation', () => ({ reservation_id: nowhere })],
  ])('are refused where they do not name what is there: %s, %s', async (table, _, changed) => {
    await expect(write(table, changed())).rejects.toMatchObject({ code: '23503' });
  });

  it.each(['orders', 'order_line', 'decision', 'fulfillment', 'reservation'])('stay: %s', async (table) => {
    await expect(database.pool.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '23001' });
    await expect(database.pool.query(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: '23001' });
  });

  it('keep their history: the ledger is not emptied either', async () => {
    await expect(database.pool.query('TRUNCATE stock_ledger')).rejects.toMatchObject({ code: '23001' });
  });

  it.each([
    ['node', 'node_id'],
    ['carrier_service', 'service_id'],
    ['vendor', 'vendor_id'],
  ])('keep what they name from being deleted: %s', async (table, column) => {
    const used = `DELETE FROM ${table} WHERE id IN (SELECT ${column} FROM fulfillment)`;
    await expect(database.pool.query(used)).rejects.toMatchObject({ code: '23503' });
  });
  it.each([
    ['account', 'account_id'],
    ['vendor', 'vendor_id'],
  ])('keep what they name from being deleted: %s, in the log', async (table, column) => {
    const { rows: added } = await database.pool.query<{ id: number }>(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(t, '{"id": 998, "code": "in-the-log"}')).* FROM ${table} t LIMIT 1 RETURNING id`,
    );
    const remove = () => database.pool.query(`DELETE FROM ${table} WHERE id = $1`, [added[0]?.id]);
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, ${column}, actor, payload)
       VALUES ('network.changed', 'network', '${table}', 1, $1, 'system:test', '{}')`,
      [added[0]?.id],
    );
    // Who deletes waits for who tells, and sees it.
    const removed = remove().catch((error: unknown) => error);
    await expect
      .poll(async () => (await database.pool.query(WAITING)).rows.length, { message: 'the delete waits' })
      .toBeGreaterThan(0);
    await client.query('COMMIT');
    expect(await removed).toMatchObject({ code: '23503' });
    await expect(database.pool.query(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: '23001' });
  });
  it('keep what they name from being deleted: stock', async () => {
    await expect(database.pool.query('DELETE FROM stock')).rejects.toMatchObject({ code: '23503' });
    const unused = 'DELETE FROM stock WHERE (node_id, product_id) NOT IN (SELECT node_id, product_id FROM reservation)';
    await expect(database.pool.query(unused)).resolves.toMatchObject({ command: 'DELETE' });
  });

  it.each([
    ['order_line', 'line_no'],
    ['fulfillment', 'node_id'],
    ['fulfillment_line', 'product_id'],
    ['reservation', 'product_id'],
    ['vendor_outcome', 'vendor_id'],
    ['stock', 'node_id'],
    ['account', 'id'],
  ])('go on naming what they name: %s.%s', async (table, column) => {
    const update = `UPDATE ${table} SET ${column} = ${column} + 1`;
    await expect(database.pool.query(update)).rejects.toMatchObject({ code: '23001' });
  });
});
