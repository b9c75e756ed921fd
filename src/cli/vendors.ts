import { Command } from 'commander';
import { vendorTerms } from '../model/vendor-terms.js';
import { secretKeys } from '../own-files.js';
import { pollStandings } from '../store/poll-standing.js';
import { addVendor, changeVendor, listVendors, loadVendor } from '../store/vendors.js';
import { checkCode } from './accounts.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { connectorNamed, installedConnectors } from './connector-registry.js';
import { type LinkOptions, readLink, readTerms, secretsOption, settingsOption, termsOption } from './link-options.js';
import { dataOption } from './options.js';
import { printJson, printTable, standing, withoutControls } from './print.js';

interface VendorOptions extends PlaceOptions, LinkOptions {
  readonly name?: string;
  readonly connector?: string;
}

/** `headgate vendors`: who ships, and how they are reached. */
export function command(): Command {
  return new Command('vendors')
    .description('say who ships, and how each vendor is reached')
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(listCommand())
    .addHelpText('after', '\nWhat its feed of stock means and what is kept back of it: headgate stock policy --help.');
}

function addCommand(): Command {
  return new Command('add')
    .description('reach a vendor from now on')
    .argument('<vendor>', 'its code, such as ridge')
    .requiredOption('--connector <name>', 'how it is reached (headgate connectors)')
    .requiredOption('--currency <code>', 'the currency of its costs, such as EUR')
    .option('--name <text>', 'as people call it; its code where not given')
    .addOption(settingsOption())
    .addOption(secretsOption())
    .addOption(dataOption())
    .action(
      async (code: string, options: VendorOptions & { readonly connector: string; readonly currency: string }) => {
        checkCode(code);
        const connector = connectorNamed((await installedConnectors()).vendors, options.connector, '--connector');
        const { settings, secrets } = await readLink('VENDOR', code, connector.manifest, options);
        const { stockFeed } =
          connector.configured?.({ code, settings, secrets }).capabilities ?? connector.capabilities;
        const { connector: name, currency } = options;
        const made = await withDatabase(options, (db, { config }) =>
          addVendor(db.pool, secretKeys(config), {
            ...{ code, name: options.name ?? code, connector: name, currency, settings, secrets },
            feed: stockFeed,
          }),
        );
        if (!made) throw new Error(`there is a vendor ${code}: headgate vendors set changes it`);
        process.stdout.write(`${code} is reached by ${name}\n`);
      },
    );
}

function setCommand(): Command {
  return new Command('set')
    .description('change how a vendor is reached; what is not given stays')
    .argument('<vendor>', 'as vendors list shows it')
    .option('--connector <name>', 'another connector; then its settings and secrets are needed as well')
    .option('--name <text>', 'as people call it')
    .option('--pause', 'send it nothing for now')
    .option('--resume', 'send to it again')
    .addOption(settingsOption())
    .addOption(secretsOption())
    .addOption(termsOption('vendor'))
    .addOption(dataOption())
    .action(async (code: string, options: VendorOptions & { readonly pause?: true; readonly resume?: true }) => {
      if (options.pause && options.resume) throw new Error('expected --pause or --resume, got both');
      const { vendors } = await installedConnectors();
      const terms = await readTerms(options.terms, vendorTerms.partial());
      await withDatabase(options, async (db, { config }) => {
        const keys = secretKeys(config);
        const kept = await loadVendor(db.pool, keys, { code });
        if (kept === null) throw new Error(`there is no vendor ${code}: headgate vendors list shows which are`);
        const connector = connectorNamed(vendors, options.connector ?? kept.connector, '--connector');
        const before = options.connector === undefined ? kept : undefined;
        const link = await readLink('VENDOR', code, connector.manifest, options, before);
        connector.configured?.({ code, ...link });
        const whole = options.connector !== undefined;
        await changeVendor(db.pool, keys, {
          code,
          ...(terms === undefined ? {} : { terms }),
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.connector === undefined ? {} : { connector: options.connector }),
          ...(options.pause ? { status: 'paused' } : options.resume ? { status: 'active' } : {}),
          ...(whole || options.settings !== undefined ? { settings: link.settings } : {}),
          ...(whole || options.secrets !== undefined ? { secrets: link.secrets } : {}),
        });
      });
      process.stdout.write(`${code} is changed\n`);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('list the vendors; their secrets are not shown')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const [vendors, standings] = await withDatabase(options, ({ pool }) =>
        Promise.all([listVendors(pool), pollStandings(pool, 'vendor')]),
      );
      if (options.json) {
        for (const vendor of vendors) printJson({ ...vendor, read: standings.get(vendor.code) ?? null });
        return;
      }
      printTable(
        ['vendor', 'name', 'connector', 'currency', 'feed subtracts', 'status', 'last read', 'settings'],
        vendors.map(({ code, name, connector, currency, feedSubtracts, status, settings }) =>
          withoutControls([
            code,
            name,
            connector,
            currency,
            feedSubtracts,
            status,
            standing(standings.get(code)),
            JSON.stringify(settings),
          ]),
        ),
        'no vendors: headgate vendors add',
      );
    });
}
