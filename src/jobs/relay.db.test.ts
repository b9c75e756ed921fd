import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../model/clock.js';
import { EVENT_TYPES } from '../model/events.js';
import type { Pool } from '../store/database.js';
import { logBounds, sequenceEvents } from '../store/event-log.js';
import { commitEvent } from '../store/testing/events.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addOrder, addProduct, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import type { WakeUp } from './queues.js';
import { EVENT_WAKES, relayBatch, repricedBy } from './relay.js';
import { routedOrder } from './testing/order-rows.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: Pool;
let network: SmallNetwork;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  await pool.query("INSERT INTO event_reader (name, position) VALUES ('relay', 0)");
});
afterAll(() => database?.close());
beforeEach(async () => {
  while ((await sequenceEvents(pool)).more);
  await relay();
});

/** Relays everything there is to where `add` puts it. */
async function relay(add: (wakeUps: readonly WakeUp[]) => Promise<void> = async () => {}): Promise<WakeUp[]> {
  const added: WakeUp[] = [];
  const queues = {
    add: async (wakeUps: readonly WakeUp[]) => {
      await add(wakeUps);
      added.push(...wakeUps);
    },
  };
  while ((await relayBatch({ pool, queues, clock: systemClock })) === 'more');
  return added;
}

const named = (wakeUps: readonly WakeUp[]) => wakeUps.map((wakeUp) => `${wakeUp.step} ${wakeUp.id}`);
const position = async () =>
  BigInt((await pool.query("SELECT position FROM event_reader WHERE name = 'relay'")).rows[0].position);

describe('the relay', () => {
  it('wakes what waits of the orders that changed, at its moment, and nothing else', async () => {
    const { orderId, fulfillmentId } = await routedOrder(pool, network);
    const rested = await routedOrder(pool, network);
    await pool.query('UPDATE fulfillment SET next_action_at = NULL WHERE id = $1', [rested.fulfillmentId]);
    const soon = new Date(Date.now() + 30_000);
    await pool.query('UPDATE orders SET next_action_at = $2 WHERE id = $1', [orderId, soon]);
    const later = await routedOrder(pool, network);
    await pool.query("UPDATE fulfillment SET next_action_at = now() + interval '1 hour' WHERE id = $1", [
      later.fulfillmentId,
    ]);
    await sequenceEvents(pool);
    const added = await relay();
    expect(named(added).sort()).toEqual([`dispatch ${fulfillmentId}`, `route ${orderId}`].sort());
    expect(added.find((wakeUp) => wakeUp.step === 'route')?.dueAt).toEqual(soon);
    expect(await position()).toBe((await logBounds(pool)).head);
    expect(await relay()).toEqual([]);
  });

  it('wakes those who wait for a product when some of it can be promised', async () => {
    const [awaited, empty, plain] = [await addProduct(pool), await addProduct(pool), await addProduct(pool)];
    const order = await addOrder(pool, network, [
      [awaited, 2],
      [empty, 2],
    ]);
    await pool.query('UPDATE order_line SET open = 0, backordered = 2 WHERE order_id = $1', [order.id]);
    const node = network.nodes.east.id;
    for (const [product, atp] of [
      [awaited, 5],
      [empty, 0],
      [plain, 5],
    ]) {
      await commitEvent(pool, { type: 'stock.changed', aggregateId: `${node}:${product}`, payload: { atp } });
    }
    await sequenceEvents(pool);
    expect(named(await relay())).toEqual([`backorders ${awaited}`]);
  });

  it('stores its position only once the wake-ups are added: a crash between adds the same ones again', async () => {
    const { fulfillmentId } = await routedOrder(pool, network);
    await sequenceEvents(pool);
    const before = await position();
    const lost = relay(async () => {
      throw new Error('the queue is away');
    });
    await expect(lost).rejects.toThrow('the queue is away');
    expect(await position()).toBe(before);
    expect(named(await relay())).toEqual([`dispatch ${fulfillmentId}`]);
  });

  it('runs in one process at a time, and another goes on when that one ends', async () => {
    const { fulfillmentId } = await routedOrder(pool, network);
    await sequenceEvents(pool);
    let meanwhile: WakeUp[] | undefined;
    const first = relay(async () => {
      meanwhile = await relay();
      throw new Error('killed');
    });
    await expect(first).rejects.toThrow('killed');
    expect(meanwhile).toEqual([]);
    expect(named(await relay())).toEqual([`dispatch ${fulfillmentId}`]);
  });
});

describe('what may have become cheaper', () => {
  const rounds = async () =>
    (await pool.query("SELECT COALESCE(product_ids::text, 'all') AS of FROM recost_round ORDER BY id")).rows.map(
      (row) => row.of,
    );

  it('is what a catalogue names, and what vendors report; all, where the network changed', () => {
    const event = { position: 1n, aggregateVersion: 1, accountId: null, vendorId: null, occurredAt: new Date() };
    const stock = { ...event, type: 'stock.changed', aggregateType: 'stock', aggregateId: '3:7' } as const;
    const catalogue = { ...event, type: 'catalogue.changed', aggregateType: 'catalogue', aggregateId: 'c' } as const;
    const named = { ...catalogue, actor: 'system:catalogue', payload: { productIds: [5, 6], skus: [] } };
    const reported = { ...stock, actor: 'system:stock-report', payload: { atp: 4 } };
    expect(repricedBy([named, reported])).toEqual([5, 6, 7]);
    expect(repricedBy([{ ...reported, payload: { atp: 0 } }])).toBeNull();
    expect(repricedBy([{ ...reported, actor: 'system:commit' }])).toBeNull();
    expect(repricedBy([{ ...named, payload: { all: true } }])).toBe('all');
    const network = { ...event, type: 'network.changed', aggregateType: 'network', aggregateId: 'n' } as const;
    expect(repricedBy([reported, { ...network, actor: 'system:network', payload: {} }])).toBe('all');
  });

  it('is noted with the position of the log, for orders that are planned', async () => {
    await pool.query('DELETE FROM recost_round');
    const { orderId } = await routedOrder(pool, network);
    const { rows } = await pool.query('SELECT product_id FROM order_line WHERE order_id = $1', [orderId]);
    const product = rows[0].product_id;
    await pool.query('UPDATE offer_cost SET unit_cost = unit_cost + 1 WHERE product_id = $1', [product]);
    await sequenceEvents(pool);
    await relay();
    expect(await rounds()).toEqual([`{${product}}`]);
    await pool.query("UPDATE node SET lead_time_hours = lead_time_hours + 1 WHERE code = 'acme-east'");
    await sequenceEvents(pool);
    await relay();
    expect(await rounds()).toEqual(['all']);
  });
});

it('every type of event says what it may have made due', () => {
  expect(Object.keys(EVENT_WAKES).sort()).toEqual(Object.keys(EVENT_TYPES).sort());
});
