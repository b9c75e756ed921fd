import type { Queryable } from './database.js';

/** Products that a round names; where more are waited for, it looks at all orders. */
const NAMED_MAX = 500;

/** What may be served now that could not be before. */
export interface Reopened {
  /** Whatever orders wait for. */
  readonly all: boolean;
  readonly productIds: readonly number[];
  /** Nodes that have room again for what they offer. */
  readonly nodeIds: readonly number[];
}

/** Orders that wait and may go on, those first that were placed first. */
export interface BackorderPage {
  readonly roundId: string;
  readonly orderIds: readonly string[];
}

/** Notes what orders may go on. Changes join the round that has not begun. Nothing where no order waits for it. */
export async function joinBackorderRound(db: Queryable, reopened: Reopened, at: Date): Promise<void> {
  await db.query(
    `WITH awaited AS (
       SELECT DISTINCT l.product_id FROM order_line l WHERE l.backordered > 0 AND ($1 OR l.product_id = ANY($2::integer[])
         OR EXISTS (SELECT FROM offer o WHERE o.product_id = l.product_id AND o.node_id = ANY($3::integer[])))
       LIMIT ${NAMED_MAX + 1}
     ), named AS (SELECT CASE WHEN $1 OR count(*) > ${NAMED_MAX} THEN NULL ELSE array_agg(product_id) END AS ids FROM awaited)
     INSERT INTO backorder_round AS waiting (product_ids, made_at)
     SELECT ids, $4 FROM named WHERE EXISTS (SELECT FROM awaited)
     ON CONFLICT (begun) WHERE NOT begun DO UPDATE SET product_ids = (
       SELECT CASE WHEN waiting.product_ids IS NULL OR EXCLUDED.product_ids IS NULL OR count(*) > ${NAMED_MAX} THEN NULL
         ELSE array_agg(product_id) END
       FROM (SELECT unnest(waiting.product_ids) UNION SELECT unnest(EXCLUDED.product_ids)) AS either(product_id))`,
    [reopened.all, reopened.productIds, reopened.nodeIds, at],
  );
}

/** The next orders of the oldest round; null where there is none. An empty page ends the round. */
export async function nextBackorderPage(db: Queryable, limit: number): Promise<BackorderPage | null> {
  const { rows } = await db.query<{ id: string }>(
    'UPDATE backorder_round SET begun = true WHERE id = (SELECT id FROM backorder_round ORDER BY id LIMIT 1) RETURNING id::text',
  );
  const round = rows[0];
  if (!round) return null;
  const { rows: orders } = await db.query<{ id: string }>(
    `SELECT o.id FROM backorder_round r
     JOIN orders o ON r.after_order IS NULL OR (o.placed_at, o.id) > (r.after_placed, r.after_order)
     WHERE r.id = $1 AND o.id IN (SELECT l.order_id FROM order_line l
       WHERE l.backordered > 0 AND (r.product_ids IS NULL OR l.product_id = ANY(r.product_ids)))
     ORDER BY o.placed_at, o.id LIMIT $2`,
    [round.id, limit],
  );
  return { roundId: round.id, orderIds: orders.map((row) => row.id) };
}

/** A page was looked at: the round goes on after it, or ends with an empty one. */
export async function passBackorderPage(db: Queryable, { roundId, orderIds }: BackorderPage): Promise<void> {
  const last = orderIds.at(-1);
  if (last === undefined) await db.query('DELETE FROM backorder_round WHERE id = $1', [roundId]);
  else
    await db.query(
      `UPDATE backorder_round SET after_placed = o.placed_at, after_order = o.id FROM orders o
       WHERE backorder_round.id = $1 AND o.id = $2
         AND (after_order IS NULL OR (after_placed, after_order) < (o.placed_at, o.id))`,
      [roundId, last],
    );
}
