import type { OrderDocument, OrderPersonal } from '../model/order-source.js';
import type { Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';

/** What an order says beyond what is routed. `personal`: null also once it was erased. */
export interface OrderSourceRow {
  readonly orderId: string;
  readonly document: OrderDocument | null;
  readonly personal: OrderPersonal | null;
}

/** Of many orders; orders that say no more are missing. None for a viewer limited to vendors. Personal data: pass it on, never log it. */
export async function sourcesOf(
  db: Queryable,
  viewer: Viewer,
  orderIds: readonly string[],
): Promise<readonly OrderSourceRow[]> {
  if (viewer.vendorIds !== 'all') return [];
  const { rows } = await db.query<OrderSourceRow>(
    `SELECT o.id AS "orderId", s.document, c.personal FROM orders o
       LEFT JOIN order_source s ON s.order_id = o.id LEFT JOIN order_contact c ON c.order_id = o.id
     WHERE o.id = ANY($2::uuid[]) AND ($1::int[] IS NULL OR o.account_id = ANY($1))
       AND (s.document IS NOT NULL OR c.personal IS NOT NULL)`,
    [viewer.accountIds === 'all' ? null : viewer.accountIds, orderIds],
  );
  return rows;
}
