import type { Pool } from '../src/store/database.js';
import type { PlanCommitter } from '../src/store/plan.js';
import { flushMs } from './machine.js';
import { quantile } from './measure.js';
import { queueOrders, runPgbench } from './stock-baseline.js';
import { addOrders, decisionRecord, openShop, type Shop } from './stock-shop.js';
import { commitTurn } from './stock-turn.js';

/** What is measured, and with what. */
export interface Bench {
  readonly pool: Pool;
  readonly committer: PlanCommitter;
  readonly url: string;
  /** The program. */
  readonly pgbench: string;
  /** On the disk that is measured. */
  readonly folder: string;
}
/** One way to order: so many rows of stock that everybody wants, lines an order, callers of ours and clients of pgbench. */
export interface Setting {
  readonly rows: number;
  readonly lines: number;
  readonly callers: number;
  readonly clients: number;
}
/** The middle of some rounds, and between what they lay. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}
/** Both sides of a setting: orders a second, microseconds of processor time an order, milliseconds. */
export interface Compared extends Setting {
  readonly perSecond: Spread;
  readonly baselinePerSecond: Spread;
  /** How many times as many orders as pgbench in the same round. */
  readonly times: Spread;
  readonly cpuMicros: Spread;
  readonly baselineCpuMicros: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly flushMs: Spread;
}

/** Orders made for a second: more than can be taken in it. */
export const ORDERS_PER_SECOND_MAX = 8_000;
const BASELINE_ORDERS_PER_SECOND_MAX = 3_000;

/** Orders for so many seconds of the fastest committer, and the server's checkpoint behind it. */
export async function readyOrders(pool: Pool, shop: Shop, lines: number, count: number) {
  const orders = await addOrders(pool, shop, Math.ceil(count), lines);
  await pool.query('CHECKPOINT');
  return orders;
}

/** Rounds in which both do the same, one right after the other, since a disk's speed drifts. */
export async function compare(
  bench: Bench,
  setting: Setting,
  options: { readonly seconds: number; readonly rounds: number },
): Promise<Compared> {
  const shop = await openShop(bench.pool, setting.rows);
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let each = 0; each < options.rounds; each += 1) rounds.push(await round(bench, shop, setting, options.seconds));
  const of = (pick: (each: (typeof rounds)[number]) => number) => spread(rounds.map(pick));
  return {
    ...setting,
    perSecond: of(({ ours }) => ours.perSecond),
    baselinePerSecond: of(({ baseline }) => baseline.perSecond),
    times: of(({ ours, baseline }) => ours.perSecond / baseline.perSecond),
    cpuMicros: of(({ ours }) => ours.cpuMicros),
    baselineCpuMicros: of(({ baseline }) => baseline.cpuMicros),
    p50Ms: of(({ ours }) => ours.p50Ms),
    p99Ms: of(({ ours }) => ours.p99Ms),
    flushMs: of(({ flush }) => flush),
  };
}

async function round(bench: Bench, shop: Shop, { lines, callers, clients }: Setting, seconds: number) {
  const { pool, committer, pgbench, url, folder } = bench;
  const record = decisionRecord(lines);
  await queueOrders(pool, shop, await readyOrders(pool, shop, lines, BASELINE_ORDERS_PER_SECOND_MAX * seconds));
  const flush = flushMs(folder);
  const baseline = await runPgbench({ pool, pgbench, url, clients, seconds, record });
  const orders = await readyOrders(pool, shop, lines, ORDERS_PER_SECOND_MAX * seconds);
  const ours = await commitTurn({ committer, shop, orders, record, callers, seconds });
  return { flush, baseline, ours };
}

function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values) };
}
