import type { Clock, NewId } from '../model/clock.js';
import { errorChain } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { OrderServices } from '../orders/contract.js';
import { NOTICES_READER } from '../orders/make-notices.js';
import type { Database } from '../store/database.js';
import { openDeadLetter } from '../store/dead-letters.js';
import { beginReading } from '../store/event-reader.js';
import type { EventTail } from '../store/event-tail.js';
import type { Wake } from '../store/wake.js';
import { WORK_STEPS } from '../store/work.js';
import { startReader } from './event-reader.js';
import { isInfrastructure } from './failures.js';
import { maintain } from './maintenance.js';
import { ATTEMPTS_MAX, openQueues, QUEUES_AT_ONCE, type Queues, type QueueTimes } from './queues.js';
import { startRelay } from './relay.js';
import { MAINTENANCE_TASKS, QUEUES, type QueueName, STEPS, type StepName, type StepServices } from './steps.js';
import { startSweep } from './sweep.js';

const MAINTENANCE_MS = 60_000;
/** A step that will be due again sooner than this is woken at its moment; later ones are left to the sweep. */
const AHEAD_MS_MAX = 60_000;

export interface WorkersOptions {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly redisUrl?: string | undefined;
  readonly services: OrderServices;
  readonly tail: EventTail;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Steps of each queue that run at once in this process. */
  readonly concurrency?: Partial<Record<QueueName, number>>;
  readonly sweepMs?: number;
  readonly keepEventsDays?: number;
  /** How long close() waits for steps that run. */
  readonly closeWithinMs?: number;
  readonly queueTimes?: QueueTimes;
}

/** The running worker half of a process. */
export interface Workers {
  readonly queues: Queues;
  /** Takes no more work and waits for what runs, within `closeWithinMs` (10 s). */
  close(): Promise<void>;
}

/**
 * Starts relay, the reader that makes channels' notices, sweep, workers and housekeeping. The tail must be started.
 *
 * Failures of the world outside are state of the rows (attempts, next_action_at); a step that throws has met a failure of the
 * machinery, which is tried again until it ends, or a mistake of ours: after 3 runs that is a dead letter.
 */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { db, clock, log, services } = options;
  const { pool } = db;
  const queues = await openQueues({
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    clock,
    log,
    ...(options.queueTimes ? { times: options.queueTimes } : {}),
  });
  await services.ensurePolls();

  const stepServices: StepServices = {
    orders: services,
    maintain: (task) =>
      maintain(task, { pool, clock, log, orders: services, keepEventsDays: options.keepEventsDays ?? 30 }),
  };

  const giveUp = async (name: StepName, id: string, error: unknown, attempts: number) => {
    const step = WORK_STEPS.find((known) => known === name);
    if (step === undefined) {
      log.error({ step: name, id, errors: errorChain(error) }, 'a step failed for good; it will be asked for again');
      return;
    }
    log.error({ step, id, errors: errorChain(error) }, 'a step failed for good and became a dead letter');
    await openDeadLetter(pool, {
      id: options.newId(),
      step,
      subjectId: id,
      errors: errorChain(error),
      attempts,
      at: clock.now(),
    });
  };

  const run = async (name: StepName, id: string, attempt: number) => {
    const began = performance.now();
    try {
      const result = await STEPS[name].run(id, stepServices);
      log.debug({ step: name, id, ...result, ms: Math.round(performance.now() - began) }, 'step');
      const { retryAt } = result;
      if (retryAt !== undefined && retryAt.getTime() - clock.now().getTime() <= AHEAD_MS_MAX) {
        await queues.add([{ step: name, id, dueAt: retryAt }]);
      }
    } catch (error) {
      if (isInfrastructure(error)) {
        log.warn({ step: name, id, attempt, errors: errorChain(error) }, 'a step met a failure of the machinery');
        throw error;
      }
      if (attempt < ATTEMPTS_MAX) throw error;
      await giveUp(name, id, error, attempt);
    }
  };

  const workers = QUEUES.map((queue) =>
    queues.work(queue, {
      concurrency: options.concurrency?.[queue] ?? QUEUES_AT_ONCE[queue],
      run,
      failed: (name, id, error, attempts) => {
        // A job that took its worker down with it again and again never came to its own catch.
        if (!/stalled more than/.test(error.message)) return;
        giveUp(name, id, error, attempts).catch((cause) =>
          log.error(
            { step: name, id, error: String(cause) },
            'cannot write a dead letter; the sweep will bring the step back',
          ),
        );
      },
    }),
  );
  const relay = await startRelay({ pool, tail: options.tail, queues, clock, log });
  await beginReading(pool, NOTICES_READER, 'now');
  const notices = startReader({
    ...{ tail: options.tail, log, what: 'make the notices that channels are owed' },
    readOn: () => services.makeNotices(),
  });
  const sweep = startSweep({
    pool,
    queues,
    wake: options.wake,
    clock,
    log,
    ...(options.sweepMs === undefined ? {} : { everyMs: options.sweepMs }),
  });

  const housekeeping = setInterval(() => {
    const now = clock.now();
    // The same minute gives the same job, however many processes ask for it.
    const mark = String(Math.floor(now.getTime() / MAINTENANCE_MS));
    queues
      .add([
        ...MAINTENANCE_TASKS.map((id) => ({ step: 'maintenance' as const, id, dueAt: now, mark })),
        { step: 'reopen', id: 'orders', dueAt: now, mark },
        { step: 'recost', id: 'orders', dueAt: now, mark },
        { step: 'regret', id: 'orders', dueAt: now, mark },
      ])
      .catch((error) => log.warn({ error: String(error) }, 'cannot ask for housekeeping; trying again in a minute'));
  }, MAINTENANCE_MS);

  let closing: Promise<void> | undefined;
  return {
    queues,
    close() {
      closing ??= (async () => {
        clearInterval(housekeeping);
        await Promise.all([relay.close(), notices.close(), sweep.close()]);
        await Promise.all(workers.map((worker) => worker.close(options.closeWithinMs ?? 10_000)));
        await queues.close();
      })();
      return closing;
    },
  };
}
