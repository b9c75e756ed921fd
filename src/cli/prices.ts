import { Command } from 'commander';
import { priceFileText, readPriceFile } from '../pricing/price-file.js';
import { importPrices, loadPrices } from '../store/price-lists.js';
import { withdrawPrices } from '../store/withdrawals.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption, day } from './options.js';

/** `headgate prices`: what vendors charge from when on, as a file. */
export function command(): Command {
  return new Command('prices')
    .description("import, export and withdraw vendors' price lists, with the days from which they count")
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
    )
    .addCommand(withdrawCommand());
}

interface WithdrawOptions extends PlaceOptions {
  readonly vendor?: string;
  readonly node?: string;
  readonly check?: true;
}

function withdrawCommand(): Command {
  return new Command('withdraw')
    .description('take back a price list: what began before it counts on')
    .argument('<day>', 'its first day', day)
    .option('--vendor <code>', 'of all nodes of a vendor')
    .option('--node <code>', 'of one node')
    .option('--check', 'only say how much would be taken back')
    .addOption(dataOption())
    .action(async (began: string, { vendor, node, ...options }: WithdrawOptions) => {
      const of = vendor !== undefined && node === undefined ? { vendor } : node !== undefined ? { node } : null;
      if (of === null || (vendor !== undefined && node !== undefined))
        throw new Error('expected either --vendor or --node');
      const result = await withDatabase(options, ({ pool }) =>
        withdrawPrices(pool, of, began, { dryRun: options.check === true }),
      );
      if ('faults' in result) throw new Error(`${result.faults[0]?.path}: ${result.faults[0]?.message}`);
      const { offers, nodes } = result;
      process.stdout.write(
        `${options.check ? 'would take' : 'took'} back terms of ${offers} SKUs at a node and of ${nodes} nodes\n`,
      );
    });
}
