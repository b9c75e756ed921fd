import { Command } from 'commander';
import { systemClock } from '../model/clock.js';
import { type ShownStock, showStock } from '../store/stock-shown.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { minute, printJson, tableText, withoutControls } from './print.js';

interface ShowOptions extends PlaceOptions {
  readonly node?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `headgate stock show`: what may be promised of a SKU, and why not more. */
export function showCommand(): Command {
  return new Command('show')
    .description('show what may be promised of a SKU at each node, and what its buffer follows from')
    .argument('<sku>', 'ours')
    .option('--node <code>', 'only there')
    .option('--limit <count>', 'at most so many nodes', whole(1, 1_000), 100)
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .addHelpText(
      'after',
      `
atp = on hand - safety - buffer - held - committed, never below 0
buffer = reserve + min(on hand x cap %, ceil(age x drift + z x sqrt(age x variance) - 0.5))

Age in hours, drift and variance in units an hour: docs/stock.md. Housekeeping brings each buffer to what it should be.`,
    )
    .action(async (sku: string, options: ShowOptions) => {
      const query = { sku, nodeCode: options.node ?? null, at: systemClock.now(), limit: options.limit };
      const rows = await withDatabase(options, ({ pool }) => showStock(pool, query));
      if (options.json) {
        for (const row of rows) printJson(row);
        return;
      }
      if (rows.length === 0) {
        const where = options.node === undefined ? 'at any node' : `at node ${options.node}`;
        const [told] = withoutControls([`no stock of ${sku} is known ${where}`]);
        throw new Error(`${told}: headgate stock unknown lists what vendors report and nobody knows`);
      }
      process.stdout.write(`${countersOf(rows)}\n\nwhat the buffers follow from\n${inputsOf(rows)}\n`);
    });
}

function countersOf(rows: readonly ShownStock[]): string {
  const head = ['node', 'on hand', 'safety', 'buffer', 'held', 'committed', 'atp', 'as of', 'no more since'];
  const cells = rows.map((row) =>
    withoutControls([
      ...[row.nodeCode, row.onHand, row.safetyStock, row.buffer, row.held, row.committed, row.atp].map(String),
      ...[minute(row.asOf), minute(row.nothingMoreSince)],
    ]),
  );
  return tableText(head, cells, [1, 2, 3, 4, 5, 6]);
}

function inputsOf(rows: readonly ShownStock[]): string {
  const head = ['node', 'reserve', 'cap %', 'age', 'drift', 'variance', 'z', 'should be'];
  const cells = rows.map(({ nodeCode, bufferInputs: of }) =>
    withoutControls([
      ...[nodeCode, String(of.reserveUnits), String(of.capPercent), of.ageHours.toFixed(1)],
      ...[of.driftPerHour.toFixed(3), of.variancePerHour.toFixed(3), String(of.z), String(of.target)],
    ]),
  );
  return tableText(head, cells, [1, 2, 3, 4, 5, 6, 7]);
}
