import type { NoticeKind, NoticeLine, NoticeState } from '../model/notice.js';
import type { OrderStatus } from '../model/order.js';
import type { Queryable } from './database.js';

/** An order whose channel is told of it, as far as notices follow from it. */
export interface ToldOrder {
  readonly orderId: string;
  readonly accountId: number;
  /** The connector's name, and the account's settings of it. */
  readonly channel: string;
  readonly settings: unknown;
  readonly arrivedAt: Date;
  readonly status: OrderStatus;
  readonly confirmed: boolean;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly ordered: number;
    readonly open: number;
    readonly routed: number;
    readonly backordered: number;
    readonly shipped: number;
    readonly canceled: number;
  }[];
  readonly shipments: readonly { readonly id: string; readonly lines: readonly NoticeLine[] }[];
  /** In the order in which they were made. */
  readonly notices: readonly {
    readonly kind: NoticeKind;
    readonly subject: string;
    readonly state: NoticeState;
    readonly lines: readonly NoticeLine[];
  }[];
}

export interface NewNotice {
  readonly id: string;
  readonly orderId: string;
  readonly accountId: number;
  readonly kind: NoticeKind;
  readonly subject: string;
  readonly state: 'awaited' | 'waiting';
  readonly lines: readonly NoticeLine[];
  readonly reason: string | null;
  readonly dueAt: Date | null;
  readonly alarmAt: Date | null;
}

/** The channels of these accounts and what is set of them, by account id. */
export async function channelsOf(
  db: Queryable,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, { readonly channel: string; readonly settings: unknown }>> {
  const { rows } = await db.query<{ id: number; channel: string; settings: unknown }>(
    'SELECT id, channel, settings FROM account WHERE id = ANY($1::integer[])',
    [accountIds],
  );
  return new Map(rows.map(({ id, ...account }) => [id, account]));
}

/** Notes that the channels of these orders are told of them; once. */
export async function addToldOrders(
  db: Queryable,
  orders: readonly {
    readonly orderId: string;
    readonly accountId: number;
    readonly intakeId: string;
    readonly arrivedAt: Date;
  }[],
): Promise<void> {
  if (orders.length === 0) return;
  await db.query(
    `INSERT INTO told_order (order_id, account_id, intake_id, arrived_at)
     SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING`,
    [
      orders.map(({ orderId }) => orderId),
      orders.map(({ accountId }) => accountId),
      orders.map(({ intakeId }) => intakeId),
      orders.map(({ arrivedAt }) => arrivedAt),
    ],
  );
}

/** Those of these orders whose channel is told of them, each as of one moment. */
export async function loadToldOrders(db: Queryable, orderIds: readonly string[]): Promise<readonly ToldOrder[]> {
  const { rows } = await db.query<ToldOrder>(
    `SELECT t.order_id AS "orderId", t.account_id AS "accountId", a.channel, a.settings, t.arrived_at AS "arrivedAt", o.status,
       o.confirmed_at IS NOT NULL AS confirmed,
       (SELECT jsonb_agg(jsonb_build_object('lineNo', l.line_no, 'ordered', l.ordered, 'open', l.open, 'routed', l.routed,
          'backordered', l.backordered, 'shipped', l.shipped, 'canceled', l.canceled) ORDER BY l.line_no)
          FROM order_line l WHERE l.order_id = t.order_id) AS lines,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'lines', (
            SELECT jsonb_agg(jsonb_build_object('lineNo', p.line_no, 'quantity', p.quantity) ORDER BY p.line_no)
            FROM shipment_line p WHERE p.shipment_id = s.id)) ORDER BY s.id), '[]')
          FROM shipment s JOIN fulfillment f ON f.id = s.fulfillment_id WHERE f.order_id = t.order_id) AS shipments,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'subject', n.subject, 'state', n.state, 'lines', n.lines)
          ORDER BY n.seq), '[]') FROM channel_notice n WHERE n.order_id = t.order_id) AS notices
     FROM told_order t JOIN orders o ON o.id = t.order_id JOIN account a ON a.id = t.account_id
     WHERE t.order_id = ANY($1::uuid[]) ORDER BY t.order_id`,
    [orderIds],
  );
  return rows;
}

/** Keeps notices, in the order given; one that was awaited gets what it says. */
export async function addNotices(db: Queryable, notices: readonly NewNotice[], now: Date): Promise<void> {
  if (notices.length === 0) return;
  await db.query(
    `INSERT INTO channel_notice (id, order_id, account_id, kind, subject, state, lines, reason, made_at, due_at, alarm_at, next_action_at)
     SELECT n.id, n."orderId", n."accountId", n.kind, n.subject, n.state, n.lines, n.reason, $2, n."dueAt", n."alarmAt",
       CASE WHEN n.state = 'waiting' THEN $2::timestamptz END
     FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, "orderId" uuid, "accountId" integer, kind text, subject text,
       state text, lines jsonb, reason text, "dueAt" timestamptz, "alarmAt" timestamptz, place integer)
     ORDER BY n.place
     ON CONFLICT (order_id, kind, subject) DO UPDATE SET state = EXCLUDED.state, lines = EXCLUDED.lines, reason = EXCLUDED.reason,
       made_at = EXCLUDED.made_at, next_action_at = EXCLUDED.next_action_at
       WHERE channel_notice.state = 'awaited' AND EXCLUDED.state = 'waiting'`,
    [JSON.stringify(notices.map((notice, place) => ({ ...notice, place }))), now],
  );
}

/** Ends the wait for these orders' shipments: nothing of them is left to ship. */
export async function endAwaitedShipments(db: Queryable, orderIds: readonly string[], now: Date): Promise<void> {
  if (orderIds.length === 0) return;
  await db.query(
    `UPDATE channel_notice SET state = 'void', alarm_at = CASE WHEN alarmed THEN $2::timestamptz END
     WHERE order_id = ANY($1::uuid[]) AND kind = 'ship' AND state = 'awaited'`,
    [orderIds, now],
  );
}
