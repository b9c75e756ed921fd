import { setTimeout as pause } from 'node:timers/promises';
import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type JobProgress,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  Queue,
  type RedisQueueBackend,
  runMigrations,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Clock } from '../model/clock.js';
import type { Log } from '../model/log.js';
import { QUEUES, type QueueName, STEPS, type StepName } from './steps.js';

/** BullMQ's own schema on PostgreSQL. */
const SCHEMA = 'bullmq';
/** Runs of one job; only failures of the machinery are retried here, those of the world outside wait in their row. */
export const ATTEMPTS_MAX = 3;
const ADD_BATCH = 500;
/** How soon a worker tries again what failed. */
const RETRY_MS = 250;
/** What closing one worker, or the connections, may take at most. */
const CLOSE_MS_MAX = 3_000;
/** Steps of each queue that one process runs at once, where the settings do not say otherwise. */
export const QUEUES_AT_ONCE: Readonly<Record<QueueName, number>> = {
  intake: 8,
  route: 8,
  dispatch: 16,
  poll: 4,
  notice: 8,
  maintenance: 1,
};

/**
 * A wake-up: look at this row now, or at `dueAt`. It carries nothing else, may be lost, and may come twice.
 *
 * `mark` tells wake-ups of one row apart; where it is left out, `dueAt` does. The same wake-up added twice is one job.
 */
export interface WakeUp {
  readonly step: StepName;
  readonly id: string;
  readonly dueAt: Date;
  readonly mark?: string;
}

/** How long a vanished worker's job waits: lockMs + 2 × stalledMs at most. */
export interface QueueTimes {
  readonly lockMs: number;
  readonly stalledMs: number;
}

/** The queues of this process. */
export interface Queues {
  /** Adds wake-ups, in few round trips; those that are waiting already are left as they are. */
  add(wakeUps: readonly WakeUp[]): Promise<void>;
  /** Starts to take jobs of one queue. `failed` hears of each job that was given up. */
  work(queue: QueueName, options: WorkOptions): QueueWorker;
  /** Waiting, delayed and active jobs by queue: for health and metrics. */
  depths(): Promise<Readonly<Record<QueueName, number>>>;
  /** Removes every job: nothing is lost by it, the sweep finds again what is due. */
  obliterate(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkOptions {
  readonly concurrency: number;
  run(step: StepName, id: string, attempt: number): Promise<void>;
  failed(step: StepName, id: string, error: Error, attempts: number): void;
}

export interface QueueWorker {
  /** Takes no more jobs, waits for those that run, at most `withinMs`; what still runs then is left to its lease. */
  close(withinMs: number): Promise<void>;
}

interface JobPayload {
  readonly id: string;
}

/** Where the queues live, and how to speak to them; closing it is the last thing. `B`, `C`: BullMQ's backend and its connection. */
interface Backing<B extends IQueueBackend, C> {
  readonly connection: C;
  readonly factory: BackendFactory<B, C>;
  readonly prefix?: string;
  close(): Promise<void>;
}

/**
 * Opens the queues: on PostgreSQL (made ready first where needed), or on Redis where `redisUrl` is given.
 *
 * Connections of one process: on PostgreSQL one pool of at most 10 (5 of them listen once workers run), on Redis 1 and,
 * once workers run, 5 that block.
 */
export async function openQueues(options: {
  readonly databaseUrl: string;
  readonly redisUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: QueueTimes;
}): Promise<Queues> {
  const { log } = options;
  const times = options.times ?? { lockMs: 10_000, stalledMs: 2_500 };
  return options.redisUrl === undefined
    ? queuesOn(await onPostgres(options.databaseUrl, log), options.clock, log, times)
    : queuesOn(onRedis(options.redisUrl, log), options.clock, log, times);
}

function queuesOn<B extends IQueueBackend, C>(
  backing: Backing<B, C>,
  clock: Clock,
  log: Log,
  times: QueueTimes,
): Queues {
  const base = { connection: backing.connection, ...(backing.prefix === undefined ? {} : { prefix: backing.prefix }) };
  const open = (name: QueueName) => {
    const queue = new Queue<JobPayload, void, string, JobPayload, void, string, B, C>(
      name,
      { ...base, streams: STREAMS },
      backing.factory,
    );
    queue.on('error', (error) => log.warn({ queue: name, error: error.message }, 'a queue failed'));
    return queue;
  };
  const queues = {
    intake: open('intake'),
    route: open('route'),
    dispatch: open('dispatch'),
    poll: open('poll'),
    notice: open('notice'),
    maintenance: open('maintenance'),
  } satisfies Record<QueueName, unknown>;

  return {
    async add(wakeUps) {
      const now = clock.now().getTime();
      for (const name of QUEUES) {
        const jobs = wakeUps.filter((wakeUp) => STEPS[wakeUp.step].queue === name).map((wakeUp) => toJob(wakeUp, now));
        const [only] = jobs;
        if (only !== undefined && jobs.length === 1) await queues[name].add(only.name, only.data, only.opts);
        for (let from = 0; jobs.length > 1 && from < jobs.length; from += ADD_BATCH) {
          await queues[name].addBulk(jobs.slice(from, from + ADD_BATCH));
        }
      }
    },
    work(name, work) {
      let running = 0;
      let idle = () => {};
      const worker = new Worker<JobPayload, void, string, B, JobProgress, C>(
        name,
        async (job) => {
          running += 1;
          try {
            await work.run(job.name as StepName, job.data.id, job.attemptsMade + 1);
          } finally {
            running -= 1;
            if (running === 0) idle();
          }
        },
        { ...base, ...workerOptions(times, work.concurrency) },
        paced(backing.factory),
      );
      worker.on('error', (error) => log.warn({ queue: name, error: error.message }, 'a queue worker failed'));
      worker.on('failed', (job, error) => {
        if (job !== undefined) work.failed(job.name as StepName, job.data.id, error, job.attemptsMade);
      });
      return {
        async close(withinMs) {
          // BullMQ's own close waits without a bound, and a forced one after it waits along; so the waiting is done here.
          await within(CLOSE_MS_MAX, worker.pause(true));
          const ended = new Promise<void>((resolve) => {
            idle = resolve;
          });
          if (running > 0 && !(await within(withinMs, ended))) {
            log.warn({ queue: name, running, withinMs }, 'steps still run; they are left to their leases');
          }
          await within(CLOSE_MS_MAX, worker.close(running > 0));
        },
      };
    },
    async depths() {
      const counted = await Promise.all(
        QUEUES.map(
          async (name) => [name, await queues[name].getJobCountByTypes('waiting', 'delayed', 'active')] as const,
        ),
      );
      return Object.fromEntries(counted) as Record<QueueName, number>;
    },
    async obliterate() {
      for (const name of QUEUES) await queues[name].obliterate({ force: true });
    },
    async close() {
      await within(CLOSE_MS_MAX, Promise.allSettled(Object.values(queues).map((queue) => queue.close())));
      // A step that hangs may hold a connection; it ends with the process.
      await within(CLOSE_MS_MAX, backing.close());
    },
  };
}

/** Whether the work ended, well or badly, within so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let late: NodeJS.Timeout | undefined;
  const bound = new Promise<false>((resolve) => {
    late = setTimeout(() => resolve(false), ms);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, bound]);
  } finally {
    clearTimeout(late);
  }
}

/** The id of a wake-up's job: never a bare number, never with a colon, which BullMQ refuses. */
export function jobIdOf(wakeUp: WakeUp): string {
  return `${wakeUp.step}-${wakeUp.id}-${wakeUp.mark ?? wakeUp.dueAt.getTime()}`;
}

function toJob(wakeUp: WakeUp, now: number) {
  return {
    name: wakeUp.step,
    data: { id: wakeUp.id },
    opts: {
      jobId: jobIdOf(wakeUp),
      delay: Math.max(0, wakeUp.dueAt.getTime() - now),
      attempts: ATTEMPTS_MAX,
      backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
      // Nothing is kept: a job that stayed would keep its id taken, and the rows tell what became of it.
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}

function workerOptions(times: QueueTimes, concurrency: number) {
  return {
    concurrency,
    lockDuration: times.lockMs,
    stalledInterval: times.stalledMs,
    maxStalledCount: 3,
    // Where the database or Redis was away; its own default is 15 s.
    runRetryDelay: RETRY_MS,
    drainDelay: 5,
  };
}

/**
 * The backend of a worker, which waits a moment where it could not fetch a job: after an error other than a refused connection (a database that
 * shuts down, is full or gone) BullMQ asks again at once, and would do nothing else.
 */
function paced<B extends IQueueBackend, C>(factory: BackendFactory<B, C>): BackendFactory<B, C> {
  return (...made) => {
    const backend = factory(...made);
    const fetch = backend.moveToActive.bind(backend);
    backend.moveToActive = async (token, name) => {
      try {
        return await fetch(token, name);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'))
          await pause(RETRY_MS, undefined, { ref: false });
        throw error;
      }
    };
    return backend;
  };
}

const STREAMS = { events: { maxLen: 1_000 } };

async function onPostgres(url: string, log: Log): Promise<Backing<PostgresQueueBackend, PostgresConnectionOptions>> {
  const migrator = new pg.Client({ connectionString: url, application_name: 'headgate-queues-migrate' });
  await migrator.connect();
  try {
    await runMigrations(migrator, SCHEMA);
  } finally {
    await migrator.end();
  }
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'headgate-queues',
    max: QUEUES.length * 2,
    options: `-c search_path=${SCHEMA}`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  // Every queue and worker listens to the pool's errors.
  pool.setMaxListeners(QUEUES.length * 4);
  pool.on('error', (error) => log.warn({ error: error.message }, 'a connection of the queues broke'));
  return { connection: pool, factory: createPostgresBackend, close: () => pool.end() };
}

function onRedis(url: string, log: Log): Backing<RedisQueueBackend, ConnectionOptions> {
  const connection = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 5_000),
  });
  connection.on('error', (error: Error) =>
    log.warn({ error: error.message }, 'the Redis connection of the queues failed'),
  );
  return { connection, factory: createRedisBackend, prefix: 'headgate', close: async () => connection.disconnect() };
}
