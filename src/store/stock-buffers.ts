import type { Pool, Queryable } from './database.js';
import { knownAsOf } from './stock-feeds.js';

/** Where refreshing stopped. */
export interface BufferCursor {
  readonly nodeId: number;
  readonly productId: number;
}

const BATCH = 2_000;
/** A vendor's own figure changes slowly. */
const MEASURE_EVERY_MS = 15 * 60_000;
/** What the prior of a vendor with little history is held against: a day of its whole assortment without any drop. */
const CALM_HOURS = 24;

/**
 * Brings buffers to what they should be now, in key order from a cursor on, at most so many batches of 2,000 rows; touches only
 * rows whose buffer changes. Returns how many changed, and where to go on; null: the end was reached.
 */
export async function refreshBuffers(
  pool: Pool,
  options: {
    readonly now: Date;
    readonly after: BufferCursor | null;
    readonly batchesMax: number;
    readonly batch?: number;
  },
): Promise<{ readonly changed: number; readonly next: BufferCursor | null }> {
  const batch = options.batch ?? BATCH;
  let after = options.after ?? { nodeId: 0, productId: 0 };
  let changed = 0;
  for (let round = 0; round < options.batchesMax; round += 1) {
    const { rows } = await pool.query<{
      last_node: number | null;
      last_product: number | null;
      scanned: number;
      changed: number;
    }>('SELECT * FROM refresh_buffers($1, $2, $3, $4)', [options.now, after.nodeId, after.productId, batch]);
    const done = rows[0];
    if (!done) throw new Error('expected refresh_buffers to answer with one row');
    changed += done.changed;
    if (done.scanned < batch || done.last_node === null || done.last_product === null) return { changed, next: null };
    after = { nodeId: done.last_node, productId: done.last_product };
  }
  return { changed, next: after };
}

/** Where the scheduled job stopped last time, kept so that each run goes on from there. */
export async function loadBufferCursor(db: Queryable): Promise<BufferCursor | null> {
  const { rows } = await db.query<{ value: BufferCursor | null }>(
    "SELECT value FROM installation WHERE key = 'buffer-cursor'",
  );
  return rows[0]?.value ?? null;
}

export async function saveBufferCursor(db: Queryable, cursor: BufferCursor | null): Promise<void> {
  await db.query(
    `INSERT INTO installation (key, value) VALUES ('buffer-cursor', $1::jsonb)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, set_at = now()`,
    [JSON.stringify(cursor)],
  );
}

/**
 * Measures each vendor again that was not for 15 minutes: how fast its stock falls without us, and how unevenly, per hour and
 * unit on hand, over all its rows. It is what rows with little history of their own begin from. Returns those that were measured.
 */
export async function measureVendors(pool: Pool, now: Date): Promise<readonly number[]> {
  const { rows } = await pool.query<{ vendor_id: number }>(
    `UPDATE vendor_feed f SET measured_at = $1, drift_share = m.drift, variance_share = m.variance
     FROM vendor_feed due JOIN vendor v ON v.id = due.vendor_id CROSS JOIN LATERAL (
       SELECT COALESCE(sum(faded(d.drop_units, since.hours)), 0) / greatest(1, sum(s.on_hand * (faded_hours(d.hours, since.hours) + $3))) AS drift,
         COALESCE(sum(faded(d.square_units, since.hours)), 0) / greatest(1, sum(s.on_hand * (faded_hours(d.hours, since.hours) + $3))) AS variance
       FROM node n JOIN stock s ON s.node_id = n.id
       JOIN stock_drift d ON d.node_id = s.node_id AND d.product_id = s.product_id
       CROSS JOIN LATERAL (SELECT hours_between(d.measured_to, ${knownAsOf('s.as_of', 'due.full_as_of', '$1')}) AS hours) since
       WHERE n.vendor_id = due.vendor_id) m
     WHERE f.vendor_id = due.vendor_id AND (due.measured_at IS NULL OR NOT (due.measured_at > $2 AND due.measured_at <= $1))
     RETURNING f.vendor_id`,
    [now, new Date(now.getTime() - MEASURE_EVERY_MS), CALM_HOURS],
  );
  return rows.map((row) => row.vendor_id);
}
