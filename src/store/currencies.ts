import type { Refused } from '../model/csv.js';
import { attempt } from './attempt.js';
import type { Pool, Queryable } from './database.js';

/** One unit of `base` is `rate` units of `quote` from that day (UTC) on; decimal text. */
export interface StoredRate {
  readonly base: string;
  readonly quote: string;
  readonly validFrom: string;
  readonly rate: string;
  readonly source: string;
}

/** Puts rates beside those that are there; one of the same pair and day is replaced. */
export async function importExchangeRates(
  pool: Pool,
  rates: readonly StoredRate[],
  options: { readonly dryRun: boolean },
): Promise<{ readonly rates: number } | Refused> {
  return attempt(pool, options, async (db) => {
    await db.query(
      `INSERT INTO exchange_rate (base, quote, valid_from, rate, source)
       SELECT base, quote, "validFrom", rate, source
       FROM jsonb_to_recordset($1::jsonb) AS r(base text, quote text, "validFrom" date, rate numeric, source text)
       ON CONFLICT (base, quote, valid_from) DO UPDATE SET rate = EXCLUDED.rate, source = EXCLUDED.source`,
      [JSON.stringify(rates)],
    );
    return { rates: rates.length };
  });
}

/** The newest rate of each pair on a day; with `all` every one. At most 200,000. */
export async function loadExchangeRates(db: Queryable, day: Date, all: boolean): Promise<StoredRate[]> {
  const { rows } = await db.query<StoredRate>(
    `SELECT ${all ? '' : 'DISTINCT ON (base, quote)'} base, quote, valid_from AS "validFrom", trim_scale(rate)::text AS rate, source
     FROM exchange_rate WHERE $2 OR valid_from <= ($1::timestamptz AT TIME ZONE 'UTC')::date
     ORDER BY base, quote, valid_from DESC LIMIT 200000`,
    [day, all],
  );
  return rows;
}

/** Days that a rate may be old. */
export async function exchangeDaysMax(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ days: number }>('SELECT days_max AS days FROM exchange_policy');
  if (!rows[0]) throw new Error('expected a policy of exchange rates');
  return rows[0].days;
}

/** From 1 to 3650. Older rates convert nothing from now on. */
export async function setExchangeDaysMax(db: Queryable, days: number): Promise<void> {
  await db.query('UPDATE exchange_policy SET days_max = $1', [days]);
}
