import { Command } from 'commander';
import { closingDaysText, readClosingDays } from '../model/closing-days.js';
import { importClosingDays, loadClosingDays } from '../store/closing-days.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption } from './options.js';

/** `headgate calendars`: holidays of vendors, nodes and carriers as a file. */
export function command(): Command {
  return new Command('calendars')
    .description('import and export the days on which nobody works')
    .addCommand(
      importCommand({
        description: 'make the calendar of each vendor, node and carrier that the file names just what it says',
        read: readClosingDays,
        put: (db, { days }, options) => importClosingDays(db.pool, days, options),
        told: ({ days, calendars }) => `${days} days of ${calendars} calendars`,
      }),
    )
    .addCommand(
      new Command('export')
        .description('print all closing days as CSV; importing them changes nothing')
        .addOption(dataOption())
        .action(async (options: PlaceOptions) => {
          process.stdout.write(closingDaysText(await withDatabase(options, (db) => loadClosingDays(db.pool))));
        }),
    );
}
