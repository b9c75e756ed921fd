import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StockReport } from '../model/stock-report.js';
import type { Database, Pool } from './database.js';
import type { Plan } from './plan.js';
import { commitPlans } from './plan-committer.js';
import { applyStockReport } from './stock-reports.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  barePlan,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  stockOf,
  type TestNode,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;
let west: TestNode;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  ({ east, west } = network.nodes);
});
afterAll(() => database?.close());

const NOW = new Date('2026-03-02T12:00:00Z');
const skuOf = async (product: number): Promise<string> =>
  (await pool.query('SELECT sku FROM product WHERE id = $1', [product])).rows[0].sku;

function report(asOf: string, rows: StockReport['rows'], more: Partial<StockReport> = {}) {
  const stockReport: StockReport = { asOf, complete: true, rows, faults: [], ...more };
  return applyStockReport(pool, { vendorId: east.vendorId, report: stockReport, newId: randomUUID, now: NOW });
}

/** An order of so many units, committed at the east, which the vendor's feed subtracts from `subtractedAt` on. */
async function committed(product: number, quantity: number, subtractedAt?: string): Promise<string> {
  const plan = routePlan(network, await addOrder(pool, network, [[product, quantity]]), east);
  const holds = plan.holds?.map((hold) => ({ ...hold, state: 'committed' as const, expiresAt: null })) ?? [];
  await commitPlans(pool, [{ ...plan, holds }]);
  const reservationId = holds[0]?.reservationId ?? '';
  if (subtractedAt) {
    const move = { reservationId, move: 'subtracted' as const, quantity, at: subtractedAt };
    await commitPlans(pool, [barePlan({ id: plan.orderId, version: 2 }, { reservationMoves: [move] })]);
  }
  return reservationId;
}

describe('a stock report', () => {
  it('sets what the vendor has, in units, where it knows the SKU by its own name or by ours', async () => {
    const named = await addProduct(pool, [[east, 1]]);
    const packed = await addProduct(pool, [[east, 1]]);
    await pool.query(
      "INSERT INTO product_vendor_alias (vendor_id, product_id, vendor_sku, units_per_pack) VALUES ($1, $2, 'PACK-6', 6)",
      [east.vendorId, packed],
    );
    const result = await report('2026-03-02T11:00:00Z', [
      { nodeCode: east.code, vendorSku: await skuOf(named), onHand: 40 },
      { nodeCode: east.code, vendorSku: 'PACK-6', onHand: 7 },
    ]);
    expect(result).toMatchObject({
      rowsReceived: 2,
      rowsChanged: 2,
      rowsUnknown: 0,
      raisedProductIds: [named, packed],
    });
    expect(await stockOf(pool, east, named)).toMatchObject({ onHand: 40, atp: 40 });
    expect(await stockOf(pool, east, packed)).toMatchObject({ onHand: 42, atp: 42 });
  });

  it('never overwrites what is known of a later moment', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const row = async (onHand: number) => [{ nodeCode: east.code, vendorSku: await skuOf(product), onHand }];
    await report('2026-03-02T11:00:00Z', await row(20));
    // The same figure of a later moment counts as known at that moment.
    await report('2026-03-02T11:10:00Z', await row(20));
    expect(await report('2026-03-02T11:05:00Z', await row(99))).toMatchObject({ rowsStale: 1, rowsChanged: 0 });
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 20, version: 2 });
  });

  it('changes nothing when it comes twice, and says so once to those who watch', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const rows = [{ nodeCode: east.code, vendorSku: await skuOf(product), onHand: 5 }];
    expect(await report('2026-03-02T11:00:00Z', rows)).toMatchObject({ rowsChanged: 1 });
    expect(await report('2026-03-02T11:00:00Z', rows)).toMatchObject({ rowsChanged: 0, rowsStale: 0 });
    const { rows: events } = await pool.query(
      "SELECT aggregate_version AS version, vendor_id, payload->'atp' AS atp FROM event WHERE aggregate_id = $1",
      [`${east.id}:${product}`],
    );
    expect(events).toEqual([{ version: 2, vendor_id: east.vendorId, atp: 5 }]);
  });

  it('counts what it cannot tell, and keeps some of it to be looked at', async () => {
    const elsewhere = await addProduct(pool, [[network.nodes.far, 3]]);
    const unoffered = await addProduct(pool);
    const result = await report('2026-03-02T11:00:00Z', [
      { nodeCode: 'no-such-node', vendorSku: 'X', onHand: 1 },
      { nodeCode: east.code, vendorSku: 'NO-SUCH-SKU', onHand: 1 },
      { nodeCode: east.code, vendorSku: await skuOf(unoffered), onHand: 1 },
      // Another vendor's node: nobody speaks for it but that vendor.
      { nodeCode: network.nodes.far.code, vendorSku: await skuOf(elsewhere), onHand: 1_000 },
    ]);
    expect(result).toMatchObject({ rowsReceived: 4, rowsUnknown: 4, rowsChanged: 0 });
    expect(await stockOf(pool, network.nodes.far, elsewhere)).toMatchObject({ onHand: 3 });
    const { rows } = await pool.query('SELECT unknown_skus FROM stock_report WHERE id = $1', [result.reportId]);
    expect(rows[0]?.unknown_skus).toContain(`${east.code}/NO-SUCH-SKU`);
  });

  it("makes the stock row at a node's first word on a product that it offers", async () => {
    const product = await addProduct(pool);
    await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [west.id, product]);
    const rows = [{ nodeCode: west.code, vendorSku: await skuOf(product), onHand: 12 }];
    expect(await report('2026-03-02T11:00:00Z', rows)).toMatchObject({ rowsChanged: 1, raisedProductIds: [product] });
    expect(await stockOf(pool, west, product)).toMatchObject({ onHand: 12, atp: 12 });
  });

  it('takes less than nothing as nothing, and the smaller figure of two', async () => {
    const owed = await addProduct(pool, [[east, 9]]);
    const twice = await addProduct(pool, [[east, 9]]);
    const [owedSku, twiceSku] = [await skuOf(owed), await skuOf(twice)];
    await report('2026-03-02T11:00:00Z', [
      { nodeCode: east.code, vendorSku: owedSku, onHand: -4 },
      { nodeCode: east.code, vendorSku: twiceSku, onHand: 8 },
      { nodeCode: east.code, vendorSku: twiceSku, onHand: 6 },
    ]);
    expect(await stockOf(pool, east, owed)).toMatchObject({ onHand: 0 });
    expect(await stockOf(pool, east, twice)).toMatchObject({ onHand: 6 });
  });

  it('of a clock that runs ahead does not make every later report stale', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const sku = await skuOf(product);
    await report('2199-01-01T00:00:00Z', [{ nodeCode: east.code, vendorSku: sku, onHand: 5 }]);
    const later = { nodeCode: east.code, vendorSku: sku, onHand: 6 };
    expect(await report('2026-03-02T12:00:00Z', [later])).toMatchObject({ rowsChanged: 1, rowsStale: 0 });
  });
});

describe('a commitment that the feed has subtracted', () => {
  const lag = 600;
  const shippedAt = '2026-03-02T10:00:00.000Z';
  beforeAll(() =>
    pool.query('UPDATE vendor SET feed_lag_seconds = $2, feed_skew_seconds = 60 WHERE id = $1', [east.vendorId, lag]),
  );
  afterAll(() =>
    pool.query('UPDATE vendor SET feed_lag_seconds = 0, feed_skew_seconds = 0 WHERE id = $1', [east.vendorId]),
  );

  it.each([
    ['stays while the report may be from before it', '2026-03-02T10:11:00Z', 4, 2],
    ['is reflected by a report that is later by more than lag and skew', '2026-03-02T10:11:01Z', 0, 6],
  ])('%s', async (_name, asOf, stillCommitted, atp) => {
    const product = await addProduct(pool, [[east, 10]]);
    const reservation = await committed(product, 4, shippedAt);
    // The vendor shipped the four: its own figure is six.
    const result = await report(asOf, [{ nodeCode: east.code, vendorSku: await skuOf(product), onHand: 6 }]);
    expect(result.unitsReflected).toBe(4 - stillCommitted);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 6, committed: stillCommitted, atp });
    const { rows } = await pool.query(
      `SELECT r.state, r.ended_at IS NOT NULL AS ended, (SELECT sum(committed_delta)::int FROM stock_ledger l WHERE l.reservation_id = r.id) AS ledger
       FROM reservation r WHERE id = $1`,
      [reservation],
    );
    const state = stillCommitted === 0 ? 'reflected' : 'committed';
    expect(rows).toEqual([{ state, ended: stillCommitted === 0, ledger: stillCommitted }]);
  });

  it('stays when the vendor has not come to it yet, or the report does not speak of its SKU', async () => {
    const unshipped = await addProduct(pool, [[east, 10]]);
    const unspoken = await addProduct(pool, [[east, 10]]);
    await committed(unshipped, 4);
    await committed(unspoken, 4, shippedAt);
    await report('2026-03-02T11:59:00Z', [{ nodeCode: east.code, vendorSku: await skuOf(unshipped), onHand: 10 }]);
    expect(await stockOf(pool, east, unshipped)).toMatchObject({ committed: 4, atp: 6 });
    expect(await stockOf(pool, east, unspoken)).toMatchObject({ committed: 4, atp: 6 });
  });

  it('may fall below what is promised, and nothing more is promised then', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    await committed(product, 8);
    await report('2026-03-02T11:00:00Z', [{ nodeCode: east.code, vendorSku: await skuOf(product), onHand: 5 }]);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 5, committed: 8, atp: 0 });
  });
});

describe('a vendor whose absent SKUs mean zero', () => {
  it('loses what a complete report leaves out, unless that is suspiciously much', async () => {
    const { far } = network.nodes;
    await pool.query('UPDATE vendor SET feed_absent_is_zero = true WHERE id = $1', [far.vendorId]);
    await pool.query('UPDATE stock SET on_hand = 0 WHERE node_id = $1', [far.id]);
    const products: number[] = [];
    for (let index = 0; index < 4; index++) products.push(await addProduct(pool, [[far, 5]]));
    const speak = async (count: number, complete: boolean, asOf: string) => {
      const rows = [];
      for (const product of products.slice(0, count))
        rows.push({ nodeCode: far.code, vendorSku: await skuOf(product), onHand: 5 });
      const stockReport: StockReport = { asOf, complete, rows, faults: [] };
      return applyStockReport(pool, { vendorId: far.vendorId, report: stockReport, newId: randomUUID, now: NOW });
    };
    const broken = await speak(1, true, '2026-03-02T10:00:00Z');
    expect(broken).toMatchObject({ state: 'review', absentToZero: 0, rowsChanged: 0 });
    expect(broken.reason).toBe('it would empty 3 of 4 rows in stock, more than 50 %');
    expect(await speak(2, false, '2026-03-02T10:01:00Z')).toMatchObject({ state: 'refused', absentToZero: 0 });
    expect(await speak(2, true, '2026-03-02T10:02:00Z')).toMatchObject({
      state: 'applied',
      absentToZero: 2,
      rowsChanged: 2,
    });
    expect(await stockOf(pool, far, products[3] ?? 0)).toMatchObject({ onHand: 0, atp: 0 });
    expect(await stockOf(pool, far, products[0] ?? 0)).toMatchObject({ onHand: 5 });
  });
});

describe('a report beside orders', () => {
  it('and plans on the same rows finish together, and the counters stay those of the ledger', async () => {
    const products: number[] = [];
    for (let index = 0; index < 30; index++) products.push(await addProduct(pool, [[east, 20]]));
    const skus = await Promise.all(products.map(skuOf));
    const plans: Plan[] = [];
    for (let index = 0; index < 120; index++) {
      const wanted = [products[(index * 7) % 30] ?? 0, products[(index * 11 + 3) % 30] ?? 0];
      plans.push(
        routePlan(
          network,
          await addOrder(
            pool,
            network,
            [...new Set(wanted)].map((id) => [id, 1]),
          ),
          east,
        ),
      );
    }
    const reports = [1, 2, 3, 4, 5].map((minute) =>
      report(
        `2026-03-02T11:0${minute}:00Z`,
        skus.map((vendorSku) => ({ nodeCode: east.code, vendorSku, onHand: 20 + minute })).reverse(),
      ),
    );
    const batches = [0, 40, 80].map((from) => commitPlans(pool, plans.slice(from, from + 40)));
    await Promise.all([...reports, ...batches]);
    const { rows } = await pool.query(
      `SELECT s.product_id FROM stock s WHERE s.product_id = ANY($1) AND (s.on_hand <> 25 OR s.held <>
         (SELECT COALESCE(sum(l.held_delta), 0) FROM stock_ledger l WHERE l.node_id = s.node_id AND l.product_id = s.product_id))`,
      [products],
    );
    expect(rows).toEqual([]);
  });
});
