/**
 * Decides large and hard requests by the call that the gateway uses, several at a time, and says how long the event loop was held up.
 * What the figures mean: docs/benchmarks.md. Exit status 1 where that was longer than the limit.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { whole } from '../src/cli/options.js';
import { tableText } from '../src/cli/print.js';
import type { RoutingRequest } from '../src/engine/request.js';
import { randomRequest } from '../src/engine/testing/random-request.js';
import { createDecider } from '../src/orders/decider.js';
import { FAMILIES, readInstances } from './instances.js';
import { quantile } from './measure.js';
import { loopDelay, ownTime } from './turns.js';

/** Rounds of each family, of which the calmest counts: what else the machine does is not the decider's. */
const ROUNDS = 5;
/** Requests under way at once. */
const AT_ONCE = 4;
/** How long the loop is watched while nothing is asked of it, for comparison. */
const IDLE_MS = 2_000;
/** For where there are no samples. */
const LARGE = { lines: 50, linesLeast: 50, nodes: 200, nodesLeast: 200, services: 3, quantity: 6 };

const program = new Command('bench:loop')
  .argument('[family...]', 'of the routing instances', [...FAMILIES, 'facility-location-large'])
  .option('--limit <count>', 'instances of each family at most', whole(1, 100_000), 30)
  .option('--effort <steps>', 'search steps that each decision may take', whole(0, 1_000_000_000), 10_000)
  .option('--most <milliseconds>', 'that the event loop may be held up', whole(1, 10_000), 20)
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse();
const options = program.opts<{ limit: number; effort: number; most: number; json?: string }>();
const decider = createDecider();

function requestsOf(family: string): readonly RoutingRequest[] | null {
  const requests =
    family === 'random'
      ? Array.from({ length: Math.min(10, options.limit) }, (_, at) => randomRequest(at + 1, LARGE))
      : readInstances(family, options.limit)?.map(({ request }) => request);
  return requests?.map((request) => ({ ...request, policy: { ...request.policy, effort: options.effort } })) ?? null;
}

async function measure(requests: readonly RoutingRequest[]) {
  const held = new Map<RoutingRequest, number>();
  let notAtOnce = 0;
  const waiting = [...requests];
  const worker = async () => {
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      const call = ownTime(() => decider.decide(request));
      const decided = call.result;
      held.set(request, call.milliseconds);
      if (decided instanceof Promise) notAtOnce += 1;
      await decided;
      // Each answer's own turn of the loop, as in a gateway that writes it to a database.
      await new Promise(setImmediate);
    }
  };
  const delayMs = await loopDelay(async () => {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  });
  return { held, notAtOnce, delayMs };
}

type Round = Awaited<ReturnType<typeof measure>>;

function figuresOf(family: string, requests: readonly RoutingRequest[], rounds: readonly Round[]) {
  const [calmest] = [...rounds].sort((a, b) => a.delayMs.ownMax - b.delayMs.ownMax);
  const held = requests.map((request) => Math.min(...rounds.map((round) => round.held.get(request) ?? 0)));
  return {
    family,
    requests: requests.length,
    notAtOnce: calmest?.notAtOnce ?? 0,
    largestKilobytes: Math.max(...requests.map((request) => JSON.stringify(request).length)) / 1024,
    /** Of the calls themselves, each in its calmest round, less what other work on the machine took. */
    heldMs: { p50: quantile(held, 0.5), p99: quantile(held, 0.99), max: Math.max(...held) },
    delayMs: calmest?.delayMs ?? { p99: 0, max: 0, ownMax: 0 },
  };
}

const idle = await loopDelay(() => wait(IDLE_MS));
const results = [];
const found = (program.processedArgs[0] as readonly string[]).flatMap((family) => {
  const requests = requestsOf(family);
  return requests === null ? [] : [[family, requests] as const];
});
for (const [family, requests] of found.length > 0 ? found : [['random', requestsOf('random') ?? []] as const]) {
  // The first few make the compiler look, and start the threads.
  await measure(requests.slice(0, 20));
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(requests));
  results.push(figuresOf(family, requests, rounds));
}
await decider.close();

const places = (value: number) => value.toFixed(1);
process.stdout.write(
  `${tableText(
    [
      'family',
      'requests',
      'not at once',
      'largest kB',
      'call p50 ms',
      'p99',
      'max',
      'loop delay p99 ms',
      'max',
      'own max',
    ],
    [
      ...results.map(({ family, requests, notAtOnce, largestKilobytes, heldMs, delayMs }) => [
        family,
        String(requests),
        String(notAtOnce),
        places(largestKilobytes),
        ...[heldMs.p50, heldMs.p99, heldMs.max, delayMs.p99, delayMs.max, delayMs.ownMax].map(places),
      ]),
      ['(idle)', '', '', '', '', '', '', ...[idle.p99, idle.max, idle.ownMax].map(places)],
    ],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  )}\n`,
);
const worst = Math.max(...results.map(({ delayMs }) => delayMs.ownMax));
const free = worst < options.most;
process.stdout.write(`${free ? 'free' : 'HELD UP'}: at most ${places(worst)} ms, ${options.most} allowed\n`);
if (options.json !== undefined)
  writeFileSync(
    options.json,
    `${JSON.stringify({ node: process.version, ...options, idle, families: results }, null, 2)}\n`,
  );
process.exitCode = free ? 0 : 1;
