/**
 * Decides the routing instances, beside the MIP solver HiGHS and the simple rules that shops use, and says per family how many decisions are
 * proven, how far the rest may be off, how long they take, and what the others do. What each figure means: docs/benchmarks.md.
 *
 * Exit status 1 where a decision is wrong: an infeasible or miscosted plan, a claimed optimum that is none, a bound above the optimum.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { whole } from '../src/cli/options.js';
import { tableText } from '../src/cli/print.js';
import { tenThousandths } from '../src/engine/check/check-shipment.js';
import { decide, ENGINE_VERSION } from '../src/engine/decide.js';
import type { Decision } from '../src/engine/decision.js';
import type { RoutingRequest } from '../src/engine/request.js';
import { loadMipSolver } from '../src/engine/testing/mip/solve.js';
import { randomRequest } from '../src/engine/testing/random-request.js';
import { FAMILIES, type Instance, missOf, readInstances, spread, wrongWith } from './instances.js';
import { mean, quantile, timed } from './measure.js';
import { planBy, SIMPLE_RULES } from './simple-rules.js';
import { ownTime } from './turns.js';

/** So long are requests of a family decided before the clock counts, like by a service that has been up for a while: compilers look at code that is used much. */
const WARMING_MS = 3_000;
/** Requests that the MIP solver solves before. */
const MIP_WARMED = 30;
/** Requests of a family that the simple rules are tried on. */
const RULED = 50;

interface Options {
  readonly limit: number;
  readonly effort: number;
  readonly mip: boolean;
  readonly mipSample: number;
  readonly mipSeconds: number;
  readonly rules: boolean;
  readonly json?: string;
}

const program = new Command('bench:engine')
  .argument('[family...]', `of ${FAMILIES.join(', ')}, facility-location-large`, FAMILIES)
  .option('--limit <count>', 'instances of each family at most', whole(1, 100_000), 1_000)
  .option('--effort <steps>', 'search steps that each decision may take', whole(0, 1_000_000_000), 10_000)
  .option('--mip-sample <count>', 'instances of each family that the MIP solver solves', whole(1, 1_000), 12)
  .option('--mip-seconds <seconds>', 'its time limit for each', whole(1, 3_600), 10)
  .option('--no-mip', 'leave the MIP solver out')
  .option('--no-rules', 'leave the simple rules out')
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse();
const options = program.opts<Options>();
const bar = new SingleBar({ format: '{family} {step} {bar} {value}/{total}', hideCursor: true, clearOnComplete: true });
const wrong: string[] = [];

/** Runs `each` on every item, with a bar on a terminal. */
function all<T, R>(family: string, step: string, items: readonly T[], each: (item: T) => R): R[] {
  const shown = process.stderr.isTTY;
  if (shown) bar.start(items.length, 0, { family, step });
  const results = items.map((item) => {
    const result = each(item);
    if (shown) bar.increment();
    return result;
  });
  if (shown) bar.stop();
  return results;
}

interface Decided {
  readonly instance: Instance;
  readonly decision: Decision;
  readonly milliseconds: number;
}

/** The request with the effort that was asked for. */
function limited({ request }: Instance): RoutingRequest {
  return { ...request, policy: { ...request.policy, effort: options.effort } };
}

function warmUp(instances: readonly Instance[]): void {
  const until = performance.now() + WARMING_MS;
  for (let at = 0; instances.length > 0 && performance.now() < until; at += 1)
    decide(limited(instances[at % instances.length] as Instance));
}

function decideAll(family: string, instances: readonly Instance[]): Decided[] {
  warmUp(instances);
  return all(family, 'deciding', instances, (instance) => {
    const request = limited(instance);
    const { decision, milliseconds } = timed(request);
    const fault = wrongWith(request, instance, decision);
    if (fault !== null) wrong.push(`${request.order.id}: ${fault}`);
    return { instance, decision, milliseconds };
  });
}

function figuresOf(decided: readonly Decided[]) {
  const times = decided.map(({ milliseconds }) => milliseconds);
  const gaps = decided.flatMap(({ decision: { proof, objective } }) =>
    proof?.kind === 'bounded' ? [(100 * Number(proof.gap)) / Math.max(1e-9, Math.abs(Number(objective)))] : [],
  );
  const misses = decided.flatMap(({ instance, decision }) => {
    const miss = decision.proof?.kind === 'bounded' ? missOf(instance, decision) : null;
    return miss === null ? [] : [100 * miss];
  });
  return {
    requests: decided.length,
    optimal: decided.filter(({ decision }) => decision.proof?.kind === 'optimal').length,
    undecided: decided.filter(({ decision }) => decision.status === 'undecided').length,
    /** Percent of the objective, of those not proven: by the engine's own bound, and against the best plan known. */
    gap: { mean: mean(gaps), widest: Math.max(0, ...gaps) },
    aboveBestKnown: { mean: mean(misses), widest: Math.max(0, ...misses) },
    milliseconds: { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times) },
  };
}

type Mip = Awaited<ReturnType<typeof loadMipSolver>>;

function besideMip(family: string, mip: Mip, decided: readonly Decided[]) {
  const sample = spread(decided, options.mipSample);
  const pairs = all(family, 'MIP solver', sample, ({ instance, decision }) => {
    const answer = mip.solve(instance.request, options.mipSeconds);
    if (answer.kind === 'optimal' && decision.proof?.kind === 'optimal' && decision.objective !== undefined) {
      const above = tenThousandths(decision.objective) - answer.judged.objective;
      if (above > 0n || above < -BigInt(answer.slack))
        wrong.push(
          `${instance.request.order.id}: optimal ${decision.objective}, the MIP solver's costs ${answer.judged.objective}`,
        );
    }
    // Again, at the same time as the solver: the machine may be as busy now as it was then, or not.
    return { answer, engineMs: timed(limited(instance)).milliseconds };
  });
  const [engine, solver] = [
    quantile(
      pairs.map(({ engineMs }) => engineMs),
      0.5,
    ),
    quantile(
      pairs.map(({ answer }) => answer.milliseconds),
      0.5,
    ),
  ];
  return {
    requests: sample.length,
    settled: pairs.filter(({ answer }) => answer.kind !== 'unsettled').length,
    /** Medians on these requests. */
    milliseconds: { engine, mip: solver },
    timesFaster: solver / engine,
  };
}

function besideRules(family: string, decided: readonly Decided[]) {
  const known = spread(
    decided.filter(({ instance: { expected } }) => expected.proven && expected.objective !== null),
    RULED,
  );
  return Object.entries(SIMPLE_RULES).flatMap(([name, rule]) => {
    const plans = all(family, name, known, ({ instance }) => ({ instance, plan: planBy(rule, instance.request) }));
    const applied = plans.filter(({ plan }) => plan !== undefined);
    if (applied.length === 0) return [];
    const full = applied.flatMap(({ instance: { request, expected }, plan }) => {
      const left = tenThousandths(expected.unfilledCompared ?? expected.unfilledValue ?? '0');
      if (!plan || (request.policy.unfilled === 'allow' && plan.unfilledCompared > left)) return [];
      return [
        {
          id: request.order.id,
          ours: Number(expected.objective),
          theirs: Number(plan.objective) / 10_000,
          tolerance: Number(expected.tolerance ?? 0) + 1e-6,
        },
      ];
    });
    for (const { id, ours, theirs, tolerance } of full)
      if (theirs < ours - tolerance)
        wrong.push(`${id}: ${name} finds a plan for ${theirs}, under the optimum of ${ours}`);
    const total = (of: 'ours' | 'theirs') => full.reduce((sum, each) => sum + each[of], 0);
    return [
      {
        rule: name,
        requests: applied.length,
        planned: full.length,
        optimal: full.filter(({ ours, theirs, tolerance }) => theirs - ours <= tolerance).length,
        dearerPercent: full.length === 0 ? null : 100 * (total('theirs') / total('ours') - 1),
      },
    ];
  });
}

const mip = options.mip ? await loadMipSolver(ownTime) : null;
// Its compiler too has a first look at the code.
for (let seed = 1; mip !== null && seed <= MIP_WARMED; seed += 1) mip.solve(randomRequest(seed));
const results = [];
for (const family of program.processedArgs[0] as readonly string[]) {
  const instances = readInstances(family, options.limit);
  if (instances === null) {
    process.stdout.write(`skipped: no routing-instances/${family}.jsonl.gz in the samples (set HEADGATE_SAMPLES)\n`);
    continue;
  }
  const decided = decideAll(family, instances);
  results.push({
    family,
    ...figuresOf(decided),
    mip: mip === null ? null : besideMip(family, mip, decided),
    rules: options.rules ? besideRules(family, decided) : [],
  });
}

const places = (value: number, digits: number) => value.toFixed(digits);
const share = (part: number, of: number) =>
  `${part} (${places((100 * part) / Math.max(1, of), part === of ? 0 : 1)} %)`;
const print = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) => {
  if (rows.length === 0) return;
  process.stdout.write(`\n${title}\n${tableText(head, rows, head.map((_, at) => at).slice(1))}\n`);
};
print(
  `Decided with an effort of ${options.effort}`,
  [
    'family',
    'requests',
    'proven optimal',
    'gap %, mean',
    'widest',
    'above best known %, mean',
    'widest',
    'p50 ms',
    'p99 ms',
    'max ms',
  ],
  results.map(({ family, requests, optimal, gap, aboveBestKnown, milliseconds: { p50, p99, max } }) => [
    family,
    String(requests),
    share(optimal, requests),
    ...(optimal === requests
      ? ['', '', '', '']
      : [gap.mean, gap.widest, aboveBestKnown.mean, aboveBestKnown.widest].map((each) => places(each, 3))),
    places(p50, 3),
    places(p99, 2),
    places(max, 2),
  ]),
);
print(
  `Beside the MIP solver HiGHS, at most ${options.mipSeconds} s a request`,
  ['family', 'requests', 'settled', 'engine p50 ms', 'MIP p50 ms', 'times faster'],
  results.flatMap(({ family, mip: beside }) =>
    beside === null
      ? []
      : [
          [
            family,
            String(beside.requests),
            String(beside.settled),
            places(beside.milliseconds.engine, 3),
            places(beside.milliseconds.mip, 1),
            places(beside.timesFaster, beside.timesFaster < 10 ? 1 : 0),
          ],
        ],
  ),
);
print(
  'Beside simple rules, where the optimum is known and ships something',
  ['family', 'rule', 'requests', 'finds a plan', 'the best one', 'dearer %'],
  results.flatMap(({ family, rules }) =>
    rules.map(({ rule, requests, planned, optimal, dearerPercent }) => [
      family,
      rule,
      String(requests),
      share(planned, requests),
      share(optimal, requests),
      dearerPercent === null ? '' : places(dearerPercent, 1),
    ]),
  ),
);
for (const line of wrong.slice(0, 20)) process.stdout.write(`wrong: ${line}\n`);
process.stdout.write(`${wrong.length} wrong\n`);
if (options.json !== undefined) {
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version };
  const { effort, mipSeconds } = options;
  const figures = { engineVersion: ENGINE_VERSION, machine, effort, mipSeconds, wrong, families: results };
  writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
}
process.exitCode = wrong.length > 0 ? 1 : 0;
