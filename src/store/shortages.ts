import type { FulfillmentStatus } from '../model/order.js';
import type { Queryable } from './database.js';

/** One stock row whose vendor reported less than what is promised there. Whole units. */
export interface Shortage {
  readonly nodeId: number;
  readonly productId: number;
  /** When it was due to be relieved; null: nothing is due. */
  readonly relieveAt: Date | null;
  readonly onHand: number;
  /** Promises that the report cannot have subtracted yet, those to be relieved included. */
  readonly promised: number;
  /** How many units are promised beyond what there is; at most 0: none. */
  readonly short: number;
  /** What may be moved elsewhere, in the order of least harm; at most PROMISES_MAX. */
  readonly promises: readonly ShortPromise[];
}

/** A fulfillment that counts on units of the row. */
export interface ShortPromise {
  readonly orderId: string;
  readonly fulfillmentId: string;
  readonly status: FulfillmentStatus;
  readonly quantity: number;
}

/** Promises of one row that one run looks at; a later run finds the rest. */
const PROMISES_MAX = 200;

/** `<nodeId>-<productId>`: the id of a shortage as work. */
export function shortageId(key: { readonly nodeId: number; readonly productId: number }): string {
  return `${key.nodeId}-${key.productId}`;
}

/** Null where the text is no such id. */
export function parseShortageId(id: string): { nodeId: number; productId: number } | null {
  const match = /^(\d{1,9})-(\d{1,9})$/.exec(id);
  return match ? { nodeId: Number(match[1]), productId: Number(match[2]) } : null;
}

/**
 * Reads one stock row with what is promised of it; null where there is no such row.
 *
 * Units that the vendor's feed subtracts already, or may, are neither promised nor movable: they have left, or the next report
 * covers them. First come holds, then what was not sent yet, then what the vendor has; within each the newest.
 */
export async function readShortage(db: Queryable, nodeId: number, productId: number): Promise<Shortage | null> {
  const { rows } = await db.query<{ on_hand: number; relieve_at: Date | null; promised: string; promises: unknown }>(
    `SELECT s.on_hand, s.relieve_at, COALESCE(sum(p.quantity), 0) AS promised,
       COALESCE(json_agg(json_build_object('orderId', p.order_id, 'fulfillmentId', p.fulfillment_id, 'status', p.status,
         'quantity', p.quantity) ORDER BY p.harm, p.taken_at DESC, p.fulfillment_id) FILTER (WHERE p.place <= $3), '[]') AS promises
     FROM stock s LEFT JOIN LATERAL (
       SELECT r.order_id, r.fulfillment_id, f.status, sum(r.quantity)::integer AS quantity, max(r.taken_at) AS taken_at,
         CASE WHEN bool_and(r.state = 'held') THEN 0 WHEN f.status = 'PLANNED' THEN 1 ELSE 2 END AS harm,
         row_number() OVER (ORDER BY CASE WHEN bool_and(r.state = 'held') THEN 0 WHEN f.status = 'PLANNED' THEN 1 ELSE 2 END,
           max(r.taken_at) DESC, r.fulfillment_id) AS place
       FROM reservation r JOIN fulfillment f ON f.id = r.fulfillment_id
       WHERE r.node_id = s.node_id AND r.product_id = s.product_id AND r.state IN ('held', 'committed') AND r.subtracted_at IS NULL
       GROUP BY r.order_id, r.fulfillment_id, f.status) p ON true
     WHERE s.node_id = $1 AND s.product_id = $2
     GROUP BY s.node_id, s.product_id`,
    [nodeId, productId, PROMISES_MAX],
  );
  const row = rows[0];
  if (!row) return null;
  const promised = Number(row.promised);
  return {
    ...{ nodeId, productId, relieveAt: row.relieve_at, onHand: row.on_hand, promised, short: promised - row.on_hand },
    promises: row.promises as ShortPromise[],
  };
}

/** Sets when a shortage is looked at again (null: it is over), unless another report made it due meanwhile, be it of the same moment. */
export async function restShortage(db: Queryable, seen: Shortage, until: Date | null): Promise<void> {
  await db.query(
    `UPDATE stock SET relieve_at = $3
     WHERE node_id = $1 AND product_id = $2 AND relieve_at IS NOT DISTINCT FROM $4 AND on_hand = $5`,
    [seen.nodeId, seen.productId, until, seen.relieveAt, seen.onHand],
  );
}
