import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../src/demo/seed.js';
import { decide } from '../src/engine/decide.js';
import { systemClock } from '../src/model/clock.js';
import { silentLog } from '../src/model/log.js';
import { createLinks } from '../src/orders/links.js';
import { createRulesOf } from '../src/orders/rules.js';
import { createOrderServices, type OrderServices, type SubmitResult } from '../src/orders/services.js';
import { DEFAULT_ORDER_SETTINGS } from '../src/orders/settings.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { submitAnOrder } from './an-order.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** One gateway process: its own pool, its own committer. */
interface Gateway {
  readonly db: Database;
  readonly services: OrderServices;
  close(): Promise<void>;
}

describe('200 orders at once for what is scarce', () => {
  let created: TestDatabase;
  let gateways: Gateway[];
  let pool: Database['pool'];

  beforeAll(async () => {
    created = await createTestDatabase();
    const keys = { current: new Uint8Array(32) };
    gateways = await Promise.all([openGateway(keys), openGateway(keys)]);
    pool = gateways[0]?.db.pool as Database['pool'];
    await seedDemo(pool, { vendors: 4, skus: 30, vendorBaseUrl: 'http://127.0.0.1:9', keys, clock: systemClock });
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await created.drop();
  });

  /** Two processes of 8 connections each: 16 in all. */
  async function openGateway(keys: { current: Uint8Array }): Promise<Gateway> {
    const db = await openDatabase({ url: created.url, poolMax: 8 });
    const committer = createPlanCommitter(db.pool);
    const connectors = { channel: () => undefined, vendor: () => undefined };
    const services = createOrderServices({
      pool: db.pool,
      committer,
      decide,
      rulesOf: createRulesOf(),
      links: createLinks({ pool: db.pool, secretKeys: keys, connectors }),
      clock: systemClock,
      monotonicMs: () => performance.now(),
      newId: () => v7(),
      random: Math.random,
      fetch,
      log: silentLog,
      settings: DEFAULT_ORDER_SETTINGS,
    });
    return {
      db,
      services,
      async close() {
        await committer.close();
        await db.close();
      },
    };
  }

  /** Two products that some node ships to the US, with so much of each, at one node or shared by two. */
  async function scarce(perNode: readonly number[]): Promise<{ sku: string; productId: number; total: number }[]> {
    const { rows } = await pool.query<{ product_id: number; sku: string; nodes: number[] }>(
      `SELECT o.product_id, p.sku, array_agg(o.node_id ORDER BY o.node_id) AS nodes FROM offer o
         JOIN product p ON p.id = o.product_id JOIN stock s USING (node_id, product_id)
       WHERE o.stocked AND o.minimum_quantity = 1 AND o.quantity_multiple = 1
         AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.product_id = o.product_id)
         AND EXISTS (SELECT 1 FROM node_service ns JOIN rate_zone_area a ON a.rate_card_id = ns.rate_card_id
           WHERE ns.node_id = o.node_id AND a.country_code = 'US')
       GROUP BY 1, 2 HAVING count(*) >= $1 ORDER BY 1 LIMIT 2`,
      [perNode.length],
    );
    expect(rows).toHaveLength(2);
    for (const { product_id, nodes } of rows) {
      await pool.query('UPDATE stock SET on_hand = 0, safety_stock = 0 WHERE product_id = $1', [product_id]);
      for (const [index, units] of perNode.entries()) {
        await pool.query('UPDATE stock SET on_hand = $3 WHERE product_id = $1 AND node_id = $2', [
          product_id,
          nodes[index],
          units,
        ]);
      }
    }
    const total = perNode.reduce((sum, units) => sum + units, 0);
    return rows.map((row) => ({ sku: row.sku, productId: row.product_id, total }));
  }

  const submit = (index: number, skus: readonly string[], whenShort: 'REJECT' | 'BACKORDER'): Promise<SubmitResult> => {
    const gateway = gateways[index % gateways.length];
    if (!gateway) throw new Error('expected a gateway');
    return submitAnOrder(
      gateway.services,
      skus.map((sku) => [sku, 1]),
      whenShort,
    );
  };
  const promised = async (productId: number) => {
    const { rows } = await pool.query<{ n: number }>(
      'SELECT sum(held + committed)::int AS n FROM stock WHERE product_id = $1',
      [productId],
    );
    return rows[0]?.n;
  };
  const routedUnits = async (productId: number) => {
    const { rows } = await pool.query<{ routed: number; backordered: number }>(
      'SELECT sum(routed)::int AS routed, sum(backordered)::int AS backordered FROM order_line WHERE product_id = $1',
      [productId],
    );
    return rows[0];
  };

  it('sells exactly the stock, and tells the rest what is missing', async () => {
    const products = await scarce([23, 14]);
    const skus = products.map((product) => product.sku);
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => submit(index, skus, 'REJECT')));
    expect(results.filter((result) => result.kind === 'accepted')).toHaveLength(37);
    for (const result of results) {
      if (result.kind === 'accepted') expect(result.status).toBe('CONFIRMED');
      else expect(result.errors[0]).toMatchObject({ code: 'INSUFFICIENT_STOCK', requested: 1, available: 0 });
    }
    for (const { productId, total } of products) expect(await promised(productId)).toBe(total);
    expect(await driftedStock(pool)).toEqual([]);
  });

  it('lets those that may wait do so, and every unit is either held or waited for', async () => {
    const [product] = await scarce([17]);
    if (!product) throw new Error('expected a product');
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => submit(index, [product.sku], 'BACKORDER')),
    );
    const statuses = results.map((result) => (result.kind === 'accepted' ? result.status : result.kind)).sort();
    expect(statuses.filter((status) => status === 'CONFIRMED')).toHaveLength(17);
    expect(statuses.filter((status) => status === 'BACKORDERED')).toHaveLength(183);
    expect(await routedUnits(product.productId)).toEqual({ routed: 17, backordered: 183 });
    expect(await promised(product.productId)).toBe(17);
    expect(await driftedStock(pool)).toEqual([]);
  });
});
