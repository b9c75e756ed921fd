/**
 * Routes orders through the committer that the gateway uses, beside pgbench doing the same work with one transaction an order, in
 * turns on one server; before subscribers; beside a large snapshot; and more of them than there are units. What the figures mean:
 * docs/benchmarks.md. Exit status 1 where a target was missed.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { whole } from '../src/cli/options.js';
import { migrate, openDatabase } from '../src/store/database.js';
import { startEmbedded } from '../src/store/embedded/server.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { verifyStock } from '../src/store/stock-verify.js';
import { openGateway, WATCHED_UNITS, watchedTurn } from './stock-audience.js';
import { findPgbench, installBaseline } from './stock-baseline.js';
import { reportOf } from './stock-report.js';
import { type Bench, compare, ORDERS_PER_SECOND_MAX } from './stock-rounds.js';
import { sellOut } from './stock-scarce.js';
import { createOrderSupply, decisionRecord, openShop } from './stock-shop.js';
import { besideSnapshot } from './stock-snapshot.js';
import { type Audience, type Figures, targetsOf } from './stock-targets.js';
import { commitTurn } from './stock-turn.js';

const CALLERS = 128;
const LINES = 3;
/** More only wait for each other. */
const PGBENCH_CLIENTS_MAX = 16;
/** Before the first round: connections, plans, the compiler. */
const WARM_UP = { seconds: 2, rounds: 1 };
/** The longest that orders are routed beside a snapshot. */
const SNAPSHOT_SECONDS_MAX = 20;
const SCARCE = { units: 700, callers: 64 };
/** What is measured, whole and with --quick, which shows that everything runs. */
const WHOLE = {
  rows: [1, 10, 1_000],
  lines: [LINES, 1],
  sweep: [1, 4, 16, 64],
  subscribers: 1_000,
  pairs: 2,
  snapshot: 100_000,
};
const QUICK = { rows: [1, 1_000], lines: [LINES], sweep: [4], subscribers: 100, pairs: 1, snapshot: 10_000 };

const program = new Command('bench:stock')
  .option(
    '--quick',
    'less of everything, one round of a second each; only what is wrong ends with status 1, not what is slow',
  )
  .option('--seconds <count>', 'of each turn (default: 2, with --quick 1)', whole(1, 10))
  .option('--rounds <count>', 'of turns in which both take part (default: 3, with --quick 1)', whole(1, 50))
  .option('--folder <path>', "for the server's files: the disk that is measured", tmpdir())
  .option('--pgbench <path>', 'the program, where it is not found')
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse();
const options = program.opts<{
  quick?: boolean;
  seconds?: number;
  rounds?: number;
  folder: string;
  pgbench?: string;
  json?: string;
}>();
const what = options.quick ? QUICK : WHOLE;
const seconds = options.seconds ?? (options.quick ? 1 : 2);
const rounds = options.rounds ?? (options.quick ? 1 : 3);
const pgbench = findPgbench(options.pgbench);

const folder = mkdtempSync(join(options.folder, 'headgate-bench-'));
// As root, PostgreSQL runs as another account: let it pass.
chmodSync(folder, 0o711);
const server = await startEmbedded({ folder });
await migrate(server.url);
const database = await openDatabase({ url: server.url });
const { pool } = database;
await installBaseline(pool);
const committer = createPlanCommitter(pool);
const bench: Bench = { pool, committer, url: server.url, pgbench, folder };

const say = (text: string) => process.stderr.write(`${(performance.now() / 1000).toFixed(0)} s: ${text}\n`);
const clientsFor = (callers: number) => Math.min(callers, PGBENCH_CLIENTS_MAX);

async function comparisons() {
  const compared = [];
  for (const lines of what.lines) {
    for (const rows of what.rows) {
      say(`beside pgbench: ${rows} rows, orders of ${lines} lines`);
      const setting = { rows, lines, callers: CALLERS, clients: PGBENCH_CLIENTS_MAX };
      // Targets are about orders of three lines; the others are shown beside them.
      compared.push(await compare(bench, setting, { seconds, rounds: lines === LINES ? rounds : 1 }));
    }
  }
  for (const callers of what.sweep) {
    say(`beside pgbench: ${callers} callers`);
    const setting = { rows: 1, lines: LINES, callers, clients: clientsFor(callers) };
    compared.push(await compare(bench, setting, { seconds, rounds: 1 }));
  }
  return compared;
}

async function audience(rows: number): Promise<Audience> {
  say(`before ${what.subscribers} subscribers: ${rows} rows`);
  const shop = await openShop(pool, rows, WATCHED_UNITS);
  const record = decisionRecord(LINES);
  const supply = createOrderSupply(pool, shop, LINES);
  const gateway = await openGateway(server.url);
  const route = async () => {
    const orders = await supply.ready(ORDERS_PER_SECOND_MAX * seconds);
    const turn = await commitTurn({ committer: gateway.committer, shop, orders, record, callers: CALLERS, seconds });
    supply.taken(turn.orders);
    return turn;
  };
  try {
    const pairs = [];
    for (let each = 0; each < what.pairs; each += 1) {
      const alone = await route();
      pairs.push({ alone, watched: await watchedTurn({ pool, gateway, shop, subscribers: what.subscribers, route }) });
    }
    return { rows, pairs };
  } finally {
    await gateway.close();
  }
}

async function measure(): Promise<Figures> {
  await compare(bench, { rows: 1, lines: LINES, callers: CALLERS, clients: PGBENCH_CLIENTS_MAX }, WARM_UP);
  const compared = await comparisons();
  const watched = [await audience(1), await audience(1_000)];
  say(`beside a snapshot of ${what.snapshot} rows`);
  const snapshot = await besideSnapshot({
    ...{ pool, committer, rows: what.snapshot, callers: CALLERS, seconds, secondsMax: SNAPSHOT_SECONDS_MAX },
    perSecondMax: ORDERS_PER_SECOND_MAX,
  });
  say(`more orders than ${SCARCE.units} units`);
  const scarce = [
    await sellOut({ pool, committer, ...SCARCE, rows: 1, lines: 1 }),
    await sellOut({ pool, committer, ...SCARCE, rows: 1, lines: LINES }),
    await sellOut({ pool, committer, ...SCARCE, rows: 10, lines: LINES }),
  ];
  const { drift } = await verifyStock(pool, { repair: 'none', actor: 'system:bench', at: new Date() });
  return { compared, audience: watched, snapshot, scarce, drifted: drift.length };
}

const figures = await measure().finally(async () => {
  await committer.close();
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
const targets = targetsOf(figures);
process.stdout.write(reportOf(figures, targets));
if (options.json !== undefined) {
  const all = { node: process.version, quick: options.quick ?? false, seconds, rounds, targets, ...figures };
  writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}
const judged = options.quick ? targets.filter(({ kind }) => kind === 'right') : targets;
process.exitCode = judged.every(({ reached }) => reached) ? 0 : 1;
