import { Command, Option } from 'commander';
import { accountTerms } from '../model/account-terms.js';
import { secretKeys } from '../own-files.js';
import { addAccount, changeAccount, listAccounts, loadAccount, setAccountPace } from '../store/accounts.js';
import { pollStandings } from '../store/poll-standing.js';
import { type PlaceOptions, withDatabase } from './connect.js';
import { connectorNamed, installedConnectors } from './connector-registry.js';
import { type LinkOptions, readLink, readTerms, secretsOption, settingsOption, termsOption } from './link-options.js';
import { dataOption, whole } from './options.js';
import { printJson, printTable, standing, withoutControls } from './print.js';

interface AccountOptions extends PlaceOptions, LinkOptions {
  readonly name?: string;
  readonly whenShort?: 'BACKORDER' | 'REJECT';
  readonly confirmation?: 'automatic' | 'explicit';
}

interface PaceOptions {
  readonly pollSeconds?: number | 'none';
  readonly stockCap?: number | 'none';
}

/** Reads a whole number, or none. */
const orNone = (low: number, high: number) => (text: string) => (text === 'none' ? text : whole(low, high)(text));

/** `headgate accounts`: where orders come from. */
export function command(): Command {
  return new Command('accounts')
    .description('say where orders come from: shops, marketplaces, partners')
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(listCommand())
    .addHelpText('after', '\nA running Headgate follows at the next order. Webhooks go to /webhooks/<account code>.');
}

const withPolicies = (command: Command): Command =>
  command
    .addOption(settingsOption())
    .addOption(secretsOption())
    .addOption(termsOption('customers and channel'))
    .addOption(
      new Option('--when-short <policy>', 'orders without stock wait or are refused').choices(['BACKORDER', 'REJECT']),
    )
    .addOption(new Option('--confirmation <policy>', 'who confirms orders').choices(['automatic', 'explicit']))
    .addOption(dataOption());

function addCommand(): Command {
  return withPolicies(
    new Command('add')
      .description('take orders of an account from now on')
      .argument('<account>', 'its code, such as main-shop')
      .requiredOption('--channel <name>', 'its connector (headgate connectors)')
      .requiredOption('--currency <code>', 'the currency of its orders, such as EUR')
      .option('--name <text>', 'as people call it; its code where not given'),
  ).action(async (code: string, options: AccountOptions & { readonly channel: string; readonly currency: string }) => {
    checkCode(code);
    const connector = connectorNamed((await installedConnectors()).channels, options.channel, '--channel');
    const { settings, secrets } = await readLink('ACCOUNT', code, connector.manifest, options);
    const { channel, currency, name = code, whenShort, confirmation } = options;
    const terms = await readTerms(options.terms, accountTerms);
    const made = await withDatabase(options, (db, { config }) =>
      addAccount(db.pool, secretKeys(config), {
        ...{ code, name, channel, currency, whenShort, confirmation, settings, secrets, terms },
      }),
    );
    if (!made) throw new Error(`there is an account ${code}: headgate accounts set changes it`);
    const webhook = connector.capabilities.webhooks.length > 0 ? `; its webhooks go to /webhooks/${code}` : '';
    process.stdout.write(`orders of ${code} are taken${webhook}\n`);
  });
}

function setCommand(): Command {
  return withPolicies(
    new Command('set')
      .description('change an account; what is not given stays')
      .argument('<account>', 'as accounts list shows it')
      .option('--name <text>', 'as people call it')
      .option('--pause', 'take no orders of it for now')
      .option('--resume', 'take its orders again')
      .option('--poll-seconds <n>', 'how often its channel is asked for orders; none: as all others', orNone(1, 86_400))
      .option('--stock-cap <n>', 'never publish more of a SKU to its channel; none: no bound', orNone(0, 1_000_000)),
  ).action(
    async (code: string, options: AccountOptions & PaceOptions & { readonly pause?: true; readonly resume?: true }) => {
      if (options.pause && options.resume) throw new Error('expected --pause or --resume, got both');
      const { channels } = await installedConnectors();
      const terms = await readTerms(options.terms, accountTerms);
      await withDatabase(options, async (db, { config }) => {
        const keys = secretKeys(config);
        const kept = await loadAccount(db.pool, keys, { code });
        if (kept === null) throw new Error(`there is no account ${code}: headgate accounts list shows which are`);
        const { manifest } = connectorNamed(channels, kept.channel, `the channel of ${code}`);
        const link = await readLink('ACCOUNT', code, manifest, options, kept);
        const { name, whenShort, confirmation } = options;
        const figure = (given: number | 'none' | undefined) => (given === 'none' ? null : given);
        const pace = { pollSeconds: figure(options.pollSeconds), stockCap: figure(options.stockCap) };
        await setAccountPace(db.pool, code, pace);
        await changeAccount(db.pool, keys, {
          ...{ code, name, whenShort, confirmation, terms },
          status: options.pause ? 'paused' : options.resume ? 'active' : undefined,
          settings: options.settings === undefined ? undefined : link.settings,
          secrets: options.secrets === undefined ? undefined : link.secrets,
        });
      });
      process.stdout.write(`${code} is changed\n`);
    },
  );
}

function listCommand(): Command {
  return new Command('list')
    .description('list the accounts; their secrets are not shown')
    .option('--json', 'print one JSON object a line')
    .addOption(dataOption())
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const [accounts, standings] = await withDatabase(options, ({ pool }) =>
        Promise.all([listAccounts(pool), pollStandings(pool, 'account')]),
      );
      if (options.json) {
        for (const account of accounts) printJson({ ...account, read: standings.get(account.code) ?? null });
        return;
      }
      printTable(
        ['account', 'name', 'channel', 'currency', 'without stock', 'confirmed', 'status', 'last read', 'settings'],
        accounts.map(({ code, name, channel, currency, whenShort, confirmation, status, settings }) =>
          withoutControls([
            code,
            name,
            channel,
            currency,
            whenShort,
            confirmation,
            status,
            standing(standings.get(code)),
            JSON.stringify(settings),
          ]),
        ),
        'no accounts: headgate accounts add',
      );
    });
}

/** Errors: a code that no account, vendor or webhook address may have. */
export function checkCode(code: string): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(code)) throw new Error(`expected a code such as main-shop, got ${code}`);
}
