import { setTimeout as pause } from 'node:timers/promises';
import type { StockShortage } from '../model/stock-report.js';
import type { Pool, Queryable } from './database.js';

/** What applying showed, of all chunks that this process applied. */
export interface Drained {
  readonly raisedProductIds: readonly number[];
  /** The latest word on each row. */
  readonly shortages: readonly StockShortage[];
}

/**
 * After each chunk the rest of the system has the database to itself for this many times as long as the chunk took, so that
 * reservations keep more than half their rate beside the largest feed.
 */
const PAUSE_PER_CHUNK = 1;
const PAUSE_MS_MAX = 500;
/** SQLSTATEs of a report that can never be applied: 22 data exception, 23 constraint. */
const NEVER = /^2[23]/;

/**
 * Applies what was taken of a vendor's reports, in their order, chunk by chunk, until nothing is left. Any number of processes
 * may do so at once: each chunk is applied once.
 *
 * A report that breaks a rule of the database is refused with what the database said, and a snapshot is wanted; it must not
 * hold up those after it. Other errors of the database are thrown; calling again goes on where it stopped.
 */
export async function drainReports(pool: Pool, vendorId: number, now: Date): Promise<Drained> {
  const raised = new Set<number>();
  const shortages = new Map<string, StockShortage>();
  for (;;) {
    const reportId = await nextReport(pool, vendorId);
    if (reportId === null) break;
    for (let done = false; !done; ) {
      const since = performance.now();
      const chunk = await applyChunk(pool, reportId, vendorId, now);
      done = chunk.done;
      for (const productId of chunk.raised) raised.add(productId);
      for (const shortage of chunk.shortages) shortages.set(`${shortage.nodeId} ${shortage.productId}`, shortage);
      if (!done) await pause(Math.min(PAUSE_MS_MAX, (performance.now() - since) * PAUSE_PER_CHUNK));
    }
  }
  return { raisedProductIds: [...raised], shortages: [...shortages.values()] };
}

/** Goes on with reports that a process left in the middle. Returns how many vendors had one. */
export async function resumeReports(pool: Pool, now: Date): Promise<number> {
  const { rows } = await pool.query<{ vendor_id: number }>(
    "SELECT DISTINCT vendor_id FROM stock_report WHERE state = 'applying' ORDER BY vendor_id",
  );
  for (const { vendor_id } of rows) await drainReports(pool, vendor_id, now);
  return rows.length;
}

/** Forgets reports that were closed before then, at most 5,000; those that still wait are kept. Returns how many went. */
export async function pruneStockReports(pool: Pool, olderThan: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM stock_report WHERE id IN (
       SELECT id FROM stock_report WHERE received_at < $1 AND state NOT IN ('applying', 'waiting', 'review')
       ORDER BY received_at LIMIT 5000)`,
    [olderThan],
  );
  return rowCount ?? 0;
}

async function nextReport(db: Queryable, vendorId: number): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    "SELECT id FROM stock_report WHERE vendor_id = $1 AND state = 'applying' ORDER BY seq LIMIT 1",
    [vendorId],
  );
  return rows[0]?.id ?? null;
}

async function applyChunk(
  pool: Pool,
  reportId: string,
  vendorId: number,
  now: Date,
): Promise<{
  readonly done: boolean;
  readonly raised: readonly number[];
  readonly shortages: readonly StockShortage[];
}> {
  try {
    const { rows } = await pool.query('SELECT * FROM apply_stock_chunk($1, $2)', [reportId, now]);
    if (!rows[0]) throw new Error('expected apply_stock_chunk to answer with one row');
    return rows[0];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!NEVER.test(code)) throw error;
    const reason = `the database refused it (${code}): ${error instanceof Error ? error.message : String(error)}`;
    await pool.query(
      `WITH refused AS (
         UPDATE stock_report SET state = 'refused', reason = $3, closed_at = $4 WHERE id = $1 AND state = 'applying' RETURNING id
       ), gone AS (DELETE FROM stock_report_chunk WHERE report_id IN (SELECT id FROM refused))
       UPDATE vendor_feed SET snapshot_wanted = $3 WHERE vendor_id = $2`,
      [reportId, vendorId, reason.slice(0, 500), now],
    );
    return { done: true, raised: [], shortages: [] };
  }
}
