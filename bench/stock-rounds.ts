import type { Pool } from '../src/store/database.js';
import type { PlanCommitter } from '../src/store/plan.js';
import { flushMs } from './machine.js';
import { quantile } from './measure.js';
import { ordersTaken, queueOrders, runPgbench } from './stock-baseline.js';
import { createOrderSupply, decisionRecord, type OrderSupply, openShop, type Shop } from './stock-shop.js';
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

/** Rounds in which both do the same, one right after the other, since a disk's speed drifts. */
export async function compare(
  bench: Bench,
  setting: Setting,
  options: { readonly seconds: number; readonly rounds: number },
): Promise<Compared> {
  const shop = await openShop(bench.pool, setting.rows);
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  const supply = createOrderSupply(bench.pool, shop, setting.lines);
  for (let each = 0; each < options.rounds; each += 1)
    rounds.push(await round(bench, shop, supply, setting, options.seconds));
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

async function round(bench: Bench, shop: Shop, supply: OrderSupply, setting: Setting, seconds: number) {
  const { pool, committer, pgbench, url, folder } = bench;
  const { callers, clients } = setting;
  const record = decisionRecord(setting.lines);
  await queueOrders(pool, shop, await supply.ready(BASELINE_ORDERS_PER_SECOND_MAX * seconds));
  const flush = flushMs(folder);
  const baseline = await runPgbench({ pool, pgbench, url, clients, seconds, record });
  // When it is stopped, each client may have one more in hand.
  supply.taken((await ordersTaken(pool)) + clients);
  const orders = await supply.ready(ORDERS_PER_SECOND_MAX * seconds);
  const ours = await commitTurn({ committer, shop, orders, record, callers, seconds });
  supply.taken(ours.orders);
  return { flush, baseline, ours };
}

function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values) };
}
