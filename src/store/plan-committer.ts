import { HeadgateError } from '../model/errors.js';
import { BindRoom } from './bind-room.js';
import { BatchRefused, type CommitOptions, commitBatch, type Refusal } from './commit-batch.js';
import type { Pool } from './database.js';
import type { Plan, PlanCommitter, PlanOutcome } from './plan.js';
import { emptyColumns, type PlanColumns } from './plan-columns.js';
import { type PlanTables, planTables } from './plan-tables.js';

/** Plans in one statement; more gain nothing (one disk flush is already shared by all) and hold locks longer. */
const BATCH_MAX = 200;
/** Batches under way at once: while the database works on one, the next is written down here. More would only wait for locks. */
const LANES = 2;
/** Fewer plans are not shared out between the lanes: a flush of the disk would take longer than what is saved. */
const SHARED_FROM = 32;
/** Plans that may wait for the lanes; more are turned away, so that a stall cannot fill the memory. */
const WAITING_MAX = 20_000;

/**
 * Commits plans together, each succeeding or failing alone; the outcomes stand in the plans' order. Rivals for the same
 * units are served in that order.
 *
 * Errors: rejects with the first mistake among the plans (HeadgateError PLAN_INVALID: malformed, or refused by a constraint),
 *         though the others were committed; DATABASE_UNAVAILABLE and COMMIT_UNKNOWN as `commitBatch` says.
 */
export async function commitPlans(
  pool: Pool,
  plans: readonly Plan[],
  options: CommitOptions = {},
): Promise<PlanOutcome[]> {
  const settled = await settlePlans(pool, plans, options);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** As `commitPlans`, with each plan's own outcome or error: a plan that the database refuses does not spoil its neighbours. */
export async function settlePlans(
  pool: Pool,
  plans: readonly Plan[],
  options: CommitOptions = {},
): Promise<PromiseSettledResult<PlanOutcome>[]> {
  if (plans.length === 0) return [];
  try {
    const refusals = new Map((await commitTogether(pool, plans, options)).map(({ p, ...why }) => [p, why]));
    return plans.map((plan, index) => ({
      status: 'fulfilled',
      value: refusals.get(index + 1) ?? {
        outcome: 'committed',
        orderVersion: plan.expectedVersion + plan.events.length,
      },
    }));
  } catch (error) {
    if (!(error instanceof BatchRefused)) return plans.map(() => ({ status: 'rejected', reason: error }));
    // Halving finds one culprit among 200 in eight steps and keeps the plans' order.
    if (plans.length > 1) {
      const middle = plans.length >> 1;
      const first = await settlePlans(pool, plans.slice(0, middle), options);
      return [...first, ...(await settlePlans(pool, plans.slice(middle), options))];
    }
    const why = error.cause instanceof Error ? error.cause.message : String(error.cause);
    const message = `the plan for order ${plans[0]?.orderId} cannot be committed: ${why}`;
    return [{ status: 'rejected', reason: new HeadgateError('PLAN_INVALID', 'bug', message, { cause: error.cause }) }];
  }
}

/** Where a batch is laid out and written down. */
interface Desk {
  readonly columns: PlanColumns;
  readonly room: BindRoom;
}
/** Those that no batch uses now; no more are kept than there are lanes. */
const spare: Desk[] = [];

async function commitTogether(pool: Pool, plans: readonly Plan[], options: CommitOptions): Promise<Refusal[]> {
  const desk = spare.pop() ?? { columns: emptyColumns(), room: new BindRoom() };
  try {
    return await commitBatch(pool, tablesOf(plans, desk.columns), options, desk.room);
  } finally {
    if (spare.length < LANES) spare.push(desk);
  }
}

function tablesOf(plans: readonly Plan[], columns: PlanColumns): PlanTables {
  try {
    return planTables(plans, columns);
  } catch (cause) {
    throw new BatchRefused('a plan is malformed', { cause });
  }
}

/**
 * A committer with two lanes: while batches are under way, the plans that arrive gather into the next one (a hot row allows one
 * commit per disk flush however many clients wait), and the lanes share what there is, so that this process and the database work at
 * the same time. Source: docs/adr/0004.
 */
export function createPlanCommitter(
  pool: Pool,
  options: CommitOptions & {
    readonly batchMax?: number;
    /** Called after each batch that committed something, to wake the event log's tail in this process. */
    readonly onCommitted?: () => void;
  } = {},
): PlanCommitter {
  const batchMax = options.batchMax ?? BATCH_MAX;
  let waiting: Waiting[] = [];
  let underWay = 0;
  const lanes = new Set<Promise<void>>();
  let closed = false;

  async function work(): Promise<void> {
    // What arrives in the same turn of the event loop travels together.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const share = Math.max(SHARED_FROM, Math.ceil((waiting.length + underWay) / LANES));
      const batch = waiting.slice(0, Math.min(share, batchMax));
      waiting = waiting.slice(batch.length);
      underWay += batch.length;
      if (waiting.length > 0) openLane();
      await commit(batch);
      underWay -= batch.length;
    }
  }

  function openLane(): void {
    if (lanes.size >= LANES) return;
    const lane = work().finally(() => {
      lanes.delete(lane);
      // What arrived in its last turn, when it still counted as open.
      if (waiting.length > 0) openLane();
    });
    lanes.add(lane);
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const settled = await settlePlans(
      pool,
      batch.map((entry) => entry.plan),
      options,
    );
    batch.forEach((entry, index) => {
      const each = settled[index];
      if (each?.status === 'fulfilled') entry.resolve(each.value);
      else entry.reject(each?.reason ?? new Error('expected an outcome for each plan'));
    });
    // In a turn of its own: a mistake in there must not stop the lane.
    const committed = settled.some((each) => each.status === 'fulfilled' && each.value.outcome === 'committed');
    if (committed && options.onCommitted) queueMicrotask(options.onCommitted);
  }

  return {
    commit(plan) {
      if (closed)
        return Promise.reject(new HeadgateError('COMMITTER_CLOSED', 'transient', 'this process is shutting down'));
      if (waiting.length >= WAITING_MAX) {
        const message = `more than ${WAITING_MAX} plans wait for the database: try again later`;
        return Promise.reject(new HeadgateError('COMMITTER_BUSY', 'transient', message, { retryAfterMs: 1_000 }));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ plan, resolve, reject });
        openLane();
      });
    },
    async close() {
      closed = true;
      while (lanes.size > 0) await Promise.all(lanes);
    },
  };
}

interface Waiting {
  readonly plan: Plan;
  readonly resolve: (outcome: PlanOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Forgets batches older than `before`; nobody can still be in doubt about them after a day. Returns how many. */
export async function pruneCommitBatches(pool: Pool, before: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM commit_batch WHERE id IN (
       SELECT id FROM commit_batch WHERE committed_at < $1 ORDER BY committed_at LIMIT 10000)`,
    [before],
  );
  return rowCount ?? 0;
}
