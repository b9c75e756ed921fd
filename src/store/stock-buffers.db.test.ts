import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import { commitPlans } from './plan-committer.js';
import { measureVendors, refreshBuffers } from './stock-buffers.js';
import { showStock } from './stock-shown.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  barePlan,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  skuOf,
  stockOf,
  type TestNode,
} from './testing/small-network.js';
import { feedOf, type Said, stockEvents } from './testing/stock-feed.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;
let far: TestNode;

const START = Date.parse('2026-03-02T00:00:00Z');
const hour = (hours: number) => new Date(START + hours * 3_600_000);

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  ({ east, far } = network.nodes);
});
afterAll(() => database?.close());

/** A report that is taken the moment that it is of. */
const report = (node: TestNode, hours: number, said: Said) =>
  feedOf(pool, node.vendorId, hour(hours)).snapshot(hour(hours).toISOString(), said);

async function inputs(node: TestNode, productId: number, hours: number) {
  const query = { sku: await skuOf(pool, productId), nodeCode: node.code, at: hour(hours), limit: 1 };
  const [found] = await showStock(pool, query);
  if (!found) throw new Error('expected a stock row');
  return { onHand: found.onHand, buffer: found.buffer, ...found.bufferInputs };
}

/** Everything from the start, as the job does it. */
const refresh = (hours: number) => refreshBuffers(pool, { now: hour(hours), after: null, batchesMax: 50, batch: 3 });

/** Reports every hour for so many hours, each so many units below the one before. */
async function fall(node: TestNode, product: number, hours: number, units: (hour: number) => number, from = 1_000) {
  let onHand = from;
  await report(node, 0, [[node, product, onHand]]);
  for (let at = 1; at <= hours; at += 1) {
    onHand -= units(at);
    await report(node, at, [[node, product, onHand]]);
  }
  return onHand;
}

describe('the buffer of a row', () => {
  it('is nothing while its feed tells the truth: what falls is ours', async () => {
    const product = await addProduct(pool, [[east, 50]]);
    await report(east, 0, [[east, product, 50]]);
    const order = await addOrder(pool, network, [[product, 4]]);
    const plan = routePlan(network, order, east);
    const holds = plan.holds?.map((hold) => ({ ...hold, state: 'committed' as const, expiresAt: null })) ?? [];
    await commitPlans(pool, [{ ...plan, holds }]);
    const reservationId = holds[0]?.reservationId ?? '';
    const move = { reservationId, move: 'subtracted' as const, quantity: 4, at: hour(1).toISOString() };
    await commitPlans(pool, [barePlan({ id: order.id, version: 2 }, { reservationMoves: [move] })]);
    // Shipped at one; with an hour of lag the figure shows it before the commitment is taken to be in it.
    await pool.query('UPDATE vendor SET feed_lag_seconds = 3600 WHERE id = $1', [east.vendorId]);
    await report(east, 1.5, [[east, product, 46]]);
    await report(east, 3, [[east, product, 46]]);
    await pool.query('UPDATE vendor SET feed_lag_seconds = 0 WHERE id = $1', [east.vendorId]);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand: 46, committed: 0, atp: 46 });
    expect(await inputs(east, product, 100)).toMatchObject({ driftPerHour: 0, variancePerHour: 0, target: 0 });
  });

  it('grows with the age of the figure and with what fell without us, and falls with the next report', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const onHand = await fall(east, product, 48, (at) => (at % 2 === 0 ? 4 : 0));
    const now = await inputs(east, product, 48);
    expect(now).toMatchObject({ onHand, ageHours: 0, target: 0, buffer: 0, z: 1.64, capPercent: 50 });
    const later = await inputs(east, product, 52);
    expect(later.ageHours).toBe(4);
    // Two an hour, in fours: some of it is not yet believed after two days.
    expect(later.driftPerHour).toBeGreaterThan(1.2);
    expect(later.driftPerHour).toBeLessThan(2);
    const formula = 4 * later.driftPerHour + 1.64 * Math.sqrt(later.variancePerHour * 4) - 0.5;
    expect(later.target).toBe(Math.ceil(formula));
    await refresh(52);
    expect(await stockOf(pool, east, product)).toMatchObject({ onHand, atp: onHand - later.target });
    await report(east, 53, [[east, product, onHand]]);
    expect(await stockOf(pool, east, product)).toMatchObject({ atp: onHand });
    expect((await stockEvents(pool, east, product)).slice(-2).map(([type, , atp]) => [type, atp])).toEqual([
      ['stock.changed', onHand - later.target],
      ['stock.changed', onHand],
    ]);
    expect(await driftedStock(pool)).toEqual([]);
  });

  it('holds more back of a feed that errs by fits and starts than of one that falls evenly', async () => {
    const even = await addProduct(pool, [[east, 1]]);
    const fits = await addProduct(pool, [[east, 1]]);
    await fall(east, even, 48, () => 2);
    await fall(east, fits, 48, (at) => (at % 12 === 0 ? 24 : 0));
    const [calm, wild] = [await inputs(east, even, 54), await inputs(east, fits, 54)];
    expect(wild.variancePerHour).toBeGreaterThan(4 * calm.variancePerHour);
    expect(wild.target).toBeGreaterThan(calm.target);
  });

  it('forgets: a figure that stands still long enough is believed', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    const onHand = await fall(east, product, 24, () => 3);
    const before = await inputs(east, product, 25);
    for (let at = 100; at <= 1_500; at += 100) await report(east, at, [[east, product, onHand]]);
    const after = await inputs(east, product, 1_501);
    expect(after.driftPerHour).toBeLessThan(before.driftPerHour / 50);
    expect(after.target).toBe(0);
  });

  it('never takes more than its share of what there is, and a restock is no error', async () => {
    const product = await addProduct(pool, [[east, 1]]);
    await fall(east, product, 24, () => 40);
    expect(await inputs(east, product, 500)).toMatchObject({ onHand: 40, target: 20 });
    const before = await inputs(east, product, 24);
    await report(east, 25, [[east, product, 500]]);
    expect((await inputs(east, product, 25)).driftPerHour).toBeLessThanOrEqual(before.driftPerHour);
  });

  it('keeps the reserve of its vendor, from the next look of the job on', async () => {
    const product = await addProduct(pool, [[far, 9]]);
    await pool.query('UPDATE vendor SET reserve_units = 2 WHERE id = $1', [far.vendorId]);
    expect((await refresh(1)).changed).toBeGreaterThan(0);
    expect(await stockOf(pool, far, product)).toMatchObject({ onHand: 9, atp: 7, version: 2 });
    expect((await refresh(1)).changed).toBe(0);
    await report(far, 2, [[far, product, 8]]);
    expect(await stockOf(pool, far, product)).toMatchObject({ atp: 6 });
    await pool.query('UPDATE vendor SET reserve_units = 0 WHERE id = $1', [far.vendorId]);
    await refresh(2);
    expect(await stockOf(pool, far, product)).toMatchObject({ atp: 8 });
  });
});

describe("a vendor's own figure", () => {
  it('is where a row without history begins, and its own history outweighs it', async () => {
    const { rows } = await pool.query<{ id: number }>(
      "INSERT INTO vendor (code, name, connector, currency) VALUES ('shaky', 'Shaky', 'rest', 'USD') RETURNING id",
    );
    const vendorId = rows[0]?.id ?? 0;
    await pool.query('UPDATE node SET vendor_id = $1 WHERE id = $2', [vendorId, network.nodes.west.id]);
    const west = { ...network.nodes.west, vendorId };
    const falling: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      falling.push(await addProduct(pool, [[west, 1]]));
      await fall(west, falling[index] ?? 0, 48, () => 10);
    }
    const fresh = await addProduct(pool, [[west, 1]]);
    await report(west, 48, [[west, fresh, 500]]);
    expect(await inputs(west, fresh, 50)).toMatchObject({ driftPerHour: 0, target: 0 });
    expect(await measureVendors(pool, hour(48))).toContain(vendorId);
    // Not again within a quarter of an hour.
    expect(await measureVendors(pool, hour(48.1))).toEqual([]);
    const begun = await inputs(west, fresh, 50);
    expect(begun.driftPerHour).toBeGreaterThan(4);
    expect(begun.driftPerHour).toBeCloseTo(begun.vendorDriftPerHour, 0);
    expect(begun.target).toBeGreaterThan(0);
    for (let at = 60; at <= 200; at += 20) await report(west, at, [[west, fresh, 500]]);
    const own = await inputs(west, fresh, 202);
    expect(own.historyHours).toBeGreaterThan(100);
    expect(own.driftPerHour).toBeLessThan(begun.driftPerHour / 4);
  });
});
