import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer, type Viewer } from '../model/viewer.js';
import type { Pool } from './database.js';
import {
  type DeadLetter,
  discardDeadLetters,
  listDeadLetters,
  openDeadLetter,
  replayDeadLetters,
} from './dead-letters.js';
import { commitPlans } from './plan-committer.js';
import { ensurePolls } from './polls.js';
import { openTestDatabase } from './testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, routePlan, type SmallNetwork } from './testing/small-network.js';
import { dueWork, type WorkStep } from './work.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
let network: SmallNetwork;
const at = new Date('2026-03-01T12:00:00Z');
const now = new Date('2026-03-02T12:00:00Z');
const system = systemViewer('test');
const operator: Viewer = { actor: 'key:operator', scopes: ['operations'], accountIds: 'all', vendorIds: 'all' };

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());

/** An order of so many units at 10 each, routed to the east, and its fulfillment. */
async function routed(units: number, node = network.nodes.east): Promise<{ orderId: string; fulfillmentId: string }> {
  const product = await addProduct(pool, [[node, units]]);
  const order = await addOrder(pool, network, [[product, units]]);
  const plan = routePlan(network, order, node);
  expect(await commitPlans(pool, [plan])).toMatchObject([{ outcome: 'committed' }]);
  return { orderId: order.id, fulfillmentId: plan.newFulfillments?.[0]?.id ?? '' };
}

async function open(step: WorkStep, subjectId: string, opened = at): Promise<string> {
  const id = randomUUID();
  const errors = [{ code: 'VENDOR_DOWN', class: 'transient', message: 'expected an answer, got none' }];
  await openDeadLetter(pool, { id, step, subjectId, errors, attempts: 8, at: opened });
  return id;
}

async function due(step: WorkStep): Promise<string[]> {
  return (await dueWork(pool, { now, limit: 1_000, steps: [step] })).map((row) => row.id);
}

async function everyPage(viewer: Viewer, limit: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (;;) {
    const after = letters.at(-1)?.id;
    const page = await listDeadLetters(pool, viewer, { limit, ...(after ? { after } : {}) });
    if (page.length === 0) return letters;
    letters.push(...page);
  }
}

describe('a dead letter', () => {
  it('lays its work to rest and knows what it concerns', async () => {
    const { orderId, fulfillmentId } = await routed(3);
    expect(await due('dispatch')).toContain(fulfillmentId);
    await open('dispatch', fulfillmentId);
    expect(await due('dispatch')).not.toContain(fulfillmentId);
    const letters = await listDeadLetters(pool, system, { limit: 10, step: 'dispatch' });
    const letter = letters.find((found) => found.subjectId === fulfillmentId);
    expect(letter).toMatchObject({
      ...{
        orderId,
        accountId: network.accountId,
        vendorId: network.nodes.east.vendorId,
        attempts: 8,
        impact: '30.0000',
      },
      errors: [{ code: 'VENDOR_DOWN' }],
    });
  });

  it('is one per piece of work, however often it fails', async () => {
    const { fulfillmentId } = await routed(1);
    await Promise.all([
      open('dispatch', fulfillmentId),
      open('dispatch', fulfillmentId),
      open('dispatch', fulfillmentId),
    ]);
    const letters = await listDeadLetters(pool, system, { limit: 100 });
    expect(letters.filter((letter) => letter.subjectId === fulfillmentId)).toHaveLength(1);
  });

  it('weighs the value of what waits, once more for each day that it is late', async () => {
    const [small, late, large] = [await routed(2), await routed(2), await routed(5)];
    await pool.query("UPDATE orders SET deliver_by = $2::timestamptz - interval '3 days' WHERE id = $1", [
      late.orderId,
      at,
    ]);
    await ensurePolls(pool, now);
    for (const { fulfillmentId } of [small, late, large]) await open('dispatch', fulfillmentId);
    const letters = await everyPage(system, 2);
    const impactOf = (subject: string) => letters.find((letter) => letter.subjectId === subject)?.impact;
    expect(impactOf(small.fulfillmentId)).toBe('20.0000');
    expect(impactOf(late.fulfillmentId)).toBe('80.0000');
    expect(impactOf(large.fulfillmentId)).toBe('50.0000');
    const impacts = letters.map((letter) => Number(letter.impact));
    expect(impacts).toEqual([...impacts].sort((a, b) => b - a));
    expect(new Set(letters.map((letter) => letter.id)).size).toBe(letters.length);
  });

  it('weighs nothing where no order came of it yet', async () => {
    const subject = '00000000-0000-7000-8000-0000000000aa';
    await open('intake', subject);
    const [letter] = (await everyPage(system, 200)).filter((found) => found.subjectId === subject);
    expect(letter).toMatchObject({ orderId: null, impact: '0.0000' });
  });

  it('is seen only by those whom its account and vendor concern', async () => {
    const { fulfillmentId } = await routed(1, network.nodes.far);
    await open('dispatch', fulfillmentId);
    const sees = async (viewer: Viewer) =>
      (await listDeadLetters(pool, viewer, { limit: 200 })).some((letter) => letter.subjectId === fulfillmentId);
    const vendor = (vendorId: number): Viewer => ({ ...operator, vendorIds: [vendorId] });
    expect(await sees(vendor(network.nodes.far.vendorId))).toBe(true);
    expect(await sees(vendor(network.nodes.east.vendorId))).toBe(false);
    expect(await sees({ ...operator, accountIds: [network.accountId] })).toBe(true);
    expect(await sees({ ...operator, accountIds: [network.accountId + 1] })).toBe(false);
    const foreign = { ...operator, accountIds: [network.accountId + 1] };
    expect(await replayDeadLetters(pool, foreign, {}, now)).toEqual({ replayed: 0 });
  });
});

describe('a replay', () => {
  it('makes the work of every step due again, counted from zero, and says who did it', async () => {
    const order = await addOrder(pool, network, []);
    const { fulfillmentId } = await routed(1);
    const intakeId = randomUUID();
    await pool.query(
      `INSERT INTO intake (id, account_id, source, topic, dedupe_scope, dedupe_key, fingerprint, attempts, next_action_at, received_at)
       VALUES ($1::uuid, $2, 'webhook', 'orders/create', 'shop', $1::uuid::text, sha256('x'), 8, $3, $3)`,
      [intakeId, network.accountId, at],
    );
    await ensurePolls(pool, at);
    const poll = `${network.nodes.east.vendorId}-stock`;
    await pool.query('UPDATE fulfillment SET failures = 8 WHERE id = $1', [fulfillmentId]);
    await pool.query('UPDATE orders SET routing_attempts = 8 WHERE id = $1', [order.id]);
    const ids = [
      await open('intake', intakeId),
      await open('route', order.id),
      await open('dispatch', fulfillmentId),
      await open('poll', poll),
    ];
    expect((await pool.query('SELECT status FROM intake WHERE id = $1', [intakeId])).rows).toEqual([
      { status: 'dead' },
    ]);

    expect(await replayDeadLetters(pool, operator, { ids }, now)).toEqual({ replayed: 4 });
    expect(await due('intake')).toContain(intakeId);
    expect(await due('route')).toContain(order.id);
    expect(await due('dispatch')).toContain(fulfillmentId);
    expect(await due('poll')).toContain(poll);
    expect((await pool.query('SELECT status, attempts FROM intake WHERE id = $1', [intakeId])).rows).toEqual([
      { status: 'received', attempts: 0 },
    ]);
    expect((await pool.query('SELECT failures FROM fulfillment WHERE id = $1', [fulfillmentId])).rows).toEqual([
      { failures: 0 },
    ]);
    expect((await pool.query('SELECT routing_attempts FROM orders WHERE id = $1', [order.id])).rows).toEqual([
      { routing_attempts: 0 },
    ]);
    const { rows } = await pool.query(
      'SELECT DISTINCT status, closed_by, closed_at FROM dead_letter WHERE id = ANY($1)',
      [ids],
    );
    expect(rows).toEqual([{ status: 'replayed', closed_by: 'key:operator', closed_at: now }]);
  });

  it('of all that match takes each letter once, though two people press at the same time', async () => {
    const vendorId = network.nodes.west.vendorId;
    const earlier = await replayDeadLetters(pool, system, { vendorId }, now);
    expect(earlier.replayed).toBeGreaterThanOrEqual(0);
    for (let i = 0; i < 12; i += 1) await open('dispatch', (await routed(1, network.nodes.west)).fulfillmentId);
    const other = await open('dispatch', (await routed(1, network.nodes.far)).fulfillmentId);
    const both = await Promise.all(
      [1, 2, 3].map(() => replayDeadLetters(pool, operator, { vendorId, step: 'dispatch' }, now)),
    );
    expect(both.reduce((sum, result) => sum + result.replayed, 0)).toBe(12);
    expect(await replayDeadLetters(pool, operator, { vendorId }, now)).toEqual({ replayed: 0 });
    const left = await listDeadLetters(pool, system, { limit: 200 });
    expect(left.map((letter) => letter.id)).toContain(other);
  });

  it('does not bring back work that has come to its end', async () => {
    const { fulfillmentId } = await routed(1);
    const id = await open('dispatch', fulfillmentId);
    await pool.query("UPDATE fulfillment SET status = 'CANCELED' WHERE id = $1", [fulfillmentId]);
    expect(await replayDeadLetters(pool, operator, { ids: [id] }, now)).toEqual({ replayed: 1 });
    expect(await due('dispatch')).not.toContain(fulfillmentId);
  });

  it('may be followed by a new letter when the work fails again', async () => {
    const { fulfillmentId } = await routed(1);
    const first = await open('dispatch', fulfillmentId);
    await replayDeadLetters(pool, operator, { ids: [first] }, now);
    const second = await open('dispatch', fulfillmentId, now);
    const { rows } = await pool.query('SELECT id, status FROM dead_letter WHERE subject_id = $1 ORDER BY opened_at', [
      fulfillmentId,
    ]);
    expect(rows).toEqual([
      { id: first, status: 'replayed' },
      { id: second, status: 'open' },
    ]);
  });
});

it('a discarded letter is closed and its work stays at rest', async () => {
  const { fulfillmentId } = await routed(1);
  const id = await open('dispatch', fulfillmentId);
  expect(await discardDeadLetters(pool, operator, { ids: [id] }, now)).toEqual({ discarded: 1 });
  expect(await discardDeadLetters(pool, operator, { ids: [id] }, now)).toEqual({ discarded: 0 });
  expect(await due('dispatch')).not.toContain(fulfillmentId);
});
