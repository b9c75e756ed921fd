/**
 * Routes orders through the committer that the gateway uses, beside pgbench doing the same work with one transaction an order, in
 * turns on one server. What the figures mean: docs/benchmarks.md. Exit status 1 where a target was missed or stock does not add up.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { whole } from '../src/cli/options.js';
import { tableText } from '../src/cli/print.js';
import { migrate, openDatabase } from '../src/store/database.js';
import { startEmbedded } from '../src/store/embedded/server.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { verifyStock } from '../src/store/stock-verify.js';
import { flushMs } from './machine.js';
import { quantile } from './measure.js';
import { findPgbench, installBaseline, queueOrders, runPgbench } from './stock-baseline.js';
import { addOrders, decisionRecord, openShop } from './stock-shop.js';
import { commitTurn } from './stock-turn.js';

const ROWS = [1, 10, 1000];
const LINES = [3, 1];
const CALLERS = 128;
const PGBENCH_CLIENTS = 16;
/** Before the first round of each pair: connections, plans, the compiler. */
const WARM_UP_SECONDS = 1;
/** Orders made for a turn: more than can be taken in its time. */
const ORDERS_PER_SECOND_MAX = { committer: 8_000, pgbench: 4_000 };

const program = new Command('bench:stock')
  .option('--seconds <count>', 'of each turn', whole(1, 60), 2)
  .option('--rounds <count>', 'of turns, in which both take part', whole(1, 50), 3)
  .option('--folder <path>', "for the server's files: the disk that is measured", tmpdir())
  .option('--pgbench <path>', 'the program, where it is not found')
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse();
const options = program.opts<{
  seconds: number;
  rounds: number;
  folder: string;
  pgbench?: string;
  json?: string;
}>();
const pgbench = findPgbench(options.pgbench);

const folder = mkdtempSync(join(options.folder, 'headgate-bench-'));
// As root, PostgreSQL runs as another account: let it pass.
chmodSync(folder, 0o711);
const server = await startEmbedded({ folder });
await migrate(server.url);
const database = await openDatabase({ url: server.url });
const { pool } = database;
await installBaseline(pool);

/** One round: both do the same, one after the other, from the same state of the disk. */
async function round(
  shop: Awaited<ReturnType<typeof openShop>>,
  lines: number,
  callers: number,
  clients: number,
  seconds: number,
) {
  const record = decisionRecord(lines);
  const ready = async (perSecond: number) => {
    const orders = await addOrders(pool, shop, Math.ceil(perSecond * seconds), lines);
    await pool.query('CHECKPOINT');
    return orders;
  };
  await queueOrders(pool, shop, await ready(ORDERS_PER_SECOND_MAX.pgbench));
  const flush = flushMs(folder);
  const baseline = await runPgbench({ pool, pgbench, url: server.url, clients, seconds, record });
  const orders = await ready(ORDERS_PER_SECOND_MAX.committer);
  const committer = createPlanCommitter(pool);
  const ours = await commitTurn({ committer, shop, orders, record, callers, seconds });
  await committer.close();
  return { flush, baseline, ours };
}

interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}
function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values) };
}

async function measure() {
  const results = [];
  for (const lines of LINES) {
    for (const rows of ROWS) {
      const shop = await openShop(pool, rows);
      await round(shop, lines, CALLERS, PGBENCH_CLIENTS, WARM_UP_SECONDS);
      const rounds: Awaited<ReturnType<typeof round>>[] = [];
      for (let each = 0; each < options.rounds; each += 1)
        rounds.push(await round(shop, lines, CALLERS, PGBENCH_CLIENTS, options.seconds));
      const of = (pick: (each: (typeof rounds)[number]) => number) => spread(rounds.map(pick));
      results.push({
        ...{ rows, lines, callers: CALLERS, clients: PGBENCH_CLIENTS },
        perSecond: of(({ ours }) => ours.perSecond),
        baselinePerSecond: of(({ baseline }) => baseline.perSecond),
        times: of(({ ours, baseline }) => ours.perSecond / baseline.perSecond),
        cpuMicros: of(({ ours }) => ours.cpuMicros),
        baselineCpuMicros: of(({ baseline }) => baseline.cpuMicros),
        p50Ms: of(({ ours }) => ours.p50Ms),
        p99Ms: of(({ ours }) => ours.p99Ms),
        flushMs: of(({ flush }) => flush),
      });
    }
  }
  const { drift } = await verifyStock(pool, { repair: 'none', actor: 'system:bench', at: new Date() });
  return { results, drift };
}

const { results, drift } = await measure().finally(async () => {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const show = ({ median, least, most }: Spread, places = 0) =>
  `${median.toFixed(places)} (${least.toFixed(places)}-${most.toFixed(places)})`;
process.stdout.write(
  `${tableText(
    ['rows', 'lines', 'orders/s', 'pgbench', 'times', 'cpu us', 'pgbench', 'p50 ms', 'p99 ms', 'flush ms'],
    results.map((each) => [
      String(each.rows),
      String(each.lines),
      show(each.perSecond),
      show(each.baselinePerSecond),
      show(each.times, 1),
      show(each.cpuMicros),
      show(each.baselineCpuMicros),
      show(each.p50Ms, 1),
      show(each.p99Ms, 1),
      show(each.flushMs, 2),
    ]),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )}\n`,
);
if (drift.length > 0) process.stdout.write(`stock that does not add up: ${drift.length} rows\n`);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ node: process.version, ...options, results }, null, 2)}\n`);
process.exitCode = drift.length > 0 ? 1 : 0;
