import { inTransaction, type Pool, type Queryable } from './database.js';

/** Products that a round names; where more change, it looks at all orders. */
const NAMED_MAX = 500;

/** Orders with something planned that a change touches, in the order of their ids. */
export interface RecostPage {
  readonly roundId: string;
  readonly orderIds: readonly string[];
}

/**
 * Notes that orders may be served at less cost: those of the products, or all. Changes join the round that has not begun. Nothing where
 * nothing is planned: what is routed later knows the new prices.
 */
export async function joinRecostRound(db: Queryable, products: readonly number[] | 'all', at: Date): Promise<void> {
  const named = products === 'all' || products.length > NAMED_MAX ? null : products;
  if (named !== null && named.length === 0) return;
  await db.query(
    `INSERT INTO recost_round AS waiting (product_ids, made_at)
     SELECT $1::integer[], $2 WHERE EXISTS (SELECT 1 FROM fulfillment WHERE status = 'PLANNED')
     ON CONFLICT (begun) WHERE NOT begun DO UPDATE SET product_ids = (
       SELECT CASE WHEN waiting.product_ids IS NULL OR EXCLUDED.product_ids IS NULL OR count(*) > ${NAMED_MAX} THEN NULL
         ELSE array_agg(product_id) END
       FROM (SELECT unnest(waiting.product_ids) UNION SELECT unnest(EXCLUDED.product_ids)) AS either(product_id))`,
    [named, at],
  );
}

/** Begins a round of all orders where the last of them was made on an earlier day (UTC): prices also change by their dates. */
export async function joinDailyRound(pool: Pool, at: Date): Promise<void> {
  await inTransaction(pool, (db) => joinOnNewDay(db, at));
}

async function joinOnNewDay(db: Queryable, at: Date): Promise<void> {
  const { rowCount } = await db.query(
    `INSERT INTO recost_day (day) SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date
     ON CONFLICT (single) DO UPDATE SET day = EXCLUDED.day WHERE recost_day.day < EXCLUDED.day`,
    [at],
  );
  if ((rowCount ?? 0) > 0) await joinRecostRound(db, 'all', at);
}

/** The next orders of the oldest round; null where there is none. An empty page ends the round. */
export async function nextRecostPage(db: Queryable, limit: number): Promise<RecostPage | null> {
  const { rows } = await db.query<{ id: string }>(
    'UPDATE recost_round SET begun = true WHERE id = (SELECT id FROM recost_round ORDER BY id LIMIT 1) RETURNING id::text',
  );
  const round = rows[0];
  if (!round) return null;
  const { rows: orders } = await db.query<{ order_id: string }>(
    `SELECT DISTINCT f.order_id FROM fulfillment f JOIN recost_round r ON r.id = $1
     WHERE f.status = 'PLANNED' AND (r.after_order IS NULL OR f.order_id > r.after_order)
       AND (r.product_ids IS NULL
         OR EXISTS (SELECT 1 FROM fulfillment_line l WHERE l.fulfillment_id = f.id AND l.product_id = ANY(r.product_ids)))
     ORDER BY f.order_id LIMIT $2`,
    [round.id, limit],
  );
  return { roundId: round.id, orderIds: orders.map((row) => row.order_id) };
}

/** A page was looked at: the round goes on after it, or ends with an empty one. */
export async function passRecostPage(db: Queryable, { roundId, orderIds }: RecostPage): Promise<void> {
  const last = orderIds.at(-1);
  if (last === undefined) await db.query('DELETE FROM recost_round WHERE id = $1', [roundId]);
  else
    await db.query(
      'UPDATE recost_round SET after_order = $2 WHERE id = $1 AND (after_order IS NULL OR after_order < $2)',
      [roundId, last],
    );
}
