import { Command } from 'commander';
import { z } from 'zod';
import { systemClock } from '../model/clock.js';
import { type StockPolicy, stockPolicySchema } from '../model/stock-policy.js';
import { systemViewer } from '../model/viewer.js';
import { applyStockPolicy, loadStockPolicy } from '../store/stock-policy.js';
import type { PolicyFault } from '../store/stock-policy-vendors.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';
import { dataOption } from './options.js';
import { printJson } from './print.js';

const TEXT_MAX = 20_000_000;

/** `headgate stock policy`: what is kept back of stock, and when vendors are asked, as a file. */
export function policyCommand(): Command {
  return new Command('policy')
    .description('thresholds, safety stock, buffers, set-asides and live checks, as a JSON file')
    .addCommand(exportCommand())
    .addCommand(applyCommand());
}

function exportCommand(): Command {
  return new Command('export')
    .description('print the policy as it stands; applying it changes nothing')
    .option('--vendor <code>', 'only of this vendor and its nodes')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly vendor?: string }) => {
      const policy = await withDatabase(options, (db) => loadStockPolicy(db.pool, options.vendor));
      if (options.vendor !== undefined && Object.keys(policy.vendors).length === 0)
        throw new Error(`there is no vendor ${options.vendor}: headgate vendors list tells them`);
      process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
    });
}

function applyCommand(): Command {
  return new Command('apply')
    .description('make the policy as the file says; what it leaves out stays as it is')
    .argument('<file>', 'JSON as export prints it, or a part of it; - for standard input')
    .option('--json', 'print how many entries changed, or the faults, as JSON')
    .addOption(dataOption())
    .addHelpText(
      'after',
      `
Nothing changes where the file names what does not exist: exit status ${EXIT_REFUSED}. Thresholds and set-asides are taken away by null.
Example: echo '{"vendors":{"acme":{"lowStockUnits":5,"liveCheck":"doubtful"}}}' | headgate stock policy apply -
Buffers follow a changed buffer policy within minutes; all else counts from the next order on.`,
    )
    .action(async (file: string, options: PlaceOptions & { readonly json?: true }) => {
      const read = parsePolicy(await readText(file));
      const outcome =
        'faults' in read
          ? read
          : await withDatabase(options, (db) =>
              applyStockPolicy(db.pool, read.policy, { actor: systemViewer('cli').actor, at: systemClock.now() }),
            );
      if (options.json) printJson('faults' in outcome ? outcome : { changed: outcome.changes });
      if ('faults' in outcome) {
        if (!options.json) process.stderr.write(faultText(file, outcome.faults));
        process.exitCode = EXIT_REFUSED;
      } else if (!options.json) {
        const { vendors, tags, products, rows } = outcome.changes;
        process.stdout.write(
          `changed: ${vendors} vendors, ${tags} tags, ${products} products, ${rows} SKUs at a node\n`,
        );
      }
    });
}

function parsePolicy(source: string): { readonly policy: StockPolicy } | { readonly faults: readonly PolicyFault[] } {
  if (source.length > TEXT_MAX)
    return { faults: [{ path: 'policy', message: `expected at most ${TEXT_MAX} characters, got ${source.length}` }] };
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return {
      faults: [{ path: 'policy', message: `expected JSON: ${error instanceof Error ? error.message : String(error)}` }],
    };
  }
  const parsed = stockPolicySchema.safeParse(value);
  if (parsed.success) return { policy: parsed.data };
  return {
    faults: parsed.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path) || 'policy', message })),
  };
}
