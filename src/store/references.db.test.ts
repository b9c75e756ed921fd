import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan, type SmallNetwork } from './testing/small-network.js';

type Row = Readonly<Record<string, unknown>>;

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
    for (const table of ['fulfillment', 'vendor_outcome', 'fulfillment_line', 'reservation', 'stock_ledger']) {
      const key = table === 'fulfillment' ? 'id' : 'fulfillment_id';
      const which =
        table === 'stock_ledger'
          ? 'reservation_id IN (SELECT id FROM reservation WHERE fulfillment_id = $1)'
          : `${key} = $1`;
      rows[table] = (await pool.query<Row>(`SELECT * FROM ${table} WHERE ${which}`, [fulfillmentId])).rows[0] ?? {};
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
      { fulfillment: { id: randomUUID(), po_number: 'HG-ANOTHER' }, reservation: { id: randomUUID() } }[table] ?? {};
    const { id: _, ...rest } = table === 'stock_ledger' ? (rows[table] ?? {}) : { id: undefined, ...rows[table] };
    const row = { ...rest, ...fresh, ...changed };
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

  it.each(['fulfillment', 'vendor_outcome', 'fulfillment_line', 'reservation', 'stock_ledger'])(
    'are taken where all that they name is there: %s',
    async (table) => {
      await expect(write(table, {})).resolves.toBeUndefined();
    },
  );

  const nowhere = randomUUID();
  it.each<[table: string, what: string, changed: () => Row]>([
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
  ])('go on naming what they name: %s.%s', async (table, column) => {
    const update = `UPDATE ${table} SET ${column} = ${column} + 1`;
    await expect(database.pool.query(update)).rejects.toMatchObject({ code: '23001' });
  });
});
