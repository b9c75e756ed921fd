import { Argument, Command } from 'commander';
import { systemClock } from '../model/clock.js';
import { systemViewer } from '../model/viewer.js';
import { type FallenFeed, listFallenFeeds, restartFeed } from '../store/stock-feed-series.js';
import { type FeedAhead, listFeedsAhead } from '../store/stock-moments-ahead.js';
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
      const { reports, fallen, ahead } = await withDatabase(options, async ({ pool }) => ({
        reports: await listOpenStockReports(pool, { vendorId: null, limit: options.limit }),
        fallen: await listFallenFeeds(pool, options.limit),
        ahead: await listFeedsAhead(pool, options.limit),
      }));
      if (options.json) {
        for (const report of reports) printJson(report);
        for (const feed of fallen) printJson({ kind: 'numbering', ...feed });
        for (const feed of ahead) printJson({ kind: 'ahead', ...feed });
        return;
      }
      printTable(
        ['id', 'vendor', 'kind', 'state', 'as of', 'rows', 'why'],
        reports.map(({ id, vendorCode, kind, state, asOf, rowsReceived, reason }) =>
          withoutControls([id, vendorCode, kind, state, minute(asOf), String(rowsReceived), reason]),
        ),
        'no report waits',
      );
      if (fallen.length > 0) printFallen(fallen);
      if (ahead.length > 0) printAhead(ahead);
    });
}

function printFallen(feeds: readonly FallenFeed[]): void {
  printTable(
    ['vendor', 'numbers fell from', 'to', 'since', 'reports'],
    feeds.map(({ vendorCode, newestPosition, fellTo, since, reports }) =>
      withoutControls([vendorCode, String(newestPosition), String(fellTo), minute(since), String(reports)]),
    ),
    '',
  );
  process.stdout.write(
    'if a vendor numbers its reports from the beginning again: headgate stock reports restart <vendor>\n',
  );
}

function printAhead(feeds: readonly FeedAhead[]): void {
  printTable(
    ['vendor', 'rows ahead of our clock', 'up to', 'found'],
    feeds.map(({ vendorCode, rows, to, since }) =>
      withoutControls([vendorCode, String(rows), minute(to), minute(since)]),
    ),
    '',
  );
  process.stdout.write(
    'their moments order nothing; once our clock is right, forget them: headgate stock reports restart <vendor>\n',
  );
}

function restartCommand(): Command {
  return new Command('restart')
    .description(
      'let what a vendor reports follow all before: its numbers begin again, or moments lie ahead of our clock',
    )
    .argument('<vendor>', 'its code')
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nWhat it reports from now on follows all that came before; changes wait for a snapshot of the new numbering.',
    )
    .action(async (vendorCode: string, options: PlaceOptions) => {
      const said = { vendorCode, by: systemViewer('cli').actor, now: systemClock.now() };
      const { numbered, rowsMended } = await withDatabase(options, ({ pool }) => restartFeed(pool, said));
      const what = numbered ? 'the numbers of' : 'the moments of';
      process.stdout.write(`${what} ${withoutControls([vendorCode])[0]} begin again; a snapshot is wanted\n`);
      if (rowsMended > 0) process.stdout.write(`of ${rowsMended} rows no moment is known until it comes\n`);
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
