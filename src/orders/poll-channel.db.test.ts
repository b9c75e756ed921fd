import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CanonicalOrder } from '../model/canonical-order.js';
import { ConnectorError } from '../model/errors.js';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct } from '../store/testing/small-network.js';
import { dueWork } from '../store/work.js';
import { ensureAllPolls } from './ensure-polls.js';
import { processIntake } from './intake.js';
import { pollOrders } from './poll-channel.js';
import { MemoryRetailer } from './testing/memory-channel.js';
import { openWorkshop, READER, type Workshop } from './testing/workshop.js';

let db: Database;
let shop: Workshop;
let sku: string;
const retailer = new MemoryRetailer();
beforeAll(async () => {
  db = await openTestDatabase();
  shop = await openWorkshop(db, retailer);
  const productId = await addProduct(db.pool, [[shop.network.nodes.east, 100]]);
  sku = (await db.pool.query('SELECT sku FROM product WHERE id = $1', [productId])).rows[0].sku;
});
afterAll(async () => {
  await shop?.deps.committer.close();
  await db?.close();
});
afterEach(async () => {
  retailer.payloads.length = 0;
  retailer.failure = null;
  await db.pool.query('DELETE FROM account_poll');
});

const order = (externalId: string): CanonicalOrder => ({
  ...{ externalId, currency: 'USD', placedAt: shop.clock.now().toISOString(), shipTo: READER },
  lines: [{ externalLineId: '1', sku, quantity: 1, unitPrice: 500_000, requiresShipping: true }],
});
const due = async () => {
  const work = await dueWork(db.pool, { now: shop.clock.now(), limit: 100, steps: ['poll'] });
  return work.map(({ id }) => id).filter((id) => id.endsWith('-orders'));
};
const poll = () => pollOrders(shop.deps, shop.network.accountId);
const kept = async () => {
  const { rows } = await db.pool.query<{ id: string; key: string }>(
    "SELECT id, dedupe_key AS key FROM intake WHERE source = 'poll' AND status = 'received' ORDER BY received_at, dedupe_key",
  );
  return rows;
};
const finishAll = async () => {
  for (const { id } of await kept()) await processIntake(shop.deps, id);
};
const begin = async () => {
  await ensureAllPolls(shop.deps);
  return `${shop.network.accountId}-orders`;
};

it('is not done where the account’s settings say so, whatever its channel can do', async () => {
  retailer.capabilitiesOf = () => ({ webhooks: [], poll: false, duties: [] });
  try {
    const polls = retailer.polls;
    await ensureAllPolls(shop.deps);
    expect(await due()).toEqual([]);
    await db.pool.query("INSERT INTO account_poll (account_id, kind, next_action_at) VALUES ($1, 'orders', $2)", [
      ...[shop.network.accountId, shop.clock.now()],
    ]);
    expect(await poll()).toEqual({ outcome: 'done', note: 'is not asked' });
    expect(retailer.polls).toBe(polls);
  } finally {
    retailer.capabilitiesOf = undefined;
  }
});

it('keeps what a channel has, page by page, and makes orders of it as of a webhook', async () => {
  const id = await begin();
  const ids = [1, 2, 3, 4, 5].map((n) => `${n}-${randomUUID()}`);
  for (const one of ids) retailer.place(order(one), one);
  expect(await due()).toEqual([id]);
  expect(await poll()).toEqual({ outcome: 'done', note: '5 payloads' });
  expect((await kept()).map(({ key }) => key)).toEqual(ids);
  await finishAll();
  const { rows } = await db.pool.query('SELECT status FROM orders WHERE external_id = ANY($1)', [ids]);
  expect(rows).toEqual(ids.map(() => ({ status: 'CONFIRMED' })));
});

it('asks again after the time that the account, or else the settings, say', async () => {
  const id = await begin();
  await poll();
  shop.clock.advance(59_999);
  expect([await due(), (await poll()).outcome]).toEqual([[], 'nothing']);
  shop.clock.advance(1);
  expect(await due()).toEqual([id]);
  await db.pool.query("UPDATE account SET poll_seconds = 5 WHERE code = 'shop'");
  await poll();
  shop.clock.advance(5_000);
  expect(await due()).toEqual([id]);
  await db.pool.query("UPDATE account SET poll_seconds = NULL WHERE code = 'shop'");
});

it('keeps a payload once, however often its page is read, and makes one order of its versions', async () => {
  await begin();
  const one = randomUUID();
  retailer.place(order(one), `${one}@1`);
  retailer.place(order(one), `${one}@2`);
  await poll();
  // The process ended before the cursor was kept.
  await db.pool.query('UPDATE account_poll SET cursor = NULL, next_action_at = $1', [shop.clock.now()]);
  expect(await poll()).toEqual({ outcome: 'done', note: '0 payloads' });
  await finishAll();
  const { rows } = await db.pool.query('SELECT count(*)::integer AS n FROM orders WHERE external_id = $1', [one]);
  expect(rows).toEqual([{ n: 1 }]);
});

it('has one reader at a time', async () => {
  await begin();
  const before = retailer.polls;
  const outcomes = await Promise.all([poll(), poll(), poll(), poll()]);
  expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
  expect(retailer.polls - before).toBe(1);
});

it('asks a channel that is away ever less often, and goes on where it was when it is back', async () => {
  await begin();
  retailer.place(order(randomUUID()), randomUUID());
  retailer.failure = new ConnectorError('CHANNEL_UNREACHABLE', 'transient', 'no route to it');
  const waits: number[] = [];
  for (const _ of [1, 2, 3]) {
    const { outcome, retryAt } = await poll();
    expect(outcome).toBe('retry');
    waits.push((retryAt?.getTime() ?? 0) - shop.clock.now().getTime());
    shop.clock.advance(waits.at(-1) ?? 0);
  }
  expect(waits).toEqual([750, 1_500, 3_000]);
  retailer.failure = null;
  expect(await poll()).toEqual({ outcome: 'done', note: '1 payloads' });
  await finishAll();
});

it('is set aside where asking again is no use, and goes on when it is replayed', async () => {
  const id = await begin();
  retailer.failure = new ConnectorError('CHANNEL_UNAUTHORIZED', 'unauthorized', 'the key is no longer good');
  await poll();
  shop.clock.advance(86_400_000);
  expect(await due()).toEqual([]);
  const [letter] = await listDeadLetters(db.pool, systemViewer('test'), { step: 'poll', limit: 10 });
  const { accountId } = shop.network;
  expect(letter).toMatchObject({ subjectId: id, accountId, vendorId: null, attempts: 1 });
  retailer.failure = null;
  await replayDeadLetters(db.pool, systemViewer('test'), { ids: [letter?.id ?? ''] }, shop.clock.now());
  expect(await poll()).toMatchObject({ outcome: 'done' });
});

it('sets aside a payload that is too large to keep, and keeps the others', async () => {
  await begin();
  const [huge, small] = [randomUUID(), randomUUID()];
  retailer.payloads.push({ topic: 'orders/create', deliveryId: huge, rawBody: Buffer.alloc(2_000_001, 32) });
  retailer.place(order(small), small);
  await poll();
  expect((await kept()).map(({ key }) => key)).toEqual([small]);
  const letters = await listDeadLetters(db.pool, systemViewer('test'), { step: 'intake', limit: 10 });
  expect(letters).toMatchObject([{ errors: [{ code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining(huge) }] }]);
  await finishAll();
});

it('ends a turn after so many bytes, and takes the rest in the next', async () => {
  await begin();
  const many = [1, 2, 3, 4].map((n) => `${n}-${randomUUID()}`);
  for (const one of many) retailer.place(order(one), one);
  const modest = { ...shop.deps, settings: { ...shop.deps.settings, pollBytesMax: 100 } };
  expect(await pollOrders(modest, shop.network.accountId)).toMatchObject({ note: '2 payloads, more to come' });
  expect(await due()).toHaveLength(1);
  expect(await pollOrders(modest, shop.network.accountId)).toMatchObject({ note: '2 payloads' });
  await finishAll();
});

it('is not asked while its account is paused, and from its beginning where the account is of another channel', async () => {
  await begin();
  retailer.place(order(randomUUID()), randomUUID());
  await poll();
  shop.clock.advance(60_000);
  await db.pool.query("UPDATE account SET status = 'paused' WHERE code = 'shop'");
  expect(await due()).toEqual([]);
  await db.pool.query("UPDATE account SET status = 'active', channel = 'other' WHERE code = 'shop'");
  expect(await due()).toEqual([]);
  await begin();
  const { rows } = await db.pool.query("SELECT cursor FROM account_poll WHERE kind = 'orders'");
  expect(rows).toEqual([{ cursor: null }]);
  await finishAll();
});
