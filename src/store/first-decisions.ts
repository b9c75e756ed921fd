import type { Queryable } from './database.js';

/** What an order was first decided for. */
export interface FirstDecision {
  readonly orderId: string;
  readonly decidedAt: Date;
  /** Line number -> units that were to be routed. */
  readonly quantities: ReadonlyMap<number, number>;
}

/** The first decision of each of the latest orders that have one, the latest order first. */
export async function firstDecisions(db: Queryable, last: number): Promise<FirstDecision[]> {
  const { rows } = await db.query<{ order_id: string; decided_at: Date; lines: { id: string; quantity: number }[] }>(
    `SELECT o.id AS order_id, d.decided_at, d.lines FROM orders o JOIN LATERAL (
       SELECT decided_at, request -> 'order' -> 'lines' AS lines FROM decision
       WHERE order_id = o.id ORDER BY decided_at LIMIT 1) d ON true
     ORDER BY o.id DESC LIMIT $1`,
    [last],
  );
  return rows.map(({ order_id, decided_at, lines }) => ({
    orderId: order_id,
    decidedAt: decided_at,
    quantities: new Map(lines.map(({ id, quantity }) => [Number(id), quantity])),
  }));
}
