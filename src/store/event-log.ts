import type { QueryResult } from 'pg';
import type { AggregateType, EventType, LoggedEvent } from '../model/events.js';
import type { Viewer } from '../model/viewer.js';
import { type Database, inTransaction, type Queryable } from './database.js';
import { CursorInvalid, CursorPruned, encodeCursor } from './event-cursor.js';

/** One process at a time gives positions; the number is ours alone among the database's advisory locks. */
const SEQUENCER_LOCK = 7_205_370_001n;
const PRUNER_LOCK = 7_205_370_002n;

/** Positions that one read looks at, at most, however few of them match: keeps a narrow filter's read short. */
const SCAN_MAX = 20_000;
const PAGE_MAX = 1_000;

/** Which events a reader wants; a field left out does not narrow. Bounded lists: at most a few hundred ids. */
export interface EventFilter {
  readonly types?: readonly EventType[];
  readonly aggregateType?: AggregateType;
  readonly aggregateIds?: readonly string[];
  /** Only stock of these products, at any node. */
  readonly productIds?: readonly number[];
}

/** One read of the log. `next` is where to go on: everything up to it was looked at. `next === head`: nothing is left. */
export interface EventPage {
  readonly events: readonly LoggedEvent[];
  readonly next: bigint;
  readonly head: bigint;
}

/**
 * Gives positions to committed events without one, in id order, at most `batchMax` (1,000) of them; any process may call it.
 *
 * Positions are dense and ascend with commits of this function: who has read up to one has missed nothing before it, and an
 * event that commits late simply gets a later one. Ids of one aggregate ascend with its version, so its order is kept.
 * One round trip, one implicit transaction: the lock is released with the commit, after the positions became visible.
 */
export async function sequenceEvents(
  pool: Database['pool'],
  options: { batchMax?: number } = {},
): Promise<{ readonly sequenced: number; readonly head: bigint; readonly more: boolean }> {
  const batchMax = Math.trunc(options.batchMax ?? 1_000);
  if (!(batchMax >= 1 && batchMax <= 10_000)) throw new RangeError(`batchMax must be 1 to 10000, got ${batchMax}`);
  // The lock is a statement of its own, so that the next one's snapshot is taken after it was granted.
  const results = (await pool.query(`
    SELECT pg_advisory_xact_lock(${SEQUENCER_LOCK});
    WITH batch AS (
      SELECT id, row_number() OVER (ORDER BY id) AS place
      FROM (SELECT id FROM event WHERE position IS NULL ORDER BY id LIMIT ${batchMax}) waiting
    ), size AS (
      SELECT count(*) AS n FROM batch
    ), raised AS (
      UPDATE event_sequencer SET last_position = last_position + size.n FROM size WHERE size.n > 0 RETURNING last_position
    ), given AS (
      UPDATE event SET position = raised.last_position - size.n + batch.place
      FROM batch, size, raised WHERE event.id = batch.id
    )
    SELECT size.n::text AS sequenced,
      COALESCE((SELECT last_position FROM raised), (SELECT last_position FROM event_sequencer))::text AS head
    FROM size`)) as unknown as QueryResult<{ sequenced: string; head: string }>[];
  const row = results[1]?.rows[0];
  if (row === undefined) throw new Error('the event_sequencer row is missing: run the migrations');
  const sequenced = Number(row.sequenced);
  return { sequenced, head: BigInt(row.head), more: sequenced === batchMax };
}

/** The position of the last sequenced event, and up to where the log was pruned. */
export async function logBounds(db: Queryable): Promise<{ readonly head: bigint; readonly prunedTo: bigint }> {
  const { rows } = await db.query<{ head: string; pruned_to: string }>(
    'SELECT last_position::text AS head, pruned_to::text FROM event_sequencer',
  );
  const row = rows[0];
  if (row === undefined) throw new Error('the event_sequencer row is missing: run the migrations');
  return { head: BigInt(row.head), prunedTo: BigInt(row.pruned_to) };
}

interface EventRow {
  head: string;
  pruned_to: string;
  position: string | null;
  type: EventType;
  aggregate_type: AggregateType;
  aggregate_id: string;
  aggregate_version: number;
  account_id: number | null;
  vendor_id: number | null;
  actor: string;
  occurred_at: Date;
  payload: Readonly<Record<string, unknown>>;
}

/**
 * The events after a position that match the filter and that the viewer may see (null: Headgate itself), in order.
 *
 * A viewer limited to accounts sees order events of those accounts; one limited to vendors sees events that name one of
 * those vendors. Stock belongs to vendors alone. `limit` is at most 1,000; a page may also end early after 20,000 positions.
 * Errors: CursorPruned, CursorInvalid (a position this log has not reached).
 */
export async function readEvents(
  db: Queryable,
  viewer: Viewer | null,
  query: EventFilter & { readonly after: bigint; readonly limit: number },
): Promise<EventPage> {
  const limit = Math.min(Math.max(1, Math.trunc(query.limit)), PAGE_MAX);
  const { rows } = await db.query<EventRow>({
    name: 'read-events',
    text: `
      SELECT log.last_position::text AS head, log.pruned_to::text, e.*
      FROM event_sequencer log LEFT JOIN LATERAL (
        SELECT position::text, type, aggregate_type, aggregate_id, aggregate_version, account_id, vendor_id, actor,
          occurred_at, payload
        FROM event
        WHERE position > $1::bigint AND position <= LEAST($1::bigint + ${SCAN_MAX}, log.last_position)
          AND ($3::text[] IS NULL OR type = ANY($3))
          AND ($4::text IS NULL OR aggregate_type = $4)
          AND ($5::text[] IS NULL OR aggregate_id = ANY($5))
          AND ($6::text[] IS NULL OR (aggregate_type = 'stock' AND split_part(aggregate_id, ':', 2) = ANY($6)))
          AND ($7::integer[] IS NULL OR aggregate_type = 'stock' OR account_id = ANY($7))
          AND ($8::integer[] IS NULL OR vendor_id = ANY($8))
        ORDER BY event.position LIMIT $2
      ) e ON true`,
    values: [
      query.after.toString(),
      limit,
      query.types ?? null,
      query.aggregateType ?? null,
      query.aggregateIds ?? null,
      query.productIds?.map(String) ?? null,
      limitOf(viewer?.accountIds),
      limitOf(viewer?.vendorIds),
    ],
  });
  const first = rows[0];
  if (first === undefined) throw new Error('the event_sequencer row is missing: run the migrations');
  const head = BigInt(first.head);
  const prunedTo = BigInt(first.pruned_to);
  if (query.after < prunedTo) throw new CursorPruned(query.after, prunedTo);
  if (query.after > head) {
    throw new CursorInvalid(
      `cursor ${encodeCursor(query.after)} is ahead of this log, which ends at ${encodeCursor(head)}: it comes from another ` +
        'installation or from before a restore; read the present state with a query and subscribe without a cursor',
    );
  }
  const events = rows.flatMap((row) => (row.position === null ? [] : [toEvent(row, row.position)]));
  const scanned = query.after + BigInt(SCAN_MAX);
  const last = events.at(-1);
  const next = events.length === limit && last !== undefined ? last.position : scanned < head ? scanned : head;
  return { events, next, head };
}

/** The same judgement as `readEvents` makes in SQL, for an event at hand. */
export function eventMatches(viewer: Viewer | null, filter: EventFilter, event: LoggedEvent): boolean {
  const stock = event.aggregateType === 'stock';
  const within = (ids: readonly number[] | 'all' | undefined, id: number | null) =>
    ids === undefined || ids === 'all' || (id !== null && ids.includes(id));
  return (
    (filter.types === undefined || filter.types.includes(event.type)) &&
    (filter.aggregateType === undefined || filter.aggregateType === event.aggregateType) &&
    (filter.aggregateIds === undefined || filter.aggregateIds.includes(event.aggregateId)) &&
    (filter.productIds === undefined || (stock && filter.productIds.includes(productOfStock(event.aggregateId)))) &&
    (stock || within(viewer?.accountIds, event.accountId)) &&
    within(viewer?.vendorIds, event.vendorId)
  );
}

/** The product of a stock event's aggregate id, `<nodeId>:<productId>`. */
export function productOfStock(aggregateId: string): number {
  return Number(aggregateId.slice(aggregateId.indexOf(':') + 1));
}

/**
 * Deletes the oldest events, at most `limit` positions per call, as far as all of them are older than `olderThan` and every
 * reader in event_reader has passed them; raises the floor that cursors are checked against. Call again while `more`.
 */
export async function pruneEvents(
  pool: Database['pool'],
  options: { readonly olderThan: Date; readonly limit?: number },
): Promise<{ readonly pruned: number; readonly more: boolean }> {
  const limit = Math.min(Math.max(1, Math.trunc(options.limit ?? 5_000)), 50_000);
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [PRUNER_LOCK.toString()]);
    const { rows } = await client.query<{ target: string; floor: string; wanted: string }>(
      `WITH log AS (
         SELECT pruned_to, LEAST(last_position, (SELECT min(position) FROM event_reader)) AS passed FROM event_sequencer
       ), young AS (
         SELECT min(event.position) AS position FROM event, log
         WHERE event.position > log.pruned_to AND event.position <= log.pruned_to + $2 AND event.occurred_at >= $1
       )
       SELECT pruned_to::text AS floor, (pruned_to + $2)::text AS wanted,
         GREATEST(pruned_to, LEAST(passed, pruned_to + $2, young.position - 1))::text AS target FROM log, young`,
      [options.olderThan, limit],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('the event_sequencer row is missing: run the migrations');
    if (row.target === row.floor) return { pruned: 0, more: false };
    // In one statement: the database lets only events below the floor go, and the floor is locked last.
    const { rowCount } = await client.query(
      `WITH raised AS (UPDATE event_sequencer SET pruned_to = $2)
       DELETE FROM event WHERE position > $1 AND position <= $2`,
      [row.floor, row.target],
    );
    return { pruned: rowCount ?? 0, more: row.target === row.wanted };
  });
}

/** A viewer's ids as an SQL array; null where it is not limited. */
function limitOf(ids: readonly number[] | 'all' | undefined): readonly number[] | null {
  return ids === undefined || ids === 'all' ? null : ids;
}

function toEvent(row: EventRow, position: string): LoggedEvent {
  return {
    position: BigInt(position),
    type: row.type,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    aggregateVersion: row.aggregate_version,
    accountId: row.account_id,
    vendorId: row.vendor_id,
    actor: row.actor,
    occurredAt: row.occurred_at,
    payload: row.payload,
  };
}
