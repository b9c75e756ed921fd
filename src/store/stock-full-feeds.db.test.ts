import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database, Pool } from './database.js';
import { resumeReports } from './stock-report-chunks.js';
import { applyReviewedReport, discardStockReport, listOpenStockReports } from './stock-report-review.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork, stockOf, type TestNode } from './testing/small-network.js';
import { feedOf, type Said, stockEvents } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let far: TestNode;
let feed: ReturnType<typeof feedOf>;
/** Ten SKUs, five units each. */
let products: number[];

const NOW = new Date('2026-03-02T12:00:00Z');
const by = (reportId: string) => ({ reportId, by: 'user:ann', now: NOW });

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  far = network.nodes.far;
  feed = feedOf(pool, far.vendorId, NOW);
  await pool.query('UPDATE vendor SET feed_absent_is_zero = true WHERE id = $1', [far.vendorId]);
});
beforeEach(async () => {
  for (const table of ['stock_report', 'vendor_feed', 'stock_drift', 'stock']) await pool.query(`DELETE FROM ${table}`);
  products = [];
  for (let index = 0; index < 10; index += 1) products.push(await addProduct(pool, [[far, 5]]));
});
afterAll(() => database?.close());

/** The first so many SKUs, so many units each. */
const first = (count: number, units = 5): Said => products.slice(0, count).map((product) => [far, product, units]);
const onHand = async (index: number) => (await stockOf(pool, far, products[index] ?? 0)).onHand;

describe('a whole feed', () => {
  it('of changed SKUs alone leaves the others as they are', async () => {
    await feed.snapshot('2026-03-02T10:00:00Z', first(10));
    expect(await feed.snapshot('2026-03-02T10:05:00Z', first(2, 9), { partial: true })).toMatchObject({
      ...{ state: 'applied', reason: null, rowsChanged: 2 },
    });
    expect([await onHand(1), await onHand(2)]).toEqual([9, 5]);
  });

  it('touches only rows that change, and yet nothing older is applied to the others', async () => {
    const versions = async () =>
      (await pool.query('SELECT product_id, xmin::text, as_of FROM stock ORDER BY product_id')).rows;
    await feed.snapshot('2026-03-02T10:00:00Z', first(10));
    const before = await versions();
    await feed.snapshot('2026-03-02T10:05:00Z', [...first(9), [far, products[9] ?? 0, 7]]);
    const after = await versions();
    expect(after.slice(0, 9)).toEqual(before.slice(0, 9));
    expect(after[9]).not.toEqual(before[9]);
    // An older one, of a moment when these rows were not touched.
    expect(await feed.snapshot('2026-03-02T10:02:00Z', first(10, 3))).toMatchObject({
      state: 'covered',
      rowsStale: 10,
    });
    expect(await feed.snapshot('2026-03-02T10:02:00Z', first(10, 3), { faults: [fault] })).toMatchObject({
      rowsStale: 10,
    });
    expect(await onHand(0)).toBe(5);
  });

  it('that was cut short is not applied at all', async () => {
    const cut = await feed.snapshot('2026-03-02T10:00:00Z', first(9, 4), { expectedRows: 10 });
    expect(cut).toMatchObject({
      state: 'refused',
      rowsChanged: 0,
      reason: 'expected 10 rows, got 9: ask for the report again',
    });
    expect(await feed.snapshot('2026-03-02T10:00:00Z', first(9, 4), { complete: false })).toMatchObject({
      state: 'refused',
    });
    expect([await onHand(0), await onHand(9)]).toEqual([5, 5]);
  });

  it('with rows that could not be read empties nothing that it may have named', async () => {
    const result = await feed.snapshot('2026-03-02T10:00:00Z', [...first(8, 4), [far, products[8] ?? 0, Number.NaN]]);
    expect(result).toMatchObject({ state: 'applied', rowsChanged: 8, rowsUnknown: 1, absentToZero: 0 });
    expect([await onHand(8), await onHand(9)]).toEqual([5, 5]);
  });

  it('of a small vendor that sells out is applied', async () => {
    await pool.query('UPDATE stock SET on_hand = 0 WHERE product_id <> ALL($1)', [products.slice(0, 2)]);
    expect(await feed.snapshot('2026-03-02T10:00:00Z', [])).toMatchObject({
      state: 'applied',
      absentToZero: 2,
      rowsChanged: 2,
    });
  });
});

const fault = { code: 'ROW_UNREADABLE', message: 'expected a number', path: 'rows[3]' };

describe('a whole feed that comes while an earlier report is being applied', () => {
  it('leaves nothing of what it does not list', async () => {
    const [listed = 0, dropped = 0] = products;
    await feed.snapshot('2026-03-02T10:00:00Z', [...first(10), [far, dropped, 0]]);
    const rival = await pool.connect();
    try {
      await rival.query('BEGIN');
      await rival.query('SELECT 1 FROM stock WHERE product_id = $1 FOR UPDATE', [listed]);
      const waits = async (count: number) =>
        vi.waitFor(async () => {
          const { rows } = await pool.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
          );
          expect(rows).toHaveLength(count);
        }, 20_000);
      const earlier = feed.snapshot('2026-03-02T10:05:00Z', first(10, 6));
      await waits(1);
      const later = feed.snapshot('2026-03-02T10:10:00Z', [...first(1, 6), ...first(10, 6).slice(2)]);
      await waits(2);
      await rival.query('COMMIT');
      await Promise.all([earlier, later]);
    } finally {
      rival.release();
    }
    expect([await onHand(0), await onHand(1)]).toEqual([6, 0]);
  });
});

describe('a whole feed that would empty too much', () => {
  it('is kept for a person, who may apply it as it came', async () => {
    const { reportId } = await feed.snapshot('2026-03-02T10:00:00Z', first(2, 4));
    expect(await listOpenStockReports(pool, { vendorId: far.vendorId, limit: 5 })).toMatchObject([
      {
        id: reportId,
        state: 'review',
        reason: 'it would empty 8 of 10 rows in stock, more than 50 %',
        rowsReceived: 2,
      },
    ]);
    expect([await onHand(0), await onHand(9)]).toEqual([5, 5]);
    expect(await applyReviewedReport(pool, by(reportId))).toMatchObject({ state: 'applied', rowsChanged: 10 });
    expect([await onHand(0), await onHand(9)]).toEqual([4, 0]);
    await expect(applyReviewedReport(pool, by(reportId))).rejects.toMatchObject({ code: 'STOCK_REPORT_CLOSED' });
  });

  it('empties what came into stock while it waited, too', async () => {
    const { reportId } = await feed.snapshot('2026-03-02T10:00:00Z', first(2, 4));
    const late = await addProduct(pool, [[far, 0]]);
    await feed.snapshot('2026-03-02T09:50:00Z', [[far, late, 7]], { faults: [fault] });
    expect((await stockOf(pool, far, late)).onHand).toBe(7);
    expect(await applyReviewedReport(pool, by(reportId))).toMatchObject({ state: 'applied' });
    expect((await stockOf(pool, far, late)).onHand).toBe(0);
  });

  it('leaves changes after it to a newer snapshot: what they are added to is not decided', async () => {
    await feed.snapshot('2026-03-02T09:00:00Z', first(10));
    const { reportId } = await feed.snapshot('2026-03-02T10:00:00Z', first(2, 4));
    const change = await feed.delta('2026-03-02T10:05:00Z', first(1, -1));
    expect(change).toMatchObject({ state: 'refused', snapshotWanted: expect.stringMatching(/waits for a person/) });
    await applyReviewedReport(pool, by(reportId));
    expect(await onHand(0)).toBe(4);
  });

  it('may be discarded, and nothing of it remains but that it came', async () => {
    const { reportId } = await feed.snapshot('2026-03-02T10:00:00Z', first(2, 4));
    await discardStockReport(pool, by(reportId));
    await expect(discardStockReport(pool, by(reportId))).rejects.toMatchObject({ code: 'STOCK_REPORT_CLOSED' });
    await expect(discardStockReport(pool, by(randomUUID()))).rejects.toMatchObject({ code: 'STOCK_REPORT_NOT_FOUND' });
    expect(await onHand(0)).toBe(5);
    const { rows } = await pool.query(
      'SELECT r.state, r.closed_by, c.report_id FROM stock_report r LEFT JOIN stock_report_chunk c ON c.report_id = r.id',
    );
    expect(rows).toEqual([{ state: 'discarded', closed_by: 'user:ann', report_id: null }]);
  });

  it('gives way to the next one, good or bad', async () => {
    const { reportId: one } = await feed.snapshot('2026-03-02T10:00:00Z', first(2));
    const { reportId: two } = await feed.snapshot('2026-03-02T10:05:00Z', first(1));
    expect(await listOpenStockReports(pool, { vendorId: null, limit: 5 })).toMatchObject([{ id: two }]);
    await feed.snapshot('2026-03-02T10:10:00Z', first(10, 6));
    expect(await listOpenStockReports(pool, { vendorId: null, limit: 5 })).toEqual([]);
    for (const id of [one, two])
      await expect(applyReviewedReport(pool, by(id))).rejects.toMatchObject({ code: 'STOCK_REPORT_CLOSED' });
    expect(await onHand(9)).toBe(6);
  });
});

describe('a large report', () => {
  /** 1,200 more SKUs, made by the database. */
  async function manySkus(): Promise<number[]> {
    const { rows } = await pool.query<{ id: number }>(
      `WITH made AS (INSERT INTO product (sku, title, unit_weight_grams, list_price)
         SELECT 'MANY-' || gen_random_uuid(), 'x', 1, 1 FROM generate_series(1, 1200) RETURNING id),
       offered AS (INSERT INTO offer (node_id, product_id) SELECT $1, id FROM made)
       SELECT id FROM made`,
      [far.id],
    );
    return rows.map((row) => row.id);
  }

  it('that a crash cut off is gone on with at the chunk where it stopped', async () => {
    const many = await manySkus();
    await feed.snapshot('2026-03-02T09:00:00Z', first(10));
    // Its process vanishes after the first chunk.
    await pool.query(`CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the server went away' USING ERRCODE = '57P01'; END $$`);
    await pool.query(
      'CREATE TRIGGER crash_here BEFORE DELETE ON stock_report_chunk FOR EACH ROW WHEN (OLD.chunk_no = 2) EXECUTE FUNCTION crash()',
    );
    const said: Said = [...first(10), ...many.map((product) => [far, product, 3] as const)];
    await expect(feed.snapshot('2026-03-02T10:00:00Z', said)).rejects.toThrow('the server went away');
    const stocked = async () =>
      (await pool.query('SELECT count(*)::integer AS n FROM stock WHERE product_id = ANY($1) AND on_hand = 3', [many]))
        .rows[0]?.n;
    expect(await stocked()).toBe(490);
    // While it stands half applied, an older one must not come in between.
    await pool.query('DROP TRIGGER crash_here ON stock_report_chunk');
    expect(await resumeReports(pool, NOW)).toBe(1);
    expect(await resumeReports(pool, NOW)).toBe(0);
    expect(await stocked()).toBe(1200);
    const { rows } = await pool.query(
      `SELECT state, rows_changed, (SELECT full_as_of FROM vendor_feed) AS full_as_of, (SELECT count(*)::integer FROM stock_report_chunk) AS left
       FROM stock_report ORDER BY seq DESC LIMIT 1`,
    );
    expect(rows).toEqual([
      { state: 'applied', rows_changed: 1200, full_as_of: new Date('2026-03-02T10:00:00Z'), left: 0 },
    ]);
    await pool.query('DROP FUNCTION crash');
  });

  it('is applied by the next report where nobody went on with it, and each row says so once', async () => {
    const many = await manySkus();
    await feed.snapshot('2026-03-02T09:00:00Z', first(10));
    const said: Said = [...first(10), ...many.map((product) => [far, product, 3] as const)];
    await Promise.all([
      feed.snapshot('2026-03-02T10:00:00Z', said),
      feed.snapshot('2026-03-02T10:00:00Z', said),
      feed.snapshot('2026-03-02T10:10:00Z', [...said.slice(1), [far, products[0] ?? 0, 8]]),
    ]);
    expect(await onHand(0)).toBe(8);
    const last = many.at(-1) ?? 0;
    expect(await stockEvents(pool, far, last)).toEqual([['stock.changed', 2, 3]]);
    const { rows: left } = await pool.query("SELECT 1 FROM stock_report WHERE state NOT IN ('applied', 'covered')");
    expect(left).toEqual([]);
  });
});
