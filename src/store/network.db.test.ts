import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAccount, setAccountSecrets } from './accounts.js';
import type { Database, Pool } from './database.js';
import { loadNetwork, type NetworkQuestion } from './network.js';
import { resolveSkus } from './skus.js';
import { setAside } from './stock-set-asides.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork, type TestNode } from './testing/small-network.js';
import { loadVendor, setVendorSecrets } from './vendors.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;
let west: TestNode;
let far: TestNode;
const NOW = new Date('2026-03-02T03:00:00Z');

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  ({ east, west, far } = network.nodes);
  await pool.query(`
    INSERT INTO rate_card (id, code, service_id, currency, dimensional_divisor, valid_from, valid_to)
      VALUES (1, 'ground-us', ${network.serviceId}, 'USD', 5000, '2026-01-01', NULL),
             (2, 'ground-old', ${network.serviceId}, 'USD', NULL, '2025-01-01', '2026-03-02'),
             (3, 'ground-eu', ${network.serviceId}, 'EUR', NULL, '2026-01-01', NULL);
    INSERT INTO rate_zone (rate_card_id, zone, beyond_every, beyond_price, maximum)
      VALUES (1, 'us', 500, 1.5, 30000), (1, 'ny', NULL, NULL, NULL), (1, 'city', NULL, NULL, NULL), (2, 'us', NULL, NULL, NULL), (3, 'us', NULL, NULL, NULL);
    INSERT INTO rate_zone_area (rate_card_id, zone, country_code, region_code, postal_prefix, transit_hours)
      VALUES (1, 'us', 'US', '', '', 96), (1, 'ny', 'US', 'NY', '', 48), (1, 'city', 'US', '', '100', 24), (1, 'city', 'GB', '', 'SW1', 24),
             (2, 'us', 'US', '', '', 10), (3, 'us', 'US', '', '', 72);
    INSERT INTO rate_bracket (rate_card_id, zone, up_to, price)
      VALUES (1, 'us', 1000, 9.5), (1, 'us', 500, 7), (1, 'ny', 1000, 5), (1, 'city', 1000, 4), (2, 'us', 1000, 1), (3, 'us', 1000, 6);
    INSERT INTO rate_surcharge (rate_card_id, code, amount, percent, residential_only, valid_from, valid_to)
      VALUES (1, 'fuel', NULL, 12.5, false, '2026-03-01', NULL), (1, 'fuel-old', NULL, 9, false, '2026-01-01', '2026-03-01'),
             (1, 'home', 3.25, NULL, true, '2026-01-01', NULL);
    INSERT INTO node_service (node_id, service_id, rate_card_id) VALUES (${east.id}, ${network.serviceId}, 1), (${west.id}, ${network.serviceId}, 2),
      (${far.id}, ${network.serviceId}, 3);
    UPDATE exchange_policy SET days_max = 90;
    INSERT INTO exchange_rate (base, quote, valid_from, rate, source)
      VALUES ('EUR', 'USD', '2026-01-01', 1.1, 'ecb'), ('EUR', 'USD', '2026-03-01', 1.25, 'ecb'), ('EUR', 'USD', '2026-04-01', 9, 'ecb'),
             ('USD', 'JPY', '2026-01-01', 150, 'boj'), ('USD', 'GBP', '2026-01-01', 0.8, 'boe');
    INSERT INTO duty_rate (destination_country, origin_country, hs_prefix, percent, valid_from)
      VALUES ('US', NULL, '', 2, '2025-01-01'), ('US', NULL, '', 3.5, '2026-01-01'), ('US', 'CN', '61', 25, '2026-01-01'), ('CA', NULL, '', 9, '2026-01-01');
    INSERT INTO duty_threshold VALUES ('US', 800, 'USD');
  `);
});
afterAll(() => database?.close());

const ask = (productIds: readonly number[], more: Partial<NetworkQuestion> = {}) =>
  loadNetwork(pool, {
    ...{
      accountId: network.accountId,
      productIds,
      countryCode: 'US',
      regionCode: 'CA',
      postalCode: '94110',
      orderCurrency: 'USD',
      now: NOW,
    },
    ...more,
  });

describe('the statement that reads the network', () => {
  it('is planned once for all orders of a connection, however many products they have', async () => {
    const productIds = [await addProduct(pool, [[east, 1]]), await addProduct(pool, [[east, 1]])];
    const client = await pool.connect();
    try {
      const question = { accountId: network.accountId, countryCode: 'US', regionCode: 'NY', postalCode: '10001' };
      for (let asked = 0; asked < 20; asked += 1)
        await loadNetwork(client, {
          ...question,
          ...{ productIds: productIds.slice(asked % 2), orderCurrency: 'USD', now: NOW },
        });
      const { rows } = await client.query(
        "SELECT generic_plans::integer AS once FROM pg_prepared_statements WHERE name = 'load-network'",
      );
      expect(rows[0].once).toBeGreaterThanOrEqual(15);
    } finally {
      client.release(true);
    }
  });
});

describe('the network', () => {
  it('is what is active and offers the products, with what each node may promise now', async () => {
    const product = await addProduct(pool, [
      [east, 7],
      [far, 3],
    ]);
    const other = await addProduct(pool, [[west, 5]]);
    await pool.query('UPDATE stock SET held = 2 WHERE node_id = $1 AND product_id = $2', [east.id, product]);
    await pool.query("INSERT INTO offer_cost VALUES ($1, $2, 10, '3.75')", [east.id, product]);
    const snapshot = await ask([product]);
    expect(snapshot.products.map((each) => each.id)).toEqual([product]);
    expect(snapshot.nodes.map((each) => each.code)).toEqual([east.code, far.code]);
    expect(snapshot.offers).toEqual([
      {
        ...{ nodeId: east.id, productId: product, available: 5, unitFee: 0, minimumQuantity: 1, quantityMultiple: 1 },
        leadTimeHours: null,
        lowStockUnits: 0,
        asOf: null,
        unitCosts: [
          { fromQuantity: 1, unitCost: 45_000 },
          { fromQuantity: 10, unitCost: 37_500 },
        ],
      },
      {
        ...{ nodeId: far.id, productId: product, available: 3, unitFee: 0, minimumQuantity: 1, quantityMultiple: 1 },
        leadTimeHours: null,
        lowStockUnits: 0,
        asOf: null,
        unitCosts: [{ fromQuantity: 1, unitCost: 45_000 }],
      },
    ]);
    expect(snapshot.nodes[0]).toMatchObject({
      vendorCode: 'acme',
      currency: 'USD',
      cutOff: '15:00',
      latitude: 42.65,
      remainingUnits: null,
    });
    await pool.query("UPDATE vendor SET status = 'paused' WHERE id = $1", [far.vendorId]);
    await pool.query('UPDATE offer SET active = false WHERE product_id = $1', [other]);
    const without = await ask([product, other]);
    await pool.query("UPDATE vendor SET status = 'active' WHERE id = $1", [far.vendorId]);
    expect(without.nodes.map((each) => each.code)).toEqual([east.code]);
  });

  it('has no limit for what is made to order, and nothing where no stock was ever reported', async () => {
    const product = await addProduct(pool);
    await pool.query('INSERT INTO offer (node_id, product_id, stocked) VALUES ($1, $3, false), ($2, $3, true)', [
      east.id,
      west.id,
      product,
    ]);
    await pool.query("INSERT INTO offer_cost VALUES ($1, $3, 1, '1'), ($2, $3, 1, '1')", [east.id, west.id, product]);
    expect((await ask([product])).offers.map((each) => each.available)).toEqual([null, 0]);
  });

  it('leaves what other accounts have set aside, and not used, to them', async () => {
    const product = await addProduct(pool, [
      [east, 10],
      [far, 3],
    ]);
    const aside = { accountId: network.accountId, productId: product };
    await setAside(pool, { ...aside, nodeId: east.id, units: 6 });
    await setAside(pool, { ...aside, nodeId: far.id, units: 4 });
    const available = async (accountId: number) =>
      (await ask([product], { accountId })).offers.map((offer) => offer.available);
    expect([await available(network.accountId), await available(network.accountId + 1)]).toEqual([
      [10, 3],
      [4, 0],
    ]);
  });

  it.each([
    ['the country where nothing is nearer', {}, 'us', 96],
    ['the region before the country', { regionCode: 'NY', postalCode: '12207' }, 'ny', 48],
    ['the postal prefix before the region', { regionCode: 'NY', postalCode: '10012' }, 'city', 24],
    [
      'a postal prefix, spaces and case aside',
      { countryCode: 'GB', regionCode: null, postalCode: 'sw 1a 1aa' },
      'city',
      24,
    ],
  ])('finds the zone of a destination by %s', async (_name, destination, zone, transitHours) => {
    const product = await addProduct(pool, [[east, 1]]);
    expect((await ask([product], destination)).services).toMatchObject([{ nodeId: east.id, zone, transitHours }]);
  });

  it('has no service to where no zone reaches', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    expect((await ask([product], { countryCode: 'GB', regionCode: null, postalCode: 'N1' })).services).toEqual([]);
  });

  it('prices services by the rate cards and surcharges of today alone', async () => {
    const product = await addProduct(pool, [
      [east, 1],
      [west, 1],
    ]);
    // The west's card ended yesterday.
    const { services } = await ask([product]);
    expect(services).toHaveLength(1);
    expect(services[0]?.rateCard).toMatchObject({
      ...{ code: 'ground-us', currency: 'USD', basis: 'weight', dimensionalDivisor: 5000, maximum: '30000' },
      brackets: [
        { upTo: '500', price: 70_000 },
        { upTo: '1000', price: 95_000 },
      ],
      beyond: { every: '500', price: 15_000 },
      surcharges: [
        { code: 'fuel', amount: null, percent: '12.5', residentialOnly: false },
        { code: 'home', amount: 32_500, percent: null, residentialOnly: true },
      ],
    });
  });

  it('converts by the newest rate, its inverse, or through another currency, and says how', async () => {
    const product = await addProduct(pool, [
      [east, 1],
      [far, 1],
    ]);
    const rates = async (orderCurrency: string) => (await ask([product], { orderCurrency })).exchangeRates;
    expect(await rates('USD')).toEqual([{ base: 'EUR', rate: '1.25', validFrom: '2026-03-01', source: 'ecb' }]);
    expect(await rates('EUR')).toEqual([{ base: 'USD', rate: '0.8', validFrom: '2026-03-01', source: 'ecb, inverse' }]);
    expect(await rates('JPY')).toEqual([
      { base: 'EUR', rate: '187.5', validFrom: '2026-01-01', source: 'ecb and boj, through USD' },
      { base: 'USD', rate: '150', validFrom: '2026-01-01', source: 'boj' },
    ]);
  });

  it('knows the duties of the destination, the newest of each', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const snapshot = await ask([product]);
    expect(snapshot.dutyRates).toMatchObject([
      { originCountry: 'CN', hsPrefix: '61', percent: '25' },
      { originCountry: null, hsPrefix: '', percent: '3.5' },
    ]);
    expect(snapshot.dutyThreshold).toEqual({ dutyFreeUpTo: 8_000_000, currency: 'USD', taxAlways: false });
  });

  it("counts a node's capacity by its own day", async () => {
    const product = await addProduct(pool, [[east, 1]]);
    await pool.query('UPDATE node SET daily_capacity_units = 10 WHERE id = $1', [east.id]);
    // At 03:00 UTC it is still the day before in New York.
    await pool.query("INSERT INTO node_capacity VALUES ($1, '2026-03-01', 4, 10), ($1, '2026-03-02', 9, 10)", [
      east.id,
    ]);
    expect((await ask([product])).nodes[0]?.remainingUnits).toBe(6);
    await pool.query('UPDATE node SET daily_capacity_units = 3 WHERE id = $1', [east.id]);
    expect((await ask([product])).nodes[0]?.remainingUnits).toBe(0);
    await pool.query('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [east.id]);
  });
});

describe('SKUs', () => {
  it("are looked up by the account's own name first, and kits come with their components", async () => {
    const [one, two, kit] = [await addProduct(pool), await addProduct(pool), await addProduct(pool)];
    const sku = async (id: number): Promise<string> =>
      (await pool.query('SELECT sku FROM product WHERE id = $1', [id])).rows[0].sku;
    await pool.query('INSERT INTO product_account_alias VALUES ($1, $2, $3)', [network.accountId, await sku(one), two]);
    await pool.query("INSERT INTO kit_component VALUES ($1, $2, 2, '0.25'), ($1, $3, 1, '0.75')", [kit, one, two]);
    const found = await resolveSkus(pool, network.accountId, [await sku(one), await sku(kit), 'UNKNOWN']);
    expect(found.get(await sku(one))).toEqual({ productId: two, sku: await sku(two), components: [] });
    expect(found.get(await sku(kit))?.components).toEqual([
      { productId: one, sku: await sku(one), quantity: 2, priceShare: '0.25000000' },
      { productId: two, sku: await sku(two), quantity: 1, priceShare: '0.75000000' },
    ]);
    expect(found.size).toBe(2);
  });
});

describe('accounts and vendors', () => {
  const keys = { current: new Uint8Array(32).fill(7) };

  it('give back their secrets to Headgate, by id or code, and keep them sealed in the table', async () => {
    expect(await setVendorSecrets(pool, keys, 'acme', { token: 'abc-secret' })).toBe(true);
    expect(await setAccountSecrets(pool, keys, 'shop', { webhookSecret: 'xyz' })).toBe(true);
    expect(await setAccountSecrets(pool, keys, 'nobody', {})).toBe(false);
    expect(await loadVendor(pool, keys, { id: east.vendorId })).toMatchObject({
      code: 'acme',
      secrets: { token: 'abc-secret' },
    });
    expect(await loadVendor(pool, keys, { code: 'zenith' })).toMatchObject({ id: far.vendorId, secrets: null });
    expect(await loadAccount(pool, keys, { code: 'shop' })).toMatchObject({
      id: network.accountId,
      secrets: { webhookSecret: 'xyz' },
    });
    expect(await loadAccount(pool, keys, { id: 0 })).toBeNull();
    const { rows } = await pool.query(
      "SELECT encode(secrets_sealed, 'escape') AS sealed FROM vendor WHERE code = 'acme'",
    );
    expect(rows[0]?.sealed).not.toContain('abc-secret');
  });
});
