import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventType, LoggedEvent } from '../model/events.js';
import type { Viewer } from '../model/viewer.js';
import { inTransaction, type Pool } from './database.js';
import { CursorInvalid, CursorPruned } from './event-cursor.js';
import { type EventFilter, eventMatches, logBounds, pruneEvents, readEvents, sequenceEvents } from './event-log.js';
import { commitEvent, writeEvent } from './testing/events.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { loadSmallNetwork, type SmallNetwork } from './testing/small-network.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
let network: SmallNetwork;
/** Where the log ended before the test. */
let start: bigint;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());
beforeEach(async () => {
  await sequenceAll();
  start = (await logBounds(pool)).head;
});

async function sequenceAll(): Promise<void> {
  while ((await sequenceEvents(pool, { batchMax: 7 })).more);
}

/** Everything after a position, page by page. */
async function readAll(after: bigint, filter: EventFilter = {}, viewer: Viewer | null = null): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (let from = after; ; ) {
    const page = await readEvents(pool, viewer, { ...filter, after: from, limit: 50 });
    events.push(...page.events);
    if (page.next === page.head) return events;
    from = page.next;
  }
}

const named = (events: readonly LoggedEvent[]) =>
  events.map((event) => `${event.aggregateId}@${event.aggregateVersion}`);

describe('the sequencer', () => {
  it('delivers two transactions that commit in reverse order of their inserts, each once, also past a reader', async () => {
    const first = await pool.connect();
    const second = await pool.connect();
    try {
      await first.query('BEGIN');
      await writeEvent(first, { aggregateId: 'slow' });
      await writeEvent(first, { aggregateId: 'slow' });
      await second.query('BEGIN');
      await writeEvent(second, { aggregateId: 'quick' });
      await second.query('COMMIT');
      await sequenceAll();

      const early = await readEvents(pool, null, { after: start, limit: 10 });
      expect(named(early.events)).toEqual(['quick@1']);

      await first.query('COMMIT');
      await sequenceAll();
      const late = await readEvents(pool, null, { after: early.next, limit: 10 });
      expect(named(late.events)).toEqual(['slow@1', 'slow@2']);
      expect(named(await readAll(start))).toEqual(['quick@1', 'slow@1', 'slow@2']);
    } finally {
      first.release();
      second.release();
    }
  });

  it('gives no position to what was rolled back, and leaves no hole for it', async () => {
    await commitEvent(pool, { aggregateId: 'kept' });
    await expect(
      inTransaction(pool, async (client) => {
        await writeEvent(client, { aggregateId: 'dropped' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await commitEvent(pool, { aggregateId: 'kept' });
    await sequenceAll();
    expect((await readAll(start)).map((event) => event.position)).toEqual([start + 1n, start + 2n]);
  });

  it('works in batches no larger than it was told', async () => {
    for (let i = 0; i < 5; i += 1) await commitEvent(pool, { aggregateId: 'batch' });
    expect(await sequenceEvents(pool, { batchMax: 2 })).toEqual({ sequenced: 2, head: start + 2n, more: true });
    expect(await sequenceEvents(pool, { batchMax: 10 })).toEqual({ sequenced: 3, head: start + 5n, more: false });
    expect(await sequenceEvents(pool)).toEqual({ sequenced: 0, head: start + 5n, more: false });
  });

  it('misses nothing, doubles nothing and keeps every aggregate in order under random writers and several sequencers', async () => {
    const random = seeded(20260301);
    let written = 0;
    let writing = true;
    const writer = async () => {
      for (let i = 0; i < 25; i += 1) {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          // Locks in key order, as plans take them.
          const aggregates = [...new Set([1, 2, 3].map(() => `agg-${Math.floor(random() * 6)}`))].sort();
          let count = 0;
          for (const aggregateId of aggregates) {
            for (let n = Math.ceil(random() * 2); n > 0; n -= 1) {
              await writeEvent(client, { aggregateId });
              count += 1;
            }
          }
          if (random() < 0.5) await client.query('SELECT pg_sleep($1)', [random() / 100]);
          const kept = random() < 0.85;
          await client.query(kept ? 'COMMIT' : 'ROLLBACK');
          if (kept) written += count;
        } finally {
          client.release();
        }
      }
    };
    const sequencer = async () => {
      while (writing) await sequenceEvents(pool, { batchMax: 1 + Math.floor(random() * 20) });
    };
    // A reader that follows from the start, and never looks back.
    const followed: LoggedEvent[] = [];
    const follow = async () => {
      let position = start;
      for (;;) {
        const last = !writing;
        const page = await readEvents(pool, null, { after: position, limit: 13 });
        followed.push(...page.events);
        position = page.next;
        if (last && page.next === page.head) return;
      }
    };
    const sequencers = [sequencer(), sequencer(), sequencer()];
    const reader = follow();
    await Promise.all([1, 2, 3, 4, 5, 6].map(writer));
    await sequenceAll();
    writing = false;
    await Promise.all(sequencers);
    await reader;

    expect(written).toBeGreaterThan(200);
    expect(followed.map((event) => event.position)).toEqual(
      Array.from({ length: written }, (_, index) => start + 1n + BigInt(index)),
    );
    const versions = new Map<string, number[]>();
    for (const event of followed) {
      versions.set(event.aggregateId, [...(versions.get(event.aggregateId) ?? []), event.aggregateVersion]);
    }
    for (const seen of versions.values()) expect(seen).toEqual(seen.map((_, index) => index + 1));
  });
});

describe('a read of the log', () => {
  it('judges every filter and viewer as the live side does', async () => {
    const { east, far } = network.nodes;
    const orders = ['o-1', 'o-2', 'o-3'];
    const types: EventType[] = ['order.routed', 'order.canceled', 'fulfillment.sent', 'stock.changed'];
    const random = seeded(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    for (let i = 0; i < 120; i += 1) {
      const type = pick(types);
      const vendorId = pick([east.vendorId, far.vendorId]);
      await commitEvent(pool, {
        type,
        aggregateId: type === 'stock.changed' ? `${pick([1, 2])}:${pick([11, 12, 1])}` : pick(orders),
        ...(type === 'stock.changed' ? {} : { accountId: network.accountId }),
        ...(type === 'stock.changed' || type === 'fulfillment.sent' ? { vendorId } : {}),
      });
    }
    await sequenceAll();
    const all = await readAll(start);
    expect(all).toHaveLength(120);

    const viewers: (Viewer | null)[] = [null];
    for (const accountIds of ['all', [], [network.accountId], [network.accountId + 99]] as const) {
      for (const vendorIds of ['all', [], [east.vendorId], [east.vendorId, far.vendorId]] as const) {
        viewers.push({ actor: 'key:test', scopes: ['partner'], accountIds, vendorIds });
      }
    }
    const filters: EventFilter[] = [
      {},
      { types: ['order.routed', 'stock.changed'] },
      { types: [] },
      { aggregateType: 'stock' },
      { aggregateIds: ['o-2', '1:11'] },
      { productIds: [11] },
      { productIds: [1], types: ['stock.changed'] },
      { aggregateType: 'order', productIds: [11] },
    ];
    let matched = 0;
    for (const viewer of viewers) {
      for (const filter of filters) {
        const read = await readAll(start, filter, viewer);
        const judged = all.filter((event) => eventMatches(viewer, filter, event));
        expect(read, JSON.stringify({ viewer, filter })).toEqual(judged);
        matched += judged.length;
      }
    }
    expect(matched).toBeGreaterThan(500);
  });

  it('shows a partner only the orders of its accounts, and a vendor only what names it', async () => {
    const { east, far } = network.nodes;
    await commitEvent(pool, { type: 'order.routed', aggregateId: 'mine', accountId: network.accountId });
    await commitEvent(pool, {
      type: 'fulfillment.sent',
      aggregateId: 'mine',
      accountId: network.accountId,
      vendorId: east.vendorId,
    });
    await commitEvent(pool, { type: 'order.routed', aggregateId: 'nobodys' });
    await commitEvent(pool, { type: 'stock.changed', aggregateId: '3:9', vendorId: far.vendorId });
    await sequenceAll();
    const partner: Viewer = { actor: 'key:p', scopes: ['partner'], accountIds: [network.accountId], vendorIds: 'all' };
    const vendor: Viewer = { actor: 'key:v', scopes: ['vendor'], accountIds: 'all', vendorIds: [east.vendorId] };
    expect(named(await readAll(start, { aggregateType: 'order' }, partner))).toEqual(['mine@1', 'mine@2']);
    expect(named(await readAll(start, {}, vendor))).toEqual(['mine@2']);
  });

  it('refuses a position that this log has not reached', async () => {
    await expect(readEvents(pool, null, { after: start + 1n, limit: 1 })).rejects.toThrow(CursorInvalid);
  });
});

describe('pruning', () => {
  it('takes only old events that every reader has passed, and a cursor before them gets a clear error', async () => {
    const old = new Date('2026-01-01T00:00:00Z');
    const cut = new Date('2026-02-01T00:00:00Z');
    await pruneAll(new Date('2100-01-01T00:00:00Z'));
    for (let i = 0; i < 5; i += 1) await commitEvent(pool, { aggregateId: 'aged', occurredAt: old });
    await commitEvent(pool, { aggregateId: 'aged', occurredAt: new Date('2026-03-01T00:00:00Z') });
    await commitEvent(pool, { aggregateId: 'aged', occurredAt: old });
    await sequenceAll();
    await pool.query("INSERT INTO event_reader (name, position) VALUES ('test', $1)", [String(start + 2n)]);

    await pruneAll(cut);
    expect((await logBounds(pool)).prunedTo).toBe(start + 2n);
    await pool.query("DELETE FROM event_reader WHERE name = 'test'");
    await pruneAll(cut);
    // The young event keeps the old one behind it: what is left is always a whole tail.
    expect((await logBounds(pool)).prunedTo).toBe(start + 5n);
    expect(named(await readAll(start + 5n))).toEqual(['aged@6', 'aged@7']);
    const refused = readEvents(pool, null, { after: start + 4n, limit: 1 });
    await expect(refused).rejects.toThrow(CursorPruned);
    await expect(refused).rejects.toMatchObject({ oldest: start + 5n });
  });

  async function pruneAll(olderThan: Date): Promise<void> {
    while ((await pruneEvents(pool, { olderThan, limit: 2 })).more);
  }
});

it('an event never changes once it has its position', async () => {
  await commitEvent(pool, { aggregateId: 'stone' });
  await sequenceAll();
  await expect(pool.query("UPDATE event SET payload = '{}' WHERE aggregate_id = 'stone'")).rejects.toThrow(/immutable/);
});

/** mulberry32: the same numbers from a seed every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
