import type { PoolClient } from 'pg';
import { HeadgateError } from '../model/errors.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { placeReport } from './stock-feed-order.js';
import { holdFeed, lockFeed, saveFeed } from './stock-feeds.js';
import { drainReports } from './stock-report-chunks.js';
import { inKeyOrder } from './stock-report-rows.js';
import { impossible, keepChunks, resultOf, type StockReportResult, unlistedRows } from './stock-reports.js';

/** A report that was kept and is not applied: a person must look at it (`review`), or changes before it are missing (`waiting`). */
export interface OpenStockReport {
  readonly id: string;
  readonly vendorId: number;
  readonly vendorCode: string;
  readonly kind: 'snapshot' | 'delta';
  readonly state: 'review' | 'waiting';
  readonly reason: string;
  readonly asOf: Date;
  readonly position: number | null;
  readonly rowsReceived: number;
  readonly receivedAt: Date;
}

/** A person's word on a report. */
export interface StockReportDecision {
  readonly reportId: string;
  readonly by: string;
  readonly now: Date;
}

/** Reports that are not applied, oldest first; of one vendor, or of all. */
export async function listOpenStockReports(
  db: Queryable,
  query: { readonly vendorId: number | null; readonly limit: number },
): Promise<OpenStockReport[]> {
  const { rows } = await db.query<Omit<OpenStockReport, 'position'> & { readonly position: string | null }>(
    `SELECT id, vendor_id AS "vendorId", (SELECT code FROM vendor v WHERE v.id = vendor_id) AS "vendorCode", kind, state, reason,
       as_of AS "asOf",
       (position - (SELECT CASE WHEN stock_report.position > f.series_offset THEN f.series_offset ELSE 0 END
         FROM vendor_feed f WHERE f.vendor_id = stock_report.vendor_id))::text AS position,
       rows_received AS "rowsReceived", received_at AS "receivedAt"
     FROM stock_report WHERE state IN ('review', 'waiting') AND ($1::integer IS NULL OR vendor_id = $1) ORDER BY seq LIMIT $2`,
    [query.vendorId, query.limit],
  );
  return rows.map((row) => ({ ...row, position: row.position === null ? null : Number(row.position) }));
}

/**
 * Applies a report that waits for review, as it was kept, unless something later was taken meanwhile.
 *
 * Errors: HeadgateError STOCK_REPORT_NOT_FOUND, or STOCK_REPORT_CLOSED when it is not in review (any more).
 */
export async function applyReviewedReport(pool: Pool, decision: StockReportDecision): Promise<StockReportResult> {
  const { reportId, by, now } = decision;
  const vendorId = await inTransaction(pool, async (client) => {
    const report = await openReport(client, reportId, ['review']);
    const feed = await lockFeed(client, report.vendorId, now);
    await openReport(client, reportId, ['review']);
    const verdict = placeReport(feed.state, {
      ...{
        kind: 'snapshot',
        asOf: report.asOf,
        impossible: impossible(report.asOf, feed, now),
        ...{ isDated: true, hasMoment: true, inReview: null },
        position: report.position,
        complete: true,
        truncated: null,
      },
      ...{ hasFaults: false, duplicate: false, inStock: 0, emptied: 0, approved: true },
    });
    await client.query(
      `UPDATE stock_report SET state = $2, whole = $3, reason = $4, closed_by = $5, closed_at = $6,
         seq = DEFAULT WHERE id = $1`,
      [reportId, verdict.state, verdict.whole, verdict.reason, by, verdict.state === 'applying' ? null : now],
    );
    if (verdict.state !== 'applying') {
      await client.query('DELETE FROM stock_report_chunk WHERE report_id = $1', [reportId]);
    }
    if (verdict.state === 'applying' && verdict.whole) await addUnlisted(client, reportId, report);
    await saveFeed(client, report.vendorId, reportId, verdict, now);
    return report.vendorId;
  });
  const drained = await drainReports(pool, vendorId, now);
  return resultOf(pool, reportId, { absentToZero: 0, ...drained });
}

/** What came into stock while it waited, and what it does not list, is zero as of it, like what was there when it came. */
async function addUnlisted(
  client: PoolClient,
  reportId: string,
  { vendorId, asOf }: { readonly vendorId: number; readonly asOf: Date },
): Promise<void> {
  const { rows: listed } = await client.query<{ nodeId: number; productId: number; chunkNo: number }>(
    `SELECT r.node_id AS "nodeId", r.product_id AS "productId", c.chunk_no AS "chunkNo"
     FROM stock_report_chunk c, unnest(c.node_ids, c.product_ids) AS r(node_id, product_id) WHERE c.report_id = $1`,
    [reportId],
  );
  const last = listed.reduce((most, { chunkNo }) => Math.max(most, chunkNo), 0);
  // What is known of a row as of the same moment may be of this very report: a SKU of it that became known.
  await keepChunks(client, reportId, inKeyOrder(await unlistedRows(client, vendorId, listed, asOf)), last + 1);
}

/**
 * Discards a report that waits for review, or for changes before it that will never come.
 *
 * Errors: HeadgateError STOCK_REPORT_NOT_FOUND, or STOCK_REPORT_CLOSED when it does not wait (any more).
 */
export async function discardStockReport(pool: Pool, decision: StockReportDecision): Promise<void> {
  await inTransaction(pool, async (client) => {
    const report = await openReport(client, decision.reportId, ['review', 'waiting']);
    await holdFeed(client, report.vendorId);
    await openReport(client, decision.reportId, ['review', 'waiting']);
    await client.query("UPDATE stock_report SET state = 'discarded', closed_at = $2, closed_by = $3 WHERE id = $1", [
      ...[decision.reportId, decision.now, decision.by],
    ]);
    await client.query('DELETE FROM stock_report_chunk WHERE report_id = $1', [decision.reportId]);
  });
}

async function openReport(
  db: Queryable,
  id: string,
  states: readonly string[],
): Promise<{ readonly vendorId: number; readonly asOf: Date; readonly position: number | null }> {
  const { rows } = await db.query<{ vendorId: number; asOf: Date; position: string | null; state: string }>(
    'SELECT vendor_id AS "vendorId", as_of AS "asOf", position::text, state FROM stock_report WHERE id = $1',
    [id],
  );
  const report = rows[0];
  if (!report)
    throw new HeadgateError(
      'STOCK_REPORT_NOT_FOUND',
      'permanent',
      `expected a stock report ${id}, found none: headgate stock reports list tells those that wait`,
    );
  if (!states.includes(report.state)) {
    const message = `expected a stock report in state ${states.join(' or ')}, ${id} is ${report.state}: headgate stock reports list tells those that wait`;
    throw new HeadgateError('STOCK_REPORT_CLOSED', 'conflict', message);
  }
  return { ...report, position: report.position === null ? null : Number(report.position) };
}
