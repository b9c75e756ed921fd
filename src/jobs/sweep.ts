import type { Clock } from '../model/clock.js';
import type { Log } from '../model/log.js';
import type { Database } from '../store/database.js';
import type { Wake } from '../store/wake.js';
import { type DueWork, dueWork, WORK_STEPS, type WorkStep } from '../store/work.js';
import { jobIdOf, type Queues } from './queues.js';

/** Rows of each step that one pass looks at. */
const LIMIT = 500;
/** A row that was woken is not woken again sooner, so that a busy queue is not asked about the same jobs each second. */
const WOKEN_MS = 5_000;
const WOKEN_MAX = 20_000;
/** Wake-ups of this process look for new payloads at most this often. */
const INTAKE_MS_MIN = 50;

/** Finds rows that are due and wakes them, so that a lost wake-up, or a lost queue, loses nothing. */
export interface Sweep {
  close(): Promise<void>;
}

/**
 * Starts sweeping, every `everyMs` (1,000): rows that are due, or will be before the pass after next, get a wake-up. Payloads
 * just kept have no event of their own, so they are also looked for whenever something was committed.
 */
export function startSweep(options: {
  readonly pool: Database['pool'];
  readonly queues: Queues;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
}): Sweep {
  const { pool, queues, wake, clock, log } = options;
  const everyMs = options.everyMs ?? 1_000;
  const woken = new Map<string, number>();
  let closed = false;
  let failing = false;
  let chain: Promise<void> = Promise.resolve();
  let intakeTimer: NodeJS.Timeout | undefined;

  const pass = async (steps: readonly WorkStep[]) => {
    if (closed) return;
    try {
      const now = clock.now();
      forget(woken, now.getTime());
      const due = await dueWork(pool, { now, limit: LIMIT, aheadMs: 2 * everyMs, steps });
      const fresh = due.filter((row) => !woken.has(jobIdOf(row)) && !leftToRelay(row, now, everyMs));
      if (fresh.length > 0) await queues.add(fresh);
      for (const row of fresh) woken.set(jobIdOf(row), Math.max(now.getTime(), row.dueAt.getTime()) + WOKEN_MS);
      failing = false;
    } catch (error) {
      if (!failing) log.error({ error: String(error) }, 'cannot sweep for due work; trying again');
      failing = true;
    }
  };
  const queue = (steps: readonly WorkStep[]) => {
    chain = chain.then(() => pass(steps));
    return chain;
  };

  let timer: NodeJS.Timeout | undefined;
  const turn = async () => {
    await queue(WORK_STEPS);
    if (!closed) timer = setTimeout(turn, everyMs);
  };
  void turn();
  const stopWake = wake.onWake(() => {
    intakeTimer ??= setTimeout(() => {
      intakeTimer = undefined;
      void queue(['intake']);
    }, INTAKE_MS_MIN);
  });

  return {
    async close() {
      closed = true;
      stopWake();
      clearTimeout(timer);
      clearTimeout(intakeTimer);
      await chain;
    },
  };
}

/** Orders and fulfillments that came due just now have an event on its way to the relay: they are given one pass's time. */
function leftToRelay(row: DueWork, now: Date, everyMs: number): boolean {
  const lateMs = now.getTime() - row.dueAt.getTime();
  return (row.step === 'route' || row.step === 'dispatch') && lateMs >= 0 && lateMs < everyMs;
}

/** Drops what may be woken again; the whole memory where it has grown past its bound. */
function forget(woken: Map<string, number>, now: number): void {
  if (woken.size > WOKEN_MAX) woken.clear();
  for (const [id, until] of woken) if (until <= now) woken.delete(id);
}
