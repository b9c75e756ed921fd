// `npm run check:model`: searches the model of docs/formal to its end, and each deliberately broken variant until it is caught.
// Exit status 1 where the protocol is violated or not wholly searched, or a variant is not caught as it must be; 2 without Spin.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Table from 'cli-table3';
import { Command } from 'commander';
import { RUNS } from './model-runs.mjs';
import { invariantAt, parseReplay, parseSearch } from './spin-output.mjs';

const MODELS = fileURLToPath(new URL('../docs/formal/', import.meta.url));
/** Far above what the searches need (75 steps, 700 MB, 10 s); one that meets a bound has failed. */
const DEPTH_MAX = 10_000;
const MEGABYTES_MAX = 2_000;
const TIMEOUT_MS = 120_000;
/** Each search may take that much memory. */
const AT_ONCE_MAX = 2;

const execute = promisify(execFile);

/** The tools that are missing. */
function missing() {
  return ['spin', 'gcc'].filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined);
}

/**
 * Makes the verifier of one run, lets it search, and replays what it found. Broken variants are searched breadth first, so that
 * the story of how they fail is as short as there is; the others depth first, which takes less memory.
 */
async function search(run) {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-model-'));
  const limits = { cwd: folder, timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 };
  const flags = run.flags.map((flag) => `-D${flag}`);
  const model = join(MODELS, run.model);
  try {
    await execute('spin', ['-a', ...flags, model], limits);
    const order = run.kind === 'intact' ? ['-O2'] : ['-O0', '-DBFS'];
    await execute('gcc', [...order, '-w', '-DSAFETY', `-DMEMLIM=${MEGABYTES_MAX}`, '-o', 'pan', 'pan.c'], limits);
    const found = parseSearch((await execute('./pan', [`-m${DEPTH_MAX}`], limits)).stdout);
    if (found.errors === 0) return { ...found, violated: null, told: [] };
    const trail = await execute('spin', ['-t', '-k', `${run.model}.trail`, ...flags, model], limits);
    const { told, line } = parseReplay(trail.stdout);
    const violated = line === null ? found.violation : invariantAt(readFileSync(model, 'utf8'), line);
    return { ...found, violated, told };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why a run failed, or null. */
function fault(run, found) {
  if (run.violates !== null) {
    if (found.violated === run.violates) return null;
    return found.violated === null ? 'not caught' : `caught by another invariant than "${run.violates}"`;
  }
  if (found.violated !== null) return 'violated';
  return found.incomplete ?? (found.unreached.length === 0 ? null : `never reached: ${found.unreached.join('; ')}`);
}

async function check(run) {
  const since = performance.now();
  const found = await search(run).catch((error) => ({ states: 0, depth: 0, violated: null, told: [], failed: error }));
  const why = found.failed === undefined ? fault(run, found) : String(found.failed.stderr || found.failed.message);
  return { ...run, ...found, seconds: (performance.now() - since) / 1000, fault: why };
}

async function checkAll(runs) {
  const results = new Map();
  const waiting = [...runs];
  const worker = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) results.set(run, await check(run));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE_MAX, availableParallelism()) }, worker));
  return runs.map((run) => results.get(run));
}

function outcome({ kind, fault, violated }) {
  if (fault !== null) return `FAILED: ${fault}`;
  if (kind === 'intact') return 'holds, searched to the end';
  return kind === 'broken' ? `caught: "${violated}"` : 'comes about';
}

function print(results) {
  const table = new Table({
    head: ['run', 'what', 'states', 's', 'result'],
    colAligns: ['left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results) {
    const { name, says, states, seconds } = result;
    table.push([name, says, states.toLocaleString('en'), seconds.toFixed(1), outcome(result)]);
  }
  process.stdout.write(`${table}\n`);
}

const program = new Command('check:model')
  .description('Checks the formal model of docs/formal with Spin.')
  .argument('[run...]', 'names of runs; default: all')
  .option('--show', 'tell how each violation came about, step by step')
  .option('--json', 'print the results as JSON')
  .showHelpAfterError()
  .parse();
const { show, json } = program.opts();
const unknown = program.args.filter((name) => !RUNS.some((run) => run.name === name));
if (unknown.length > 0) {
  program.error(`unknown run ${unknown.join(', ')}; there are ${RUNS.map(({ name }) => name).join(', ')}`);
}
const lacking = missing();
if (lacking.length > 0) {
  process.stderr.write(
    `${lacking.join(' and ')} not found. On Debian or Ubuntu: apt-get install spin gcc; elsewhere: https://spinroot.com\n`,
  );
  process.exit(2);
}
const results = await checkAll(program.args.length > 0 ? RUNS.filter(({ name }) => program.args.includes(name)) : RUNS);
if (json) {
  const rows = results.map(({ kind, name, flags, says, violates, violated, states, depth, seconds, fault, told }) => ({
    ...{ kind, name, flags, says, violates, violated, states, depth, seconds: Number(seconds.toFixed(2)), fault },
    ...(show ? { told } : {}),
  }));
  process.stdout.write(`${JSON.stringify({ ok: results.every(({ fault }) => fault === null), runs: rows })}\n`);
} else {
  print(results);
  for (const { kind, name, violated, told } of show ? results.filter(({ told }) => told.length > 0) : []) {
    const end = kind === 'seen' ? '' : `  and so not: ${violated}\n`;
    process.stdout.write(`\n${name}:\n${told.map((step) => `  ${step}\n`).join('')}${end}`);
  }
}
process.exitCode = results.every(({ fault }) => fault === null) ? 0 : 1;
