import type { Queryable } from './database.js';
import { type ById, keepSealed, loadUnsealed } from './sealed-rows.js';
import type { SecretKeys } from './secrets.js';

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

const COLUMNS = `id, code, name, connector, currency, feed_subtracts AS "feedSubtracts", feed_lag_seconds AS "feedLagSeconds",
  feed_skew_seconds AS "feedSkewSeconds", status, settings`;

/**
 * The vendor by id or code, its secrets opened, or null. For Headgate's own work: it takes no viewer and is never shown.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE.
 */
export function loadVendor(db: Queryable, keys: SecretKeys, by: ById): Promise<VendorRecord | null> {
  return loadUnsealed<Omit<VendorRecord, 'secrets'>>(db, keys, 'vendor', COLUMNS, by);
}

/** Seals and keeps a vendor's secrets. Returns whether there is such a vendor. */
export function setVendorSecrets(db: Queryable, keys: SecretKeys, code: string, secrets: unknown): Promise<boolean> {
  return keepSealed(db, keys, 'vendor', code, secrets);
}
