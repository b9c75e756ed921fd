import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import type { ConnectorAccount } from '../connectors/connector.js';
import { connectorNamed, installedConnectors, readJson } from './connector-registry.js';
import { EXIT_REFUSED, faultText, readText } from './files.js';

/** What a channel may send at once. */
const PAYLOAD_BYTES_MAX = 52_428_800;

/** `headgate normalize --channel NAME [FILE|-]`: canonical orders as JSON lines, or every fault on standard error. */
export function command(): Command {
  return new Command('normalize')
    .description("show what a channel's payload becomes: canonical orders, one a line, or every fault")
    .argument('[file]', 'file with the payload, or - for standard input', '-')
    .requiredOption('--channel <name>', 'the connector (headgate connectors list)')
    .option('--topic <topic>', "what the payload is of; the channel's first where not given")
    .option('--settings <json>', 'settings of an account; @FILE reads them from a file', '{}')
    .addHelpText(
      'after',
      '\nNothing is kept and nothing is sent. Exit status: 0 with orders, 2 when the payload has faults, 1 for anything else.',
    )
    .action(async (file: string, options: { channel: string; topic?: string; settings: string }) => {
      const connector = connectorNamed((await installedConnectors()).channels, options.channel, '--channel');
      const text = options.settings.startsWith('@') ? await readText(options.settings.slice(1)) : options.settings;
      const settings = connector.manifest.settings.safeParse(readJson('--settings', text));
      if (!settings.success) {
        const faults = settings.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'it', message }));
        process.stderr.write(faultText('--settings', faults));
        process.exitCode = EXIT_REFUSED;
        return;
      }
      const topic = options.topic ?? connector.capabilities.webhooks[0] ?? 'orders';
      const account: ConnectorAccount = { code: 'normalize', settings: settings.data, secrets: {} };
      const payload = await readPayload(file);
      const result = connector.normalize(topic, payload, account);
      if (!result.ok) {
        process.stderr.write(faultText(file, result.faults));
        process.exitCode = EXIT_REFUSED;
        return;
      }
      if ('ignored' in result) process.stderr.write(`no order in ${topic}: ${result.ignored}\n`);
      for (const order of result.orders)
        if (!process.stdout.write(`${JSON.stringify(order)}\n`)) await once(process.stdout, 'drain');
    });
}

async function readPayload(file: string): Promise<Buffer> {
  const bytes = await (file === '-' ? buffer(process.stdin) : readFile(file)).catch((cause: unknown) => {
    throw new Error(`cannot read ${file}`, { cause });
  });
  if (bytes.length > PAYLOAD_BYTES_MAX)
    throw new Error(`expected at most ${PAYLOAD_BYTES_MAX} bytes, got ${bytes.length}: split the file`);
  return bytes;
}
