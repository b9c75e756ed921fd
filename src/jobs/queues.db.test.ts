import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../model/clock.js';
import { silentLog } from '../model/log.js';
import { until } from '../store/testing/events.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { redisMissing, startTestRedis, type TestRedis } from '../store/testing/redis.js';
import { jobIdOf, openQueues, type Queues, type QueueWorker, type WakeUp } from './queues.js';
import { QUEUES } from './steps.js';

const withoutRedis = redisMissing();

describe.each([
  ['PostgreSQL', false],
  ['Redis', true],
])('queues on %s', (_name, onRedis) => {
  if (onRedis && withoutRedis !== null) {
    it.skip('need Redis', () => {});
    return;
  }
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let redis: TestRedis | undefined;
  const open: Queues[] = [];
  const workers: QueueWorker[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
    redis = onRedis ? await startTestRedis() : undefined;
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close(1_000)));
    for (const queues of open.splice(0)) {
      await queues.obliterate();
      await queues.close();
    }
  });
  afterAll(async () => {
    await redis?.close();
    await database?.close();
  });

  async function openAll(log = silentLog): Promise<Queues> {
    const queues = await openQueues({
      databaseUrl: database.url,
      redisUrl: redis?.url,
      clock: systemClock,
      log,
      times: { lockMs: 1_000, stalledMs: 300 },
    });
    open.push(queues);
    return queues;
  }

  const wakeUp = (more: Partial<WakeUp> = {}): WakeUp => ({
    step: 'route',
    id: randomUUID(),
    dueAt: new Date(0),
    ...more,
  });

  /** Works the route queue and notes what came. */
  function work(queues: Queues, run: (id: string) => Promise<void> = async () => {}): string[] {
    const came: string[] = [];
    workers.push(
      queues.work('route', {
        concurrency: 4,
        async run(step, id) {
          came.push(`${step} ${id}`);
          await run(id);
        },
        failed() {},
      }),
    );
    return came;
  }

  it('bring each wake-up to its step', async () => {
    const queues = await openAll();
    const came = work(queues);
    const many = Array.from({ length: 30 }, () => wakeUp());
    await queues.add(many);
    await queues.add([wakeUp({ step: 'backorders', id: '17', mark: '99' })]);
    await until('all came', () => came.length === 31);
    expect(came.sort()).toEqual([...many.map((added) => `route ${added.id}`), 'backorders 17'].sort());
    await until('nothing is left', async () => (await queues.depths()).route === 0);
  });

  it('keep a wake-up that is added again once, until it was worked; then it may come again', async () => {
    const queues = await openAll();
    const again = wakeUp();
    await queues.add([again]);
    await queues.add([again, again, wakeUp()]);
    expect((await queues.depths()).route).toBe(2);
    const came = work(queues);
    await until('both came', () => came.length === 2);
    await until('they are done', async () => (await queues.depths()).route === 0);
    await queues.add([again]);
    await until('it came again', () => came.length === 3);
    expect(jobIdOf(again)).toBe(`route-${again.id}-0`);
  });

  it('hold a wake-up until its moment', async () => {
    const queues = await openAll();
    const came = work(queues);
    const dueAt = new Date(Date.now() + 700);
    await queues.add([wakeUp({ id: 'later', dueAt }), wakeUp({ id: 'now' })]);
    await until('the first came', () => came.length === 1);
    expect(came).toEqual(['route now']);
    await until('the second came', () => came.length === 2);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime() - 5);
  });

  it('give the job of a worker that vanished to another', async () => {
    const dying = await openAll();
    let begun = false;
    const worker = dying.work('route', {
      concurrency: 1,
      run: () => {
        begun = true;
        return new Promise(() => {});
      },
      failed() {},
    });
    await dying.add([wakeUp({ id: 'orphan' })]);
    await until('it began', () => begun);
    // Its lock is renewed no more, as after a kill.
    await worker.close(0);
    const came = work(await openAll());
    await until('another took it', () => came.includes('route orphan'), 20_000);
  });

  it('close within their bound though a step hangs', async () => {
    const queues = await openAll();
    let begun = false;
    let release = () => {};
    const worker = queues.work('route', {
      concurrency: 1,
      run: () => {
        begun = true;
        return new Promise((resolve) => {
          release = resolve;
        });
      },
      failed() {},
    });
    await queues.add([wakeUp()]);
    await until('it began', () => begun);
    const began = performance.now();
    await worker.close(300);
    expect(performance.now() - began).toBeLessThan(3_000);
    release();
  });

  it.skipIf(onRedis)('go on at once after every connection to the database was terminated', async () => {
    const queues = await openAll();
    const came = work(queues);
    await queues.add([wakeUp({ id: 'before' })]);
    await until('the first came', () => came.length === 1);
    const { rowCount } = await database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    expect(rowCount).toBeGreaterThan(0);
    const later = wakeUp({ id: 'after' });
    await until('it can be added', () =>
      queues.add([later]).then(
        () => true,
        () => false,
      ),
    );
    await until('it came', () => came.includes('route after'), 5_000);
  });

  it.skipIf(onRedis)('wait between tries to fetch a job that the database answers with an error', async () => {
    const failures: number[] = [];
    const warn = (facts: object) => {
      if (JSON.stringify(facts).includes('move_to_active')) failures.push(performance.now());
    };
    const queues = await openAll({ ...silentLog, warn });
    const rename = async (from: string, to: string) => {
      const { rows } = await database.pool.query<{ is: string }>(
        "SELECT oid::regprocedure AS is FROM pg_proc WHERE proname = $1 AND pronamespace = 'bullmq'::regnamespace",
        [from],
      );
      await database.pool.query(`ALTER FUNCTION ${rows[0]?.is} RENAME TO ${to}`);
    };
    await rename('move_to_active', 'gone');
    const came = work(queues);
    try {
      await queues.add([wakeUp({ id: 'waits' })]);
      await until('three tries failed', () => failures.length >= 3);
    } finally {
      await rename('gone', 'move_to_active');
    }
    const [first = 0, , third = 0] = failures;
    expect(third - first).toBeGreaterThan(400);
    await until('it came', () => came.includes('route waits'), 5_000);
  });

  it.skipIf(onRedis)('hold no more connections than they say', async () => {
    const queues = await openAll();
    const all: QueueWorker[] = [];
    for (const name of QUEUES) {
      all.push(queues.work(name, { concurrency: 20, run: async () => {}, failed() {} }));
    }
    workers.push(...all);
    await queues.add(Array.from({ length: 200 }, (_, i) => wakeUp({ step: i % 2 ? 'route' : 'dispatch' })));
    let most = 0;
    await until('all is done', async () => {
      const { rows } = await database.pool.query<{ n: number }>(
        `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = current_database()
         AND (application_name = 'headgate-queues' OR application_name IN ('intake', 'route', 'dispatch', 'poll', 'notice', 'maintenance'))`,
      );
      most = Math.max(most, rows[0]?.n ?? 0);
      const depths = await queues.depths();
      return depths.route + depths.dispatch === 0;
    });
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(12);
  });
});
