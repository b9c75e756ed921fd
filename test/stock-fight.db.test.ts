import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../src/demo/random.js';
import { systemViewer } from '../src/model/viewer.js';
import type { OrderDeps } from '../src/orders/deps.js';
import { dispatch } from '../src/orders/dispatch.js';
import { confirmOrder } from '../src/orders/holds.js';
import { cancelOrderNow } from '../src/orders/order-commands.js';
import { pollVendor } from '../src/orders/poll.js';
import { routeOrder } from '../src/orders/route.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { applyStockReport } from '../src/store/stock-reports.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  stockOf,
} from '../src/store/testing/small-network.js';
import { feedOf } from '../src/store/testing/stock-feed.js';
import { holdAllLaws, look, type Model, shelvesOf } from './stock-model/laws.js';
import { openCarrier, openShop, type Shop, type VendorPlan } from './stock-model/shop.js';

const CLIENTS = 64;
/** What each client does before it goes; more with `npm run test:stock`. */
const TURNS = Number(process.env.HEADGATE_FIGHT_TURNS ?? 4);
/** Many turns take long. */
const TIMEOUT_MS = 600_000 + TURNS * 30_000;
const SEED = Number(process.env.HEADGATE_FIGHT_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Gateway processes, each with connections and a committer of its own. */
const GATEWAYS = 4;
const SHELVES = [6, 9, 4, 5, 7, 3];

const vendor = (subtracts: VendorPlan['subtracts']): VendorPlan => ({
  ...{ subtracts, lagSeconds: 0, skewSeconds: 0, absentIsZero: false, numbered: false, reserveUnits: 0, bufferZ: 0 },
});

describe(`${CLIENTS} clients that fight for ${SHELVES.reduce((sum, n) => sum + n)} units (seed ${SEED})`, () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let shop: Shop;
  let gateways: { readonly db: Database; readonly deps: OrderDeps }[];
  let model: Model;
  const faults: unknown[] = [];
  /** Answered before they could be decided, as their stock moved each time: a later decision may refuse them. */
  const undecided = new Set<string>();

  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openShop(db, await openCarrier(db), {
      vendors: [vendor('received'), vendor('shipped')],
      ...{ shelves: SHELVES, safetyStock: 0 },
    });
    gateways = await Promise.all(
      Array.from({ length: GATEWAYS }, async () => {
        const own = await openDatabase({ url: db.url, poolMax: 8 });
        return { db: own, deps: { ...shop.deps, pool: own.pool, committer: createPlanCommitter(own.pool) } };
      }),
    );
    const cuts = new Map(shop.vendors.map(({ id }) => [`${id} 2026-01-01T00:00:00.000Z`, 0]));
    model = { seen: await look(shop, 0), orders: new Map(), reports: [], cuts, tally: new Map() };
  });
  afterAll(async () => {
    await closeGateways();
    await shop.close();
    await db.close();
  });
  async function closeGateways(): Promise<void> {
    for (const { deps, db: own } of gateways.splice(0)) {
      await deps.committer.close();
      await own.close();
    }
  }
  const gatewayOf = (index: number): OrderDeps => gateways[index % GATEWAYS]?.deps ?? shop.deps;
  /** Nobody may be told of anything but a business answer. */
  const unharmed = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => faults.push(error));

  async function report(deps: OrderDeps): Promise<void> {
    for (const { id, truth } of shop.vendors) {
      shop.clock.advance(1_007);
      const how = { kind: 'snapshot', places: 'all', offSeconds: 0, oldSeconds: 0, withMoment: true } as const;
      const { report: made, madeAt, cut } = truth.makeReport(how);
      model.cuts.set(`${id} ${made.asOf}`, cut);
      await applyStockReport(deps.pool, {
        ...{ vendorId: id, report: made, newId: deps.newId, now: shop.clock.now(), requestedAt: madeAt },
      });
    }
  }
  async function readDocuments(deps: OrderDeps): Promise<void> {
    for (const { id } of shop.vendors) {
      await shop.deps.pool.query('UPDATE vendor_poll SET next_action_at = $2 WHERE vendor_id = $1', [
        ...[id, shop.clock.now()],
      ]);
      await pollVendor(deps, id, 'documents');
    }
  }

  async function buy(deps: OrderDeps, quantities: readonly [number, number], backwards: boolean, explicit: boolean) {
    const lines = shop.products.flatMap(({ sku }, n) => {
      const quantity = quantities[n] ?? 0;
      return quantity > 0 ? [{ sku, quantity }] : [];
    });
    if (backwards) lines.reverse();
    const how = { confirmation: explicit ? 'explicit' : 'automatic', whenShort: 'REJECT' } as const;
    const { externalId, result } = await shop.submit(lines, how, deps);
    if (result.orderId === null) throw new Error(`expected an order, got ${JSON.stringify(result)}`);
    const ordered = lines.map((line) => line.quantity);
    model.orders.set(externalId, { id: result.orderId, ordered, refused: result.kind === 'refused', canceled: false });
    if (result.kind === 'accepted' && result.status === 'RECEIVED') undecided.add(result.orderId);
    return result;
  }

  /** One client: it buys in any order of lines, says yes, thinks better of it, or lets its time run out. */
  async function client(index: number): Promise<void> {
    const random = seededRandom(SEED + index);
    const own: string[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const deps = gatewayOf(index + turn);
      const orderId = own[random.integer(0, Math.max(0, own.length - 1))];
      const what = random.integer(0, 9);
      if (orderId === undefined || what < 5) {
        const quantities = [random.integer(0, 2), random.integer(1, 2)] as const;
        const result = await buy(deps, [...quantities], random.integer(0, 1) === 1, random.integer(0, 1) === 1);
        if (result.kind === 'accepted') own.push(result.orderId);
      } else if (what < 7) await unharmed(confirmOrder(deps, systemViewer('test'), orderId, deps.clock.now()));
      else if (what < 9) {
        for (const order of model.orders.values()) if (order.id === orderId) order.canceled = true;
        await unharmed(cancelOrderNow(deps, orderId, 'test'));
      } else await unharmed(routeOrder(deps, orderId, 'due'));
    }
  }

  it(
    'sell exactly what there is, none twice, and no deadlock reaches anybody',
    async () => {
      const before = model.seen;
      const shelves = shelvesOf(shop, before);
      let fighting = true;
      // Beside them: purchase orders go out, vendors ship and report, time passes.
      const world = (async () => {
        for (let round = 0; fighting; round += 1) {
          const deps = gatewayOf(round);
          shop.clock.advance(round % 5 === 4 ? 16 * 60_000 : 1_007);
          const seen = await look(shop, before.ledger.last);
          await Promise.all(seen.parts.slice(0, 20).map((part) => unharmed(dispatch(deps, part.fulfillmentId))));
          for (const [n, part] of seen.parts.entries()) {
            const { truth } = shop.vendorOf(part.nodeId);
            if (n % 3 === round % 3) truth.work(part.poNumber, part.lineNo, n % 2 === 0 ? 'ship' : 'accept', 1);
          }
          await unharmed(readDocuments(deps));
          await unharmed(report(deps));
          const over = seen.lines.filter((line) => line.status === 'ROUTED').slice(0, 10);
          await Promise.all(over.map((line) => unharmed(routeOrder(deps, line.orderId, 'due'))));
        }
      })();
      await Promise.all(Array.from({ length: CLIENTS }, (_, index) => unharmed(client(index))));
      fighting = false;
      await world;
      expect(faults).toEqual([]);

      // What was held and not confirmed is given up; what vendors were asked to cancel is settled.
      for (const order of model.orders.values()) {
        const mine = (await look(shop, before.ledger.last)).lines.find((line) => line.orderId === order.id);
        if (mine?.status !== 'ROUTED') continue;
        order.canceled = true;
        await cancelOrderNow(shop.deps, order.id, 'test');
      }
      for (let round = 0; round < 3; round += 1) {
        shop.clock.advance(60_000);
        const { parts } = await look(shop, before.ledger.last);
        for (const part of parts) await dispatch(gatewayOf(round), part.fulfillmentId);
        await readDocuments(shop.deps);
      }
      shop.clock.advance(60_000);
      await report(shop.deps);
      // Whoever still wants a unit gets it, until nobody can.
      for (const quantities of [
        [1, 0],
        [0, 1],
      ] as const) {
        const bound = SHELVES.reduce((sum, n) => sum + n) + 1;
        let tries = 0;
        while ((await buy(gatewayOf(tries), [...quantities], false, false)).kind === 'accepted') {
          tries += 1;
          expect(tries).toBeLessThan(bound);
        }
      }

      model.seen = await look(shop, before.ledger.last);
      for (const order of model.orders.values()) {
        const line = model.seen.lines.find((each) => each.orderId === order.id);
        if (undecided.has(order.id) && line?.status === 'REJECTED') order.refused = true;
      }
      // It was a fight: everything that can become of a promise became of some.
      const kinds = new Set(model.seen.ledger.entries.map((each) => each.entry));
      expect([...kinds].sort()).toEqual(expect.arrayContaining(['commit', 'hold', 'reflect', 'release']));
      holdAllLaws(shop, model, before, shelves);
      for (const [n, { id }] of shop.products.entries()) {
        const existed = SHELVES.reduce(
          (sum, units, shelf) => sum + (shelf % shop.products.length === n ? units : 0),
          0,
        );
        const sold = model.seen.lines
          .filter((line) => line.productId === id)
          .reduce((sum, line) => sum + line.routed + line.shipped, 0);
        expect(sold).toBe(existed);
      }
      expect(await driftedStock(db.pool)).toEqual([]);
      await closeGateways();
      expect(await deadlocksIn(db)).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe(`${CLIENTS} clients with plans ready in hand (seed ${SEED})`, () => {
  const LANES = 8;
  const PRODUCTS = 5;
  const EACH = 40;
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    db = await openTestDatabase();
  });
  afterAll(() => db.close());

  it(
    'take exactly what there is through eight committers, whatever the order of their lines and beside feeds',
    async () => {
      const { pool } = db;
      const network = await loadSmallNetwork(pool);
      const { east } = network.nodes;
      const products: number[] = [];
      for (let n = 0; n < PRODUCTS; n += 1) products.push(await addProduct(pool, [[east, EACH]]));
      const plansOf = async (index: number) => {
        const random = seededRandom(SEED + index);
        const plans = [];
        for (let turn = 0; turn < TURNS; turn += 1) {
          const from = random.integer(0, PRODUCTS - 1);
          const wanted = [0, 1, 2].map((n) => [products[(from + n) % PRODUCTS] ?? 0, random.integer(1, 2)] as const);
          plans.push(
            routePlan(network, await addOrder(pool, network, random.chance(0.5) ? wanted : wanted.reverse()), east),
          );
        }
        return plans;
      };
      const plans = await Promise.all(Array.from({ length: CLIENTS }, (_, index) => plansOf(index)));
      const lanes = await Promise.all(
        Array.from({ length: LANES }, async () => {
          const own = await openDatabase({ url: db.url, poolMax: 2 });
          return { db: own, committer: createPlanCommitter(own.pool, { batchMax: 4 }) };
        }),
      );
      const laneOf = (index: number) => lanes[index % LANES]?.committer ?? createPlanCommitter(pool);
      let fighting = true;
      const feeds = (async () => {
        const feed = feedOf(pool, east.vendorId, new Date(AT));
        const all = products.map((id) => [east, id, EACH] as const);
        for (let second = 0; fighting; second += 1) {
          await feed.snapshot(new Date(Date.parse(AT) + second * 1_000).toISOString(), [...all].reverse());
        }
      })();
      let taken = 0;
      await Promise.all(
        plans.map(async (own, index) => {
          for (const [turn, plan] of own.entries()) {
            const outcome = await laneOf(index + turn).commit(plan);
            expect(['committed', 'stock_moved']).toContain(outcome.outcome);
            if (outcome.outcome !== 'committed') continue;
            taken += 1;
            // Every third thinks better of it: there is something to fight for until the end.
            if ((index + turn) % 3 !== 0) continue;
            const reservationMoves = (plan.holds ?? []).map(({ reservationId, quantity }) => ({
              ...{ reservationId, move: 'release' as const, quantity, at: AT },
            }));
            const again = barePlan({ id: plan.orderId, version: 2 }, { reservationMoves });
            expect((await laneOf(index).commit(again)).outcome).toBe('committed');
          }
        }),
      );
      fighting = false;
      await feeds;
      expect(taken).toBeGreaterThan(0);
      // Whoever wants a single unit gets it while there is one.
      for (const id of products) {
        for (let left = (await stockOf(pool, east, id)).atp; left >= 0; left -= 1) {
          const outcome = await laneOf(left).commit(routePlan(network, await addOrder(pool, network, [[id, 1]]), east));
          expect(outcome.outcome).toBe(left > 0 ? 'committed' : 'stock_moved');
        }
        expect(await stockOf(pool, east, id)).toMatchObject({ onHand: EACH, held: EACH, atp: 0 });
      }
      expect(await driftedStock(pool)).toEqual([]);
      for (const lane of lanes) {
        await lane.committer.close();
        await lane.db.close();
      }
      expect(await deadlocksIn(db)).toBe(0);
    },
    TIMEOUT_MS,
  );
});

/** What PostgreSQL has counted; committers repeat a batch that met one, so no caller would hear of it. */
async function deadlocksIn(db: Database): Promise<number | undefined> {
  await db.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await db.pool.query<{ deadlocks: number }>(
    'SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0]?.deadlocks;
}
