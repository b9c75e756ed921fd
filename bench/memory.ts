/**
 * Makes very many decisions in one process and says whether memory stays flat: the heap after a full collection, at even distances.
 * What the figures mean: docs/benchmarks.md. Exit status 1 where it grows.
 */
import { writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { whole } from '../src/cli/options.js';
import { tableText } from '../src/cli/print.js';
import { decide } from '../src/engine/decide.js';
import { randomRequest } from '../src/engine/testing/random-request.js';
import { quantile } from './measure.js';

/** Different requests, decided in turn: everyday sizes that use every feature. */
const REQUESTS = 1_000;
const SIZE = { lines: 4, nodes: 10, services: 2, quantity: 3 };
/** Every so manyth decision is explained, which searches again. */
const EXPLAINED = 200;
const SAMPLES = 20;
/** More than this, from the second quarter of the run to the last, is growth. */
const FLAT_BYTES = 1024 * 1024;

const options = new Command('bench:memory')
  .option('--decisions <count>', 'decisions to make', whole(SAMPLES, 100_000_000), 100_000)
  .option('--json <file>', 'write the figures there too')
  .showHelpAfterError()
  .parse()
  .opts<{ decisions: number; json?: string }>();
const { gc } = globalThis;
if (gc === undefined)
  throw new Error('expected node --expose-gc, without it the heap cannot be measured; npm run bench:memory has it');

// Each decision gets objects of its own, as from the network: what is kept by request would show.
const texts = Array.from({ length: REQUESTS }, (_, at) => JSON.stringify(randomRequest(at + 1, SIZE)));
const bar = new SingleBar({ format: 'decisions {bar} {value}/{total}', hideCursor: true, clearOnComplete: true });
const shown = process.stderr.isTTY;
const samples: { readonly decisions: number; readonly heapBytes: number; readonly residentBytes: number }[] = [];
const every = Math.floor(options.decisions / SAMPLES);
if (shown) bar.start(options.decisions, 0);
for (let made = 1; made <= every * SAMPLES; made += 1) {
  decide(JSON.parse(texts[made % REQUESTS] ?? ''), { explain: made % EXPLAINED === 0 });
  if (made % every !== 0) continue;
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  samples.push({ decisions: made, heapBytes: heapUsed + external, residentBytes: rss });
  if (shown) bar.update(made);
}
if (shown) bar.stop();

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(2);
const rows = samples.map(({ decisions, heapBytes, residentBytes }) => [
  String(decisions),
  megabytes(heapBytes),
  megabytes(residentBytes),
]);
process.stdout.write(`${tableText(['decisions', 'heap MB', 'resident MB'], rows, [0, 1, 2])}\n`);
const quarter = (at: number) =>
  quantile(
    samples.slice((at * SAMPLES) / 4, ((at + 1) * SAMPLES) / 4).map(({ heapBytes }) => heapBytes),
    0.5,
  );
const growthBytes = quarter(3) - quarter(1);
const flat = growthBytes <= FLAT_BYTES;
process.stdout.write(
  `${flat ? 'flat' : 'NOT FLAT'}: the heap of the last quarter is ${megabytes(growthBytes)} MB above that of the second\n`,
);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ node: process.version, flat, growthBytes, samples }, null, 2)}\n`);
process.exitCode = flat ? 0 : 1;
