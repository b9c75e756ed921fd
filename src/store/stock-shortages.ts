import type { Queryable } from './database.js';

/** A row that promises more than it has, with when it was last reported. Whole units. */
export interface ShortRow {
  readonly nodeId: number;
  readonly productId: number;
  readonly vendorId: number;
  /** Held and committed. */
  readonly promised: number;
  readonly onHand: number;
  readonly asOf: Date;
}

/**
 * Rows that promise more than they have, by (node, product), after a key: whoever works on shortages finds here what a lost
 * wake-up left. Reads rows with live reservations only.
 */
export async function listShortRows(
  db: Queryable,
  query: { readonly after: { readonly nodeId: number; readonly productId: number } | null; readonly limit: number },
): Promise<ShortRow[]> {
  const { rows } = await db.query<ShortRow>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", n.vendor_id AS "vendorId", s.held + s.committed AS promised,
       s.on_hand AS "onHand", s.as_of AS "asOf"
     FROM (SELECT DISTINCT r.node_id, r.product_id FROM reservation r WHERE r.state IN ('held', 'committed')
         AND (r.node_id, r.product_id) > ($1, $2)) live
     JOIN stock s ON s.node_id = live.node_id AND s.product_id = live.product_id
     JOIN node n ON n.id = s.node_id
     WHERE s.held + s.committed > s.on_hand ORDER BY s.node_id, s.product_id LIMIT $3`,
    [query.after?.nodeId ?? 0, query.after?.productId ?? 0, query.limit],
  );
  return rows;
}
