import type { Queryable } from './database.js';

/** What an order was first decided for. */
export interface FirstDecision {
  readonly orderId: string;
  readonly decidedAt: Date;
  /** Line number -> units that were to be routed. */
  readonly quantities: ReadonlyMap<number, number>;
}

/** Which orders: the latest, of those that came in since a moment where one is given; or those of these ids. */
export type WhichOrders =
  | { readonly last: number; readonly since?: Date | undefined }
  | { readonly ids: readonly string[] };

/** The first decision of each of these orders that have one, the latest order first. */
export async function firstDecisions(db: Queryable, which: WhichOrders): Promise<FirstDecision[]> {
  const [last, since, ids] = 'ids' in which ? [which.ids.length, null, which.ids] : [which.last, which.since, null];
  const { rows } = await db.query<{ order_id: string; decided_at: Date; lines: { id: string; quantity: number }[] }>(
    `SELECT o.id AS order_id, d.decided_at, d.lines FROM orders o JOIN LATERAL (
       SELECT decided_at, request -> 'order' -> 'lines' AS lines FROM decision
       WHERE order_id = o.id ORDER BY decided_at LIMIT 1) d ON true
     WHERE ($2::timestamptz IS NULL OR o.created_at >= $2) AND ($3::uuid[] IS NULL OR o.id = ANY($3))
     ORDER BY o.id DESC LIMIT $1`,
    [last, since ?? null, ids],
  );
  return rows.map(({ order_id, decided_at, lines }) => ({
    orderId: order_id,
    decidedAt: decided_at,
    quantities: new Map(lines.map(({ id, quantity }) => [Number(id), quantity])),
  }));
}
