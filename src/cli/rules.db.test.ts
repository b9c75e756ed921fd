import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { loadSmallNetwork } from '../store/testing/small-network.js';
import { command } from './rules.js';
import { runCommand } from './testing/run-command.js';

const RULES = `rules:
  - id: stay-home
    reason: duty eats the margin
    when: node.country != destination.country
    then:
      exclude: true
    soft: true
`;

describe('headgate rules', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase();
    await loadSmallNetwork(database.pool);
    folder = await mkdtemp(join(tmpdir(), 'headgate-rules-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await database?.close();
  });

  const run = (...words: string[]) => runCommand(command(), database.url, words);
  async function file(text: string): Promise<string> {
    const path = join(folder, 'rules.yaml');
    await writeFile(path, text);
    return path;
  }

  it('compare a draft with those in force, on no orders where there are none', async () => {
    const path = await file(RULES);
    expect(JSON.parse((await run('what-if', path, '--json')).said)).toEqual({
      ...{ orders: 0, changed: [], figures: [], passedOver: 0 },
    });
    expect((await run('what-if', path)).said).toContain('0 orders, 0 of them would go otherwise');
    expect((await run('regret')).said).toContain('no rule did anything to these orders');
    expect(JSON.parse((await run('regret', '--json')).said)).toEqual({ rules: [], orders: 0, passedOver: 0 });
    expect((await run('regret', '--stored', '--since', '2026-11-01')).said).toContain('0 orders of 0 days');
    expect((await run('regret', '--since', '2026-11-01')).said).toContain('no rule did anything to these orders');
    await writeFile(join(folder, 'orders'), '{"accountCode": "shop"}');
    const orders = await run('what-if', path, '--orders', join(folder, 'orders'));
    expect([orders.exitCode, orders.complained]).toEqual([2, expect.stringContaining('orders:1: externalId: ')]);
    const broken = await run('what-if', await file(RULES.replace('node.country', 'node.contry')));
    expect([broken.exitCode, broken.complained]).toEqual([2, expect.stringContaining('No such key: contry')]);
  });

  it('publish a file, tell what another would change, and go back', async () => {
    const path = await file(RULES);
    expect(await run('export')).toMatchObject({ said: 'rules: []\n' });
    expect(await run('publish', path, '--note', 'first', '--if-version', '0')).toEqual({
      ...{ said: 'version 1 is in force\n', complained: '', exitCode: 0 },
    });
    expect((await run('export')).said).toBe(RULES);
    expect((await run('publish', path)).said).toBe('version 1 is in force already\n');
    expect((await run('diff', path)).said).toBe('no difference\n');

    await file(RULES.replace('soft: true', 'soft: false'));
    const diff = await run('diff', path, '--json');
    expect(JSON.parse(diff.said)).toMatchObject({
      kind: 'changed',
      id: 'stay-home',
      before: { soft: true },
      after: { soft: false },
    });
    const late = await run('publish', path, '--if-version', '0');
    expect([late.exitCode, late.complained]).toEqual([3, expect.stringContaining('another version is in force')]);
    await run('publish', path, '--if-version', '1');
    expect((await run('rollback', '1', '--note', 'too strict')).said).toBe('version 1 is in force\n');
    expect((await run('log')).said).toMatch(/│ 1 \(rollback\) +│/);
    const log = (await run('log', '--json')).said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(log.map(({ version, note }) => [version, note])).toEqual([
      [1, 'too strict'],
      [2, null],
      [1, 'first'],
    ]);
    await expect(run('rollback', '9')).rejects.toThrow('there is no version 9: headgate rules log lists them');
  });

  it('try a file out beside those in force, then put it in force or take it back', async () => {
    const path = await file(RULES.replace('stay-home', 'stay-there'));
    await expect(run('promote')).rejects.toThrow('nothing is on trial');
    await expect(run('rollback')).rejects.toThrow('nothing is on trial');
    await expect(run('trial')).rejects.toThrow('no rules were ever on trial');
    expect((await run('publish', path, '--shadow')).said).toBe('version 3 is in shadow\n');
    expect((await run('trial')).said).toContain('0 orders, 0 of them would go otherwise');
    expect(JSON.parse((await run('shadow', '--json')).said)).toEqual({
      ...{ version: 3, orders: 0, changed: [], figures: [], passedOver: 0 },
    });
    expect((await run('promote', '--percent', '10')).said).toBe('version 3 is on trial for 10 % of orders\n');
    const [trial, inForce] = (await run('log')).said.split('\n').filter((line) => line.includes('orders'));
    expect([trial, inForce]).toEqual([
      expect.stringMatching(/10 % of orders.*on trial/),
      expect.stringMatching(/in force/),
    ]);
    expect((await run('export')).said).toBe(RULES);
    expect((await run('rollback')).said).toBe('version 1 is in force\n');
    expect((await run('publish', path, '--percent', '20')).said).toBe('version 4 is on trial for 20 % of orders\n');
    expect((await run('promote')).said).toBe('version 4 is in force\n');
    await run('rollback', '1');
  });

  it('refuse a file with place, path and reason, and publish nothing of it', async () => {
    const path = await file(RULES.replace('node.country', 'node.land'));
    const before = await run('log');
    for (const word of ['check', 'publish', 'diff']) {
      const refused = await run(word, path);
      expect(refused.exitCode).toBe(2);
      expect(refused.complained).toBe(`${path}:4:11: rules[0].when: No such key: land (character 6)\n`);
    }
    expect(await run('log')).toEqual(before);
  });

  it('warn of what does not exist, and stop there where that is asked for', async () => {
    const path = await file(RULES.replace('node.country != destination.country', 'node.vendor == "acne"'));
    const warning = expect.stringContaining('stay-home: names vendor acne, which does not exist');
    expect(await run('check', path)).toMatchObject({ said: '1 rules, 0 warnings\n', complained: '', exitCode: 0 });
    expect(await run('check', path, '--network')).toMatchObject({ complained: warning, exitCode: 0 });
    const before = await run('log');
    expect(await run('publish', path, '--warnings', 'refuse')).toMatchObject({ complained: warning, exitCode: 2 });
    expect(await run('log')).toEqual(before);
  });
});
