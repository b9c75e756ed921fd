import type { NewId } from '../model/clock.js';
import type { StockShortage } from '../model/stock-report.js';
import type { Queryable } from './database.js';
import { loadFeed } from './stock-feeds.js';
import { effectiveAsOf } from './stock-reports.js';

/** A vendor's answer to a question about some rows, in whole units. */
export interface LiveAnswer {
  readonly vendorId: number;
  readonly rows: readonly { readonly nodeId: number; readonly productId: number; readonly onHand: number }[];
  /** In the vendor's clock; null: as of when our question began. */
  readonly asOf: string | null;
  readonly askedAt: Date;
  readonly now: Date;
  readonly newId: NewId;
}

/** What became of an answer. `stale`: rows of which something later was known already. */
export interface LiveResult {
  readonly stale: number;
  readonly shortages: readonly StockShortage[];
}

/**
 * Applies a vendor's answer to a live question: a report of these rows alone, by the same path as a feed, so that it is compared
 * with everything promised there. It does not wait behind a large feed that is being applied, only while one
 * is put in its place.
 *
 * Errors: HeadgateError VENDOR_NOT_FOUND; RangeError when `asOf` is no moment.
 */
export async function applyLiveAnswer(db: Queryable, answer: LiveAnswer): Promise<LiveResult> {
  const { vendorId, now } = answer;
  const feed = await loadFeed(db, vendorId, now);
  const asOf = effectiveAsOf(answer.asOf, answer.askedAt, now, feed.skewSeconds);
  const rows = [...answer.rows].sort((a, b) => a.nodeId - b.nodeId || a.productId - b.productId);
  const { rows: applied } = await db.query<{ stale: number; shortages: readonly StockShortage[] }>(
    `WITH mine AS MATERIALIZED (
       SELECT r.* FROM unnest($4::integer[], $5::integer[], $6::integer[]) AS r(node_id, product_id, units)
       JOIN node n ON n.id = r.node_id AND n.vendor_id = $1
     ), applied AS MATERIALIZED (
       SELECT a.* FROM apply_report_rows($1, 'live', $2, NULL, false, $3,
         (SELECT array_agg(node_id) FROM mine), (SELECT array_agg(product_id) FROM mine), (SELECT array_agg(units) FROM mine)) a
     ), kept AS (
       INSERT INTO stock_report (id, vendor_id, kind, as_of, complete, rows_received, rows_changed, rows_unknown, rows_stale,
           units_reflected, received_at, closed_at)
         SELECT $7, $1, 'live', $2, true, $8::integer, a.changed, $8::integer - (SELECT count(*) FROM mine), a.stale, a.reflected_units, $3, $3
         FROM applied a
     )
     SELECT stale, shortages FROM applied`,
    [
      ...[vendorId, asOf, now, rows.map((row) => row.nodeId), rows.map((row) => row.productId)],
      ...[rows.map((row) => row.onHand), answer.newId(), rows.length],
    ],
  );
  if (!applied[0]) throw new Error('expected apply_report_rows to answer with one row');
  return applied[0];
}

/**
 * The vendor said a bare no, without a figure: nothing more is promised of this row until a figure of a later moment comes. What
 * is promised already stays; units that are released meanwhile are not promised again.
 *
 * Answers false where something later is known already, or the node does not offer the product.
 */
export async function setNothingMore(
  db: Queryable,
  no: { readonly nodeId: number; readonly productId: number; readonly at: Date; readonly now: Date },
): Promise<boolean> {
  const { rows } = await db.query<{ taken: boolean }>('SELECT set_nothing_more($1, $2, $3, $4) AS taken', [
    ...[no.nodeId, no.productId, no.at, no.now],
  ]);
  return rows[0]?.taken ?? false;
}
