import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { type InputShape, type RoutedRequest, routeInput } from '../engine/route-lines.js';
import { decisionTable } from './decision-table.js';
import { withoutControls } from './print.js';

/** Exit status when a request was malformed; the others are decided all the same. */
const EXIT_MALFORMED = 2;

/** `headgate route FILE|-`: one decision a line on standard output, faults on standard error. */
export function command(): Command {
  return new Command('route')
    .description('decide routing requests: one JSON document, or one request a line (.jsonl)')
    .argument('<file>', 'file with requests, or - for standard input')
    .option('--explain', 'add alternatives and counterfactuals to each decision')
    .option('--pretty', 'show decisions as tables for people instead of JSON')
    .addHelpText(
      'after',
      '\nExit status: 0 when every request was decided, 2 when one is malformed, 1 for anything else.',
    )
    .action(async (file: string, options: { explain?: true; pretty?: true }) => {
      const name = file === '-' ? 'standard input' : file;
      let count = 0;
      for await (const routed of routeInput(await open(file), {
        shape: shapeOf(file),
        explain: options.explain ?? false,
      })) {
        count += 1;
        await print(routed, name, options.pretty ?? false);
      }
      if (count === 0) {
        process.stderr.write(`headgate route: ${name}: expected a request, got nothing\n`);
        process.exitCode = EXIT_MALFORMED;
      }
    });
}

async function open(file: string): Promise<AsyncIterable<Buffer>> {
  if (file === '-') return process.stdin;
  const found = await stat(file).catch((cause: unknown) => {
    throw new Error(`cannot read ${file}`, { cause });
  });
  if (found.isDirectory()) throw new Error(`${file} is a folder: expected a file with routing requests`);
  return createReadStream(file);
}

function shapeOf(file: string): InputShape {
  if (/\.(jsonl|ndjson)$/i.test(file)) return 'lines';
  return /\.json$/i.test(file) ? 'document' : 'either';
}

async function print(routed: RoutedRequest, name: string, pretty: boolean): Promise<void> {
  if ('faults' in routed) {
    const lines = routed.faults.map(
      (fault) => `${withoutControls(`${name}, line ${fault.line}: ${fault.path || 'request'}: ${fault.message}`)}\n`,
    );
    process.stderr.write(lines.join(''));
    process.exitCode = EXIT_MALFORMED;
    return;
  }
  const { request, decision } = routed;
  const text = pretty
    ? `Order ${withoutControls(request.order.id)}\n${decisionTable(decision, request.order.currency)}\n`
    : JSON.stringify(decision);
  // A slow reader slows us down: decisions do not pile up in memory.
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}
