import { Command } from 'commander';
import { priceFileText, readPriceFile } from '../pricing/price-file.js';
import { importPrices, loadPrices } from '../store/price-lists.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption } from './options.js';

/** `headgate prices`: what vendors charge from when on, as a file. */
export function command(): Command {
  return new Command('prices')
    .description("import and export vendors' price lists, with the days from which they count")
    .addCommand(
      importCommand({
        description: 'schedule costs, fees, minimums and pack sizes of nodes and their SKUs',
        read: readPriceFile,
        put: (db, list, options) => importPrices(db.pool, list, options),
        told: ({ offers, nodes }) => `terms of ${offers} SKUs at a node and of ${nodes} nodes`,
      }),
    )
    .addCommand(
      new Command('export')
        .description('print all scheduled terms as CSV; importing them changes nothing')
        .addOption(dataOption())
        .action(async (options: PlaceOptions) => {
          process.stdout.write(priceFileText(await withDatabase(options, (db) => loadPrices(db.pool))));
        }),
    );
}
