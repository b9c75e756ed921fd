import { inTransaction, type Pool, type Queryable } from './database.js';
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
  /** What is agreed on its answers; `vendorTermsOf` reads it. */
  readonly terms: unknown;
  /** Null where none were set. */
  readonly secrets: unknown;
}

const COLUMNS = `id, code, name, connector, currency, feed_subtracts AS "feedSubtracts", feed_lag_seconds AS "feedLagSeconds",
  feed_skew_seconds AS "feedSkewSeconds", status, settings, terms`;

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

/** What a vendor's feed of stock means, until somebody declares otherwise (`headgate stock policy`). */
export interface FeedDeclaration {
  readonly subtracts: 'received' | 'accepted' | 'shipped';
  readonly lagMs: number;
  readonly complete: boolean;
}

/** Makes a vendor. Returns false where there is one of this code. */
export function addVendor(
  pool: Pool,
  keys: SecretKeys,
  vendor: Pick<VendorRecord, 'code' | 'name' | 'connector' | 'currency' | 'settings' | 'secrets'> & {
    readonly feed: FeedDeclaration | null;
  },
): Promise<boolean> {
  const { code, name, connector, currency, settings, secrets, feed } = vendor;
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `INSERT INTO vendor (code, name, connector, currency, settings, feed_subtracts, feed_lag_seconds, feed_absent_is_zero)
       VALUES ($1, $2, $3, $4, $5, coalesce($6, 'shipped'), coalesce($7, 0), coalesce($8, false)) ON CONFLICT (code) DO NOTHING`,
      [
        ...[code, name, connector, currency, JSON.stringify(settings)],
        ...[feed?.subtracts, feed && Math.ceil(feed.lagMs / 1000), feed?.complete],
      ],
    );
    return rowCount === 1 && (await keepSealed(db, keys, 'vendor', code, secrets));
  });
}

/** Changes how a vendor is reached, or whether it is. Returns false where there is none of this code. */
export function changeVendor(
  pool: Pool,
  keys: SecretKeys,
  change: { readonly code: string } & Partial<
    Pick<VendorRecord, 'name' | 'connector' | 'status' | 'settings' | 'secrets' | 'terms'>
  >,
): Promise<boolean> {
  const { code, name, connector, status, settings, secrets, terms } = change;
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE vendor SET name = coalesce($2, name), connector = coalesce($3, connector), status = coalesce($4, status),
         settings = coalesce($5::jsonb, settings), terms = coalesce($6::jsonb, terms) WHERE code = $1`,
      [
        ...[code, name, connector, status, settings === undefined ? null : JSON.stringify(settings)],
        terms === undefined ? null : JSON.stringify(terms),
      ],
    );
    return rowCount === 1 && (secrets === undefined || (await keepSealed(db, keys, 'vendor', code, secrets)));
  });
}

/** Vendors of one list at most. */
const LISTED_MAX = 1_000;

/** The vendors by code, at most 1,000; their secrets are not read. */
export async function listVendors(db: Queryable): Promise<readonly Omit<VendorRecord, 'secrets'>[]> {
  const { rows } = await db.query<Omit<VendorRecord, 'secrets'>>(
    `SELECT ${COLUMNS} FROM vendor ORDER BY code LIMIT ${LISTED_MAX}`,
  );
  return rows;
}
