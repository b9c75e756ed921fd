import type { EventType, LoggedEvent } from '../model/events.js';
import { type Database, inTransaction, type Queryable } from './database.js';
import { logBounds, readEvents } from './event-log.js';

const BATCH = 500;

/** Makes the row that keeps how far a reader has read, where there is none: from the oldest event, or from now on. */
export async function beginReading(db: Queryable, name: string, from: 'oldest' | 'now'): Promise<void> {
  await db.query(
    `INSERT INTO event_reader (name, position)
     SELECT $1, CASE WHEN $2 = 'now' THEN last_position ELSE pruned_to END FROM event_sequencer ON CONFLICT DO NOTHING`,
    [name, from],
  );
}

/**
 * Hands a reader the next batch of events, each once and in their order. `idle`: nothing is left, or another process is at it.
 *
 * The row of event_reader is the lock: it ends with the transaction, however this process ends, and one that hangs is cut off by
 * the server. What `take` writes with its client and the position are kept together, or neither.
 */
export async function readOn(
  pool: Database['pool'],
  reader: { readonly name: string; readonly types?: readonly EventType[] },
  take: (client: Queryable, events: readonly LoggedEvent[]) => Promise<void>,
): Promise<'more' | 'idle'> {
  const { name, types } = reader;
  // Without a lock first: most looks find nothing.
  const { rows: seen } = await pool.query<{ position: string }>(
    'SELECT position::text FROM event_reader WHERE name = $1',
    [name],
  );
  const { head } = await logBounds(pool);
  if (seen[0] !== undefined && BigInt(seen[0].position) >= head) return 'idle';
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ position: string }>(
      'SELECT position::text FROM event_reader WHERE name = $1 FOR UPDATE SKIP LOCKED',
      [name],
    );
    if (rows[0] === undefined) return 'idle';
    const page = await readEvents(client, null, {
      ...{ after: BigInt(rows[0].position), limit: BATCH },
      ...(types ? { types } : {}),
    });
    if (page.next === BigInt(rows[0].position)) return 'idle';
    await take(client, page.events);
    await client.query('UPDATE event_reader SET position = $2 WHERE name = $1', [name, page.next.toString()]);
    return page.next < page.head ? 'more' : 'idle';
  });
}
