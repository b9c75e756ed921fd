import { readConfig } from '../config.js';
import type { ConnectorManifest } from '../connectors/connector.js';
import { loadConnectors } from '../connectors/packages.js';
import type { ConnectorRegistry } from '../connectors/registry.js';

/** The connectors of this installation, those of HEADGATE_CONNECTORS with them. Errors: as loadConnectors. */
export function installedConnectors(): Promise<ConnectorRegistry> {
  return loadConnectors(readConfig(process.env).connectors, process.cwd());
}

/** The connector of that name. Errors: which there are, where there is none; `option` says what was given. */
export function connectorNamed<T extends { readonly manifest: ConnectorManifest }>(
  connectors: readonly T[],
  name: string,
  option: string,
): T {
  const found = connectors.find(({ manifest }) => manifest.name === name);
  if (found) return found;
  const known = connectors.map(({ manifest }) => manifest.name).join(', ');
  throw new Error(`${option}: expected one of ${known}, got ${name} (headgate connectors list tells more)`);
}

/** JSON given to an option. Errors: never shows what was read. */
export function readJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${option}: expected JSON`);
  }
}

/** A schema of a manifest as JSON Schema, for people and programs; null where its library cannot tell. */
export function jsonSchemaOf(schema: ConnectorManifest['settings'], toJsonSchema: (schema: never) => unknown): unknown {
  try {
    return toJsonSchema(schema as never);
  } catch {
    return null;
  }
}
