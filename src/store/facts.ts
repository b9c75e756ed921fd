import type { Queryable } from './database.js';

/** How much work waits, in whole numbers; for the health page and metrics. Counts only, bounded reads of partial indexes. */
export interface WorkFacts {
  /** Rows whose next step is due now, by step. Ten thousand means at least that. */
  readonly due: {
    readonly intake: number;
    readonly route: number;
    readonly dispatch: number;
    readonly poll: number;
    readonly check: number;
    readonly notice: number;
  };
  /** Notices that channels are still to be told; those past or near their deadline; those set aside. */
  readonly notices: { readonly waiting: number; readonly overdue: number; readonly setAside: number };
  /** Parts of orders that wait for a vendor's word on what it has; those of them that wait for a person because none came. */
  readonly liveChecks: { readonly waiting: number; readonly silent: number };
  /** Reports of stock that wait for a person, vendors whose numbers seem to have begun again, and those with moments that cannot be. */
  readonly stockFeeds: { readonly review: number; readonly fallen: number; readonly ahead: number };
  readonly deadLetters: number;
  /** Committed events that have no position yet. */
  readonly eventsWaiting: number;
  readonly eventHead: string;
}

const COUNT_MAX = 10_000;
const due = (table: string) =>
  `(SELECT count(*)::int FROM (SELECT 1 FROM ${table} WHERE next_action_at <= $1 LIMIT ${COUNT_MAX}) x)`;

/** Reads them in one statement. */
export async function workFacts(db: Queryable, now: Date): Promise<WorkFacts> {
  const { rows } = await db.query<WorkFacts>(
    `SELECT jsonb_build_object('intake', ${due('intake')}, 'route', ${due('orders')}, 'dispatch', ${due('fulfillment')},
       'poll', ${due('vendor_poll')} + ${due('account_poll')}, 'check', ${due('live_check')}, 'notice', ${due('channel_notice')}) AS due,
       (SELECT jsonb_build_object('waiting', count(*) FILTER (WHERE state = 'waiting')::int, 'overdue', count(*) FILTER (WHERE alarmed)::int,
            'setAside', count(*) FILTER (WHERE state = 'set_aside')::int)
          FROM (SELECT state, alarmed FROM channel_notice WHERE state IN ('waiting', 'set_aside')
            OR (state = 'awaited' AND alarmed) LIMIT ${COUNT_MAX}) x) AS notices,
       (SELECT jsonb_build_object('waiting', count(*)::int, 'silent', count(silent_since)::int)
          FROM (SELECT silent_since FROM live_check WHERE settled_at IS NULL LIMIT ${COUNT_MAX}) x) AS "liveChecks",
       jsonb_build_object(
         'review', (SELECT count(*)::int FROM (SELECT 1 FROM stock_report WHERE state = 'review' LIMIT ${COUNT_MAX}) x),
         'fallen', (SELECT count(*)::int FROM vendor_feed WHERE fallen_reports > 1),
         'ahead', (SELECT count(*)::int FROM vendor_feed WHERE ahead_since IS NOT NULL)) AS "stockFeeds",
       (SELECT count(*)::int FROM (SELECT 1 FROM dead_letter WHERE status = 'open' LIMIT ${COUNT_MAX}) x) AS "deadLetters",
       (SELECT count(*)::int FROM (SELECT 1 FROM event WHERE position IS NULL LIMIT ${COUNT_MAX}) x) AS "eventsWaiting",
       (SELECT last_position::text FROM event_sequencer) AS "eventHead"`,
    [now],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('expected one row of facts');
  return row;
}
