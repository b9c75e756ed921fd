import { Command } from 'commander';
import { z } from 'zod';
import type { Duty } from '../connectors/channel.js';
import type { Connector } from '../connectors/registry.js';
import { installedConnectors, jsonSchemaOf } from './connector-registry.js';
import { printJson, printTable, withoutControls } from './print.js';
import { STARTER_KINDS, type StarterKind, writeStarter } from './starter/write-starter.js';

const LINE_LENGTH_MAX = 60;

/** `headgate connectors`: which systems this installation speaks to, and how to add one. */
export function command(): Command {
  return new Command('connectors')
    .description('list the connectors, show what one needs, begin a new one')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(newCommand())
    .addHelpText('after', '\nHow packages of others are added: docs/connectors/your-own.md.');
}

async function all(): Promise<Connector[]> {
  const { channels, vendors, carriers } = await installedConnectors();
  return [...channels, ...vendors, ...carriers];
}

function listCommand(): Command {
  return new Command('list')
    .description('list the connectors with what each can do')
    .option('--json', 'print one JSON object a line')
    .action(async (options: { readonly json?: true }) => {
      const connectors = await all();
      if (options.json) {
        for (const connector of connectors) printJson(summaryOf(connector));
        return;
      }
      printTable(
        ['kind', 'name', 'version', 'system', 'can do'],
        connectors.map((connector) => {
          const { name, version, title } = connector.manifest;
          return [...withoutControls([connector.kind, name, version, title]), wrapped(abilitiesOf(connector))];
        }),
        'no connectors',
      );
    });
}

/** Words with commas in lines that fit beside the other columns. */
function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of withoutControls(words)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length <= LINE_LENGTH_MAX)
      lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(word);
  }
  return lines.join(',\n');
}

function showCommand(): Command {
  return new Command('show')
    .description('show what a connector can do, and the settings and secrets that an account of it needs')
    .argument('<name>', 'as connectors list shows it')
    .option('--json', 'print JSON, one object a line')
    .action(async (name: string, options: { readonly json?: true }) => {
      const found = (await all()).filter(({ manifest }) => manifest.name === name);
      if (found.length === 0)
        throw new Error(`there is no connector ${name}: headgate connectors list shows which are`);
      for (const connector of found) {
        const { settings, secrets } = connector.manifest;
        const schemas = { settings: jsonSchemaOf(settings, asJson), secrets: jsonSchemaOf(secrets, asJson) };
        if (options.json) {
          printJson({ ...summaryOf(connector), ...schemas });
          continue;
        }
        const { title, version } = connector.manifest;
        process.stdout.write(`${title} (${connector.kind} ${name} ${version})\n`);
        process.stdout.write(`can do: ${abilitiesOf(connector).join(', ') || 'nothing beyond taking orders'}\n`);
        process.stdout.write(`settings: ${JSON.stringify(schemas.settings, null, 2)}\n`);
        process.stdout.write(`secrets, kept sealed and never shown: ${JSON.stringify(schemas.secrets, null, 2)}\n`);
      }
    });
}

const asJson = (schema: never) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

function summaryOf(connector: Connector) {
  const { name, version, title } = connector.manifest;
  const capabilities = connector.kind === 'carrier' ? { rates: true } : connector.capabilities;
  return { kind: connector.kind, name, version, title, capabilities };
}

/** In words of the trade, most telling first. */
function abilitiesOf(connector: Connector): string[] {
  if (connector.kind === 'carrier') return ['live rates'];
  if (connector.kind === 'channel') {
    const { webhooks, poll, duties } = connector.capabilities;
    return [
      ...(webhooks.length > 0 ? [`webhooks (${webhooks.length})`] : []),
      ...(poll ? ['polling'] : []),
      ...duties.map(dutyText),
    ];
  }
  const { idempotentSubmit, authoritativeLookup, lateArrivalBoundMs, cancel, checkAvailability, owes, stockFeed } =
    connector.capabilities;
  const feed = stockFeed && [
    `stock ${stockFeed.deltas ? 'and changes' : 'in full'} (${stockFeed.subtracts} subtracted${stockFeed.complete ? ', absent is zero' : ''})`,
  ];
  return [
    idempotentSubmit ? 'idempotent POs' : 'POs that must not be repeated',
    ...(authoritativeLookup ? ['lookup that counts'] : []),
    lateArrivalBoundMs === null ? 'late POs at any time' : `late POs within ${duration(lateArrivalBoundMs)}`,
    ...(cancel ? ['cancel'] : []),
    ...(checkAvailability ? ['live availability'] : []),
    ...(owes?.receiptMs === undefined ? [] : [`receipts within ${duration(owes.receiptMs)}`]),
    ...(owes?.acknowledgementMs === undefined ? [] : [`acknowledgements within ${duration(owes.acknowledgementMs)}`]),
    ...(feed ?? []),
  ];
}

function dutyText({ kind, withinMs }: Duty): string {
  return `${kind.replace('_', ' ')}${withinMs === undefined ? '' : ` within ${duration(withinMs)}`}`;
}

function duration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}

function newCommand(): Command {
  return new Command('new')
    .description('write the beginning of a connector: it compiles, and the contract kit fails where work remains')
    .argument('<name>', 'such as acme-shop; the folder is named headgate-connector-<name>')
    .option('--kind <kind>', STARTER_KINDS.join(', '), 'channel')
    .option('--folder <folder>', 'where the new folder is made', '.')
    .action(async (name: string, options: { readonly kind: string; readonly folder: string }) => {
      const kind = STARTER_KINDS.find((known) => known === options.kind) as StarterKind | undefined;
      if (kind === undefined)
        throw new Error(`--kind: expected one of ${STARTER_KINDS.join(', ')}, got ${options.kind}`);
      const { folder, files } = await writeStarter(name, kind, options.folder);
      process.stdout.write(
        [
          `${folder} has ${files.join(', ')}`,
          `next:  cd ${folder} && npm install && npm test`,
          `then:  HEADGATE_CONNECTORS=${folder} headgate connectors`,
          '',
        ].join('\n'),
      );
    });
}
