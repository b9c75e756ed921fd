import { Command } from 'commander';
import { checkedAccount } from '../orders/links.js';
import { secretKeys } from '../own-files.js';
import { CARRIERS_MAX, listCarriers, putCarrier, removeCarrier } from '../store/carriers.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { connectorNamed, installedConnectors, readJson } from './connector-registry.js';
import { readText } from './files.js';
import { dataOption, whole } from './options.js';
import { printJson, printTable, withoutControls } from './print.js';

interface AddOptions extends PlaceOptions {
  readonly connector: string;
  readonly settings: string;
  readonly secrets: string;
  readonly deadline: number;
}

/** `headgate carriers`: whom to ask for rates live, and how. */
export function command(): Command {
  return new Command('carriers')
    .description('say which carriers are asked for rates live')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      '\nA running Headgate follows within ten seconds. When carriers are asked: docs/landed-cost.md.',
    );
}

function addCommand(): Command {
  return new Command('add')
    .description('ask a carrier from now on, or change how it is asked')
    .argument('<carrier>', 'as its services name it (rates list)')
    .option('--connector <name>', 'how it is asked', 'rest')
    .requiredOption('--settings <json>', 'of the connector; of rest: {"baseUrl": "https://..."}')
    .requiredOption('--secrets <file>', 'JSON of its secrets, of rest {"token": "..."}; - for standard input')
    .option('--deadline <ms>', 'an answer is awaited no longer, then the card counts', whole(50, 10_000), 1_500)
    .addOption(dataOption())
    .action(async (carrier: string, options: AddOptions) => {
      if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(carrier))
        throw new Error(`expected the code of a carrier, such as swift, got ${carrier}`);
      const connector = connectorNamed((await installedConnectors()).carriers, options.connector, '--connector');
      const account = checkedAccount('CARRIER', connector.manifest, {
        code: carrier,
        settings: readJson('--settings', options.settings),
        secrets: readJson('--secrets', await readText(options.secrets)),
      });
      const services = await withDatabase(options, async (db, { config }) => {
        const { settings, secrets } = account;
        const record = { code: carrier, connector: options.connector, settings, secrets, deadlineMs: options.deadline };
        if (!(await putCarrier(db.pool, secretKeys(config), record)))
          throw new Error(`there are ${CARRIERS_MAX} carriers already: remove one first`);
        return (await listCarriers(db.pool)).find(({ code }) => code === carrier)?.services ?? [];
      });
      process.stdout.write(`${carrier} is asked for ${services.join(', ') || 'nothing yet'}\n`);
      if (services.length === 0)
        process.stderr.write(`no service is of ${carrier}: headgate rates import brings services with their cards\n`);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('list the carriers that are asked; their secrets are not shown')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const carriers = await withDatabase(options, (db) => listCarriers(db.pool));
      if (options.json) {
        for (const carrier of carriers) printJson(carrier);
        return;
      }
      printTable(
        ['carrier', 'connector', 'settings', 'deadline', 'services'],
        carriers.map(({ code, connector, settings, deadlineMs, services }) =>
          withoutControls([code, connector, JSON.stringify(settings), `${deadlineMs} ms`, services.join(', ')]),
        ),
        'no carrier is asked: all go by their cards',
      );
    });
}

function removeCommand(): Command {
  return new Command('remove')
    .description('ask a carrier no more: its services go by their cards')
    .argument('<carrier>', 'as carriers list shows it')
    .addOption(dataOption())
    .action(async (carrier: string, options: PlaceOptions) => {
      if (!(await withDatabase(options, (db) => removeCarrier(db.pool, carrier))))
        throw new Error(`${carrier} was not asked: headgate carriers list shows who is`);
      process.stdout.write(`${carrier} is asked no more\n`);
    });
}
