import { createHash, timingSafeEqual } from 'node:crypto';
import { HeadgateError } from '../model/errors.js';
import { SCOPES, type Scope, type Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';

/** Fixed start of every key, so that scanners and people recognise one. */
const PREFIX = 'hg_';
const KEY_SHAPE = /^hg_[A-Za-z0-9_-]{43}$/;

/** What is kept of a key. The key itself is shown once, when it is made. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The first characters, to tell keys apart in lists. */
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly accountIds: readonly number[] | 'all';
  readonly vendorIds: readonly number[] | 'all';
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accountIds: readonly number[] | 'all';
  readonly vendorIds: readonly number[] | 'all';
  readonly expiresAt?: Date | undefined;
  readonly createdAt: Date;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** The answer to a presented key: who asks, or why not. `expired` and `revoked` are told apart for the log, not the caller. */
export type KeyVerdict =
  | { readonly ok: true; readonly viewer: Viewer; readonly expiresAt: Date | null }
  | { readonly ok: false; readonly reason: 'unknown' | 'expired' | 'revoked' };

interface KeyRow {
  id: string;
  name: string;
  hash: Buffer;
  hint: string;
  scopes: Scope[];
  account_ids: number[] | null;
  vendor_ids: number[] | null;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

/**
 * Makes an API key and returns it, once: `hg_` and 256 random bits. Only its SHA-256 is stored; with that many random bits
 * a salt or a slow hash would add nothing.
 *
 * Errors: FORBIDDEN (the viewer is no admin), KEY_TOO_WIDE (a storefront or partner key without accounts, a vendor key
 * without vendors: those scopes are rights over named accounts and vendors), KEY_INVALID.
 */
export async function createApiKey(
  db: Queryable,
  viewer: Viewer,
  key: NewApiKey,
): Promise<{ readonly key: string; readonly apiKey: ApiKey }> {
  requireAdmin(viewer);
  if (key.secret.length !== 32) throw new RangeError(`a key is made of 32 random bytes, got ${key.secret.length}`);
  if (key.name.length < 1 || key.name.length > 100) throw invalid('name', '1 to 100 characters', key.name.length);
  if (key.scopes.length === 0 || !key.scopes.every((scope) => SCOPES.includes(scope))) {
    throw invalid('scopes', `at least one of ${SCOPES.join(', ')}`, key.scopes.join(', ') || 'none');
  }
  const narrow = (scope: Scope) => key.scopes.includes(scope);
  if ((narrow('storefront') || narrow('partner')) && key.accountIds === 'all') {
    throw new HeadgateError(
      'KEY_TOO_WIDE',
      'refused',
      'a storefront or partner key needs the accounts it is for, got all',
    );
  }
  if (narrow('vendor') && key.vendorIds === 'all') {
    throw new HeadgateError('KEY_TOO_WIDE', 'refused', 'a vendor key needs the vendors it is for, got all');
  }
  const text = PREFIX + Buffer.from(key.secret).toString('base64url');
  const { rows } = await db.query<KeyRow>(
    `INSERT INTO api_key (id, name, hash, hint, scopes, account_ids, vendor_ids, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *`,
    [
      key.id,
      key.name,
      hashOf(text),
      `${text.slice(0, PREFIX.length + 4)}…`,
      key.scopes,
      key.accountIds === 'all' ? null : key.accountIds,
      key.vendorIds === 'all' ? null : key.vendorIds,
      key.createdAt,
      key.expiresAt ?? null,
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT INTO api_key returned no row');
  return { key: text, apiKey: toApiKey(row) };
}

/**
 * Who presents this key. The lookup is by the hash of the whole key, so the time it takes tells nothing about a stored key;
 * the found hash is compared once more in constant time.
 */
export async function verifyApiKey(db: Queryable, presented: string, now: Date): Promise<KeyVerdict> {
  if (!KEY_SHAPE.test(presented)) return { ok: false, reason: 'unknown' };
  const hash = hashOf(presented);
  const { rows } = await db.query<KeyRow>({
    name: 'verify-api-key',
    text: 'SELECT * FROM api_key WHERE hash = $1',
    values: [hash],
  });
  const row = rows[0];
  if (row === undefined || !timingSafeEqual(row.hash, hash)) return { ok: false, reason: 'unknown' };
  if (row.revoked_at !== null) return { ok: false, reason: 'revoked' };
  if (row.expires_at !== null && row.expires_at <= now) return { ok: false, reason: 'expired' };
  const key = toApiKey(row);
  return {
    ok: true,
    expiresAt: key.expiresAt,
    viewer: { actor: `key:${key.id}`, scopes: key.scopes, accountIds: key.accountIds, vendorIds: key.vendorIds },
  };
}

/** Keys, newest first, at most `limit` (100). Errors: FORBIDDEN. */
export async function listApiKeys(db: Queryable, viewer: Viewer, limit = 100): Promise<readonly ApiKey[]> {
  requireAdmin(viewer);
  const { rows } = await db.query<KeyRow>('SELECT * FROM api_key ORDER BY created_at DESC, id DESC LIMIT $1', [
    Math.min(Math.max(1, limit), 1_000),
  ]);
  return rows.map(toApiKey);
}

/** Ends a key at once; false where there is none of that id. Revoking twice keeps the first moment. Errors: FORBIDDEN. */
export async function revokeApiKey(db: Queryable, viewer: Viewer, id: string, now: Date): Promise<boolean> {
  requireAdmin(viewer);
  const { rowCount } = await db.query('UPDATE api_key SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1', [
    id,
    now,
  ]);
  return rowCount === 1;
}

/** Of these key ids, those that may no longer be used: revoked, expired, or gone. For connections that outlive their first check. */
export async function endedApiKeys(db: Queryable, ids: readonly string[], now: Date): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT asked.id FROM unnest($1::uuid[]) AS asked(id) WHERE NOT EXISTS (SELECT 1 FROM api_key k
       WHERE k.id = asked.id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2))`,
    [ids, now],
  );
  return rows.map((row) => row.id);
}

function requireAdmin(viewer: Viewer): void {
  if (viewer.scopes.includes('admin')) return;
  throw new HeadgateError(
    'FORBIDDEN',
    'refused',
    `API keys are managed with the admin scope, ${viewer.actor} has ${viewer.scopes.join(', ') || 'none'}`,
  );
}

function invalid(field: string, expected: string, got: string | number): HeadgateError {
  return new HeadgateError('KEY_INVALID', 'refused', `${field} of an API key: expected ${expected}, got ${got}`);
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    accountIds: row.account_ids ?? 'all',
    vendorIds: row.vendor_ids ?? 'all',
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
