import type { Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';

/** Stock of one product at one node. Whole units. */
export interface NodeStockFacts {
  readonly nodeId: number;
  readonly productId: number;
  readonly available: number;
  readonly onHand: number;
  readonly safetyStock: number;
  readonly buffer: number;
  readonly held: number;
  readonly committed: number;
  readonly asOf: Date;
}

/** Stock of the products at each node that the viewer may see, by product and node. Empty for viewers that are not shown nodes. */
export async function stockOfProducts(
  db: Queryable,
  viewer: Viewer,
  productIds: readonly number[],
): Promise<NodeStockFacts[]> {
  if (!showsNodes(viewer)) return [];
  const { rows } = await db.query<NodeStockFacts>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", s.atp AS available, s.on_hand AS "onHand",
       s.safety_stock AS "safetyStock", s.buffer, s.held, s.committed, greatest(s.as_of, f.full_as_of) AS "asOf"
     FROM stock s JOIN node n ON n.id = s.node_id LEFT JOIN vendor_feed f ON f.vendor_id = n.vendor_id
     WHERE s.product_id = ANY($1::integer[]) AND ($2::integer[] IS NULL OR n.vendor_id = ANY($2))
     ORDER BY s.product_id, s.node_id`,
    [productIds, viewer.vendorIds === 'all' ? null : viewer.vendorIds],
  );
  return rows;
}

/** Which site has what is not for storefronts and partners. */
export function showsNodes(viewer: Viewer): boolean {
  return viewer.scopes.some((scope) => scope === 'vendor' || scope === 'operations' || scope === 'admin');
}
