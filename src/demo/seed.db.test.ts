import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { buildRoutingRequest } from '../matrix/build-request.js';
import { type Database, openDatabase } from '../store/database.js';
import { loadNetwork } from '../store/network.js';
import { DESTINATIONS } from './cities.js';
import { generateNetwork } from './network.js';
import { DEMO_SIZE, seedDemo } from './seed.js';

describe('the demo network', () => {
  let database: TestDatabase;
  let db: Database;
  const options = {
    vendorBaseUrl: 'http://127.0.0.1:4010',
    keys: { current: new Uint8Array(32) },
    clock: { now: () => new Date('2026-03-02T10:00:00Z') },
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    db = await openDatabase({ url: database.url, poolMax: 4 });
    await seedDemo(db.pool, options);
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  it('is the same network every time, and another from another seed', () => {
    const again = JSON.stringify(generateNetwork(DEMO_SIZE));
    expect(JSON.stringify(generateNetwork(DEMO_SIZE))).toBe(again);
    expect(JSON.stringify(generateNetwork({ ...DEMO_SIZE, seed: 2 }))).not.toBe(again);
  });

  it('has 12 vendors with 30 nodes on three continents and 500 products, each with two vendors or more', () => {
    const network = generateNetwork(DEMO_SIZE);
    expect(network.vendors).toHaveLength(12);
    expect(network.vendors.flatMap((vendor) => vendor.nodes)).toHaveLength(30);
    expect(new Set(network.vendors.map((vendor) => vendor.realm)).size).toBe(3);
    expect(network.products).toHaveLength(500);
    for (const product of network.products) {
      expect(
        new Set(network.aliases.filter((alias) => alias.sku === product.sku).map((alias) => alias.vendorCode)).size,
      ).toBeGreaterThanOrEqual(2);
    }
  });

  it('is loaded once: a second start adds nothing', async () => {
    const count = async () =>
      (
        await db.pool.query<{ n: string }>(
          'SELECT (SELECT count(*) FROM offer) + (SELECT count(*) FROM rate_bracket) AS n',
        )
      ).rows[0]?.n;
    const before = await count();
    expect(await seedDemo(db.pool, options)).toMatchObject({ loaded: false });
    expect(await count()).toBe(before);
  });

  it('finishes a load that was killed half-way', async () => {
    await db.pool.query("DELETE FROM installation WHERE key = 'demo.network'");
    await db.pool.query('DELETE FROM offer_cost WHERE product_id IN (SELECT id FROM product ORDER BY id LIMIT 3)');
    expect(await seedDemo(db.pool, options)).toMatchObject({ loaded: true });
    const { rows } = await db.pool.query(
      'SELECT 1 FROM offer o WHERE NOT EXISTS (SELECT 1 FROM offer_cost c WHERE c.node_id = o.node_id AND c.product_id = o.product_id)',
    );
    expect(rows).toEqual([]);
  });

  it.each(Object.values(DESTINATIONS).flat())('can be asked for a shipment to %s', async (countryCode) => {
    const { rows } = await db.pool.query<{ id: number }>(
      "SELECT id FROM product WHERE sku IN ('KIT-0001', 'ELE-0002') ORDER BY sku",
    );
    const productIds = rows.map((row) => row.id);
    const now = new Date('2026-03-02T10:00:00Z');
    const snapshot = await loadNetwork(db.pool, {
      accountId: 1,
      productIds,
      countryCode,
      regionCode: null,
      postalCode: null,
      orderCurrency: 'EUR',
      now,
    });
    const { request, leftOut } = buildRoutingRequest(
      {
        id: 'order',
        currency: 'EUR',
        placedAt: now,
        deliverBy: null,
        destination: { countryCode, regionCode: null, residential: true },
        whenShort: 'BACKORDER',
        lines: productIds.map((productId, index) => ({
          lineNo: index + 1,
          productId,
          quantity: 1,
          unitPrice: 250_000,
        })),
      },
      snapshot,
      { effort: 1000, latenessCostPerDay: 10_000, shipmentPenalty: 5_000 },
    );
    expect(leftOut).toEqual([]);
    expect(
      (request.nodes ?? []).some((node) => (node.services ?? []).length > 0 && (node.offers ?? []).length > 0),
    ).toBe(true);
  });
});
