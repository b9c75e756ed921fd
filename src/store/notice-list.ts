import type { NoticeKind, NoticeLine, NoticeState } from '../model/notice.js';
import type { Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';

/** A notice as people see it. */
export interface ListedNotice {
  readonly id: string;
  readonly account: string;
  readonly orderId: string;
  readonly externalId: string;
  readonly kind: NoticeKind;
  readonly subject: string;
  readonly state: NoticeState;
  readonly lines: readonly NoticeLine[];
  readonly dueAt: Date | null;
  readonly overdue: boolean;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly outcome: 'taken' | 'known' | null;
  readonly reference: string | null;
  readonly madeAt: Date;
  readonly toldAt: Date | null;
}

const LISTED_MAX = 200;

const NOTICE = `SELECT n.id, a.code AS account, n.order_id AS "orderId", o.external_id AS "externalId", n.kind, n.subject, n.state, n.lines,
    n.due_at AS "dueAt", n.alarmed AND n.state IN ('awaited', 'waiting', 'set_aside') AS overdue, n.attempts,
    n.last_error AS "lastError", n.outcome, n.reference, n.made_at AS "madeAt", n.told_at AS "toldAt"
  FROM channel_notice n JOIN orders o ON o.id = n.order_id JOIN account a ON a.id = n.account_id
  WHERE ($1::integer[] IS NULL OR n.account_id = ANY($1))`;

/** Notices of many orders, those of one in the order in which they are told; as `listNotices` else. */
export async function noticesOfOrders(
  db: Queryable,
  viewer: Viewer,
  orderIds: readonly string[],
): Promise<readonly ListedNotice[]> {
  if (viewer.vendorIds !== 'all') return [];
  const { rows } = await db.query<ListedNotice>(`${NOTICE} AND n.order_id = ANY($2::uuid[]) ORDER BY n.seq`, [
    viewer.accountIds === 'all' ? null : viewer.accountIds,
    orderIds,
  ]);
  return rows;
}

/** Notices of accounts that the viewer may see (none for one limited to vendors), the latest first, at most 200. */
export async function listNotices(
  db: Queryable,
  viewer: Viewer,
  query: {
    readonly account?: string | undefined;
    /** The order's id, or its id at the channel. */
    readonly order?: string | undefined;
    readonly state?: NoticeState | undefined;
    readonly limit: number;
  },
): Promise<readonly ListedNotice[]> {
  if (viewer.vendorIds !== 'all') return [];
  const { rows } = await db.query<ListedNotice>(
    `${NOTICE} AND ($2::text IS NULL OR a.code = $2)
       AND ($3::text IS NULL OR o.id::text = $3 OR o.external_id = $3) AND ($4::text IS NULL OR n.state = $4)
     ORDER BY n.seq DESC LIMIT $5`,
    [
      viewer.accountIds === 'all' ? null : viewer.accountIds,
      query.account ?? null,
      query.order ?? null,
      query.state ?? null,
      Math.min(Math.max(1, Math.trunc(query.limit)), LISTED_MAX),
    ],
  );
  return rows;
}
