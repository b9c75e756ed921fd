import { randomUUID } from 'node:crypto';
import type { Pool } from '../database.js';
import type { Hold, NewFulfillment, Plan, PlanOutcome } from '../plan.js';
import { verifyStock } from '../stock-verify.js';

/** A network that fits in a test's head: two vendors, three nodes, one service. Ids are what the database gave. */
export interface SmallNetwork {
  readonly accountId: number;
  readonly serviceId: number;
  /** `east` and `west` belong to acme, `far` to zenith. */
  readonly nodes: { readonly east: TestNode; readonly west: TestNode; readonly far: TestNode };
}
export interface TestNode {
  readonly id: number;
  readonly vendorId: number;
  readonly code: string;
}

export const AT = '2026-03-01T10:00:00.000Z';

/** Loads the small network into an empty, migrated database. */
export async function loadSmallNetwork(pool: Pool): Promise<SmallNetwork> {
  const id = async (sql: string, values: unknown[] = []) => {
    const { rows } = await pool.query<{ id: number }>(sql, values);
    if (!rows[0]) throw new Error('expected a row');
    return rows[0].id;
  };
  const accountId = await id(
    "INSERT INTO account (code, name, channel, currency) VALUES ('shop', 'Shop', 'api', 'USD') RETURNING id",
  );
  const serviceId = await id(
    "INSERT INTO carrier_service (code, carrier, name) VALUES ('ground', 'swift', 'Ground') RETURNING id",
  );
  const vendor = (code: string) =>
    id("INSERT INTO vendor (code, name, connector, currency) VALUES ($1::text, $1::text, 'rest', 'USD') RETURNING id", [
      code,
    ]);
  const node = async (code: string, vendorId: number): Promise<TestNode> => ({
    id: await id(
      `INSERT INTO node (code, vendor_id, name, country_code, region_code, city, latitude, longitude, time_zone, lead_time_hours)
       VALUES ($1::text, $2, $1::text, 'US', 'NY', 'Albany', 42.65, -73.75, 'America/New_York', 24) RETURNING id`,
      [code, vendorId],
    ),
    vendorId,
    code,
  });
  const acme = await vendor('acme');
  const zenith = await vendor('zenith');
  const nodes = {
    east: await node('acme-east', acme),
    west: await node('acme-west', acme),
    far: await node('zenith-far', zenith),
  };
  return { accountId, serviceId, nodes };
}

let products = 0;

/** A new product with stock at the given nodes: `[node, onHand]`. Returns its id. */
export async function addProduct(pool: Pool, stock: readonly (readonly [TestNode, number])[] = []): Promise<number> {
  const sku = `SKU-${++products}-${randomUUID().slice(0, 8)}`;
  const { rows } = await pool.query<{ id: number }>(
    'INSERT INTO product (sku, title, unit_weight_grams, list_price) VALUES ($1::text, $1::text, 500, 10) RETURNING id',
    [sku],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('expected a row');
  for (const [node, onHand] of stock) {
    await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [node.id, id]);
    await pool.query(
      "INSERT INTO offer_cost (node_id, product_id, from_quantity, unit_cost) VALUES ($1, $2, 1, '4.5')",
      [node.id, id],
    );
    await pool.query("INSERT INTO stock (node_id, product_id, on_hand, as_of) VALUES ($1, $2, $3, '2026-01-01Z')", [
      node.id,
      id,
      onHand,
    ]);
  }
  return id;
}

export async function skuOf(pool: Pool, productId: number): Promise<string> {
  const { rows } = await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [productId]);
  if (!rows[0]) throw new Error(`expected product ${productId}`);
  return rows[0].sku;
}

export interface TestOrder {
  readonly id: string;
  readonly version: number;
  readonly lines: readonly { readonly lineNo: number; readonly productId: number; readonly quantity: number }[];
}

/** A received order at version 1, one line per `[product, quantity]`. */
export async function addOrder(
  pool: Pool,
  network: SmallNetwork,
  wanted: readonly (readonly [productId: number, quantity: number])[],
): Promise<TestOrder> {
  const id = randomUUID();
  await pool.query(
    `INSERT INTO orders (id, account_id, external_id, status, currency, placed_at, when_short, destination_country, created_at, updated_at)
     VALUES ($1::uuid, $2, $1::uuid::text, 'RECEIVED', 'USD', $3, 'BACKORDER', 'US', $3, $3)`,
    [id, network.accountId, AT],
  );
  const lines = wanted.map(([productId, quantity], index) => ({ lineNo: index + 1, productId, quantity }));
  for (const { lineNo, productId, quantity } of lines) {
    await pool.query(
      `INSERT INTO order_line (order_id, line_no, external_line_id, product_id, unit_price, ordered, open)
       VALUES ($1, $2::integer, $2::integer::text, $3, 10, $4, $4)`,
      [id, lineNo, productId, quantity],
    );
  }
  return { id, version: 1, lines };
}

/** A plan that changes nothing but the version; tests add what they are about. */
export function barePlan(order: { id: string; version: number }, more: Partial<Plan> = {}): Plan {
  return {
    orderId: order.id,
    expectedVersion: order.version,
    actor: 'system:test',
    at: AT,
    order: { status: 'ROUTED', nextActionAt: null },
    events: [{ type: 'order.routed', payload: {} }],
    ...more,
  };
}

/** The plan that routes every line of an order to one node, with a decision, a fulfillment and one hold per line. */
export function routePlan(network: SmallNetwork, order: TestOrder, node: TestNode, more: Partial<Plan> = {}): Plan {
  const decisionId = randomUUID();
  const fulfillmentId = randomUUID();
  const fulfillment: NewFulfillment = {
    id: fulfillmentId,
    nodeId: node.id,
    vendorId: node.vendorId,
    serviceId: network.serviceId,
    decisionId,
    poNumber: `HG-${fulfillmentId.slice(0, 8).toUpperCase()}-${fulfillmentId.slice(9, 13).toUpperCase()}`,
    landedCost: 123_400,
    currency: 'USD',
    shipBy: '2026-03-02T20:00:00.000Z',
    arrivesBy: '2026-03-05T20:00:00.000Z',
    nextActionAt: AT,
    lines: order.lines.map((line) => ({ ...line, unitCost: 45_000 })),
  };
  const holds = order.lines.map(
    ({ lineNo, productId, quantity }): Hold => ({
      reservationId: randomUUID(),
      lineNo,
      fulfillmentId,
      nodeId: node.id,
      productId,
      quantity,
      state: 'held',
      expiresAt: '2026-03-01T11:00:00.000Z',
    }),
  );
  const lines = order.lines.map(({ lineNo, quantity }) => ({
    ...{ lineNo, open: 0, routed: quantity, backordered: 0, shipped: 0, canceled: 0, returned: 0 },
  }));
  const decision = {
    ...{ id: decisionId, cause: 'order.received', request: { a: 1 }, decision: { b: 2 }, rateSources: {}, attempt: 1 },
    engineMicros: 400,
  };
  return barePlan(order, { decision, newFulfillments: [fulfillment], holds, lines, ...more });
}

/** Stock counters of one product at one node. */
export async function stockOf(
  pool: Pool,
  node: TestNode,
  productId: number,
): Promise<{ onHand: number; held: number; committed: number; atp: number; version: number }> {
  const { rows } = await pool.query(
    `SELECT on_hand AS "onHand", held, committed, atp, version FROM stock WHERE node_id = $1 AND product_id = $2`,
    [node.id, productId],
  );
  if (!rows[0]) throw new Error(`expected a stock row of product ${productId} at ${node.code}`);
  return rows[0];
}

/**
 * Every stock row that the check of stock finds adrift, and, beyond what it looks at: every row whose ATP is not what its last
 * event said (a report that leaves ATP as it is writes none), or of which one reservation's ledger is not what it is.
 */
export async function driftedStock(pool: Pool): Promise<unknown[]> {
  const { drift } = await verifyStock(pool, { repair: 'none', actor: 'system:test', at: new Date(AT) });
  const { rows } = await pool.query(`
    SELECT s.node_id, s.product_id, s.held, s.committed, e.* FROM stock s
    LEFT JOIN LATERAL (SELECT e.aggregate_version, e.payload FROM event e
      WHERE e.aggregate_type = 'stock' AND e.aggregate_id = s.node_id || ':' || s.product_id
      ORDER BY e.aggregate_version DESC LIMIT 1) e ON true
    WHERE (e.payload IS NOT NULL AND (s.version, s.atp) IS DISTINCT FROM (e.aggregate_version, (e.payload->>'atp')::int))
      OR EXISTS (SELECT 1 FROM stock_ledger l JOIN reservation r ON r.id = l.reservation_id
        WHERE r.node_id = s.node_id AND r.product_id = s.product_id
        GROUP BY r.id HAVING sum(l.held_delta) <> CASE WHEN r.state = 'held' THEN r.quantity ELSE 0 END
          OR sum(l.committed_delta) <> CASE WHEN r.state = 'committed' THEN r.quantity ELSE 0 END)`);
  return [...drift, ...rows];
}

/** How many plans came to what, such as `{ committed: 3, stock_moved: 1 }`. */
export function tally(outcomes: readonly PlanOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
