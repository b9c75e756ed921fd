import { v7 } from 'uuid';
import type { Pool } from '../src/store/database.js';
import type { PlanCommitter } from '../src/store/plan.js';
import { applyStockReport, type StockReportResult } from '../src/store/stock-reports.js';
import { createOrderSupply, decisionRecord, openShop, PLENTY } from './stock-shop.js';
import { commitTurn, type Turn } from './stock-turn.js';

/** Orders beside a whole snapshot that changes every row of a node. */
export interface BesideSnapshot {
  readonly rows: number;
  /** Before and after it, and while it was taken, mapped and applied in chunks. */
  readonly without: readonly [before: Turn, after: Turn];
  readonly beside: Turn;
  /** How long it took, and whether orders were routed until its end. */
  readonly snapshotSeconds: number;
  readonly toItsEnd: boolean;
  readonly result: StockReportResult;
}

const LINES = 3;
/** Of the snapshot's rows: those that the orders want. */
const HOT_ROWS = 1_000;
/** Orders that are made for the time beside it, as times those taken without it: they are not to run out. */
const SPARE_TIMES = 1.5;
/** What the figures of all rows fall to, so that each is changed and none runs out. */
const FIGURE = PLENTY - 1;

/** Routes orders for rows of a node while its vendor's snapshot lists all of them, by the same process. */
export async function besideSnapshot(options: {
  readonly pool: Pool;
  readonly committer: PlanCommitter;
  readonly rows: number;
  readonly callers: number;
  /** Of the turns without it. */
  readonly seconds: number;
  /** The longest that orders are routed beside it. */
  readonly secondsMax: number;
  /** Orders a second that can be taken at most. */
  readonly perSecondMax: number;
}): Promise<BesideSnapshot> {
  const { pool, committer, callers, perSecondMax } = options;
  const whole = await openShop(pool, options.rows);
  const shop = { ...whole, productIds: whole.productIds.slice(0, HOT_ROWS) };
  const record = decisionRecord(LINES);
  const supply = createOrderSupply(pool, shop, LINES);
  const turn = async (seconds: number) => {
    const orders = await supply.ready(perSecondMax * seconds);
    const came = await commitTurn({ committer, shop, record, callers, seconds, orders });
    supply.taken(came.orders);
    return came;
  };

  const report = await snapshotOf(pool, whole.nodeId);
  const before = await turn(options.seconds);
  const orders = await supply.ready(options.secondsMax * Math.min(perSecondMax, before.perSecond * SPARE_TIMES));
  const ended = new AbortController();
  const apply = async () => {
    const began = performance.now();
    const result = await applyStockReport(pool, { vendorId: shop.vendorId, report, newId: v7, now: new Date() });
    ended.abort();
    return { result, snapshotSeconds: (performance.now() - began) / 1000 };
  };
  let applying: ReturnType<typeof apply> | undefined;
  const beside = await commitTurn({
    ...{ committer, shop, record, callers, orders },
    ...{ seconds: options.secondsMax, signal: ended.signal },
    onBegin: () => {
      applying = apply();
    },
  });
  supply.taken(beside.orders);
  const toItsEnd = ended.signal.aborted;
  if (applying === undefined) throw new Error('expected the turn to begin');
  const { result, snapshotSeconds } = await applying;
  const after = await turn(options.seconds);
  return { rows: options.rows, without: [before, after], beside, snapshotSeconds, toItsEnd, result };
}

async function snapshotOf(pool: Pool, nodeId: number) {
  const { rows } = await pool.query<{ nodeCode: string; vendorSku: string }>(
    `SELECT n.code AS "nodeCode", p.sku AS "vendorSku" FROM stock s JOIN node n ON n.id = s.node_id JOIN product p ON p.id = s.product_id
     WHERE s.node_id = $1`,
    [nodeId],
  );
  return {
    ...{ kind: 'snapshot' as const, asOf: new Date().toISOString(), complete: true, faults: [] },
    rows: rows.map((row) => ({ ...row, onHand: FIGURE })),
  };
}
