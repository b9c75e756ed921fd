import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishToShop } from './stock.js';
import { callOf } from './testing/bench.js';
import { startWooShop, type WooShop } from './testing/woo-shop.js';

let shop: WooShop;
beforeAll(async () => {
  shop = await startWooShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  for (const list of [shop.products, shop.came, shop.mishaps]) list.length = 0;
  shop.before = () => {};
});

const product = (id: number, sku: string, more: object = {}) => ({
  ...{
    id,
    sku,
    parent_id: 0,
    type: 'simple',
    manage_stock: true as boolean | 'parent',
    stock_quantity: 1,
    stubborn: false,
  },
  ...more,
});
const levels = (...some: readonly [sku: string, available: number][]) => ({
  asOf: '2026-03-02T10:00:00.000Z',
  levels: some.map(([sku, available]) => ({ sku, available })),
});
const figures = () => shop.products.map(({ stock_quantity }) => stock_quantity);

describe('a shop that is told what may be sold', () => {
  it('has the figures of products and of variations, and says which SKUs it does not have or not manage', async () => {
    const variation = { type: 'variation', parent_id: 10 };
    shop.products.push(
      product(1, 'MUG'),
      product(2, 'a, b'),
      ...[11, 12].map((id) => product(id, `SHIRT-${id}`, variation)),
      product(13, 'SHIRT-13', { ...variation, manage_stock: 'parent' }),
      product(3, 'BOOK', { manage_stock: false }),
    );
    const told = levels(
      ['MUG', 7],
      ['a, b', 3],
      ['SHIRT-11', 5],
      ['SHIRT-12', 0],
      ['SHIRT-13', 9],
      ['BOOK', 9],
      ['GONE', 1],
    );
    for (const _ of [1, 2])
      expect(await publishToShop(told, callOf(shop))).toEqual({
        unknownSkus: ['SHIRT-13', 'BOOK', 'GONE'],
        notes: ['SHIRT-13', 'BOOK'].map((sku) => `${sku}: the shop does not manage its stock by itself`),
      });
    expect(figures()).toEqual([7, 3, 5, 0, 1, 1]);
    expect(await publishToShop(levels(['BOOK', 9]), callOf(shop, { unmanagedStock: 'manage' }))).toEqual({
      ...{ unknownSkus: [], notes: [] },
    });
    expect(figures().at(-1)).toBe(9);
  });

  it('sets all others where one is refused or went away meanwhile, which is named with the reason', async () => {
    shop.products.push(...[product(1, 'MUG', { stubborn: true }), product(2, 'PEN'), product(3, 'CUP')]);
    shop.before = (call) => {
      if (call.startsWith('POST')) shop.products.splice(2, 1);
    };
    expect(await publishToShop(levels(['MUG', 7], ['PEN', 3], ['CUP', 2]), callOf(shop))).toEqual({
      unknownSkus: ['MUG', 'CUP'],
      notes: ['MUG: plugin_refused: This product is locked.', 'CUP: woocommerce_rest_product_invalid_id: Invalid ID.'],
    });
    expect(figures()).toEqual([1, 3]);
  });

  it('is asked about long SKUs in addresses that every host takes', async () => {
    const long = Array.from({ length: 10 }, (_, at): [string, number] => [`${'é'.repeat(190)}${at}`, at]);
    shop.products.push(...long.map(([sku], at) => product(at + 1, sku)));
    expect((await publishToShop(levels(...long), callOf(shop))).unknownSkus).toEqual([]);
    expect(shop.came.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('is asked about fifty SKUs at a time', async () => {
    const many = Array.from({ length: 120 }, (_, at): [string, number] => [`SKU-${at}`, at]);
    shop.products.push(...many.map(([sku], at) => product(at + 1, sku)));
    expect(await publishToShop(levels(...many), callOf(shop))).toEqual({ unknownSkus: [], notes: [] });
    expect(shop.came.map((call) => call.split('?')[0])).toEqual([
      ...Array.from({ length: 3 }, () => 'GET products'),
      ...Array.from({ length: 2 }, () => 'POST products/batch'),
    ]);
    expect(figures()).toEqual(many.map(([, available]) => available));
  });
});
