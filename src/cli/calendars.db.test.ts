import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetwork } from '../store/network.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, loadSmallNetwork } from '../store/testing/small-network.js';
import { command } from './calendars.js';
import { runCommand } from './testing/run-command.js';

const DAYS = `vendor,node,carrier,day,name
,,swift,2026-12-25,Christmas
,acme-west,,2026-12-24,"Christmas Eve, half of us"
acme,,,2026-12-25,Christmas
`;

describe('headgate calendars', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'headgate-calendars-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await database?.close();
  });

  const run = (...words: string[]) => runCommand(command(), database.url, words);
  async function imported(text: string, ...words: string[]) {
    const path = join(folder, 'days.csv');
    await writeFile(path, text);
    return run('import', path, ...words);
  }

  it('are what the file says for those that it names, and reach the nodes', async () => {
    const { accountId, nodes } = await loadSmallNetwork(database.pool);
    const product = await addProduct(database.pool, [
      [nodes.east, 1],
      [nodes.west, 1],
      [nodes.far, 1],
    ]);
    expect((await imported(DAYS, '--check')).said).toBe('would import 3 days of 3 calendars\n');
    expect((await run('export')).said).toBe('vendor,node,carrier,day,name\n');
    expect((await imported(DAYS)).said).toBe('imported 3 days of 3 calendars\n');
    expect((await run('export')).said).toBe(DAYS);
    const { nodes: found } = await loadNetwork(database.pool, {
      ...{
        accountId,
        productIds: [product],
        countryCode: 'US',
        regionCode: null,
        postalCode: null,
        orderCurrency: 'USD',
      },
      now: new Date('2026-12-01T00:00:00Z'),
    });
    expect(found.map(({ closedDays }) => closedDays)).toEqual([['2026-12-25'], ['2026-12-24', '2026-12-25'], null]);

    await imported('node,day,name\nacme-west,2027-01-01,New Year\n');
    expect((await run('export')).said).toBe(
      DAYS.replace('2026-12-24,"Christmas Eve, half of us"', '2027-01-01,New Year'),
    );
  });

  it('are refused with every fault', async () => {
    const before = await run('export');
    const faulty = await imported(
      `${DAYS}acme,acme-west,,2026-13-01,x\nacme,,,2026-12-25,again\nacme,acme-east,,2026-12-27,both\n`,
    );
    expect(faulty.exitCode).toBe(2);
    expect(faulty.complained.split('\n').map((line) => line.replace(/^.*csv:/, ''))).toEqual([
      '5: day: expected a day, such as 2026-12-31',
      '6: day: this day stands twice',
      '7: expected either a vendor, a node or a carrier',
      '',
    ]);
    const unknown = await imported(`${DAYS}nobody,,,2026-12-25,x\n,,nobody,2026-12-25,x\n`);
    expect(unknown.complained.split('\n').map((line) => line.replace(/^.*csv: /, ''))).toEqual([
      'nobody: there is no such vendor',
      'nobody: there is no such carrier',
      '',
    ]);
    expect(await run('export')).toEqual(before);
  });
});
