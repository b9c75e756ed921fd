import type { Refused } from '../model/csv.js';
import { attempt } from './attempt.js';
import type { Pool, Queryable } from './database.js';

/** What became of a card or series: cards that end at the day, and those that were to begin later. */
export interface WithdrawnCards {
  readonly ended: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Lets no card of this code or series count from a day on: those that are valid then end, those that begin then or later go. Who used one
 * that goes uses another of its series, or none: a node then ships by its vendor's default. With `dryRun` nothing stays.
 *
 * Errors: there is no such card or series.
 */
export function withdrawRateCards(
  pool: Pool,
  named: string,
  from: string,
  options: { readonly dryRun: boolean },
): Promise<WithdrawnCards | Refused> {
  return attempt(pool, options, async (db) => {
    const { rows } = await db.query<{ id: number; code: string; begins: boolean; counts: boolean }>(
      `SELECT id, code, valid_from >= $2 AS begins, valid_from < $2 AND (valid_to IS NULL OR valid_to > $2) AS counts
       FROM rate_card WHERE code = $1 OR series = $1 ORDER BY valid_from, code FOR UPDATE`,
      [named, from],
    );
    if (rows.length === 0) return { faults: [{ path: named, message: 'there is no such card or series' }] };
    const ended = rows.filter(({ counts }) => counts);
    const removed = rows.filter(({ begins }) => begins);
    await db.query('UPDATE rate_card SET valid_to = $2 WHERE id = ANY($1::integer[])', [
      ended.map(({ id }) => id),
      from,
    ]);
    await removeCards(
      db,
      removed.map(({ id }) => id),
    );
    const codes = (cards: typeof rows) => cards.map(({ code }) => code);
    return { ended: codes(ended), removed: codes(removed) };
  });
}

async function removeCards(db: Queryable, ids: readonly number[]): Promise<void> {
  const other = (
    table: string,
  ) => `(SELECT other.id FROM rate_card gone JOIN rate_card other ON other.service_id = gone.service_id
    AND other.series = gone.series AND other.id <> ALL($1::integer[]) WHERE gone.id = ${table}.rate_card_id ORDER BY other.valid_from LIMIT 1)`;
  for (const table of ['node_service', 'vendor_default_rate']) {
    const used = `WHERE rate_card_id = ANY($1::integer[])`;
    if (table === 'vendor_default_rate')
      await db.query(`DELETE FROM ${table} ${used} AND ${other(table)} IS NULL`, [ids]);
    await db.query(`UPDATE ${table} SET rate_card_id = ${other(table)} ${used}`, [ids]);
  }
  await db.query('DELETE FROM rate_card WHERE id = ANY($1::integer[])', [ids]);
}

/** How many terms were taken back: of SKUs at a node, and of nodes. */
export interface WithdrawnPrices {
  readonly offers: number;
  readonly nodes: number;
}

/**
 * Takes back the scheduled terms of a vendor's nodes, or of one node, whose first day is this: those that began before count on. With
 * `dryRun` nothing stays.
 *
 * Errors: there is no such vendor or node.
 */
export function withdrawPrices(
  pool: Pool,
  of: { readonly vendor: string } | { readonly node: string },
  began: string,
  options: { readonly dryRun: boolean },
): Promise<WithdrawnPrices | Refused> {
  const [table, code] = 'vendor' in of ? ['vendor', of.vendor] : ['node', of.node];
  return attempt(pool, options, async (db) => {
    const { rowCount } = await db.query(`SELECT 1 FROM ${table} WHERE code = $1`, [code]);
    if (rowCount === 0) return { faults: [{ path: code, message: `there is no such ${table}` }] };
    const remove = async (prices: string) => {
      const removed = await db.query(
        `DELETE FROM ${prices} p USING node n JOIN vendor v ON v.id = n.vendor_id
         WHERE n.id = p.node_id AND p.valid_from = $2 AND ${table === 'vendor' ? 'v' : 'n'}.code = $1`,
        [code, began],
      );
      return removed.rowCount ?? 0;
    };
    return { offers: await remove('offer_price'), nodes: await remove('node_price') };
  });
}
