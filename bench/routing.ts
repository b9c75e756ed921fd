/**
 * Orders, from the mutation's service to the durable hold, over networks of several sizes and a hundred rules. What the figures mean:
 * docs/benchmarks.md. Exit status 1 where a target was missed.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { v7 } from 'uuid';
import { whole } from '../src/cli/options.js';
import { tableText } from '../src/cli/print.js';
import { createConnectorRegistry } from '../src/connectors/registry.js';
import { systemClock } from '../src/model/clock.js';
import { silentLog } from '../src/model/log.js';
import { systemViewer } from '../src/model/viewer.js';
import { createDecider } from '../src/orders/decider.js';
import { createLinks } from '../src/orders/links.js';
import { createRulesOf } from '../src/orders/rules.js';
import { createOrderServices } from '../src/orders/services.js';
import { DEFAULT_ORDER_SETTINGS } from '../src/orders/settings.js';
import { migrate, openDatabase } from '../src/store/database.js';
import { startEmbedded } from '../src/store/embedded/server.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { publishRuleSet } from '../src/store/rule-sets.js';
import { flushMs } from './machine.js';
import { quantile } from './measure.js';
import { loadRoutingNetwork, PRODUCTS, STATES } from './routing-network.js';
import { hundredRules } from './routing-rules.js';

const NODES = [10, 100, 1_000];
/** The size that the targets are about. */
const JUDGED = 100;
const WARM_UP = 50;
const MOST = { p50: { flushes: 3, ms: 10 }, p99: { flushes: 8, ms: 30 }, buildingOfRest: 0.5 };

const program = new Command('bench:routing')
  .option('--orders <count>', 'of each network, one after another', whole(10, 100_000), 300)
  .option('--folder <path>', "for the server's files: the disk that is measured", tmpdir())
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse();
const options = program.opts<{ orders: number; folder: string; json?: string }>();

/** Where the time of one order went, in milliseconds. */
interface Timing {
  readonly whole: number;
  /** From rules and snapshot to the request, as often as it was asked. */
  readonly building: number;
  readonly deciding: number;
  readonly committing: number;
}

const folder = mkdtempSync(join(options.folder, 'headgate-bench-'));
// As root, PostgreSQL runs as another account: let it pass.
chmodSync(folder, 0o711);
const server = await startEmbedded({ folder });
const decider = createDecider();

/** One to four lines of one to three units, to any of the states. */
function orderOf(at: number) {
  const pick = (limit: number, salt: string) =>
    createHash('sha256').update(`${at}/${salt}`).digest().readUInt32BE() % limit;
  const first = pick(PRODUCTS, 'first');
  return {
    externalId: `order-${at}`,
    currency: 'USD',
    placedAt: new Date().toISOString(),
    shipTo: {
      ...{ name: 'A. Reader', lines: ['1 Main St'], city: 'City', postalCode: '12207', countryCode: 'US' },
      ...{ regionCode: STATES[pick(STATES.length, 'state')] ?? 'NY', latitude: 40, longitude: -90 },
    },
    lines: Array.from({ length: 1 + pick(4, 'lines') }, (_, line) => ({
      externalLineId: String(line),
      sku: `R-${((first + line * 37) % PRODUCTS) + 1}`,
      quantity: 1 + pick(3, `units ${line}`),
      unitPrice: 400_000,
      requiresShipping: true,
    })),
    whenShort: 'BACKORDER' as const,
  };
}

async function measure(nodes: number) {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0)} s: ${nodes} nodes\n`);
  const admin = await openDatabase({ url: server.url });
  await admin.pool.query(`CREATE DATABASE routing_${nodes}`);
  await admin.close();
  const url = Object.assign(new URL(server.url), { pathname: `/routing_${nodes}` }).href;
  await migrate(url);
  const database = await openDatabase({ url });
  const { pool } = database;
  await loadRoutingNetwork(pool, nodes);
  await publishRuleSet(pool, hundredRules(), { actor: 'bench', at: new Date(), note: null });

  let spent = { building: 0, deciding: 0, committing: 0 };
  let snapshotAt = 0;
  let lastDecision = { kilobytes: 0, shipments: 0 };
  const rulesOf = createRulesOf();
  const committer = createPlanCommitter(pool);
  const timed = async <T>(part: 'deciding' | 'committing', run: () => T | Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await run();
    spent[part] += performance.now() - from;
    return result;
  };
  const services = createOrderServices({
    ...{ pool, clock: systemClock, monotonicMs: () => performance.now(), newId: () => v7(), random: Math.random },
    ...{ fetch, log: silentLog, settings: DEFAULT_ORDER_SETTINGS },
    links: createLinks({
      pool,
      secretKeys: { current: new Uint8Array(32) },
      connectors: createConnectorRegistry(),
    }),
    rulesOf: async (db, version) => {
      const rules = await rulesOf(db, version);
      snapshotAt = performance.now();
      return rules;
    },
    decide: async (request) => {
      spent.building += performance.now() - snapshotAt;
      const decision = await timed('deciding', () => decider.decide(request));
      lastDecision = { kilobytes: JSON.stringify(request).length / 1024, shipments: decision.shipments.length };
      snapshotAt = performance.now();
      return decision;
    },
    committer: { ...committer, commit: (plan) => timed('committing', () => committer.commit(plan)) },
  });

  const timings: Timing[] = [];
  const requests: (typeof lastDecision)[] = [];
  const flushes: number[] = [];
  for (let at = 0; at < options.orders + WARM_UP; at += 1) {
    spent = { building: 0, deciding: 0, committing: 0 };
    const order = orderOf(at);
    const from = performance.now();
    const result = await services.submitOrder(systemViewer('bench'), {
      accountCode: 'shop',
      idempotencyKey: order.externalId,
      fingerprint: createHash('sha256').update(order.externalId).digest(),
      order,
    });
    if (result.kind !== 'accepted' || (result.status !== 'CONFIRMED' && result.status !== 'ROUTED'))
      throw new Error(`expected every order to be held, got ${JSON.stringify(result)}`);
    if (at < WARM_UP) continue;
    timings.push({ whole: performance.now() - from, ...spent });
    requests.push(lastDecision);
    // In the same minutes: the disk's speed drifts.
    if (at % 100 === 0) flushes.push(flushMs(folder));
  }
  await committer.close();
  await database.close();
  const of = (pick: (timing: Timing) => number, share: number) => quantile(timings.map(pick), share);
  const both = (pick: (timing: Timing) => number) => ({ p50: of(pick, 0.5), p99: of(pick, 0.99) });
  return {
    nodes,
    orders: timings.length,
    requestKilobytes: quantile(
      requests.map(({ kilobytes }) => kilobytes),
      0.5,
    ),
    flushMs: quantile(flushes, 0.5),
    wholeMs: both(({ whole: all }) => all),
    buildingMs: both(({ building }) => building),
    decidingMs: both(({ deciding }) => deciding),
    committingMs: both(({ committing }) => committing),
    buildingOfRest: of(({ building, whole: all }) => building / (all - building), 0.5),
  };
}

type Figures = Awaited<ReturnType<typeof measure>>;

function targetsOf({ nodes, wholeMs, flushMs: flush, buildingOfRest }: Figures) {
  const within = (what: 'p50' | 'p99') => {
    const most = MOST[what].flushes * flush + MOST[what].ms;
    return {
      what: `${what} of ${nodes} nodes`,
      wanted: `${MOST[what].flushes} flushes + ${MOST[what].ms} ms = ${most.toFixed(1)} ms`,
      got: `${wholeMs[what].toFixed(1)} ms`,
      reached: wholeMs[what] <= most,
    };
  };
  return [
    within('p50'),
    within('p99'),
    {
      what: `building the request of ${nodes} nodes`,
      wanted: `at most ${MOST.buildingOfRest} of the rest`,
      got: buildingOfRest.toFixed(2),
      reached: buildingOfRest <= MOST.buildingOfRest,
    },
  ];
}

const results: Figures[] = [];
try {
  for (const nodes of NODES) results.push(await measure(nodes));
} finally {
  await decider.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
const targets = results.filter(({ nodes }) => nodes === JUDGED).flatMap(targetsOf);
const both = ({ p50, p99 }: { p50: number; p99: number }) => [p50.toFixed(1), p99.toFixed(1)];
process.stdout.write(
  tableText(
    [
      'nodes',
      'request kB',
      'flush ms',
      'order p50 ms',
      'p99',
      'building p50',
      'p99',
      'deciding p50',
      'p99',
      'commit p50',
      'p99',
      'building / rest',
    ],
    results.map((each) => [
      ...[String(each.nodes), each.requestKilobytes.toFixed(0), each.flushMs.toFixed(2)],
      ...[each.wholeMs, each.buildingMs, each.decidingMs, each.committingMs].flatMap(both),
      each.buildingOfRest.toFixed(2),
    ]),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  ),
);
process.stdout.write(
  `\n${tableText(
    ['target', 'wanted', 'got', ''],
    targets.map(({ what, wanted, got, reached }) => [what, wanted, got, reached ? 'reached' : 'NOT reached']),
  )}\n`,
);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ node: process.version, ...options, results, targets }, null, 2)}\n`);
process.exitCode = targets.every(({ reached }) => reached) ? 0 : 1;
