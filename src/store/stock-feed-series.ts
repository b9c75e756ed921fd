import { HeadgateError } from '../model/errors.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { FALLEN_MIN } from './stock-feed-order.js';
import { lockFeed, supersede } from './stock-feeds.js';
import { mendMomentsAhead, noteMomentsAhead } from './stock-moments-ahead.js';

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

/** What a feed that begins anew had to be rid of. */
export interface FeedRestart {
  /** It numbers its reports: they count behind those before. */
  readonly numbered: boolean;
  /** Rows of which it is not known any more as of when they are: their moments could not be. */
  readonly rowsMended: number;
}

/**
 * Takes a person's word that what the vendor reports from now on follows all that came before: it numbers its reports from the beginning
 * again, or moments are stored that cannot be.
 *
 * Of numbers, what comes counts behind all that was numbered before, changes wait for a snapshot of the new series, and one is wanted;
 * changes of the old series that still waited are superseded. Reports of the old series that come late still count as such where they bear
 * their moment: the first report that fell back is of the new one, and what is of before it is not. Source: docs/formal/feed-series.pml.
 *
 * Errors: HeadgateError VENDOR_NOT_FOUND, FEED_IN_ORDER (neither numbers nor impossible moments).
 */
export async function restartFeed(
  pool: Pool,
  said: { readonly vendorCode: string; readonly by: string; readonly now: Date },
): Promise<FeedRestart> {
  const { vendorCode, now } = said;
  const { vendorId, numbered } = await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: number }>('SELECT id FROM vendor WHERE code = $1', [vendorCode]);
    if (!rows[0]) {
      throw new HeadgateError(
        'VENDOR_NOT_FOUND',
        'permanent',
        `expected a vendor with code ${vendorCode}, found none: headgate vendors list tells them`,
      );
    }
    const vendorId = rows[0].id;
    const { state, latest } = await lockFeed(client, vendorId, now);
    await noteMomentsAhead(client, [vendorId], now);
    const { rows: ahead } = await client.query(
      'SELECT 1 FROM vendor_feed WHERE vendor_id = $1 AND ahead_since IS NOT NULL',
      [vendorId],
    );
    if (state.newest === null && ahead.length === 0) {
      const message = `the moments of vendor ${vendorCode}, which numbers no reports, are their order, and none lies ahead: nothing is to be restarted`;
      throw new HeadgateError('FEED_IN_ORDER', 'conflict', message);
    }
    // A partial snapshot may have taken rows further than the feed's own number.
    await client.query(
      `UPDATE vendor_feed f SET series_offset_before = series_offset,
         series_since = greatest(known_moment(newest_as_of, $2), known_moment(fallen_since, $2) - interval '1 millisecond'),
         series_offset = greatest(series_offset, newest_position, position, begun_position,
           (SELECT max(s.feed_position) FROM stock s JOIN node n ON n.id = s.node_id WHERE n.vendor_id = f.vendor_id),
           (SELECT max(r.position) FROM stock_report r WHERE r.vendor_id = f.vendor_id),
           (SELECT max(u.position) FROM unknown_stock u WHERE u.vendor_id = f.vendor_id)),
         position = NULL, base_position = NULL, newest_position = NULL, newest_as_of = NULL,
         fallen_reports = 0, fallen_since = NULL, fallen_to = NULL, snapshot_wanted = $3,
         begun_as_of = known_moment(begun_as_of, $2), full_as_of = known_moment(full_as_of, $2),
         delta_as_of = known_moment(delta_as_of, $2), ahead_rows = 0, ahead_to = NULL, ahead_since = NULL
       WHERE vendor_id = $1`,
      [vendorId, latest, state.newest === null ? 'its moments lay ahead of our clock' : 'the numbering began again'],
    );
    await supersede(client, vendorId, { now, by: said.by }, "state = 'waiting'");
    return { vendorId, numbered: state.newest !== null };
  });
  return { numbered, rowsMended: await mendMomentsAhead(pool, vendorId, now) };
}
