import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNetwork } from '../src/demo/network.js';
import { DEMO_SIZE, demoVendorToken, seedDemo } from '../src/demo/seed.js';
import type { FaultName } from '../src/demo/simulated-vendor/faults.js';
import { startSimulatedVendor } from '../src/demo/simulated-vendor/server.js';
import { demoVendorStock } from '../src/demo/vendor-stock.js';
import { systemClock } from '../src/model/clock.js';
import { silentLog } from '../src/model/log.js';
import type { OrderDeps } from '../src/orders/deps.js';
import type { OrderServices, SubmitResult } from '../src/orders/services.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { createEventTail, type EventTail } from '../src/store/event-tail.js';
import { parsePollId } from '../src/store/polls.js';
import { parseShortageId } from '../src/store/shortages.js';
import { createLocalWake, type Wake } from '../src/store/wake.js';
import { dueWork, type WorkStep } from '../src/store/work.js';
import { submitAnOrder } from './an-order.js';
import { createTestDatabase } from './database.js';
import { openServices, WORLD_KEYS } from './order-services.js';

export { WORLD_KEYS };

/** The demo network over a real database, its simulated vendors over real HTTP, and the order services between them. */
export interface World {
  readonly url: string;
  readonly db: Database;
  readonly deps: OrderDeps;
  readonly services: OrderServices;
  readonly wake: Wake;
  readonly tail: EventTail;
  readonly vendorUrl: string;
  /** What the vendors have, one entry for each PO of theirs. */
  purchaseOrders(): Promise<readonly { readonly poNumber: string; readonly timesReceived: number }[]>;
  /** Every live question that a vendor was asked, the oldest first. */
  questions(): Promise<readonly Question[]>;
  /** What a vendor really has of a SKU at a node, in its packs, whatever it reported. */
  count(shelf: { vendor: string; nodeCode: string; vendorSku: string; onHand: number }): Promise<void>;
  /** How the vendors behave at the next so many calls. */
  misbehave(fault: FaultName, times: number): Promise<void>;
  /** How often a PO number reached the vendors: 0, they have none of it; more than 1, it was sent again and is still one. */
  timesReceived(poNumber: string): Promise<number>;
  stopVendors(): Promise<void>;
  /** At the same address as before, with what they knew. */
  startVendors(): Promise<void>;
  /** SKUs that some node holds at least so many of and ships to the US. */
  skus(count: number, atLeast: number): Promise<string[]>;
  /** One such SKU, if there is one, that nodes of at least so many vendors have. */
  skusOfVendors(vendors: number, atLeast: number): Promise<string[]>;
  submit(lines: readonly (readonly [sku: string, quantity: number])[]): Promise<SubmitResult>;
  /** Does what is due, of all steps or of some, until the condition holds; fails after `withinMs`. */
  workUntil(
    what: string,
    done: () => Promise<boolean>,
    options?: { withinMs?: number; steps?: WorkStep[] },
  ): Promise<void>;
  statuses(orderIds: readonly string[]): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** A live question as its vendor got it. */
export interface Question {
  readonly vendor: string;
  readonly rows: readonly { readonly nodeCode: string; readonly vendorSku: string; readonly packs: number }[];
}

const HOST = '127.0.0.1';
export async function openWorld(size: { vendors?: number; skus?: number } = {}): Promise<World> {
  const created = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'headgate-vendors-'));
  const network = { seed: DEMO_SIZE.seed, vendors: size.vendors ?? 4, skus: size.skus ?? 40 };
  const stock = demoVendorStock(generateNetwork(network));
  const openVendors = (port: number) =>
    startSimulatedVendor({
      ...{
        port,
        host: HOST,
        journalFile: join(folder, 'vendors.jsonl'),
        clock: systemClock,
        stock,
        token: demoVendorToken,
      },
      delays: { acceptMs: 30, shipMs: 60, deliverMs: 60 },
    });
  let vendors = await openVendors(0);
  const vendorUrl = vendors.url;
  const db = await openDatabase({ url: created.url, poolMax: 12 });
  await seedDemo(db.pool, {
    ...network,
    vendorBaseUrl: vendorUrl,
    keys: WORLD_KEYS,
    clock: systemClock,
  });
  const wake = createLocalWake();
  const tail = createEventTail({ pool: db.pool, wake, clock: systemClock, log: silentLog });
  await tail.start();
  const { deps, services } = openServices(db, wake);

  const skusOf = async (vendorCount: number, atLeast: number, count: number) => {
    const { rows } = await db.pool.query<{ sku: string }>(
      `SELECT p.sku FROM offer o JOIN product p ON p.id = o.product_id JOIN stock s USING (node_id, product_id)
         JOIN node n ON n.id = o.node_id
       WHERE s.atp >= $2 AND o.minimum_quantity = 1 AND o.quantity_multiple = 1
         AND EXISTS (SELECT 1 FROM node_service ns JOIN rate_zone_area a ON a.rate_card_id = ns.rate_card_id
           WHERE ns.node_id = o.node_id AND a.country_code = 'US')
       GROUP BY p.sku HAVING count(DISTINCT n.vendor_id) >= $3 ORDER BY p.sku LIMIT $1`,
      [count, atLeast, vendorCount],
    );
    return rows.map((row) => row.sku);
  };
  const purchaseOrders = async () => {
    const response = await fetch(`${vendorUrl}/control/purchase-orders`);
    return (await response.json()) as { poNumber: string; timesReceived: number }[];
  };
  const control = async (path: string, body: unknown) => {
    const response = await fetch(`${vendorUrl}/control${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the vendors do not take ${JSON.stringify(body)}: ${await response.text()}`);
  };
  const run = (step: WorkStep, id: string): Promise<unknown> => {
    if (step === 'intake') return services.processIntake(id);
    if (step === 'route') return services.routeOrder(id, 'due');
    if (step === 'dispatch') return services.dispatch(id);
    if (step === 'check') return services.checkLive(id);
    if (step === 'notice') return services.tellChannel(id);
    if (step === 'shortage') {
      const key = parseShortageId(id);
      if (key === null) throw new Error(`expected the id of a shortage, got ${id}`);
      return services.relieveShortage(key.nodeId, key.productId);
    }
    const poll = parsePollId(id);
    if (poll === null) throw new Error(`expected the id of a poll, got ${id}`);
    return 'vendorId' in poll
      ? services.pollVendor(poll.vendorId, poll.kind)
      : services.pollAccount(poll.accountId, poll.kind);
  };

  return {
    url: created.url,
    db,
    deps,
    services,
    wake,
    tail,
    vendorUrl,
    purchaseOrders,
    async questions() {
      const response = await fetch(`${vendorUrl}/control/questions`);
      return (await response.json()) as Question[];
    },
    count: (shelf) => control('/stock', shelf),
    misbehave: (fault, times) => control('', { fault, times }),
    async timesReceived(poNumber) {
      const found = (await purchaseOrders()).filter((each) => each.poNumber === poNumber);
      if (found.length > 1) throw new Error(`the vendors have PO ${poNumber} ${found.length} times`);
      return found[0]?.timesReceived ?? 0;
    },
    stopVendors: () => vendors.close(),
    async startVendors() {
      vendors = await openVendors(Number(new URL(vendorUrl).port));
    },
    async skus(count, atLeast) {
      const found = await skusOf(1, atLeast, count);
      if (found.length < count)
        throw new Error(`expected ${count} SKUs with ${atLeast} in stock, found ${found.length}`);
      return found;
    },
    skusOfVendors: (vendorCount, atLeast) => skusOf(vendorCount, atLeast, 1),
    submit: (lines) => submitAnOrder(services, lines),
    async workUntil(what, done, options = {}) {
      const until = performance.now() + (options.withinMs ?? 30_000);
      while (!(await done())) {
        if (performance.now() > until) throw new Error(`expected within ${options.withinMs ?? 30_000} ms: ${what}`);
        const now = systemClock.now();
        const due = await dueWork(db.pool, { now, limit: 50, ...(options.steps ? { steps: options.steps } : {}) });
        await Promise.all(due.map(({ step, id }) => run(step, id)));
        if (due.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async statuses(orderIds) {
      const { rows } = await db.pool.query<{ status: string; n: number }>(
        'SELECT status, count(*)::int AS n FROM orders WHERE id = ANY($1::uuid[]) GROUP BY status',
        [orderIds],
      );
      return Object.fromEntries(rows.map((row) => [row.status, row.n]));
    },
    async close() {
      await tail.close();
      await deps.committer.close();
      await db.close();
      await vendors.close();
      await created.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The ids of orders that were accepted; throws where one was not. */
export function acceptedIds(results: readonly SubmitResult[]): string[] {
  return results.map((result) => {
    if (result.kind !== 'accepted') throw new Error(`expected an accepted order, got ${JSON.stringify(result)}`);
    return result.orderId;
  });
}
