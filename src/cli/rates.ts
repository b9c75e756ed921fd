import { Command } from 'commander';
import { readRateFile } from '../pricing/rate-file.js';
import { rateFileText } from '../pricing/rate-rows.js';
import { importRateCards, listRateCards, loadRateCards } from '../store/rate-cards.js';
import { withdrawRateCards } from '../store/withdrawals.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { importCommand } from './import-command.js';
import { dataOption, day, several } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';

/** `headgate rates`: carriers' prices as files. */
export function command(): Command {
  return new Command('rates')
    .description('import, export, list and withdraw rate cards')
    .addCommand(
      importCommand({
        description: 'make rate cards as the file says, each whole, and have nodes and vendors use them',
        read: readRateFile,
        put: (db, { cards, uses }, options) => importRateCards(db.pool, cards, uses, options),
        told: ({ cards, uses }) => `${cards} cards, used in ${uses} places that the file names`,
      }),
    )
    .addCommand(exportCommand())
    .addCommand(listCommand())
    .addCommand(withdrawCommand())
    .addHelpText('after', '\nColumns, formulas and rounding: docs/landed-cost.md.');
}

function exportCommand(): Command {
  return new Command('export')
    .description('print rate cards as CSV; importing them changes nothing')
    .option('--card <codes>', 'only these; may be given several times', several)
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly card?: readonly string[] }) => {
      const { cards, uses } = await withDatabase(options, (db) => loadRateCards(db.pool, options.card ?? null));
      const missing = options.card?.filter((code) => !cards.some((card) => card.code === code)) ?? [];
      if (missing.length > 0) throw new Error(`there is no rate card ${missing.join(', ')}`);
      process.stdout.write(rateFileText(cards, uses));
    });
}

function withdrawCommand(): Command {
  return new Command('withdraw')
    .description('let no card of a series count from a day on; those that begin later go')
    .argument('<card>', 'its code, or that of its series')
    .requiredOption('--from <day>', 'the first day on which none counts (UTC)', day)
    .option('--check', 'only say what would become of which card')
    .addOption(dataOption())
    .addHelpText('after', '\nNodes ship by the default of their vendor then, where it has one for the service.')
    .action(async (card: string, options: PlaceOptions & { readonly from: string; readonly check?: true }) => {
      const result = await withDatabase(options, ({ pool }) =>
        withdrawRateCards(pool, card, options.from, { dryRun: options.check === true }),
      );
      if ('faults' in result) throw new Error(`${card}: ${result.faults[0]?.message}`);
      const [end, go] = options.check ? ['would end', 'would go'] : ['ends', 'is gone'];
      for (const code of result.ended) process.stdout.write(`${code} ${end} on ${options.from}\n`);
      for (const code of result.removed) process.stdout.write(`${code} ${go}\n`);
      if (result.ended.length + result.removed.length === 0)
        process.stdout.write(`no card of ${card} counts from ${options.from} on\n`);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('list rate cards')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const cards = await withDatabase(options, (db) => listRateCards(db.pool));
      if (options.json) {
        for (const card of cards) printJson(card);
        return;
      }
      printTable(
        ['card', 'series', 'service', 'currency', 'from', 'to', 'zones', 'brackets', 'nodes'],
        cards.map((card) =>
          withoutControls([
            ...[card.code, card.series ?? '', card.service, card.currency, card.validFrom, card.validTo ?? ''],
            ...[String(card.zones), String(card.brackets), String(card.nodes)],
          ]),
        ),
        'there are no rate cards',
      );
    });
}
