import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { applyStockReport } from './stock-reports.js';
import { applyKnownStock, listUnknownStock, pruneUnknownStock } from './stock-unknown.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addProduct,
  loadSmallNetwork,
  type SmallNetwork,
  skuOf,
  stockOf,
  type TestNode,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;

const NOW = new Date('2026-03-02T12:00:00Z');

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  east = network.nodes.east;
});
afterAll(() => database?.close());

function say(asOf: string, vendorSku: string, onHand: number, kind: 'snapshot' | 'delta' = 'snapshot') {
  const rows = [{ nodeCode: east.code, vendorSku, onHand }];
  const report = { kind, asOf: `2026-03-02T${asOf}:00Z`, complete: true, rows, faults: [] };
  return applyStockReport(pool, { vendorId: east.vendorId, report, newId: randomUUID, now: NOW });
}
const kept = async (sku: string) =>
  (await listUnknownStock(pool, { vendorId: east.vendorId, limit: 50 })).find((row) => row.vendorSku === sku);

/** The SKU of a product that the east offers from now on. */
async function offer(product: number): Promise<void> {
  await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [east.id, product]);
}

describe('stock of a SKU that nobody knows', () => {
  it('is kept with its last figure, by the moment that it is of', async () => {
    await say('10:00', 'NEW-1', 4);
    await say('10:10', 'NEW-1', 6);
    await say('10:05', 'NEW-1', 9);
    expect(await kept('NEW-1')).toMatchObject({
      nodeCode: east.code,
      packs: 6,
      asOf: new Date('2026-03-02T10:10:00Z'),
    });
  });

  it('is applied, as of that moment, once the SKU is known', async () => {
    const product = await addProduct(pool);
    const sku = await skuOf(pool, product);
    expect(await say('10:00', sku, 8)).toMatchObject({ rowsUnknown: 1, rowsChanged: 0 });
    expect(await applyKnownStock(pool, NOW)).toBe(0);
    await offer(product);
    expect(await applyKnownStock(pool, NOW)).toBe(1);
    expect(await kept(sku)).toBeUndefined();
    const { rows } = await pool.query('SELECT on_hand, as_of FROM stock WHERE product_id = $1', [product]);
    expect(rows).toEqual([{ on_hand: 8, as_of: new Date('2026-03-02T10:00:00Z') }]);
    expect(await applyKnownStock(pool, NOW)).toBe(0);
  });

  it('does not overwrite a later figure that came after the SKU was known', async () => {
    const product = await addProduct(pool);
    const sku = await skuOf(pool, product);
    await say('10:00', sku, 8);
    await offer(product);
    await say('10:20', sku, 3);
    await applyKnownStock(pool, NOW);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 3 });
    expect(await kept(sku)).toBeUndefined();
  });

  it('of which only changes came has no figure: a snapshot is wanted once the SKU is known', async () => {
    const product = await addProduct(pool);
    const sku = await skuOf(pool, product);
    await say('10:30', sku, 8);
    await say('10:40', sku, -2, 'delta');
    expect(await kept(sku)).toMatchObject({ packs: null });
    await offer(product);
    await applyKnownStock(pool, NOW);
    const { rows } = await pool.query('SELECT snapshot_wanted FROM vendor_feed WHERE vendor_id = $1', [east.vendorId]);
    expect(rows[0]?.snapshot_wanted).toMatch(/only changes came/);
    expect((await pool.query('SELECT 1 FROM stock WHERE product_id = $1', [product])).rows).toEqual([]);
  });

  it('is kept for ten thousand SKUs of a vendor; the rest is counted', async () => {
    const rows = Array.from({ length: 10_050 }, (_, index) => ({
      nodeCode: 'nowhere',
      vendorSku: `W-${index}`,
      onHand: 1,
    }));
    const report = { asOf: '2026-03-02T10:00:00Z', complete: true, rows, faults: [] };
    const vendorId = network.nodes.far.vendorId;
    const result = await applyStockReport(pool, { vendorId, report, newId: randomUUID, now: NOW });
    expect(result.rowsUnknown).toBe(10_050);
    const count = async () =>
      (await pool.query('SELECT count(*)::integer AS n FROM unknown_stock WHERE vendor_id = $1', [vendorId])).rows[0]
        ?.n;
    expect(await count()).toBe(10_000);
    await pruneUnknownStock(pool, new Date('2026-06-01T00:00:00Z'));
    await pruneUnknownStock(pool, new Date('2026-06-01T00:00:00Z'));
    expect(await count()).toBeLessThan(100);
  });

  it('may be named in any bytes', async () => {
    expect(await say('10:00', 'ZERO\0BYTE', 1)).toMatchObject({ rowsUnknown: 1 });
    expect(await kept('ZERO\uFFFDBYTE')).toBeDefined();
  });
});
