import { Command } from 'commander';
import { systemClock } from '../model/clock.js';
import { currencyFileText, readCurrencyFile } from '../pricing/currency-file.js';
import { exchangeDaysMax, importExchangeRates, loadExchangeRates, setExchangeDaysMax } from '../store/currencies.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption, whole } from './options.js';

/** `headgate currencies`: exchange rates as a file, and how old they may be. */
export function command(): Command {
  return new Command('currencies')
    .description('import and export exchange rates, and say how old they may be')
    .addCommand(
      importCommand({
        description: 'put exchange rates beside those that are there: one unit of base is rate units of quote',
        read: readCurrencyFile,
        put: (db, { rates }, options) => importExchangeRates(db.pool, rates, options),
        told: ({ rates }) => `${rates} exchange rates`,
      }),
    )
    .addCommand(
      new Command('export')
        .description('print the newest rate of each pair as CSV')
        .option('--all', 'every rate, of every day')
        .addOption(dataOption())
        .action(async (options: PlaceOptions & { readonly all?: true }) => {
          const rates = await withDatabase(options, (db) =>
            loadExchangeRates(db.pool, systemClock.now(), options.all === true),
          );
          process.stdout.write(currencyFileText(rates));
        }),
    )
    .addCommand(
      new Command('max-age')
        .description('say how many days old a rate may be, or set it; older rates convert nothing')
        .argument('[days]', 'from 1 to 3650', whole(1, 3_650))
        .addOption(dataOption())
        .action(async (days: number | undefined, options: PlaceOptions) => {
          const current = await withDatabase(options, async (db) => {
            if (days !== undefined) await setExchangeDaysMax(db.pool, days);
            return exchangeDaysMax(db.pool);
          });
          process.stdout.write(`exchange rates may be ${current} days old\n`);
        }),
    );
}
