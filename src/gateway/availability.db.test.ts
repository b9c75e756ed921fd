import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askFor } from '../../test/api-client.js';
import { AvailabilityDocument } from '../../test/generated/operations.js';
import { addProduct } from '../store/testing/small-network.js';
import { type GatewayFixture, startGatewayFixture } from './testing/gateway-fixture.js';
import { addShipping } from './testing/shipping.js';

const US = { countryCode: 'US', regionCode: 'NY', postalCode: '12207' };

describe('availability over HTTP', () => {
  let fixture: GatewayFixture;

  let sku: string;
  beforeAll(async () => {
    fixture = await startGatewayFixture();
    const { pool } = fixture.db;
    await addShipping(pool, fixture.network);
    const product = await addProduct(pool, [
      [fixture.network.nodes.east, 40],
      [fixture.network.nodes.far, 80],
    ]);
    sku = (await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product])).rows[0]?.sku ?? '';
  });
  afterAll(() => fixture?.close());

  const answer = async (key: string, variables: { skus: string[]; destination?: typeof US; account?: string }) =>
    (await askFor(fixture.url, key, AvailabilityDocument, variables)).availability;

  it('tells operations all, a storefront at most a hundred, a vendor what is at its own nodes', async () => {
    const { operations, storefront, acme } = fixture.keys;
    const told = async (key: string) => (await answer(key, { skus: [sku], destination: US }))[0];
    expect(await told(operations)).toMatchObject({ available: 120, fromStock: 120, atLeast: false });
    expect(await told(storefront)).toMatchObject({
      available: 100,
      fromStock: 100,
      availableWithOthers: 100,
      atLeast: true,
    });
    expect(await told(acme)).toMatchObject({ available: 40, atLeast: false });
  });

  it('says what a storefront needs to know of the unit, as of when, and where to go on from', async () => {
    const asked = Date.now();
    const [found] = await answer(fixture.keys.storefront, { skus: [sku], destination: US });
    expect(found).toMatchObject({
      known: true,
      inStock: true,
      madeToOrder: false,
      minimumQuantity: 1,
      quantityMultiple: 1,
    });
    expect(Date.parse(found?.earliestArrival ?? '') - asked).toBeGreaterThanOrEqual(72 * 3_600_000);
    expect(Math.abs(Date.parse(found?.asOf ?? '') - Date.now())).toBeLessThan(60_000);
    expect(found?.cursor).toMatch(/^[\w-]+$/);
  });

  it('serves nowhere what no rate card reaches, and tells unknown SKUs from empty shelves', async () => {
    const answers = await answer(fixture.keys.storefront, {
      skus: ['no-such', sku],
      destination: { ...US, countryCode: 'DE' },
    });
    expect(answers).toMatchObject([
      { sku: 'no-such', known: false, available: 0, minimumQuantity: null, earliestArrival: null },
      { sku, known: true, inStock: false, available: 0, atLeast: false, minimumQuantity: null, earliestArrival: null },
    ]);
  });

  it('never offers a storefront less than the smallest lot that is sold', async () => {
    const boxed = await addProduct(fixture.db.pool, [[fixture.network.nodes.east, 200]]);
    const { rows } = await fixture.db.pool.query<{ sku: string }>(
      `UPDATE offer SET minimum_quantity = 24, quantity_multiple = 12 FROM product
       WHERE product_id = $1 AND product.id = product_id RETURNING product.sku`,
      [boxed],
    );
    const [found] = await answer(fixture.keys.storefront, { skus: [rows[0]?.sku ?? ''] });
    expect(found).toMatchObject({ available: 96, atLeast: true, minimumQuantity: 24, quantityMultiple: 12 });
  });

  it.each<[string, { skus: string[]; destination?: typeof US; account?: string }, string]>([
    ['no SKU', { skus: [] }, 'skus: expected 1 to 250, got 0'],
    ['too many', { skus: Array.from({ length: 251 }, (_, at) => `S-${at}`) }, 'skus: expected 1 to 250, got 251'],
    ['one that is empty', { skus: ['A', ''] }, 'skus[1]: expected 1 to 100 characters, got 0'],
    ['one that is too long', { skus: ['x'.repeat(101)] }, 'skus[0]: expected 1 to 100 characters, got 101'],
    ['one twice', { skus: ['A', 'B', 'A'] }, 'skus[2]: expected each SKU once, got that of skus[0]'],
    ['no country', { skus: ['A'], destination: { ...US, countryCode: 'usa' } }, 'destination.countryCode: expected'],
    [
      'a novel as postal code',
      { skus: ['A'], destination: { ...US, postalCode: '1'.repeat(21) } },
      'destination.postalCode:',
    ],
    [
      'a novel as region',
      { skus: ['A'], destination: { ...US, regionCode: 'x'.repeat(11) } },
      'destination.regionCode:',
    ],
    [
      'an account of others',
      { skus: ['A'], account: 'other' },
      'account: expected the code of an account that the key',
    ],
    ['an account that is none', { skus: ['A'], account: 'x'.repeat(70) }, 'account: expected the code of an account'],
  ])('refuses %s, and says where', async (_name, variables, message) => {
    const { data, errors } = await ask(fixture.url, fixture.keys.storefront, AvailabilityDocument, variables);
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain(message);
  });

  it('counts each SKU in what an operation may cost', async () => {
    const skus = Array.from({ length: 250 }, (_, at) => `S-${at}`);
    const fields = Array.from({ length: 20 }, (_, at) => `a${at}: availability(skus: $skus) { nodes { onHand } }`);
    const { errors } = await ask(
      fixture.url,
      fixture.keys.operations,
      `query ($skus: [String!]!) { ${fields.join(' ')} }`,
      { skus },
    );
    expect(errors?.[0]?.extensions.code).toBe('OPERATION_TOO_LARGE');
  });
});
