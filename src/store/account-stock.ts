import type { Queryable } from './database.js';

/** What an account's channel was told last of a SKU; null: nothing yet. `unknown`: it does not have the SKU. */
export interface ToldLevel {
  readonly sku: string;
  readonly told: number | null;
  readonly unknown: boolean;
}

/** The SKUs that account `$1` sells: its aliases, or where it has none all products; and those that its channel was told of before. */
const SOLD = `(SELECT a.alias AS sku, a.product_id FROM product_account_alias a WHERE a.account_id = $1
  UNION ALL SELECT p.sku, p.id FROM product p
    WHERE NOT EXISTS (SELECT 1 FROM product_account_alias a WHERE a.account_id = $1)
      AND (p.active OR EXISTS (SELECT 1 FROM account_stock t WHERE t.account_id = $1 AND t.sku = p.sku)))`;
const LEVEL = `SELECT s.sku, t.told, coalesce(t.unknown, false) AS unknown FROM ${SOLD} s
  LEFT JOIN account_stock t ON t.account_id = $1 AND t.sku = s.sku`;

/** The next SKUs of an account in the order of their bytes; `after` null: from the first. */
export async function levelsAfter(
  db: Queryable,
  accountId: number,
  after: string | null,
  limit: number,
): Promise<readonly ToldLevel[]> {
  const { rows } = await db.query<ToldLevel>(
    `${LEVEL} WHERE $2::text IS NULL OR s.sku COLLATE "C" > $2 ORDER BY s.sku COLLATE "C" LIMIT $3`,
    [accountId, after, limit],
  );
  return rows;
}

/** The SKUs of an account whose stock these products are, alone or as parts of kits. */
export async function levelsOf(
  db: Queryable,
  accountId: number,
  productIds: readonly number[],
): Promise<readonly ToldLevel[]> {
  const { rows } = await db.query<ToldLevel>(
    `${LEVEL} WHERE s.product_id = ANY($2::integer[])
       OR s.product_id IN (SELECT kit_product_id FROM kit_component WHERE component_product_id = ANY($2)) ORDER BY s.sku COLLATE "C"`,
    [accountId, productIds],
  );
  return rows;
}

/** Notes what a channel was told, and which of it its shop does not have. */
export async function noteLevels(
  db: Queryable,
  accountId: number,
  told: { readonly levels: readonly { readonly sku: string; readonly available: number }[]; readonly at: Date },
  unknownSkus: ReadonlySet<string>,
): Promise<void> {
  await db.query(
    `INSERT INTO account_stock (account_id, sku, told, unknown, told_at)
     SELECT $1, l.sku, l.told, l.unknown, $5 FROM unnest($2::text[], $3::integer[], $4::boolean[]) AS l(sku, told, unknown)
     ON CONFLICT (account_id, sku) DO UPDATE SET told = EXCLUDED.told, unknown = EXCLUDED.unknown, told_at = EXCLUDED.told_at`,
    [
      accountId,
      told.levels.map(({ sku }) => sku),
      told.levels.map(({ available }) => available),
      told.levels.map(({ sku }) => unknownSkus.has(sku)),
      told.at,
    ],
  );
}

/** More than this of a SKU is never published for the account; null: no such bound. */
export async function stockCapOf(db: Queryable, accountId: number): Promise<number | null> {
  const { rows } = await db.query<{ cap: number | null }>('SELECT stock_cap AS cap FROM account WHERE id = $1', [
    accountId,
  ]);
  return rows[0]?.cap ?? null;
}

/** SKUs that the channels of accounts do not have, the latest first. */
export async function unknownLevels(
  db: Queryable,
  account: string | null,
  limit: number,
): Promise<readonly { readonly account: string; readonly sku: string; readonly toldAt: Date }[]> {
  const { rows } = await db.query<{ account: string; sku: string; toldAt: Date }>(
    `SELECT a.code AS account, s.sku, s.told_at AS "toldAt" FROM account_stock s JOIN account a ON a.id = s.account_id
     WHERE s.unknown AND ($1::text IS NULL OR a.code = $1) ORDER BY s.told_at DESC, a.code, s.sku LIMIT $2`,
    [account, limit],
  );
  return rows;
}
