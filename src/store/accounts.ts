import type { Queryable } from './database.js';
import { type ById, keepSealed, loadUnsealed } from './sealed-rows.js';
import type { SecretKeys } from './secrets.js';

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

const COLUMNS = `id, code, name, channel, currency, when_short AS "whenShort", confirmation, hold_minutes AS "holdMinutes",
  status, settings`;

/**
 * The account by id or code, its secrets opened, or null. For Headgate's own work: it takes no viewer and is never shown.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE.
 */
export function loadAccount(db: Queryable, keys: SecretKeys, by: ById): Promise<AccountRecord | null> {
  return loadUnsealed<Omit<AccountRecord, 'secrets'>>(db, keys, 'account', COLUMNS, by);
}

/** Seals and keeps an account's secrets. Returns whether there is such an account. */
export function setAccountSecrets(db: Queryable, keys: SecretKeys, code: string, secrets: unknown): Promise<boolean> {
  return keepSealed(db, keys, 'account', code, secrets);
}

/** How often the account's channel is asked for orders, in seconds; null: as the installation's settings say. */
export async function pollSecondsOf(db: Queryable, accountId: number): Promise<number | null> {
  const { rows } = await db.query<{ seconds: number | null }>(
    'SELECT poll_seconds AS seconds FROM account WHERE id = $1',
    [accountId],
  );
  return rows[0]?.seconds ?? null;
}
