import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../connectors/connector.js';
import { exchange, refusalOf } from '../connectors/http/exchange.js';
import { createGates } from '../connectors/http/gates.js';
import { type Outbound, openOutbound } from '../connectors/http/guarded-fetch.js';
import { type MisbehavingServer, startMisbehavingServer } from '../connectors/testing/misbehaving-server.js';
import type { PurchaseOrder } from '../connectors/vendor-documents.js';
import type { Exchange } from '../model/exchange.js';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { listDeadLetters } from '../store/dead-letters.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { driftedStock } from '../store/testing/small-network.js';
import type { OrderDeps } from './deps.js';
import { dispatch } from './dispatch.js';
import { pollVendor } from './poll.js';
import { MemoryVendor } from './testing/memory-vendor.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

/** A vendor behind HTTP: it is asked at `path` whether it is well before it does anything. */
class VendorBehindHttp extends MemoryVendor {
  path = '/well';
  constructor(private readonly url: () => string) {
    super();
  }

  override async submitPurchaseOrder(po: PurchaseOrder, context?: CallContext) {
    await this.#ask('POST', context);
    return super.submitPurchaseOrder(po);
  }

  override async pullDocuments(cursor: string | null, context?: CallContext) {
    await this.#ask('GET', context);
    return super.pullDocuments(cursor);
  }

  async #ask(method: 'GET' | 'POST', context?: CallContext): Promise<void> {
    if (!context) throw new Error('expected to be called with a context');
    const call = { of: 'vendor', changes: method === 'POST' } as const;
    const answer = await exchange(call, `${this.url()}${this.path}`, { method }, context);
    if (answer.status !== 200) throw refusalOf(call, answer, undefined);
  }
}

describe('a vendor that asks to be left alone, or fails', () => {
  let db: Database;
  let shop: Workshop;
  let server: MisbehavingServer;
  let outbound: Outbound;
  let deps: OrderDeps;
  let vendor: VendorBehindHttp;
  const told: boolean[] = [];
  const exchanges: Exchange[] = [];
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });
  beforeEach(async () => {
    server = await startMisbehavingServer();
    outbound = openOutbound({ rules: { privateHosts: [], ownOrigins: [server.url] } });
    vendor = new VendorBehindHttp(() => server.url);
    told.length = 0;
    exchanges.length = 0;
    const { clock } = shop;
    const account = { code: 'acme', settings: {}, secrets: {} };
    deps = {
      ...shop.deps,
      links: {
        ...shop.deps.links,
        vendor: async (vendorId) => ({ vendorId, code: 'acme', connector: vendor, account }),
      },
      fetch: outbound.fetch,
      exchanges: { keep: (taken) => void exchanges.push(...taken()) },
      gates: createGates({
        monotonicMs: () => clock.monotonicMs(),
        nowMs: () => clock.now().getTime(),
        random: () => 0.5,
        sleep: async (ms) => clock.advance(ms),
        onRest: (_, isResting) => void told.push(isResting),
      }),
    };
  });
  afterEach(async () => {
    await outbound.close();
    await server.close();
    expect(await listDeadLetters(db.pool, systemViewer('test'), { limit: 10 })).toEqual([]);
  });

  const planned = async (count: number) => {
    const orders = [];
    for (let at = 0; at < count; at += 1) orders.push(await shop.plannedOrder());
    return orders;
  };
  const fulfillmentOf = async (orderId: string) => {
    const [own] = (await shop.order(orderId)).fulfillments;
    if (!own) throw new Error(`expected a fulfillment of ${orderId}`);
    const waitMs = own.nextActionAt === null ? null : own.nextActionAt.getTime() - shop.clock.now().getTime();
    return { ...own, waitMs };
  };
  type Planned = Awaited<ReturnType<typeof planned>>[number];
  /** Lets each come due and be dispatched, in the order of their moments, until nothing is due any more. */
  const workOn = async (orders: readonly Planned[]) => {
    for (let turn = 0; turn < 40; turn += 1) {
      const states = await Promise.all(
        orders.map(async (each) => ({ ...each, ...(await fulfillmentOf(each.orderId)) })),
      );
      const due = states.flatMap(({ waitMs, fulfillmentId }) => (waitMs === null ? [] : [{ waitMs, fulfillmentId }]));
      const next = due.sort((a, b) => a.waitMs - b.waitMs)[0];
      if (!next) return;
      shop.clock.advance(Math.max(0, next.waitMs));
      await dispatch(deps, next.fulfillmentId);
    }
    throw new Error('expected an end within 40 turns');
  };

  it('is called by no order within its pause; then each is sent, as one purchase order, and none spends an attempt on it', async () => {
    vendor.path = '/recovers?status=429&after=30&times=1';
    const orders = await planned(3);
    const [first, ...others] = orders;
    if (!first) throw new Error('expected orders');
    await dispatch(deps, first.fulfillmentId);
    expect(await fulfillmentOf(first.orderId)).toMatchObject({ status: 'PLANNED', failures: 1, waitMs: 30_000 });
    for (const { orderId, fulfillmentId } of others) {
      expect(await dispatch(deps, fulfillmentId)).toEqual({ outcome: 'done', note: 'put off: PAUSED' });
      expect(await fulfillmentOf(orderId)).toMatchObject({
        ...{ status: 'PLANNED', failures: 0, attempt: 0, waitMs: 35_000 },
      });
      expect(await shop.events(orderId)).toEqual(['order.routed', 'fulfillment.retrying']);
    }
    shop.clock.advance(29_999);
    for (const { fulfillmentId } of orders) expect((await dispatch(deps, fulfillmentId)).outcome).toBe('retry');
    expect(server.came).toHaveLength(1);
    await workOn(orders);
    for (const { orderId, poNumber } of orders) {
      expect(await fulfillmentOf(orderId)).toMatchObject({ status: 'ACCEPTED' });
      expect(vendor.kept.has(poNumber)).toBe(true);
    }
    expect([vendor.kept.size, vendor.calls.submit, server.came.length]).toEqual([3, 3, 4]);
    expect(told).toEqual([]);
  });

  it('rests after 5 failures, is tried by one call, and loses no order: each is sent once it answers', async () => {
    vendor.path = '/recovers?status=500&times=6';
    const orders = await planned(8);
    for (const { fulfillmentId } of orders) await dispatch(deps, fulfillmentId);
    expect([server.came.length, told]).toEqual([5, [true]]);
    const statuses = await Promise.all(orders.map(async ({ orderId }) => (await fulfillmentOf(orderId)).status));
    expect(statuses).toEqual([...Array(5).fill('UNKNOWN'), ...Array(3).fill('PLANNED')]);
    // The first trial fails as well, the second is answered.
    const untried = orders.slice(5);
    shop.clock.advance(1_500);
    await Promise.all(untried.map(({ fulfillmentId }) => dispatch(deps, fulfillmentId)));
    expect([server.came.length, told]).toEqual([6, [true]]);
    await workOn(orders);
    expect(told).toEqual([true, false]);
    for (const { orderId } of orders) expect(await fulfillmentOf(orderId)).toMatchObject({ status: 'ACCEPTED' });
    expect([vendor.kept.size, vendor.calls.submit, server.came.length]).toEqual([8, 8, 14]);
    expect(exchanges).toHaveLength(14);
  });

  it('is read again after its pause, which no poll counts as a failure of its own', async () => {
    const { vendorId } = shop.network.nodes.east;
    const pollOf = async () => {
      const { rows } = await db.pool.query<{ failures: number; next_action_at: Date }>(
        "SELECT failures, next_action_at FROM vendor_poll WHERE vendor_id = $1 AND kind = 'documents'",
        [vendorId],
      );
      return { failures: rows[0]?.failures, waitMs: Number(rows[0]?.next_action_at) - shop.clock.now().getTime() };
    };
    await db.pool.query("INSERT INTO vendor_poll (vendor_id, kind, next_action_at) VALUES ($1, 'documents', $2)", [
      vendorId,
      shop.clock.now(),
    ]);
    vendor.path = '/recovers?status=429&after=30&times=1';
    const [order] = await planned(1);
    if (!order) throw new Error('expected an order');
    await dispatch(deps, order.fulfillmentId);
    expect(await pollVendor(deps, vendorId, 'documents')).toMatchObject({ outcome: 'retry', note: 'PAUSED' });
    expect(await pollOf()).toEqual({ failures: 0, waitMs: 35_000 });
    expect(server.came).toHaveLength(1);
    shop.clock.advance(35_000);
    expect((await pollVendor(deps, vendorId, 'documents')).outcome).toBe('done');
    await workOn([order]);
  });
});
