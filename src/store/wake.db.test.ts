import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../model/clock.js';
import { silentLog } from '../model/log.js';
import type { Pool } from './database.js';
import { createEventTail } from './event-tail.js';
import { commitEvent, until } from './testing/events.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { redisMissing, startTestRedis, type TestRedis } from './testing/redis.js';
import { createPostgresWake, createRedisWake, type Wake } from './wake.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
});
afterAll(() => database?.close());

/** Announces until the other side was woken; a wake-up may be lost while a connection is being made. */
async function wakes(from: Wake, to: Wake): Promise<void> {
  let woken = 0;
  const stop = to.onWake(() => (woken += 1));
  await until('the other process is woken', () => {
    from.announce();
    return woken > 0;
  });
  stop();
}

/** Waits until so many connections for wake-ups listen; one that has just been opened wakes its own process by itself. */
async function listening(count: number): Promise<void> {
  await until(`${count} processes listen`, async () => {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'headgate-wake' AND datname = current_database()
         AND query LIKE '%LISTEN%' AND state = 'idle'`,
    );
    return rowCount === count;
  });
}

describe('wake-ups through PostgreSQL', () => {
  it('reach the other process, in both directions', async () => {
    const here = createPostgresWake({ url: database.url, log: silentLog });
    const there = createPostgresWake({ url: database.url, log: silentLog });
    await wakes(here, there);
    await wakes(there, here);
    await Promise.all([here.close(), there.close()]);
  });

  it('come again after the listening connection was terminated', async () => {
    const here = createPostgresWake({ url: database.url, log: silentLog });
    const there = createPostgresWake({ url: database.url, log: silentLog });
    await listening(2);
    const { rowCount } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'headgate-wake' AND datname = current_database()`,
    );
    expect(rowCount).toBe(2);
    await wakes(here, there);
    await Promise.all([here.close(), there.close()]);
  });

  it('are not echoed to the process that announced', async () => {
    const here = createPostgresWake({ url: database.url, log: silentLog });
    // Waiting for a first wake-up instead could leave others of the same kind still on their way.
    await listening(1);
    let echoed = 0;
    here.onWake(() => (echoed += 1));
    const witness = new pg.Client({ connectionString: database.url });
    await witness.connect();
    let heard = 0;
    witness.on('notification', () => (heard += 1));
    await witness.query('LISTEN headgate_events');
    here.announce();
    await until('the announcement is out', () => heard === 1);
    const before = echoed;
    // Notifications come in the order of their commits, so an echo would come before this one.
    await pool.query('NOTIFY headgate_events');
    await until('a wake-up of another session came', () => echoed > before);
    expect(echoed).toBe(before + 1);
    expect(before).toBe(0);
    await Promise.all([here.close(), witness.end()]);
  });

  it('bring an event that one process committed to a subscriber of another', async () => {
    const wakesOf = [0, 1].map(() => createPostgresWake({ url: database.url, log: silentLog }));
    const tails = wakesOf.map((wake) => createEventTail({ pool: pool, wake, clock: systemClock, log: silentLog }));
    for (const tail of tails) await tail.start();
    const events = tails[1]?.subscribe(undefined, { viewer: null });
    await commitEvent(pool, { aggregateId: 'elsewhere' });
    wakesOf[0]?.committed();
    expect((await events?.next())?.value?.aggregateId).toBe('elsewhere');
    await Promise.all(tails.map((tail) => tail.close()));
    await Promise.all(wakesOf.map((wake) => wake.close()));
  });
});

describe.skipIf(redisMissing() !== null)('wake-ups through Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis?.close());

  it('reach the other process, in both directions', async () => {
    const here = createRedisWake({ url: redis.url, log: silentLog });
    const there = createRedisWake({ url: redis.url, log: silentLog });
    await wakes(here, there);
    await wakes(there, here);
    await Promise.all([here.close(), there.close()]);
  });
});
