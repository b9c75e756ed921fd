import { Command } from 'commander';
import { systemClock } from '../model/clock.js';
import { systemViewer } from '../model/viewer.js';
import { verifyDayCounts } from '../store/day-counts.js';
import { type StockDrift, verifyStock } from '../store/stock-verify.js';
import { verifyCapacity } from '../store/stock-verify-capacity.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption } from './options.js';
import { printJson, tableText } from './print.js';
import { policyCommand } from './stock-policy.js';
import { reportsCommand, unknownCommand } from './stock-reports.js';
import { showCommand } from './stock-show.js';

/** Drift was found and left as it is. */
const DRIFT_EXIT = 3;

interface VerifyOptions extends PlaceOptions {
  readonly repair?: true;
  readonly json?: true;
}

/** `headgate stock`: what is promised of the vendors' stock. */
export function command(): Command {
  return new Command('stock')
    .description('show stock, check and repair its counters, and say what is kept back')
    .addCommand(showCommand())
    .addCommand(verifyCommand())
    .addCommand(policyCommand())
    .addCommand(reportsCommand())
    .addCommand(unknownCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('compare the counters of every stock row with its ledger and its live reservations')
    .option('--repair', 'set the counters to the reservations, with an event for each row')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .addHelpText(
      'after',
      `
Orders may be taken meanwhile. Ends with ${DRIFT_EXIT} where drift was found and not repaired, else with 0.
Where ledger and reservations disagree, --repair goes by the reservations and appends the difference to the ledger.`,
    )
    .action(async (options: VerifyOptions) => {
      const repair = options.repair ?? false;
      const at = systemClock.now();
      const { stock, capacity, counts } = await withDatabase(options, async ({ pool }) => ({
        stock: await verifyStock(pool, { repair: repair ? 'all' : 'none', actor: systemViewer('cli').actor, at }),
        capacity: await verifyCapacity(pool, { repair, at }),
        counts: await verifyDayCounts(pool, { repair, at }),
      }));
      if (options.json) {
        for (const row of stock.drift) printJson({ kind: 'stock', ...row });
        for (const row of capacity) printJson({ kind: 'capacity', ...row });
        for (const row of counts) printJson({ kind: 'rule', ...row });
      } else {
        const rows = [
          ...stock.drift.flatMap(countersAdrift),
          ...capacity.map((row) => [row.nodeCode, row.day, 'capacity', row.taken, '', row.fulfillments, row.repaired]),
          ...counts.map(({ nodeCode, vendorCode, day, ruleId, taken, fulfillments, repaired }) => [
            ...[nodeCode ?? vendorCode, day, `rule ${ruleId}`, taken, '', fulfillments, repaired],
          ]),
        ];
        const head = ['node or vendor', 'SKU or day', 'counter', 'counted', 'ledger', 'promised', 'repaired'];
        const cells = rows.map((row) =>
          row.map((cell) => (typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell))),
        );
        const summary = `${stock.checked} stock rows checked, ${stock.drift.length + capacity.length + counts.length} adrift`;
        const table = cells.length === 0 ? '' : `${tableText(head, cells, [3, 4, 5])}\n`;
        process.stdout.write(`${table}${summary}${repair && cells.length > 0 ? ', all repaired' : ''}\n`);
      }
      if ([...stock.drift, ...capacity, ...counts].some((row) => !row.repaired)) process.exitCode = DRIFT_EXIT;
    });
}

/** One line for each counter of a row that is not what it should be, and one for reservations that are not what their ledger says. */
function countersAdrift(row: StockDrift): (string | number | boolean)[][] {
  const disputed =
    row.disputed === 0 ? [] : [[row.nodeCode, row.sku, `${row.disputed} reservations`, '', '', '', row.repaired]];
  const counters = (['held', 'committed'] as const)
    .filter((name) => row.counters[name] !== row.ledger[name] || row.counters[name] !== row.reservations[name])
    .map((name) => [
      ...[row.nodeCode, row.sku, name, row.counters[name], row.ledger[name], row.reservations[name], row.repaired],
    ]);
  return [...counters, ...disputed];
}
