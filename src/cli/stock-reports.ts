import { Argument, Command } from 'commander';
import { systemClock } from '../model/clock.js';
import { systemViewer } from '../model/viewer.js';
import { listFallenFeeds, restartFeed } from '../store/stock-feed-series.js';
import { applyReviewedReport, discardStockReport, listOpenStockReports } from '../store/stock-report-review.js';
import { listUnknownStock } from '../store/stock-unknown.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption, whole } from './options.js';
import { minute, printJson, printTable, withoutControls } from './print.js';

interface ListOptions extends PlaceOptions {
  readonly limit: number;
  readonly json?: true;
}

/** `headgate stock reports`: feeds that wait for a person, or for what came before them. */
export function reportsCommand(): Command {
  return new Command('reports')
    .description('list reports of stock that were kept and are not applied, and settle them')
    .addCommand(listCommand())
    .addCommand(
      settleCommand('apply', 'apply a report that waits for review, unless a later one was applied meanwhile'),
    )
    .addCommand(settleCommand('discard', 'discard a report that waits for review, or for changes that will never come'))
    .addCommand(restartCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list them, oldest first')
    .option('--limit <count>', 'at most so many', whole(1, 1_000), 100)
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { reports, fallen } = await withDatabase(options, async ({ pool }) => ({
        reports: await listOpenStockReports(pool, { vendorId: null, limit: options.limit }),
        fallen: await listFallenFeeds(pool, options.limit),
      }));
      if (options.json) {
        for (const report of reports) printJson(report);
        for (const feed of fallen) printJson({ kind: 'numbering', ...feed });
        return;
      }
      printTable(
        ['id', 'vendor', 'kind', 'state', 'as of', 'rows', 'why'],
        reports.map(({ id, vendorCode, kind, state, asOf, rowsReceived, reason }) =>
          withoutControls([id, vendorCode, kind, state, minute(asOf), String(rowsReceived), reason]),
        ),
        'no report waits',
      );
      if (fallen.length === 0) return;
      printTable(
        ['vendor', 'numbers fell from', 'to', 'since', 'reports'],
        fallen.map(({ vendorCode, newestPosition, fellTo, since, reports: count }) =>
          withoutControls([vendorCode, String(newestPosition), String(fellTo), minute(since), String(count)]),
        ),
        '',
      );
      process.stdout.write(
        'if a vendor numbers its reports from the beginning again: headgate stock reports restart <vendor>\n',
      );
    });
}

function restartCommand(): Command {
  return new Command('restart')
    .description('accept that a vendor numbers its reports from the beginning again')
    .argument('<vendor>', 'its code')
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nWhat it reports from now on follows all that came before; changes wait for a snapshot of the new numbering.',
    )
    .action(async (vendorCode: string, options: PlaceOptions) => {
      const said = { vendorCode, by: systemViewer('cli').actor, now: systemClock.now() };
      await withDatabase(options, ({ pool }) => restartFeed(pool, said));
      process.stdout.write(`the numbers of ${withoutControls([vendorCode])[0]} begin again; a snapshot is wanted\n`);
    });
}

function settleCommand(how: 'apply' | 'discard', description: string): Command {
  return new Command(how)
    .description(description)
    .addArgument(new Argument('<id>', 'as headgate stock reports list tells it').argParser(uuid))
    .addOption(dataOption())
    .action(async (reportId: string, options: PlaceOptions) => {
      const decision = { reportId, by: systemViewer('cli').actor, now: systemClock.now() };
      const said = await withDatabase(options, async (db) => {
        if (how === 'apply') return `report ${reportId} is ${(await applyReviewedReport(db.pool, decision)).state}\n`;
        await discardStockReport(db.pool, decision);
        return `report ${reportId} is discarded\n`;
      });
      process.stdout.write(said);
    });
}

/** `headgate stock unknown`: what vendors report of SKUs that nobody knows. */
export function unknownCommand(): Command {
  return new Command('unknown')
    .description('list SKUs that vendors report and nobody knows; they are applied once they are known')
    .option('--limit <count>', 'at most so many', whole(1, 1_000), 100)
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const unknown = await withDatabase(options, (db) =>
        listUnknownStock(db.pool, { vendorId: null, limit: options.limit }),
      );
      if (options.json) {
        for (const row of unknown) printJson(row);
        return;
      }
      printTable(
        ['vendor', 'node', 'SKU', 'packs', 'last seen'],
        unknown.map((row) =>
          withoutControls([
            row.vendorCode,
            row.nodeCode,
            row.vendorSku,
            row.packs === null ? '' : String(row.packs),
            minute(row.lastSeenAt),
          ]),
        ),
        'every SKU that was reported is known',
      );
    });
}

function uuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new Error(`expected the id of a report, got ${text.slice(0, 80)}: headgate stock reports list tells them`);
}
