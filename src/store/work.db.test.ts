import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pool } from './database.js';
import { commitPlans } from './plan-committer.js';
import { advancePoll, claimPoll, ensurePolls, failPoll, finishPoll, parsePollId, pollId } from './polls.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan, type SmallNetwork } from './testing/small-network.js';
import { dueWork, LEASE_MARGIN_MS, overdueWork, productsAwaited, type WorkStep, workOfOrders } from './work.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
let network: SmallNetwork;
const now = new Date('2026-03-01T10:30:00Z');
const at = (ms: number) => new Date(now.getTime() + ms);

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());
beforeEach(async () => {
  await pool.query('UPDATE orders SET next_action_at = NULL');
  await pool.query('UPDATE intake SET next_action_at = NULL');
  await pool.query(
    'UPDATE fulfillment SET next_action_at = NULL, lease_until = NULL, lease_token = NULL WHERE status = $1',
    ['PLANNED'],
  );
  await pool.query('DELETE FROM vendor_poll');
  await pool.query("UPDATE vendor SET status = 'active'");
});

/** An order that is due at that moment. */
async function dueOrder(due: Date): Promise<string> {
  const order = await addOrder(pool, network, []);
  await pool.query('UPDATE orders SET next_action_at = $2 WHERE id = $1', [order.id, due]);
  return order.id;
}

/** An order routed to the east, with its planned fulfillment, which is due at once. */
async function routedOrder(): Promise<{ orderId: string; fulfillmentId: string }> {
  const product = await addProduct(pool, [[network.nodes.east, 10]]);
  const order = await addOrder(pool, network, [[product, 1]]);
  const plan = routePlan(network, order, network.nodes.east);
  expect(await commitPlans(pool, [plan])).toMatchObject([{ outcome: 'committed' }]);
  return { orderId: order.id, fulfillmentId: plan.newFulfillments?.[0]?.id ?? '' };
}

async function keepIntake(due: Date): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `INSERT INTO intake (id, account_id, source, topic, dedupe_scope, dedupe_key, fingerprint, next_action_at, received_at)
     VALUES ($1::uuid, $2, 'webhook', 'orders/create', 'shop', $1::uuid::text, sha256('x'), $3, $3)`,
    [id, network.accountId, due],
  );
  return id;
}

async function due(steps?: WorkStep[], aheadMs = 0): Promise<string[]> {
  const found = await dueWork(pool, { now, limit: 100, aheadMs, ...(steps ? { steps } : {}) });
  return found.map((row) => `${row.step} ${row.id}`);
}

describe('due work', () => {
  it('is found in every table that waits, and only once its moment has come', async () => {
    const intake = await keepIntake(at(-10));
    await keepIntake(at(10_000));
    const order = await dueOrder(at(-20));
    await dueOrder(at(1));
    const { fulfillmentId } = await routedOrder();
    const vendorId = network.nodes.far.vendorId;
    await pool.query("INSERT INTO vendor_poll (vendor_id, kind, next_action_at) VALUES ($1, 'stock', $2)", [
      vendorId,
      now,
    ]);
    expect((await due()).sort()).toEqual(
      [`intake ${intake}`, `route ${order}`, `dispatch ${fulfillmentId}`, `poll ${vendorId}-stock`].sort(),
    );
    expect(await due(['intake'])).toEqual([`intake ${intake}`]);
    expect(await due(['route'], 1_000)).toHaveLength(2);
  });

  it('comes oldest first and within its bound', async () => {
    const orders: string[] = [];
    for (const late of [5, 1, 4, 2, 3]) orders[late] = await dueOrder(at(-late * 1_000));
    const found = await dueWork(pool, { now, limit: 3, steps: ['route'] });
    expect(found.map((row) => row.id)).toEqual([orders[5], orders[4], orders[3]]);
  });

  it('includes a fulfillment whose sender vanished, only after the margin', async () => {
    const { fulfillmentId } = await routedOrder();
    const lease = (until: Date) =>
      pool.query(
        "UPDATE fulfillment SET status = 'SENDING', lease_token = $2, lease_until = $3, next_action_at = NULL WHERE id = $1",
        [fulfillmentId, randomUUID(), until],
      );
    await lease(at(-LEASE_MARGIN_MS));
    expect(await due(['dispatch'])).toEqual([]);
    await lease(at(-LEASE_MARGIN_MS - 1));
    expect(await due(['dispatch'])).toEqual([`dispatch ${fulfillmentId}`]);
    await pool.query(
      "UPDATE fulfillment SET status = 'UNKNOWN', lease_token = NULL, lease_until = NULL WHERE id = $1",
      [fulfillmentId],
    );
    expect(await due(['dispatch'])).toEqual([]);
  });

  it('includes an order whose hold ran out, whatever its own moment says', async () => {
    const { orderId } = await routedOrder();
    await pool.query("UPDATE reservation SET expires_at = $2 WHERE order_id = $1 AND state = 'held'", [
      orderId,
      at(-60_000),
    ]);
    expect(await due(['route'])).toEqual([`route ${orderId}`]);
    await pool.query("UPDATE reservation SET expires_at = $2 WHERE order_id = $1 AND state = 'held'", [
      orderId,
      at(60_000),
    ]);
    expect(await due(['route'])).toEqual([]);
  });

  it('for a paused vendor waits', async () => {
    const { fulfillmentId } = await routedOrder();
    expect(await due(['dispatch'])).toEqual([`dispatch ${fulfillmentId}`]);
    await ensurePolls(pool, now);
    await pool.query("UPDATE vendor SET status = 'paused' WHERE id = $1", [network.nodes.east.vendorId]);
    expect(await due(['dispatch', 'poll'])).toEqual([
      `poll ${network.nodes.far.vendorId}-documents`,
      `poll ${network.nodes.far.vendorId}-stock`,
    ]);
  });

  it('is counted per step, with the oldest', async () => {
    await dueOrder(at(-5_000));
    await dueOrder(at(-1_000));
    const overdue = await overdueWork(pool, now);
    expect(overdue.find((row) => row.step === 'route')).toEqual({ step: 'route', count: 2, oldest: at(-5_000) });
    expect(overdue.find((row) => row.step === 'intake')).toEqual({ step: 'intake', count: 0, oldest: null });
  });
});

it('what waits of an order is the order itself and each of its fulfillments', async () => {
  const { orderId, fulfillmentId } = await routedOrder();
  expect((await workOfOrders(pool, [orderId])).map((row) => `${row.step} ${row.id}`)).toEqual([
    `dispatch ${fulfillmentId}`,
  ]);
  await pool.query('UPDATE orders SET next_action_at = $2 WHERE id = $1', [orderId, at(3_600_000)]);
  expect((await workOfOrders(pool, [orderId])).map((row) => row.step).sort()).toEqual(['dispatch', 'route']);
  expect(await workOfOrders(pool, [])).toEqual([]);
});

it('only products that someone waits for are awaited', async () => {
  const [awaited, plain] = [await addProduct(pool), await addProduct(pool)];
  const order = await addOrder(pool, network, [
    [awaited, 2],
    [plain, 1],
  ]);
  await pool.query('UPDATE order_line SET open = 0, backordered = 2 WHERE order_id = $1 AND product_id = $2', [
    order.id,
    awaited,
  ]);
  expect(await productsAwaited(pool, [awaited, plain, 999_999])).toEqual([awaited]);
});

describe('a poll of a vendor', () => {
  const claim = (token: string, moment: Date) =>
    claimPoll(
      pool,
      { vendorId: network.nodes.east.vendorId, kind: 'documents' },
      { now: moment, leaseMs: 30_000, marginMs: 5_000, token },
    );

  it('is made once per active vendor and kind', async () => {
    expect(await ensurePolls(pool, now)).toBe(4);
    expect(await ensurePolls(pool, now)).toBe(0);
    expect(parsePollId(pollId({ vendorId: 12, kind: 'stock' }))).toEqual({ vendorId: 12, kind: 'stock' });
    expect(parsePollId(pollId({ accountId: 12, kind: 'orders' }))).toEqual({ accountId: 12, kind: 'orders' });
    expect(parsePollId('12-prices')).toBeNull();
  });

  it('is held by one at a time, and taken over only after the lease and its margin', async () => {
    await ensurePolls(pool, now);
    const claims = await Promise.all([1, 2, 3, 4, 5].map(() => claim(randomUUID(), now)));
    expect(claims.filter((poll) => poll !== null)).toHaveLength(1);
    const held = claims.find((poll) => poll !== null);
    expect(await due(['poll'])).not.toContain(`poll ${network.nodes.east.vendorId}-documents`);
    expect(await claim(randomUUID(), at(34_999))).toBeNull();
    const next = await claim(randomUUID(), at(35_001));
    expect(next).not.toBeNull();
    // Who held it before has nothing more to say.
    if (!held || !next) throw new Error('expected both claims');
    expect(await advancePoll(pool, held, 'late')).toBe(false);
    expect(await finishPoll(pool, held, { at: now, nextActionAt: now })).toBe(false);
    expect(await advancePoll(pool, next, 'page-2')).toBe(true);
    expect(await finishPoll(pool, next, { at: at(36_000), nextActionAt: at(60_000) })).toBe(true);
    expect(await claim(randomUUID(), at(59_999))).toBeNull();
    expect(await claim(randomUUID(), at(60_000))).toMatchObject({
      cursor: 'page-2',
      failures: 0,
      lastSuccessAt: at(36_000),
    });
  });

  it('that failed counts its failures until one succeeds', async () => {
    await ensurePolls(pool, now);
    const first = await claim(randomUUID(), now);
    if (!first) throw new Error('expected the claim');
    expect(await failPoll(pool, first, { failures: 1, nextActionAt: at(1_000) })).toBe(true);
    const second = await claim(randomUUID(), at(1_000));
    expect(second?.failures).toBe(1);
    if (!second) throw new Error('expected the claim');
    expect(await failPoll(pool, second, { failures: 2, nextActionAt: null })).toBe(true);
    expect(await claim(randomUUID(), at(3_600_000))).toBeNull();
  });
});
