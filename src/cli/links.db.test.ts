import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { createConnectorRegistry } from '../connectors/registry.js';
import { createLinks } from '../orders/links.js';
import { secretKeys } from '../own-files.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { command as accounts } from './accounts.js';
import { runCommand } from './testing/run-command.js';
import { command as vendors } from './vendors.js';

const SECRET = 'a-secret-of-the-shop';
const TOKEN = 'token-of-the-vendor';

describe('accounts and vendors', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  const folder = mkdtempSync(join(tmpdir(), 'headgate-links-'));
  const file = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database?.close();
  });
  const account = (...words: string[]) => runCommand(accounts(), database.url, [...words, '--data', folder]);
  const vendor = (...words: string[]) => runCommand(vendors(), database.url, [...words, '--data', folder]);
  const links = () =>
    createLinks({
      pool: database.pool,
      secretKeys: secretKeys(readConfig({}, { dataFolder: folder })),
      connectors: createConnectorRegistry(),
    });

  it('an account is added with its secret sealed, changed, paused and resumed', async () => {
    const secrets = file('shop.json', { webhookSecret: SECRET });
    const added = await account('add', 'main-shop', '--channel', 'shopify', '--currency', 'USD', '--secrets', secrets);
    expect(added.said).toBe('orders of main-shop are taken; its webhooks go to /webhooks/main-shop\n');
    expect(await links().channel({ code: 'main-shop' })).toMatchObject({
      ...{ code: 'main-shop', paused: false },
      account: { secrets: { webhookSecret: SECRET } },
    });
    await account('set', 'main-shop', '--pause', '--settings', '{"shopDomain": "example.myshopify.com"}');
    expect(await links().channel({ code: 'main-shop' })).toMatchObject({
      paused: true,
      account: { settings: { shopDomain: 'example.myshopify.com' }, secrets: { webhookSecret: SECRET } },
    });
    await account('set', 'main-shop', '--resume', '--name', 'Main shop');
    const { said } = await account('list', '--json');
    expect(JSON.parse(said)).toMatchObject({ code: 'main-shop', name: 'Main shop', status: 'active', currency: 'USD' });
    expect(said).not.toContain(SECRET);
    const { rows } = await database.pool.query("SELECT encode(secrets_sealed, 'escape') AS sealed FROM account");
    expect(rows).toEqual([{ sealed: expect.not.stringContaining(SECRET) }]);
  });

  it('a vendor is added with what its connector says of its feed, and is reached', async () => {
    const words = ['add', 'ridge', '--connector', 'rest', '--currency', 'USD'];
    await vendor(
      ...words,
      '--settings',
      '{"baseUrl": "https://ridge.example/"}',
      '--secrets',
      file('v', { token: TOKEN }),
    );
    const { rows } = await database.pool.query(
      "SELECT id, feed_subtracts, feed_absent_is_zero FROM vendor WHERE code = 'ridge'",
    );
    expect(rows).toMatchObject([{ feed_subtracts: 'shipped', feed_absent_is_zero: false }]);
    expect(await links().vendor(rows[0]?.id)).toMatchObject({
      account: { settings: { baseUrl: 'https://ridge.example' }, secrets: { token: TOKEN } },
    });
    await vendor('set', 'ridge', '--secrets', file('v2', { token: `${TOKEN}-2` }));
    expect(await links().vendor(rows[0]?.id)).toMatchObject({ account: { secrets: { token: `${TOKEN}-2` } } });
    expect((await vendor('list')).said).toContain('ridge.example');
  });

  it('is listed with when it last answered, and when it is tried again', async () => {
    const standing = async (set: string) => {
      await database.pool.query(
        `INSERT INTO vendor_poll (vendor_id, kind) SELECT id, 'documents' FROM vendor WHERE code = 'ridge' ON CONFLICT DO NOTHING`,
      );
      await database.pool.query(`UPDATE vendor_poll SET ${set}`);
      return (await vendor('list')).said;
    };
    expect(JSON.parse((await account('list', '--json')).said).read).toBeNull();
    expect(await standing('failures = 0')).toContain('never');
    const answered = "last_success_at = '2026-03-02T10:00Z'";
    expect(await standing(answered)).toContain('2026-03-02 10:00');
    const again = "failures = 3, next_action_at = '2026-03-02T10:05Z'";
    expect(await standing(again)).toContain('2026-03-02 10:00, 3 failures since, again 2026-03-02 10:05');
    expect(await standing('next_action_at = NULL')).toContain('set aside');
    expect(JSON.parse((await vendor('list', '--json')).said).read).toEqual({
      ...{ answeredAt: '2026-03-02T10:00:00.000Z', failures: 3, againAt: null },
    });
  });

  it('what is agreed with a shop and a vendor is kept, and refused by path where it is not of its form', async () => {
    await account('set', 'main-shop', '--terms', '{"shippingServices": {"Economy": {"days": 5}}}');
    expect(JSON.parse((await account('list', '--json')).said).terms).toEqual({
      shippingServices: { Economy: { days: 5 } },
    });
    await vendor('set', 'ridge', '--terms', '{"priceTolerancePercent": 2}');
    expect(JSON.parse((await vendor('list', '--json')).said).terms).toMatchObject({ priceTolerancePercent: 2 });
    await expect(account('set', 'main-shop', '--terms', '{"shippingServices": {"Economy": {}}}')).rejects.toThrow(
      '--terms: shippingServices.Economy: expected services, days, or both',
    );
    await expect(vendor('set', 'ridge', '--terms', '{"late": "never"}')).rejects.toThrow(/--terms: late: /);
  });

  it('what does not fit the connector is refused by path, and shows no secret', async () => {
    const bad = file('bad.json', { webhookSecret: '' });
    const refused = account('add', 'other', '--channel', 'shopify', '--currency', 'USD', '--secrets', bad);
    await expect(refused).rejects.toThrow('the settings of account other do not fit its connector: see webhookSecret');
    await expect(account('add', 'other', '--channel', 'shopifi', '--currency', 'USD')).rejects.toThrow(
      /one of api, shopify/,
    );
    await expect(account('set', 'nobody', '--pause')).rejects.toThrow('headgate accounts list shows which are');
    await expect(account('add', 'Main Shop', '--channel', 'api', '--currency', 'USD')).rejects.toThrow(
      'such as main-shop',
    );
    const again = account('add', 'main-shop', '--channel', 'api', '--currency', 'USD');
    await expect(again).rejects.toThrow('there is an account main-shop: headgate accounts set changes it');
    const wrong = file('w', { token: `${TOKEN} with spaces` });
    const unfit = vendor('set', 'ridge', '--secrets', wrong);
    await expect(unfit).rejects.toThrow(/see token$/);
    await expect(unfit).rejects.not.toThrow(TOKEN);
  });
});
