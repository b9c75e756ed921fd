import { inTransaction, type Pool, type Queryable } from './database.js';

/** What became of a wish to erase: `open`, units of the order are still to be sent, for which its address is needed. */
export type Erasure =
  | { readonly kind: 'erased'; readonly payloads: number; readonly exchanges: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'open' };

/**
 * Erases what an order says of persons, for good and in one transaction: its address and what else names someone, the payloads that it came
 * in (whole, also where they brought other orders), and what is kept of calls about it or its purchase orders, or that name them.
 * Running it again erases what has come since.
 */
export async function eraseOrder(
  pool: Pool,
  order: { readonly accountCode: string; readonly externalId: string; readonly at: Date },
): Promise<Erasure> {
  return inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ id: string; toSend: number }>(
      `SELECT o.id, (SELECT sum(open + routed + backordered)::int FROM order_line WHERE order_id = o.id) AS "toSend"
       FROM orders o JOIN account a ON a.id = o.account_id WHERE a.code = $1 AND o.external_id = $2 FOR UPDATE OF o`,
      [order.accountCode, order.externalId],
    );
    const [found] = rows;
    if (!found) return { kind: 'unknown' };
    if (found.toSend > 0) return { kind: 'open' };
    await db.query(
      `UPDATE order_contact SET address = NULL, personal = NULL, erased_at = $2 WHERE order_id = $1 AND erased_at IS NULL`,
      [found.id, order.at],
    );
    const { rowCount: payloads } = await db.query(
      `UPDATE intake_payload SET headers = '{}', body = NULL, erased_at = $2 WHERE erased_at IS NULL AND intake_id IN (
         SELECT id FROM intake WHERE order_id = $1 AND status <> 'received'
         UNION SELECT intake_id FROM told_order WHERE order_id = $1)`,
      [found.id, order.at],
    );
    return { kind: 'erased', payloads: payloads ?? 0, exchanges: await eraseExchanges(db, found.id, order) };
  });
}

/** Of its account those that name the order, of its vendors those that name its purchase orders; few are kept of each. */
async function eraseExchanges(
  db: Queryable,
  orderId: string,
  { accountCode, externalId }: { readonly accountCode: string; readonly externalId: string },
): Promise<number> {
  const { rowCount } = await db.query(
    `WITH named (kind, owner, name) AS (
       SELECT 'channel', $2, $3
       UNION ALL SELECT 'vendor', v.code, f.po_number FROM fulfillment f JOIN vendor v ON v.id = f.vendor_id WHERE f.order_id = $1)
     DELETE FROM exchange e USING named n WHERE e.kind = n.kind AND e.owner = n.owner AND (e.subject = n.name
       OR strpos(concat_ws(chr(10), e.url, e.request->>'body', e.response->>'body'), n.name) > 0)`,
    [orderId, accountCode, externalId],
  );
  return rowCount ?? 0;
}
