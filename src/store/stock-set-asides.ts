import type { Queryable } from './database.js';

/**
 * Subquery of every set-aside, with what its account has not used of it: units that the account has reserved (held or committed)
 * use it up.
 */
export const UNUSED_SET_ASIDES = `
  SELECT a.node_id, a.product_id, a.account_id, greatest(0, a.units - COALESCE((
    SELECT sum(r.quantity) FROM reservation r JOIN orders o ON o.id = r.order_id
    WHERE r.node_id = a.node_id AND r.product_id = a.product_id AND r.state IN ('held', 'committed')
      AND o.account_id = a.account_id), 0)) AS units
  FROM channel_set_aside a`;

/** What one account may take of a row. Whole units. */
export interface AccountAvailability {
  readonly nodeId: number;
  readonly productId: number;
  /** ATP less what other accounts have set aside there and not used yet. */
  readonly available: number;
}

/**
 * Sets units of a row aside for an account by the policy of stock: other accounts leave them to it. Zero: nothing any more but what rules set
 * aside.
 */
export async function setAside(
  db: Queryable,
  aside: { readonly accountId: number; readonly nodeId: number; readonly productId: number; readonly units: number },
): Promise<void> {
  const key = [aside.accountId, aside.nodeId, aside.productId];
  if (aside.units <= 0) {
    await db.query(
      `WITH kept AS (
         UPDATE channel_set_aside SET policy_units = 0 WHERE account_id = $1 AND node_id = $2 AND product_id = $3 AND rule_units > 0
       )
       DELETE FROM channel_set_aside WHERE account_id = $1 AND node_id = $2 AND product_id = $3 AND rule_units = 0`,
      key,
    );
    return;
  }
  await db.query(
    `INSERT INTO channel_set_aside (account_id, node_id, product_id, policy_units) VALUES ($1, $2, $3, $4)
     ON CONFLICT (product_id, node_id, account_id) DO UPDATE SET policy_units = EXCLUDED.policy_units`,
    [...key, aside.units],
  );
}

/**
 * What an account may take of these products, by (product, node).
 *
 * A set-aside divides what may be promised; it is no promise itself: what a report takes away it does not keep. Plans leave it to its account,
 * whatever is decided at the same moment.
 */
export async function availableToAccount(
  db: Queryable,
  accountId: number,
  productIds: readonly number[],
): Promise<AccountAvailability[]> {
  const { rows } = await db.query<AccountAvailability>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", greatest(0, s.atp - COALESCE(others.units, 0))::integer AS available
     FROM stock s LEFT JOIN LATERAL (
       SELECT sum(u.units) AS units FROM (${UNUSED_SET_ASIDES}) u
       WHERE u.product_id = s.product_id AND u.node_id = s.node_id AND u.account_id <> $1) others ON true
     WHERE s.product_id = ANY($2::integer[]) ORDER BY s.product_id, s.node_id`,
    [accountId, productIds],
  );
  return rows;
}
