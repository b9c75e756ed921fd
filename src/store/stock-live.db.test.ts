import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { commitPlans } from './plan-committer.js';
import { readShortage, restShortage } from './shortages.js';
import { applyLiveAnswer, setNothingMore } from './stock-live.js';
import { whileHeld } from './testing/held-row.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  barePlan,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  stockOf,
  type TestNode,
} from './testing/small-network.js';
import { feedOf, stockEvents } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;
let feed: ReturnType<typeof feedOf>;

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (text: string) => new Date(`2026-03-02T${text}:00Z`);
const iso = (text: string) => at(text).toISOString();

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  east = network.nodes.east;
  feed = feedOf(pool, east.vendorId, NOW);
});
afterAll(() => database?.close());

async function hold(product: number, quantity: number) {
  const order = await addOrder(pool, network, [[product, quantity]]);
  const plan = routePlan(network, order, east);
  await commitPlans(pool, [plan]);
  const reservationId = plan.holds?.[0]?.reservationId ?? '';
  const release = { reservationId, move: 'release' as const, quantity, at: iso('11:30') };
  return () => commitPlans(pool, [barePlan({ id: order.id, version: 2 }, { reservationMoves: [release] })]);
}

/** Ten units at a vendor whose feed is whole: 10:30. */
async function wholeFeed() {
  const { far } = network.nodes;
  const product = await addProduct(pool, [[far, 10]]);
  await pool.query('DELETE FROM vendor_feed');
  await pool.query('UPDATE vendor SET feed_absent_is_zero = true, feed_review_percent = 100 WHERE id = $1', [
    far.vendorId,
  ]);
  const whole = feedOf(pool, far.vendorId, NOW);
  await whole.snapshot(iso('10:30'), [[far, product, 10]]);
  return { far, product, whole };
}

const answer = (product: number, onHand: number, asOf: string | null, askedAt = at('11:00')) =>
  applyLiveAnswer(pool, {
    ...{ vendorId: east.vendorId, asOf, askedAt, now: NOW, newId: randomUUID },
    rows: [{ nodeId: east.id, productId: product, onHand }],
  });

describe("a vendor's answer to a question", () => {
  it('is a report of one row: later than the feed it counts, older it does not', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    await feed.snapshot(iso('10:30'), [[east, product, 20]]);
    expect(await answer(product, 12, iso('10:45'))).toEqual({ stale: 0, shortages: [] });
    expect(await answer(product, 50, iso('10:40'))).toMatchObject({ stale: 1 });
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 12 });
    expect(await feed.snapshot(iso('10:44'), [[east, product, 19]])).toMatchObject({ rowsStale: 1 });
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 12 });
  });

  it('without a moment counts as of when the question began', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    await answer(product, 12, null, at('11:00'));
    expect(await feed.snapshot(iso('10:59'), [[east, product, 19]])).toMatchObject({ rowsStale: 1 });
    expect(await feed.snapshot(iso('11:01'), [[east, product, 18]])).toMatchObject({ rowsChanged: 1 });
  });

  it('is compared with all that is promised there', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    await hold(product, 4);
    await hold(product, 5);
    expect(await answer(product, 6, null)).toEqual({
      ...{ stale: 0, shortages: [{ nodeId: east.id, productId: product, promised: 9, onHand: 6, grew: true }] },
    });
    expect(await readShortage(pool, east.id, product)).toMatchObject({
      ...{ promised: 9, onHand: 6, short: 3, relieveAt: expect.any(Date) },
    });
  });

  it('says nothing of another vendor', async () => {
    const { far } = network.nodes;
    const product = await addProduct(pool, [[far, 10]]);
    await applyLiveAnswer(pool, {
      ...{ vendorId: east.vendorId, asOf: null, askedAt: at('11:00'), now: NOW, newId: randomUUID },
      rows: [{ nodeId: far.id, productId: product, onHand: 0 }],
    });
    expect(await stockOf(pool, far, product)).toMatchObject({ onHand: 10 });
  });

  it('in between leaves the changes of a feed without a figure of the feed: a snapshot is wanted', async () => {
    const { far } = network.nodes;
    const product = await addProduct(pool, [[far, 1]]);
    const numbered = feedOf(pool, far.vendorId, NOW);
    await numbered.snapshot(iso('10:00'), [[far, product, 20]], { position: 1 });
    await applyLiveAnswer(pool, {
      ...{ vendorId: far.vendorId, asOf: iso('10:05'), askedAt: at('10:05'), now: NOW, newId: randomUUID },
      rows: [{ nodeId: far.id, productId: product, onHand: 25 }],
    });
    // Whether the ten that arrived are in the answer already, nobody can tell.
    const delta = await numbered.delta(iso('10:10'), [[far, product, 10]], { position: 2 });
    expect(delta).toMatchObject({ rowsBaseless: 1, snapshotWanted: expect.stringMatching(/without a figure/) });
    expect((await stockOf(pool, far, product)).onHand).toBe(25);
    await numbered.snapshot(iso('10:15'), [[far, product, 26]], { position: 2 });
    await numbered.delta(iso('10:20'), [[far, product, -2]], { position: 3 });
    expect((await stockOf(pool, far, product)).onHand).toBe(24);
  });
});

describe('a shortage that is looked at', () => {
  it('is looked at again where another report of the same moment made it worse meanwhile', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    await hold(product, 10);
    await feed.snapshot(iso('11:00'), [[east, product, 8]]);
    const seen = await readShortage(pool, east.id, product);
    if (seen === null) throw new Error('expected a shortage');
    await feed.snapshot(iso('11:00'), [[east, product, 2]]);
    await restShortage(pool, seen, null);
    expect(await readShortage(pool, east.id, product)).toMatchObject({ onHand: 2, relieveAt: expect.any(Date) });
  });
});

describe('a bare no', () => {
  const no = (product: number, said = at('11:00')) =>
    setNothingMore(pool, { nodeId: east.id, productId: product, at: said, now: NOW });

  it('keeps what is promised, and nothing more is promised, not even what is given back', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    const release = await hold(product, 4);
    expect(await no(product)).toBe(true);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 10, held: 4, atp: 0 });
    await release();
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 10, held: 0, atp: 0 });
    const [outcome] = await commitPlans(pool, [
      routePlan(network, await addOrder(pool, network, [[product, 1]]), east),
    ]);
    expect(outcome).toMatchObject({ outcome: 'stock_moved' });
    expect(await readShortage(pool, east.id, product)).toMatchObject({ relieveAt: null });
  });

  it('ends with a figure of a later moment, and not with one of an earlier', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    await no(product);
    await feed.snapshot(iso('10:59'), [[east, product, 9]]);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 9, atp: 0 });
    await feed.snapshot(iso('11:01'), [[east, product, 9]]);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 9 });
    expect((await stockOf(pool, east, product)).atp).toBeGreaterThan(0);
    expect(await no(product)).toBe(false);
    expect((await stockOf(pool, east, product)).atp).toBeGreaterThan(0);
  });

  it('ends with a whole feed that leaves the figure as it was', async () => {
    const { far, product, whole } = await wholeFeed();
    await setNothingMore(pool, { nodeId: far.id, productId: product, at: at('11:00'), now: NOW });
    expect(await stockOf(pool, far, product)).toMatchObject({ atp: 0 });
    await whole.snapshot(iso('11:30'), [[far, product, 10]]);
    expect(await stockOf(pool, far, product)).toMatchObject({ atp: 10 });
  });

  it('at a node that does not offer the product changes nothing', async () => {
    expect(await no(await addProduct(pool))).toBe(false);
  });
});

describe('a shortage', () => {
  it('is told once per drop, beside the change of what may be promised', async () => {
    const product = await addProduct(pool, [[east, 10]]);
    await hold(product, 8);
    const report = (minute: string, onHand: number) => feed.snapshot(iso(`11:${minute}`), [[east, product, onHand]]);
    const promised = { nodeId: east.id, productId: product, promised: 8 };
    expect((await report('01', 5)).shortages).toEqual([{ ...promised, onHand: 5, grew: true }]);
    // Known: the same again, and less of it.
    expect((await report('02', 5)).shortages).toEqual([{ ...promised, onHand: 5, grew: false }]);
    expect((await report('03', 6)).shortages).toEqual([{ ...promised, onHand: 6, grew: false }]);
    expect((await report('04', 4)).shortages).toEqual([{ ...promised, onHand: 4, grew: true }]);
    expect((await report('05', 40)).shortages).toEqual([]);
    const events = await stockEvents(pool, east, product);
    expect(events.map(([type]) => type)).toEqual([
      ...['stock.changed', 'stock.changed', 'stock.short', 'stock.short', 'stock.changed'],
    ]);
    expect(events.map(([, version]) => version)).toEqual([2, 3, 4, 5, 6]);
    expect(await driftedStock(pool)).toEqual([]);
    const { rows } = await pool.query(
      "SELECT payload FROM event WHERE type = 'stock.short' AND aggregate_id = $1 ORDER BY id",
      [`${east.id}:${product}`],
    );
    expect(rows.map((row) => row.payload)).toMatchObject([
      { nodeId: east.id, productId: product, onHand: 5, held: 8, committed: 0, short: 3 },
      { onHand: 4, short: 4 },
    ]);
  });
});

describe('an answer that is being applied', () => {
  it('does not outlast what a whole feed, taken meanwhile, confirmed', async () => {
    const { far, product, whole } = await wholeFeed();
    const answer = () =>
      applyLiveAnswer(pool, {
        ...{ vendorId: far.vendorId, asOf: iso('11:00'), askedAt: at('11:00'), now: NOW, newId: randomUUID },
        rows: [{ nodeId: far.id, productId: product, onHand: 12 }],
      });
    const report = () => whole.snapshot(iso('11:30'), [[far, product, 10]]);
    await whileHeld(pool, { nodeId: far.id, productId: product }, answer, report);
    expect(await stockOf(pool, far, product)).toMatchObject({ onHand: 10 });
  });
});
