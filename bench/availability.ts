/**
 * Asks what is available, answered from memory and by the statement, in turns on one server. What the figures mean:
 * docs/benchmarks.md. Exit status 1 where the two say different things in the end.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { whole } from '../src/cli/options.js';
import { tableText } from '../src/cli/print.js';
import { systemClock } from '../src/model/clock.js';
import { silentLog } from '../src/model/log.js';
import type { Viewer } from '../src/model/viewer.js';
import { createRulesOf } from '../src/orders/rules.js';
import { type Availability, createAvailability } from '../src/stock/availability.js';
import { createSupplyCache } from '../src/stock/supply-cache.js';
import { createSupplyReader } from '../src/stock/supply-reader.js';
import { loadWideNetwork } from '../src/stock/testing/wide-network.js';
import { migrate, openDatabase } from '../src/store/database.js';
import { startEmbedded } from '../src/store/embedded/server.js';
import { createEventTail } from '../src/store/event-tail.js';
import { createPostgresWake } from '../src/store/wake.js';
import { processorMs } from './machine.js';
import { quantile } from './measure.js';

const SKUS = [1, 250];
const CALLERS = [1, 16];
const POOL = 16;
const WARM_UP_SECONDS = 1;
const DESTINATION = { countryCode: 'US', regionCode: 'NY', postalCode: '12207' };

const program = new Command('bench:availability')
  .option('--seconds <count>', 'of each turn', whole(1, 60), 3)
  .option('--rounds <count>', 'of turns, in which both take part', whole(1, 50), 3)
  .option('--nodes <count>', 'that each have every product', whole(10, 500), 20)
  .option('--products <count>', 'among which is asked', whole(250, 10_000), 5_000)
  .option(
    '--changes <count>',
    'rows of stock that change each second in the second half of the table',
    whole(1, 500),
    50,
  )
  .option('--folder <path>', "for the server's files", tmpdir())
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse();
const options = program.opts<{
  seconds: number;
  rounds: number;
  nodes: number;
  products: number;
  changes: number;
  folder: string;
  json?: string;
}>();

const folder = mkdtempSync(join(options.folder, 'headgate-bench-'));
// As root, PostgreSQL runs as another account: let it pass.
chmodSync(folder, 0o711);
const server = await startEmbedded({ folder });
await migrate(server.url);
const database = await openDatabase({ url: server.url, poolMax: POOL });
const { pool } = database;
await loadWideNetwork(pool, options);
await pool.query('ANALYZE');
const wake = createPostgresWake({ url: server.url, log: silentLog });
const tail = createEventTail({ pool, wake, clock: systemClock, log: silentLog });
const supply = createSupplyCache({
  ...{ db: pool, tail, clock: systemClock, monotonicMs: () => performance.now(), statementsMax: POOL / 2 },
});
await tail.start();
const kept = createRulesOf();
const rulesOf = (version: number) => kept(pool, version);
const memory = createAvailability({ supply, rulesOf, clock: systemClock });
const statement = createAvailability({ supply: createSupplyReader(pool, systemClock), rulesOf, clock: systemClock });

const { rows } = await pool.query<{ id: number }>("SELECT id FROM account WHERE code = 'shop'");
const viewer: Viewer = { actor: 'key:1', scopes: ['partner'], accountIds: [rows[0]?.id ?? 0], vendorIds: 'all' };
const ask = (of: Availability, skus: readonly string[]) =>
  of.ask(viewer, { skus, destination: DESTINATION, accountCode: null });
/** The next so many SKUs, each after the other through the whole catalogue. */
function questions(count: number): () => string[] {
  let at = 0;
  return () => Array.from({ length: count }, () => `W-${(at++ % options.products) + 1}`);
}

/** Lets rows of stock change evenly until it is ended. */
function startChanges(perSecond: number) {
  let changing = perSecond > 0;
  const run = async () => {
    for (let at = 0; changing; at += 1) {
      await pool.query(
        'UPDATE stock SET safety_stock = (safety_stock + 1) % 3 WHERE node_id = $1 AND product_id = $2',
        [...[1 + (at % options.nodes), 1 + ((at * 7) % options.products)]],
      );
      await wait(1000 / perSecond);
    }
  };
  const running = run();
  return () => {
    changing = false;
    return running;
  };
}

/** Lets so many callers ask, each one question after another, until the time is over. */
async function turn(of: Availability, skus: number, callers: number, seconds: number) {
  const took: number[] = [];
  const next = questions(skus);
  const cpuFromMs = processorMs();
  const began = performance.now();
  const until = began + seconds * 1000;
  const caller = async () => {
    while (performance.now() < until) {
      const from = performance.now();
      await ask(of, next());
      took.push(performance.now() - from);
      // Each answer's own turn of the loop, as in a gateway that sends it.
      await new Promise(setImmediate);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const passed = (performance.now() - began) / 1000;
  return {
    perSecond: took.length / passed,
    cpuMicros: ((processorMs() - cpuFromMs) * 1000) / took.length,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
  };
}

/** One round: both answer the same, one after the other. */
async function round(skus: number, callers: number, seconds: number) {
  const byStatement = await turn(statement, skus, callers, seconds);
  const before = supply.stats();
  const fromMemory = await turn(memory, skus, callers, seconds);
  const after = supply.stats();
  const share = (after.fromMemory - before.fromMemory) / (after.questions - before.questions);
  return { byStatement, fromMemory, share };
}

async function measure() {
  const results = [];
  const all = questions(250);
  for (const changes of [0, options.changes])
    for (const skus of SKUS)
      for (const callers of CALLERS) {
        for (let asked = 0; asked < options.products; asked += 250) await ask(memory, all());
        const stop = startChanges(changes);
        await round(skus, callers, WARM_UP_SECONDS);
        const rounds: Awaited<ReturnType<typeof round>>[] = [];
        for (let each = 0; each < options.rounds; each += 1) rounds.push(await round(skus, callers, options.seconds));
        await stop();
        const of = (pick: (each: (typeof rounds)[number]) => number) => spread(rounds.map(pick));
        results.push({
          ...{ changes, skus, callers },
          perSecond: of(({ fromMemory }) => fromMemory.perSecond),
          statementPerSecond: of(({ byStatement }) => byStatement.perSecond),
          times: of(({ fromMemory, byStatement }) => fromMemory.perSecond / byStatement.perSecond),
          cpuMicros: of(({ fromMemory }) => fromMemory.cpuMicros),
          statementCpuMicros: of(({ byStatement }) => byStatement.cpuMicros),
          p99Ms: of(({ fromMemory }) => fromMemory.p99Ms),
          statementP99Ms: of(({ byStatement }) => byStatement.p99Ms),
          share: of(({ share }) => share),
        });
      }
  return { results, different: await differences() };
}

/** SKUs of which memory says something else than the database, once it says it of a moment after the last change. */
async function differences(): Promise<number> {
  const changedAt = Date.now();
  const next = questions(250);
  let different = 0;
  for (let asked = 0; asked < options.products; asked += 250) {
    const skus = next();
    const expected = await ask(statement, skus);
    let found = await ask(memory, skus);
    while (found.some(({ asOf }) => asOf.getTime() <= changedAt)) {
      await wait(20);
      found = await ask(memory, skus);
    }
    different += found.filter(({ promised }, at) => promised?.available !== expected[at]?.promised?.available).length;
  }
  return different;
}

interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}
function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values) };
}

const { results, different } = await measure().finally(async () => {
  supply.close();
  await tail.close();
  await wake.close();
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const show = ({ median, least, most }: Spread, places = 0) =>
  `${median.toFixed(places)} (${least.toFixed(places)}-${most.toFixed(places)})`;
process.stdout.write(
  `${tableText(
    [
      'changes/s',
      'SKUs',
      'callers',
      'answers/s',
      'statement',
      'times',
      'cpu us',
      'statement',
      'p99 ms',
      'statement',
      'from memory %',
    ],
    results.map((each) => [
      ...[each.changes, each.skus, each.callers].map(String),
      show(each.perSecond),
      show(each.statementPerSecond),
      show(each.times, 1),
      show(each.cpuMicros),
      show(each.statementCpuMicros),
      show(each.p99Ms, 2),
      show(each.statementP99Ms, 2),
      (each.share.median * 100).toFixed(1),
    ]),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )}\n`,
);
if (different > 0)
  process.stdout.write(`WRONG: ${different} SKUs are answered otherwise from memory than by the database\n`);
if (options.json !== undefined)
  writeFileSync(
    options.json,
    `${JSON.stringify({ node: process.version, ...options, results, different }, null, 2)}\n`,
  );
process.exitCode = different > 0 ? 1 : 0;
