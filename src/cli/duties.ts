import { Argument, Command } from 'commander';
import { dutyFileText, readDutyFile } from '../pricing/duty-file.js';
import {
  type DutyTerms,
  dutyTermsOf,
  importDuties,
  loadDuties,
  setDutyTerms,
  setDutyTermsTo,
} from '../store/duties.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption, several } from './options.js';

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
    .addCommand(termsCommand());
}

function termsCommand(): Command {
  return new Command('terms')
    .description("say who pays duty and tax of an account's orders from the next decision on, or show it")
    .argument('<account>', 'its code')
    .addArgument(
      new Argument(
        '[terms]',
        'DDP: the merchant; DAP: the customer, at the door; own: with --to, as elsewhere',
      ).choices(['DDP', 'DAP', 'own']),
    )
    .option('--to <countries>', 'only to these countries; may be given several times', several)
    .addOption(dataOption())
    .action(async (account: string, terms: DutyTerms | 'own' | undefined, options: TermsOptions) => {
      const countries = options.to ?? [];
      const odd = countries.find((country) => !/^[A-Z]{2}$/.test(country));
      if (odd !== undefined) throw new Error(`--to: expected a country such as DE, got ${odd}`);
      if (terms === 'own' && countries.length === 0) throw new Error('own: expected --to with countries');
      const told = await withDatabase(options, async ({ pool }) => {
        if (terms !== undefined && countries.length > 0)
          await setDutyTermsTo(pool, account, countries, terms === 'own' ? null : terms);
        else if (terms === 'DDP' || terms === 'DAP') await setDutyTerms(pool, account, terms);
        return dutyTermsOf(pool, account);
      });
      if (told === null) throw new Error(`there is no account ${account}`);
      const exceptions = Object.entries(told.to).map(([country, its]) => `, ${its} to ${country}`);
      process.stdout.write(`${account} sells ${told.terms}${exceptions.join('')}\n`);
    });
}

interface TermsOptions extends PlaceOptions {
  readonly to?: readonly string[];
}
