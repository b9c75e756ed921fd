import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { applyKnownStock, listUnknownStock } from './stock-unknown.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addProduct, loadSmallNetwork, skuOf, stockOf, type TestNode } from './testing/small-network.js';
import { feedOf } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let far: TestNode;
let feed: ReturnType<typeof feedOf>;
let product: number;

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (time: string) => `2026-03-02T${time}:00Z`;
const onHand = async () => (await stockOf(pool, far, product)).onHand;
const absentIsZero = (is: boolean) =>
  pool.query('UPDATE vendor SET feed_absent_is_zero = $2, feed_review_percent = 100 WHERE id = $1', [far.vendorId, is]);

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  far = (await loadSmallNetwork(pool)).nodes.far;
  feed = feedOf(pool, far.vendorId, NOW);
});
beforeEach(async () => {
  await pool.query('DELETE FROM vendor_feed');
  await pool.query('DELETE FROM unknown_stock');
  await absentIsZero(false);
  product = await addProduct(pool, [[far, 10]]);
});
afterAll(() => database?.close());

describe('two snapshots of one moment that say different things', () => {
  const orders: [string, number[], number[]][] = [
    ['the smaller last', [8, 2], [0, 0]],
    ['the smaller first', [2, 8], [0, 1]],
  ];

  it.each(orders)('leave the smaller figure, %s', async (_, figures, contradicted) => {
    const told: number[] = [];
    for (const figure of figures)
      told.push((await feed.snapshot(at('11:00'), [[far, product, figure]])).rowsContradicted);
    expect(told).toEqual(contradicted);
    expect(await onHand()).toBe(2);
    await feed.snapshot(at('11:01'), [[far, product, 8]]);
    expect(await onHand()).toBe(8);
  });

  it.each(orders)('leave the smaller figure of one number, %s', async (_, figures, contradicted) => {
    const told: number[] = [];
    for (const figure of figures) {
      const { rowsContradicted } = await feed.snapshot(at('11:00'), [[far, product, figure]], { position: 5 });
      told.push(rowsContradicted);
    }
    expect(told).toEqual(contradicted);
    expect(await onHand()).toBe(2);
  });

  it.each([
    ['the confirming last', [12, 10]],
    ['the confirming first', [10, 12]],
  ])('leave what a whole feed confirmed without touching it, %s', async (_, figures) => {
    await absentIsZero(true);
    await feed.snapshot(at('10:00'), [[far, product, 10]]);
    for (const figure of figures) await feed.snapshot(at('11:00'), [[far, product, figure]]);
    expect(await onHand()).toBe(10);
  });

  it.each([
    ['last', [true, false]],
    ['first', [false, true]],
  ])('leave nothing of what one of two whole feeds does not list, which comes %s', async (_, lists) => {
    await absentIsZero(true);
    for (const position of [undefined, 7]) {
      const number = position === undefined ? {} : { position };
      for (const listed of lists)
        await feed.snapshot(at(position === undefined ? '11:00' : '11:30'), listed ? [[far, product, 5]] : [], number);
      expect(await onHand()).toBe(0);
    }
  });

  it('of one number are in the order of their moments, where those differ', async () => {
    const say = (time: string, packs: number) => feed.snapshot(at(time), [[far, product, packs]], { position: 5 });
    await say('11:10', 6);
    expect(await say('11:00', 3)).toMatchObject({ rowsStale: 1, rowsContradicted: 0 });
    expect(await onHand()).toBe(6);
    await absentIsZero(true);
    await say('11:20', 6);
    expect(await say('11:15', 3)).toMatchObject({ state: 'covered' });
    await say('11:30', 9);
    expect(await onHand()).toBe(9);
  });

  it('leave the smaller figure of a SKU that nobody knows; what is first heard of a row counts', async () => {
    await absentIsZero(true);
    const unheard = await addProduct(pool);
    const vendorSku = await skuOf(pool, unheard);
    for (const figure of [4, 9])
      await feed.snapshot(at('11:00'), [[far, product, 10]], {
        rows: [{ nodeCode: far.code, vendorSku, onHand: figure }],
      });
    expect(await listUnknownStock(pool, { vendorId: far.vendorId, limit: 5 })).toMatchObject([{ packs: 4 }]);
    await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [far.id, unheard]);
    await applyKnownStock(pool, NOW);
    expect(await stockOf(pool, far, unheard)).toMatchObject({ onHand: 4 });
  });
});
