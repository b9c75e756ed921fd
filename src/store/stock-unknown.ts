import type { StockReportRow } from '../model/stock-report.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { clean, mapRows } from './stock-report-rows.js';

/** What a vendor reports of a SKU that nobody here knows. */
export interface UnknownStock {
  readonly vendorId: number;
  readonly vendorCode: string;
  readonly nodeCode: string;
  readonly vendorSku: string;
  /** Its last figure in the vendor's packs; null: changes came since, or nothing else. */
  readonly packs: number | null;
  readonly asOf: Date;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** SKUs kept per vendor; those beyond are counted in their report only. */
const KEPT_MAX = 10_000;
const BATCH = 1_000;

/** Keeps the last figure of each unknown SKU, so that it can be shown, and applied once the SKU is known. */
export async function keepUnknown(
  db: Queryable,
  kept: {
    readonly vendorId: number;
    readonly kind: 'snapshot' | 'delta';
    readonly asOf: Date;
    /** No moment after it is known. */
    readonly latest: Date;
    readonly position: number | null;
    readonly rows: readonly StockReportRow[];
    readonly now: Date;
  },
): Promise<void> {
  if (kept.rows.length === 0) return;
  const once = new Map(kept.rows.map((row) => [`${clean(row.nodeCode)}\n${clean(row.vendorSku)}`, row]));
  const rows = [...once.values()].slice(0, KEPT_MAX);
  await db.query(
    `INSERT INTO unknown_stock AS u (vendor_id, node_code, vendor_sku, packs, as_of, position, first_seen_at, last_seen_at)
     SELECT $1, r.node_code, r.vendor_sku, CASE WHEN $7 THEN NULL ELSE r.packs END, $5, $6, $8, $8
     FROM unnest($2::text[], $3::text[], $4::float8[]) WITH ORDINALITY AS r(node_code, vendor_sku, packs, n)
     WHERE EXISTS (SELECT 1 FROM unknown_stock k WHERE k.vendor_id = $1 AND k.node_code = r.node_code AND k.vendor_sku = r.vendor_sku)
       OR r.n <= $9 - (SELECT count(*) FROM unknown_stock k WHERE k.vendor_id = $1)
     ORDER BY r.node_code, r.vendor_sku
     ON CONFLICT (vendor_id, node_code, vendor_sku) DO UPDATE SET last_seen_at = $8,
       packs = CASE WHEN known_moment(u.as_of, $10) > $5 THEN u.packs WHEN u.as_of <> $5 THEN EXCLUDED.packs
         WHEN $7 THEN u.packs ELSE least(u.packs, EXCLUDED.packs) END,
       as_of = greatest(known_moment(u.as_of, $10), $5),
       position = CASE WHEN known_moment(u.as_of, $10) > $5 THEN u.position ELSE $6 END`,
    [
      kept.vendorId,
      ...[rows.map((row) => clean(row.nodeCode)), rows.map((row) => clean(row.vendorSku))],
      rows.map((row) => (Number.isFinite(row.onHand) ? row.onHand : null)),
      ...[kept.asOf, kept.position, kept.kind === 'delta', kept.now, KEPT_MAX, kept.latest],
    ],
  );
}

/** What vendors report and nobody here knows, newest first; of one vendor, or of all. */
export async function listUnknownStock(
  db: Queryable,
  query: { readonly vendorId: number | null; readonly limit: number },
): Promise<UnknownStock[]> {
  const { rows } = await db.query<UnknownStock>(
    `SELECT vendor_id AS "vendorId", (SELECT code FROM vendor v WHERE v.id = vendor_id) AS "vendorCode", node_code AS "nodeCode", vendor_sku AS "vendorSku", packs, as_of AS "asOf",
       first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt"
     FROM unknown_stock WHERE $1::integer IS NULL OR vendor_id = $1
     ORDER BY last_seen_at DESC, vendor_id, node_code, vendor_sku LIMIT $2`,
    [query.vendorId, query.limit],
  );
  return rows;
}

/**
 * Applies what was kept of SKUs that are known by now (a product, an alias or an offer was added), as figures of the moment that
 * they were reported for, and forgets them. Returns how many rows became known.
 */
export async function applyKnownStock(pool: Pool, now: Date): Promise<number> {
  const { rows: vendors } = await pool.query<{ vendor_id: number }>(
    'SELECT DISTINCT vendor_id FROM unknown_stock ORDER BY vendor_id',
  );
  let known = 0;
  for (const { vendor_id: vendorId } of vendors) {
    let after = ['', ''];
    for (let more = true; more; ) {
      const { rows } = await pool.query<KeptRow>(
        // A figure of no known moment is none.
        `SELECT node_code AS "nodeCode", vendor_sku AS "vendorSku", as_of AS "asOf", position::text,
           CASE WHEN packs IS NULL OR known_moment(as_of, latest_moment($5, v.feed_skew_seconds)) IS NULL THEN 'NaN' ELSE packs END AS "onHand"
         FROM unknown_stock JOIN vendor v ON v.id = vendor_id
         WHERE vendor_id = $1 AND (node_code, vendor_sku) > ($2, $3) ORDER BY node_code, vendor_sku LIMIT $4`,
        [vendorId, ...after, BATCH, now],
      );
      more = rows.length === BATCH;
      after = [rows.at(-1)?.nodeCode ?? '', rows.at(-1)?.vendorSku ?? ''];
      known += await applyKnown(pool, vendorId, rows, now);
    }
  }
  return known;
}

/** Forgets SKUs that no report named since then, at most 5,000. Returns how many went. */
export async function pruneUnknownStock(pool: Pool, lastSeenBefore: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM unknown_stock WHERE (vendor_id, node_code, vendor_sku) IN (
       SELECT vendor_id, node_code, vendor_sku FROM unknown_stock WHERE last_seen_at < $1 LIMIT 5000)`,
    [lastSeenBefore],
  );
  return rowCount ?? 0;
}

interface KeptRow extends StockReportRow {
  readonly asOf: Date;
  readonly position: string | null;
}

/** Each row with its own moment and number, as the report that it came in would have been applied. */
async function applyKnown(pool: Pool, vendorId: number, kept: readonly KeptRow[], now: Date): Promise<number> {
  const still = new Set((await mapRows(pool, vendorId, kept, 'snapshot')).unknown);
  const known = kept.filter((row) => !still.has(row));
  const moments = new Map<string, KeptRow[]>();
  for (const row of known) {
    const key = `${row.asOf.toISOString()} ${row.position}`;
    moments.set(key, [...(moments.get(key) ?? []), row]);
  }
  for (const [first, ...others] of moments.values()) {
    if (first) await applyMoment(pool, vendorId, first, [first, ...others], now);
  }
  return known.length;
}

async function applyMoment(
  pool: Pool,
  vendorId: number,
  { asOf, position }: KeptRow,
  kept: readonly KeptRow[],
  now: Date,
): Promise<void> {
  const { rows, unreadable } = await mapRows(pool, vendorId, kept, 'snapshot');
  const columns = [rows.map((row) => row.nodeId), rows.map((row) => row.productId), rows.map((row) => row.units)];
  await inTransaction(pool, async (client) => {
    if (rows.length > 0) {
      await client.query(
        `SELECT apply_report_rows($1, 'snapshot', $2, $3, false, $4, $5::integer[], $6::integer[], $7::integer[])`,
        [vendorId, asOf, position, now, ...columns],
      );
    }
    await client.query(
      `DELETE FROM unknown_stock u USING unnest($2::text[], $3::text[]) AS r(node_code, vendor_sku)
       WHERE u.vendor_id = $1 AND u.node_code = r.node_code AND u.vendor_sku = r.vendor_sku AND u.as_of = $4`,
      [vendorId, kept.map((row) => row.nodeCode), kept.map((row) => row.vendorSku), asOf],
    );
    if (unreadable > 0) {
      await client.query(
        `UPDATE vendor_feed SET snapshot_wanted = COALESCE(snapshot_wanted, 'SKUs became known of which only changes came, or figures of no known moment')
         WHERE vendor_id = $1`,
        [vendorId],
      );
    }
  });
}
