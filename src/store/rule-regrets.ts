import { inTransaction, type Pool, type Queryable } from './database.js';

/** What a rule cost over some orders of one currency; `cost` a decimal. */
export interface KeptRegret {
  readonly ruleId: string;
  readonly currency: string;
  readonly cost: string;
  readonly orders: number;
  readonly otherwise: number;
  readonly unitsKept: number;
}

/** A day (UTC, `YYYY-MM-DD`) whose orders are being asked about. */
export interface RegretDay {
  readonly day: string;
  /** Null: none yet. */
  readonly afterOrder: string | null;
  readonly orders: number;
}

/** Rules and currencies that a report tells at most. */
const TOLD_MAX = 10_000;
/** Days that are not finished by then are given up. */
const DAYS_BACK_MAX = 7;

/** The latest day before today that is not done, where rules were ever published; yesterday is begun where it was not. */
export async function nextRegretDay(db: Queryable, now: Date): Promise<RegretDay | null> {
  await db.query(
    `INSERT INTO rule_regret_day (day) SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date - 1
     WHERE EXISTS (SELECT FROM rule_publication WHERE stage = 'live') ON CONFLICT DO NOTHING`,
    [now],
  );
  const { rows } = await db.query<RegretDay>(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, after_order AS "afterOrder", orders FROM rule_regret_day
     WHERE NOT done AND day >= ($1::timestamptz AT TIME ZONE 'UTC')::date - ${DAYS_BACK_MAX} ORDER BY day DESC LIMIT 1`,
    [now],
  );
  return rows[0] ?? null;
}

/** Orders of a day that come after one, in the order of their ids. */
export async function ordersOfDay(db: Queryable, { day, afterOrder }: RegretDay, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM orders WHERE created_at >= $1::date::timestamp AT TIME ZONE 'UTC'
       AND created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC' AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [day, afterOrder, limit],
  );
  return rows.map(({ id }) => id);
}

/**
 * Adds what rules cost on the orders of a page of a day's orders, and notes how far the day came: both or neither. False where another process noted more
 * meanwhile: nothing is added then. `done`: no more of the day are asked about; those that were not count as passed over.
 */
export function addRegrets(
  pool: Pool,
  before: RegretDay,
  page: {
    readonly afterOrder: string | null;
    readonly orders: number;
    readonly passedOver: number;
    readonly done: boolean;
  },
  regrets: readonly KeptRegret[],
): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE rule_regret_day SET after_order = $3, orders = orders + $4, done = $6,
         passed_over = passed_over + $5 + CASE WHEN $6 THEN (
           SELECT count(*) FROM orders WHERE created_at >= $1::date::timestamp AT TIME ZONE 'UTC'
             AND created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC' AND id > $3) ELSE 0 END
       WHERE day = $1::date AND after_order IS NOT DISTINCT FROM $2 AND NOT done`,
      [before.day, before.afterOrder, page.afterOrder, page.orders, page.passedOver, page.done],
    );
    if (rowCount === 0) return false;
    await db.query(
      `INSERT INTO rule_regret AS kept (day, rule_id, currency, cost, orders, otherwise, units_kept)
       SELECT $1::date, r."ruleId", r.currency, sum(r.cost), sum(r.orders), sum(r.otherwise), sum(r."unitsKept") FROM jsonb_to_recordset($2::jsonb)
         AS r("ruleId" text, currency text, cost numeric, orders integer, otherwise integer, "unitsKept" bigint)
       GROUP BY r."ruleId", r.currency
       ON CONFLICT (day, rule_id, currency) DO UPDATE SET cost = kept.cost + EXCLUDED.cost, orders = kept.orders + EXCLUDED.orders,
         otherwise = kept.otherwise + EXCLUDED.otherwise, units_kept = kept.units_kept + EXCLUDED.units_kept`,
      [before.day, JSON.stringify(regrets)],
    );
    return true;
  });
}

/** Days from one to another, both included; left out: without such an end. */
export interface RegretSpan {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** What rules cost on the orders of these days, the costliest first, by currency; and how many orders of how many days that is known from. */
export async function sumRegrets(
  db: Queryable,
  { since, until }: RegretSpan,
): Promise<{
  readonly rules: readonly KeptRegret[];
  readonly days: number;
  readonly asked: number;
  readonly passedOver: number;
}> {
  const within = '($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)';
  const { rows: rules } = await db.query<KeptRegret>(
    `SELECT rule_id AS "ruleId", currency, sum(cost)::text AS cost, sum(orders)::integer AS orders,
       sum(otherwise)::integer AS otherwise, sum(units_kept)::float8 AS "unitsKept"
     FROM rule_regret WHERE ${within} GROUP BY rule_id, currency ORDER BY sum(cost) DESC, rule_id, currency LIMIT ${TOLD_MAX}`,
    [since ?? null, until ?? null],
  );
  const { rows } = await db.query<{ days: number; asked: number; passedOver: number }>(
    `SELECT count(*)::integer AS days, COALESCE(sum(orders), 0)::integer AS asked,
       COALESCE(sum(passed_over), 0)::integer AS "passedOver" FROM rule_regret_day WHERE ${within}`,
    [since ?? null, until ?? null],
  );
  return { rules, ...(rows[0] ?? { days: 0, asked: 0, passedOver: 0 }) };
}

/** Forgets days before one. Returns how many. */
export async function pruneRegrets(pool: Pool, before: Date): Promise<number> {
  const { rowCount } = await pool.query(
    "DELETE FROM rule_regret_day WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date",
    [before],
  );
  return rowCount ?? 0;
}
