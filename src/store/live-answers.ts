import type { NewId } from '../model/clock.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { firmRows, type HeldRow, heldRows, type LiveAnswerRecord } from './live-checks.js';
import { type LiveVerdict, liveVerdicts, type RowTruth } from './live-verdicts.js';
import { loadFeed } from './stock-feeds.js';
import { applyLiveAnswer, setNothingMore } from './stock-live.js';
import { inKeyOrder, rowKey } from './stock-report-rows.js';
import { effectiveAsOf } from './stock-reports.js';

/** One row that was asked about, and what the vendor said of it; whole units. */
export interface AskedRow {
  readonly nodeId: number;
  readonly productId: number;
  readonly asked: number;
  readonly said: { readonly kind: 'figure'; readonly onHand: number } | { readonly kind: 'yes' | 'no' } | null;
}

/** The answer to one question. */
export interface QuestionAnswer {
  readonly vendorId: number;
  readonly token: string;
  readonly rows: readonly AskedRow[];
  /** In the vendor's clock; null: as of when the question began. */
  readonly asOf: string | null;
  readonly askedAt: Date;
  readonly now: Date;
  readonly newId: NewId;
}

/** What an answer means for one check of its question. */
export interface JudgedCheck {
  readonly verdict: LiveVerdict;
  readonly record: LiveAnswerRecord;
}

/**
 * Takes an answer in, in one transaction: as a stock report of its rows, by the path of every feed, and as the verdict of each check
 * that is still part of the question. A process that dies right after leaves the verdicts for the next, which need not ask again.
 *
 * An answer that comes late is still a report: it counts by its own moment, and settles nobody's check whose lease has gone on.
 * Errors: RangeError when `asOf` is no moment.
 */
export async function recordLiveAnswer(pool: Pool, answer: QuestionAnswer): Promise<ReadonlyMap<string, JudgedCheck>> {
  const { vendorId, now, askedAt } = answer;
  const feed = await loadFeed(pool, vendorId, now);
  const asOf = effectiveAsOf(answer.asOf, askedAt, now, feed.skewSeconds);
  const rows = inKeyOrder([...answer.rows]);
  return inTransaction(pool, async (client) => {
    await client.query(
      `SELECT 1 FROM stock s JOIN unnest($1::integer[], $2::integer[]) AS key(node_id, product_id)
         ON s.node_id = key.node_id AND s.product_id = key.product_id
       ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s`,
      [rows.map((row) => row.nodeId), rows.map((row) => row.productId)],
    );
    const figures = rows.flatMap(({ nodeId, productId, said }) =>
      said?.kind === 'figure' ? [{ nodeId, productId, onHand: said.onHand }] : [],
    );
    if (figures.length > 0) {
      await applyLiveAnswer(client, {
        ...{ vendorId, rows: figures, asOf: answer.asOf, askedAt, now, newId: answer.newId },
      });
    }
    // Where something later is known than a bare no, its figure decides.
    const overtaken = new Set<string>();
    for (const { nodeId, productId, said } of rows) {
      if (said?.kind === 'no' && !(await setNothingMore(client, { nodeId, productId, at: asOf, now }))) {
        overtaken.add(rowKey({ nodeId, productId }));
      }
    }
    return judge(client, answer, overtaken);
  });
}

async function judge(
  client: Queryable,
  answer: QuestionAnswer,
  overtaken: ReadonlySet<string>,
): Promise<ReadonlyMap<string, JudgedCheck>> {
  const firm = await firmRows(client, answer.rows);
  const onHand = new Map(firm.map((row) => [rowKey(row), row.onHand]));
  const askedRows = new Map(answer.rows.map((row) => [rowKey(row), row]));
  const truths = new Map(
    answer.rows.map((row): [string, RowTruth] => {
      const key = rowKey(row);
      if (row.said === null) return [key, { kind: 'silent' }];
      if (row.said.kind === 'yes') return [key, { kind: 'yes', asked: row.asked }];
      if (row.said.kind === 'no' && !overtaken.has(key)) return [key, { kind: 'no' }];
      return [key, { kind: 'figure', onHand: onHand.get(key) ?? 0 }];
    }),
  );
  const { rows: mine } = await client.query<{ id: string }>(
    `SELECT id FROM live_check WHERE lease_token = $1 AND settled_at IS NULL AND verdict IS NULL
     ORDER BY started_at, id FOR UPDATE SKIP LOCKED`,
    [answer.token],
  );
  const held = await heldRows(client, answer.token);
  const waiting = mine.flatMap(({ id }) => {
    const rows = held.get(id) ?? [];
    // What was held only after the question began was not asked about.
    return rows.length > 0 && rows.every((row) => askedRows.has(rowKey(row))) ? [{ id, rows }] : [];
  });
  const verdicts = liveVerdicts(
    waiting.map(({ id, rows }) => ({ id, rows: rows.map((row) => ({ key: rowKey(row), units: row.units })) })),
    truths,
    new Map(firm.map((row) => [rowKey(row), row.firm])),
  );
  const judged = new Map<string, JudgedCheck>();
  for (const { id, rows } of waiting) {
    const verdict = verdicts.get(id) ?? 'again';
    judged.set(id, { verdict, record: recordOf(answer, rows, askedRows) });
  }
  await keepVerdicts(client, answer, judged);
  return judged;
}

function recordOf(
  answer: QuestionAnswer,
  rows: readonly HeldRow[],
  askedRows: ReadonlyMap<string, AskedRow>,
): LiveAnswerRecord {
  const { askedAt, now, asOf } = answer;
  return {
    ...{ askedAt: askedAt.toISOString(), answeredAt: now.toISOString(), asOf },
    rows: rows.map((row) => {
      const { asked = row.units, said = null } = askedRows.get(rowKey(row)) ?? {};
      return {
        ...{ nodeCode: row.nodeCode, sku: row.sku, units: row.units, asked, said: said?.kind ?? 'nothing' },
        ...(said?.kind === 'figure' ? { onHand: said.onHand } : {}),
      };
    }),
  };
}

async function keepVerdicts(
  client: Queryable,
  answer: QuestionAnswer,
  judged: ReadonlyMap<string, JudgedCheck>,
): Promise<void> {
  const kept = [...judged].map(([id, { verdict, record }]) => ({
    ...{ id, verdict: verdict === 'again' ? null : verdict, answer: record },
  }));
  if (kept.length === 0) return;
  await client.query(
    `UPDATE live_check c SET verdict = given.verdict, answer = given.answer, as_of = $3, answered_at = $4
     FROM jsonb_to_recordset($2::jsonb) AS given(id uuid, verdict text, answer jsonb)
     WHERE c.id = given.id AND c.lease_token = $1`,
    [answer.token, JSON.stringify(kept), answer.asOf, answer.now],
  );
}
