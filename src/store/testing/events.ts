import type { EventType } from '../../model/events.js';
import { type Database, inTransaction, type Queryable } from '../database.js';

/** Writes the next event of an aggregate, under its lock, as every writer of events does. Returns its version. */
export async function writeEvent(
  client: Queryable,
  event: {
    readonly aggregateId: string;
    readonly type?: EventType;
    readonly accountId?: number;
    readonly vendorId?: number;
    readonly occurredAt?: Date;
    readonly payload?: Readonly<Record<string, unknown>>;
  },
): Promise<number> {
  const type = event.type ?? 'order.amended';
  const aggregateType = type === 'stock.changed' ? 'stock' : 'order';
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [event.aggregateId]);
  const { rows } = await client.query<{ aggregate_version: number }>(
    `INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, account_id, vendor_id, actor, payload, occurred_at)
     SELECT $1, $2, $3, COALESCE(max(aggregate_version), 0) + 1, $4, $5, 'system:test', $6, COALESCE($7, now())
     FROM event WHERE aggregate_type = $2 AND aggregate_id = $3 RETURNING aggregate_version`,
    [
      type,
      aggregateType,
      event.aggregateId,
      event.accountId ?? null,
      event.vendorId ?? null,
      JSON.stringify(event.payload ?? {}),
      event.occurredAt ?? null,
    ],
  );
  const version = rows[0]?.aggregate_version;
  if (version === undefined) throw new Error('expected the inserted event');
  return version;
}

/** Writes and commits one event of an aggregate. */
export function commitEvent(pool: Database['pool'], event: Parameters<typeof writeEvent>[1]): Promise<number> {
  return inTransaction(pool, (client) => writeEvent(client, event));
}

/** Waits until the condition holds, looking every few milliseconds; throws with `what` after `withinMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
