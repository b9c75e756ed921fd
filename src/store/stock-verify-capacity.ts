import { inTransaction, type Pool, type Queryable } from './database.js';

/** A node's day whose counter is not what the purchase orders of that day still ask of the node. */
export interface CapacityDrift {
  readonly nodeId: number;
  readonly nodeCode: string;
  /** Of the node's own calendar, `YYYY-MM-DD`. */
  readonly day: string;
  readonly taken: number;
  /** Units of the fulfillments made that day, without those that were rejected or canceled. */
  readonly fulfillments: number;
  readonly repaired: boolean;
}

/**
 * Compares the daily capacity counters with the fulfillments made on each day, from two days before `at` on: days that are over
 * bind nobody. With `repair`, rows that differ are locked, compared again, and set. A limit that was introduced in the middle
 * of a day starts to count at zero, and so does one whose counter was deleted; the repair makes it count the whole day.
 */
export async function verifyCapacity(
  pool: Pool,
  options: { readonly repair: boolean; readonly at: Date },
): Promise<readonly CapacityDrift[]> {
  const found = await compare(pool, options.at);
  if (found.length === 0 || !options.repair) return found.map((row) => ({ ...row, repaired: false }));
  return inTransaction(pool, async (client) => {
    await client.query(
      `INSERT INTO node_capacity (node_id, day, limit_units)
       SELECT n.id, key.day, n.daily_capacity_units FROM unnest($1::integer[], $2::date[]) AS key(node_id, day)
       JOIN node n ON n.id = key.node_id WHERE n.daily_capacity_units IS NOT NULL ORDER BY n.id, key.day
       ON CONFLICT DO NOTHING`,
      [found.map((row) => row.nodeId), found.map((row) => row.day)],
    );
    await client.query(
      `SELECT 1 FROM node_capacity c JOIN unnest($1::integer[], $2::date[]) AS key(node_id, day) USING (node_id, day)
       ORDER BY c.node_id, c.day FOR NO KEY UPDATE OF c`,
      [found.map((row) => row.nodeId), found.map((row) => row.day)],
    );
    const locked = new Set(found.map((row) => `${row.nodeId}/${row.day}`));
    const drift = (await compare(client, options.at)).filter((row) => locked.has(`${row.nodeId}/${row.day}`));
    await client.query(
      `UPDATE node_capacity c SET taken = set.taken, limit_units = greatest(set.taken, c.limit_units)
       FROM unnest($1::integer[], $2::date[], $3::integer[]) AS set(node_id, day, taken)
       WHERE c.node_id = set.node_id AND c.day = set.day`,
      [drift.map((row) => row.nodeId), drift.map((row) => row.day), drift.map((row) => row.fulfillments)],
    );
    return drift.map((row) => ({ ...row, repaired: true }));
  });
}

async function compare(db: Queryable, at: Date): Promise<Omit<CapacityDrift, 'repaired'>[]> {
  const { rows } = await db.query<Omit<CapacityDrift, 'repaired'>>(
    `SELECT c.node_id AS "nodeId", n.code AS "nodeCode", c.day, c.taken, made.units AS fulfillments
     FROM (
         SELECT node_id, day, taken FROM node_capacity WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date - 2
         UNION ALL
         SELECT l.id, today.day, 0 FROM node l CROSS JOIN LATERAL (SELECT ($1::timestamptz AT TIME ZONE l.time_zone)::date AS day) today
         WHERE l.daily_capacity_units IS NOT NULL
           AND NOT EXISTS (SELECT FROM node_capacity k WHERE k.node_id = l.id AND k.day = today.day)) c
       JOIN node n ON n.id = c.node_id
     CROSS JOIN LATERAL (
       SELECT COALESCE(sum(l.quantity - l.rejected - l.canceled), 0)::integer AS units
       FROM fulfillment f JOIN fulfillment_line l ON l.fulfillment_id = f.id
       WHERE f.vendor_id = n.vendor_id AND f.node_id = c.node_id
         AND f.created_at >= c.day::timestamp AT TIME ZONE n.time_zone
         AND f.created_at < (c.day + 1)::timestamp AT TIME ZONE n.time_zone) made
     WHERE c.taken <> made.units
     ORDER BY c.node_id, c.day`,
    [at],
  );
  return rows;
}
