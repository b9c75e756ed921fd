import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { headgatePackage } from '../../version.js';
import { carrierStarter } from './carrier.js';
import { channelStarter } from './channel.js';
import { commonFiles } from './common.js';
import type { StarterNames } from './names.js';
import { vendorStarter } from './vendor.js';

/** What a connector may be begun as. */
export const STARTER_KINDS = ['channel', 'vendor', 'carrier'] as const;
export type StarterKind = (typeof STARTER_KINDS)[number];

const STARTERS: Readonly<Record<StarterKind, (names: StarterNames) => Readonly<Record<string, string>>>> = {
  channel: channelStarter,
  vendor: vendorStarter,
  carrier: carrierStarter,
};

/**
 * Writes the folder `headgate-connector-<name>` into `parent`, and resolves with it and its files.
 *
 * Errors: a name that is none, or a folder that exists already, of which nothing is touched.
 */
export async function writeStarter(
  name: string,
  kind: StarterKind,
  parent: string,
): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) throw new Error(`expected a name such as acme-shop, got ${name}`);
  const words = name.split('-').filter((word) => word !== '');
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const [first = name, ...rest] = words;
  const names = { name, variable: first + rest.map(capital).join(''), title: words.map(capital).join(' ') };
  const folder = resolve(parent, `headgate-connector-${name}`);
  const files = { ...commonFiles(names, kind, headgateFrom(folder)), ...STARTERS[kind](names) };
  await mkdir(folder).catch((cause: unknown) => {
    throw new Error(`cannot make ${folder}: it may be there already`, { cause });
  });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { folder, files: Object.keys(files) };
}

/** Where this Headgate stands as npm names a folder, and its versions of the tools that a starter is built with. */
function headgateFrom(folder: string): { readonly at: string; readonly tools: Record<string, string> } {
  const headgate = headgatePackage();
  const manifest = headgate.manifest as Partial<Record<'dependencies' | 'devDependencies', Record<string, string>>>;
  const known = { ...manifest.dependencies, ...manifest.devDependencies };
  const tools = Object.fromEntries(
    ['@types/node', 'typescript', 'vitest', 'zod'].map((tool) => [tool, known[tool] ?? '*']),
  );
  return { at: `file:${relative(folder, headgate.folder)}`, tools };
}
