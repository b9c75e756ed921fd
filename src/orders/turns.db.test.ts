import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../store/database.js';
import type { NewFulfillment } from '../store/plan.js';
import { createPlanCommitter } from '../store/plan-committer.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { AT, addOrder, addProduct, driftedStock, routePlan } from '../store/testing/small-network.js';
import type { OrderDeps } from './deps.js';
import { dispatch } from './dispatch.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('an order of many parts that move at once', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let other: Database;
  let shop: Workshop;
  let elsewhere: OrderDeps;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    other = await openDatabase({ url: db.url, poolMax: 4 });
    elsewhere = { ...shop.deps, pool: other.pool, committer: createPlanCommitter(other.pool) };
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    for (const { committer } of [shop.deps, elsewhere]) await committer.close();
    await other.close();
    await db.close();
  });

  /** A confirmed order of so many lines, each a fulfillment of its own, due to be sent. */
  async function orderOfParts(parts: number): Promise<{ orderId: string; fulfillmentIds: string[] }> {
    const { east } = shop.network.nodes;
    const productId = await addProduct(db.pool, [[east, 1_000]]);
    const order = await addOrder(
      db.pool,
      shop.network,
      Array.from({ length: parts }, () => [productId, 1] as const),
    );
    await db.pool.query('INSERT INTO order_contact (order_id, address) VALUES ($1, $2)', [
      order.id,
      { name: 'A. Reader', lines: ['1 Main St'], city: 'Albany', postalCode: '12207', countryCode: 'US' },
    ]);
    const plan = routePlan(shop.network, order, east);
    const whole = plan.newFulfillments?.[0];
    if (!whole) throw new Error('expected a fulfillment');
    const newFulfillments = whole.lines.map((line): NewFulfillment => {
      const id = randomUUID();
      return { ...whole, id, poNumber: `HG-${id.slice(0, 13).toUpperCase()}`, lines: [line] };
    });
    const outcome = await shop.deps.committer.commit({
      ...plan,
      newFulfillments,
      order: { status: 'CONFIRMED', nextActionAt: null, confirmedAt: AT },
      holds: (plan.holds ?? []).map((hold, n) => ({
        ...{ ...hold, state: 'committed', expiresAt: null },
        fulfillmentId: newFulfillments[n]?.id ?? '',
      })),
    });
    if (outcome.outcome !== 'committed') throw new Error(`expected a planned order, got ${outcome.outcome}`);
    return { orderId: order.id, fulfillmentIds: newFulfillments.map((made) => made.id) };
  }

  it('gets each part sent and accepted by one process, none turned away for the others', async () => {
    const { orderId, fulfillmentIds } = await orderOfParts(40);
    const results = await Promise.all(fulfillmentIds.map((id) => dispatch(shop.deps, id)));
    expect(results.map((result) => result.outcome)).toEqual(fulfillmentIds.map(() => 'done'));
    expect((await shop.order(orderId)).fulfillments.map((each) => each.status)).toEqual(
      fulfillmentIds.map(() => 'ACCEPTED'),
    );
  });

  it('gets each part sent and accepted by two processes that know nothing of each other', async () => {
    const { orderId, fulfillmentIds } = await orderOfParts(40);
    await Promise.all(fulfillmentIds.map((id, n) => dispatch(n % 2 === 0 ? shop.deps : elsewhere, id)));
    expect((await shop.order(orderId)).fulfillments.map((each) => each.status)).toEqual(
      fulfillmentIds.map(() => 'ACCEPTED'),
    );
  });
});
