import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addOrder, addProduct } from '../store/testing/small-network.js';
import { createLiveRates } from './live-rates.js';
import { quote } from './quote.js';
import { routeOrder } from './route.js';
import { simulatedCarrier } from './testing/simulated-carrier.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('an order whose carrier is asked live', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
  });
  afterAll(async () => {
    await shop?.deps.committer.close();
    await db?.close();
  });

  /** The record of routing two units of 500 g while the carrier answers so. */
  async function recordWith(answer: Parameters<typeof simulatedCarrier>[0]) {
    const { carrier, asked } = simulatedCarrier(answer, 100, 'swift');
    const product = await addProduct(db.pool, [[shop.network.nodes.east, 10]]);
    const order = await addOrder(db.pool, shop.network, [[product, 2]]);
    const liveRates = createLiveRates({ carriers: () => [carrier], clock: shop.clock, fetch });
    await routeOrder({ ...shop.deps, liveRates }, order.id, 'test');
    const { rows } = await db.pool.query(
      `SELECT d.rate_sources AS sources, f.landed_cost::text AS cost FROM decision d JOIN fulfillment f ON f.decision_id = d.id
       WHERE d.order_id = $1`,
      [order.id],
    );
    return { ...rows[0], parcel: asked[0]?.parcel };
  }

  it('is costed by its answer, and the record says so', async () => {
    const rate = { serviceCode: 'ground', price: 12_300, currency: 'USD', transitHours: 24 };
    const live = await recordWith(() => ({ rates: [rate], problems: [] }));
    expect(live).toMatchObject({
      ...{ parcel: { grams: 1_000, cm3: 0 }, sources: { liveRates: ['live:ground'], rateCards: [] } },
    });
    // Two units of 4.50, and 1.23 to carry them.
    expect(live.cost).toBe('10.2300');
  });

  it('is costed by its card where no answer comes, and the record says why', async () => {
    const silent = await recordWith(() => new Promise(() => {}));
    expect(silent.sources).toMatchObject({
      liveRateProblems: [{ carrier: 'swift', nodeCode: 'acme-east', code: 'CALL_TIMED_OUT' }],
    });
    expect(silent.sources.rateCards).toHaveLength(1);
    expect(silent.sources.liveRates).toBeUndefined();
  });

  it.each<[Scope, number, number]>([
    ['partner', 1, 12_300],
    // Whoever browses a shop has no carrier asked, whatever postal codes come to mind.
    ['storefront', 0, 50_000],
  ])('is quoted to a %s key with %i questions to the carrier', async (scope, questions, shipping) => {
    const rate = { serviceCode: 'ground', price: 12_300, currency: 'USD', transitHours: 24 };
    const { carrier, asked } = simulatedCarrier(() => ({ rates: [rate], problems: [] }), 1_000, 'swift');
    const liveRates = createLiveRates({ carriers: () => [carrier], clock: shop.clock, fetch });
    const product = await addProduct(db.pool, [[shop.network.nodes.east, 10]]);
    const { rows } = await db.pool.query('SELECT sku FROM product WHERE id = $1', [product]);
    const { accountId } = shop.network;
    const viewer = { actor: 'key:test', scopes: [scope], accountIds: [accountId], vendorIds: [] };
    const destination = { countryCode: 'US', regionCode: null, postalCode: '10001', residential: true };
    const lines = [{ sku: rows[0].sku, quantity: 1, unitPrice: 90_000 }];
    const quoted = await quote({ ...shop.deps, liveRates }, viewer, { accountCode: null, destination, lines });
    expect(quoted).toMatchObject({ options: [{ shipping }] });
    expect(asked).toHaveLength(questions);
  });
});
