import type { Queryable } from './database.js';
import { type SecretKeys, seal, unseal } from './secrets.js';

/** One vendor with what its connector needs. `settings` and `secrets` are not yet checked against the connector's manifest. */
export interface VendorRecord {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** The connector's name. */
  readonly connector: string;
  readonly currency: string;
  /** From which step on its feed subtracts our purchase orders, and how much later at most. */
  readonly feedSubtracts: 'received' | 'accepted' | 'shipped';
  readonly feedLagSeconds: number;
  readonly feedSkewSeconds: number;
  readonly status: 'active' | 'paused';
  readonly settings: unknown;
  /** Null where none were set. */
  readonly secrets: unknown;
}

const owner = (code: string) => `vendor:${code}`;

/**
 * The vendor by id or code, its secrets opened, or null. For Headgate's own work: it takes no viewer and is never shown.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE.
 */
export async function loadVendor(
  db: Queryable,
  keys: SecretKeys,
  by: { readonly id: number } | { readonly code: string },
): Promise<VendorRecord | null> {
  const [id, code] = 'id' in by ? [by.id, null] : [null, by.code];
  const { rows } = await db.query<Omit<VendorRecord, 'secrets'> & { sealed: Buffer | null }>(
    `SELECT id, code, name, connector, currency, feed_subtracts AS "feedSubtracts", feed_lag_seconds AS "feedLagSeconds",
       feed_skew_seconds AS "feedSkewSeconds", status, settings, secrets_sealed AS sealed
     FROM vendor WHERE id = $1 OR code = $2`,
    [id, code],
  );
  const row = rows[0];
  if (!row) return null;
  const { sealed, ...vendor } = row;
  return { ...vendor, secrets: sealed && unseal(sealed, owner(row.code), keys) };
}

/** Seals and keeps a vendor's secrets. Returns whether there is such a vendor. */
export async function setVendorSecrets(
  db: Queryable,
  keys: SecretKeys,
  code: string,
  secrets: unknown,
): Promise<boolean> {
  const sealed = seal(secrets, owner(code), keys);
  const { rowCount } = await db.query('UPDATE vendor SET secrets_sealed = $2 WHERE code = $1', [code, sealed]);
  return rowCount === 1;
}
