import type { DeliveryWish } from '../model/canonical-order.js';
import type { Queryable } from './database.js';

/** What an order says of its shipping service, and the terms of its account as they are now; null where there is no such order. */
export async function loadServiceWish(
  db: Queryable,
  orderId: string,
): Promise<{ readonly delivery: DeliveryWish | null; readonly terms: unknown } | null> {
  const { rows } = await db.query<{ delivery: DeliveryWish | null; terms: unknown }>(
    `SELECT s.document->'delivery' AS delivery, a.terms FROM orders o JOIN account a ON a.id = o.account_id
       LEFT JOIN order_source s ON s.order_id = o.id WHERE o.id = $1`,
    [orderId],
  );
  return rows[0] ?? null;
}

/** Keeps what the shipping service of an order stands for, as long as nothing of it was ever routed. */
export async function keepService(
  db: Queryable,
  orderId: string,
  service: { readonly serviceCodes: readonly string[] | null; readonly deliverBy: string | null },
): Promise<void> {
  await db.query(
    `UPDATE orders SET service_codes = $2, deliver_by = coalesce(deliver_by, $3)
     WHERE id = $1 AND NOT EXISTS (SELECT FROM fulfillment WHERE order_id = $1)`,
    [orderId, service.serviceCodes, service.deliverBy],
  );
}
