import { inTransaction, type Pool, type Queryable } from './database.js';
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
  /** What is agreed with its customers and its channel; `accountTerms` reads it. */
  readonly terms: unknown;
  /** Null where none were set. */
  readonly secrets: unknown;
}

const COLUMNS = `id, code, name, channel, currency, when_short AS "whenShort", confirmation, hold_minutes AS "holdMinutes",
  status, settings, terms`;

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

/** Sets how often an account's channel is asked for orders, and how much of a SKU it is told of at most; null: no own figure. */
export async function setAccountPace(
  db: Queryable,
  code: string,
  pace: { readonly pollSeconds?: number | null | undefined; readonly stockCap?: number | null | undefined },
): Promise<void> {
  const { pollSeconds, stockCap } = pace;
  if (pollSeconds !== undefined)
    await db.query('UPDATE account SET poll_seconds = $2 WHERE code = $1', [code, pollSeconds]);
  if (stockCap !== undefined) await db.query('UPDATE account SET stock_cap = $2 WHERE code = $1', [code, stockCap]);
}

/** An account to be made or changed; what is left out stays as it is, or gets its default. */
export interface AccountChange {
  readonly code: string;
  readonly name?: string | undefined;
  readonly channel?: string | undefined;
  readonly currency?: string | undefined;
  readonly whenShort?: 'BACKORDER' | 'REJECT' | undefined;
  readonly confirmation?: 'automatic' | 'explicit' | undefined;
  readonly status?: 'active' | 'paused' | undefined;
  readonly settings?: unknown;
  readonly secrets?: unknown;
  readonly terms?: unknown;
}

/** Makes an account. Returns false where there is one of this code. */
export function addAccount(
  pool: Pool,
  keys: SecretKeys,
  account: AccountChange & { readonly name: string; readonly channel: string; readonly currency: string },
): Promise<boolean> {
  const { code, name, channel, currency, whenShort, confirmation, settings = {}, secrets, terms = {} } = account;
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `INSERT INTO account (code, name, channel, currency, when_short, confirmation, settings, terms)
       VALUES ($1, $2, $3, $4, coalesce($5, 'BACKORDER'), coalesce($6, 'automatic'), $7, $8) ON CONFLICT (code) DO NOTHING`,
      [code, name, channel, currency, whenShort, confirmation, JSON.stringify(settings), JSON.stringify(terms)],
    );
    return rowCount === 1 && (secrets === undefined || (await keepSealed(db, keys, 'account', code, secrets)));
  });
}

/** Changes an account; its channel and currency stay. Returns false where there is none of this code. */
export function changeAccount(pool: Pool, keys: SecretKeys, change: AccountChange): Promise<boolean> {
  const { code, name, whenShort, confirmation, status, settings, secrets, terms } = change;
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE account SET name = coalesce($2, name), when_short = coalesce($3, when_short),
         confirmation = coalesce($4, confirmation), status = coalesce($5, status), settings = coalesce($6::jsonb, settings),
         terms = coalesce($7::jsonb, terms)
       WHERE code = $1`,
      [code, name, whenShort, confirmation, status, jsonOrNull(settings), jsonOrNull(terms)],
    );
    return rowCount === 1 && (secrets === undefined || (await keepSealed(db, keys, 'account', code, secrets)));
  });
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Accounts of one list at most. */
const LISTED_MAX = 1_000;

/** The accounts by code, at most 1,000; their secrets are not read. */
export async function listAccounts(db: Queryable): Promise<readonly Omit<AccountRecord, 'secrets'>[]> {
  const { rows } = await db.query<Omit<AccountRecord, 'secrets'>>(
    `SELECT ${COLUMNS} FROM account ORDER BY code LIMIT ${LISTED_MAX}`,
  );
  return rows;
}
