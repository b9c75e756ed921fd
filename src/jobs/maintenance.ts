import type { Clock } from '../model/clock.js';
import type { Log } from '../model/log.js';
import type { OrderServices } from '../orders/contract.js';
import { createRulesOf } from '../orders/rules.js';
import { refreshSetAsides } from '../orders/set-asides.js';
import type { Database } from '../store/database.js';
import { pruneDayCounts, verifyDayCounts } from '../store/day-counts.js';
import { pruneEvents } from '../store/event-log.js';
import { pruneExchanges } from '../store/exchanges.js';
import { pruneCommitBatches } from '../store/plan-committer.js';
import { judgeReliability } from '../store/reliability.js';
import { pruneRegrets } from '../store/rule-regrets.js';
import { pruneShadows } from '../store/rule-shadows.js';
import { loadBufferCursor, measureVendors, refreshBuffers, saveBufferCursor } from '../store/stock-buffers.js';
import { noteMomentsAhead } from '../store/stock-moments-ahead.js';
import { pruneStockReports, resumeReports } from '../store/stock-report-chunks.js';
import { applyKnownStock, pruneUnknownStock } from '../store/stock-unknown.js';
import { verifyCapacity } from '../store/stock-verify-capacity.js';
import { continueStockCheck } from '../store/stock-verify-round.js';
import type { MaintenanceTask } from './steps.js';

const DAY_MS = 86_400_000;
/** Batches that one run takes; what is left waits for the next run, a minute later. */
const ROUNDS_MAX = 20;
/** How often every stock row is checked at most, and how many rows one run checks. */
const VERIFY_EVERY_MS = 600_000;
const VERIFY_ROWS_MAX = 20_000;
const KEEP_REPORTS_DAYS = 30;
/** What rules on trial made, or would have made, of orders. */
const KEEP_SHADOWS_DAYS = 90;
/** What rules cost, day by day. */
const KEEP_REGRETS_DAYS = 730;
/** What went by in calls: it holds addresses of orders. */
const KEEP_EXCHANGES_DAYS = 7;
/** SKUs that a vendor stopped to report and that never became known. */
const KEEP_UNKNOWN_DAYS = 90;

/** Runs one task of housekeeping, in bounded batches. Running it twice, or in two processes at once, does no harm. */
export async function maintain(
  task: MaintenanceTask,
  options: {
    readonly pool: Database['pool'];
    readonly clock: Clock;
    readonly log: Log;
    readonly orders: Pick<OrderServices, 'ensurePolls'>;
    /** Events older than this are pruned, once every reader has passed them. */
    readonly keepEventsDays: number;
  },
): Promise<void> {
  const { pool, clock, log } = options;
  const now = clock.now();
  const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);
  let rows = 0;
  switch (task) {
    case 'prune-events':
      for (let round = 0, more = true; more && round < ROUNDS_MAX; round += 1) {
        const batch = await pruneEvents(pool, { olderThan: ago(options.keepEventsDays) });
        rows += batch.pruned;
        more = batch.more;
      }
      break;
    case 'prune-batches':
      rows = await pruneCommitBatches(pool, ago(1));
      rows += await pruneShadows(pool, ago(KEEP_SHADOWS_DAYS));
      rows += await pruneRegrets(pool, ago(KEEP_REGRETS_DAYS));
      rows += await pruneDayCounts(pool, now);
      rows += await pruneExchanges(pool, ago(KEEP_EXCHANGES_DAYS));
      break;
    case 'ensure-polls':
      rows = await options.orders.ensurePolls();
      break;
    case 'verify-stock':
      for (const row of await continueStockCheck(pool, { now, everyMs: VERIFY_EVERY_MS, rowsMax: VERIFY_ROWS_MAX })) {
        const mended = 'the counters of a stock row were not what its ledger says, and were repaired';
        const disputed =
          'the ledger of a stock row and its reservations disagree: compare them, then run headgate stock verify --repair';
        log.error({ ...row }, row.repaired ? mended : disputed);
      }
      for (const row of await verifyCapacity(pool, { repair: true, at: now })) {
        log.error(
          { ...row },
          'the daily capacity counter of a node was not what its purchase orders say, and was repaired',
        );
      }
      for (const row of await verifyDayCounts(pool, { repair: true, at: now })) {
        log.error({ ...row }, "a rule's counter of a day was not what its purchase orders say, and was repaired");
      }
      break;
    case 'stock-feeds':
      rows = await resumeReports(pool, now);
      rows += await applyKnownStock(pool, now);
      rows += await pruneStockReports(pool, ago(KEEP_REPORTS_DAYS));
      rows += await pruneUnknownStock(pool, ago(KEEP_UNKNOWN_DAYS));
      break;
    case 'reliability':
      rows = await judgeReliability(pool, now);
      break;
    case 'stock-buffers':
      rows = await growBuffers(pool, log, now);
      break;
    case 'set-asides':
      rows = await refreshSetAsides({ pool, rulesOf: createRulesOf() }, now);
      break;
  }
  if (rows > 0) log.info({ task, rows }, 'housekeeping done');
}

/** Each run goes on where the one before stopped; at the end of all rows the next run begins again. */
async function growBuffers(pool: Database['pool'], log: Log, now: Date): Promise<number> {
  for (const feed of await noteMomentsAhead(pool, await measureVendors(pool, now), now)) {
    log.error(
      { ...feed },
      "moments of a vendor's stock lie ahead of our clock, and order nothing: headgate stock reports restart",
    );
  }
  const after = await loadBufferCursor(pool);
  const { changed, next } = await refreshBuffers(pool, { now, after, batchesMax: ROUNDS_MAX });
  if (after !== null || next !== null) await saveBufferCursor(pool, next);
  return changed;
}
