import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateNetwork } from '../src/demo/network.js';
import { seededRandom } from '../src/demo/random.js';
import { DEMO_SIZE, demoVendorToken, seedDemo } from '../src/demo/seed.js';
import { startSimulatedVendor } from '../src/demo/simulated-vendor/server.js';
import { demoVendorStock } from '../src/demo/vendor-stock.js';
import { systemClock } from '../src/model/clock.js';
import { systemViewer } from '../src/model/viewer.js';
import { createApiKey } from '../src/store/api-keys.js';
import { type Database, migrate, openDatabase } from '../src/store/database.js';
import { type EmbeddedServer, startEmbedded } from '../src/store/embedded/server.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { ask, eventually } from './api-client.js';
import { WORLD_KEYS } from './order-services.js';
import { openRelay, type Relay } from './relay.js';

/** Times that something is killed; many with `npm run test:stock`. */
const ROUNDS = Number(process.env.HEADGATE_CRASH_ROUNDS ?? 3);
const SEED = Number(process.env.HEADGATE_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const CLIENTS = 12;
const ORDERS_PER_CLIENT = 5;
/** SKUs that a round fights for, the nodes that offer them, and the units of each at each node. */
const SKUS_PER_ROUND = 2;
const NODES = 2;
const UNITS = 4;
const GATEWAYS = 2;
const PROGRAM = join(import.meta.dirname, '../dist/src/cli.js');
const SUBMIT =
  'mutation($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id status } errors { __typename code message } } }';
const CANCEL = 'mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { order { id } errors { code } } }';

interface Wish {
  readonly key: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** What it was told; null: nothing yet. */
  answer: { readonly kind: 'accepted'; readonly orderId: string } | { readonly kind: 'refused' } | null;
  cancelAsked: boolean;
}
interface Scarce {
  readonly sku: string;
  readonly productId: number;
  readonly units: number;
}

describe('a fight for stock while gateways are killed and the database is stopped', () => {
  let folder: string;
  let server: EmbeddedServer | null = null;
  let relay: Relay;
  let url: string;
  let db: Database;
  let vendors: Awaited<ReturnType<typeof startSimulatedVendor>>;
  let apiKey: string;
  let scarce: Scarce[];
  const gateways: { child: ChildProcess; url: string }[] = [];
  const wishes: Wish[] = [];

  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error('expected a build in dist/: run npm run build');
    folder = mkdtempSync(join(tmpdir(), 'headgate-crash-'));
    chmodSync(folder, 0o711);
    relay = await openRelay();
    await startDatabase();
    await migrate(url);
    db = await openDatabase({ url, poolMax: 4 });
    const network = { seed: DEMO_SIZE.seed, vendors: 4, skus: Math.max(40, 4 * SKUS_PER_ROUND * ROUNDS) };
    const seed = { ...network, keys: WORLD_KEYS, clock: systemClock };
    await seedDemo(db.pool, { ...seed, vendorBaseUrl: 'http://127.0.0.1:9' });
    const { skus, shelves } = await makeScarce();
    scarce = skus;
    vendors = await startSimulatedVendor({
      ...{ port: 0, host: '127.0.0.1', journalFile: join(folder, 'vendors.jsonl'), clock: systemClock },
      stock: demoVendorStock(generateNetwork(network)).map((row) =>
        shelves.has(`${row.nodeCode} ${row.vendorSku}`) ? { ...row, onHand: UNITS } : row,
      ),
      ...{ token: demoVendorToken, delays: { acceptMs: 30, shipMs: 60, deliverMs: 60 } },
    });
    await seedDemo(db.pool, { ...seed, vendorBaseUrl: vendors.url });
    const made = await createApiKey(db.pool, systemViewer('test'), {
      ...{ id: v7(), name: 'crash', scopes: ['operations'], accountIds: 'all', vendorIds: 'all' },
      ...{ createdAt: new Date(), secret: randomBytes(32) },
    });
    apiKey = made.key;
    for (let n = 0; n < GATEWAYS; n += 1) gateways.push(await startGateway(n));
  }, 120_000);
  afterAll(async () => {
    for (const { child } of gateways) child.kill('SIGKILL');
    await db?.close();
    await vendors?.close();
    await server?.stop();
    await relay?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function startDatabase(): Promise<void> {
    server = await startEmbedded({ folder: join(folder, 'database') });
    const at = new URL(server.url);
    relay.pointTo(Number(at.port));
    at.port = String(relay.port);
    url = at.href;
  }
  /** As `pg_ctl stop -m immediate`: no checkpoint, no goodbye; the next start recovers from the log. */
  async function stopDatabase(): Promise<void> {
    relay.pointTo(null);
    const place = server?.place ?? '';
    const [pid] = readFileSync(join(place, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGQUIT');
    await server?.stop();
    server = null;
  }

  async function startGateway(n: number): Promise<{ child: ChildProcess; url: string }> {
    const own = join(folder, `gateway-${n}`);
    mkdirSync(own, { recursive: true });
    const child = spawn(process.execPath, [PROGRAM, 'start', '--no-demo', '--port', '0', '--data', own], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DATABASE_URL: url,
        HEADGATE_SECRET: Buffer.from(WORLD_KEYS.current).toString('base64'),
        // The world's simulated vendors are on this machine.
        HEADGATE_PRIVATE_HOSTS: '127.0.0.1',
        HEADGATE_LEASE_MS: '2000',
        HEADGATE_LEASE_MARGIN_MS: '300',
        HEADGATE_BACKOFF_MS: '50',
        HEADGATE_BACKOFF_MAX_MS: '500',
        HEADGATE_ATTEMPTS_MAX: '100',
        HEADGATE_POLL_DOCUMENTS_MS: '200',
        HEADGATE_POLL_STOCK_MS: '300',
        HEADGATE_POOL_MAX: '6',
      },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
    const api = await eventually(
      'a gateway that listens',
      () => {
        if (child.exitCode !== null) throw new Error(`a gateway did not start:\n${said}`);
        return /API\s+(http:\S+)\/graphql/.exec(said)?.[1];
      },
      60_000,
    );
    return { child, url: api };
  }

  /** SKUs that can be had singly, each with so few units that a round fights for them; vendors know it from their shelves. */
  async function makeScarce(): Promise<{ readonly skus: Scarce[]; readonly shelves: ReadonlySet<string> }> {
    const { rows } = await db.pool.query<{ productId: number; sku: string; nodes: number[] }>(
      `SELECT o.product_id AS "productId", p.sku, (array_agg(o.node_id ORDER BY o.node_id))[1:$2] AS nodes
       FROM offer o JOIN product p ON p.id = o.product_id JOIN node n ON n.id = o.node_id JOIN stock s USING (node_id, product_id)
         JOIN product_vendor_alias a ON a.vendor_id = n.vendor_id AND a.product_id = o.product_id
       WHERE o.stocked AND o.minimum_quantity = 1 AND o.quantity_multiple = 1 AND a.units_per_pack = 1
         AND EXISTS (SELECT 1 FROM node_service ns JOIN rate_zone_area z ON z.rate_card_id = ns.rate_card_id
           WHERE ns.node_id = o.node_id AND z.country_code = 'US')
       GROUP BY 1, 2 HAVING count(*) >= $2 ORDER BY 1 LIMIT $1`,
      [ROUNDS * SKUS_PER_ROUND, NODES],
    );
    expect(rows).toHaveLength(ROUNDS * SKUS_PER_ROUND);
    const ids = rows.map((row) => row.productId);
    for (const { productId, nodes } of rows) {
      await db.pool.query('UPDATE offer SET active = node_id = ANY($2) WHERE product_id = $1', [productId, nodes]);
    }
    await db.pool.query('UPDATE stock SET on_hand = $2, safety_stock = 0 WHERE product_id = ANY($1)', [ids, UNITS]);
    await db.pool.query('UPDATE vendor SET buffer_z = 0, feed_lag_seconds = 0, feed_skew_seconds = 0');
    const { rows: named } = await db.pool.query<{ shelf: string }>(
      `SELECT n.code || ' ' || a.vendor_sku AS shelf FROM stock s JOIN node n ON n.id = s.node_id
         JOIN product_vendor_alias a ON a.vendor_id = n.vendor_id AND a.product_id = s.product_id WHERE s.product_id = ANY($1)`,
      [ids],
    );
    const skus = rows.map(({ productId, sku }) => ({ productId, sku, units: NODES * UNITS }));
    return { skus, shelves: new Set(named.map((row) => row.shelf)) };
  }

  async function submit(wish: Wish, gateway: number): Promise<void> {
    const input = {
      ...{ idempotencyKey: wish.key, accountCode: 'demo-api', externalId: wish.key, currencyCode: 'USD' },
      lines: wish.lines.map((line, n) => ({ externalLineId: String(n + 1), ...line, unitPrice: '900.00' })),
      shipTo: {
        ...{ name: 'A Tester', lines: ['1 Main St'], city: 'Denver', regionCode: 'CO', postalCode: '80202' },
        countryCode: 'US',
      },
      whenShort: 'REJECT',
    };
    const answer = await ask<
      { submitOrder: { order: { id: string; status: string } | null; errors: ApiFault[] } },
      unknown
    >(gateways[gateway % GATEWAYS]?.url ?? '', apiKey, SUBMIT, { input });
    const payload = answer.data?.submitOrder;
    if (!payload) throw new Error(`no answer: ${JSON.stringify(answer)}`);
    const { order, errors } = payload;
    // Under review, and not yet answered for good: a repeat of the key asks again.
    if (order?.status === 'RECEIVED') throw new Error('not decided yet');
    const accepted = order !== null && errors.length === 0;
    if (!accepted && !errors.every(({ code }) => code === 'INSUFFICIENT_STOCK'))
      throw new Error(`expected stock to be short, got ${JSON.stringify(errors)}`);
    const told = accepted ? ({ kind: 'accepted', orderId: idOf(order.id) } as const) : ({ kind: 'refused' } as const);
    if (wish.answer !== null) expect(told).toEqual(wish.answer);
    wish.answer = told;
  }
  async function cancel(wish: Wish, gateway: number): Promise<void> {
    if (wish.answer?.kind !== 'accepted') return;
    wish.cancelAsked = true;
    const orderId = Buffer.from(`Order:${wish.answer.orderId}`).toString('base64url');
    const input = { idempotencyKey: `${wish.key}-cancel`, orderId };
    await ask(gateways[gateway % GATEWAYS]?.url ?? '', apiKey, CANCEL, { input });
  }

  /** One client of a round: it wants some of what is scarce, its lines in any order, and thinks better of some of it. */
  async function client(seed: number, skus: readonly Scarce[], fighting: () => boolean): Promise<void> {
    const random = seededRandom(seed);
    for (let n = 0; n < ORDERS_PER_CLIENT && fighting(); n += 1) {
      const wanted = random.chance(0.5) ? [...skus] : [random.pick(skus)];
      if (random.chance(0.5)) wanted.reverse();
      const lines = wanted.map(({ sku }) => ({ sku, quantity: random.integer(1, 2) }));
      const wish: Wish = { key: randomUUID(), lines, answer: null, cancelAsked: false };
      wishes.push(wish);
      // No answer, or an error, is all that a crash may look like from outside: the key is asked again in the end.
      await submit(wish, random.integer(0, 1)).catch(() => pause(50));
      if (random.chance(0.2)) await cancel(wish, random.integer(0, 1)).catch(() => {});
    }
  }

  /** What was answered is there, whole and once, and no more is promised than there is. */
  async function everythingStands(): Promise<void> {
    const told = wishes.filter((wish) => wish.answer?.kind === 'accepted');
    const ids = told.flatMap((wish) => (wish.answer?.kind === 'accepted' ? [wish.answer.orderId] : []));
    const { rows } = await db.pool.query<{
      id: string;
      lines: { sku: string; quantity: number; live: number; waiting: number }[];
    }>(
      `SELECT o.id, json_agg(json_build_object('sku', p.sku, 'quantity', l.ordered, 'live', l.routed + l.shipped,
         'waiting', l.open + l.backordered)
         ORDER BY l.line_no) AS lines
       FROM orders o JOIN order_line l ON l.order_id = o.id JOIN product p ON p.id = l.product_id
       WHERE o.id = ANY($1::uuid[]) GROUP BY o.id`,
      [ids],
    );
    const found = new Map(rows.map((row) => [row.id, row.lines]));
    expect(found.size).toBe(new Set(ids).size);
    for (const wish of told) {
      const lines = wish.answer?.kind === 'accepted' ? found.get(wish.answer.orderId) : undefined;
      expect(lines?.map(({ sku, quantity }) => ({ sku, quantity }))).toEqual(wish.lines);
      // Nothing of it is gone: a unit is promised, or waits where a vendor told of less than is promised there.
      if (wish.cancelAsked) continue;
      expect(lines?.map(({ live, waiting }) => live + waiting)).toEqual(wish.lines.map(({ quantity }) => quantity));
    }
    for (const { sku, units } of scarce) expect(await sold(sku)).toBeLessThanOrEqual(units);
    const { rows: doubles } = await db.pool.query(
      'SELECT external_id FROM orders GROUP BY account_id, external_id HAVING count(*) > 1',
    );
    expect(doubles).toEqual([]);
    expect(await driftedStock(db.pool)).toEqual([]);
  }
  async function sold(sku: string): Promise<number> {
    const { rows } = await db.pool.query<{ units: number }>(
      `SELECT COALESCE(sum(l.routed + l.shipped), 0)::integer AS units FROM order_line l JOIN product p ON p.id = l.product_id
       WHERE p.sku = $1`,
      [sku],
    );
    return rows[0]?.units ?? 0;
  }

  it(`${ROUNDS} times (seed ${SEED}): what was answered stands, and in the end exactly what there was is sold`, async () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const skus = scarce.slice(round * SKUS_PER_ROUND, (round + 1) * SKUS_PER_ROUND);
      let fighting = true;
      const clients = Promise.all(
        Array.from({ length: CLIENTS }, (_, n) => client(SEED + round * CLIENTS + n, skus, () => fighting)),
      );
      // Anywhere from before the first is kept to after the last is answered.
      await pause(random.integer(20, 900));
      // The database first, so that even a short run stops it more than once.
      if (round % 2 === 0) {
        await stopDatabase();
        await pause(random.integer(0, 300));
        await startDatabase();
      } else {
        const n = random.integer(0, GATEWAYS - 1);
        gateways[n]?.child.kill('SIGKILL');
        gateways[n] = await startGateway(n);
      }
      fighting = false;
      await clients;
      await eventually('a database that answers', () => db.pool.query('SELECT 1').catch(() => null), 30_000);
      await everythingStands();
    }

    // What got no answer is asked for again under its key, as a client would; what was answered is answered the same.
    await Promise.all(
      wishes.map((wish, n) =>
        eventually(
          'an answer',
          () =>
            submit(wish, n).then(
              () => true,
              () => null,
            ),
          60_000,
        ),
      ),
    );
    await everythingStands();
    expect(wishes.some((wish) => wish.answer?.kind === 'accepted')).toBe(true);
    // Whoever still wants a unit gets it, until there is none: cancellations settle, and feeds tell of what has left.
    for (const { sku, units } of scarce) {
      await eventually(
        `all ${units} of ${sku} sold`,
        async () => {
          if ((await sold(sku)) === units) return true;
          const wish: Wish = { key: randomUUID(), lines: [{ sku, quantity: 1 }], answer: null, cancelAsked: false };
          wishes.push(wish);
          await submit(wish, wishes.length);
          return null;
        },
        60_000,
      );
    }
    await everythingStands();
    for (const { child } of gateways) {
      expect(child.exitCode).toBeNull();
    }
  }, 3_600_000);
});

interface ApiFault {
  readonly code: string;
  readonly message: string;
}

/** Opaque to callers; the test looks behind it to find the order in the database. */
function idOf(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString().replace('Order:', '');
}
