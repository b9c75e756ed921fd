import { Option } from 'commander';
import type { ConnectorManifest } from '../connectors/connector.js';
import { checkedAccount } from '../orders/links.js';
import { readJson } from './connector-registry.js';
import { readText } from './files.js';

/** How the settings and secrets of an account or vendor are given to a command. */
export interface LinkOptions {
  readonly settings?: string;
  readonly secrets?: string;
}

/** `--settings`, as JSON or from a file. */
export function settingsOption(): Option {
  return new Option(
    '--settings <json>',
    "the connector's settings (headgate connectors show NAME); @FILE reads a file",
  );
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
