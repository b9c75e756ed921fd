import type { Viewer } from '../model/viewer.js';
import { dropNotices, setNoticesDue } from './channel-notices-told.js';
import { type Database, inTransaction, type Queryable } from './database.js';
import { parsePollId, setPollDue } from './polls.js';
import { parseShortageId } from './shortages.js';
import type { WorkStep } from './work.js';

/** Letters that one transaction of a replay takes. */
const REPLAY_BATCH = 200;
const PAGE_MAX = 200;

/**
 * Work that will not succeed by retrying, set aside with its cause.
 *
 * `subjectId`: as in DueWork. `impact`: the value of what waits, a decimal in the order's currency, raised by lateness.
 */
export interface DeadLetter {
  readonly id: string;
  readonly step: WorkStep;
  readonly subjectId: string;
  readonly orderId: string | null;
  readonly accountId: number | null;
  readonly vendorId: number | null;
  /** The error chain, outermost first, as `errorChain` gives it. */
  readonly errors: readonly unknown[];
  readonly attempts: number;
  readonly impact: string;
  readonly status: 'open' | 'replayed' | 'discarded';
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
}

/** Which dead letters; a field left out does not narrow. Only those that the viewer may see. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly step?: WorkStep;
  readonly vendorId?: number;
  readonly accountId?: number;
}

interface LetterRow {
  id: string;
  step: WorkStep;
  subject_id: string;
  order_id: string | null;
  account_id: number | null;
  vendor_id: number | null;
  errors: unknown[];
  attempts: number;
  impact: string;
  status: DeadLetter['status'];
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
}

/** `$1..$6` of every statement that takes a filter. */
const MATCHES = `
  ($1::uuid[] IS NULL OR d.id = ANY($1)) AND ($2::text IS NULL OR d.step = $2)
  AND ($3::integer IS NULL OR d.vendor_id = $3) AND ($4::integer IS NULL OR d.account_id = $4)
  AND ($5::integer[] IS NULL OR d.account_id = ANY($5)) AND ($6::integer[] IS NULL OR d.vendor_id = ANY($6))`;

/**
 * Sets a piece of work aside and lays its row to rest (nothing more is due until it is replayed), in one transaction.
 * A letter that is already open for it takes over the newer errors. For failures that no plan could note: bugs, crashes.
 */
export async function openDeadLetter(
  pool: Database['pool'],
  letter: {
    readonly id: string;
    readonly step: WorkStep;
    readonly subjectId: string;
    readonly errors: readonly unknown[];
    readonly attempts: number;
    readonly at: Date;
  },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await lockOrders(client, [letter]);
    await setDue(client, letter.step, [letter.subjectId], null, letter.at);
    await client.query(
      `INSERT INTO dead_letter (id, step, subject_id, errors, attempts, opened_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (step, subject_id) WHERE status = 'open' DO UPDATE SET errors = EXCLUDED.errors, attempts = EXCLUDED.attempts`,
      [letter.id, letter.step, letter.subjectId, JSON.stringify(letter.errors), letter.attempts, letter.at],
    );
  });
}

/** Dead letters by impact, the costliest first, then the oldest; `after` is the last id of the page before. */
export async function listDeadLetters(
  db: Queryable,
  viewer: Viewer,
  query: DeadLetterFilter & {
    readonly status?: DeadLetter['status'];
    readonly after?: string;
    readonly limit: number;
  },
): Promise<readonly DeadLetter[]> {
  const { rows } = await db.query<LetterRow>(
    `SELECT d.* FROM dead_letter d LEFT JOIN dead_letter a ON a.id = $8
     WHERE ${MATCHES} AND d.status = $7
       AND ($8::uuid IS NULL OR (d.impact, a.opened_at, a.id) < (a.impact, d.opened_at, d.id))
     ORDER BY d.impact DESC, d.opened_at, d.id LIMIT $9`,
    [
      ...values(viewer, query),
      query.status ?? 'open',
      query.after ?? null,
      Math.min(Math.max(1, Math.trunc(query.limit)), PAGE_MAX),
    ],
  );
  return rows.map(toLetter);
}

/** One dead letter, open or closed, or null where there is none that the viewer may see. */
export async function findDeadLetter(db: Queryable, viewer: Viewer, id: string): Promise<DeadLetter | null> {
  const { rows } = await db.query<LetterRow>(
    `SELECT d.* FROM dead_letter d WHERE ${MATCHES}`,
    values(viewer, { ids: [id] }),
  );
  return rows[0] ? toLetter(rows[0]) : null;
}

/**
 * Makes the work of every matching open letter due now, with its attempts counted from zero, and closes the letters in the
 * viewer's name. Running it twice, or twice at once, replays nothing twice. Work that has come to its end meanwhile is only
 * closed. The sweep finds what is due; wake it to have it sooner.
 */
export async function replayDeadLetters(
  pool: Database['pool'],
  viewer: Viewer,
  filter: DeadLetterFilter,
  now: Date,
): Promise<{ readonly replayed: number }> {
  return { replayed: await closeAll(pool, viewer, filter, now, 'replayed') };
}

/** Closes every matching open letter without doing its work; the work stays at rest, and a notice holds up no other of its order. */
export async function discardDeadLetters(
  pool: Database['pool'],
  viewer: Viewer,
  filter: DeadLetterFilter,
  now: Date,
): Promise<{ readonly discarded: number }> {
  return { discarded: await closeAll(pool, viewer, filter, now, 'discarded') };
}

/** Batch by batch, until no letter that was open at `now` is left: each pass finds only what nobody has closed yet. */
async function closeAll(
  pool: Database['pool'],
  viewer: Viewer,
  filter: DeadLetterFilter,
  now: Date,
  as: 'replayed' | 'discarded',
): Promise<number> {
  let closed = 0;
  for (;;) {
    const batch = await closeBatch(pool, viewer, filter, now, as);
    if (batch === null) return closed;
    closed += batch;
  }
}

/** How many letters this pass closed; null: there was none left to close. */
async function closeBatch(
  pool: Database['pool'],
  viewer: Viewer,
  filter: DeadLetterFilter,
  now: Date,
  as: 'replayed' | 'discarded',
): Promise<number | null> {
  const { rows } = await pool.query<LetterRow>(
    `SELECT d.* FROM dead_letter d WHERE ${MATCHES} AND d.status = 'open' AND d.opened_at <= $7
     ORDER BY d.impact DESC, d.opened_at, d.id LIMIT ${REPLAY_BATCH}`,
    [...values(viewer, filter), now],
  );
  if (rows.length === 0) return null;
  return inTransaction(pool, async (client) => {
    // Orders before letters, as every plan does that opens one.
    await lockOrders(
      client,
      rows.map((row) => ({ step: row.step, subjectId: row.subject_id })),
    );
    const closed = await client.query<{ step: WorkStep; subject_id: string }>(
      `UPDATE dead_letter SET status = $2, closed_at = $3, closed_by = $4
       WHERE id IN (SELECT id FROM dead_letter WHERE id = ANY($1) AND status = 'open' ORDER BY id FOR UPDATE)
       RETURNING step, subject_id`,
      [rows.map((row) => row.id), as, now, viewer.actor],
    );
    if (as === 'discarded') {
      const notices = closed.rows.filter((row) => row.step === 'notice').map((row) => row.subject_id);
      await dropNotices(client, notices, now);
    } else {
      for (const step of new Set(closed.rows.map((row) => row.step))) {
        const subjects = closed.rows.filter((row) => row.step === step).map((row) => row.subject_id);
        await setDue(client, step, subjects, now, now);
      }
    }
    return closed.rows.length;
  });
}

/** Locks the orders of these subjects in key order, before anything of theirs: the order in which plans lock. */
async function lockOrders(
  client: Queryable,
  subjects: readonly { readonly step: WorkStep; readonly subjectId: string }[],
): Promise<void> {
  const of = (step: WorkStep) =>
    subjects.filter((subject) => subject.step === step).map((subject) => subject.subjectId);
  await client.query(
    `SELECT 1 FROM orders WHERE id = ANY($1::uuid[])
       OR id IN (SELECT order_id FROM fulfillment WHERE id = ANY($2::uuid[])) ORDER BY id FOR UPDATE`,
    [of('route'), of('dispatch')],
  );
}

/** Sets when the work of these subjects is due (null: at rest); due again means counted from zero. Ended work stays ended. */
async function setDue(
  client: Queryable,
  step: WorkStep,
  subjects: readonly string[],
  dueAt: Date | null,
  now: Date,
): Promise<void> {
  switch (step) {
    case 'intake':
      await client.query(
        `UPDATE intake SET next_action_at = $2::timestamptz,
           status = CASE WHEN $2::timestamptz IS NULL THEN 'dead' ELSE 'received' END,
           attempts = CASE WHEN $2::timestamptz IS NULL THEN attempts ELSE 0 END
         WHERE id = ANY($1::uuid[]) AND status IN ('received', 'dead')`,
        [subjects, dueAt],
      );
      return;
    case 'route':
      await client.query(
        `UPDATE orders SET next_action_at = $2::timestamptz, updated_at = $3,
           routing_attempts = CASE WHEN $2::timestamptz IS NULL THEN routing_attempts ELSE 0 END
         WHERE id = ANY($1::uuid[]) AND status NOT IN ('DELIVERED', 'CANCELED', 'REJECTED')`,
        [subjects, dueAt, now],
      );
      return;
    case 'dispatch':
      await client.query(
        `UPDATE fulfillment SET next_action_at = $2::timestamptz, updated_at = $3,
           failures = CASE WHEN $2::timestamptz IS NULL THEN failures ELSE 0 END
         WHERE id = ANY($1::uuid[]) AND status NOT IN ('DELIVERED', 'REJECTED', 'CANCELED', 'SUPERSEDED', 'RETURNED')`,
        [subjects, dueAt, now],
      );
      return;
    case 'poll': {
      for (const key of subjects.map(parsePollId)) if (key !== null) await setPollDue(client, key, dueAt);
      return;
    }
    case 'shortage': {
      const keys = subjects.map(parseShortageId).filter((key) => key !== null);
      await client.query(
        `UPDATE stock s SET relieve_at = $3::timestamptz FROM unnest($1::integer[], $2::integer[]) AS k(node_id, product_id)
         WHERE s.node_id = k.node_id AND s.product_id = k.product_id`,
        [keys.map((key) => key.nodeId), keys.map((key) => key.productId), dueAt],
      );
      return;
    }
    case 'check':
      await client.query(
        `UPDATE live_check SET next_action_at = $2::timestamptz, lease_token = NULL, lease_until = NULL
         WHERE id = ANY($1::uuid[]) AND settled_at IS NULL`,
        [subjects, dueAt],
      );
      return;
    case 'notice':
      await setNoticesDue(client, subjects, dueAt);
  }
}

function values(viewer: Viewer, filter: DeadLetterFilter): unknown[] {
  const limit = (ids: readonly number[] | 'all') => (ids === 'all' ? null : ids);
  return [
    filter.ids ?? null,
    filter.step ?? null,
    filter.vendorId ?? null,
    filter.accountId ?? null,
    limit(viewer.accountIds),
    limit(viewer.vendorIds),
  ];
}

function toLetter(row: LetterRow): DeadLetter {
  return {
    id: row.id,
    step: row.step,
    subjectId: row.subject_id,
    orderId: row.order_id,
    accountId: row.account_id,
    vendorId: row.vendor_id,
    errors: row.errors,
    attempts: row.attempts,
    impact: row.impact,
    status: row.status,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
  };
}
