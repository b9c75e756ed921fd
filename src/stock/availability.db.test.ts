import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../model/clock.js';
import type { Viewer } from '../model/viewer.js';
import type { Database, Pool, Queryable } from '../store/database.js';
import { stockOfProducts } from '../store/node-stock.js';
import { commitPlans } from '../store/plan-committer.js';
import { setAside } from '../store/stock-set-asides.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  type TestNode,
} from '../store/testing/small-network.js';
import { type AvailabilityQuestion, createAvailability, type SkuAvailability, UnknownAccount } from './availability.js';
import { createSupplyReader } from './supply-reader.js';
import { publishedRules } from './testing/published-rules.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let otherAccountId: number;
let east: TestNode;
let west: TestNode;
let far: TestNode;

const US = { countryCode: 'US', regionCode: 'CA', postalCode: '94110' };

/** east ships to the US, faster to New York, and parcels of at most 2 kg; west to Canada only; far to both, never glass. */
beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  ({ east, west, far } = network.nodes);
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO account (code, name, channel, currency) VALUES ('other', 'Other', 'api', 'USD') RETURNING id",
  );
  otherAccountId = rows[0]?.id ?? 0;
  await pool.query(`
    INSERT INTO carrier_service (id, code, carrier, name, excluded_tags) VALUES (50, 'careful', 'swift', 'Careful', '{glass}');
    INSERT INTO rate_card (id, code, service_id, currency, valid_from, valid_to)
      VALUES (1, 'us', ${network.serviceId}, 'USD', '2020-01-01', NULL), (2, 'ca', ${network.serviceId}, 'USD', '2020-01-01', NULL),
             (3, 'both', 50, 'USD', '2020-01-01', NULL), (4, 'ended', ${network.serviceId}, 'USD', '2020-01-01', '2020-02-01');
    INSERT INTO rate_zone (rate_card_id, zone, beyond_every, beyond_price)
      VALUES (1, 'far', NULL, NULL), (1, 'near', NULL, NULL), (2, 'all', 1, 1), (3, 'all', 1, 1), (4, 'all', 1, 1);
    INSERT INTO rate_zone_area (rate_card_id, zone, country_code, region_code, transit_hours)
      VALUES (1, 'far', 'US', '', 96), (1, 'near', 'US', 'NY', 24), (2, 'all', 'CA', '', 48), (3, 'all', 'US', '', 72),
             (3, 'all', 'CA', '', 72), (4, 'all', 'MX', '', 24);
    INSERT INTO rate_bracket (rate_card_id, zone, up_to, price)
      VALUES (1, 'far', 2000, 5), (1, 'near', 2000, 5), (2, 'all', 1000, 5), (3, 'all', 1000, 5), (4, 'all', 1000, 5);
    INSERT INTO node_service (node_id, service_id, rate_card_id) VALUES (${east.id}, ${network.serviceId}, 1),
      (${west.id}, ${network.serviceId}, 2), (${far.id}, 50, 3)`);
});
afterAll(() => database?.close());

const viewer = (more: Partial<Viewer> = {}): Viewer => ({
  ...{ actor: 'key:1', scopes: ['operations'], accountIds: 'all', vendorIds: 'all' },
  ...more,
});
const shop = () => viewer({ scopes: ['storefront'], accountIds: [network.accountId] });

/** Asks, and counts the statements that this takes. */
async function ask(
  skus: readonly string[],
  more: Partial<AvailabilityQuestion> & { as?: Viewer } = {},
): Promise<SkuAvailability[]> {
  let statements = 0;
  const counting: Queryable = {
    query: (...statement: unknown[]) => {
      statements += 1;
      return (pool.query as (...args: unknown[]) => never)(...statement);
    },
  };
  const availability = createAvailability({
    ...{ supply: createSupplyReader(counting, systemClock), rulesOf: publishedRules(pool), clock: systemClock },
  });
  const { as = viewer(), ...question } = more;
  const answer = await availability.ask(as, { skus, destination: null, accountCode: null, ...question });
  expect(statements).toBe(1);
  return answer;
}

const units = async (sku: string, more: Parameters<typeof ask>[1] = {}) => {
  const [found] = await ask([sku], more);
  return found?.promised?.available ?? null;
};

async function skuOf(productId: number): Promise<string> {
  const { rows } = await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [productId]);
  return rows[0]?.sku ?? '';
}

async function product(...stock: Parameters<typeof addProduct>[1] & object): Promise<{ id: number; sku: string }> {
  const id = await addProduct(pool, stock);
  return { id, sku: await skuOf(id) };
}

describe('what may be promised', () => {
  it('is the sum over active nodes; a vendor is told of its own', async () => {
    const { id, sku } = await product([east, 4], [west, 2], [far, 30]);
    await pool.query('INSERT INTO product_account_alias VALUES ($1, $2, $3)', [network.accountId, 'shop-name', id]);
    expect(await units(sku)).toBe(36);
    const answers = await ask(['shop-name', 'nothing'], { as: shop() });
    expect(answers.map(({ sku: asked, promised }) => [asked, promised?.available ?? null])).toEqual([
      ['shop-name', 36],
      ['nothing', null],
    ]);
    expect(await units('shop-name', { as: viewer({ accountIds: [otherAccountId] }) })).toBeNull();
    const zenith = viewer({ scopes: ['vendor'], vendorIds: [far.vendorId] });
    expect(await units(sku, { as: zenith })).toBe(30);
    expect((await stockOfProducts(pool, zenith, [id])).map((row) => row.nodeId)).toEqual([far.id]);
    expect(await stockOfProducts(pool, shop(), [id])).toEqual([]);
    await pool.query("UPDATE vendor SET status = 'paused' WHERE id = $1", [far.vendorId]);
    await pool.query('UPDATE node SET active = false WHERE id = $1', [west.id]);
    const left = await units(sku);
    await pool.query("UPDATE vendor SET status = 'active' WHERE id = $1", [far.vendorId]);
    await pool.query('UPDATE node SET active = true WHERE id = $1', [west.id]);
    expect(left).toBe(4);
  });

  it.each([
    ['the country', US, 34],
    ['another country', { ...US, countryCode: 'CA', regionCode: null }, 32],
    ['a country that nobody ships to', { ...US, countryCode: 'DE' }, 0],
    ['a country whose only rate card has ended', { ...US, countryCode: 'MX' }, 0],
  ])('to %s comes from the nodes that can serve it', async (_name, destination, expected) => {
    const { sku } = await product([east, 4], [west, 2], [far, 30]);
    expect(await units(sku, { destination })).toBe(expected);
  });

  it('is what a service carries: no tag that it excludes, no heavier parcel than it takes', async () => {
    const glass = await product([east, 1], [far, 30]);
    await pool.query("UPDATE product SET tags = '{glass}' WHERE id = $1", [glass.id]);
    expect(await units(glass.sku, { destination: US })).toBe(1);
    // 500 g each, 2 kg a parcel.
    const heavy = await product([east, 9]);
    expect(await units(heavy.sku, { destination: US })).toBe(4);
    await pool.query('UPDATE product SET unit_weight_grams = 2001 WHERE id = $1', [heavy.id]);
    expect(await units(heavy.sku, { destination: US })).toBe(0);
  });

  it('leaves out what is inactive: offers, products, and offers without a price', async () => {
    const offer = await product([east, 4], [far, 3]);
    await pool.query('UPDATE offer SET active = false WHERE product_id = $1 AND node_id = $2', [offer.id, far.id]);
    expect(await units(offer.sku)).toBe(4);
    await pool.query('DELETE FROM offer_cost WHERE product_id = $1', [offer.id]);
    expect(await units(offer.sku)).toBe(0);
    await pool.query('UPDATE product SET active = false WHERE id = $1', [offer.id]);
    expect(await units(offer.sku)).toBeNull();
  });

  it('comes in whole lots, and says which', async () => {
    const { id, sku } = await product([east, 20], [far, 17]);
    await pool.query(
      'UPDATE offer SET minimum_quantity = 6, quantity_multiple = 5 WHERE product_id = $1 AND node_id = $2',
      [id, far.id],
    );
    await pool.query('UPDATE offer SET quantity_multiple = 10 WHERE product_id = $1 AND node_id = $2', [id, east.id]);
    const [found] = await ask([sku]);
    expect(found?.promised).toMatchObject({ available: 35, least: 10, multiple: 5 });
  });

  it('is what a node can still handle today', async () => {
    const { sku } = await product([east, 20]);
    await pool.query('UPDATE node SET daily_capacity_units = 10 WHERE id = $1', [east.id]);
    await pool.query(
      `INSERT INTO node_capacity (node_id, day, taken, limit_units)
       SELECT id, (now() AT TIME ZONE time_zone)::date, 4, 10 FROM node WHERE id = $1`,
      [east.id],
    );
    const left = await units(sku);
    await pool.query('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [east.id]);
    expect(left).toBe(6);
  });

  it('without limit where it is made to order, up to what one line may ask for', async () => {
    const { id, sku } = await product([far, 3]);
    await pool.query('INSERT INTO offer (node_id, product_id, stocked) VALUES ($1, $2, false)', [west.id, id]);
    await pool.query("INSERT INTO offer_cost VALUES ($1, $2, 1, '1')", [west.id, id]);
    const [anywhere, shelf] = [await ask([sku]), await ask([sku], { destination: US })];
    expect(anywhere[0]?.promised).toMatchObject({ available: 1_000_000, fromStock: 3, more: true, madeToOrder: true });
    expect(shelf[0]?.promised).toMatchObject({ available: 3, fromStock: 3, more: false, madeToOrder: false });
  });

  it('of a kit is what its scarcest component allows', async () => {
    const [scarce, plenty, kit] = [await product([east, 7]), await product([west, 100]), await product()];
    await pool.query("INSERT INTO kit_component VALUES ($1, $2, 2, '0.5'), ($1, $3, 1, '0.5')", [
      kit.id,
      scarce.id,
      plenty.id,
    ]);
    const [found] = await ask([kit.sku]);
    expect(found).toMatchObject({ isKit: true, productIds: [scarce.id, plenty.id], promised: { available: 3 } });
    await pool.query('UPDATE product SET active = false WHERE id = $1', [plenty.id]);
    expect(await units(kit.sku)).toBe(0);
  });

  it('needs a way into the currency of the account', async () => {
    const { sku } = await product([far, 3]);
    await pool.query("UPDATE vendor SET currency = 'SEK' WHERE id = $1", [far.vendorId]);
    const without = await units(sku, { as: shop(), destination: US });
    await pool.query(
      "INSERT INTO exchange_rate VALUES ('EUR', 'SEK', current_date - 1, 11, 'x'), ('EUR', 'USD', current_date - 1, 1, 'x')",
    );
    const through = await units(sku, { as: shop(), destination: US });
    await pool.query("UPDATE vendor SET currency = 'USD' WHERE id = $1", [far.vendorId]);
    expect([without, through]).toEqual([0, 3]);
  });

  it('alone must reach the minimum order value of a vendor, with other goods need not', async () => {
    const { sku } = await product([far, 10]);
    await pool.query('UPDATE node SET minimum_order_value = 40 WHERE id = $1', [far.id]);
    const [low] = await ask([sku], { as: shop(), destination: US });
    await pool.query('UPDATE node SET minimum_order_value = 50 WHERE id = $1', [far.id]);
    const [high] = await ask([sku], { as: shop(), destination: US });
    await pool.query('UPDATE node SET minimum_order_value = NULL WHERE id = $1', [far.id]);
    // 4.50 each.
    expect(low?.promised).toMatchObject({ available: 10, withOthers: 10, least: 9 });
    expect(high?.promised).toMatchObject({ available: 0, withOthers: 10, least: 0 });
  });
});

describe('whose it is', () => {
  it('leaves what an account has set aside to it, until it has used it', async () => {
    const { id, sku } = await product([far, 10]);
    await setAside(pool, { accountId: network.accountId, nodeId: far.id, productId: id, units: 6 });
    const other = viewer({ scopes: ['partner'], accountIds: [otherAccountId] });
    expect([await units(sku, { as: shop() }), await units(sku, { as: other }), await units(sku)]).toEqual([10, 4, 10]);
    expect([await units(sku, { accountCode: 'other' }), await units(sku, { accountCode: 'shop' })]).toEqual([4, 10]);
    const order = await addOrder(pool, network, [[id, 5]]);
    await commitPlans(pool, [routePlan(network, order, far)]);
    expect([await units(sku, { as: shop() }), await units(sku, { as: other })]).toEqual([5, 4]);
  });

  it.each(['other', 'nobody'])(
    'is told to who may act for the account alone, not to who names %s',
    async (accountCode) => {
      const { sku } = await product([far, 10]);
      await expect(ask([sku], { as: shop(), accountCode })).rejects.toThrow(UnknownAccount);
    },
  );
});

describe('an answer', () => {
  it('says when the first could be at the door, from the node that is soonest there', async () => {
    const { id, sku } = await product([east, 4], [far, 3]);
    const arrival = async (regionCode: string) => {
      const [found] = await ask([sku], { destination: { ...US, regionCode } });
      return (found?.arrival()?.getTime() ?? 0) / 3_600_000;
    };
    expect((await arrival('CA')) - (await arrival('NY'))).toBeCloseTo(48, 1);
    await pool.query('UPDATE offer SET lead_time_hours = 1000 WHERE product_id = $1', [id]);
    expect((await arrival('CA')) - Date.now() / 3_600_000).toBeGreaterThan(1000);
    const [nowhere] = await ask([sku]);
    expect(nowhere?.arrival()).toBeNull();
  });

  it('stands in the event log: what is behind its position is not in it', async () => {
    const { id, sku } = await product([far, 10]);
    const [before] = await ask([sku]);
    const order = await addOrder(pool, network, [[id, 1]]);
    await commitPlans(pool, [routePlan(network, order, far)]);
    const [after] = await ask([sku]);
    expect([before?.promised?.available, after?.promised?.available]).toEqual([10, 9]);
    expect(after?.position).toBe(before?.position);
    expect(after?.asOf.getTime()).toBeGreaterThanOrEqual(before?.asOf.getTime() ?? 0);
  });
});

describe('dates', () => {
  it('of scheduled terms decide what a lot is, and end where they end', async () => {
    const { id, sku } = await product([far, 10]);
    const minimumOf = async () => (await ask([sku]))[0]?.promised?.least;
    await pool.query(
      `INSERT INTO offer_price (node_id, product_id, valid_from, valid_to, minimum_quantity, from_quantities, unit_costs)
       VALUES ($1, $2, '2020-01-01', '2020-02-01', 9, '{1}', '{4}'), ($1, $2, '2020-01-02', NULL, 4, '{1,10}', '{4,3}')`,
      [far.id, id],
    );
    expect(await minimumOf()).toBe(4);
    await pool.query('DELETE FROM offer_price WHERE product_id = $1 AND valid_to IS NULL', [id]);
    expect(await minimumOf()).toBe(1);
  });

  it('on which a node is closed make the arrival later', async () => {
    const { sku } = await product([far, 10]);
    const arrival = async () => {
      const [found] = await ask([sku], { as: shop(), destination: US });
      return found?.arrival()?.getTime() ?? 0;
    };
    const before = await arrival();
    await pool.query(
      `INSERT INTO closing_day (node_id, day, name) SELECT $1, current_date + days, 'stocktaking' FROM generate_series(-1, 20) AS days`,
      [far.id],
    );
    const closed = await arrival();
    await pool.query('DELETE FROM closing_day');
    expect(closed - before).toBeGreaterThan(10 * 86_400_000);
  });

  it('in business days are those of the carrier', async () => {
    const { sku } = await product([far, 10]);
    await pool.query(
      "UPDATE rate_zone_area SET transit_hours = NULL, transit_days = 9 WHERE rate_card_id = 3 AND country_code = 'US'",
    );
    const arrival = async () => (await ask([sku], { as: shop(), destination: US }))[0]?.arrival()?.getTime() ?? 0;
    const nine = await arrival();
    await pool.query("UPDATE carrier_service SET working_days = '{1}' WHERE id = 50");
    const mondays = await arrival();
    await pool.query("UPDATE carrier_service SET working_days = '{1,2,3,4,5}' WHERE id = 50");
    await pool.query(
      "UPDATE rate_zone_area SET transit_hours = 72, transit_days = NULL WHERE rate_card_id = 3 AND country_code = 'US'",
    );
    expect(mondays - nine).toBeGreaterThan(30 * 86_400_000);
  });

  it('without a card of its own, a node ships by its vendor’s default', async () => {
    const { sku } = await product([west, 10]);
    expect(await units(sku, { destination: US })).toBe(0);
    await pool.query('INSERT INTO vendor_default_rate VALUES ($1, $2, 1)', [west.vendorId, network.serviceId]);
    const withDefault = await units(sku, { destination: US });
    await pool.query('DELETE FROM vendor_default_rate');
    expect(withDefault).toBe(4);
  });
});
