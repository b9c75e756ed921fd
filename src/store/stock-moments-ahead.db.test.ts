import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { workFacts } from './facts.js';
import { heldPolicies, oldestFigures } from './live-checks.js';
import { commitPlans } from './plan-committer.js';
import { measureVendors } from './stock-buffers.js';
import { listFallenFeeds, restartFeed } from './stock-feed-series.js';
import { setNothingMore } from './stock-live.js';
import { listFeedsAhead, noteMomentsAhead } from './stock-moments-ahead.js';
import { resumeReports } from './stock-report-chunks.js';
import { applyReviewedReport } from './stock-report-review.js';
import { showStock } from './stock-shown.js';
import { applyKnownStock, listUnknownStock } from './stock-unknown.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  skuOf,
  stockOf,
  type TestNode,
} from './testing/small-network.js';
import { feedOf } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let far: TestNode;
let product: number;
/** Reports as they are taken now, and as they were while our clock was years ahead. */
let feed: ReturnType<typeof feedOf>;
let feedOf2031: ReturnType<typeof feedOf>;

const NOW = new Date('2026-03-02T12:00:00Z');
const JUMPED = new Date('2031-01-01T00:00:00Z');
const at = (time: string) => `2026-03-02T${time}:00Z`;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  far = network.nodes.far;
  feed = feedOf(pool, far.vendorId, NOW);
  feedOf2031 = feedOf(pool, far.vendorId, JUMPED);
});
beforeEach(async () => {
  await pool.query('DELETE FROM stock_report');
  await pool.query('DELETE FROM unknown_stock');
  await pool.query('DELETE FROM vendor_feed');
  await pool.query("UPDATE vendor SET feed_absent_is_zero = false, feed_review_percent = 100, live_check = 'never'");
  // What was told of other products is not of this test.
  await pool.query(
    "UPDATE stock SET on_hand = 0, buffer = 0, as_of = '2026-01-01Z', outside_as_of = NULL, nothing_more_since = NULL",
  );
  product = await addProduct(pool, [[far, 20]]);
});
afterAll(() => database?.close());

const whole = () => pool.query('UPDATE vendor SET feed_absent_is_zero = true WHERE id = $1', [far.vendorId]);
const onHand = async () => (await stockOf(pool, far, product)).onHand;
const restart = () => restartFeed(pool, { vendorCode: 'zenith', by: 'user:test', now: NOW });
const note = () => noteMomentsAhead(pool, [far.vendorId], NOW);
const isAhead = /^it is of 2031-01-01T00:00:00.000Z, and our clock says 2026-03-02T12:00:00.000Z/;

describe('a report of a moment that cannot be', () => {
  it('is refused, and changes nothing, where the vendor says so', async () => {
    expect(await feed.snapshot('2031-01-01T00:00:00Z', [[far, product, 3]])).toMatchObject({
      ...{ state: 'refused', reason: expect.stringMatching(isAhead), snapshotWanted: null },
    });
    expect(await feed.delta('2031-01-01T00:00:00Z', [[far, product, 3]], { position: 7 })).toMatchObject({
      ...{ state: 'refused', snapshotWanted: expect.stringMatching(isAhead) },
    });
    expect(await onHand()).toBe(20);
  });

  it('counts as of when it was asked for, where the clocks are less than a day apart', async () => {
    expect(await feed.snapshot('2026-03-03T11:59:00Z', [[far, product, 3]])).toMatchObject({ state: 'applied' });
    expect(await feed.snapshot('2026-03-02T12:00:00Z', [[far, product, 2]])).toMatchObject({ rowsChanged: 1 });
    await pool.query('UPDATE vendor SET feed_skew_seconds = 86400 WHERE id = $1', [far.vendorId]);
    expect(await feed.snapshot('2026-03-04T11:59:00Z', [[far, product, 1]])).toMatchObject({ state: 'applied' });
    await pool.query('UPDATE vendor SET feed_skew_seconds = 0 WHERE id = $1', [far.vendorId]);
  });

  it('is refused by whoever goes on with it, or approves it, once our clock is right', async () => {
    await pool.query(
      "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the server went away'; END $$",
    );
    await pool.query(
      'CREATE TRIGGER crash_here BEFORE DELETE ON stock_report_chunk FOR EACH ROW EXECUTE FUNCTION crash()',
    );
    await expect(feedOf2031.snapshot(null, [[far, product, 5]])).rejects.toThrow('the server went away');
    await pool.query('DROP TRIGGER crash_here ON stock_report_chunk');
    await resumeReports(pool, NOW);
    const { rows } = await pool.query('SELECT state, reason FROM stock_report');
    expect(rows).toEqual([{ state: 'refused', reason: expect.stringContaining('the database refused it (22008)') }]);

    await whole();
    await pool.query('UPDATE vendor SET feed_review_percent = 1 WHERE id = $1', [far.vendorId]);
    for (let more = 0; more < 3; more += 1) await addProduct(pool, [[far, 1]]);
    const { reportId, state } = await feedOf2031.snapshot(null, []);
    expect(state).toBe('review');
    expect(await applyReviewedReport(pool, { reportId, by: 'user:test', now: NOW })).toMatchObject({
      ...{ state: 'refused', reason: expect.stringMatching(isAhead) },
    });
    expect(await onHand()).toBe(20);
  });
});

describe('a moment that our own clock once gave, years ahead', () => {
  it('does not make later reports stale: of a row, of a whole feed, of rows that it left alone', async () => {
    await feedOf2031.snapshot(null, [[far, product, 50]]);
    expect(await feed.snapshot(at('11:00'), [[far, product, 9]])).toMatchObject({ rowsChanged: 1, rowsStale: 0 });
    expect(await feed.snapshot(at('10:00'), [[far, product, 8]])).toMatchObject({ rowsChanged: 0, rowsStale: 1 });
    await whole();
    await feedOf2031.snapshot(null, [[far, product, 9]]);
    expect(await feed.snapshot(at('11:30'), [[far, product, 4]])).toMatchObject({ state: 'applied', rowsChanged: 1 });
    expect(await onHand()).toBe(4);
  });

  it('is no base for changes without a number, and a snapshot is wanted', async () => {
    await feedOf2031.snapshot(null, [[far, product, 50]]);
    expect(await feed.delta(at('11:00'), [[far, product, -2]])).toMatchObject({
      ...{ state: 'applied', rowsBaseless: 1, snapshotWanted: expect.any(String) },
    });
    expect(await onHand()).toBe(50);
    await feed.snapshot(at('11:10'), [[far, product, 48]]);
    await feed.delta(at('11:20'), [[far, product, -2]]);
    expect(await onHand()).toBe(46);
  });

  it('lets a whole feed that changes nothing say as of when it is, so that changes go on', async () => {
    await whole();
    await feedOf2031.snapshot(null, [[far, product, 50]]);
    await feed.snapshot(at('11:00'), [[far, product, 50]]);
    await feed.delta(at('11:10'), [[far, product, -2]]);
    expect(await onHand()).toBe(48);
  });

  it('ends a bare no with the next figure, and does not hold off the next no', async () => {
    await feed.snapshot(at('10:00'), [[far, product, 20]]);
    const no = (now: Date) => setNothingMore(pool, { nodeId: far.id, productId: product, at: now, now });
    expect(await no(JUMPED)).toBe(true);
    await feed.snapshot(at('11:00'), [[far, product, 20]]);
    expect(await stockOf(pool, far, product)).toMatchObject({ atp: 20 });
    await feedOf2031.snapshot(null, [[far, product, 20]]);
    expect(await no(NOW)).toBe(true);
    expect(await stockOf(pool, far, product)).toMatchObject({ atp: 0 });
    await expect(setNothingMore(pool, { nodeId: far.id, productId: product, at: JUMPED, now: NOW })).rejects.toThrow(
      'our clock says',
    );
  });

  it('gives way to the next report of a SKU that nobody knows, and is no figure once it is known', async () => {
    const told = await addProduct(pool);
    const [first, second] = [await skuOf(pool, told), `SECOND-${randomUUID()}`];
    const says = (sku: string) => ({ rows: [{ nodeCode: far.code, vendorSku: sku, onHand: 5 }] });
    await feedOf2031.snapshot(null, [], says(first));
    await feedOf2031.snapshot(null, [], says(second));
    await feed.snapshot(at('11:00'), [], says(second));
    const kept = await listUnknownStock(pool, { vendorId: far.vendorId, limit: 5 });
    expect(kept.find((row) => row.vendorSku === second)?.asOf).toEqual(new Date(at('11:00')));
    await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [far.id, told]);
    expect(await applyKnownStock(pool, NOW)).toBe(1);
    expect((await pool.query('SELECT 1 FROM stock WHERE product_id = $1', [told])).rows).toEqual([]);
    const { rows } = await pool.query('SELECT snapshot_wanted FROM vendor_feed');
    expect(rows[0]?.snapshot_wanted).toMatch(/no known moment/);
  });

  it('gives a figure no age, and leaves a vendor in doubt that is asked about old figures', async () => {
    await feedOf2031.snapshot(null, [[far, product, 50]]);
    const query = { sku: await skuOf(pool, product), nodeCode: null, at: NOW, limit: 1 };
    expect(await showStock(pool, query)).toMatchObject([{ asOf: null, bufferInputs: { ageHours: 0 } }]);
    await pool.query("UPDATE vendor SET live_check = 'doubtful' WHERE id = $1", [far.vendorId]);
    const order = await addOrder(pool, network, [[product, 1]]);
    await commitPlans(pool, [routePlan(network, order, far)]);
    const held = async () => [...(await heldPolicies(pool, order.id, NOW)).values()].map(({ rows }) => rows);
    expect(await held()).toEqual([[{ left: 49, asOf: null }]]);
    await feed.snapshot(at('11:00'), [[far, product, 50]]);
    expect(await held()).toMatchObject([[{ left: 49, asOf: expect.stringContaining('2026-03-02T11:00:00') }]]);
    expect(await oldestFigures(pool, [], NOW)).toEqual(new Map());
  });

  it('is no measure for numbers that fall back, until the next in order brings one', async () => {
    await feedOf2031.snapshot(null, [[far, product, 50]], { position: 900 });
    for (const position of [1, 2]) await feed.delta(at(`10:0${position}`), [[far, product, -1]], { position });
    expect(await listFallenFeeds(pool, 5)).toEqual([]);
    await feed.delta(at('11:00'), [[far, product, -1]], { position: 901 });
    expect(await onHand()).toBe(49);
    for (const position of [3, 4]) await feed.delta(at(`11:0${position}`), [[far, product, -1]], { position });
    expect(await listFallenFeeds(pool, 5)).toMatchObject([{ newestPosition: 901, fellTo: 4 }]);
  });
});

describe('moments ahead of our clock', () => {
  it('are told once, counted, listed, and forgotten when a person says so', async () => {
    await whole();
    const calm = await addProduct(pool, [[far, 5]]);
    await feedOf2031.snapshot(null, [
      [far, product, 50],
      [far, calm, 5],
      [far, -1, 3],
    ]);
    await feedOf2031.snapshot(null, [[far, product, 49]]);
    expect(await measureVendors(pool, NOW)).toContain(far.vendorId);
    const found = { vendorCode: 'zenith', rows: 3, to: JUMPED, since: NOW };
    expect(await note()).toEqual([found]);
    expect(await note()).toEqual([]);
    expect(await listFeedsAhead(pool, 5)).toEqual([found]);
    expect((await workFacts(pool, NOW)).stockFeeds.ahead).toBe(1);

    expect(await restart()).toEqual({ numbered: false, rowsMended: 3 });
    expect(await listFeedsAhead(pool, 5)).toEqual([]);
    expect(await note()).toEqual([]);
    expect(await listUnknownStock(pool, { vendorId: null, limit: 5 })).toMatchObject([{ packs: null }]);
    expect(await feed.snapshot(at('10:00'), [[far, product, 7]])).toMatchObject({ state: 'applied', rowsStale: 0 });
    expect(await onHand()).toBe(7);
    await expect(restart()).rejects.toMatchObject({ code: 'FEED_IN_ORDER' });
  });

  it('are told no more once reports have brought others', async () => {
    await feedOf2031.snapshot(null, [[far, product, 50]]);
    expect(await note()).toHaveLength(1);
    await feed.snapshot(at('11:00'), [[far, product, 50]]);
    expect(await note()).toEqual([]);
    expect(await listFeedsAhead(pool, 5)).toEqual([]);
  });

  it('of numbered reports end with the numbering, which begins again', async () => {
    await feedOf2031.snapshot(null, [[far, product, 50]], { position: 900 });
    expect(await restart()).toEqual({ numbered: true, rowsMended: 1 });
    await feed.snapshot(at('11:00'), [[far, product, 6]], { position: 901 });
    await feed.delta(at('11:10'), [[far, product, -1]], { position: 902 });
    expect(await onHand()).toBe(5);
  });
});
