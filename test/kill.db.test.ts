import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../src/demo/random.js';
import { systemViewer } from '../src/model/viewer.js';
import { createApiKey } from '../src/store/api-keys.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { ask } from './api-client.js';
import { openWorld, WORLD_KEYS, type World } from './world.js';

/** Times that the process is killed; more with HEADGATE_KILL_ROUNDS, for a longer search. */
const ROUNDS = Number(process.env.HEADGATE_KILL_ROUNDS ?? 4);
const SEED = Number(process.env.HEADGATE_KILL_SEED ?? 1);
const ORDERS_PER_ROUND = 5;
const PROGRAM = join(import.meta.dirname, '../dist/src/cli.js');
const SUBMIT = `mutation($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id status } errors { code message } } }`;

interface Submitted {
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
  orderId: string | null;
}

/** A whole Headgate in a process of its own, over the test's database and vendors. */
interface Process {
  readonly url: string;
  readonly child: ChildProcess;
}

describe('killed at any instant', () => {
  let world: World;
  let apiKey: string;
  let folder: string;
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error('expected a build in dist/: run npm run build');
    world = await openWorld();
    folder = mkdtempSync(join(tmpdir(), 'headgate-kill-'));
    const made = await createApiKey(world.db.pool, systemViewer('test'), {
      id: v7(),
      name: 'kill',
      scopes: ['operations'],
      accountIds: 'all',
      vendorIds: 'all',
      createdAt: new Date(),
      secret: randomBytes(32),
    });
    apiKey = made.key;
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Process> => {
    const child = spawn(process.execPath, [PROGRAM, 'start', '--no-demo', '--port', '0', '--data', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DATABASE_URL: world.url,
        HEADGATE_SECRET: Buffer.from(WORLD_KEYS.current).toString('base64'),
        // The world's simulated vendors are on this machine.
        HEADGATE_PRIVATE_HOSTS: '127.0.0.1',
        HEADGATE_LEASE_MS: '2000',
        HEADGATE_LEASE_MARGIN_MS: '300',
        HEADGATE_BACKOFF_MS: '50',
        HEADGATE_BACKOFF_MAX_MS: '500',
        HEADGATE_ATTEMPTS_MAX: '100',
        HEADGATE_POLL_DOCUMENTS_MS: '200',
        HEADGATE_POLL_STOCK_MS: '1000',
        HEADGATE_POOL_MAX: '6',
      },
    });
    running.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
    const until = performance.now() + 30_000;
    for (;;) {
      const url = /API\s+(http:\S+)\/graphql/.exec(said)?.[1];
      if (url) return { url, child };
      if (performance.now() > until || child.exitCode !== null) throw new Error(`Headgate did not start:\n${said}`);
      await pause(20);
    }
  };

  const submit = async (url: string, order: Submitted): Promise<void> => {
    const input = {
      idempotencyKey: order.key,
      accountCode: 'demo-api',
      externalId: order.key,
      currencyCode: 'USD',
      lines: [{ externalLineId: '1', sku: order.sku, quantity: order.quantity, unitPrice: '300.00' }],
      shipTo: {
        name: 'A Tester',
        lines: ['1 Main St'],
        city: 'Denver',
        regionCode: 'CO',
        postalCode: '80202',
        countryCode: 'US',
      },
    };
    const answer = await ask<{ submitOrder: { order: { id: string } | null; errors: unknown[] } }, unknown>(
      url,
      apiKey,
      SUBMIT,
      { input },
    );
    const payload = answer.data?.submitOrder;
    if (!payload?.order) throw new Error(`expected an order, got ${JSON.stringify(answer)}`);
    // Opaque to callers; the test looks behind it to count in the database.
    order.orderId = Buffer.from(payload.order.id, 'base64url').toString().replace('Order:', '');
  };

  it(`${ROUNDS} times: every order goes on, once, and the vendors have exactly what was ordered`, async () => {
    const random = seededRandom(SEED);
    const skus = await world.skus(5, ROUNDS * ORDERS_PER_ROUND);
    const orders: Submitted[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { url, child } = await start();
      const fresh: Submitted[] = Array.from({ length: ORDERS_PER_ROUND }, (_, index) => ({
        key: randomUUID(),
        sku: skus[index % skus.length] ?? '',
        quantity: 1 + (index % 2),
        orderId: null,
      }));
      orders.push(...fresh);
      // Anywhere from before the first is kept to after the last is acknowledged.
      const killed = pause(random.integer(0, 1_500)).then(() => child.kill('SIGKILL'));
      await Promise.allSettled(fresh.map((order) => submit(url, order)));
      await killed;
      running.delete(child);
    }

    const { url, child } = await start();
    // What got no answer is asked for again under its key, as a client would.
    await Promise.all(orders.map((order) => submit(url, order)));
    const ids = orders.map((order) => order.orderId ?? '');
    expect(new Set(ids).size).toBe(orders.length);
    await eventually(
      90_000,
      async () => ((await world.statuses(ids)).DELIVERED ?? 0) === orders.length,
      () => world.statuses(ids),
    );

    const { rows: made } = await world.db.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM orders');
    expect(made[0]?.n).toBe(orders.length);
    const { rows: ours } = await world.db.pool.query<{ po_number: string }>(
      "SELECT po_number FROM fulfillment WHERE status = 'DELIVERED' ORDER BY po_number",
    );
    const theirs = await world.purchaseOrders();
    expect(theirs.map((po) => po.poNumber).sort()).toEqual(ours.map((row) => row.po_number));
    const ordered = orders.reduce((sum, order) => sum + order.quantity, 0);
    const { rows: shipped } = await world.db.pool.query<{ n: number }>('SELECT sum(shipped)::int AS n FROM order_line');
    expect(shipped[0]?.n).toBe(ordered);
    expect(await driftedStock(world.db.pool)).toEqual([]);
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    running.delete(child);
    expect(code).toBe(0);
  }, 300_000);
});

/** Waits for a condition, bounded; says how far it came where it does not come true. */
async function eventually(
  withinMs: number,
  holds: () => Promise<boolean>,
  where: () => Promise<unknown>,
): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > until)
      throw new Error(`expected it within ${withinMs} ms, got ${JSON.stringify(await where())}`);
    await pause(100);
  }
}
