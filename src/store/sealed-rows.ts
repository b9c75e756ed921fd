import type { Queryable } from './database.js';
import { type SecretKeys, seal, unseal } from './secrets.js';

/** Tables with a code, and secrets that only the owner's own row can open. */
type Owner = 'account' | 'vendor' | 'carrier_account';

/** How a row is found. */
export type ById = { readonly id: number } | { readonly code: string };

const ownerOf = (table: Owner, code: string) => `${table}:${code}`;

/**
 * The row with its secrets opened (null where none were set), or null where there is none. `columns`: as SQL, `code` among them.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE.
 */
export async function loadUnsealed<Row extends { readonly code: string }>(
  db: Queryable,
  keys: SecretKeys,
  table: Owner,
  columns: string,
  by: ById,
): Promise<(Row & { readonly secrets: unknown }) | null> {
  const [id, code] = 'id' in by ? [by.id, null] : [null, by.code];
  const { rows } = await db.query<Row & { sealed: Buffer | null }>({
    name: `unsealed-${table}`,
    text: `SELECT ${columns}, secrets_sealed AS sealed FROM ${table} WHERE id = $1 OR code = $2`,
    values: [id, code],
  });
  const row = rows[0];
  if (!row) return null;
  const { sealed, ...rest } = row;
  return { ...(rest as unknown as Row), secrets: sealed && unseal(sealed, ownerOf(table, row.code), keys) };
}

/** Seals and keeps the secrets. Returns whether there is such a row. */
export async function keepSealed(
  db: Queryable,
  keys: SecretKeys,
  table: Owner,
  code: string,
  secrets: unknown,
): Promise<boolean> {
  const sealed = seal(secrets, ownerOf(table, code), keys);
  const { rowCount } = await db.query(`UPDATE ${table} SET secrets_sealed = $2 WHERE code = $1`, [code, sealed]);
  return rowCount === 1;
}
