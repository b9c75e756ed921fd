import type { DayCount } from '../model/day-count.js';
import { inTransaction, type Pool, type Queryable } from './database.js';

/** Counters are forgotten so many days after their day: they bind nobody any more. */
const KEEP_DAYS = 30;

/** What these rules count of these nodes and of all vendors, on days that are somewhere today. */
export async function readDayCounts(
  db: Queryable,
  ruleIds: readonly string[],
  nodeIds: readonly number[],
  now: Date,
): Promise<DayCount[]> {
  const { rows } = await db.query<DayCount>({
    name: 'day-counts',
    text: `SELECT rule_id AS "ruleId", vendor_id AS "vendorId", NULLIF(node_id, 0) AS "nodeId", day, taken FROM day_count
      WHERE rule_id = ANY($1::text[]) AND day BETWEEN ($3::timestamptz AT TIME ZONE 'UTC')::date - 1 AND ($3::timestamptz AT TIME ZONE 'UTC')::date + 1
        AND (node_id = 0 OR node_id = ANY($2::integer[]))`,
    values: [ruleIds, nodeIds, now],
  });
  return rows;
}

/** Forgets counters of days long past. Returns how many. */
export async function pruneDayCounts(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(
    "DELETE FROM day_count WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date - $2::integer",
    [now, KEEP_DAYS],
  );
  return rowCount ?? 0;
}

/** A counter of a rule that is not what the fulfillments that count in it add up to. */
export interface DayCountDrift {
  readonly ruleId: string;
  readonly vendorCode: string;
  /** Null: of the vendor as a whole. */
  readonly nodeCode: string | null;
  readonly day: string;
  readonly taken: number;
  /** Units, or fulfillments, that count in it, without what was rejected or canceled. */
  readonly fulfillments: number;
  readonly repaired: boolean;
}

/**
 * Compares what rules count of nodes and vendors with the fulfillments that count in it, from two days before `at` on: days that are over
 * bind nobody. With `repair`, counters that differ are locked, compared again, and set.
 */
export async function verifyDayCounts(
  pool: Pool,
  options: { readonly repair: boolean; readonly at: Date },
): Promise<readonly DayCountDrift[]> {
  const found = await compare(pool, options.at);
  if (found.length === 0 || !options.repair) return found.map((row) => told(row, false));
  return inTransaction(pool, async (client) => {
    const keys = keysOf(found);
    await client.query(
      `INSERT INTO day_count (rule_id, day, vendor_id, node_id) SELECT * FROM unnest(${KEYS}) ON CONFLICT DO NOTHING`,
      keys,
    );
    await client.query(
      `SELECT 1 FROM day_count d JOIN unnest(${KEYS}) AS key(rule_id, day, vendor_id, node_id) USING (rule_id, day, vendor_id, node_id)
       ORDER BY d.rule_id, d.day, d.vendor_id, d.node_id FOR NO KEY UPDATE OF d`,
      keys,
    );
    const locked = new Set(found.map(keyOf));
    const drift = (await compare(client, options.at)).filter((row) => locked.has(keyOf(row)));
    await client.query(
      `UPDATE day_count d SET taken = set.taken
       FROM unnest(${KEYS}, $5::integer[]) AS set(rule_id, day, vendor_id, node_id, taken)
       WHERE d.rule_id = set.rule_id AND d.day = set.day AND d.vendor_id = set.vendor_id AND d.node_id = set.node_id`,
      [...keysOf(drift), drift.map((row) => row.fulfillments)],
    );
    return drift.map((row) => told(row, true));
  });
}

/** Parameters of a statement that name counters. */
const KEYS = '$1::text[], $2::date[], $3::integer[], $4::integer[]';

interface Found extends Omit<DayCountDrift, 'repaired'> {
  readonly vendorId: number;
  /** 0: of the vendor as a whole. */
  readonly nodeId: number;
}

function keysOf(rows: readonly Found[]): unknown[][] {
  return [
    rows.map((row) => row.ruleId),
    rows.map((row) => row.day),
    rows.map((row) => row.vendorId),
    rows.map((row) => row.nodeId),
  ];
}

function keyOf({ ruleId, day, vendorId, nodeId }: Found): string {
  return `${ruleId} ${day} ${vendorId} ${nodeId}`;
}

function told({ vendorId: _, nodeId: __, ...row }: Found, repaired: boolean): DayCountDrift {
  return { ...row, repaired };
}

async function compare(db: Queryable, at: Date): Promise<Found[]> {
  const { rows } = await db.query<Found>(
    `WITH since AS (SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date - 2 AS day
     ), made AS (
       SELECT p.rule_id, p.day, p.vendor_id, p.node_id,
         sum(CASE p.per WHEN 'unit' THEN live.units ELSE least(live.units, 1) END)::integer AS count
       FROM day_count_part p CROSS JOIN LATERAL (
         SELECT sum(l.quantity - l.rejected - l.canceled) AS units FROM fulfillment_line l WHERE l.fulfillment_id = p.fulfillment_id) live
       WHERE p.day >= (SELECT day FROM since) GROUP BY 1, 2, 3, 4
     ), compared AS (
       SELECT rule_id, day, vendor_id, node_id, COALESCE(d.taken, 0) AS taken, COALESCE(made.count, 0) AS count
       FROM (SELECT * FROM day_count WHERE day >= (SELECT day FROM since)) d
         FULL JOIN made USING (rule_id, day, vendor_id, node_id)
     )
     SELECT c.rule_id AS "ruleId", v.code AS "vendorCode", n.code AS "nodeCode", c.day, c.taken, c.count AS fulfillments,
       c.vendor_id AS "vendorId", c.node_id AS "nodeId"
     FROM compared c JOIN vendor v ON v.id = c.vendor_id LEFT JOIN node n ON n.id = c.node_id
     WHERE c.taken <> c.count ORDER BY c.rule_id, c.day, c.vendor_id, c.node_id`,
    [at],
  );
  return rows;
}
