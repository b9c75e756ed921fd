import type { Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';

/** Who sells and who ships, by name and place: what lists and details show beside an id. No settings, no secrets. */
export interface AccountEntry {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly channel: string;
  readonly currency: string;
}

export interface VendorEntry {
  readonly id: number;
  readonly code: string;
  readonly name: string;
}

export interface NodeEntry {
  readonly id: number;
  readonly code: string;
  readonly vendorId: number;
  readonly name: string;
  readonly city: string;
  readonly regionCode: string | null;
  readonly countryCode: string;
}

const ACCOUNT = 'SELECT id, code, name, channel, currency FROM account';
const limit = (ids: readonly number[] | 'all') => (ids === 'all' ? null : ids);

/** Accounts by id, in no order; those that the viewer may not see are missing. */
export async function accountsByIds(db: Queryable, viewer: Viewer, ids: readonly number[]): Promise<AccountEntry[]> {
  const { rows } = await db.query<AccountEntry>(
    `${ACCOUNT} WHERE id = ANY($1::int[]) AND ($2::int[] IS NULL OR id = ANY($2))`,
    [ids, limit(viewer.accountIds)],
  );
  return rows;
}

/** The account of this code, or, without a code, the only one that the viewer may see; null where there is none such. */
export async function findAccount(
  db: Queryable,
  viewer: Viewer,
  code: string | undefined,
): Promise<AccountEntry | null> {
  const { rows } = await db.query<AccountEntry>(
    `${ACCOUNT} WHERE ($1::text IS NULL OR code = $1) AND ($2::int[] IS NULL OR id = ANY($2)) LIMIT 2`,
    [code ?? null, limit(viewer.accountIds)],
  );
  return rows.length === 1 ? (rows[0] ?? null) : null;
}

/** Vendors by id, in no order; a viewer limited to vendors sees its own. */
export async function vendorsByIds(db: Queryable, viewer: Viewer, ids: readonly number[]): Promise<VendorEntry[]> {
  const { rows } = await db.query<VendorEntry>(
    'SELECT id, code, name FROM vendor WHERE id = ANY($1::int[]) AND ($2::int[] IS NULL OR id = ANY($2))',
    [ids, limit(viewer.vendorIds)],
  );
  return rows;
}

/** The vendor of this code, or null where there is none that the viewer may see. */
export async function findVendor(db: Queryable, viewer: Viewer, code: string): Promise<VendorEntry | null> {
  const { rows } = await db.query<VendorEntry>(
    'SELECT id, code, name FROM vendor WHERE code = $1 AND ($2::int[] IS NULL OR id = ANY($2))',
    [code, limit(viewer.vendorIds)],
  );
  return rows[0] ?? null;
}

/** Nodes by id, in no order; a viewer limited to vendors sees theirs. */
export async function nodesByIds(db: Queryable, viewer: Viewer, ids: readonly number[]): Promise<NodeEntry[]> {
  const { rows } = await db.query<NodeEntry>(
    `SELECT id, code, vendor_id AS "vendorId", name, city, region_code AS "regionCode", country_code AS "countryCode"
     FROM node WHERE id = ANY($1::int[]) AND ($2::int[] IS NULL OR vendor_id = ANY($2))`,
    [ids, limit(viewer.vendorIds)],
  );
  return rows;
}
