import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan } from './testing/small-network.js';

/** Tables of products: for each column that matters, another value of it. $p, $q: products; $n, $m: nodes; $a: an account. */
const CATALOGUE: Readonly<
  Record<string, { readonly row: string; readonly columns: Readonly<Record<string, string>> }>
> = {
  product: {
    row: "INSERT INTO product (sku, title, unit_weight_grams, list_price) VALUES ('row', 'R', 1, 1)",
    columns: {
      ...{ sku: "'other'", active: 'false', tags: "'{fragile}'", unit_weight_grams: '2', unit_volume_cm3: '3' },
      ...{ hs_code: "'123456'", origin_country: "'VN'" },
      id: '987654',
    },
  },
  product_account_alias: {
    row: "INSERT INTO product_account_alias VALUES ($a, 'row', $p)",
    columns: { account_id: '$b', alias: "'other'", product_id: '$q' },
  },
  kit_component: {
    row: 'INSERT INTO kit_component VALUES ($p, $q, 1, 1)',
    columns: { kit_product_id: '$r', component_product_id: '$r', quantity: '2' },
  },
  offer: {
    row: 'INSERT INTO offer (node_id, product_id) VALUES ($m, $q)',
    columns: {
      ...{ node_id: '$n', product_id: '$r', minimum_quantity: '2', quantity_multiple: '2', lead_time_hours: '9' },
      ...{ stocked: 'false', active: 'false', unit_fee: '0.5' },
    },
  },
  offer_cost: {
    row: 'INSERT INTO offer_cost VALUES ($n, $p, 5, 3)',
    columns: { node_id: '$m', product_id: '$r', from_quantity: '6', unit_cost: '2' },
  },
  offer_price: {
    row: "INSERT INTO offer_price VALUES ($n, $p, '2026-01-01', NULL, 0, 1, 1, '{1,5}', '{3,3}')",
    columns: {
      ...{ node_id: '$m', product_id: '$r', valid_from: "'2026-02-01'", valid_to: "'2027-01-01'" },
      ...{ minimum_quantity: '2', quantity_multiple: '2', from_quantities: "'{1,6}'" },
      ...{ unit_costs: "'{3,2}'", unit_fee: '0.5' },
    },
  },
  channel_set_aside: {
    row: 'INSERT INTO channel_set_aside VALUES ($a, $n, $p, 3)',
    columns: { account_id: '$b', node_id: '$m', product_id: '$q', policy_units: '4', rule_units: '5' },
  },
};

/** Tables of the network: what happens to them that matters; of an update, the columns. */
const NETWORK: Readonly<Record<string, { readonly on: string; readonly columns?: readonly string[] }>> = {
  account: { on: 'DELETE UPDATE', columns: ['code', 'channel', 'currency', 'duty_terms'] },
  vendor: { on: 'DELETE UPDATE', columns: ['code', 'status', 'currency', 'minimum_per_batch'] },
  node: {
    on: 'INSERT DELETE UPDATE',
    columns: [
      ...['vendor_id', 'time_zone', 'cut_off', 'working_days', 'lead_time_hours', 'daily_capacity_units'],
      ...['minimum_order_value', 'small_order_fee', 'active', 'order_fee', 'clearance_fee', 'failure_cost'],
      ...['code', 'country_code', 'region_code', 'postal_code', 'latitude', 'longitude'],
    ],
  },
  node_capacity: { on: 'DELETE' },
  node_service: { on: 'INSERT DELETE UPDATE' },
  node_price: { on: 'INSERT DELETE UPDATE' },
  closing_day: { on: 'INSERT DELETE UPDATE' },
  vendor_default_rate: { on: 'INSERT DELETE UPDATE' },
  carrier_service: { on: 'DELETE UPDATE', columns: ['code', 'excluded_tags', 'active', 'carrier', 'working_days'] },
  rate_card: { on: 'INSERT DELETE UPDATE' },
  rate_zone: { on: 'INSERT DELETE UPDATE' },
  rate_zone_area: { on: 'INSERT DELETE UPDATE' },
  rate_bracket: { on: 'INSERT DELETE UPDATE' },
  rate_surcharge: { on: 'INSERT DELETE UPDATE' },
  rate_surcharge_area: { on: 'INSERT DELETE UPDATE' },
  exchange_rate: { on: 'INSERT DELETE UPDATE' },
  exchange_policy: { on: 'INSERT DELETE UPDATE' },
  duty_rate: { on: 'INSERT DELETE UPDATE' },
  duty_threshold: { on: 'INSERT DELETE UPDATE' },
  duty_terms: { on: 'INSERT DELETE UPDATE' },
};

/** What rows refer to others by, and are referred to by: it never changes. */
const KEEPS: Readonly<Record<string, readonly string[]>> = {
  orders: ['id'],
  order_line: ['order_id', 'line_no', 'product_id'],
  decision: ['id', 'order_id'],
  fulfillment: ['id', 'order_id', 'node_id', 'vendor_id', 'service_id', 'decision_id'],
  vendor_outcome: ['fulfillment_id', 'vendor_id', 'node_id'],
  fulfillment_line: ['fulfillment_id', 'order_id', 'line_no', 'product_id'],
  reservation: ['id', 'order_id', 'line_no', 'fulfillment_id', 'node_id', 'product_id'],
  account: ['id'],
  node: ['id'],
  vendor: ['id'],
  carrier_service: ['id'],
  stock: ['node_id', 'product_id'],
  node_capacity: ['node_id', 'day'],
};

/** One change, made after `before`, the trigger that tells it, and the type of the event. */
interface Change {
  readonly trigger: string;
  readonly what: string;
  readonly before?: string;
  readonly sql: string;
  readonly type: string;
}

const catalogue: Change[] = Object.entries(CATALOGUE).flatMap(([table, { row, columns }]) => {
  const own = `ctid = (SELECT max(ctid) FROM ${table})`;
  const change = { type: 'catalogue.changed', before: row };
  return [
    { trigger: `${table}_told_insert`, what: `${table}: insert`, sql: row, type: 'catalogue.changed' },
    { ...change, trigger: `${table}_told_delete`, what: `${table}: delete`, sql: `DELETE FROM ${table} WHERE ${own}` },
    ...Object.entries(columns).map(([column, value]) => ({
      ...{ ...change, trigger: `${table}_told_update`, what: `${table}.${column}` },
      sql: `UPDATE ${table} SET ${column} = ${value} WHERE ${own}`,
    })),
  ];
});
/** Of a statement, whatever rows it finds. */
const network: Change[] = Object.entries(NETWORK).flatMap(([table, { on, columns }]) => {
  const change = { type: 'network.changed', trigger: `${table}_told` };
  return on.split(' ').flatMap((operation): Change[] => {
    if (operation === 'INSERT')
      return [{ ...change, what: `${table}: insert`, sql: `INSERT INTO ${table} SELECT * FROM ${table} WHERE false` }];
    if (operation === 'DELETE')
      return [{ ...change, what: `${table}: delete`, sql: `DELETE FROM ${table} WHERE false` }];
    return (columns ?? ['*']).map((column) => ({
      ...{ ...change, what: `${table}.${column}` },
      sql: `UPDATE ${table} SET ${column === '*' ? '$any = $any' : `${column} = ${column}`} WHERE false`,
    }));
  });
});
const RULES = `WITH made AS (INSERT INTO rule_set (document, actor, created_at) VALUES ('{"rules": []}', 'test', now()) RETURNING version)
  INSERT INTO rule_publication (version, actor, published_at) SELECT version, 'test', now() FROM made`;
const CAPACITY = "INSERT INTO node_capacity (node_id, day, taken, limit_units) VALUES ($n, '2026-03-02', 4, 9)";
const stock: Change[] = [
  ...['on_hand = 3', 'safety_stock = 1', 'buffer = 1', 'held = held + 1', 'committed = 1'].map((set) => ({
    ...{ trigger: 'stock_untold', what: `stock: ${set}`, type: 'catalogue.changed' },
    sql: `UPDATE stock SET ${set} WHERE node_id = $n AND product_id = $p`,
  })),
  {
    ...{ trigger: 'stock_told_insert', what: 'stock: insert', type: 'catalogue.changed' },
    sql: 'INSERT INTO stock (node_id, product_id, on_hand, as_of) VALUES ($m, $q, 4, now())',
  },
  {
    ...{ trigger: 'stock_told_delete', what: 'stock: delete', type: 'catalogue.changed' },
    sql: 'DELETE FROM stock WHERE node_id = $n AND product_id = $r',
  },
  {
    ...{ trigger: 'set_aside_unused', what: 'a promise that is reflected where units are set aside' },
    ...{ before: `${CATALOGUE.channel_set_aside?.row}; UPDATE reservation SET state = 'committed', expires_at = NULL` },
    ...{ sql: "UPDATE reservation SET state = 'reflected', ended_at = now()", type: 'catalogue.changed' },
  },
  { trigger: 'rule_publication_told', what: 'rules: publication', sql: RULES, type: 'network.changed' },
  { trigger: 'capacity_begun', what: 'capacity: insert', sql: CAPACITY, type: 'capacity.changed' },
  ...['capacity_changed', 'capacity_version'].map((trigger) => ({
    ...{ trigger, what: `${trigger}: taken`, before: CAPACITY, type: 'capacity.changed' },
    sql: "UPDATE node_capacity SET taken = taken - 1 WHERE day = '2026-03-02'",
  })),
  {
    ...{ trigger: 'capacity_goes_on', what: 'capacity that was deleted', type: 'capacity.changed' },
    ...{ before: `${CAPACITY}; DELETE FROM node_capacity`, sql: CAPACITY },
  },
];
const CHANGES: readonly Change[] = [...catalogue, ...network, ...stock];

describe('what answers are made from', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let client: PoolClient;
  /** $n and the like. */
  const names: Record<string, number> = {};

  beforeAll(async () => {
    database = await openTestDatabase();
    const { pool } = database;
    const small = await loadSmallNetwork(pool);
    const { east, west } = small.nodes;
    const [p, q, r] = [
      await addProduct(pool, [[east, 10]]),
      await addProduct(pool),
      await addProduct(pool, [[east, 5]]),
    ];
    const { rows } = await pool.query(
      "INSERT INTO account (code, name, channel, currency) VALUES ('other', 'O', 'api', 'USD') RETURNING id",
    );
    Object.assign(names, { p, q, r, n: east.id, m: west.id, a: small.accountId, b: rows[0].id });
    await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [west.id, p]);
    await commitPlans(pool, [routePlan(small, await addOrder(pool, small, [[p, 2]]), east)]);
    await pool.query("INSERT INTO node_capacity (node_id, day, limit_units) VALUES ($1, '2026-01-01', 1)", [east.id]);
    client = await pool.connect();
  });
  afterAll(async () => {
    client.release();
    await database.close();
  });

  const named = (sql: string) => sql.replace(/\$([abmnpqr])\b/g, (_, name: string) => String(names[name]));
  /** Makes a change, in a transaction that is taken back; answers the types of what was told of it, or why it could not be made. */
  async function told(change: Change, without?: string): Promise<string[] | string> {
    const table = /^\w+ (?:INTO |FROM )?(\w+)/.exec(change.sql)?.[1];
    const { rows: columns } = await client.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND identity_generation IS DISTINCT FROM 'ALWAYS' LIMIT 1",
      [table],
    );
    await client.query('BEGIN');
    try {
      if (without !== undefined) await client.query(without);
      if (change.before) await client.query(named(change.before));
      const { rows: before } = await client.query('SELECT COALESCE(max(id), 0)::text AS id FROM event');
      await client.query(named(change.sql).replaceAll('$any', columns[0]?.name ?? ''));
      const { rows } = await client.query<{ type: string }>('SELECT type FROM event WHERE id > $1', [before[0].id]);
      return rows.map(({ type }) => type);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await client.query('ROLLBACK');
    }
  }
  /** Triggers that run one of these functions: with the columns that an update must name, or that are compared. */
  async function triggersOf(functions: readonly string[]) {
    const { rows } = await client.query<{ name: string; table: string; columns: string[]; compared: string }>(
      `SELECT t.tgname AS name, t.tgrelid::regclass::text AS table,
         ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr)) AS columns,
         split_part(encode(t.tgargs, 'escape'), '\\000', 1) AS compared
       FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.proname = ANY($1)`,
      [functions],
    );
    return rows;
  }

  it.each(CHANGES.map((change) => [change.what, change] as const))('is told when it changes: %s', async (_, change) => {
    expect(await told(change)).toEqual([change.type]);
  });

  it('is told by triggers of which each is walked here, with each of its columns', async () => {
    const functions = [
      ...['catalogue_changed', 'network_changed', 'stock_untold', 'set_aside_unused'],
      ...['capacity_changed', 'capacity_version', 'capacity_goes_on'],
    ];
    const triggers = await triggersOf(functions);
    expect(triggers.map(({ name }) => name).sort()).toEqual([...new Set(CHANGES.map(({ trigger }) => trigger))].sort());
    for (const { name, table, columns, compared } of triggers) {
      if (NETWORK[table] && name === `${table}_told`)
        expect(columns.sort()).toEqual([...(NETWORK[table].columns ?? [])].sort());
      else if (CATALOGUE[table])
        expect(compared.split(', ').sort()).toEqual(Object.keys(CATALOGUE[table].columns).sort());
    }
  });

  it('is told by no other trigger: without it, each of its changes is passed over', async () => {
    for (const change of CHANGES) {
      const table = change.trigger.startsWith('capacity')
        ? 'node_capacity'
        : change.trigger === 'set_aside_unused'
          ? 'reservation'
          : change.trigger.replace(/_(told.*|untold)$/, '');
      const left = await told(change, `DROP TRIGGER ${change.trigger} ON ${table}`);
      // Capacity that was deleted and is begun anew could not be told.
      const passedOver = change.trigger === 'capacity_goes_on' ? expect.stringContaining('duplicate key') : [];
      expect([change.what, left]).toEqual([change.what, passedOver]);
    }
  });

  it.each(Object.entries(KEEPS).flatMap(([table, columns]) => columns.map((column) => [table, column] as const)))(
    'is named by what never changes: %s.%s',
    async (table, column) => {
      await client.query('BEGIN');
      await expect(client.query(`UPDATE ${table} SET ${column} = ${column}`)).rejects.toMatchObject({ code: '23001' });
      await client.query('ROLLBACK');
    },
  );

  it('is kept by triggers of which each is walked here', async () => {
    const kept = Object.fromEntries(
      (await triggersOf(['refuse_other_reference'])).map(({ table, columns }) => [table, columns.sort()]),
    );
    expect(kept).toEqual(
      Object.fromEntries(Object.entries(KEEPS).map(([table, columns]) => [table, [...columns].sort()])),
    );
  });
});
