import { parseAmount, type TenThousandths } from '../model/money.js';
import type { NoticeKind, NoticeLine } from '../model/notice.js';
import { inTransaction, type Pool, type Queryable } from './database.js';

/** A notice that is ours to tell until `leaseUntil`. */
export interface ClaimedNotice {
  readonly id: string;
  readonly orderId: string;
  readonly failures: number;
  readonly token: string;
}

/**
 * Whether notice `n` is its order's next: of one order they are told one after another, and nothing before its acknowledgement.
 * One that was set aside holds up no other, unless it is the acknowledgement.
 */
export const NEXT_OF_ORDER = `n.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM channel_notice b
  WHERE b.order_id = n.order_id AND b.seq < n.seq
    AND (b.state = 'waiting' OR (b.kind = 'acknowledge' AND b.state IN ('awaited', 'set_aside'))))`;

/** The account of a notice, or null. */
export async function accountOfNotice(db: Queryable, id: string): Promise<number | null> {
  const { rows } = await db.query<{ accountId: number }>(
    'SELECT account_id AS "accountId" FROM channel_notice WHERE id = $1',
    [id],
  );
  return rows[0]?.accountId ?? null;
}

/**
 * Takes notices of an account that are due and that nobody holds, oldest first, under a lease each: as many as leave no more than
 * `atOnceMax` of the account under way. None of a paused account.
 */
export async function claimNotices(
  pool: Pool,
  claim: {
    readonly accountId: number;
    readonly now: Date;
    readonly leaseMs: number;
    readonly marginMs: number;
    readonly newToken: () => string;
    readonly atOnceMax: number;
  },
): Promise<readonly ClaimedNotice[]> {
  const { accountId, now, marginMs } = claim;
  const freeSince = new Date(now.getTime() - marginMs);
  const leaseUntil = new Date(now.getTime() + claim.leaseMs);
  return inTransaction(pool, async (client) => {
    // Claims for one account come one after another, so that they see each other's leases.
    const { rows: active } = await client.query(
      "SELECT 1 FROM account WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE",
      [accountId],
    );
    if (active.length === 0) return [];
    const { rows } = await client.query<{ id: string }>(
      `SELECT n.id FROM channel_notice n WHERE n.account_id = $1 AND n.next_action_at <= $2
         AND (n.lease_until IS NULL OR n.lease_until < $3) AND ${NEXT_OF_ORDER}
       ORDER BY n.next_action_at, n.seq
       LIMIT GREATEST(0, $4 - (SELECT count(*) FROM channel_notice u WHERE u.account_id = $1 AND u.next_action_at IS NOT NULL
         AND u.lease_until >= $3)) FOR UPDATE`,
      [accountId, now, freeSince, claim.atOnceMax],
    );
    const claimed: ClaimedNotice[] = [];
    for (const { id } of rows) {
      const token = claim.newToken();
      const { rows: own } = await client.query<{ orderId: string; failures: number }>(
        `UPDATE channel_notice SET lease_token = $2, lease_until = $3, next_action_at = $4, attempts = attempts + 1
         WHERE id = $1 RETURNING order_id AS "orderId", failures`,
        [id, token, leaseUntil, new Date(leaseUntil.getTime() + marginMs)],
      );
      for (const { orderId, failures } of own) claimed.push({ id, orderId, failures, token });
    }
    return claimed;
  });
}

/** All that a notice says, and what its order's channel needs to find it by. */
export interface NoticeFacts {
  readonly noticeId: string;
  readonly kind: NoticeKind;
  readonly lines: readonly NoticeLine[];
  /** Units that its channel was to be told before, of the same kind (of a cancellation: also those rejected at first). */
  readonly before: readonly (readonly NoticeLine[])[];
  readonly reason: string | null;
  readonly madeAt: Date;
  readonly externalId: string;
  readonly displayNumber: string | null;
  readonly currency: string;
  readonly intakeId: string;
  readonly orderLines: readonly {
    readonly lineNo: number;
    readonly externalLineId: string;
    readonly sku: string;
    readonly ordered: number;
    readonly unitPrice: TenThousandths;
  }[];
  /** Of a notice about a shipment. `ordinal`: which notice of its kind about the same purchase order, from 1. */
  readonly shipment: {
    readonly shipmentId: string;
    readonly carrier: string;
    readonly serviceCode: string | null;
    readonly trackingNumbers: readonly string[];
    readonly shippedAt: Date;
    readonly poNumber: string;
    readonly ordinal: number;
  } | null;
}

/** Errors: where there is no such notice. */
export async function loadNoticeFacts(db: Queryable, id: string): Promise<NoticeFacts> {
  const { rows } = await db.query(
    `SELECT n.id AS "noticeId", n.kind, n.lines, n.reason, n.made_at AS "madeAt", o.external_id AS "externalId",
       o.display_number AS "displayNumber", o.currency, t.intake_id AS "intakeId",
       (SELECT coalesce(jsonb_agg(b.lines ORDER BY b.seq), '[]') FROM channel_notice b WHERE b.order_id = n.order_id AND b.seq < n.seq
          AND b.state <> 'awaited' AND (b.kind = n.kind OR (n.kind = 'cancel' AND b.kind = 'acknowledge'))) AS before,
       (SELECT jsonb_agg(jsonb_build_object('lineNo', l.line_no, 'externalLineId', l.external_line_id, 'sku', p.sku,
          'ordered', l.ordered, 'unitPrice', l.unit_price::text) ORDER BY l.line_no)
          FROM order_line l JOIN product p ON p.id = l.product_id WHERE l.order_id = n.order_id) AS "orderLines",
       s.shipment AS shipment
     FROM channel_notice n JOIN orders o ON o.id = n.order_id JOIN told_order t ON t.order_id = n.order_id
     LEFT JOIN LATERAL (SELECT jsonb_build_object('shipmentId', s.id, 'carrier', s.carrier, 'serviceCode', c.code,
         'trackingNumbers', s.tracking_numbers, 'shippedAt', s.shipped_at, 'poNumber', f.po_number,
         'ordinal', 1 + (SELECT count(*) FROM channel_notice b JOIN shipment x ON x.id::text = b.subject
            WHERE b.order_id = n.order_id AND b.kind = n.kind AND b.seq < n.seq AND x.fulfillment_id = f.id)) AS shipment
       FROM shipment s JOIN fulfillment f ON f.id = s.fulfillment_id JOIN carrier_service c ON c.id = f.service_id
       WHERE f.order_id = n.order_id AND s.id::text = n.subject) s ON true
     WHERE n.id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`expected notice ${id}, found none`);
  return {
    ...row,
    orderLines: row.orderLines.map((line: { unitPrice: string }) => ({
      ...line,
      unitPrice: parseAmount(line.unitPrice),
    })),
    shipment: row.shipment && { ...row.shipment, shippedAt: new Date(row.shipment.shippedAt) },
  };
}

/** Notes that a channel has a notice, whoever holds it by now: what the channel says is true. */
export async function markTold(
  db: Queryable,
  id: string,
  told: { readonly outcome: 'taken' | 'known'; readonly reference: string | null; readonly at: Date },
): Promise<void> {
  await db.query(
    `UPDATE channel_notice SET state = 'told', outcome = $2, reference = $3, told_at = $4, last_error = NULL,
       alarm_at = CASE WHEN alarmed THEN $4::timestamptz END, lease_token = NULL, lease_until = NULL, next_action_at = NULL
     WHERE id = $1 AND state <> 'told'`,
    [id, told.outcome, told.reference?.slice(0, 200) ?? null, told.at],
  );
}

/** Notes that there is nothing to tell. */
export async function markVoid(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query(
    `UPDATE channel_notice SET state = 'void', alarm_at = CASE WHEN alarmed THEN $2::timestamptz END, lease_token = NULL,
       lease_until = NULL, next_action_at = NULL WHERE id = $1 AND state = 'waiting'`,
    [id, at],
  );
}

/** Gives a held notice back after it could not be told; false: it was no longer ours. */
export async function failNotice(
  db: Queryable,
  notice: ClaimedNotice,
  failed: { readonly code: string; readonly failures: number; readonly nextActionAt: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE channel_notice SET lease_token = NULL, lease_until = NULL, failures = $5, last_error = $3, next_action_at = $4
     WHERE id = $1 AND lease_token = $2 AND state = 'waiting'`,
    [notice.id, notice.token, failed.code.slice(0, 200), failed.nextActionAt, failed.failures],
  );
  return rowCount === 1;
}

/** Sets notices aside, or has them told (`dueAt`) with their failures counted from zero. */
export async function setNoticesDue(db: Queryable, ids: readonly string[], dueAt: Date | null): Promise<void> {
  await db.query(
    `UPDATE channel_notice SET state = CASE WHEN $2::timestamptz IS NULL THEN 'set_aside' ELSE 'waiting' END,
       next_action_at = $2::timestamptz, lease_token = NULL, lease_until = NULL,
       failures = CASE WHEN $2::timestamptz IS NULL THEN failures ELSE 0 END
     WHERE id = ANY($1::uuid[]) AND state IN ('waiting', 'set_aside')`,
    [ids, dueAt],
  );
}

/** Gives notices up: they are told no more, and hold up no other. */
export async function dropNotices(db: Queryable, ids: readonly string[], at: Date): Promise<void> {
  await db.query(
    `UPDATE channel_notice SET state = 'dropped', alarm_at = CASE WHEN alarmed THEN $2::timestamptz END
     WHERE id = ANY($1::uuid[]) AND state = 'set_aside'`,
    [ids, at],
  );
}
