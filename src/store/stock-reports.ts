import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { NewId } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import type { StockReport, StockShortage } from '../model/stock-report.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { FALLEN_MIN, missingOf, placeReport, type ReportFacts } from './stock-feed-order.js';
import { countedPosition, type Feed, lockFeed, saveFeed } from './stock-feeds.js';
import { drainReports } from './stock-report-chunks.js';
import { clean, inKeyOrder, mapRows, rowKey, type StockRow } from './stock-report-rows.js';
import { keepUnknown } from './stock-unknown.js';

/** What became of a report. */
export interface StockReportResult {
  readonly reportId: string;
  /**
   * `applied`; `covered`: something later was taken already; `waiting`: changes before it are missing; `review`: a person must
   * look at it first; `refused`: it cannot be used. Source: docs/stock.md.
   */
  readonly state: 'applied' | 'covered' | 'waiting' | 'review' | 'refused';
  /** Why it was not applied; null where it was. */
  readonly reason: string | null;
  readonly rowsReceived: number;
  /** Rows whose figure changed, new ones included. */
  readonly rowsChanged: number;
  /** Rows whose node, SKU or offer is not known here (kept in unknown_stock), or whose figure is no number. */
  readonly rowsUnknown: number;
  /** Rows of which something later was known already. */
  readonly rowsStale: number;
  /** Of those, rows of which a report of the same moment said less, which counts. */
  readonly rowsContradicted: number;
  /** Changes of rows without a figure to add them to. */
  readonly rowsBaseless: number;
  /** Rows that a whole feed does not list: zero. */
  readonly absentToZero: number;
  /** Units of ours that the vendor's own figure now has subtracted. */
  readonly unitsReflected: number;
  /** Products of which more may be promised than before: orders that wait for them may go on. */
  readonly raisedProductIds: readonly number[];
  /** Rows of this report, and of those applied with it, that promise more than they have. */
  readonly shortages: readonly StockShortage[];
  /** Why the vendor should be asked for a snapshot, or null. */
  readonly snapshotWanted: string | null;
  /** The vendor's numbers seem to have begun again: a person should look. */
  readonly restartSuspected: boolean;
}

/** A report and where it came from. */
export interface StockReportInput {
  readonly vendorId: number;
  readonly report: StockReport;
  readonly newId: NewId;
  readonly now: Date;
  /** When our request for it began; default `now`. Of a file: when it says that it was made. */
  readonly requestedAt?: Date;
}

/** Rows of one transaction: some milliseconds, so that no order waits long behind it. */
const CHUNK_ROWS = 500;
const UNKNOWN_NAMED_MAX = 100;

/**
 * Takes a vendor's stock report and applies it. First it is put in its place in the vendor's order and kept, in one short
 * transaction; then it is applied chunk by chunk in key order. From then on it is applied whatever happens to this process: the
 * next report, or the scheduled job, goes on where it stopped. Taking the same report again changes nothing twice.
 *
 * Errors: HeadgateError VENDOR_NOT_FOUND; RangeError when `asOf` is no moment or `position` no number.
 * Source: DESIGN.md section 4, docs/stock.md.
 */
export async function applyStockReport(pool: Pool, input: StockReportInput): Promise<StockReportResult> {
  const { vendorId, report, now, requestedAt = now } = input;
  const kind = report.kind ?? 'snapshot';
  const mapped = await mapRows(pool, vendorId, report.rows, kind);
  const reportId = input.newId();
  const fingerprint = kind === 'delta' && report.position === undefined ? fingerprintOf(report) : null;
  const taken = await inTransaction(pool, async (client) => {
    const locked = await lockFeed(client, vendorId, now);
    const asOf = effectiveAsOf(report.asOf, requestedAt, now, locked.skewSeconds);
    const position = countedPosition(locked, report.position, asOf);
    const absentIsZero = locked.absentIsZero && report.partial !== true;
    const unlisted = absentIsZero && kind === 'snapshot' ? await unlistedRows(client, vendorId, mapped.rows) : [];
    const stock = await inStock(client, vendorId, absentIsZero ? [...mapped.rows, ...unlisted] : []);
    const came = { truncated: truncationOf(report), hasFaults: report.faults.length > 0 || mapped.unreadable > 0 };
    const verdict = placeReport({ ...locked.state, absentIsZero }, {
      ...{ kind, asOf, position, approved: false },
      impossible: impossible(report.asOf === null ? requestedAt : new Date(report.asOf), locked, now),
      isDated: report.asOf !== null && asOf.getTime() === Date.parse(report.asOf),
      hasMoment: report.asOf !== null,
      inReview: await snapshotInReview(client, vendorId, asOf),
      ...{ complete: report.complete, ...came },
      duplicate: fingerprint !== null && (await wasTaken(client, vendorId, fingerprint)),
      ...stock,
    } satisfies ReportFacts);
    const complete = report.complete && missingOf(came) === null;
    await keepReport(client, { input, reportId, kind, asOf, position, fingerprint, complete, verdict, mapped });
    if (['applying', 'waiting', 'review'].includes(verdict.state)) {
      const covered =
        kind === 'delta' && verdict.feed.position !== null ? await coveredRows(client, locked, asOf, mapped.rows) : [];
      const rows = inKeyOrder([...mapped.rows, ...(verdict.whole ? unlisted : covered)]);
      await keepChunks(client, reportId, rows);
      const { latest } = locked;
      await keepUnknown(client, { vendorId, kind, asOf, latest, position, rows: mapped.unknown, now });
    }
    await saveFeed(client, vendorId, reportId, verdict, now);
    return { verdict, absent: verdict.whole && verdict.state === 'applying' ? unlisted.length : 0 };
  });
  const drained = await drainReports(pool, vendorId, now);
  return resultOf(pool, reportId, { absentToZero: taken.absent, ...drained });
}

/**
 * The moment that a report is of. One without a moment counts as of when our request for it began; so does one whose clock
 * runs ahead of ours by more than the vendor states, which would make every later report stale.
 */
export function effectiveAsOf(asOf: string | null, requestedAt: Date, now: Date, skewSeconds: number): Date {
  if (asOf === null) return requestedAt;
  const at = Date.parse(asOf);
  if (Number.isNaN(at)) {
    throw new RangeError(`expected the moment that a stock report is of, got "${asOf.slice(0, 40)}"`);
  }
  return at > now.getTime() + skewSeconds * 1000 ? requestedAt : new Date(at);
}

/** Why nothing can be of that moment, or null: it lies further ahead than the vendor's clock and ours can be apart. */
export function impossible(moment: Date, { latest }: Pick<Feed, 'latest'>, now: Date): string | null {
  if (moment <= latest) return null;
  return `it is of ${moment.toISOString()}, and our clock says ${now.toISOString()}: one of the two is wrong`;
}

function truncationOf({ expectedRows, rows, complete, kind }: StockReport): string | null {
  if (expectedRows !== undefined && expectedRows !== rows.length) {
    return `expected ${expectedRows} rows, got ${rows.length}: ask for the report again`;
  }
  if (complete) return null;
  return kind === 'delta' ? 'not all changes came: ask for them again' : 'not all of it came: ask for the report again';
}

/** Of what the vendor said, its own word for the moment included: the moment that it counts as of may be another each time. */
function fingerprintOf(report: StockReport): string {
  const rows = report.rows.map((row) => `${row.nodeCode}\n${row.vendorSku}\n${row.onHand}`).sort();
  return createHash('sha256')
    .update([report.asOf ?? '', ...rows].join('\n\n'))
    .digest('hex');
}

async function wasTaken(db: Queryable, vendorId: number, fingerprint: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM stock_report WHERE vendor_id = $1 AND fingerprint = $2 AND state IN ('applying', 'applied')`,
    [vendorId, fingerprint],
  );
  return rows.length > 0;
}

/** The moment of an earlier snapshot that waits for a person, or null. */
async function snapshotInReview(db: Queryable, vendorId: number, asOf: Date): Promise<Date | null> {
  const { rows } = await db.query<{ as_of: Date | null }>(
    `SELECT max(as_of) AS as_of FROM stock_report WHERE vendor_id = $1 AND state = 'review' AND as_of < $2`,
    [vendorId, asOf],
  );
  return rows[0]?.as_of ?? null;
}

/** Rows of the vendor that a whole feed does not list, and that are not plainly nothing: zero. `before`: only those of an earlier moment. */
export async function unlistedRows(
  db: Queryable,
  vendorId: number,
  listed: readonly Pick<StockRow, 'nodeId' | 'productId'>[],
  before: Date | null = null,
): Promise<StockRow[]> {
  const { rows } = await db.query<StockRow>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", 0 AS units FROM stock s JOIN node n ON n.id = s.node_id
     WHERE n.vendor_id = $1 AND ($2::timestamptz IS NULL OR s.as_of < $2)
       AND (s.on_hand > 0 OR s.owed > 0 OR s.committed > 0 OR s.buffer > 0 OR s.nothing_more_since IS NOT NULL)`,
    [vendorId, before],
  );
  const named = new Set(listed.map(rowKey));
  return rows.filter((row) => !named.has(rowKey(row)));
}

/** How many rows the vendor has in stock, and how many of them a whole feed of these rows would empty. */
async function inStock(db: Queryable, vendorId: number, rows: readonly StockRow[]) {
  const empty = rows.filter((row) => row.units <= 0);
  if (empty.length === 0) return { inStock: 0, emptied: 0 };
  const { rows: found } = await db.query<{ inStock: number; emptied: number }>(
    `SELECT count(*)::integer AS "inStock", count(e.node_id)::integer AS emptied
     FROM stock s JOIN node n ON n.id = s.node_id
     LEFT JOIN unnest($2::integer[], $3::integer[]) AS e(node_id, product_id)
       ON e.node_id = s.node_id AND e.product_id = s.product_id
     WHERE n.vendor_id = $1 AND s.on_hand > 0`,
    [vendorId, empty.map((row) => row.nodeId), empty.map((row) => row.productId)],
  );
  return found[0] ?? { inStock: 0, emptied: 0 };
}

/**
 * Numbered changes tell everything up to their moment: a row that they do not list has not changed, so units of ours that it
 * surely has subtracted by now are reflected by a change of nothing.
 */
async function coveredRows(db: Queryable, feed: Feed, asOf: Date, listed: readonly StockRow[]): Promise<StockRow[]> {
  const { rows } = await db.query<StockRow>(
    `SELECT DISTINCT r.node_id AS "nodeId", r.product_id AS "productId", 0 AS units
     FROM node n JOIN reservation r ON r.node_id = n.id
       JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id AND s.outside_as_of IS NULL
     WHERE n.vendor_id = $1 AND r.state = 'committed' AND r.subtracted_at IS NOT NULL
       AND r.subtracted_at + make_interval(secs => $2) < $3`,
    [feed.vendorId, feed.lagSeconds + feed.skewSeconds, asOf],
  );
  const named = new Set(listed.map(rowKey));
  return rows.filter((row) => !named.has(rowKey(row)));
}

async function keepReport(
  client: PoolClient,
  kept: {
    readonly input: StockReportInput;
    readonly reportId: string;
    readonly kind: 'snapshot' | 'delta';
    readonly asOf: Date;
    readonly position: number | null;
    readonly fingerprint: string | null;
    /** All of it came, and could be read. */
    readonly complete: boolean;
    readonly verdict: ReturnType<typeof placeReport>;
    readonly mapped: Awaited<ReturnType<typeof mapRows>>;
  },
): Promise<void> {
  const { input, verdict, mapped } = kept;
  const names = mapped.unknown.map((row) => `${clean(row.nodeCode)}/${clean(row.vendorSku)}`);
  await client.query(
    `INSERT INTO stock_report (id, vendor_id, kind, as_of, position, complete, whole, state, reason, fingerprint, rows_received,
       rows_changed, rows_unknown, rows_stale, unknown_skus, received_at, closed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16)`,
    [
      ...[kept.reportId, input.vendorId, kept.kind, kept.asOf, kept.position, kept.complete],
      ...[verdict.whole, verdict.state, verdict.reason, kept.fingerprint, input.report.rows.length],
      ...[mapped.unknown.length + mapped.unreadable, verdict.state === 'covered' ? mapped.rows.length : 0],
      ...[[...new Set(names)].slice(0, UNKNOWN_NAMED_MAX), input.now],
      ['covered', 'refused'].includes(verdict.state) ? input.now : null,
    ],
  );
}

/** Keeps rows to be applied, in chunks that are numbered from `first` on. */
export async function keepChunks(
  client: PoolClient,
  reportId: string,
  rows: readonly StockRow[],
  first = 1,
): Promise<void> {
  for (let from = 0, chunkNo = first; from < rows.length; from += CHUNK_ROWS, chunkNo += 1) {
    const chunk = rows.slice(from, from + CHUNK_ROWS);
    await client.query(
      'INSERT INTO stock_report_chunk (report_id, chunk_no, node_ids, product_ids, units) VALUES ($1, $2, $3, $4, $5)',
      [
        ...[reportId, chunkNo, chunk.map((row) => row.nodeId), chunk.map((row) => row.productId)],
        chunk.map((row) => row.units),
      ],
    );
  }
}

/** What the database has noted of a report, whoever applied it, with what this process saw of it. */
export async function resultOf(
  db: Queryable,
  reportId: string,
  seen: Pick<StockReportResult, 'absentToZero' | 'raisedProductIds' | 'shortages'>,
): Promise<StockReportResult> {
  const { rows } = await db.query<Omit<StockReportResult, keyof typeof seen>>(
    `SELECT r.id AS "reportId", r.state, r.reason, r.rows_received AS "rowsReceived", r.rows_changed AS "rowsChanged",
       r.rows_unknown AS "rowsUnknown", r.rows_stale AS "rowsStale", r.rows_contradicted AS "rowsContradicted", r.rows_baseless AS "rowsBaseless",
       r.units_reflected AS "unitsReflected", f.snapshot_wanted AS "snapshotWanted",
       COALESCE(f.fallen_reports >= $2, false) AS "restartSuspected"
     FROM stock_report r LEFT JOIN vendor_feed f ON f.vendor_id = r.vendor_id WHERE r.id = $1`,
    [reportId, FALLEN_MIN],
  );
  if (!rows[0])
    throw new HeadgateError('STOCK_REPORT_NOT_FOUND', 'permanent', `expected a stock report ${reportId}, found none`);
  return { ...rows[0], ...seen };
}
