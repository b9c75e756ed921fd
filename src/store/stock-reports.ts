import type { NewId } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import type { StockReport } from '../model/stock-report.js';
import type { Pool, Queryable } from './database.js';

/** What became of a report. */
export interface StockReportResult {
  readonly reportId: string;
  readonly rowsReceived: number;
  /** Rows whose figure changed, new ones included. */
  readonly rowsChanged: number;
  /** Rows whose node, SKU or offer is not known here, or whose figure is no number. */
  readonly rowsUnknown: number;
  /** Rows of which something later was known already. */
  readonly rowsStale: number;
  /** Of a vendor whose absent SKUs mean zero: rows that were so set, or left alone because there were suspiciously many. */
  readonly absentToZero: number;
  readonly absentRefused: number;
  /** Units of ours that the vendor's own figure now has subtracted. */
  readonly unitsReflected: number;
  /** Products of which more may be promised than before: orders that wait for them may go on. */
  readonly raisedProductIds: readonly number[];
}

/** Rows of one transaction: some milliseconds, so that no order waits long behind it. */
const CHUNK_ROWS = 500;
const UNKNOWN_KEPT_MAX = 100;
const ON_HAND_MAX = 1_000_000_000;
/** A full report that leaves out more than this share of what is in stock is more likely broken than true. */
const ABSENT_SHARE_MAX = 0.5;

interface StockRow {
  readonly nodeId: number;
  readonly productId: number;
  readonly onHand: number;
}

/**
 * Applies a vendor's stock report, chunk by chunk in key order: packs become units, a figure of an earlier moment never
 * overwrites a later one, and units that the report surely covers leave `committed` (reflected). Running it again, also after
 * a crash in the middle, changes nothing twice.
 *
 * Errors: HeadgateError VENDOR_NOT_FOUND; RangeError when `asOf` is no moment.
 * Source: DESIGN.md section 4.
 */
export async function applyStockReport(
  pool: Pool,
  input: { readonly vendorId: number; readonly report: StockReport; readonly newId: NewId; readonly now: Date },
): Promise<StockReportResult> {
  const { vendorId, report, now } = input;
  const vendor = await loadFeed(pool, vendorId);
  const asOf = effectiveAsOf(report.asOf, now, vendor.skewSeconds);
  const { rows, unknown } = await mapRows(pool, vendorId, report);
  const absent =
    vendor.absentIsZero && report.complete ? await absentRows(pool, vendorId, rows) : { rows: [], refused: 0 };
  const all = [...rows, ...absent.rows].sort((a, b) => a.nodeId - b.nodeId || a.productId - b.productId);
  const sum = { changed: 0, stale: 0, reflected: 0 };
  const raised = new Set<number>();
  for (let from = 0; from < all.length; from += CHUNK_ROWS) {
    const chunk = all.slice(from, from + CHUNK_ROWS);
    const done = await applyChunk(pool, chunk, asOf, vendor.lagSeconds + vendor.skewSeconds, now);
    sum.changed += done.changed;
    sum.stale += done.stale;
    sum.reflected += done.reflected_units;
    for (const productId of done.raised) raised.add(productId);
  }
  const result: StockReportResult = {
    reportId: input.newId(),
    rowsReceived: report.rows.length,
    rowsChanged: sum.changed,
    rowsUnknown: unknown.length,
    rowsStale: sum.stale,
    absentToZero: absent.rows.length,
    absentRefused: absent.refused,
    unitsReflected: sum.reflected,
    raisedProductIds: [...raised],
  };
  await pool.query(
    `INSERT INTO stock_report (id, vendor_id, as_of, complete, rows_received, rows_changed, rows_unknown, rows_stale, unknown_skus, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[
        result.reportId,
        vendorId,
        asOf,
        report.complete,
        result.rowsReceived,
        result.rowsChanged,
        result.rowsUnknown,
      ],
      ...[result.rowsStale, [...new Set(unknown)].slice(0, UNKNOWN_KEPT_MAX), now],
    ],
  );
  return result;
}

interface Feed {
  readonly lagSeconds: number;
  readonly skewSeconds: number;
  readonly absentIsZero: boolean;
}

async function loadFeed(db: Queryable, vendorId: number): Promise<Feed> {
  const { rows } = await db.query<Feed>(
    `SELECT feed_lag_seconds AS "lagSeconds", feed_skew_seconds AS "skewSeconds", feed_absent_is_zero AS "absentIsZero"
     FROM vendor WHERE id = $1`,
    [vendorId],
  );
  if (!rows[0])
    throw new HeadgateError('VENDOR_NOT_FOUND', 'permanent', `expected a vendor with id ${vendorId}, found none`);
  return rows[0];
}

/** A clock that runs ahead by more than the stated skew would make every later report stale: then our own moment counts. */
function effectiveAsOf(asOf: string, now: Date, skewSeconds: number): Date {
  const at = Date.parse(asOf);
  if (Number.isNaN(at))
    throw new RangeError(`expected the moment that a stock report is of, got "${asOf.slice(0, 40)}"`);
  return new Date(Math.min(at, now.getTime() + skewSeconds * 1000));
}

/** The vendor's rows in our ids and units; the SKUs (with their nodes) of those that could not be told. */
async function mapRows(
  db: Queryable,
  vendorId: number,
  report: StockReport,
): Promise<{ readonly rows: readonly StockRow[]; readonly unknown: readonly string[] }> {
  const { rows: known } = await db.query<{
    node: string;
    sku: string;
    node_id: number;
    product_id: number;
    units: number;
  }>(
    `SELECT n.code AS node, named.vendor_sku AS sku, n.id AS node_id, named.product_id, named.units
     FROM node n JOIN offer o ON o.node_id = n.id
     JOIN LATERAL (
       SELECT o.product_id, COALESCE(a.vendor_sku, p.sku) AS vendor_sku, COALESCE(a.units_per_pack, 1) AS units
       FROM product p LEFT JOIN product_vendor_alias a ON a.vendor_id = n.vendor_id AND a.product_id = p.id
       WHERE p.id = o.product_id) named ON named.vendor_sku = ANY($2::text[])
     WHERE n.vendor_id = $1`,
    [vendorId, [...new Set(report.rows.map((row) => row.vendorSku))]],
  );
  const byName = new Map(known.map((entry) => [`${entry.node}\n${entry.sku}`, entry]));
  const rows = new Map<string, StockRow>();
  const unknown: string[] = [];
  for (const row of report.rows) {
    const found = byName.get(`${row.nodeCode}\n${row.vendorSku}`);
    if (!found || !Number.isFinite(row.onHand)) {
      unknown.push(`${row.nodeCode.slice(0, 60)}/${row.vendorSku.slice(0, 100)}`);
      continue;
    }
    // Less than nothing, as some vendors report what they owe, is nothing. Named twice: the smaller figure is the safe one.
    const units = Math.min(ON_HAND_MAX, Math.max(0, Math.floor(row.onHand) * found.units));
    const key = `${found.node_id} ${found.product_id}`;
    const onHand = Math.min(units, rows.get(key)?.onHand ?? units);
    rows.set(key, { nodeId: found.node_id, productId: found.product_id, onHand });
  }
  return { rows: [...rows.values()], unknown };
}

/** What the vendor had and does not list any more, as zero; or how many rows that would be, when it would be too many. */
async function absentRows(
  db: Queryable,
  vendorId: number,
  listed: readonly StockRow[],
): Promise<{ readonly rows: readonly StockRow[]; readonly refused: number }> {
  const { rows: stocked } = await db.query<StockRow>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", 0 AS "onHand"
     FROM stock s JOIN node n ON n.id = s.node_id WHERE n.vendor_id = $1 AND s.on_hand > 0`,
    [vendorId],
  );
  const named = new Set(listed.map((row) => `${row.nodeId} ${row.productId}`));
  const absent = stocked.filter((row) => !named.has(`${row.nodeId} ${row.productId}`));
  return absent.length > stocked.length * ABSENT_SHARE_MAX
    ? { rows: [], refused: absent.length }
    : { rows: absent, refused: 0 };
}

async function applyChunk(
  pool: Pool,
  chunk: readonly StockRow[],
  asOf: Date,
  marginSeconds: number,
  now: Date,
): Promise<{ changed: number; stale: number; reflected_units: number; raised: number[] }> {
  const { rows } = await pool.query(
    'SELECT * FROM apply_stock_rows($1, make_interval(secs => $2), $3, $4::integer[], $5::integer[], $6::integer[])',
    [
      ...[asOf, marginSeconds, now, chunk.map((row) => row.nodeId), chunk.map((row) => row.productId)],
      chunk.map((row) => row.onHand),
    ],
  );
  if (!rows[0]) throw new Error('expected apply_stock_rows to answer with one row');
  return rows[0];
}
