import type { Refused } from '../model/csv.js';
import type { Duties, DutyRule, DutyThreshold } from '../model/duties.js';
import { attempt } from './attempt.js';
import type { Pool, Queryable } from './database.js';

/** Puts duties beside those that are there; what is of the same goods, way and day, or country, is replaced. */
export async function importDuties(
  pool: Pool,
  { rates, thresholds }: Duties,
  options: { readonly dryRun: boolean },
): Promise<{ readonly rates: number; readonly thresholds: number } | Refused> {
  return attempt(pool, options, async (db) => {
    await db.query(
      `INSERT INTO duty_rate (destination_country, origin_country, hs_prefix, percent, tax_percent, valid_from)
       SELECT destination, origin, "hsPrefix", percent, "taxPercent", "validFrom"
       FROM jsonb_to_recordset($1::jsonb) AS r(destination text, origin text, "hsPrefix" text, percent numeric, "taxPercent" numeric,
         "validFrom" date)
       ON CONFLICT (destination_country, origin_country, hs_prefix, valid_from)
         DO UPDATE SET percent = EXCLUDED.percent, tax_percent = EXCLUDED.tax_percent`,
      [JSON.stringify(rates)],
    );
    await db.query(
      `INSERT INTO duty_threshold (destination_country, duty_free_up_to, currency, tax_always)
       SELECT destination, "freeUpTo", currency, "taxAlways"
       FROM jsonb_to_recordset($1::jsonb) AS t(destination text, "freeUpTo" numeric, currency text, "taxAlways" boolean)
       ON CONFLICT (destination_country) DO UPDATE SET duty_free_up_to = EXCLUDED.duty_free_up_to, currency = EXCLUDED.currency,
         tax_always = EXCLUDED.tax_always`,
      [JSON.stringify(thresholds)],
    );
    return { rates: rates.length, thresholds: thresholds.length };
  });
}

/** All duties, at most 200,000 rates, by destination, origin, HS prefix and day. */
export async function loadDuties(db: Queryable): Promise<Duties> {
  const { rows: rates } = await db.query<DutyRule>(`
    SELECT destination_country AS destination, origin_country AS origin, hs_prefix AS "hsPrefix", trim_scale(percent)::text AS percent,
      trim_scale(tax_percent)::text AS "taxPercent", valid_from AS "validFrom"
    FROM duty_rate ORDER BY destination_country, origin_country NULLS FIRST, hs_prefix, valid_from LIMIT 200000`);
  const { rows: thresholds } = await db.query<DutyThreshold>(`
    SELECT destination_country AS destination, trim_scale(duty_free_up_to)::text AS "freeUpTo", currency, tax_always AS "taxAlways"
    FROM duty_threshold ORDER BY destination_country`);
  return { rates, thresholds };
}

/** Who pays duty and import tax: the merchant (DDP), or the customer at the door (DAP). */
export type DutyTerms = 'DDP' | 'DAP';

/** Sets the account's own terms, from the next decision on. Returns false where there is no such account. */
export async function setDutyTerms(db: Queryable, account: string, terms: DutyTerms): Promise<boolean> {
  const { rowCount } = await db.query('UPDATE account SET duty_terms = $2 WHERE code = $1', [account, terms]);
  return rowCount === 1;
}

/**
 * Sets the terms of an account's orders to these countries, from the next decision on; null: the account's own again. Returns false where
 * there is no such account.
 */
export async function setDutyTermsTo(
  db: Queryable,
  account: string,
  countries: readonly string[],
  terms: DutyTerms | null,
): Promise<boolean> {
  const { rows } = await db.query<{ id: number }>('SELECT id FROM account WHERE code = $1', [account]);
  const id = rows[0]?.id;
  if (id === undefined) return false;
  if (terms === null)
    await db.query('DELETE FROM duty_terms WHERE account_id = $1 AND destination_country = ANY($2::text[])', [
      id,
      countries,
    ]);
  else
    await db.query(
      `INSERT INTO duty_terms (account_id, destination_country, terms) SELECT $1, country, $3 FROM unnest($2::text[]) AS to_country(country)
       ON CONFLICT (account_id, destination_country) DO UPDATE SET terms = EXCLUDED.terms`,
      [id, [...new Set(countries)], terms],
    );
  return true;
}

/** An account's own terms, and those that differ by destination, by country; null where there is no such account. */
export async function dutyTermsOf(
  db: Queryable,
  account: string,
): Promise<{ readonly terms: DutyTerms; readonly to: Readonly<Record<string, DutyTerms>> } | null> {
  const { rows } = await db.query<{ terms: DutyTerms; to: Record<string, DutyTerms> | null }>(
    `SELECT a.duty_terms AS terms, (SELECT json_object_agg(t.destination_country, t.terms ORDER BY t.destination_country)
       FROM duty_terms t WHERE t.account_id = a.id) AS "to" FROM account a WHERE a.code = $1`,
    [account],
  );
  return rows[0] ? { terms: rows[0].terms, to: rows[0].to ?? {} } : null;
}
