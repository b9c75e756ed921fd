import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../model/clock.js';
import { inTransaction, type Pool, type Queryable } from '../store/database.js';
import { logBounds, pruneEvents, sequenceEvents } from '../store/event-log.js';
import type { EventTail } from '../store/event-tail.js';
import { until } from '../store/testing/events.js';
import { layWire } from '../store/testing/wire.js';
import {
  type CachedAvailability,
  createBarrier,
  openCachedAvailability,
  US,
  unitsOf,
  watchAnswers,
} from './testing/cached-availability.js';

let fixture: CachedAvailability;
let { pool, network, database, startProcess, product, sell } = {} as CachedAvailability;
beforeAll(async () => {
  fixture = await openCachedAvailability();
  ({ pool, network, database, startProcess, product, sell } = fixture);
});
afterEach(() => fixture.stopProcesses());
afterAll(() => fixture?.close());

const DAY_MS = 86_400_000;
/** Clocks that stand still: by them, nothing kept ever grows old. */
const standing = () => {
  const now = new Date();
  return { clock: { now: () => now }, monotonicMs: () => 0 };
};

/** A process whose reader of the log can be held up, which no error tells it. */
async function startHeldUp(options: { clock?: Clock; monotonicMs?: () => number } = {}) {
  let barrier: ReturnType<typeof createBarrier<Pool>> | undefined;
  const process = await startProcess({
    ...options,
    log: (inner) => {
      barrier = createBarrier(inner);
      return barrier.inner;
    },
  });
  return { ...process, hold: () => barrier?.close(), letGo: () => barrier?.open() };
}

/** Waits until the log has been read twice from now on: the second time it surely began after now. */
async function caughtUp(tail: EventTail): Promise<void> {
  let times = 0;
  const stop = tail.watch({ onEvents: () => {}, onGap: () => {}, onCaughtUp: () => (times += 1) });
  await until('the log to be read', () => times >= 2);
  stop();
}

describe('a change', () => {
  it('that is told while a statement runs which began before it: what that found is not kept', async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    const db = (inner: Queryable) =>
      watchAnswers(inner, async () => {
        const todo = meanwhile;
        meanwhile = undefined;
        await todo?.();
      });
    const { ask, warm, tail } = await startProcess({ db });
    const { id, sku } = await product([network.nodes.east, 7]);
    meanwhile = async () => {
      await sell(id, 2);
      const { head } = await sequenceEvents(pool);
      await until('the tail to have read it', () => tail.head() >= head);
    };
    expect(unitsOf((await ask([sku])).answers)).toEqual([7]);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 5 } }], statements: 1 });
    await warm([sku]);
    expect(unitsOf((await ask([sku])).answers)).toEqual([5]);
  });

  it('whose transaction began before others and ended after them shows when it is told', async () => {
    const { ask, warm, tail } = await startProcess();
    const [late, other] = [await product([network.nodes.east, 7]), await product([network.nodes.east, 7])];
    await inTransaction(pool, async (client) => {
      await client.query('UPDATE stock SET safety_stock = 3 WHERE product_id = $1', [late.id]);
      await sell(other.id, 1);
      const { head } = await sequenceEvents(pool);
      await until('the tail to have gone past it', () => tail.head() >= head);
      await warm([late.sku]);
      expect(unitsOf((await ask([late.sku])).answers)).toEqual([7]);
    });
    const endedAt = Date.now();
    await until('an answer of after it', async () => {
      const [found] = (await ask([late.sku])).answers;
      const isAfter = (found?.asOf.getTime() ?? 0) > endedAt;
      if (isAfter) expect(found?.promised?.available).toBe(4);
      return isAfter;
    });
  });

  it('is soon known though the wake-up connection is cut, by looking at the log', async () => {
    const { ask, warm } = await startProcess();
    const { id, sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    const cut = await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headgate-wake' AND datname = current_database()",
    );
    expect(cut.rowCount).toBeGreaterThan(0);
    await sell(id, 2);
    const soldAt = Date.now();
    await until('an answer of after the change', async () => {
      const [found] = (await ask([sku])).answers;
      const isAfter = (found?.asOf.getTime() ?? 0) > soldAt;
      if (isAfter) expect(found?.promised?.available).toBe(5);
      return isAfter;
    });
  });

  it('that was pruned from the log before it was read makes everything be read again', async () => {
    const { ask, warm, hold, letGo } = await startHeldUp(standing());
    const { id, sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    hold();
    await sell(id, 2);
    await sequenceEvents(pool);
    while ((await pruneEvents(pool, { olderThan: new Date(Date.now() + DAY_MS) })).more);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 7 } }], statements: 0 });
    letGo();
    await until('the change', async () => unitsOf((await ask([sku])).answers)[0] === 5);
  });

  it('that a restore of older data took away makes everything be read again', async () => {
    const { ask, warm, tail, hold, letGo } = await startHeldUp(standing());
    const { id, sku } = await product([network.nodes.east, 7]);
    const { head: then } = await sequenceEvents(pool);
    await sell(id, 2);
    await until('the change', async () => unitsOf((await ask([sku])).answers)[0] === 5);
    await warm([sku]);
    hold();
    await inTransaction(pool, async (client) => {
      // As a restore does it: nothing is told.
      await client.query('SET LOCAL session_replication_role = replica');
      await client.query('UPDATE stock SET held = 0 WHERE product_id = $1', [id]);
      await client.query('DELETE FROM event WHERE position > $1', [then]);
      await client.query('UPDATE event_sequencer SET last_position = $1', [then]);
    });
    letGo();
    await until('what was restored', async () => unitsOf((await ask([sku])).answers)[0] === 7);
    // The log is followed from there.
    await warm([sku]);
    await sell(id, 1);
    await until('the change', async () => unitsOf((await ask([sku])).answers)[0] === 6);
    expect(tail.head()).toBe((await logBounds(pool)).head);
  });
});

describe('what is kept', () => {
  let lateMs = 0;
  it.each<[string, () => { clock?: Clock; monotonicMs?: () => number }]>([
    ['the clock', () => ({ clock: { now: () => new Date(Date.now() + lateMs) }, monotonicMs: () => 0 })],
    [
      'the time that the machine was awake',
      () => {
        const { clock } = standing();
        return { clock, monotonicMs: () => performance.now() + lateMs };
      },
    ],
  ])('is answered from for two seconds while the log is not read, by %s', async (_name, clocks) => {
    lateMs = 0;
    const { ask, warm, hold, letGo } = await startHeldUp(clocks());
    const { id, sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    hold();
    await sell(id, 2);
    const soldAt = Date.now();
    const { answers, statements } = await ask([sku]);
    expect([unitsOf(answers), statements]).toEqual([[7], 0]);
    expect(answers[0]?.asOf.getTime()).toBeLessThan(soldAt);
    lateMs = 2_001;
    for (const left of [5, 4]) {
      expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: left } }], statements: 1 });
      await sell(id, 1);
    }
    letGo();
    lateMs = 0;
    await until('the last change', async () => unitsOf((await ask([sku])).answers)[0] === 3);
    await warm([sku]);
  });

  it('is forgotten as soon as the log cannot be read, and again when it can', async () => {
    const wire = await layWire(database.url);
    const { ask, warm } = await startProcess({ logUrl: wire.url, ...standing() });
    const { id, sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    wire.breakDown();
    await until('a statement', async () => (await ask([sku])).statements === 1);
    await sell(id, 2);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 5 } }], statements: 1 });
    wire.mend();
    await warm([sku]);
    expect(unitsOf((await ask([sku])).answers)).toEqual([5]);
    await fixture.stopProcesses();
    await wire.close();
  });

  it('is read again on another day: rate cards and capacities are those of a day', async () => {
    let aheadMs = 0;
    const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
    const { ask, warm, tail } = await startProcess({ clock, monotonicMs: () => 0 });
    const { sku } = await product([network.nodes.east, 7]);
    await pool.query(`
      UPDATE rate_card SET valid_to = (now() AT TIME ZONE 'UTC')::date + 1;
      UPDATE node SET daily_capacity_units = 4;
      INSERT INTO node_capacity (node_id, day, taken, limit_units)
        SELECT id, (now() AT TIME ZONE time_zone)::date, 3, 4 FROM node`);
    await until('the limit', async () => unitsOf((await ask([sku])).answers)[0] === 1);
    await warm([sku]);
    aheadMs = DAY_MS;
    // Then the log is read, and but for their day rate cards and capacities could be trusted.
    await caughtUp(tail);
    expect(await ask([sku], { destination: null })).toMatchObject({
      answers: [{ promised: { available: 4 } }],
      statements: 1,
    });
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 0 } }], statements: 1 });
    // And back: what was true tomorrow says nothing of today.
    await warm([sku]);
    aheadMs = 0;
    await caughtUp(tail);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 1 } }], statements: 1 });
    expect((await ask([sku])).answers[0]?.asOf.getTime()).toBeLessThanOrEqual(Date.now());
    await pool.query(
      'UPDATE rate_card SET valid_to = NULL; UPDATE node SET daily_capacity_units = NULL; DELETE FROM node_capacity',
    );
  });

  it('of a kit whose component is gone is read as a whole', async () => {
    const { ask, warm, tail, hold, letGo } = await startHeldUp();
    const [part, kit] = [await product(), await product([network.nodes.east, 1])];
    await pool.query('INSERT INTO kit_component VALUES ($1, $2, 1, 1)', [kit.id, part.id]);
    await until('the kit', async () => (await ask([kit.sku])).answers[0]?.isKit === true);
    await warm([kit.sku]);
    // Only the component is forgotten, and then that it is gone is not told any more.
    await pool.query('UPDATE product SET unit_weight_grams = 7 WHERE id = $1', [part.id]);
    const { head } = await sequenceEvents(pool);
    await until('the tail to have read it', () => tail.head() >= head);
    hold();
    await pool.query('DELETE FROM kit_component WHERE kit_product_id = $1', [kit.id]);
    await pool.query('DELETE FROM product WHERE id = $1', [part.id]);
    const { answers, statements } = await ask([kit.sku]);
    expect(answers).toMatchObject([{ isKit: false, promised: { available: 1 } }]);
    // Two, or one where what is kept had grown too old by then.
    expect([1, 2]).toContain(statements);
    letGo();
  });
});

describe('many questions at once', () => {
  const crowd = <T>(size: number, ask: (at: number) => Promise<T>) =>
    Promise.all(Array.from({ length: size }, (_, at) => ask(at)));

  it('about a SKU that changes while it is read make one statement, and are told what it found', async () => {
    let sold: Promise<void> | undefined;
    let id = 0;
    const { ask, warm, tail, supply } = await startProcess({
      db: (inner) =>
        watchAnswers(inner, () => {
          if (id === 0) return;
          sold ??= sell(id, 2).then(async () => {
            const { head } = await sequenceEvents(pool);
            await until('the tail to have read it', () => tail.head() >= head);
          });
          return sold;
        }),
    });
    await warm(['any']);
    const hot = await product([network.nodes.east, 7]);
    const { head } = await sequenceEvents(pool);
    await until('the tail to have read it', () => tail.head() >= head);
    id = hot.id;
    const { statements: before } = supply.stats();
    const told = await crowd(50, () => ask([hot.sku]));
    expect(new Set(told.map(({ answers }) => unitsOf(answers)[0]))).toEqual(new Set([7]));
    expect(supply.stats().statements - before).toBe(1);
    expect(unitsOf((await ask([hot.sku])).answers)).toEqual([5]);
  });

  it('about many SKUs make a bounded number of statements at a time', async () => {
    let [underWay, most] = [0, 0];
    const { ask } = await startProcess({
      statementsMax: 2,
      db: (inner) =>
        ({
          query: async (...statement: unknown[]) => {
            underWay += 1;
            most = Math.max(most, underWay);
            try {
              return await (inner.query as (...args: unknown[]) => Promise<never>).apply(inner, statement);
            } finally {
              underWay -= 1;
            }
          },
        }) as unknown as Queryable,
    });
    const shelf = await crowd(12, () => product([network.nodes.east, 7]));
    const told = await crowd(60, (at) => ask([shelf[at % shelf.length]?.sku ?? '']));
    expect(told.map(({ answers }) => unitsOf(answers)[0])).toEqual(told.map(() => 7));
    expect(most).toBe(2);
  });

  it.each([
    ['are answered by another where it fails once', 1, 'fulfilled'],
    ['fail after one more, not each by its own, where the database is down', Number.POSITIVE_INFINITY, 'rejected'],
  ])('that wait for a statement %s', async (_name, failures, outcome) => {
    let left = 0;
    const { ask, supply } = await startProcess({
      db: (inner) =>
        watchAnswers(inner, () => {
          if (left-- > 0) throw new Error('the connection broke');
        }),
    });
    const { sku } = await product([network.nodes.east, 7]);
    left = failures;
    const { statements: before } = supply.stats();
    const told = await Promise.allSettled(Array.from({ length: 30 }, () => ask([sku])));
    expect(told.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 29 }, () => outcome)]);
    expect(supply.stats().statements - before).toBe(2);
  });

  it('by different accounts about the same name get each their own, whatever the accounts are called', async () => {
    const [mine, theirs] = [await product([network.nodes.east, 7]), await product([network.nodes.far, 3])];
    const name = `name-${mine.id}`;
    await pool.query('INSERT INTO product_account_alias VALUES ($1, $3, $4), ($2, $3, $5)', [
      ...[network.accountId, fixture.otherAccountId, name, mine.id, theirs.id],
    ]);
    const other = { ...fixture.shop, accountIds: [fixture.otherAccountId] };
    const all = { ...fixture.shop, accountIds: 'all' as const };
    for (const isWarm of [false, true, false, true]) {
      const { ask, warm } = await startProcess();
      if (isWarm)
        for (const more of [{}, { as: other }, { as: all, accountCode: 'other' }, { destination: null }])
          await warm(['any'], more);
      // The first names an account that is none; its answer is an error, and nobody else's.
      const [none, ...told] = await Promise.allSettled([
        ask([name], { as: other, accountCode: `account ${network.accountId}` }),
        ask([name]),
        ask([name], { as: other }),
        ask([name], { as: all, accountCode: 'other' }),
        ask([name], { destination: { ...US, countryCode: 'DE' } }),
        ask([name], { destination: null }),
      ]);
      expect(none?.status).toBe('rejected');
      expect(told.map((each) => (each.status === 'fulfilled' ? unitsOf(each.value.answers)[0] : each))).toEqual([
        ...[7, 3, 3, 0, 7],
      ]);
    }
  });

  it('by different accounts of which one waits for what the other reads take nothing else from it', async () => {
    const [mine, theirs] = [await product([network.nodes.east, 7]), await product([network.nodes.far, 3])];
    const name = `name-${mine.id}`;
    await pool.query('INSERT INTO product_account_alias VALUES ($1, $3, $4), ($2, $3, $5)', [
      ...[network.accountId, fixture.otherAccountId, name, mine.id, theirs.id],
    ]);
    const other = { ...fixture.shop, accountIds: [fixture.otherAccountId] };
    const { ask, warm, tail } = await startProcess();
    await warm([name]);
    await warm([mine.sku], { as: other });
    await sell(mine.id, 1);
    const { head } = await sequenceEvents(pool);
    await until('the tail to have read it', () => tail.head() >= head);
    const [first, second] = await Promise.all([ask([name, mine.sku], { as: other }), ask([name])]);
    expect([unitsOf(first.answers), unitsOf(second.answers)]).toEqual([[3, 6], [6]]);
    expect(first.statements + second.statements).toBe(1);
  });
});
