import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import type { FulfillmentChange, Plan } from './plan.js';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  type TestNode,
  tally,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;
let east: TestNode;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  east = network.nodes.east;
});
afterAll(() => database?.close());

/** An order of three units that is routed to the east: at version 2, its fulfillment PLANNED. */
async function routed(quantity = 3): Promise<{ plan: Plan; orderId: string; fulfillmentId: string }> {
  const product = await addProduct(pool, [[east, 100]]);
  const plan = routePlan(network, await addOrder(pool, network, [[product, quantity]]), east);
  expect(tally(await commitPlans(pool, [plan]))).toEqual({ committed: 1 });
  return { plan, orderId: plan.orderId, fulfillmentId: plan.newFulfillments?.[0]?.id ?? '' };
}
const one = async (sql: string, values: unknown[]) => (await pool.query(sql, values)).rows[0];
const TOKEN = '0190aaaa-1111-7000-8000-000000000001';
const UNTIL = '2026-03-01T10:00:30.000Z';
const claim = (id: string): FulfillmentChange => ({
  ...{ id, from: ['PLANNED'], to: 'SENDING' },
  set: { attempt: 1, lease: { token: TOKEN, until: UNTIL }, nextActionAt: UNTIL },
});

describe('a routed order', () => {
  it('has its new state, decision, fulfillment, lines and the row of what the vendor promised', async () => {
    const { plan, orderId, fulfillmentId } = await routed();
    expect(
      await one('SELECT version, status, next_action_at, updated_at FROM orders WHERE id = $1', [orderId]),
    ).toEqual({
      ...{ version: 2, status: 'ROUTED', next_action_at: null, updated_at: new Date(AT) },
    });
    expect(await one('SELECT open, routed FROM order_line WHERE order_id = $1', [orderId])).toEqual({
      open: 0,
      routed: 3,
    });
    expect(
      await one('SELECT order_version, request, decision, engine_micros FROM decision WHERE order_id = $1', [orderId]),
    ).toEqual({
      ...{ order_version: 1, request: { a: 1 }, decision: { b: 2 }, engine_micros: 400 },
    });
    expect(
      await one('SELECT status, landed_cost, po_number, attempt FROM fulfillment WHERE id = $1', [fulfillmentId]),
    ).toEqual({
      ...{ status: 'PLANNED', landed_cost: '12.3400', po_number: plan.newFulfillments?.[0]?.poNumber, attempt: 0 },
    });
    expect(
      await one('SELECT quantity, unit_cost FROM fulfillment_line WHERE fulfillment_id = $1', [fulfillmentId]),
    ).toEqual({
      ...{ quantity: 3, unit_cost: '4.5000' },
    });
    expect(
      await one('SELECT vendor_id, units_ordered, promised_ship_by FROM vendor_outcome WHERE fulfillment_id = $1', [
        fulfillmentId,
      ]),
    ).toEqual({ vendor_id: east.vendorId, units_ordered: 3, promised_ship_by: new Date('2026-03-02T20:00:00Z') });
  });

  it('raises its version by one per event, and the events carry each version in order', async () => {
    const { orderId } = await routed();
    const events: Plan['events'] = [
      { type: 'order.confirmed', payload: { n: 1 } },
      { type: 'fulfillment.sending', vendorId: east.vendorId, payload: { n: 2 } },
      { type: 'fulfillment.sent', payload: { n: 3 } },
    ];
    expect(await commitPlans(pool, [barePlan({ id: orderId, version: 2 }, { events })])).toEqual([
      { outcome: 'committed', orderVersion: 5 },
    ]);
    const { rows } = await pool.query(
      `SELECT type, aggregate_version AS version, account_id AS account, vendor_id AS vendor, actor, payload FROM event
       WHERE aggregate_id = $1 ORDER BY id`,
      [orderId],
    );
    const common = { account: network.accountId, actor: 'system:test' };
    expect(rows).toEqual([
      { ...common, type: 'order.routed', version: 2, vendor: null, payload: {} },
      { ...common, type: 'order.confirmed', version: 3, vendor: null, payload: { n: 1 } },
      { ...common, type: 'fulfillment.sending', version: 4, vendor: east.vendorId, payload: { n: 2 } },
      { ...common, type: 'fulfillment.sent', version: 5, vendor: null, payload: { n: 3 } },
    ]);
  });
});

describe('a fulfillment', () => {
  it('is claimed once: of two claims from the same status one is refused', async () => {
    const { orderId, fulfillmentId } = await routed();
    const plan = () => barePlan({ id: orderId, version: 2 }, { fulfillmentChanges: [claim(fulfillmentId)] });
    expect(tally(await commitPlans(pool, [plan(), plan()]))).toEqual({ committed: 1, version_moved: 1 });
    const late = barePlan({ id: orderId, version: 3 }, { fulfillmentChanges: [claim(fulfillmentId)] });
    expect(await commitPlans(pool, [late])).toEqual([{ outcome: 'state_moved', id: fulfillmentId }]);
    expect(
      await one('SELECT status, attempt, lease_token, lease_until FROM fulfillment WHERE id = $1', [fulfillmentId]),
    ).toEqual({
      ...{ status: 'SENDING', attempt: 1, lease_token: TOKEN, lease_until: new Date(UNTIL) },
    });
  });

  it('obeys only the holder of its lease', async () => {
    const { orderId, fulfillmentId } = await routed();
    await commitPlans(pool, [barePlan({ id: orderId, version: 2 }, { fulfillmentChanges: [claim(fulfillmentId)] })]);
    const sent = (token: string) =>
      barePlan(
        { id: orderId, version: 3 },
        {
          fulfillmentChanges: [
            {
              ...{ id: fulfillmentId, from: ['SENDING'], ifLeaseToken: token, to: 'SENT' },
              set: { lease: null, nextActionAt: null, vendorReference: 'V-1' },
            },
          ],
        },
      );
    expect(await commitPlans(pool, [sent(randomUUID())])).toEqual([{ outcome: 'state_moved', id: fulfillmentId }]);
    expect(tally(await commitPlans(pool, [sent(TOKEN)]))).toEqual({ committed: 1 });
    expect(
      await one(
        'SELECT status, attempt, lease_token, next_action_at, vendor_reference FROM fulfillment WHERE id = $1',
        [fulfillmentId],
      ),
    ).toEqual({ status: 'SENT', attempt: 1, lease_token: null, next_action_at: null, vendor_reference: 'V-1' });
  });

  it('takes the vendor word on its lines and what came of its promises, and keeps the first moments', async () => {
    const { orderId, fulfillmentId } = await routed();
    const change = (
      from: FulfillmentChange['from'],
      to: FulfillmentChange['to'],
      more: Partial<FulfillmentChange>,
    ) => ({
      ...{ id: fulfillmentId, from, to, set: {} },
      ...more,
    });
    const plan = (version: number, fulfillmentChange: FulfillmentChange) =>
      barePlan({ id: orderId, version }, { fulfillmentChanges: [fulfillmentChange] });
    const line = { lineNo: 1, accepted: 2, rejected: 1, shipped: 0, canceled: 0 };
    await commitPlans(pool, [plan(2, claim(fulfillmentId))]);
    await commitPlans(pool, [
      plan(
        3,
        change(['SENDING'], 'ACCEPTED', {
          lines: [line],
          outcome: { firstSentAt: AT, acknowledgedAt: AT, unitsAccepted: 2 },
        }),
      ),
    ]);
    await commitPlans(pool, [
      plan(
        4,
        change(['ACCEPTED'], 'SHIPPED', {
          lines: [{ ...line, shipped: 2 }],
          outcome: { firstSentAt: UNTIL, unitsShipped: 2 },
        }),
      ),
    ]);
    expect(
      await one('SELECT accepted, rejected, shipped FROM fulfillment_line WHERE fulfillment_id = $1', [fulfillmentId]),
    ).toEqual({
      ...{ accepted: 2, rejected: 1, shipped: 2 },
    });
    expect(
      await one('SELECT first_sent_at, units_accepted, units_shipped FROM vendor_outcome WHERE fulfillment_id = $1', [
        fulfillmentId,
      ]),
    ).toEqual({ first_sent_at: new Date(AT), units_accepted: 2, units_shipped: 2 });
  });

  it('never goes where the machine does not lead, whatever a plan says', async () => {
    const { orderId, fulfillmentId } = await routed();
    const change: FulfillmentChange = { id: fulfillmentId, from: ['PLANNED'], to: 'DELIVERED', set: {} };
    await expect(
      commitPlans(pool, [barePlan({ id: orderId, version: 2 }, { fulfillmentChanges: [change] })]),
    ).rejects.toThrow(/cannot go from PLANNED to DELIVERED/);
  });
});

describe('shipments', () => {
  it('are kept with their lines, and delivered once', async () => {
    const { orderId, fulfillmentId } = await routed();
    const id = randomUUID();
    const shipment = {
      ...{ id, fulfillmentId, vendorShipmentId: 'S1', carrier: 'swift', trackingNumbers: ['1Z', '2Z'], shippedAt: AT },
      lines: [{ lineNo: 1, quantity: 3 }],
    };
    await commitPlans(pool, [barePlan({ id: orderId, version: 2 }, { newShipments: [shipment] })]);
    const delivered = (version: number, deliveredAt: string) =>
      barePlan({ id: orderId, version }, { deliveredShipments: [{ shipmentId: id, deliveredAt }] });
    await commitPlans(pool, [delivered(3, AT)]);
    await commitPlans(pool, [delivered(4, UNTIL)]);
    expect(
      await one(
        `SELECT tracking_numbers, delivered_at, l.quantity FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id WHERE s.id = $1`,
        [id],
      ),
    ).toEqual({ tracking_numbers: ['1Z', '2Z'], delivered_at: new Date(AT), quantity: 3 });
  });
});

describe('open items and dead letters', () => {
  it('opens a review once, renews its evidence, and resolves it once', async () => {
    const { orderId, fulfillmentId } = await routed();
    const item = { fulfillmentId, kind: 'review', reason: 'VENDOR_SILENT', blocks: ['dispatch'] } as const;
    const id = randomUUID();
    await commitPlans(pool, [
      barePlan({ id: orderId, version: 2 }, { openItems: [{ ...item, id, evidence: { tries: 1 } }] }),
    ]);
    await commitPlans(pool, [
      barePlan({ id: orderId, version: 3 }, { openItems: [{ ...item, id: randomUUID(), evidence: { tries: 2 } }] }),
    ]);
    const { rows } = await pool.query('SELECT id, evidence, blocks FROM open_item WHERE order_id = $1', [orderId]);
    expect(rows).toEqual([{ id, evidence: { tries: 2 }, blocks: ['dispatch'] }]);
    const resolve = (version: number) =>
      barePlan({ id: orderId, version }, { resolvedItems: [{ id, resolution: 'sent again' }] });
    expect(tally(await commitPlans(pool, [resolve(4)]))).toEqual({ committed: 1 });
    expect(await commitPlans(pool, [resolve(5)])).toEqual([{ outcome: 'state_moved', id }]);
    expect(await one('SELECT resolution, resolved_by FROM open_item WHERE id = $1', [id])).toEqual({
      ...{ resolution: 'sent again', resolved_by: 'system:test' },
    });
  });

  it('keeps one open dead letter per piece of work, weighed by what the order is worth', async () => {
    const { orderId, fulfillmentId } = await routed();
    const letter = (attempts: number) => ({
      ...{ id: randomUUID(), step: 'dispatch' as const, subjectId: fulfillmentId, vendorId: east.vendorId, attempts },
      errors: [{ code: 'TIMEOUT', attempt: attempts }],
    });
    await commitPlans(pool, [barePlan({ id: orderId, version: 2 }, { deadLetters: [letter(3)] })]);
    await commitPlans(pool, [barePlan({ id: orderId, version: 3 }, { deadLetters: [letter(6)] })]);
    const { rows } = await pool.query(
      'SELECT attempts, errors, account_id, impact::float AS impact FROM dead_letter WHERE subject_id = $1',
      [fulfillmentId],
    );
    expect(rows).toEqual([
      {
        attempts: 6,
        errors: [{ code: 'TIMEOUT', attempt: 6 }],
        account_id: network.accountId,
        impact: expect.any(Number),
      },
    ]);
    expect(rows[0]?.impact).toBeGreaterThanOrEqual(30);
  });
});

describe('the daily capacity of a node', () => {
  const day = '2026-03-02';
  const taking = async (node: TestNode, units: number) =>
    barePlan(await addOrder(pool, network, []), { capacity: [{ nodeId: node.id, day, units }] });

  it('is taken and given back, never beyond its limit', async () => {
    const { west } = network.nodes;
    await pool.query('UPDATE node SET daily_capacity_units = 10 WHERE id = $1', [west.id]);
    const plans = [await taking(west, 6), await taking(west, 5), await taking(west, 4)];
    const outcomes = await commitPlans(pool, plans);
    expect(outcomes.map((each) => each.outcome)).toEqual(['committed', 'capacity_moved', 'committed']);
    expect(outcomes[1]).toEqual({ outcome: 'capacity_moved', nodeId: west.id, day });
    expect(tally(await commitPlans(pool, [await taking(west, 1)]))).toEqual({ capacity_moved: 1 });
    expect(tally(await commitPlans(pool, [await taking(west, -4), await taking(west, 3)]))).toEqual({ committed: 2 });
    expect(await one('SELECT taken, limit_units, day FROM node_capacity WHERE node_id = $1', [west.id])).toEqual({
      ...{ taken: 9, limit_units: 10, day },
    });
  });

  it('is counted on where its counter was deleted, and stays of its node and day', async () => {
    const { west } = network.nodes;
    await pool.query('DELETE FROM node_capacity WHERE node_id = $1', [west.id]);
    expect(tally(await commitPlans(pool, [await taking(west, 2)]))).toEqual({ committed: 1 });
    expect(await one('SELECT taken FROM node_capacity WHERE node_id = $1', [west.id])).toEqual({ taken: 2 });
    await expect(pool.query('UPDATE node_capacity SET day = day + 1')).rejects.toMatchObject({ code: '23001' });
    await expect(pool.query('UPDATE node_capacity SET node_id = $1', [east.id])).rejects.toMatchObject({
      code: '23001',
    });
  });

  it('follows a limit that is raised or lowered, and gives back what was taken under the old one', async () => {
    const { far } = network.nodes;
    await pool.query('UPDATE node SET daily_capacity_units = 10 WHERE id = $1', [far.id]);
    await commitPlans(pool, [await taking(far, 8)]);
    await pool.query('UPDATE node SET daily_capacity_units = 5 WHERE id = $1', [far.id]);
    expect(tally(await commitPlans(pool, [await taking(far, 1)]))).toEqual({ capacity_moved: 1 });
    expect(tally(await commitPlans(pool, [await taking(far, -1)]))).toEqual({ committed: 1 });
    await pool.query('UPDATE node SET daily_capacity_units = 20 WHERE id = $1', [far.id]);
    expect(tally(await commitPlans(pool, [await taking(far, 13)]))).toEqual({ committed: 1 });
    expect(await one('SELECT taken, limit_units FROM node_capacity WHERE node_id = $1', [far.id])).toEqual({
      ...{ taken: 20, limit_units: 20 },
    });
  });
});

describe('the identity of a line', () => {
  it('is kept by the database itself', async () => {
    const { orderId } = await routed();
    await expect(pool.query('UPDATE order_line SET routed = 2 WHERE order_id = $1', [orderId])).rejects.toThrow(
      /order_line_adds_up/,
    );
  });
});
