import type { Queryable } from './database.js';

/** Gives a key its number in an owner's series, or the one that it has. Whole numbers from 1, each once in its series, growing. */
export async function issueNumber(
  db: Queryable,
  {
    owner,
    series,
    key,
    at,
  }: { readonly owner: string; readonly series: string; readonly key: string; readonly at: Date },
): Promise<{ readonly value: number; readonly issuedAt: string }> {
  const { rows } = await db.query<{ issued: string; issued_since: Date }>(
    'SELECT issued, issued_since FROM issue_connector_number($1, $2, $3, $4)',
    [owner, series, key, at],
  );
  const [row] = rows;
  if (!row) throw new Error(`no number of ${series} was given for ${key}`);
  return { value: Number(row.issued), issuedAt: row.issued_since.toISOString() };
}

/** The key that has a number in an owner's series, or null. */
export async function keyOfNumber(
  db: Queryable,
  { owner, series, value }: { readonly owner: string; readonly series: string; readonly value: number },
): Promise<string | null> {
  const { rows } = await db.query<{ key: string }>(
    'SELECT key FROM connector_number WHERE owner = $1 AND series = $2 AND number = $3',
    [owner, series, value],
  );
  return rows[0]?.key ?? null;
}
