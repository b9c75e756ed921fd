import { v7 } from 'uuid';
import { decide } from '../src/engine/decide.js';
import { randomRequest } from '../src/engine/testing/random-request.js';
import { poNumberOf } from '../src/orders/po-number.js';
import type { Pool } from '../src/store/database.js';
import type { Plan } from '../src/store/plan.js';

/** A node whose rows everybody wants, and orders that want them. */
export interface Shop {
  readonly accountId: number;
  readonly vendorId: number;
  readonly nodeId: number;
  readonly serviceId: number;
  /** Of the hot rows, ascending; as many as asked for. */
  readonly productIds: readonly number[];
}

/** An order that was received and is to be routed, each line for one unit. */
export interface WaitingOrder {
  readonly id: string;
  readonly lines: readonly { readonly lineNo: number; readonly productId: number }[];
}

/** What is stored of a decision, as texts: the request, the decision, where the rates came from. */
export interface RecordTexts {
  readonly request: unknown;
  readonly decision: unknown;
  readonly rateSources: Readonly<Record<string, unknown>>;
}

/** Rows have this many units: enough for any turn. */
export const PLENTY = 1_000_000_000;
/** Seeds of random requests that one node serves whole: an everyday order among twelve nodes with two services each. */
const SEED_OF_LINES: Readonly<Record<number, number>> = { 1: 4, 3: 1 };
const RATE_SOURCES = {
  leftOut: [],
  rateCards: ['swift-express-2026', 'swift-ground-2026'],
  exchangeRates: { 'EUR->USD': { rate: '1.086956521739', source: 'bank', validFrom: '2026-01-01' } },
};

/** The record of a real decision of the engine for an order of 1 or 3 lines: 9 and 12 kB of JSON. */
export function decisionRecord(lines: number): RecordTexts {
  const seed = SEED_OF_LINES[lines];
  if (seed === undefined) throw new RangeError(`expected an order of 1 or 3 lines, got ${lines}`);
  const request = randomRequest(seed, {
    lines,
    linesLeast: lines,
    nodes: 12,
    nodesLeast: 12,
    services: 2,
    quantity: 2,
  });
  return { request, decision: decide(request), rateSources: RATE_SOURCES };
}

/** A vendor with one node and so many products in stock there, `onHand` units of each; each call makes another. */
export async function openShop(pool: Pool, rows: number, onHand = PLENTY): Promise<Shop> {
  const name = `hot-${v7()}`;
  const { rows: made } = await pool.query<Shop>(
    `WITH account AS (INSERT INTO account (code, name, channel, currency) VALUES ($1::text, $1, 'api', 'USD') RETURNING id),
       service AS (INSERT INTO carrier_service (code, carrier, name) VALUES ($1::text, 'swift', $1) RETURNING id),
       vendor AS (INSERT INTO vendor (code, name, connector, currency) VALUES ($1::text, $1, 'rest', 'USD') RETURNING id),
       node AS (
         INSERT INTO node (code, vendor_id, name, country_code, region_code, city, latitude, longitude, time_zone, lead_time_hours)
         SELECT $1::text, vendor.id, $1, 'US', 'NY', 'Albany', 42.65, -73.75, 'America/New_York', 24 FROM vendor RETURNING id),
       product AS (
         INSERT INTO product (sku, title, unit_weight_grams, list_price)
         SELECT $1::text || '-' || n, $1, 500, 10 FROM generate_series(1, $2::integer) n RETURNING id)
     SELECT account.id AS "accountId", vendor.id AS "vendorId", node.id AS "nodeId", service.id AS "serviceId",
       (SELECT array_agg(product.id ORDER BY product.id) FROM product) AS "productIds" FROM account, service, vendor, node`,
    [name, rows],
  );
  const shop = made[0];
  if (!shop) throw new Error('expected a shop');
  await pool.query('INSERT INTO offer (node_id, product_id) SELECT $1, unnest($2::integer[])', [
    shop.nodeId,
    shop.productIds,
  ]);
  await pool.query(
    'INSERT INTO offer_cost (node_id, product_id, from_quantity, unit_cost) SELECT $1, unnest($2::integer[]), 1, 4.5',
    [shop.nodeId, shop.productIds],
  );
  await pool.query(
    `INSERT INTO stock (node_id, product_id, on_hand, as_of) SELECT $1, unnest($2::integer[]), $3, '2026-01-01Z'`,
    [shop.nodeId, shop.productIds, onHand],
  );
  return shop;
}

/**
 * Makes orders of so many lines, one unit each, spread evenly over the shop's rows, as `createOrder` leaves them: received, to be
 * routed by a worker if nobody does so at once. With fewer rows than lines several lines want the same row.
 */
export async function addOrders(pool: Pool, shop: Shop, count: number, lines: number): Promise<WaitingOrder[]> {
  const orders = Array.from({ length: count }, (_, at): WaitingOrder => {
    // Steps without a common divisor with the number of rows: the lines of an order are different rows, all rows equally hot.
    const first = (at * 7919) % shop.productIds.length;
    return {
      id: v7(),
      lines: Array.from({ length: lines }, (_, line) => ({
        lineNo: line + 1,
        productId: shop.productIds[(first + line * 37) % shop.productIds.length] ?? 0,
      })),
    };
  });
  await pool.query(
    `INSERT INTO orders (id, account_id, external_id, status, currency, placed_at, when_short, destination_country, next_action_at,
       created_at, updated_at)
     SELECT id, $2, id::text, 'RECEIVED', 'USD', now(), 'BACKORDER', 'US', now() + interval '1 minute', now(), now()
     FROM unnest($1::uuid[]) id`,
    [orders.map((order) => order.id), shop.accountId],
  );
  const flat = orders.flatMap((order) => order.lines.map((line) => ({ ...line, id: order.id })));
  await pool.query(
    `INSERT INTO order_line (order_id, line_no, external_line_id, product_id, unit_price, ordered, open)
     SELECT l.id, l.line_no, l.line_no::text, l.product_id, 10, 1, 1
     FROM unnest($1::uuid[], $2::integer[], $3::integer[]) AS l(id, line_no, product_id)`,
    [flat.map((line) => line.id), flat.map((line) => line.lineNo), flat.map((line) => line.productId)],
  );
  return orders;
}

/** Orders of one shop that wait to be taken; those that a turn leaves wait for the next. */
export interface OrderSupply {
  /** So many; where they are not there they are made, and the server makes a checkpoint behind them. */
  ready(count: number): Promise<readonly WaitingOrder[]>;
  /** The first so many of them are not to be given out again. */
  taken(count: number): void;
}

export function createOrderSupply(pool: Pool, shop: Shop, lines: number): OrderSupply {
  let waiting: WaitingOrder[] = [];
  return {
    async ready(count) {
      const missing = Math.ceil(count) - waiting.length;
      if (missing > 0) waiting.push(...(await addOrders(pool, shop, missing, lines)));
      await pool.query('CHECKPOINT');
      return waiting.slice(0, Math.ceil(count));
    },
    taken(count) {
      waiting = waiting.slice(count);
    },
  };
}

/** The plan that routes an order whole to the shop's node and confirms it, as `planFromDecision` writes it. */
export function routingPlan(shop: Shop, order: WaitingOrder, record: RecordTexts): Plan {
  const at = new Date().toISOString();
  const decisionId = v7();
  const fulfillmentId = v7();
  const poNumber = poNumberOf(v7());
  const { nodeId, vendorId, serviceId } = shop;
  const units = order.lines.length;
  const made = { fulfillmentId, poNumber, nodeId, units, arrivesBy: '2026-03-05T20:00:00.000Z' };
  return {
    ...{ orderId: order.id, expectedVersion: 1, actor: 'system:route', at },
    order: { status: 'CONFIRMED', nextActionAt: null, confirmedAt: at },
    lines: order.lines.map(({ lineNo }) => ({
      ...{ lineNo, open: 0, routed: 1, backordered: 0, shipped: 0, canceled: 0, returned: 0 },
    })),
    decision: { id: decisionId, cause: 'submitted', ...record, attempt: 1, engineMicros: 400 },
    newFulfillments: [
      {
        ...{
          id: fulfillmentId,
          nodeId,
          vendorId,
          serviceId,
          decisionId,
          poNumber,
          landedCost: 646_376,
          currency: 'USD',
        },
        ...{ shipBy: '2026-03-02T20:00:00.000Z', arrivesBy: made.arrivesBy, nextActionAt: at },
        lines: order.lines.map((line) => ({ ...line, quantity: 1, unitCost: 45_000 })),
      },
    ],
    holds: order.lines.map((line) => ({
      ...{ reservationId: v7(), fulfillmentId, nodeId, quantity: 1, state: 'committed' as const, expiresAt: null },
      ...line,
    })),
    events: [
      {
        type: 'order.routed',
        payload: { decisionId, cause: 'submitted', attempt: 1, units, fulfillments: [made], ...moved },
      },
      { type: 'order.confirmed', payload: { decisionId, ...moved } },
    ],
  };
}
const moved = { status: 'CONFIRMED', previousStatus: 'RECEIVED' };
