import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { listOpenStockReports } from './stock-report-review.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork, stockOf, type TestNode } from './testing/small-network.js';
import { feedOf, type Said } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let far: TestNode;
let feed: ReturnType<typeof feedOf>;
let product: number;

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (minute: number) => new Date(Date.parse('2026-03-02T10:00:00Z') + minute * 60_000).toISOString();

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  far = network.nodes.far;
  feed = feedOf(pool, far.vendorId, NOW);
});
beforeEach(async () => {
  await forgetFeed();
  product = await addProduct(pool, [[far, 1]]);
});
afterAll(() => database?.close());

/** The vendor begins anew: nothing of it is in stock. */
async function forgetFeed(): Promise<void> {
  await pool.query('DELETE FROM stock_report');
  await pool.query('DELETE FROM vendor_feed');
  await pool.query('DELETE FROM stock_drift');
  await pool.query('DELETE FROM stock');
  await pool.query('DELETE FROM offer_cost');
  await pool.query('DELETE FROM offer');
}

const onHand = async () => (await stockOf(pool, far, product)).onHand;

describe('changes of stock', () => {
  it('add up on the snapshot before them', async () => {
    await feed.snapshot(at(0), [[far, product, 20]], { position: 7 });
    expect(await feed.delta(at(1), [[far, product, -3]], { position: 8 })).toMatchObject({ rowsChanged: 1 });
    await feed.delta(at(2), [[far, product, 5]], { position: 9 });
    expect(await onHand()).toBe(22);
  });

  it('without a number count once, also where the clock of the vendor is ahead and ours says when', async () => {
    await feed.snapshot(at(0), [[far, product, 20]]);
    const ahead = new Date(NOW.getTime() + 3_600_000).toISOString();
    for (const seconds of [0, 30, 60]) {
      const later = feedOf(pool, far.vendorId, new Date(NOW.getTime() + seconds * 1_000));
      await later.delta(ahead, [[far, product, -3]]);
    }
    expect(await onHand()).toBe(17);
  });

  it('that have neither a number nor a moment are refused, and a snapshot is wanted', async () => {
    await feed.snapshot(at(0), [[far, product, 20]]);
    const change = await feed.delta(null, [[far, product, -3]]);
    expect(change).toMatchObject({ state: 'refused', snapshotWanted: expect.stringMatching(/neither a number/) });
    expect(await onHand()).toBe(20);
  });

  it('count once, however often they come', async () => {
    await feed.snapshot(at(0), [[far, product, 20]], { position: 1 });
    for (let copy = 0; copy < 3; copy += 1) await feed.delta(at(1), [[far, product, -3]], { position: 2 });
    expect(await onHand()).toBe(17);
    const late = await feed.delta(at(1), [[far, product, -3]], { position: 2 });
    expect(late).toMatchObject({
      state: 'covered',
      rowsStale: 1,
      reason: 'everything up to 2 was taken, and this is 2',
    });
  });

  it('wait behind a gap, ask for a snapshot, and follow in order when the missing one comes', async () => {
    await feed.snapshot(at(0), [[far, product, 20]], { position: 1 });
    const early = await feed.delta(at(3), [[far, product, -1]], { position: 4 });
    expect(early).toMatchObject({ state: 'waiting', reason: 'expected the changes of 2, got those of 4' });
    expect(early.snapshotWanted).toBe(early.reason);
    await feed.delta(at(2), [[far, product, -4]], { position: 3 });
    expect(await onHand()).toBe(20);
    expect(await listOpenStockReports(pool, { vendorId: far.vendorId, limit: 10 })).toMatchObject([
      { state: 'waiting', position: 4, rowsReceived: 1 },
      { state: 'waiting', position: 3 },
    ]);
    await feed.delta(at(1), [[far, product, -2]], { position: 2 });
    expect(await onHand()).toBe(13);
    expect(await listOpenStockReports(pool, { vendorId: null, limit: 10 })).toEqual([]);
  });

  it('behind a gap give way to the snapshot that was asked for', async () => {
    await feed.snapshot(at(0), [[far, product, 20]], { position: 1 });
    await feed.delta(at(3), [[far, product, -1]], { position: 4 });
    await feed.delta(at(4), [[far, product, -1]], { position: 5 });
    expect(await feed.snapshot(at(3), [[far, product, 11]], { position: 4 })).toMatchObject({ snapshotWanted: null });
    // The change of 5 came after that snapshot and follows it; the one of 4 is in it.
    expect(await onHand()).toBe(10);
    expect(await feed.delta(at(2), [[far, product, -9]], { position: 3 })).toMatchObject({ state: 'covered' });
    expect(await onHand()).toBe(10);
  });

  it('of a row that missed changes are not added to its old figure', async () => {
    const other = await addProduct(pool, [[far, 1]]);
    const both: Said = [
      [far, product, 20],
      [far, other, 30],
    ];
    await feed.snapshot(at(0), both, { position: 1 });
    await feed.delta(at(3), [[far, other, -1]], { position: 4 });
    // The snapshot that follows the gap does not speak of the other row.
    await feed.snapshot(at(4), [[far, product, 11]], { position: 5 });
    const next = await feed.delta(
      at(5),
      [
        [far, product, -1],
        [far, other, -1],
      ],
      { position: 6 },
    );
    expect(next).toMatchObject({ state: 'applied', rowsChanged: 1, rowsBaseless: 1 });
    expect(next.snapshotWanted).toMatch(/without a figure/);
    expect(await onHand()).toBe(10);
    expect((await stockOf(pool, far, other)).onHand).toBe(30);
  });

  it('below nothing are remembered: what is owed is delivered first', async () => {
    await feed.snapshot(at(0), [[far, product, 2]], { position: 1 });
    await feed.delta(at(1), [[far, product, -5]], { position: 2 });
    expect(await onHand()).toBe(0);
    await feed.delta(at(2), [[far, product, 4]], { position: 3 });
    expect(await onHand()).toBe(1);
  });

  it('that lost rows on the way are not applied in part', async () => {
    await feed.snapshot(at(0), [[far, product, 20]], { position: 1 });
    const cut = await feed.delta(at(1), [[far, product, -3]], { position: 2, expectedRows: 2 });
    expect(cut).toMatchObject({ state: 'refused', reason: 'expected 2 rows, got 1: ask for the report again' });
    expect(await onHand()).toBe(20);
    // Sent again whole, it is the next.
    expect(await feed.delta(at(1), [[far, product, -3]], { position: 2, expectedRows: 1 })).toMatchObject({
      state: 'applied',
    });
    expect(await onHand()).toBe(17);
  });

  it('that could not be read as a whole are not applied in part, nor are later ones guessed', async () => {
    await feed.snapshot(at(0), [[far, product, 10]], { position: 1 });
    const fault = { code: 'NOT_A_NUMBER', path: 'rows[0].onHand', message: 'expected a number' };
    const unread = await feed.delta(at(1), [], { position: 2, faults: [fault] });
    expect(unread).toMatchObject({ state: 'refused', snapshotWanted: expect.stringContaining('could be read') });
    expect(await feed.delta(at(2), [[far, product, Number.NaN]], { position: 2 })).toMatchObject({ state: 'refused' });
    expect(await feed.delta(at(3), [[far, product, 1]], { position: 3 })).toMatchObject({ state: 'waiting' });
    expect(await onHand()).toBe(10);
    await feed.snapshot(at(4), [[far, product, 4]], { position: 4 });
    expect(await onHand()).toBe(4);
  });

  it.each([
    ['cut short', { expectedRows: 2 }],
    ['partly unreadable', { faults: [{ code: 'NOT_A_NUMBER', path: 'rows[1]', message: 'expected a number' }] }],
  ])('are not added to what a snapshot that was %s left as it was', async (_how, more) => {
    const other = await addProduct(pool, [[far, 1]]);
    await feed.snapshot(
      at(0),
      [
        [far, product, 10],
        [far, other, 10],
      ],
      { position: 1 },
    );
    // The other's figure was in there, and is lost.
    const cut = await feed.snapshot(at(1), [[far, product, 8]], { position: 2, ...more });
    expect(cut.snapshotWanted).not.toBeNull();
    const change = await feed.delta(
      at(2),
      [
        [far, product, -1],
        [far, other, 1],
      ],
      { position: 3 },
    );
    expect(change).toMatchObject({ state: 'applied', rowsBaseless: 1 });
    expect(await onHand()).toBe(7);
    expect(await stockOf(pool, far, other)).toMatchObject({ onHand: 10 });
    await feed.snapshot(
      at(3),
      [
        [far, product, 7],
        [far, other, 3],
      ],
      { position: 4 },
    );
    await feed.delta(at(4), [[far, other, 1]], { position: 5 });
    expect(await stockOf(pool, far, other)).toMatchObject({ onHand: 4 });
  });

  it('without a number follow by their moment: the same again counts once, a late one asks for a snapshot', async () => {
    await feed.snapshot(at(0), [[far, product, 20]]);
    await feed.delta(at(2), [[far, product, -3]]);
    expect(await feed.delta(at(2), [[far, product, -3]])).toMatchObject({ state: 'covered' });
    const late = await feed.delta(at(1), [[far, product, -2]]);
    expect(late).toMatchObject({ state: 'refused', snapshotWanted: late.reason });
    expect(await onHand()).toBe(17);
    expect(await feed.snapshot(at(3), [[far, product, 15]])).toMatchObject({ snapshotWanted: null });
    expect(await onHand()).toBe(15);
  });

  it('before any snapshot have nothing to be added to', async () => {
    const first = await feed.delta(at(0), [[far, product, 5]], { position: 3 });
    expect(first).toMatchObject({
      state: 'waiting',
      snapshotWanted: 'changes came before a snapshot that they could be added to',
    });
    await feed.snapshot(at(0), [[far, product, 10]], { position: 2 });
    expect(await onHand()).toBe(15);
  });
});

/** What a truthful vendor sent: every step changes its stock and tells it, as changes or as everything that it has. */
const history = fc.array(
  fc.record({
    changes: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: -6, max: 6 })), { minLength: 1, maxLength: 3 }),
    whole: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);
const shuffled = fc.array(fc.tuple(fc.nat(), fc.nat(2)), { minLength: 7, maxLength: 7 });

describe('reports in any order, some of them more than once', () => {
  it('of a vendor that tells changes and everything, with numbers, end where they end in order', async () => {
    await pool.query('UPDATE vendor SET feed_absent_is_zero = true, feed_review_percent = 100 WHERE id = $1', [
      far.vendorId,
    ]);
    await fc.assert(
      fc.asyncProperty(history, shuffled, async (steps, order) => {
        await forgetFeed();
        const products = [
          await addProduct(pool, [[far, 1]]),
          await addProduct(pool, [[far, 1]]),
          await addProduct(pool, [[far, 1]]),
        ];
        const truth = [9, 9, 0];
        const everything = (): Said =>
          products.flatMap((id, index) => ((truth[index] ?? 0) === 0 ? [] : [[far, id, truth[index] ?? 0] as const]));
        const reports = [{ kind: 'snapshot' as 'snapshot' | 'delta', said: everything(), position: 1 }];
        for (const { changes, whole } of steps) {
          const told = new Map<number, number>();
          for (const [index, change] of changes) {
            truth[index] = (truth[index] ?? 0) + change;
            told.set(index, (told.get(index) ?? 0) + change);
          }
          const said: Said = [...told].map(([index, change]) => [far, products[index] ?? 0, change] as const);
          reports.push({
            kind: whole ? 'snapshot' : 'delta',
            said: whole ? everything() : said,
            position: reports.length + 1,
          });
        }
        const copies = reports.flatMap((report, index) => {
          const [key, more] = order[index] ?? [0, 0];
          return Array.from({ length: 1 + more }, (_, copy) => ({ report, key: (key + copy * 7919) % 1009 }));
        });
        for (const { report } of copies.sort((a, b) => a.key - b.key)) {
          await feed[report.kind](at(report.position), report.said, { position: report.position });
        }
        const stock = await Promise.all(products.map((id) => stockOf(pool, far, id)));
        expect(stock.map((row) => row.onHand)).toEqual(truth.map((units) => Math.max(0, units)));
        expect(await listOpenStockReports(pool, { vendorId: null, limit: 10 })).toEqual([]);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 45_000 },
    );
    await pool.query('UPDATE vendor SET feed_absent_is_zero = false, feed_review_percent = 50 WHERE id = $1', [
      far.vendorId,
    ]);
  });

  it.each([
    ['with numbers', true],
    ['by their moments', false],
  ])('of a vendor that tells some rows at a time, %s, end where they end in order', async (_name, numbered) => {
    await fc.assert(
      fc.asyncProperty(history, shuffled, async (steps, order) => {
        await forgetFeed();
        const products = [
          await addProduct(pool, [[far, 1]]),
          await addProduct(pool, [[far, 1]]),
          await addProduct(pool, [[far, 1]]),
        ];
        const last = new Map<number, number>();
        const reports = steps.map(({ changes }, index) => {
          const said: Said = [...new Map(changes)].map(([row, units]) => [far, products[row] ?? 0, units + 7] as const);
          for (const [, id, units] of said) last.set(id, units);
          return { said, number: index + 1 };
        });
        const copies = reports.flatMap((report, index) => {
          const [key, more] = order[index] ?? [0, 0];
          return Array.from({ length: 1 + more }, (_, copy) => ({ report, key: (key + copy * 7919) % 1009 }));
        });
        for (const { report } of copies.sort((a, b) => a.key - b.key)) {
          await feed.snapshot(at(report.number), report.said, numbered ? { position: report.number } : {});
        }
        for (const id of products) {
          expect(await stockOf(pool, far, id)).toMatchObject({ onHand: last.get(id) ?? 1 });
        }
      }),
      { numRuns: 40, interruptAfterTimeLimit: 30_000 },
    );
  });

  it('taken by several processes at once end the same', async () => {
    await feed.snapshot(at(0), [[far, product, 100]], { position: 1 });
    const positions = Array.from({ length: 20 }, (_, index) => index + 2);
    const twice = [...positions, ...positions].sort((a, b) => ((a * 7919) % 31) - ((b * 7919) % 31));
    await Promise.all(twice.map((position) => feed.delta(at(position), [[far, product, -position]], { position })));
    expect(await onHand()).toBe(0);
    const { rows } = await pool.query(
      'SELECT owed, feed_position::integer AS position FROM stock WHERE product_id = $1',
      [product],
    );
    expect(rows).toEqual([{ owed: positions.reduce((sum, position) => sum + position, 0) - 100, position: 21 }]);
  });
});

describe('a report that breaks a rule of the database', () => {
  it('is refused with what the database said, and does not hold up those after it', async () => {
    const id = randomUUID();
    await pool.query(
      `INSERT INTO stock_report (id, vendor_id, as_of, complete, state, rows_received, rows_changed, rows_unknown, rows_stale, received_at)
       VALUES ($1, $2, $3, true, 'applying', 1, 0, 0, 0, $3)`,
      [id, far.vendorId, at(0)],
    );
    await pool.query("INSERT INTO stock_report_chunk VALUES ($1, 1, '{1}', '{1}', '{1}')", [id]);
    await pool.query('UPDATE stock_report_chunk SET node_ids = $2, product_ids = $3 WHERE report_id = $1', [
      id,
      [far.id],
      [product],
    ]);
    await pool.query('ALTER TABLE stock ADD CONSTRAINT no_ones CHECK (on_hand <> 1) NOT VALID');
    await feed.snapshot(at(1), [[far, product, 5]]);
    await pool.query('ALTER TABLE stock DROP CONSTRAINT no_ones');
    const { rows } = await pool.query('SELECT state, reason FROM stock_report WHERE id = $1', [id]);
    expect(rows).toEqual([{ state: 'refused', reason: expect.stringMatching(/23514.*no_ones/) }]);
    expect(await onHand()).toBe(5);
  });
});
