import { Option } from 'commander';
import type { z } from 'zod';
import type { ConnectorManifest } from '../connectors/connector.js';
import { checkedAccount } from '../orders/links.js';
import { readJson } from './connector-registry.js';
import { readText } from './files.js';

/** How the settings and secrets of an account or vendor are given to a command. */
export interface LinkOptions {
  readonly settings?: string;
  readonly secrets?: string;
  readonly terms?: string;
}

/** `--settings`, as JSON or from a file. */
export function settingsOption(): Option {
  return new Option(
    '--settings <json>',
    "the connector's settings (headgate connectors show NAME); @FILE reads a file",
  );
}

/** `--terms`, as JSON or from a file. */
export function termsOption(of: 'customers and channel' | 'vendor'): Option {
  const where = of === 'vendor' ? 'docs/vendor-answers.md' : 'docs/canonical-order.md';
  return new Option('--terms <json>', `what is agreed with its ${of} (${where}); @FILE reads a file`);
}

/** Terms as they were given, checked; undefined where none were. Errors: every fault with its path. */
export async function readTerms<T extends z.ZodType>(
  given: string | undefined,
  schema: T,
): Promise<z.infer<T> | undefined> {
  if (given === undefined) return undefined;
  const text = given.startsWith('@') ? await readText(given.slice(1)) : given;
  const read = schema.safeParse(readJson('--terms', text));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || '(all)'}: ${message}`);
  throw new Error(`--terms: ${faults.join('; ')}`);
}

/** `--secrets`, from a file, so that none stands in a list of processes or a shell's history. */
export function secretsOption(): Option {
  return new Option('--secrets <file>', "JSON of the connector's secrets; - for standard input");
}

/**
 * Settings and secrets as they were given, each checked against the connector's manifest together with what is kept of those not given.
 *
 * Errors: HeadgateError ..._MISCONFIGURED, which shows no value; JSON that is none.
 */
export async function readLink(
  what: 'VENDOR' | 'ACCOUNT',
  code: string,
  manifest: ConnectorManifest,
  options: LinkOptions,
  kept: { readonly settings: unknown; readonly secrets: unknown } = { settings: {}, secrets: {} },
): Promise<{ readonly settings: unknown; readonly secrets: unknown }> {
  const { settings, secrets } = options;
  const text = settings?.startsWith('@') ? await readText(settings.slice(1)) : settings;
  const link = {
    settings: text === undefined ? kept.settings : readJson('--settings', text),
    secrets: secrets === undefined ? kept.secrets : readJson('--secrets', await readText(secrets)),
  };
  checkedAccount(what, manifest, { code, ...link });
  return link;
}
