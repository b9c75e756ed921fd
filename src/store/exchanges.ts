import type { Exchange, ExchangeKind, ExchangeSide } from '../model/exchange.js';
import type { Pool, Queryable } from './database.js';

/** Of each vendor, carrier or account: the newest that are about one order, and the newest of the others. */
export const KEPT_EACH = 200;
const PRUNED_MAX = 5_000;
const LISTED_MAX = 200;

/** An exchange as it is kept. */
export interface KeptExchange extends Exchange {
  readonly id: string;
}

/** Keeps exchanges, in one statement. */
export async function keepExchanges(db: Queryable, exchanges: readonly KeptExchange[]): Promise<void> {
  if (exchanges.length === 0) return;
  const rows = exchanges.map(({ response, askedAt, tookMs, ...exchange }) => ({
    ...{ ...exchange, asked_at: askedAt.toISOString(), took_ms: Math.round(tookMs) },
    ...{ status: response?.status ?? null, response: response && sideOf(response) },
  }));
  await db.query('INSERT INTO exchange SELECT * FROM jsonb_populate_recordset(NULL::exchange, $1::jsonb)', [
    JSON.stringify(rows),
  ]);
}

const sideOf = ({ headers, body, isCut }: ExchangeSide): ExchangeSide => ({ headers, body, isCut });

/** Which exchanges are asked for. */
export interface ExchangeQuery {
  readonly kind?: ExchangeKind | undefined;
  readonly owner?: string | undefined;
  /** Those about this PO or order, and those whose texts name it. */
  readonly subject?: string | undefined;
  /** Only those without a good answer. */
  readonly failed?: boolean | undefined;
  readonly limit: number;
}

const COLUMNS = `id, kind, owner, subject, method, url, asked_at AS "askedAt", took_ms AS "tookMs", problem, request,
  response || jsonb_build_object('status', status) AS response`;

/** Exchanges that are kept, the latest first, at most 200. */
export async function listExchanges(db: Queryable, query: ExchangeQuery): Promise<readonly KeptExchange[]> {
  const { kind, owner, subject, failed, limit } = query;
  const { rows } = await db.query<KeptExchange>(
    `SELECT ${COLUMNS} FROM exchange
     WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR owner = $2)
       AND ($3::text IS NULL OR subject = $3 OR strpos(url || chr(10) || COALESCE(request->>'body', ''), $3) > 0
         OR strpos(response->>'body', $3) > 0)
       AND (NOT $4 OR problem IS NOT NULL OR status >= 400)
     ORDER BY id DESC LIMIT $5`,
    [kind ?? null, owner ?? null, subject ?? null, failed === true, Math.min(Math.max(1, limit), LISTED_MAX)],
  );
  return rows;
}

/** One exchange, by its id, or null. */
export async function loadExchange(db: Queryable, id: string): Promise<KeptExchange | null> {
  const { rows } = await db.query<KeptExchange>(`SELECT ${COLUMNS} FROM exchange WHERE id = $1`, [id]);
  return rows[0] ?? null;
}

/** Forgets those that are older than `before`, and of each owner all but the newest, a bounded number at once. Returns how many. */
export async function pruneExchanges(pool: Pool, before: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM exchange WHERE id IN (
       SELECT id FROM (
         SELECT id, asked_at, row_number() OVER (PARTITION BY kind, owner, subject IS NULL ORDER BY id DESC) AS place
         FROM exchange) placed
       WHERE asked_at < $1 OR place > ${KEPT_EACH} LIMIT ${PRUNED_MAX})`,
    [before],
  );
  return rowCount ?? 0;
}
