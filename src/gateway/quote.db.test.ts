import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askFor } from '../../test/api-client.js';
import { QuoteDocument, type QuoteInput, QuoteWithCostsDocument } from '../../test/generated/operations.js';
import { openServices } from '../../test/order-services.js';
import { addProduct, type TestNode } from '../store/testing/small-network.js';
import { type GatewayFixture, startGatewayFixture } from './testing/gateway-fixture.js';
import { addShipping } from './testing/shipping.js';

const US = { countryCode: 'US', regionCode: 'NY', postalCode: '12207' };

describe('a quote over HTTP', () => {
  let fixture: GatewayFixture;
  let lamp: string;
  let desk: string;

  /** Ground takes 48 hours and costs 5; from the east there is air, too: 12 hours for 20. Lamps are east and far, desks far alone. */
  beforeAll(async () => {
    fixture = await startGatewayFixture({ services: ({ db, wake }) => openServices(db, wake).services });
    const { pool } = fixture.db;
    const { east, far } = fixture.network.nodes;
    await addShipping(pool, fixture.network);
    await pool.query(`
      INSERT INTO carrier_service (id, code, carrier, name) VALUES (90, 'air', 'swift', 'Air');
      INSERT INTO rate_card (id, code, service_id, currency, valid_from) VALUES (90, 'air-us', 90, 'USD', '2020-01-01');
      INSERT INTO rate_zone (rate_card_id, zone) VALUES (90, 'us');
      INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) VALUES (90, 'us', 'US', 12);
      INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES (90, 'us', 1000000, 20);
      INSERT INTO rate_surcharge (rate_card_id, code, percent, valid_from) VALUES (90, 'fuel', 10, '2020-01-01');
      INSERT INTO node_service (node_id, service_id, rate_card_id) VALUES (${east.id}, 90, 90)`);
    lamp = await sold([
      [east, 40],
      [far, 500],
    ]);
    desk = await sold([[far, 3]]);
  });
  afterAll(() => fixture?.close());

  async function sold(stock: readonly (readonly [TestNode, number])[]): Promise<string> {
    const { pool } = fixture.db;
    const product = await addProduct(pool, stock);
    return (await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product])).rows[0]?.sku ?? '';
  }
  const basket = (wanted: Record<string, number>, more: Partial<QuoteInput> = {}): QuoteInput => ({
    destination: US,
    lines: Object.entries(wanted).map(([sku, quantity]) => ({ sku, quantity, unitPrice: '50' })),
    ...more,
  });
  const quoted = async (input: QuoteInput, key = fixture.keys.storefront) =>
    (await askFor(fixture.url, key, QuoteDocument, { input })).quote;
  const options = async (input: QuoteInput) =>
    (await quoted(input)).options.map(({ level, shipping, shipments }) => [level, shipping.amount, shipments]);

  it('offers the cheapest way, and each that is earlier for more', async () => {
    expect(await options(basket({ [lamp]: 2 }))).toEqual([
      ['ECONOMY', '5.00', 1],
      ['EXPRESS', '22.00', 1],
    ]);
    const [economy, express] = (await quoted(basket({ [lamp]: 2 }))).options;
    const earlier = Date.parse(economy?.arrivesAt ?? '') - Date.parse(express?.arrivesAt ?? '');
    expect(earlier / 3_600_000).toBe(36);
  });

  it('tells when the last of a basket arrives, from however many places', async () => {
    expect(await options(basket({ [desk]: 1 }))).toEqual([['STANDARD', '5.00', 1]]);
    expect(await options(basket({ [lamp]: 2, [desk]: 1 }))).toEqual([['STANDARD', '5.00', 1]]);
    const rug = await sold([[fixture.network.nodes.east, 5]]);
    expect(await options(basket({ [rug]: 1, [desk]: 1 }))).toEqual([['STANDARD', '10.00', 2]]);
  });

  it('names what keeps a basket from being delivered whole', async () => {
    expect(await quoted(basket({ [lamp]: 1, [desk]: 4 }))).toMatchObject({ options: [], missing: [desk] });
    expect(await quoted(basket({ [lamp]: 1 }, { destination: { countryCode: 'DE' } }))).toMatchObject({
      ...{ options: [], missing: [lamp] },
    });
  });

  it('tells of duty where the customer pays it at the door', async () => {
    const { pool } = fixture.db;
    await pool.query("UPDATE node SET country_code = 'CA' WHERE id = $1", [fixture.network.nodes.far.id]);
    await pool.query(
      "INSERT INTO duty_rate (destination_country, percent, tax_percent, valid_from) VALUES ('US', 10, 0, '2020-01-01')",
    );
    const [ddp] = (await quoted(basket({ [desk]: 2 }))).options;
    await pool.query("UPDATE account SET duty_terms = 'DAP' WHERE code = 'shop'");
    const [dap] = (await quoted(basket({ [desk]: 2 }))).options;
    await pool.query("UPDATE account SET duty_terms = 'DDP' WHERE code = 'shop'");
    await pool.query("DELETE FROM duty_rate; UPDATE node SET country_code = 'US'");
    expect([ddp?.dutyAtDoor.amount, dap?.dutyAtDoor.amount]).toEqual(['0.00', '10.00']);
  });

  it('is what an order is routed at, and holds nothing', async () => {
    const input = basket({ [lamp]: 2 });
    const { quote } = await askFor(fixture.url, fixture.keys.shopPartner, QuoteWithCostsDocument, { input });
    expect(quote.options.map(({ services }) => services)).toEqual([['ground'], ['air']]);
    const { rows } = await fixture.db.pool.query('SELECT 1 FROM reservation');
    expect(rows).toEqual([]);
    const { errors } = await ask(
      fixture.url,
      fixture.keys.shopPartner,
      `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { errors { message } } }`,
      {
        input: {
          ...{ idempotencyKey: 'q-1', externalId: 'q-1', lines: input.lines },
          shipTo: { ...US, lines: ['1 Main St'], city: 'Albany', name: 'A', residential: true },
        },
      },
    );
    expect(errors ?? []).toEqual([]);
    const made = await fixture.db.pool.query<{ cost: string }>('SELECT landed_cost::text AS cost FROM fulfillment');
    expect(made.rows.map(({ cost }) => Number(cost))).toEqual([Number(quote.options[0]?.landedCost.amount)]);
  });

  it('keeps what things cost, and who carries them, from a storefront', async () => {
    const { errors } = await ask(fixture.url, fixture.keys.storefront, QuoteWithCostsDocument, {
      input: basket({ [lamp]: 1 }),
    });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const vendor = await ask(fixture.url, fixture.keys.acme, QuoteDocument, { input: basket({ [lamp]: 1 }) });
    expect(vendor.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each<[string, () => QuoteInput, string]>([
    ['an empty basket', () => basket({}), 'lines: expected 1 to 50, got 0'],
    [
      'too many lines',
      () => ({ ...basket({}), lines: Array.from({ length: 51 }, () => ({ sku: 'A', quantity: 1, unitPrice: '1' })) }),
      'lines: expected 1 to 50, got 51',
    ],
    ['an unknown SKU', () => basket({ [lamp]: 1, nothing: 1 }), 'lines[1].sku: expected the SKU of a product'],
    ['no units', () => basket({ [lamp]: 0 }), 'lines[0].quantity: expected 1 to 100 of a SKU, got 0'],
    [
      'more than a storefront is told of',
      () => basket({ [lamp]: 101 }),
      'lines[0].quantity: expected 1 to 100 of a SKU, got 101',
    ],
    [
      'a price below nothing',
      () => ({ ...basket({}), lines: [{ sku: lamp, quantity: 1, unitPrice: '-1' }] }),
      'lines[0].unitPrice: expected 0',
    ],
    [
      'an account of others',
      () => basket({ [lamp]: 1 }, { accountCode: 'other' }),
      'account: expected the code of an active account',
    ],
    [
      'no country',
      () => basket({ [lamp]: 1 }, { destination: { countryCode: 'usa' } }),
      'destination.countryCode: expected',
    ],
  ])('refuses %s, and says where', async (_name, input, message) => {
    const { errors } = await ask(fixture.url, fixture.keys.storefront, QuoteDocument, { input: input() });
    expect(errors?.[0]?.message).toContain(message);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
