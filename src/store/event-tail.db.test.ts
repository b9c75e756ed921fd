import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../model/clock.js';
import type { LoggedEvent } from '../model/events.js';
import { silentLog } from '../model/log.js';
import type { Pool } from './database.js';
import { CursorInvalid, CursorPruned } from './event-cursor.js';
import { logBounds, pruneEvents, sequenceEvents } from './event-log.js';
import { createEventTail, type EventTail } from './event-tail.js';
import { commitEvent, until, writeEvent } from './testing/events.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { createLocalWake, type Wake } from './wake.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
const open: EventTail[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((tail) => tail.close()));
});
afterAll(() => database?.close());

async function startTail(wake: Wake = createLocalWake()): Promise<{ tail: EventTail; wake: Wake }> {
  const tail = createEventTail({ pool, wake, clock: systemClock, log: silentLog });
  open.push(tail);
  await tail.start();
  return { tail, wake };
}

const all = { viewer: null };

async function take(events: AsyncIterator<LoggedEvent>, count: number): Promise<LoggedEvent[]> {
  const taken: LoggedEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done) throw new Error(`the subscription ended after ${taken.length} of ${count} events`);
    taken.push(next.value);
  }
  return taken;
}

const named = (events: readonly LoggedEvent[]) =>
  events.map((event) => `${event.aggregateId}@${event.aggregateVersion}`);

describe('a subscription', () => {
  it('replays what was missed and goes on live, with no gap and no double, while others write', async () => {
    const { tail, wake } = await startTail();
    const from = (await logBounds(pool)).head;
    const readers: Promise<LoggedEvent[]>[] = [];
    const total = 240;
    const write = async (aggregateId: string) => {
      for (let i = 0; i < total / 4; i += 1) {
        await commitEvent(pool, { aggregateId });
        wake.committed();
        // Readers join at every stage of the writing: some replay nothing, some nearly all.
        if (i % 6 === 0) readers.push(take(tail.subscribe(from, all, { bufferMax: 1 + (i % 17) }), total));
      }
    };
    await Promise.all(['w-1', 'w-2', 'w-3', 'w-4'].map(write));
    readers.push(take(tail.subscribe(from, all), total));
    const expected = Array.from({ length: total }, (_, index) => from + 1n + BigInt(index));
    expect(readers.length).toBe(41);
    for (const reader of readers) expect((await reader).map((event) => event.position)).toEqual(expected);
  });

  it('delivers transactions that commit in reverse order, to a reader that has already gone past', async () => {
    const { tail, wake } = await startTail();
    const events = tail.subscribe(undefined, all);
    const first = await pool.connect();
    try {
      await first.query('BEGIN');
      await writeEvent(first, { aggregateId: 'begun-first' });
      await commitEvent(pool, { aggregateId: 'ended-first' });
      wake.committed();
      expect(named(await take(events, 1))).toEqual(['ended-first@1']);
      await first.query('COMMIT');
      wake.committed();
      expect(named(await take(events, 1))).toEqual(['begun-first@1']);
    } finally {
      first.release();
    }
  });

  it('without a cursor starts with what is committed from then on', async () => {
    const { tail, wake } = await startTail();
    await commitEvent(pool, { aggregateId: 'before' });
    wake.committed();
    await until('the tail has read it', () => tail.head() > 0n && tail.stats().subscribers === 0);
    await sequenceEvents(pool);
    const { head } = await logBounds(pool);
    await until('the tail stands at the end', () => tail.head() === head);
    const events = tail.subscribe(undefined, all);
    await commitEvent(pool, { aggregateId: 'after' });
    expect(named(await take(events, 1))).toEqual(['after@1']);
  });

  it('takes only what its filter wants, and still stands where the log is', async () => {
    const { tail, wake } = await startTail();
    const events = tail.subscribe(undefined, { viewer: null, aggregateIds: ['wanted'] });
    for (let i = 0; i < 20; i += 1) await commitEvent(pool, { aggregateId: i === 19 ? 'wanted' : 'other' });
    wake.committed();
    expect(named(await take(events, 1))).toEqual(['wanted@1']);
  });

  it('of a slow reader keeps no more than its buffer, and reads the rest from the log', async () => {
    const { tail, wake } = await startTail();
    const from = tail.head();
    const events = tail.subscribe(from, all, { bufferMax: 5 });
    for (let i = 0; i < 60; i += 1) await commitEvent(pool, { aggregateId: 'flood' });
    wake.committed();
    await until('the tail has gone past the reader', () => tail.head() === from + 60n);
    const read = await take(events, 60);
    expect(read.map((event) => event.position)).toEqual(Array.from({ length: 60 }, (_, i) => from + 1n + BigInt(i)));
  });

  it('at a cursor that was pruned ends with the oldest usable one', async () => {
    const { tail } = await startTail();
    await commitEvent(pool, { aggregateId: 'ancient' });
    await commitEvent(pool, { aggregateId: 'ancient' });
    await sequenceEvents(pool);
    const { head } = await logBounds(pool);
    while ((await pruneEvents(pool, { olderThan: new Date('2100-01-01T00:00:00Z') })).more);
    const events = tail.subscribe(head - 2n, all);
    await expect(events.next()).rejects.toThrow(CursorPruned);
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  it('ends at once when its reader leaves or the tail closes, also while it waits', async () => {
    const { tail } = await startTail();
    const left = tail.subscribe(undefined, all);
    const waiting = left.next();
    await left.return?.();
    expect((await waiting).done).toBe(true);
    expect(tail.stats().subscribers).toBe(0);
    const closed = tail.subscribe(undefined, all).next();
    await tail.close();
    expect((await closed).done).toBe(true);
  });
});

describe('the tail', () => {
  it('reads within its idle poll what nobody woke it for', async () => {
    const { tail } = await startTail();
    const events = tail.subscribe(undefined, all);
    const began = performance.now();
    await commitEvent(pool, { aggregateId: 'unannounced' });
    await take(events, 1);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('announces each batch that it gave positions to, and only those', async () => {
    const local = createLocalWake();
    let announced = 0;
    const wake: Wake = { ...local, announce: () => (announced += 1) };
    const { tail } = await startTail(wake);
    const head = tail.head();
    for (let i = 0; i < 10; i += 1) await commitEvent(pool, { aggregateId: 'announced' });
    wake.committed();
    await until('all are read', () => tail.head() === head + 10n);
    expect(announced).toBeGreaterThan(0);
    expect(announced).toBeLessThanOrEqual(10);
  });

  it('goes on after its connections were cut', async () => {
    const { tail } = await startTail();
    const events = tail.subscribe(undefined, all);
    await pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    let written = false;
    await until('an event can be written again', async () => {
      written ||= await commitEvent(pool, { aggregateId: 'recovered' }).then(
        () => true,
        () => false,
      );
      return written;
    });
    expect(named(await take(events, 1))).toEqual(['recovered@1']);
  });
});

describe('a watcher', () => {
  async function watched() {
    const { tail, wake } = await startTail();
    const told: string[] = [];
    let caughtUp = 0;
    tail.watch({
      onEvents: (events) => told.push(...named(events)),
      onGap: () => told.push('gap'),
      onCaughtUp: ({ at }) => {
        caughtUp = at.getTime();
      },
    });
    const catchUp = async () => {
      const from = Date.now();
      wake.committed();
      await until('the log to be read', () => caughtUp > from);
    };
    await catchUp();
    told.length = 0;
    return { tail, told, catchUp };
  }

  it('is told of every event before it is told of a moment up to which all are read', async () => {
    const { told, catchUp } = await watched();
    for (let i = 0; i < 3; i += 1) {
      await commitEvent(pool, { aggregateId: `watched-${i}` });
      await catchUp();
      expect(told).toContain(`watched-${i}@1`);
    }
    expect(told).toHaveLength(3);
  });

  it('is told of a gap, and subscribers that their cursor is none, where older data was restored', async () => {
    const { tail, told, catchUp } = await watched();
    const then = tail.head();
    await commitEvent(pool, { aggregateId: 'lost' });
    await catchUp();
    const events = tail.subscribe(undefined, all);
    await pool.query(`
      SET LOCAL session_replication_role = replica;
      DELETE FROM event WHERE position > ${then}; UPDATE event_sequencer SET last_position = ${then}`);
    await catchUp();
    await expect(events.next()).rejects.toThrow(CursorInvalid);
    await commitEvent(pool, { aggregateId: 'new' });
    await catchUp();
    expect(told).toEqual(['lost@1', 'gap', 'new@1']);
  });

  it('that fails is told of a gap: what it did not take in is not told again', async () => {
    const { tail, told, catchUp } = await watched();
    tail.watch({
      onEvents: () => {
        throw new Error('cannot take it in');
      },
      onGap: () => told.push('gap of the other'),
      onCaughtUp: () => {},
    });
    await commitEvent(pool, { aggregateId: 'too-much' });
    await catchUp();
    expect(told).toEqual(['too-much@1', 'gap', 'gap of the other']);
  });
});
