import type { Queryable } from './database.js';

/** What is read from a vendor by asking it again and again. */
export const POLL_KINDS = ['documents', 'stock'] as const;
export type PollKind = (typeof POLL_KINDS)[number];

/** One vendor's stream, and who works on it: the key of a vendor_poll row. */
export interface PollKey {
  readonly vendorId: number;
  readonly kind: PollKind;
}

/** The id of a poll as work and dead letters name it. */
export function pollId(key: PollKey): string {
  return `${key.vendorId}-${key.kind}`;
}

/** The key behind `pollId`, or null where the text is none. */
export function parsePollId(id: string): PollKey | null {
  const match = /^([1-9][0-9]{0,9})-(documents|stock)$/.exec(id);
  return match ? { vendorId: Number(match[1]), kind: match[2] as PollKind } : null;
}

/** A poll that is ours until `leaseUntil`. `cursor`: where the vendor's documents were read up to; null: from the start. */
export interface ClaimedPoll extends PollKey {
  readonly cursor: string | null;
  readonly failures: number;
  readonly lastSuccessAt: Date | null;
  readonly token: string;
  readonly leaseUntil: Date;
}

/** Makes a row, due now, for every active vendor and kind that has none; says how many it made. */
export async function ensurePolls(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(
    `INSERT INTO vendor_poll (vendor_id, kind, next_action_at)
     SELECT v.id, k.kind, $1 FROM vendor v CROSS JOIN unnest($2::text[]) AS k(kind) WHERE v.status = 'active'
     ON CONFLICT DO NOTHING`,
    [now, POLL_KINDS],
  );
  return rowCount ?? 0;
}

/**
 * Takes a poll that is due and that nobody holds, under a lease; null where there is nothing to take.
 *
 * While it is held, next_action_at stands past the lease's end, so that the sweep finds it when the holder vanished.
 */
export async function claimPoll(
  db: Queryable,
  key: PollKey & { readonly now: Date; readonly leaseMs: number; readonly marginMs: number; readonly token: string },
): Promise<ClaimedPoll | null> {
  const leaseUntil = new Date(key.now.getTime() + key.leaseMs);
  const { rows } = await db.query<{ cursor: string | null; failures: number; last_success_at: Date | null }>(
    `UPDATE vendor_poll SET lease_token = $4, lease_until = $5, next_action_at = $6
     WHERE vendor_id = $1 AND kind = $2 AND next_action_at <= $3 AND (lease_until IS NULL OR lease_until < $7)
     RETURNING cursor, failures, last_success_at`,
    [
      key.vendorId,
      key.kind,
      key.now,
      key.token,
      leaseUntil,
      new Date(leaseUntil.getTime() + key.marginMs),
      new Date(key.now.getTime() - key.marginMs),
    ],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    vendorId: key.vendorId,
    kind: key.kind,
    cursor: row.cursor,
    failures: row.failures,
    lastSuccessAt: row.last_success_at,
    token: key.token,
    leaseUntil,
  };
}

/** Notes how far a held poll has come, after the page was applied; false: the lease is no longer ours, stop. */
export async function advancePoll(db: Queryable, poll: ClaimedPoll, cursor: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE vendor_poll SET cursor = $4 WHERE vendor_id = $1 AND kind = $2 AND lease_token = $3',
    [poll.vendorId, poll.kind, poll.token, cursor],
  );
  return rowCount === 1;
}

/** Gives a held poll back after it succeeded; false: the lease was no longer ours and nothing was written. */
export async function finishPoll(
  db: Queryable,
  poll: ClaimedPoll,
  done: { readonly at: Date; readonly nextActionAt: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE vendor_poll SET lease_token = NULL, lease_until = NULL, failures = 0, last_success_at = $4, next_action_at = $5
     WHERE vendor_id = $1 AND kind = $2 AND lease_token = $3`,
    [poll.vendorId, poll.kind, poll.token, done.at, done.nextActionAt],
  );
  return rowCount === 1;
}

/** Gives a held poll back after it failed. `nextActionAt` null: it waits for a person (a dead letter is open). */
export async function failPoll(
  db: Queryable,
  poll: ClaimedPoll,
  failed: { readonly nextActionAt: Date | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE vendor_poll SET lease_token = NULL, lease_until = NULL, failures = failures + 1, next_action_at = $4
     WHERE vendor_id = $1 AND kind = $2 AND lease_token = $3`,
    [poll.vendorId, poll.kind, poll.token, failed.nextActionAt],
  );
  return rowCount === 1;
}
