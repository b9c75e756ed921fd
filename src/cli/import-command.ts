import { Command } from 'commander';
import type { Refused } from '../model/csv.js';
import type { Database } from '../store/database.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';
import { dataOption } from './options.js';
import { printJson } from './print.js';

interface ImportOptions extends PlaceOptions {
  readonly check?: true;
  readonly json?: true;
}

/** How a kind of CSV file is read and put into the database; both name every fault at once. */
export interface CsvImport<T, R> {
  readonly description: string;
  readonly read: (text: string) => T | Refused;
  /** With `dryRun` nothing stays. */
  readonly put: (db: Database, read: T, options: { readonly dryRun: boolean }) => Promise<R | Refused>;
  /** What was put, as a sentence for people. */
  readonly told: (result: R) => string;
}

/** `import` of a CSV file: checked whole, then put whole or not at all. */
export function importCommand<T extends object, R extends object>(of: CsvImport<T, R>): Command {
  return new Command('import')
    .description(of.description)
    .argument('<file>', 'CSV with a header line; - for standard input')
    .option('--check', 'only say what is wrong, and what would be done')
    .option('--json', 'print faults, or what was done, as JSON')
    .addOption(dataOption())
    .addHelpText(
      'after',
      `\nNothing changes where the file is refused: exit status ${EXIT_REFUSED}. Columns: docs/landed-cost.md.`,
    )
    .action(async (file: string, options: ImportOptions) => {
      const read = of.read(await readText(file));
      const result = isRefused(read)
        ? read
        : await withDatabase(options, (db) => of.put(db, read, { dryRun: options.check === true }));
      if (isRefused(result)) {
        if (options.json) printJson({ faults: result.faults });
        else process.stderr.write(faultText(file, result.faults));
        process.exitCode = EXIT_REFUSED;
      } else if (options.json) printJson({ ...result, checked: options.check === true });
      else process.stdout.write(`${options.check ? 'would import' : 'imported'} ${of.told(result)}\n`);
    });
}

function isRefused<T extends object>(result: T | Refused): result is Refused {
  return 'faults' in result;
}
