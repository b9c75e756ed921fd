import type { Pool, Queryable } from './database.js';

/** A vendor of whose stock moments are stored that no clock can show: they order nothing. */
export interface FeedAhead {
  readonly vendorCode: string;
  /** Rows of stock, and of SKUs that nobody knows, that have one. */
  readonly rows: number;
  /** The latest of them, of the feed itself included. */
  readonly to: Date;
  /** When they were found. */
  readonly since: Date;
}

/** Rows that are mended in one transaction: some milliseconds, so that no order waits long behind it. */
const MEND_ROWS = 500;

const ROW_IS_AHEAD = 'greatest(s.as_of, s.outside_as_of, s.nothing_more_since) > c.latest';

/**
 * Looks at every moment that is stored of these vendors' stock, and notes those that cannot be: none is later than a vendor's clock and ours
 * can show. Returns the vendors of which there were none before.
 */
export async function noteMomentsAhead(
  db: Queryable,
  vendorIds: readonly number[],
  now: Date,
): Promise<readonly FeedAhead[]> {
  const { rows } = await db.query<FeedAhead & { readonly isNew: boolean }>(
    `UPDATE vendor_feed f SET ahead_rows = found.rows, ahead_to = found.latest,
       ahead_since = CASE WHEN found.latest IS NOT NULL THEN COALESCE(f.ahead_since, $2) END
     FROM vendor v CROSS JOIN LATERAL (SELECT latest_moment($2, v.feed_skew_seconds) AS latest) c
       JOIN vendor_feed known ON known.vendor_id = v.id
     CROSS JOIN LATERAL (
       SELECT count(a.as_of) FILTER (WHERE a.of_row)::integer AS rows, max(a.as_of) AS latest FROM (
         SELECT true AS of_row, greatest(s.as_of, s.outside_as_of, s.nothing_more_since) AS as_of
           FROM node n JOIN stock s ON s.node_id = n.id WHERE n.vendor_id = v.id AND ${ROW_IS_AHEAD}
         UNION ALL SELECT true, u.as_of FROM unknown_stock u WHERE u.vendor_id = v.id AND u.as_of > c.latest
         UNION ALL SELECT false, m.at FROM unnest(ARRAY[known.begun_as_of, known.full_as_of, known.delta_as_of, known.newest_as_of,
           known.fallen_since, known.series_since]) AS m(at) WHERE m.at > c.latest) a) found
     WHERE f.vendor_id = v.id AND v.id = ANY($1::integer[]) AND (f.ahead_since IS NOT NULL OR found.latest IS NOT NULL)
     RETURNING v.code AS "vendorCode", f.ahead_rows AS rows, f.ahead_to AS "to", f.ahead_since AS since,
       known.ahead_since IS NULL AS "isNew"`,
    [vendorIds, now],
  );
  return rows.flatMap(({ isNew, ...feed }) => (isNew ? [feed] : []));
}

/** Vendors with moments that cannot be, as they were found last, those first of which they were found first. */
export async function listFeedsAhead(db: Queryable, limit: number): Promise<FeedAhead[]> {
  const { rows } = await db.query<FeedAhead>(
    `SELECT v.code AS "vendorCode", f.ahead_rows AS rows, f.ahead_to AS "to", f.ahead_since AS since
     FROM vendor_feed f JOIN vendor v ON v.id = f.vendor_id
     WHERE f.ahead_since IS NOT NULL ORDER BY f.ahead_since, f.vendor_id LIMIT $1`,
    [limit],
  );
  return rows;
}

/**
 * Takes the moments that cannot be away, so that nothing is known of when those rows were told of until a report says it: the rows of stock in
 * chunks in key order, then what is kept of unknown SKUs, which have no figure any more. Returns how many rows were mended. It may be
 * called again, and goes on where it stopped.
 */
export async function mendMomentsAhead(pool: Pool, vendorId: number, now: Date): Promise<number> {
  let mended = 0;
  for (let last = MEND_ROWS; last === MEND_ROWS; mended += last) {
    const { rowCount } = await pool.query(
      `WITH due AS MATERIALIZED (
         SELECT s.node_id, s.product_id, c.latest FROM vendor v
           CROSS JOIN LATERAL (SELECT latest_moment($2, v.feed_skew_seconds) AS latest) c
           JOIN node n ON n.vendor_id = v.id JOIN stock s ON s.node_id = n.id
         WHERE v.id = $1 AND ${ROW_IS_AHEAD} ORDER BY s.node_id, s.product_id LIMIT $3 FOR NO KEY UPDATE OF s)
       UPDATE stock s SET as_of = CASE WHEN s.as_of <= d.latest THEN s.as_of ELSE 'epoch' END,
         outside_as_of = CASE WHEN s.outside_as_of > d.latest THEN 'epoch' ELSE s.outside_as_of END,
         nothing_more_since = CASE WHEN s.nothing_more_since > d.latest THEN 'epoch' ELSE s.nothing_more_since END
       FROM due d WHERE s.node_id = d.node_id AND s.product_id = d.product_id`,
      [vendorId, now, MEND_ROWS],
    );
    last = rowCount ?? 0;
  }
  const { rowCount } = await pool.query(
    `UPDATE unknown_stock u SET as_of = 'epoch', packs = NULL FROM vendor v
     WHERE v.id = $1 AND u.vendor_id = v.id AND u.as_of > latest_moment($2, v.feed_skew_seconds)`,
    [vendorId, now],
  );
  return mended + (rowCount ?? 0);
}
