import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import type { Hold, Plan } from './plan.js';
import { commitPlans } from './plan-committer.js';
import { type StockRepair, verifyStock, verifyStockPage } from './stock-verify.js';
import { verifyCapacity } from './stock-verify-capacity.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  stockOf,
  tally,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());

const at = new Date('2026-03-01T12:00:00Z');
const verify = (repair: StockRepair) => verifyStock(pool, { repair, actor: 'system:test', at });
const none = { held: 0, committed: 0 };

/** A product with 20 at east, of which one order holds 3 and another has 2 committed. */
async function promised(): Promise<{ productId: number; held: Plan }> {
  const { east } = network.nodes;
  const productId = await addProduct(pool, [[east, 20]]);
  const held = routePlan(network, await addOrder(pool, network, [[productId, 3]]), east);
  const sold = routePlan(network, await addOrder(pool, network, [[productId, 2]]), east);
  const committed = { state: 'committed', expiresAt: null } as const;
  await commitPlans(pool, [held, { ...sold, holds: sold.holds?.map((hold) => ({ ...hold, ...committed })) ?? [] }]);
  return { productId, held };
}
const setCounters = (productId: number, held: number, committed: number) =>
  pool.query('UPDATE stock SET held = $2, committed = $3 WHERE product_id = $1', [productId, held, committed]);
/** What only somebody who may switch off the triggers can do. */
async function tamper(sql: string, values: unknown[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(sql, values);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
async function eventsOf(
  productId: number,
): Promise<{ type: string; actor: string; payload: Record<string, unknown> }[]> {
  const { rows } = await pool.query(
    `SELECT type, actor, payload FROM event WHERE aggregate_type = 'stock' AND aggregate_id LIKE '%:' || $1
     AND type <> 'stock.changed' ORDER BY aggregate_version`,
    [productId],
  );
  return rows;
}

describe('the check of stock', () => {
  it('finds nothing where every promise was made and ended by the book', async () => {
    await promised();
    const { checked, drift } = await verify('all');
    expect(checked).toBeGreaterThan(0);
    expect(drift).toEqual([]);
  });

  it('has what is promised beyond what there is relieved, once it is seen', async () => {
    const { productId } = await promised();
    await pool.query('UPDATE stock SET held = 0, committed = 0 WHERE product_id = $1', [productId]);
    await pool.query('UPDATE stock SET on_hand = 4 WHERE product_id = $1', [productId]);
    const due = async () => (await pool.query('SELECT relieve_at FROM stock WHERE product_id = $1', [productId])).rows;
    expect(await due()).toEqual([{ relieve_at: null }]);
    await verify('agreed');
    expect(await due()).toEqual([{ relieve_at: at }]);
  });

  it('finds a counter that somebody set by hand, and leaves it alone unless asked', async () => {
    const { productId } = await promised();
    await setCounters(productId, 1, 9);
    const { east } = network.nodes;
    const found = {
      ...{ nodeId: east.id, nodeCode: east.code, productId, sku: expect.any(String), repaired: false },
      ...{ counters: { held: 1, committed: 9 }, ledger: { held: 3, committed: 2 } },
      reservations: { held: 3, committed: 2 },
      disputed: 0,
    };
    expect((await verify('none')).drift).toEqual([found]);
    expect(await stockOf(pool, east, productId)).toMatchObject({ held: 1, committed: 9, version: 2 });

    expect((await verify('agreed')).drift).toEqual([{ ...found, repaired: true }]);
    expect(await stockOf(pool, east, productId)).toMatchObject({ held: 3, committed: 2, atp: 15, version: 3 });
    expect(await eventsOf(productId)).toMatchObject([
      {
        type: 'stock.repaired',
        actor: 'system:test',
        payload: { productId, held: 3, committed: 2, atp: 15, found: { counters: found.counters } },
      },
    ]);
    expect((await verify('all')).drift).toEqual([]);
    expect(await driftedStock(pool)).toEqual([]);
  });

  it('leaves to a person what ledger and reservations do not agree on, and says so once', async () => {
    const { productId, held } = await promised();
    await tamper("UPDATE reservation SET state = 'released', expires_at = NULL, ended_at = $2 WHERE id = $1", [
      held.holds?.[0]?.reservationId,
      AT,
    ]);
    for (let times = 0; times < 2; times++) {
      expect((await verify('agreed')).drift).toMatchObject([
        { productId, ledger: { held: 3 }, reservations: { held: 0 }, repaired: false },
      ]);
    }
    expect((await eventsOf(productId)).map((event) => event.type)).toEqual(['stock.drifted']);
    expect(await stockOf(pool, network.nodes.east, productId)).toMatchObject({ held: 3, committed: 2 });

    expect((await verify('all')).drift).toMatchObject([{ productId, repaired: true }]);
    expect(await stockOf(pool, network.nodes.east, productId)).toMatchObject({ held: 0, committed: 2, atp: 18 });
    const { rows: entries } = await pool.query(
      "SELECT held_delta, committed_delta FROM stock_ledger WHERE product_id = $1 AND entry = 'repair'",
      [productId],
    );
    expect(entries).toEqual([{ held_delta: -3, committed_delta: 0 }]);
    expect((await verify('none')).drift).toEqual([]);
    expect(await driftedStock(pool)).toEqual([]);
  });

  it('writes again what was taken out of the ledger', async () => {
    const { productId } = await promised();
    await tamper('DELETE FROM stock_ledger WHERE product_id = $1', [productId]);
    expect((await verify('all')).drift).toMatchObject([
      { productId, ledger: none, reservations: { held: 3, committed: 2 } },
    ]);
    expect(await stockOf(pool, network.nodes.east, productId)).toMatchObject({ held: 3, committed: 2 });
    expect((await verify('none')).drift).toEqual([]);
    expect(await driftedStock(pool)).toEqual([]);
  });

  it.each<[what: string, states: readonly Hold['state'][], units: readonly number[], sql: string]>([
    ['too many units of one, too few of another', ['held', 'held'], [3, 2], 'quantity = 5 - quantity'],
    [
      'one that is held and one that is committed, the other way round',
      ['held', 'committed'],
      [3, 3],
      "expires_at = NULL, state = CASE state WHEN 'held' THEN 'committed' ELSE 'held' END",
    ],
  ])('finds reservations that make up for each other within a row: %s', async (_, states, units, sql) => {
    const { east } = network.nodes;
    const productId = await addProduct(pool, [[east, 20]]);
    const ids: string[] = [];
    for (const [n, state] of states.entries()) {
      const plan = routePlan(network, await addOrder(pool, network, [[productId, units[n] ?? 0]]), east);
      const holds = (plan.holds ?? []).map((hold) => ({ ...hold, state, expiresAt: null }));
      await commitPlans(pool, [{ ...plan, holds }]);
      ids.push(...holds.map(({ reservationId }) => reservationId));
    }
    const before = await stockOf(pool, east, productId);
    await tamper(`UPDATE reservation SET ${sql} WHERE id = ANY($1)`, [ids]);
    for (let times = 0; times < 2; times++) {
      expect((await verify('agreed')).drift).toMatchObject([{ productId, disputed: 2, repaired: false }]);
    }
    expect((await eventsOf(productId)).map((event) => event.type)).toEqual(['stock.drifted']);
    expect((await verify('all')).drift).toMatchObject([{ productId, disputed: 2, repaired: true }]);
    expect((await verify('none')).drift).toEqual([]);
    expect(await stockOf(pool, east, productId)).toMatchObject({ held: before.held, committed: before.committed });
    expect(await driftedStock(pool)).toEqual([]);
  });

  it('goes through every row in pages, in the order in which all lock', async () => {
    const { rows: all } = await pool.query('SELECT node_id, product_id FROM stock ORDER BY 1, 2');
    let after = null;
    let checked = 0;
    for (let pages = 0; ; pages++) {
      const page = await verifyStockPage(pool, { after, repair: 'none', actor: 'system:test', at, rows: 2 });
      checked += page.checked;
      if (page.next === null) {
        expect(pages).toBe(Math.floor(all.length / 2));
        break;
      }
      expect(page.checked).toBe(2);
      after = page.next;
    }
    expect(checked).toBe(all.length);
  });

  it('finds and repairs only what is broken while orders are taken on the very same rows', async () => {
    const { east, west } = network.nodes;
    const products: number[] = [];
    for (let n = 0; n < 4; n++) {
      products.push(
        await addProduct(pool, [
          [east, 500],
          [west, 500],
        ]),
      );
    }
    let selling = true;
    const outcomes: Record<string, number> = {};
    const sell = async (worker: number) => {
      for (let turn = worker; selling; turn++) {
        const node = turn % 2 === 0 ? east : west;
        const wanted = [products[turn % 4] ?? 0, products[(turn + 1) % 4] ?? 0].map((id) => [id, 1] as const);
        const order = await addOrder(pool, network, wanted);
        const route = routePlan(network, order, node);
        const [taken] = await commitPlans(pool, [route]);
        if (taken?.outcome === 'committed' && turn % 3 !== 0) {
          const [hold] = route.holds ?? [];
          const move = turn % 3 === 1 ? ('release' as const) : ('commit' as const);
          const moves = hold ? [{ reservationId: hold.reservationId, move, quantity: 1, at: AT }] : [];
          await commitPlans(pool, [barePlan({ id: order.id, version: 2 }, { reservationMoves: moves })]);
        }
        for (const [outcome, n] of Object.entries(tally(taken ? [taken] : [])))
          outcomes[outcome] = (outcomes[outcome] ?? 0) + n;
      }
    };
    const sellers = Promise.all([0, 1, 2, 3].map(sell));
    let broken = 0;
    let repaired = 0;
    for (let round = 0; round < 25; round++) {
      const productId = products[round % 4];
      if (round % 3 !== 0) {
        // Too much only: less than was promised would rightly let the sellers promise too much.
        const breaks = round % 2 === 0 ? 'held = held + 7' : 'committed = committed + 5';
        await pool.query(`UPDATE stock SET ${breaks} WHERE product_id = $1 AND node_id = $2`, [productId, east.id]);
        broken += 1;
      }
      const { drift } = await verify('agreed');
      expect(drift.every((row) => row.repaired && row.productId === productId && row.nodeId === east.id)).toBe(true);
      repaired += drift.length;
    }
    selling = false;
    await sellers;
    expect(repaired).toBe(broken);
    expect(outcomes.committed).toBeGreaterThan(20);
    expect((await verify('none')).drift).toEqual([]);
    expect(await driftedStock(pool)).toEqual([]);
  });
});

describe('the check of daily capacity', () => {
  it('counts what the purchase orders of the day still ask of a node', async () => {
    const { far } = network.nodes;
    const productId = await addProduct(pool, [[far, 100]]);
    const day = '2026-03-01';
    const sell = async (quantity: number) => {
      const plan = routePlan(network, await addOrder(pool, network, [[productId, quantity]]), far);
      await commitPlans(pool, [{ ...plan, capacity: [{ nodeId: far.id, day, units: quantity }] }]);
    };
    await sell(6);
    await pool.query('UPDATE node SET daily_capacity_units = 50 WHERE id = $1', [far.id]);
    await sell(4);
    // A limit that came in the middle of the day counted from zero; the repair counts the whole day.
    expect(await verifyCapacity(pool, { repair: true, at })).toMatchObject([{ taken: 4, fulfillments: 10 }]);
    expect(await verifyCapacity(pool, { repair: false, at })).toEqual([]);

    await pool.query('DELETE FROM node_capacity WHERE node_id = $1', [far.id]);
    expect(await verifyCapacity(pool, { repair: true, at })).toMatchObject([
      { day, taken: 0, fulfillments: 10, repaired: true },
    ]);
    expect(await verifyCapacity(pool, { repair: false, at })).toEqual([]);

    await pool.query('UPDATE node_capacity SET taken = taken + 3 WHERE node_id = $1', [far.id]);
    const over = { nodeId: far.id, nodeCode: far.code, day, taken: 13, fulfillments: 10 };
    expect(await verifyCapacity(pool, { repair: false, at })).toEqual([{ ...over, repaired: false }]);
    expect(await verifyCapacity(pool, { repair: true, at })).toEqual([{ ...over, repaired: true }]);
    expect(await verifyCapacity(pool, { repair: false, at })).toEqual([]);
  });
});
