import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve as resolveModule } from 'import-meta-resolve';
import { z } from 'zod';
import { ConnectorError } from '../model/errors.js';
import { type Connector, type ConnectorRegistry, createConnectorRegistry, OWN_CONNECTORS } from './registry.js';

/** What Headgate hands to a package, so that both mean the same error and the same schemas. */
export interface ConnectorApi {
  readonly ConnectorError: typeof ConnectorError;
  readonly z: typeof z;
}

/** The default export of a package with connectors. */
export type ConnectorPackage = (api: ConnectorApi) => Connector | readonly Connector[];

/** What a package may hold. */
const CONNECTORS_MAX = 100;
const METHODS = {
  channel: ['verifyWebhook', 'normalize'],
  vendor: ['submitPurchaseOrder', 'lookupPurchaseOrder', 'cancelPurchaseOrder', 'pullDocuments', 'pullStock'],
  carrier: ['rates'],
} as const;

/**
 * The connectors of this installation: Headgate's own, and those of the named packages.
 *
 * `names` are names of npm packages, looked for from `folder` and then beside Headgate, or paths of folders with a package.json.
 * Errors: which package, and what is wrong with it. Its code runs with all rights of this process: name only what you trust.
 */
export async function loadConnectors(names: readonly string[], folder: string): Promise<ConnectorRegistry> {
  const added: Connector[] = [];
  for (const name of names) added.push(...(await connectorsOf(name, folder)));
  return createConnectorRegistry([...OWN_CONNECTORS, ...added]);
}

async function connectorsOf(name: string, folder: string): Promise<readonly Connector[]> {
  const failed = (why: string, cause?: unknown) =>
    new Error(`the connectors of ${name} (HEADGATE_CONNECTORS): ${why}`, cause === undefined ? {} : { cause });
  const address = await addressOf(name, folder).catch((cause: unknown) => {
    const remedy = /^[./]/.test(name) ? 'expected a folder with a package.json' : `npm install ${name}`;
    throw failed(`not found: ${remedy}`, cause);
  });
  const module: { readonly default?: unknown } = await import(address).catch((cause: unknown) => {
    throw failed('could not be loaded', cause);
  });
  if (typeof module.default !== 'function') throw failed('expected a function as default export');
  const made: unknown = await (module.default as (api: ConnectorApi) => unknown)({ ConnectorError, z });
  const connectors = Array.isArray(made) ? made : [made];
  if (connectors.length === 0 || connectors.length > CONNECTORS_MAX)
    throw failed(`expected 1 to ${CONNECTORS_MAX} connectors, got ${connectors.length}`);
  for (const [at, connector] of connectors.entries()) {
    const problem = problemOf(connector);
    if (problem !== null) throw failed(`connector ${at + 1}: ${problem}`);
  }
  return connectors;
}

/** Where a package begins, as a file address. */
async function addressOf(name: string, folder: string): Promise<string> {
  if (!name.startsWith('.') && !isAbsolute(name)) {
    try {
      return resolveModule(name, pathToFileURL(join(folder, 'package.json')).href);
    } catch {
      return resolveModule(name, import.meta.url);
    }
  }
  const path = resolvePath(folder, name);
  const manifest: unknown = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  const { exports, main } = z.object({ exports: z.unknown(), main: z.string().optional() }).parse(manifest);
  const root = typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports;
  const entry = join(path, typeof root === 'string' ? root : (main ?? 'index.js'));
  await stat(entry);
  return pathToFileURL(entry).href;
}

/** Why this is no connector, or null. */
function problemOf(candidate: unknown): string | null {
  const shape = z
    .object({
      kind: z.enum(['channel', 'vendor', 'carrier']),
      manifest: z.object({
        name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a name such as acme-shop'),
        version: z.string().min(1).max(50),
        title: z.string().min(1).max(200),
        settings: z.custom((schema) => isSchema(schema), 'expected a zod schema'),
        secrets: z.custom((schema) => isSchema(schema), 'expected a zod schema'),
      }),
    })
    .safeParse(candidate);
  if (!shape.success) {
    const [first] = shape.error.issues;
    return `${first?.path.join('.') || 'it'}: ${first?.message}`;
  }
  const { kind } = shape.data;
  const has = candidate as Readonly<Record<string, unknown>>;
  const missing: string | undefined = METHODS[kind].find((method) => typeof has[method] !== 'function');
  if (missing !== undefined) return `expected a method ${missing} of a ${kind}`;
  if (kind !== 'carrier' && (typeof has.capabilities !== 'object' || has.capabilities === null))
    return `expected capabilities of a ${kind}`;
  return null;
}

function isSchema(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'safeParse' in schema && typeof schema.safeParse === 'function'
  );
}
