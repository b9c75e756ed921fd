import { Command } from 'commander';
import { listAliases, removeAlias, setAlias } from '../store/aliases.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { dataOption } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';

const ALIAS_LENGTH_MAX = 100;

/** `headgate aliases`: what accounts call products. */
export function command(): Command {
  return new Command('aliases')
    .description('say which product a SKU of an account means')
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(listCommand())
    .addHelpText(
      'after',
      '\nOrders that waited for it are taken in once they are replayed: headgate dead-letters replay.',
    );
}

function addCommand(): Command {
  return new Command('add')
    .description('have a SKU of an account mean a product')
    .argument('<account>', 'as accounts list shows it')
    .argument('<alias>', 'the SKU as the account sends it')
    .argument('<sku>', 'of the product')
    .addOption(dataOption())
    .action(async (account: string, alias: string, sku: string, options: PlaceOptions) => {
      if (alias.length < 1 || alias.length > ALIAS_LENGTH_MAX)
        throw new Error(`expected an alias of 1 to ${ALIAS_LENGTH_MAX} characters, got ${alias.length}`);
      const refused = await withDatabase(options, (db) => setAlias(db.pool, { account, alias, sku }));
      if (refused?.missing === 'account') throw new Error(`there is no account ${account}: headgate accounts list`);
      if (refused) throw new Error(`there is no product ${sku}`);
      process.stdout.write(`${withoutControls(alias)} of ${account} means ${sku}\n`);
    });
}

function removeCommand(): Command {
  return new Command('remove')
    .description('take an alias away')
    .argument('<account>', 'as accounts list shows it')
    .argument('<alias>', 'as aliases list shows it')
    .addOption(dataOption())
    .action(async (account: string, alias: string, options: PlaceOptions) => {
      const removed = await withDatabase(options, (db) => removeAlias(db.pool, account, alias));
      if (!removed) throw new Error(`${account} has no alias ${alias}`);
      process.stdout.write(`${withoutControls(alias)} of ${account} means nothing any more\n`);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('list aliases, at most 1000')
    .argument('[account]', 'of this account alone')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (account: string | undefined, options: PlaceOptions & { readonly json?: true }) => {
      const aliases = await withDatabase(options, (db) => listAliases(db.pool, account ?? null));
      if (options.json) {
        for (const alias of aliases) printJson(alias);
        return;
      }
      printTable(
        ['account', 'alias', 'product'],
        aliases.map(({ account: of, alias, sku }) => withoutControls([of, alias, sku])),
        'no aliases: headgate aliases add',
      );
    });
}
