import type { PoolClient } from 'pg';
import { HeadgateError } from '../model/errors.js';
import type { StockQuestion } from '../model/stock-report.js';
import type { Queryable } from './database.js';
import type { FeedState, Verdict } from './stock-feed-order.js';

/** A vendor's declarations of its feed, and where the feed stands. */
export interface Feed {
  readonly vendorId: number;
  readonly lagSeconds: number;
  readonly skewSeconds: number;
  readonly absentIsZero: boolean;
  /** No report can be of a later moment: by the vendor's clock, or by ours at the worst. */
  readonly latest: Date;
  readonly state: FeedState;
  readonly series: Series;
}

/** How a vendor's own numbers are counted here: each series follows the one before. Source: docs/stock.md. */
interface Series {
  readonly offset: number;
  readonly offsetBefore: number;
  /** Reports of this moment and before are of the series before. */
  readonly since: Date | null;
}

/**
 * A vendor's number of a report as it is counted here: a late one of the series before never passes what was taken of that. Errors: RangeError where it is no whole number, or too great.
 */
export function countedPosition({ series }: Feed, position: number | undefined, asOf: Date): number | null {
  if (position === undefined) return null;
  const isBefore = series.since !== null && asOf <= series.since;
  const counted = isBefore ? Math.min(position + series.offsetBefore, series.offset) : position + series.offset;
  if (Number.isSafeInteger(position) && position >= 0 && Number.isSafeInteger(counted)) return counted;
  throw new RangeError(`expected a whole number as a stock report's position, got ${position}`);
}

/** SQL: as of when the figure of a row is known, at the moment `at`; null: it is not. Of a vendor `v`, unless its skew is given. */
export function knownAsOf(rowAsOf: string, fullAsOf: string, at: string, skew = 'v.feed_skew_seconds'): string {
  const latest = `latest_moment(${at}::timestamptz, ${skew})`;
  return `greatest(known_moment(${rowAsOf}, ${latest}), known_moment(${fullAsOf}, ${latest}))`;
}

/** The feed as it stands; moments that cannot be are not known. Errors: HeadgateError VENDOR_NOT_FOUND. */
export async function loadFeed(db: Queryable, vendorId: number, now: Date): Promise<Feed> {
  const { rows } = await db.query<FeedRow>(
    `SELECT v.feed_lag_seconds AS "lagSeconds", v.feed_skew_seconds AS "skewSeconds", v.feed_absent_is_zero AS "absentIsZero",
       v.feed_review_percent AS "reviewPercent", f.position::text, f.base_position::text AS "basePosition",
       known_moment(f.delta_as_of, c.latest) AS "deltaAsOf", known_moment(f.begun_as_of, c.latest) AS "begunAsOf", f.begun_position::text AS "begunPosition",
       f.snapshot_wanted AS "snapshotWanted", f.newest_position::text AS "newestPosition", known_moment(f.newest_as_of, c.latest) AS "newestAsOf",
       f.fallen_reports AS "fallenReports", known_moment(f.fallen_since, c.latest) AS "fallenSince", f.fallen_to::text AS "fallenTo",
       f.series_offset::text AS "offset", f.series_offset_before::text AS "offsetBefore", known_moment(f.series_since, c.latest) AS "since", c.latest
     FROM vendor v CROSS JOIN LATERAL (SELECT latest_moment($2, v.feed_skew_seconds) AS latest) c
       LEFT JOIN vendor_feed f ON f.vendor_id = v.id WHERE v.id = $1`,
    [vendorId, now],
  );
  const row = rows[0];
  if (!row)
    throw new HeadgateError('VENDOR_NOT_FOUND', 'permanent', `expected a vendor with id ${vendorId}, found none`);
  const { lagSeconds, skewSeconds, absentIsZero, latest, newestPosition } = row;
  return {
    ...{ vendorId, lagSeconds, skewSeconds, absentIsZero, latest },
    state: {
      ...{ absentIsZero, reviewPercent: row.reviewPercent, deltaAsOf: row.deltaAsOf, begunAsOf: row.begunAsOf },
      position: numberOrNull(row.position),
      basePosition: numberOrNull(row.basePosition),
      begunPosition: numberOrNull(row.begunPosition),
      snapshotWanted: row.snapshotWanted,
      newest: newestPosition === null ? null : { position: Number(newestPosition), asOf: row.newestAsOf },
      fallen: row.fallenSince && { reports: row.fallenReports, since: row.fallenSince, to: Number(row.fallenTo) },
    },
    series: { offset: Number(row.offset ?? 0), offsetBefore: Number(row.offsetBefore ?? 0), since: row.since },
  };
}

/** What to ask the vendor's feed for: everything where it has told no number yet or a snapshot is wanted, else what came since. */
export async function stockQuestion(db: Queryable, vendorId: number, now: Date): Promise<StockQuestion> {
  const { state, series } = await loadFeed(db, vendorId, now);
  const after = state.snapshotWanted === null && state.position !== null ? state.position - series.offset : null;
  return { after };
}

interface FeedRow {
  readonly lagSeconds: number;
  readonly skewSeconds: number;
  readonly absentIsZero: boolean;
  readonly reviewPercent: number;
  readonly position: string | null;
  readonly basePosition: string | null;
  readonly deltaAsOf: Date | null;
  readonly begunAsOf: Date | null;
  readonly begunPosition: string | null;
  readonly snapshotWanted: string | null;
  readonly newestPosition: string | null;
  readonly newestAsOf: Date | null;
  readonly fallenReports: number;
  readonly fallenSince: Date | null;
  readonly fallenTo: string | null;
  readonly offset: string | null;
  readonly offsetBefore: string | null;
  readonly since: Date | null;
  readonly latest: Date;
}

function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/**
 * The lock between reports that are put in their place (alone) and figures that are applied (shared, by `apply_report_rows` itself): chunks
 * of reports that were placed before, answers to questions, SKUs that became known. A whole feed leaves rows alone that it does not
 * change or list, as they are when it is placed, so a figure that began before it was noted could overwrite later what it confirmed.
 * With the vendor's id it is a key of two numbers, of which there are no others.
 *
 * Taken before `vendor_feed`, and by nobody who holds that. Who places a report waits for no row of stock, so who shares the lock may
 * hold some. Source: docs/formal, run `unguarded`.
 */
const PLACING_LOCK = 1_790;

/** The feed, locked: one report of a vendor is put in its place at a time. Errors: HeadgateError VENDOR_NOT_FOUND. */
export async function lockFeed(client: PoolClient, vendorId: number, now: Date): Promise<Feed> {
  await holdFeed(client, vendorId);
  return loadFeed(client, vendorId, now);
}

/** Locks the feed, whatever stands in it. */
export async function holdFeed(client: PoolClient, vendorId: number): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [PLACING_LOCK, vendorId]);
  await client.query('INSERT INTO vendor_feed (vendor_id) VALUES ($1) ON CONFLICT DO NOTHING', [vendorId]);
  await client.query('SELECT 1 FROM vendor_feed WHERE vendor_id = $1 FOR NO KEY UPDATE', [vendorId]);
}

/**
 * Writes where the feed stands after a report was placed, and what this means for those that wait: a newer whole feed takes the
 * place of one in review; a snapshot stands for the changes up to it; changes whose predecessor came are applied next.
 */
export async function saveFeed(
  client: PoolClient,
  vendorId: number,
  reportId: string,
  verdict: Verdict,
  now: Date,
): Promise<void> {
  const { state, feed, whole } = verdict;
  if (whole && (state === 'applying' || state === 'review')) {
    await supersede(client, vendorId, { reportId, now }, "state = 'review'");
  }
  const { position, basePosition } = state === 'applying' ? await releaseNext(client, vendorId, feed) : feed;
  if (state === 'applying' && position !== null) {
    await supersede(client, vendorId, { reportId, now }, "state = 'waiting' AND position <= $5", [position]);
  }
  await client.query(
    `UPDATE vendor_feed SET position = $2, base_position = $3, delta_as_of = $4, begun_as_of = $5, begun_position = $6,
       snapshot_wanted = $7, newest_position = $8,
       newest_as_of = CASE WHEN $8::bigint IS NOT NULL THEN COALESCE($9, newest_as_of) END, fallen_reports = $10, fallen_since = $11, fallen_to = $12
     WHERE vendor_id = $1`,
    [
      ...[vendorId, position, basePosition, feed.deltaAsOf, feed.begunAsOf, feed.begunPosition, feed.snapshotWanted],
      ...[feed.newest?.position ?? null, feed.newest?.asOf ?? null],
      ...[feed.fallen?.reports ?? 0, feed.fallen?.since ?? null, feed.fallen?.to ?? null],
    ],
  );
}

/**
 * Lets the changes go that follow directly on the feed's position, one after another, past partial snapshots that were applied
 * already (one that did not come whole is a base for what follows). They come after all that was taken before them. Returns
 * the position and base reached.
 */
async function releaseNext(
  client: PoolClient,
  vendorId: number,
  from: Pick<FeedState, 'position' | 'basePosition'>,
): Promise<Pick<FeedState, 'position' | 'basePosition'>> {
  let { position, basePosition } = from;
  for (; position !== null; position += 1) {
    const { rows } = await client.query<{ id: string; state: string; complete: boolean }>(
      `SELECT id, state, complete FROM stock_report WHERE vendor_id = $1 AND position = $2
         AND ((kind = 'delta' AND state = 'waiting') OR (kind = 'snapshot' AND state IN ('applying', 'applied')))
       ORDER BY state <> 'waiting', complete DESC, seq LIMIT 1`,
      [vendorId, position + 1],
    );
    const next = rows[0];
    if (!next) break;
    if (next.state === 'waiting') {
      await client.query("UPDATE stock_report SET state = 'applying', reason = NULL, seq = DEFAULT WHERE id = $1", [
        next.id,
      ]);
    } else if (!next.complete) basePosition = position + 1;
  }
  return { position, basePosition };
}

/** Closes reports of the vendor, and forgets what was to be applied of them: all that meet the condition, but the one that came. */
export async function supersede(
  client: PoolClient,
  vendorId: number,
  by: { readonly reportId?: string; readonly now: Date; readonly by?: string },
  where: string,
  more: readonly unknown[] = [],
): Promise<void> {
  await client.query(
    `WITH gone AS (
       UPDATE stock_report SET state = 'superseded', closed_at = $3, closed_by = $4
       WHERE vendor_id = $1 AND id IS DISTINCT FROM $2::uuid AND ${where} RETURNING id)
     DELETE FROM stock_report_chunk WHERE report_id IN (SELECT id FROM gone)`,
    [vendorId, by.reportId ?? null, by.now, by.by ?? 'system:stock-report', ...more],
  );
}
