import type { NoticeKind } from '../model/notice.js';
import type { Queryable } from './database.js';

/** A notice whose deadline is near or past, or which was told after its alarm. */
export interface DutyAlarm {
  readonly noticeId: string;
  readonly orderId: string;
  readonly kind: NoticeKind;
  readonly dueAt: Date | null;
  /** Whether it still has to be told. */
  readonly overdue: boolean;
  /** Whether no other notice of the order is overdue. */
  readonly last: boolean;
}

/** Alarms of an account that a person is to hear of, or that are over; the oldest first. */
export async function dutyAlarms(
  db: Queryable,
  accountId: number,
  now: Date,
  limit: number,
): Promise<readonly DutyAlarm[]> {
  const { rows } = await db.query<DutyAlarm>(
    `SELECT n.id AS "noticeId", n.order_id AS "orderId", n.kind, n.due_at AS "dueAt",
       n.state IN ('awaited', 'waiting', 'set_aside') AS overdue,
       NOT EXISTS (SELECT 1 FROM channel_notice m WHERE m.order_id = n.order_id AND m.id <> n.id AND m.alarmed
         AND m.state IN ('awaited', 'waiting', 'set_aside')) AS last
     FROM channel_notice n WHERE n.account_id = $1 AND n.alarm_at <= $2 ORDER BY n.alarm_at, n.seq LIMIT $3`,
    [accountId, now, limit],
  );
  return rows;
}

/** Notes that a person was told of an alarm, or of its end; where its notice has come to the other state meanwhile, it stays due. */
export async function noteAlarm(db: Queryable, { noticeId, overdue }: DutyAlarm): Promise<void> {
  await db.query(
    `UPDATE channel_notice SET alarmed = $2, alarm_at = CASE WHEN (state IN ('awaited', 'waiting', 'set_aside')) = $2 THEN NULL ELSE alarm_at END
     WHERE id = $1`,
    [noticeId, overdue],
  );
}
