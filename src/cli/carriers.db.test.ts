import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { createConnectorRegistry } from '../connectors/registry.js';
import { startSimulatedVendor } from '../demo/simulated-vendor/server.js';
import { addShipping } from '../gateway/testing/shipping.js';
import { systemClock } from '../model/clock.js';
import { silentLog } from '../model/log.js';
import { createLiveCarriers } from '../orders/live-carriers.js';
import { createLiveRates } from '../orders/live-rates.js';
import { secretKeys } from '../own-files.js';
import { loadNetwork } from '../store/network.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, loadSmallNetwork } from '../store/testing/small-network.js';
import { command } from './carriers.js';
import { runCommand } from './testing/run-command.js';

const TOKEN = 'token-of-the-carrier';

describe('headgate carriers', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  const folder = mkdtempSync(join(tmpdir(), 'headgate-carriers-'));
  const secrets = join(folder, 'secrets.json');
  beforeAll(async () => {
    database = await openTestDatabase();
    writeFileSync(secrets, JSON.stringify({ token: TOKEN }));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database?.close();
  });
  const run = (...words: string[]) => runCommand(command(), database.url, [...words, '--data', folder]);
  const add = (carrier: string, baseUrl: string, ...words: string[]) =>
    run('add', carrier, '--settings', JSON.stringify({ baseUrl }), '--secrets', secrets, ...words);

  it('has a carrier asked, from its address to the decision, until it is removed', async () => {
    const { pool } = database;
    const network = await loadSmallNetwork(pool);
    const { accountId, nodes } = network;
    await addShipping(pool, network);
    await pool.query("UPDATE carrier_service SET code = 'swift-ground' WHERE carrier = 'swift'");
    const product = await addProduct(pool, [[nodes.east, 10]]);
    const simulated = await startSimulatedVendor({
      ...{ host: '127.0.0.1', port: 0, journalFile: join(folder, 'vendors.jsonl'), clock: systemClock },
      token: () => TOKEN,
    });
    let ms = 0;
    const carriers = createLiveCarriers({
      ...{ pool, secretKeys: secretKeys(readConfig({}, { dataFolder: folder })), log: silentLog },
      clock: { now: () => new Date(ms) },
      connectors: createConnectorRegistry(),
    });
    const priced = async () => {
      ms += 10_000;
      const to = { countryCode: 'US', regionCode: null, postalCode: null };
      const now = systemClock.now();
      const read = await loadNetwork(pool, { accountId, productIds: [product], ...to, orderCurrency: 'USD', now });
      const ask = createLiveRates({ carriers: carriers.current, clock: systemClock, fetch });
      const question = { orderCurrency: 'USD', to: { ...to, residential: false }, parcel: { grams: 900, cm3: 0 } };
      const { snapshot, problems } = await ask(read, question);
      return { sources: snapshot.services.map(({ source }) => source), problems };
    };
    expect(await priced()).toEqual({ sources: ['card'], problems: [] });

    expect((await add('swift', `${simulated.url}/carriers/swift`, '--deadline', '10000')).said).toBe(
      'swift is asked for swift-ground\n',
    );
    expect(await priced()).toEqual({ sources: ['live'], problems: [] });
    const { said } = await run('list', '--json');
    expect(JSON.parse(said)).toMatchObject({ code: 'swift', connector: 'rest', deadlineMs: 10_000 });
    expect(said).not.toContain(TOKEN);

    await run('remove', 'swift');
    expect(await priced()).toEqual({ sources: ['card'], problems: [] });
    await simulated.close();
  });

  it('keeps secrets sealed, and changes how a carrier is asked', async () => {
    await add('lotus', 'https://one.example');
    expect((await add('lotus', 'https://two.example', '--deadline', '300')).complained).toMatch(
      /no service is of lotus/,
    );
    const { rows } = await database.pool.query(
      "SELECT settings, deadline_ms, encode(secrets_sealed, 'escape') AS sealed FROM carrier_account WHERE code = 'lotus'",
    );
    expect(rows).toEqual([
      { settings: { baseUrl: 'https://two.example' }, deadline_ms: 300, sealed: expect.not.stringContaining(TOKEN) },
    ]);
  });

  it('refuses what no carrier can be asked by, without showing a secret', async () => {
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, JSON.stringify({ token: `${TOKEN} with spaces` }));
    const refused = add('lotus', 'https://one.example', '--secrets', bad);
    await expect(refused).rejects.toThrow(/CARRIER|carrier lotus do not fit its connector: see token/);
    await expect(refused).rejects.not.toThrow(TOKEN);
    await expect(add('lotus', 'ftp://one.example')).rejects.toThrow(/see baseUrl/);
    await expect(add('lotus', 'https://one.example', '--connector', 'pigeon')).rejects.toThrow('expected one of rest');
    await expect(add('Not A Code', 'https://one.example')).rejects.toThrow('expected the code of a carrier');
    await expect(run('remove', 'nobody')).rejects.toThrow('nobody was not asked');
  });

  it('passes over a carrier whose secrets this key does not open, and says so once', async () => {
    const told: object[] = [];
    const carriers = createLiveCarriers({
      ...{ pool: database.pool, secretKeys: { current: new Uint8Array(32) }, clock: systemClock },
      connectors: createConnectorRegistry(),
      log: { ...silentLog, error: (facts) => told.push(facts) },
    });
    await carriers.refresh();
    await carriers.refresh();
    expect(await carriers.current()).toEqual([]);
    expect(told).toEqual([{ carrier: 'lotus', error: expect.stringContaining('cannot be read') }]);
  });
});
