import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConnectors } from '../connectors/packages.js';
import { STARTER_KINDS, writeStarter } from './starter/write-starter.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STALL = './examples/headgate-connector-market-stall';
const CLI = join(ROOT, 'dist', 'src', 'cli.js');

async function headgate(words: readonly string[], connectors = '', stdin = '') {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: ROOT,
    env: { ...process.env, HEADGATE_CONNECTORS: connectors },
  });
  child.stdin.end(stdin);
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { said, complained, exitCode: child.exitCode };
}

async function node(...words: readonly string[]) {
  const child = spawn(process.execPath, words, { env: { ...process.env, VITEST: '', NODE_ENV: '' } });
  const [said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { said, exitCode: child.exitCode };
}

/** What a starter leaves to be done: of a channel, a vendor and a carrier. */
const REMAINING = [
  ['CHANNEL-006'],
  ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '13', '14'].map((number) => `VENDOR-0${number}`),
  ['CARRIER-001', 'CARRIER-002'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headgate-connectors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a package with connectors', () => {
  it('is found by its folder, and by its name where npm put it', async () => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(ROOT, STALL), join(folder, 'node_modules', 'headgate-connector-market-stall'));
    for (const [name, from] of [
      [STALL, ROOT],
      ['headgate-connector-market-stall', folder],
    ] as const) {
      const { channel } = await loadConnectors([name], from);
      expect(channel('market-stall')?.manifest.title).toBe('Market Stall (example)');
      expect(channel('shopify')).toBeDefined();
    }
  });

  it.each<[string, string, RegExp]>([
    ['has no default export', 'export const nothing = 1;', /expected a function as default export/],
    ['makes nothing', 'export default () => [];', /expected 1 to 100 connectors, got 0/],
    ['makes no connector', 'export default () => ({ kind: "warehouse" });', /connector 1: kind: /],
    [
      'makes a channel that cannot normalize',
      `export default ({ z }) => ({
        kind: 'channel', capabilities: {}, verifyWebhook() {},
        manifest: { name: 'half', version: '1', title: 'Half', settings: z.object({}), secrets: z.object({}) },
      });`,
      /expected a method normalize of a channel/,
    ],
    ['throws as it is loaded', 'throw new Error("no");', /could not be loaded/],
  ])('that %s is refused by name', async (_what, code, message) => {
    const name = `broken-${Math.abs(code.length)}`;
    const own = join(folder, name);
    await mkdir(own);
    await writeFile(join(own, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }));
    await writeFile(join(own, 'index.js'), code);
    await expect(loadConnectors([`./${name}`], folder)).rejects.toThrow(message);
    await expect(loadConnectors([`./${name}`], folder)).rejects.toThrow(name);
  });

  it('that is not there is told with what to do, and one that takes a name of ours is refused', async () => {
    await expect(loadConnectors(['no-such-package'], folder)).rejects.toThrow(/not found: npm install no-such-package/);
    await expect(loadConnectors(['./nowhere'], folder)).rejects.toThrow(/expected a folder with a package\.json/);
    await expect(loadConnectors([STALL, STALL], ROOT)).rejects.toThrow(
      /two channel connectors are named "market-stall"/,
    );
  });
});

describe('headgate normalize', () => {
  it('maps a payload of a connector that is no part of Headgate', async () => {
    const sale = await readFile(join(ROOT, STALL, 'fixtures', 'sale.json'), 'utf8');
    const words = ['normalize', '--channel', 'market-stall', '--settings', '{"currency":"CHF"}'];
    const { said, exitCode } = await headgate(words, STALL, sale);
    expect(exitCode).toBe(0);
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { externalId: 'S-1204', currency: 'CHF', shipTo: { countryCode: 'DE' }, lines: [{ unitPrice: 45_000 }, {}] },
    ]);
  });

  it('tells every fault with its path, with status 2 and no order', async () => {
    const sale = JSON.stringify({ sale: 'S-1', soldAt: 'now', to: {}, goods: [{ article: 'A', pieces: 0, cents: 1 }] });
    const { said, complained, exitCode } = await headgate(['normalize', '--channel', 'market-stall', '-'], STALL, sale);
    expect([said, exitCode]).toEqual(['', 2]);
    for (const path of ['soldAt', 'to.land', 'to.street', 'goods[0].pieces'])
      expect(complained).toContain(`standard input: ${path}: expected`);
  });

  it('says which channels there are, and which settings are wrong', async () => {
    const unknown = await headgate(['normalize', '--channel', 'etsi'], STALL);
    expect([unknown.exitCode, unknown.complained]).toEqual([
      1,
      expect.stringMatching(/shopify, .*market-stall, got etsi/),
    ]);
    const wrong = await headgate(
      ['normalize', '--channel', 'market-stall', '--settings', '{"currency":"euro"}'],
      STALL,
    );
    expect([wrong.exitCode, wrong.complained]).toEqual([2, expect.stringMatching(/^--settings: currency: /)]);
  });
});

describe('headgate connectors', () => {
  it('lists what each can do, and shows what an account of it needs, secrets apart', async () => {
    const listed = await headgate(['connectors', 'list', '--json'], STALL);
    const connectors = listed.said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(connectors).toContainEqual(
      expect.objectContaining({ kind: 'channel', name: 'market-stall', version: '1.0.0' }),
    );
    expect(connectors).toContainEqual(
      expect.objectContaining({
        kind: 'vendor',
        name: 'rest',
        capabilities: expect.objectContaining({ cancel: true }),
      }),
    );
    const { said } = await headgate(['connectors', 'show', 'market-stall', '--json'], STALL);
    expect(JSON.parse(said)).toMatchObject({
      settings: { properties: { currency: { default: 'EUR' } } },
      secrets: { properties: { signingKey: { minLength: 8 } }, required: ['signingKey'] },
    });
  });

  it('begins connectors that compile, and that the kit fails only where work remains', async () => {
    const tools = join(folder, 'node_modules');
    await mkdir(join(tools, '@types'), { recursive: true });
    for (const tool of ['vitest', 'zod', '@types/node'])
      await symlink(join(ROOT, 'node_modules', tool), join(tools, tool));
    await symlink(ROOT, join(tools, 'headgate'));
    const failed = await Promise.all(
      STARTER_KINDS.map(async (kind) => {
        const { folder: own } = await writeStarter(`begun-${kind}`, kind, folder);
        const compiled = await node(createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', own);
        expect([kind, compiled]).toEqual([kind, { said: '', exitCode: 0 }]);
        const registry = await loadConnectors([own], folder);
        expect(registry[kind](`begun-${kind}`)).toBeDefined();
        const runner = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
        const tested = JSON.parse((await node(runner, 'run', '--root', own, '--reporter=json')).said);
        const cases: { title: string; status: string }[] = tested.testResults[0].assertionResults;
        return cases.filter(({ status }) => status === 'failed').map(({ title }) => title.split(' ')[0]);
      }),
    );
    expect(failed).toEqual(REMAINING);
    await expect(writeStarter('begun-channel', 'channel', folder)).rejects.toThrow(/may be there already/);
    await expect(writeStarter('../etc', 'channel', folder)).rejects.toThrow(/expected a name such as acme-shop/);
  });
});
