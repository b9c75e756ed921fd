import { HeadgateError } from '../model/errors.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { FALLEN_MIN } from './stock-feed-order.js';
import { lockFeed, supersede } from './stock-feeds.js';

/** A vendor whose numbers fell back, report after report, though their moments went on. */
export interface FallenFeed {
  readonly vendorCode: string;
  /** The highest number that was taken, and the last one that came, as the vendor counts. */
  readonly newestPosition: number;
  readonly fellTo: number;
  readonly since: Date;
  readonly reports: number;
}

/** Vendors whose numbers seem to have begun again, those first that did so first. */
export async function listFallenFeeds(db: Queryable, limit: number): Promise<FallenFeed[]> {
  const { rows } = await db.query<FallenFeed>(
    `SELECT v.code AS "vendorCode", (f.newest_position - f.series_offset)::float8 AS "newestPosition",
       (f.fallen_to - f.series_offset)::float8 AS "fellTo", f.fallen_since AS since, f.fallen_reports AS reports
     FROM vendor_feed f JOIN vendor v ON v.id = f.vendor_id
     WHERE f.fallen_reports >= $1 ORDER BY f.fallen_since, f.vendor_id LIMIT $2`,
    [FALLEN_MIN, limit],
  );
  return rows;
}

/**
 * Takes a person's word that the vendor numbers its reports from the beginning again. What comes from now on counts behind all that
 * was numbered before, changes wait for a snapshot of the new series, and one is wanted; changes of the old series that still
 * waited are superseded. Reports of the old series that come late still count as such where they bear their moment: the first report that
 * fell back is of the new one, and what is of before it is not. Source: docs/formal/feed-series.pml.
 *
 * Errors: HeadgateError VENDOR_NOT_FOUND, FEED_NOT_NUMBERED (there is no series to end).
 */
export async function restartFeed(
  pool: Pool,
  said: { readonly vendorCode: string; readonly by: string; readonly now: Date },
): Promise<void> {
  const { vendorCode, now } = said;
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: number }>('SELECT id FROM vendor WHERE code = $1', [vendorCode]);
    if (!rows[0]) {
      throw new HeadgateError(
        'VENDOR_NOT_FOUND',
        'permanent',
        `expected a vendor with code ${vendorCode}, found none: headgate stock policy export lists them`,
      );
    }
    const vendorId = rows[0].id;
    const { state } = await lockFeed(client, vendorId);
    if (state.newest === null) {
      const message = `vendor ${vendorCode} has not numbered its reports: their moments are their order`;
      throw new HeadgateError('FEED_NOT_NUMBERED', 'conflict', message);
    }
    // A partial snapshot may have taken rows further than the feed's own number.
    await client.query(
      `UPDATE vendor_feed f SET series_offset_before = series_offset,
         series_since = greatest(newest_as_of, fallen_since - interval '1 millisecond'),
         series_offset = greatest(newest_position, position, begun_position,
           (SELECT max(s.feed_position) FROM stock s JOIN node n ON n.id = s.node_id WHERE n.vendor_id = f.vendor_id),
           (SELECT max(r.position) FROM stock_report r WHERE r.vendor_id = f.vendor_id),
           (SELECT max(u.position) FROM unknown_stock u WHERE u.vendor_id = f.vendor_id)),
         position = NULL, base_position = NULL, newest_position = NULL, newest_as_of = NULL,
         fallen_reports = 0, fallen_since = NULL, fallen_to = NULL, snapshot_wanted = 'the numbering began again'
       WHERE vendor_id = $1`,
      [vendorId],
    );
    await supersede(client, vendorId, { now, by: said.by }, "state = 'waiting'");
  });
}
