import type { Pool, Queryable } from './database.js';

/** An order that was decided while rules were on trial, and the figures of its decision under those in force and under these. */
export interface ShadowedOrder {
  readonly orderId: string;
  readonly changed: boolean;
  readonly live: Readonly<Record<string, number>>;
  readonly draft: Readonly<Record<string, number>>;
}

/** Orders that a report sums at most: the latest. */
const SHOWN_MAX = 10_000;
const PRUNED_MAX = 10_000;

/** Keeps what a version on trial made, or would have made, of an order; of an order that was decided again before it was held, the last. */
export async function keepShadow(
  db: Queryable,
  version: number,
  order: ShadowedOrder & { readonly liveVersion: number; readonly decidedAt: Date },
): Promise<void> {
  await db.query(
    `INSERT INTO rule_shadow AS kept (version, order_id, live_version, changed, live, draft, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (version, order_id) DO UPDATE SET live_version = EXCLUDED.live_version,
       changed = EXCLUDED.changed, live = EXCLUDED.live, draft = EXCLUDED.draft, decided_at = EXCLUDED.decided_at
     WHERE kept.decided_at <= EXCLUDED.decided_at`,
    [
      ...[version, order.orderId, order.liveVersion, order.changed],
      ...[JSON.stringify(order.live), JSON.stringify(order.draft), order.decidedAt],
    ],
  );
}

/** The version that is on trial, or was last; null where none ever was. */
export async function lastTrialVersion(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ version: number }>(
    "SELECT version FROM rule_publication WHERE stage <> 'live' ORDER BY id DESC LIMIT 1",
  );
  return rows[0]?.version ?? null;
}

/** The latest orders that were compared for a version on trial, and how many came in while it was and were not. */
export async function loadShadow(
  db: Queryable,
  version: number,
): Promise<{ readonly orders: readonly ShadowedOrder[]; readonly passedOver: number }> {
  const { rows: orders } = await db.query<ShadowedOrder>(
    `SELECT order_id AS "orderId", changed, live, draft FROM rule_shadow
     WHERE version = $1 ORDER BY order_id DESC LIMIT $2`,
    [version, SHOWN_MAX],
  );
  const { rows } = await db.query<{ count: number }>(
    `WITH span AS (
       SELECT version, stage, published_at AS since, lead(published_at) OVER (ORDER BY id) AS until FROM rule_publication)
     SELECT count(*)::integer AS count FROM orders o
     WHERE EXISTS (SELECT FROM span WHERE version = $1 AND stage <> 'live' AND o.created_at >= since
         AND (until IS NULL OR o.created_at < until))
       AND NOT EXISTS (SELECT FROM rule_shadow s WHERE s.version = $1 AND s.order_id = o.id)`,
    [version],
  );
  return { orders, passedOver: rows[0]?.count ?? 0 };
}

/** Forgets comparisons of orders that were decided before, a bounded number of them. Returns how many. */
export async function pruneShadows(pool: Pool, decidedBefore: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM rule_shadow WHERE (version, order_id) IN (
       SELECT version, order_id FROM rule_shadow WHERE decided_at < $1 ORDER BY decided_at LIMIT ${PRUNED_MAX})`,
    [decidedBefore],
  );
  return rowCount ?? 0;
}
