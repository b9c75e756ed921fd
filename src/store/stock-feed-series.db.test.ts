import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { listFallenFeeds, restartFeed } from './stock-feed-series.js';
import { stockQuestion } from './stock-feeds.js';
import { listOpenStockReports } from './stock-report-review.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork, stockOf, type TestNode } from './testing/small-network.js';
import { feedOf } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let far: TestNode;
let feed: ReturnType<typeof feedOf>;
let product: number;

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (minute: number) => new Date(Date.parse('2026-03-02T10:00:00Z') + minute * 60_000).toISOString();
const onHand = async () => (await stockOf(pool, far, product)).onHand;
const fallen = () => listFallenFeeds(pool, 10);
const restart = () => restartFeed(pool, { vendorCode: 'zenith', by: 'user:test', now: NOW });

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  far = network.nodes.far;
  feed = feedOf(pool, far.vendorId, NOW);
});
beforeEach(async () => {
  await pool.query('DELETE FROM stock_report');
  await pool.query('DELETE FROM vendor_feed');
  product = await addProduct(pool, [[far, 1]]);
  await feed.snapshot(at(0), [[far, product, 20]], { position: 900 });
});
afterAll(() => database?.close());

describe('numbers that fall back', () => {
  it('are told once two reports in a row came with a lower number and a later moment', async () => {
    expect(await feed.delta(at(1), [[far, product, -1]], { position: 1 })).toMatchObject({ restartSuspected: false });
    expect(await fallen()).toEqual([]);
    expect(await feed.delta(at(2), [[far, product, -1]], { position: 2 })).toMatchObject({
      ...{ state: 'covered', restartSuspected: true },
    });
    expect(await fallen()).toEqual([
      { vendorCode: 'zenith', newestPosition: 900, fellTo: 2, since: new Date(at(1)), reports: 2 },
    ]);
    expect(await onHand()).toBe(20);
  });

  it('are told of snapshots too, whole or in part', async () => {
    await pool.query("UPDATE vendor SET feed_absent_is_zero = true WHERE code = 'zenith'");
    await feed.snapshot(at(1), [[far, product, 7]], { position: 1 });
    await pool.query("UPDATE vendor SET feed_absent_is_zero = false WHERE code = 'zenith'");
    await feed.snapshot(at(2), [[far, product, 6]], { position: 2 });
    expect(await fallen()).toMatchObject([{ fellTo: 2, reports: 2 }]);
  });

  it.each<[what: string, moment: string | null]>([
    ['late, and of an earlier moment', at(-1)],
    ['without a moment of the vendor', null],
  ])('are no sign where reports are %s', async (_, moment) => {
    for (const position of [1, 2, 3]) await feed.delta(moment, [[far, product, -1]], { position });
    expect(await fallen()).toEqual([]);
  });

  it('are an accident where the next report goes on in order', async () => {
    await feed.delta(at(1), [[far, product, -1]], { position: 1 });
    await feed.delta(at(2), [[far, product, -1]], { position: 901 });
    await feed.delta(at(3), [[far, product, -1]], { position: 2 });
    expect(await fallen()).toEqual([]);
    expect(await onHand()).toBe(19);
  });

  it('let no change on that only happens to have the next number, until a snapshot says what is there', async () => {
    for (const minute of [1, 2]) await feed.delta(at(minute), [[far, product, -5]], { position: 897 + minute });
    expect(await feed.delta(at(3), [[far, product, -5]], { position: 901 })).toMatchObject({ state: 'waiting' });
    expect(await onHand()).toBe(20);
    expect(await stockQuestion(pool, far.vendorId, NOW)).toEqual({ after: null });
    expect(await feed.snapshot(at(4), [[far, product, 8]], { position: 902 })).toMatchObject({
      ...{ state: 'applied', restartSuspected: false, snapshotWanted: null },
    });
    await feed.delta(at(5), [[far, product, -1]], { position: 903 });
    expect(await onHand()).toBe(7);
  });
});

describe('a numbering that a person says begins again', () => {
  it('is followed from the next snapshot on, and asked for by its own numbers', async () => {
    for (const position of [1, 2]) await feed.delta(at(position), [[far, product, -5]], { position });
    await restart();
    expect(await fallen()).toEqual([]);
    expect(await stockQuestion(pool, far.vendorId, NOW)).toEqual({ after: null });
    expect(await feed.delta(at(3), [[far, product, -5]], { position: 3 })).toMatchObject({ state: 'waiting' });
    await feed.snapshot(at(4), [[far, product, 6]], { position: 4 });
    expect(await onHand()).toBe(6);
    await feed.delta(at(5), [[far, product, -2]], { position: 5 });
    expect(await onHand()).toBe(4);
    expect(await stockQuestion(pool, far.vendorId, NOW)).toEqual({ after: 5 });
    expect(await listOpenStockReports(pool, { vendorId: null, limit: 10 })).toEqual([]);
  });

  it('takes a snapshot though its moment is that of an older backup, and rows that only parts of a feed had taken further', async () => {
    await feed.snapshot(at(1), [[far, product, 15]], { position: 2_000 });
    await restart();
    await feed.snapshot(at(2), [[far, product, 3]], { position: 1 });
    expect(await onHand()).toBe(3);
  });

  it('leaves late reports of the old numbering where they belong', async () => {
    await restart();
    await feed.snapshot(at(2), [[far, product, 3]], { position: 1 });
    await feed.delta(at(-5), [[far, product, -1]], { position: 899 });
    await feed.snapshot(at(-5), [[far, product, 99]], { position: 899 });
    expect(await onHand()).toBe(3);
    await feed.delta(at(3), [[far, product, -1]], { position: 2 });
    expect(await onHand()).toBe(2);
  });

  it('knows a late report of the old numbering by the first that fell back, though its number was never reached', async () => {
    for (const position of [1, 2]) await feed.snapshot(at(9 + position), [[far, product, 5]], { position });
    await restart();
    await feed.snapshot(at(12), [[far, product, 4]], { position: 3 });
    await feed.snapshot(at(5), [[far, product, 88]], { position: 905 });
    expect(await onHand()).toBe(4);
    await feed.snapshot(at(13), [[far, product, 2]], { position: 4 });
    expect(await onHand()).toBe(2);
  });

  it('gives up changes of the old numbering that wait for one that never came', async () => {
    await feed.delta(at(1), [[far, product, -1]], { position: 950 });
    await restart();
    expect(await listOpenStockReports(pool, { vendorId: null, limit: 10 })).toEqual([]);
    const { rows } = await pool.query("SELECT closed_by FROM stock_report WHERE state = 'superseded'");
    expect(rows).toEqual([{ closed_by: 'user:test' }]);
  });

  it('may begin again more than once', async () => {
    for (const minute of [10, 20, 30]) {
      await restart();
      await feed.snapshot(at(minute), [[far, product, minute]], { position: 1 });
      await feed.delta(at(minute + 1), [[far, product, 1]], { position: 2 });
      expect(await onHand()).toBe(minute + 1);
    }
  });

  it('is refused where there is no such vendor, or none that numbers its reports', async () => {
    const of = (vendorCode: string) => restartFeed(pool, { vendorCode, by: 'user:test', now: NOW });
    await expect(of('nobody')).rejects.toMatchObject({ code: 'VENDOR_NOT_FOUND' });
    await expect(of('acme')).rejects.toMatchObject({ code: 'FEED_IN_ORDER' });
  });
});
