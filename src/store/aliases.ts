import type { Queryable } from './database.js';

/** What an account calls a product. */
export interface Alias {
  readonly account: string;
  readonly alias: string;
  readonly sku: string;
}

/** Aliases of one list at most. */
const LISTED_MAX = 1_000;

/** Has a SKU of an account mean a product, whatever it meant before. Returns what is not there, or null where it is done. */
export async function setAlias(
  db: Queryable,
  { account, alias, sku }: Alias,
): Promise<{ readonly missing: 'account' | 'sku' } | null> {
  const { rows } = await db.query<{ account: number | null; product: number | null }>(
    'SELECT (SELECT id FROM account WHERE code = $1) AS account, (SELECT id FROM product WHERE sku = $2) AS product',
    [account, sku],
  );
  const [found] = rows;
  if (!found?.account) return { missing: 'account' };
  if (!found.product) return { missing: 'sku' };
  await db.query(
    `INSERT INTO product_account_alias (account_id, alias, product_id) VALUES ($1, $2, $3)
     ON CONFLICT (account_id, alias) DO UPDATE SET product_id = excluded.product_id`,
    [found.account, alias, found.product],
  );
  return null;
}

/** Takes an alias away. Returns false where there is none. */
export async function removeAlias(db: Queryable, account: string, alias: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'DELETE FROM product_account_alias WHERE alias = $2 AND account_id = (SELECT id FROM account WHERE code = $1)',
    [account, alias],
  );
  return rowCount === 1;
}

/** The aliases by account and alias, at most 1,000; of one account where it is named. */
export async function listAliases(db: Queryable, account: string | null): Promise<readonly Alias[]> {
  const { rows } = await db.query<Alias>(
    `SELECT a.code AS account, x.alias, p.sku FROM product_account_alias x JOIN account a ON a.id = x.account_id
       JOIN product p ON p.id = x.product_id WHERE $1::text IS NULL OR a.code = $1 ORDER BY a.code, x.alias LIMIT ${LISTED_MAX}`,
    [account],
  );
  return rows;
}
