import { Argument, Command } from 'commander';
import { dutyFileText, readDutyFile } from '../pricing/duty-file.js';
import { importDuties, loadDuties, setDutyTerms } from '../store/duties.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption } from './options.js';

/** `headgate duties`: duty and import tax as a file, and who pays them. */
export function command(): Command {
  return new Command('duties')
    .description('import and export duty and import tax, and say who pays them')
    .addCommand(
      importCommand({
        description: 'put duty rates and thresholds beside those that are there',
        read: readDutyFile,
        put: (db, duties, options) => importDuties(db.pool, duties, options),
        told: ({ rates, thresholds }) => `${rates} duty rates and ${thresholds} thresholds`,
      }),
    )
    .addCommand(
      new Command('export')
        .description('print all duties as CSV; importing them changes nothing')
        .addOption(dataOption())
        .action(async (options: PlaceOptions) => {
          process.stdout.write(dutyFileText(await withDatabase(options, (db) => loadDuties(db.pool))));
        }),
    )
    .addCommand(
      new Command('terms')
        .description("say who pays duty and tax of an account's orders, from the next decision on")
        .argument('<account>', 'its code')
        .addArgument(
          new Argument('<terms>', 'DDP: the merchant; DAP: the customer, at the door').choices(['DDP', 'DAP']),
        )
        .addOption(dataOption())
        .action(async (account: string, terms: 'DDP' | 'DAP', options: PlaceOptions) => {
          if (!(await withDatabase(options, (db) => setDutyTerms(db.pool, account, terms))))
            throw new Error(`there is no account ${account}`);
          process.stdout.write(`${account} sells ${terms}\n`);
        }),
    );
}
