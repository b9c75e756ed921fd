import { NEXT_OF_ORDER } from './channel-notices-told.js';
import type { Queryable } from './database.js';

/** The steps whose waiting rows live in Postgres; queues only wake them. */
export const WORK_STEPS = ['intake', 'route', 'dispatch', 'poll', 'shortage', 'check', 'notice'] as const;
export type WorkStep = (typeof WORK_STEPS)[number];

/** A lease is taken over only this long after its end, so that a holder with a slightly slow clock has surely stopped. */
export const LEASE_MARGIN_MS = 5_000;

/**
 * A row that waits, and since or until when.
 *
 * `id`: intake id, order id (route), fulfillment id (dispatch), `<vendorId>-<kind>` or `<accountId>-<kind>` (poll), `<nodeId>-<productId>`
 * (shortage), or the id of a live check or of a channel's notice: one of each vendor or account, since whoever asks or tells of it does so of
 * all.
 */
export interface DueWork {
  readonly step: WorkStep;
  readonly id: string;
  readonly dueAt: Date;
}

interface DueRow {
  step: WorkStep;
  id: string;
  due_at: Date;
}

/**
 * Rows whose moment has come, oldest first, at most `limit` of each step; `aheadMs` (0) also gives those due that soon.
 *
 * Also, whatever their next_action_at says: fulfillments whose sender vanished (SENDING with a lease that ended more than
 * LEASE_MARGIN_MS ago), and orders with a hold that expired as long ago. Work for a paused vendor waits, as polls of a paused account do.
 */
export async function dueWork(
  db: Queryable,
  query: {
    readonly now: Date;
    readonly limit: number;
    readonly aheadMs?: number;
    readonly steps?: readonly WorkStep[];
  },
): Promise<readonly DueWork[]> {
  const until = new Date(query.now.getTime() + (query.aheadMs ?? 0));
  const { rows } = await db.query<DueRow>({
    name: 'due-work',
    text: `
      (SELECT 'intake' AS step, id::text AS id, next_action_at AS due_at FROM intake
         WHERE next_action_at <= $1 AND 'intake' = ANY($4::text[]) ORDER BY next_action_at LIMIT $2)
      UNION ALL
      (SELECT 'route', id::text, next_action_at FROM orders
         WHERE next_action_at <= $1 AND 'route' = ANY($4) ORDER BY next_action_at LIMIT $2)
      UNION ALL
      (SELECT 'route', order_id::text, min(expires_at) FROM reservation
         WHERE state = 'held' AND expires_at < $3 AND 'route' = ANY($4) GROUP BY order_id ORDER BY 3 LIMIT $2)
      UNION ALL
      (SELECT 'dispatch', f.id::text, f.next_action_at FROM fulfillment f JOIN vendor v ON v.id = f.vendor_id
         WHERE f.next_action_at <= $1 AND v.status = 'active' AND 'dispatch' = ANY($4) ORDER BY f.next_action_at LIMIT $2)
      UNION ALL
      (SELECT 'dispatch', f.id::text, f.lease_until FROM fulfillment f JOIN vendor v ON v.id = f.vendor_id
         WHERE f.status = 'SENDING' AND f.lease_until < $3 AND (f.next_action_at IS NULL OR f.next_action_at > $1)
           AND v.status = 'active' AND 'dispatch' = ANY($4) ORDER BY f.lease_until LIMIT $2)
      UNION ALL
      (SELECT 'poll', p.vendor_id || '-' || p.kind, p.next_action_at FROM vendor_poll p JOIN vendor v ON v.id = p.vendor_id
         WHERE p.next_action_at <= $1 AND v.status = 'active' AND 'poll' = ANY($4) ORDER BY p.next_action_at LIMIT $2)
      UNION ALL
      (SELECT 'poll', p.account_id || '-' || p.kind, p.next_action_at FROM account_poll p JOIN account a ON a.id = p.account_id
         WHERE p.next_action_at <= $1 AND a.status = 'active' AND 'poll' = ANY($4) ORDER BY p.next_action_at LIMIT $2)
      UNION ALL
      (SELECT 'shortage', node_id || '-' || product_id, relieve_at FROM stock
         WHERE relieve_at <= $1 AND 'shortage' = ANY($4) ORDER BY relieve_at LIMIT $2)
      UNION ALL
      (SELECT * FROM (SELECT DISTINCT ON (vendor_id) 'check', id::text, next_action_at FROM live_check
         WHERE next_action_at <= $1 AND 'check' = ANY($4) ORDER BY vendor_id, next_action_at, id) c ORDER BY 3 LIMIT $2)
      UNION ALL
      (SELECT 'notice', id::text, due_at FROM (SELECT DISTINCT ON (n.account_id) n.id, n.due_at FROM (
           SELECT n.id, n.account_id, n.next_action_at AS due_at FROM channel_notice n WHERE n.next_action_at <= $1 AND ${NEXT_OF_ORDER}
           UNION ALL SELECT n.id, n.account_id, n.alarm_at FROM channel_notice n WHERE n.alarm_at <= $1) n
         JOIN account a ON a.id = n.account_id WHERE a.status = 'active' AND 'notice' = ANY($4)
         ORDER BY n.account_id, n.due_at, n.id) n ORDER BY 3 LIMIT $2)`,
    values: [
      until,
      Math.min(Math.max(1, Math.trunc(query.limit)), 10_000),
      new Date(query.now.getTime() - LEASE_MARGIN_MS),
      query.steps ?? WORK_STEPS,
    ],
  });
  return rows.map(toDue);
}

/** What waits of these orders now: the orders themselves (route), their fulfillments (dispatch) and live checks, with their moments. */
export async function workOfOrders(db: Queryable, orderIds: readonly string[]): Promise<readonly DueWork[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await db.query<DueRow>({
    name: 'work-of-orders',
    text: `
      SELECT 'route' AS step, id::text AS id, next_action_at AS due_at FROM orders
        WHERE id = ANY($1::uuid[]) AND next_action_at IS NOT NULL
      UNION ALL
      SELECT 'dispatch', f.id::text, f.next_action_at FROM fulfillment f JOIN vendor v ON v.id = f.vendor_id
        WHERE f.order_id = ANY($1::uuid[]) AND f.next_action_at IS NOT NULL AND v.status = 'active'
      UNION ALL
      (SELECT DISTINCT ON (vendor_id) 'check', id::text, next_action_at FROM live_check
        WHERE order_id = ANY($1::uuid[]) AND next_action_at IS NOT NULL ORDER BY vendor_id, next_action_at, id)
      ORDER BY due_at`,
    values: [orderIds],
  });
  return rows.map(toDue);
}

/** Which of these products some order waits for. */
export async function productsAwaited(db: Queryable, productIds: readonly number[]): Promise<readonly number[]> {
  if (productIds.length === 0) return [];
  const { rows } = await db.query<{ product_id: number }>(
    `SELECT wanted.product_id FROM unnest($1::integer[]) AS wanted(product_id)
     WHERE EXISTS (SELECT 1 FROM order_line l WHERE l.product_id = wanted.product_id AND l.backordered > 0)`,
    [productIds],
  );
  return rows.map((row) => row.product_id);
}

/** How much waits past its moment, by step: for health and metrics. */
export async function overdueWork(
  db: Queryable,
  now: Date,
): Promise<readonly { readonly step: WorkStep; readonly count: number; readonly oldest: Date | null }[]> {
  const { rows } = await db.query<{ step: WorkStep; count: string; oldest: Date | null }>(
    `SELECT 'intake' AS step, count(*)::text AS count, min(next_action_at) AS oldest FROM intake WHERE next_action_at <= $1
     UNION ALL SELECT 'route', count(*)::text, min(next_action_at) FROM orders WHERE next_action_at <= $1
     UNION ALL SELECT 'dispatch', count(*)::text, min(next_action_at) FROM fulfillment WHERE next_action_at <= $1
     UNION ALL SELECT 'poll', count(*)::text, min(next_action_at)
       FROM (SELECT next_action_at FROM vendor_poll UNION ALL SELECT next_action_at FROM account_poll) p WHERE next_action_at <= $1
     UNION ALL SELECT 'shortage', count(*)::text, min(relieve_at) FROM stock WHERE relieve_at <= $1
     UNION ALL SELECT 'check', count(*)::text, min(next_action_at) FROM live_check WHERE next_action_at <= $1
     UNION ALL SELECT 'notice', count(*)::text, min(next_action_at) FROM channel_notice n WHERE next_action_at <= $1 AND ${NEXT_OF_ORDER}`,
    [now],
  );
  return rows.map((row) => ({ step: row.step, count: Number(row.count), oldest: row.oldest }));
}

function toDue(row: DueRow): DueWork {
  return { step: row.step, id: row.id, dueAt: row.due_at };
}
