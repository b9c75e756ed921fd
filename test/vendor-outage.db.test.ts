import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../src/model/viewer.js';
import { listDeadLetters } from '../src/store/dead-letters.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { acceptedIds, openWorld, type World } from './world.js';

describe('when the vendors are away', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(async () => {
    expect(await driftedStock(world.db.pool)).toEqual([]);
    await world.close();
  });

  const openLetters = async () =>
    (await listDeadLetters(world.db.pool, systemViewer('test'), { limit: 200, step: 'dispatch' })).length;
  const triesOf = async (orderId: string) => {
    const { rows } = await world.db.pool.query<{ n: number }>(
      'SELECT max(attempt)::int AS n FROM fulfillment WHERE order_id = $1',
      [orderId],
    );
    return rows[0]?.n ?? 0;
  };
  const planned = async () => {
    const { rows } = await world.db.pool.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM fulfillment WHERE next_action_at IS NOT NULL AND status IN ('PLANNED', 'SENDING', 'UNKNOWN')",
    );
    return rows[0]?.n;
  };

  it('orders are still taken, their sending is retried and set aside, and a replay finishes every one', async () => {
    const skus = await world.skus(6, 20);
    await world.stopVendors();
    const ids = acceptedIds(
      await Promise.all(Array.from({ length: 24 }, (_, index) => world.submit([[skus[index % skus.length] ?? '', 1]]))),
    );
    await world.workUntil('all is set aside', async () => (await planned()) === 0);
    expect(await world.statuses(ids)).toEqual({ CONFIRMED: 24 });
    expect(await openLetters()).toBeGreaterThanOrEqual(24);
    // Nothing more is due for them: the vendors coming back alone changes nothing.
    await world.startVendors();
    await world.workUntil('the vendors are read again', async () => {
      const { rows } = await world.db.pool.query("SELECT 1 FROM vendor_poll WHERE kind = 'documents' AND failures > 0");
      return rows.length === 0;
    });
    expect(await world.statuses(ids)).toEqual({ CONFIRMED: 24 });

    const [first, second] = await Promise.all([
      world.services.replayDeadLetters(systemViewer('test'), {}),
      world.services.replayDeadLetters(systemViewer('test'), {}),
    ]);
    expect(first.replayed + second.replayed).toBeGreaterThanOrEqual(24);
    await world.workUntil('every order is delivered', async () => (await world.statuses(ids)).DELIVERED === 24, {
      withinMs: 60_000,
    });
    expect(await openLetters()).toBe(0);
  });

  it.each([
    ['hangs up without an answer', 'accept-then-drop'],
    ['never answers', 'accept-then-hang'],
    ['answers with garbage', 'garbage'],
    ['asks us to come back later', 'rate-limit'],
    ['is down for a moment', 'down'],
  ] as const)('an order goes on by itself, as one purchase order, when its vendor %s', async (_, fault) => {
    const [sku = ''] = await world.skus(1, 20);
    const [id = ''] = acceptedIds([await world.submit([[sku, 1]])]);
    await world.misbehave(fault, 1);
    await world.workUntil('it was tried', async () => (await triesOf(id)) > 0, { steps: ['dispatch'] });
    await world.workUntil('it is delivered', async () => (await world.statuses([id])).DELIVERED === 1);
    const { rows } = await world.db.pool.query<{ po_number: string }>(
      'SELECT po_number FROM fulfillment WHERE order_id = $1',
      [id],
    );
    const numbers = rows.map((row) => row.po_number);
    const theirs = (await world.purchaseOrders()).filter((po) => numbers.includes(po.poNumber));
    expect(theirs).toHaveLength(1);
    expect(await openLetters()).toBe(0);
  });

  it('a rejected order is served by another vendor, and a part that is rejected as well', async () => {
    const [sku = ''] = await world.skusOfVendors(2, 20);
    for (const fault of ['reject', 'partial'] as const) {
      const [id = ''] = acceptedIds([await world.submit([[sku, 4]])]);
      await world.misbehave(fault, 1);
      await world.workUntil('it is delivered', async () => (await world.statuses([id])).DELIVERED === 1);
      const { rows } = await world.db.pool.query<{ nodes: number; shipped: number }>(
        `SELECT count(DISTINCT f.node_id)::int AS nodes, sum(l.shipped)::int AS shipped
         FROM fulfillment f JOIN fulfillment_line l ON l.fulfillment_id = f.id WHERE f.order_id = $1`,
        [id],
      );
      expect(rows[0]).toEqual({ nodes: 2, shipped: 4 });
    }
  });
});
