import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import { silentLog } from '../model/log.js';
import { systemViewer } from '../model/viewer.js';
import type { Pool } from '../store/database.js';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.js';
import { createEventTail, type EventTail } from '../store/event-tail.js';
import { until } from '../store/testing/events.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { redisMissing, startTestRedis, type TestRedis } from '../store/testing/redis.js';
import { addOrder, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import { createLocalWake, type Wake } from '../store/wake.js';
import { type RecordedServices, routedOrder, rowServices } from './testing/order-rows.js';
import { startWorkers, type Workers, type WorkersOptions } from './workers.js';

const withoutRedis = redisMissing();

describe.each([
  ['PostgreSQL', false],
  ['Redis', true],
])('workers with queues on %s', (_name, onRedis) => {
  if (onRedis && withoutRedis !== null) {
    it.skip('need Redis', () => {});
    return;
  }
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let pool: Pool;
  let network: SmallNetwork;
  let redis: TestRedis | undefined;
  let wake: Wake;
  let tail: EventTail;
  const running: Workers[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
    pool = database.pool;
    network = await loadSmallNetwork(pool);
    redis = onRedis ? await startTestRedis() : undefined;
    wake = createLocalWake();
    tail = createEventTail({ pool, wake, clock: systemClock, log: silentLog });
    await tail.start();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((workers) => workers.close()));
    await pool.query('UPDATE orders SET next_action_at = NULL');
    await pool.query('UPDATE fulfillment SET next_action_at = NULL');
  });
  afterAll(async () => {
    await tail?.close();
    await redis?.close();
    await database?.close();
  });

  async function start(services: RecordedServices, more: Partial<WorkersOptions> = {}): Promise<Workers> {
    const workers = await startWorkers({
      ...{ db: database, databaseUrl: database.url, redisUrl: redis?.url, services, tail, wake, clock: systemClock },
      ...{ newId: randomUUID, log: silentLog, sweepMs: 200, closeWithinMs: 1_000 },
      queueTimes: { lockMs: 2_000, stalledMs: 500 },
      ...more,
    });
    running.push(workers);
    return workers;
  }

  async function dueOrder(due = new Date()): Promise<string> {
    const order = await addOrder(pool, network, []);
    await pool.query('UPDATE orders SET next_action_at = $2 WHERE id = $1', [order.id, due]);
    return order.id;
  }

  const waiting = async () => {
    const { rows } = await pool.query<{ n: number }>(
      `SELECT ((SELECT count(*) FROM orders WHERE next_action_at <= now())
        + (SELECT count(*) FROM fulfillment WHERE next_action_at <= now())
        + (SELECT count(*) FROM intake WHERE next_action_at <= now())
        + (SELECT count(*) FROM vendor_poll WHERE next_action_at <= now()))::integer AS n`,
    );
    return rows[0]?.n ?? 0;
  };

  it('dispatch a fulfillment as soon as its plan was committed, and keep what they know of every vendor fresh', async () => {
    const services = rowServices(pool);
    await start(services, { sweepMs: 60_000 });
    // The first sweep has nothing of it; from here on only the event brings it.
    await until('the polls were made and worked', async () => (await waiting()) === 0 && services.asked.length >= 4);
    const { fulfillmentId } = await routedOrder(pool, network);
    wake.committed();
    await until('it is dispatched', () => services.asked.includes(`dispatch ${fulfillmentId}`), 5_000);
    for (const kind of ['documents', 'stock']) {
      expect(services.asked).toContain(`poll ${network.nodes.far.vendorId}-${kind}`);
    }
  });

  it('process a payload that was just kept, without waiting for the sweep', async () => {
    const services = rowServices(pool);
    await start(services, { sweepMs: 60_000 });
    const id = randomUUID();
    await pool.query(
      `INSERT INTO intake (id, account_id, source, topic, dedupe_scope, dedupe_key, fingerprint, next_action_at, received_at)
       VALUES ($1::uuid, $2, 'webhook', 'orders/create', 'shop', $1::uuid::text, sha256('x'), now(), now())`,
      [id, network.accountId],
    );
    wake.committed();
    await until('it is processed', () => services.asked.includes(`intake ${id}`), 5_000);
  });

  it('lose nothing when every queue is wiped in the middle of the work', async () => {
    let worked = 0;
    let wiped: Promise<void> | undefined;
    let workers: Workers | undefined;
    const services = rowServices(pool, async () => {
      worked += 1;
      if (worked === 10) wiped = workers?.queues.obliterate();
      await wiped;
    });
    const ids: string[] = [];
    for (let i = 0; i < 60; i += 1) ids.push(await dueOrder());
    const { fulfillmentId } = await routedOrder(pool, network);
    workers = await start(services, { concurrency: { route: 2 } });
    await until('the queues were wiped', () => wiped !== undefined);
    await wiped;
    await until('every row was worked', async () => (await waiting()) === 0, 30_000);
    for (const id of ids) expect(services.asked).toContain(`route ${id}`);
    expect(services.asked).toContain(`dispatch ${fulfillmentId}`);
  });

  it('work each due row, hardly ever twice, when several processes sweep and relay', async () => {
    const services = rowServices(pool);
    // What a sweep leaves to the relay is young, and a busy machine makes the relay late: so the pause is long.
    await Promise.all([start(services, { sweepMs: 5_000 }), start(services, { sweepMs: 5_000 })]);
    const ids: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      ids.push((await routedOrder(pool, network)).fulfillmentId);
      wake.committed();
    }
    await until('every row was worked', async () => (await waiting()) === 0);
    for (const id of ids) expect(services.asked).toContain(`dispatch ${id}`);
    expect(services.asked.filter((asked) => asked.startsWith('dispatch')).length).toBeLessThanOrEqual(33);
  });

  it('wake a row that will be due soon at its moment', async () => {
    const services = rowServices(pool);
    await start(services);
    const due = new Date(Date.now() + 900);
    const id = await dueOrder(due);
    await until('it was worked', () => services.asked.includes(`route ${id}`), 5_000);
    expect(Date.now()).toBeGreaterThanOrEqual(due.getTime() - 5);
    expect(Date.now()).toBeLessThan(due.getTime() + 1_500);
  });

  it('make a dead letter of a step that breaks a rule of ours each time, and a replay brings it back', async () => {
    let broken = true;
    const id = await dueOrder();
    const services = rowServices(pool, (asked) => {
      if (broken && asked === `route ${id}`) throw new TypeError('expected a quantity, got undefined');
    });
    await start(services);
    const letters = () => listDeadLetters(pool, systemViewer('test'), { limit: 10, step: 'route' });
    await until('it is set aside', async () => (await letters()).length === 1, 20_000);
    expect((await letters())[0]).toMatchObject({
      subjectId: id,
      orderId: id,
      attempts: 3,
      errors: [{ code: 'TypeError', class: 'bug' }],
    });
    const times = services.asked.filter((asked) => asked === `route ${id}`).length;
    expect(times).toBe(3);
    broken = false;
    expect(await replayDeadLetters(pool, systemViewer('test'), {}, new Date())).toEqual({ replayed: 1 });
    await until('it is worked', async () => services.asked.filter((asked) => asked === `route ${id}`).length > times);
    await until('nothing waits', async () => (await waiting()) === 0);
    expect(await letters()).toEqual([]);
  });

  it('try again what failed with the machinery, until it ends, and set nothing aside', async () => {
    let failures = 5;
    const id = await dueOrder();
    const services = rowServices(pool, (asked) => {
      if (asked !== `route ${id}` || failures === 0) return;
      failures -= 1;
      throw new HeadgateError('DATABASE_AWAY', 'transient', 'expected the database, got no connection');
    });
    await start(services);
    await until('it is worked', async () => failures === 0 && (await waiting()) === 0, 30_000);
    expect(await listDeadLetters(pool, systemViewer('test'), { limit: 10 })).toEqual([]);
  });

  it('let a step that runs come to its end before they close, and wait no longer than they said', async () => {
    const id = await dueOrder();
    let ended = false;
    let begun = false;
    const services = rowServices(pool, async (asked) => {
      if (asked !== `route ${id}`) return;
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 400));
      ended = true;
    });
    const workers = await start(services);
    await until('it began', () => begun);
    await workers.close();
    expect(ended).toBe(true);
    expect(await waiting()).toBe(0);
  });
});
