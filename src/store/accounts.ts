import type { Queryable } from './database.js';
import { type SecretKeys, seal, unseal } from './secrets.js';

/** One account with what its connector needs. `settings` and `secrets` are not yet checked against the connector's manifest. */
export interface AccountRecord {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** The connector's name. */
  readonly channel: string;
  readonly currency: string;
  readonly whenShort: 'BACKORDER' | 'REJECT';
  readonly confirmation: 'automatic' | 'explicit';
  readonly holdMinutes: number;
  readonly status: 'active' | 'paused';
  readonly settings: unknown;
  /** Null where none were set. */
  readonly secrets: unknown;
}

const owner = (code: string) => `account:${code}`;

/**
 * The account by id or code, its secrets opened, or null. For Headgate's own work: it takes no viewer and is never shown.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE.
 */
export async function loadAccount(
  db: Queryable,
  keys: SecretKeys,
  by: { readonly id: number } | { readonly code: string },
): Promise<AccountRecord | null> {
  const [id, code] = 'id' in by ? [by.id, null] : [null, by.code];
  const { rows } = await db.query<Omit<AccountRecord, 'secrets'> & { sealed: Buffer | null }>(
    `SELECT id, code, name, channel, currency, when_short AS "whenShort", confirmation, hold_minutes AS "holdMinutes", status,
       settings, secrets_sealed AS sealed
     FROM account WHERE id = $1 OR code = $2`,
    [id, code],
  );
  const row = rows[0];
  if (!row) return null;
  const { sealed, ...account } = row;
  return { ...account, secrets: sealed && unseal(sealed, owner(row.code), keys) };
}

/** Seals and keeps an account's secrets. Returns whether there is such an account. */
export async function setAccountSecrets(
  db: Queryable,
  keys: SecretKeys,
  code: string,
  secrets: unknown,
): Promise<boolean> {
  const sealed = seal(secrets, owner(code), keys);
  const { rowCount } = await db.query('UPDATE account SET secrets_sealed = $2 WHERE code = $1', [code, sealed]);
  return rowCount === 1;
}
