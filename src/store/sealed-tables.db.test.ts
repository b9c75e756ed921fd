import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.js';
import { pruneEvents, sequenceEvents } from './event-log.js';
import { commitEvent } from './testing/events.js';
import { openTestDatabase } from './testing/open-test-database.js';

/** Tables that never lose a row, whoever asks. */
const NEVER = [
  ...[
    'orders',
    'order_line',
    'order_contact',
    'order_source',
    'intake',
    'intake_payload',
    'decision',
    'fulfillment',
    'fulfillment_line',
    'day_count_part',
  ],
  ...[
    'shipment',
    'shipment_line',
    'vendor_outcome',
    'open_item',
    'live_check',
    'told_order',
    'channel_notice',
    'dead_letter',
    'reservation',
    'stock_ledger',
  ],
  ...['rule_set', 'rule_publication', 'event_sequencer', 'connector_number', 'vendor_receipt', 'vendor_invoice'],
];
/** Tables of which single rows may go (as far as nothing refers to them, or after their time), but never all at a stroke. */
const NOT_AT_A_STROKE = ['event', 'commit_batch', 'node', 'vendor', 'carrier_service', 'stock'];
/** What was set up may be taken away, and what is only about reading, measuring and waiting begins again. */
const MAY_GO = [
  ...[
    'account',
    'api_key',
    'product',
    'product_account_alias',
    'product_vendor_alias',
    'kit_component',
    'offer',
    'offer_cost',
  ],
  ...[
    'node_service',
    'vendor_service_code',
    'rate_card',
    'rate_zone',
    'rate_zone_area',
    'rate_bracket',
    'rate_surcharge',
  ],
  ...[
    'exchange_rate',
    'duty_rate',
    'duty_threshold',
    'channel_set_aside',
    'low_stock_tag',
    'node_capacity',
    'day_count',
    'installation',
  ],
  ...[
    'stock_report',
    'stock_report_chunk',
    'stock_drift',
    'unknown_stock',
    'vendor_feed',
    'vendor_poll',
    'account_poll',
    'account_stock',
    'event_reader',
  ],
  ...[
    'vendor_default_rate',
    'closing_day',
    'exchange_policy',
    'offer_price',
    'node_price',
    'fulfillment_transition',
    'migration',
    'recost_round',
    'recost_day',
    'backorder_round',
    'rate_surcharge_area',
    'carrier_account',
    'duty_terms',
    'rule_shadow',
    'rule_regret',
    'rule_regret_day',
    'exchange',
  ],
];

describe('rows', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database?.close());
  const refusal = (statement: string) =>
    database.pool.query(statement).then(
      () => 'done',
      (error: Error) => error.message,
    );
  const refused = (table: string) =>
    table.startsWith('rule_')
      ? /never changes/
      : new RegExp(`rows of ${table} (stay|are never deleted)|${table} is append-only`);

  it('of every table are told to stay or allowed to go', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    );
    expect(rows.map(({ name }) => name).sort()).toEqual([...NEVER, ...NOT_AT_A_STROKE, ...MAY_GO].sort());
  });

  it.each(NEVER)('are never deleted: %s', async (table) => {
    expect(await refusal(`DELETE FROM ${table}`)).toMatch(refused(table));
    expect(await refusal(`TRUNCATE ${table} CASCADE`)).toMatch(refused(table));
  });

  it.each(NOT_AT_A_STROKE)('are not emptied at a stroke: %s', async (table) => {
    expect(await refusal(`TRUNCATE ${table} CASCADE`)).toMatch(refused(table));
  });

  it('of the log go when they are pruned, and not before', async () => {
    const { pool } = database;
    await commitEvent(pool, { aggregateId: 'old' });
    await sequenceEvents(pool);
    await commitEvent(pool, { aggregateId: 'without a position' });
    expect(await refusal("DELETE FROM event WHERE aggregate_id = 'old'")).toMatch(/floor of the log/);
    expect(await refusal("DELETE FROM event WHERE aggregate_id = 'without a position'")).toMatch(/floor of the log/);
    expect(await pruneEvents(pool, { olderThan: new Date(Date.now() + 60_000) })).toMatchObject({ pruned: 1 });
    const { rows } = await pool.query('SELECT aggregate_id AS id FROM event');
    expect(rows).toEqual([{ id: 'without a position' }]);
  });
});
