import { Command } from 'commander';
import { closingDaysText, readClosingDays } from '../model/closing-days.js';
import { importClosingDays, loadClosingDays } from '../store/closing-days.js';
import { deliveryDays } from '../store/delivery-days.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption, several } from './options.js';

/** `headgate calendars`: holidays of vendors, nodes and carriers as a file. */
export function command(): Command {
  return new Command('calendars')
    .description('import and export the days on which nobody works, and say when services deliver')
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
    )
    .addCommand(deliveriesCommand());
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('say on which days of the week a service delivers, or show it')
    .argument('<service>', 'its code, as rates list shows it')
    .argument('[days]', 'such as mon,tue,wed,thu,fri,sat', several)
    .addOption(dataOption())
    .action(async (service: string, days: readonly string[] | undefined, options: PlaceOptions) => {
      const odd = days?.find((each) => !WEEK.includes(each));
      if (odd !== undefined || days?.length === 0)
        throw new Error(`expected some of ${WEEK.join(',')}, got ${odd ?? 'none'}`);
      const wanted = WEEK.flatMap((each, at) => (days?.includes(each) ? [at + 1] : []));
      const found = await withDatabase(options, ({ pool }) => deliveryDays(pool, service, days ? wanted : null));
      if (found === null) throw new Error(`there is no service ${service}`);
      process.stdout.write(`${service} delivers ${found.map((each) => WEEK[each - 1]).join(',')}\n`);
    });
}
