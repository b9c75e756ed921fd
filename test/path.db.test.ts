import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkers, type Workers } from '../src/jobs/workers.js';
import { systemClock } from '../src/model/clock.js';
import type { LoggedEvent } from '../src/model/events.js';
import { silentLog } from '../src/model/log.js';
import { systemViewer } from '../src/model/viewer.js';
import { loadOrder } from '../src/store/orders.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { acceptedIds, openWorld, type World } from './world.js';

describe('an order goes in and is delivered', () => {
  let world: World;
  let workers: Workers;
  beforeAll(async () => {
    world = await openWorld();
    workers = await startWorkers({
      ...{ db: world.db, databaseUrl: world.url, services: world.services, tail: world.tail, wake: world.wake },
      ...{ clock: systemClock, newId: () => v7(), log: silentLog, sweepMs: 200, closeWithinMs: 5_000 },
    });
  });
  afterAll(async () => {
    await workers?.close();
    expect(await driftedStock(world.db.pool)).toEqual([]);
    await world?.close();
  });

  /** Events of an order from the log's beginning, until the one that ends it. */
  async function followToTheDoor(orderId: string): Promise<LoggedEvent[]> {
    const seen: LoggedEvent[] = [];
    for await (const event of world.tail.subscribe(0n, { viewer: systemViewer('test'), aggregateIds: [orderId] })) {
      seen.push(event);
      if (event.payload.status === 'DELIVERED') return seen;
    }
    throw new Error('expected the subscription to last until the delivery');
  }

  it('with every step on an open subscription, in order', async () => {
    const [sku = ''] = await world.skus(1, 5);
    const [orderId = ''] = acceptedIds([await world.submit([[sku, 2]])]);
    const events = await followToTheDoor(orderId);
    const types = events.map((event) => event.type);
    expect(types.slice(0, 3)).toEqual(['order.received', 'order.routed', 'order.confirmed']);
    const steps = [
      'fulfillment.sending',
      'fulfillment.sent',
      'fulfillment.accepted',
      'fulfillment.shipped',
      'fulfillment.delivered',
    ];
    expect(types.filter((type) => steps.includes(type))).toEqual(steps);
    expect(events.map((event) => event.aggregateVersion)).toEqual(events.map((_, index) => index + 1));
    const statuses = events.map((event) => event.payload.status);
    expect([...new Set(statuses)]).toEqual(['RECEIVED', 'CONFIRMED', 'DISPATCHED', 'SHIPPED', 'DELIVERED']);

    const order = await loadOrder(world.db.pool, systemViewer('test'), orderId);
    expect(order).toMatchObject({ status: 'DELIVERED', nextActionAt: null });
    expect(order?.lines[0]).toMatchObject({ ordered: 2, shipped: 2, routed: 0, open: 0 });
    expect(order?.shipments[0]?.trackingNumbers.length).toBeGreaterThan(0);
    const { rows } = await world.db.pool.query(
      'SELECT units_accepted, units_shipped, outcome FROM vendor_outcome WHERE fulfillment_id = $1',
      [order?.fulfillments[0]?.id],
    );
    expect(rows).toEqual([{ units_accepted: 2, units_shipped: 2, outcome: 'delivered' }]);
    // Nobody's name or address is in what the log and the decision keep.
    const kept = await world.db.pool.query(
      'SELECT (SELECT jsonb_agg(payload)::text FROM event WHERE aggregate_id = $1) || request::text AS text FROM decision WHERE order_id = $1::uuid',
      [orderId],
    );
    expect(kept.rows[0].text).not.toMatch(/Reader|Main St|60601/);
  });

  it('also 40 at once', async () => {
    const skus = await world.skus(8, 20);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        world.submit([
          [skus[index % skus.length] ?? '', 1],
          [skus[(index + 3) % skus.length] ?? '', 1],
        ]),
      ),
    );
    await Promise.all(acceptedIds(results).map(followToTheDoor));
    const { rows } = await world.db.pool.query("SELECT count(*)::int AS n FROM dead_letter WHERE status = 'open'");
    expect(rows[0].n).toBe(0);
  });
});
