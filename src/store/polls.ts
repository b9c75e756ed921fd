import type { Queryable } from './database.js';

/** What is read from a vendor, and done with a channel's account, again and again. */
export const VENDOR_POLLS = ['documents', 'stock'] as const;
/** Accounts that are looked at together. */
const ACCOUNTS_MAX = 10_000;
export const ACCOUNT_POLLS = ['orders', 'levels'] as const;

/** One vendor's stream, and who works on it: the key of a vendor_poll row. */
export interface VendorPollKey {
  readonly vendorId: number;
  readonly kind: (typeof VENDOR_POLLS)[number];
}

/** The same of an account: its orders are read, its stock levels published. */
export interface AccountPollKey {
  readonly accountId: number;
  readonly kind: (typeof ACCOUNT_POLLS)[number];
}

export type PollKey = VendorPollKey | AccountPollKey;

/** The id of a poll as work and dead letters name it: the kind tells whose it is. */
export function pollId(key: PollKey): string {
  return `${'vendorId' in key ? key.vendorId : key.accountId}-${key.kind}`;
}

/** The key behind `pollId`, or null where the text is none. */
export function parsePollId(id: string): PollKey | null {
  const [, party, kind] = /^([1-9][0-9]{0,9})-([a-z]+)$/.exec(id) ?? [];
  const ofVendor = VENDOR_POLLS.find((known) => known === kind);
  if (ofVendor !== undefined) return { vendorId: Number(party), kind: ofVendor };
  const ofAccount = ACCOUNT_POLLS.find((known) => known === kind);
  return ofAccount === undefined ? null : { accountId: Number(party), kind: ofAccount };
}

/** What there is of a poll that is ours until `leaseUntil`. `cursor`: how far it was read; null: from the start. */
interface Claim {
  readonly cursor: string | null;
  readonly failures: number;
  readonly lastSuccessAt: Date | null;
  readonly token: string;
  readonly leaseUntil: Date;
}

export type ClaimedPoll<Key extends PollKey = PollKey> = Key & Claim;

/** The row of a poll: `$1` is whose it is, `$2` its kind. */
function rowOf(key: PollKey): { readonly table: string; readonly is: string; readonly values: [number, string] } {
  return 'vendorId' in key
    ? { table: 'vendor_poll', is: 'vendor_id = $1 AND kind = $2', values: [key.vendorId, key.kind] }
    : { table: 'account_poll', is: 'account_id = $1 AND kind = $2', values: [key.accountId, key.kind] };
}

/** Makes a row, due now, for every active vendor and kind that has none; says how many it made. */
export async function ensurePolls(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(
    `INSERT INTO vendor_poll (vendor_id, kind, next_action_at)
     SELECT v.id, k.kind, $1 FROM vendor v CROSS JOIN unnest($2::text[]) AS k(kind) WHERE v.status = 'active'
     ON CONFLICT DO NOTHING`,
    [now, VENDOR_POLLS],
  );
  return rowCount ?? 0;
}

/** The same for each of these accounts that is active, by kind; says how many it made. */
export async function ensureAccountPolls(
  db: Queryable,
  accountIds: { readonly [Kind in AccountPollKey['kind']]: readonly number[] },
  now: Date,
): Promise<number> {
  let made = 0;
  for (const kind of ACCOUNT_POLLS) {
    const { rowCount } = await db.query(
      `INSERT INTO account_poll (account_id, kind, next_action_at)
       SELECT id, $2, $1 FROM account WHERE status = 'active' AND id = ANY($3::integer[]) ON CONFLICT DO NOTHING`,
      [now, kind, accountIds[kind]],
    );
    made += rowCount ?? 0;
  }
  return made;
}

/** Active accounts, at most 10,000, the newest first. */
export async function activeAccounts(
  db: Queryable,
): Promise<readonly { readonly id: number; readonly channel: string; readonly settings: unknown }[]> {
  const { rows } = await db.query<{ id: number; channel: string; settings: unknown }>(
    `SELECT id, channel, settings FROM account WHERE status = 'active' ORDER BY id DESC LIMIT ${ACCOUNTS_MAX}`,
  );
  return rows;
}

/**
 * Takes a poll that is due and that nobody holds, under a lease; null where there is nothing to take.
 *
 * While it is held, next_action_at stands past the lease's end, so that the sweep finds it when the holder vanished.
 */
export async function claimPoll<Key extends PollKey>(
  db: Queryable,
  key: Key,
  by: { readonly now: Date; readonly leaseMs: number; readonly marginMs: number; readonly token: string },
): Promise<ClaimedPoll<Key> | null> {
  const { table, is, values } = rowOf(key);
  const leaseUntil = new Date(by.now.getTime() + by.leaseMs);
  const { rows } = await db.query<{ cursor: string | null; failures: number; last_success_at: Date | null }>(
    `UPDATE ${table} SET lease_token = $4, lease_until = $5, next_action_at = $6
     WHERE ${is} AND next_action_at <= $3 AND (lease_until IS NULL OR lease_until < $7)
     RETURNING cursor, failures, last_success_at`,
    [
      ...values,
      by.now,
      by.token,
      leaseUntil,
      new Date(leaseUntil.getTime() + by.marginMs),
      new Date(by.now.getTime() - by.marginMs),
    ],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    ...key,
    cursor: row.cursor,
    failures: row.failures,
    lastSuccessAt: row.last_success_at,
    token: by.token,
    leaseUntil,
  };
}

/** Notes how far a held poll has come, after the page was applied; false: the lease is no longer ours, stop. */
export async function advancePoll(db: Queryable, poll: ClaimedPoll, cursor: string | null): Promise<boolean> {
  const { table, is, values } = rowOf(poll);
  const { rowCount } = await db.query(`UPDATE ${table} SET cursor = $4 WHERE ${is} AND lease_token = $3`, [
    ...values,
    poll.token,
    cursor,
  ]);
  return rowCount === 1;
}

/** Gives a held poll back after it succeeded; false: the lease was no longer ours and nothing was written. */
export async function finishPoll(
  db: Queryable,
  poll: ClaimedPoll,
  done: { readonly at: Date; readonly nextActionAt: Date },
): Promise<boolean> {
  const { table, is, values } = rowOf(poll);
  const { rowCount } = await db.query(
    `UPDATE ${table} SET lease_token = NULL, lease_until = NULL, failures = 0, last_success_at = $4, next_action_at = $5
     WHERE ${is} AND lease_token = $3`,
    [...values, poll.token, done.at, done.nextActionAt],
  );
  return rowCount === 1;
}

/** Gives a held poll back after it failed. `nextActionAt` null: it waits for a person (a dead letter is open). */
export async function failPoll(
  db: Queryable,
  poll: ClaimedPoll,
  failed: { readonly failures: number; readonly nextActionAt: Date | null },
): Promise<boolean> {
  const { table, is, values } = rowOf(poll);
  const { rowCount } = await db.query(
    `UPDATE ${table} SET lease_token = NULL, lease_until = NULL, failures = $5, next_action_at = $4
     WHERE ${is} AND lease_token = $3`,
    [...values, poll.token, failed.nextActionAt, failed.failures],
  );
  return rowCount === 1;
}

/** Sets when a poll is due (null: at rest); due again means counted from zero. */
export async function setPollDue(db: Queryable, key: PollKey, dueAt: Date | null): Promise<void> {
  const { table, is, values } = rowOf(key);
  await db.query(
    `UPDATE ${table} SET next_action_at = $3::timestamptz, failures = CASE WHEN $3::timestamptz IS NULL THEN failures ELSE 0 END
     WHERE ${is}`,
    [...values, dueAt],
  );
}
