import type { OrderStatus } from '../model/order.js';
import type { Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';
import {
  type ContactRow,
  type DecisionRow,
  decisionRow,
  type FulfillmentLineRow,
  type FulfillmentRow,
  fulfillmentLineRow,
  fulfillmentRow,
  type OpenItemRow,
  type OrderLineRow,
  type OrderRow,
  openItemRow,
  orderLineRow,
  orderRow,
  type ReservationRow,
  reservationRow,
  type ShipmentRow,
  shipmentRow,
} from './order-rows.js';

/** One order with everything that its next step depends on, as of one version. No personal data. */
export interface OrderAggregate extends OrderRow {
  readonly account: {
    readonly code: string;
    readonly confirmation: 'automatic' | 'explicit';
    readonly holdMinutes: number;
  };
  readonly lines: readonly OrderLineRow[];
  readonly fulfillments: readonly (FulfillmentRow & { readonly lines: readonly FulfillmentLineRow[] })[];
  readonly reservations: readonly ReservationRow[];
  readonly shipments: readonly ShipmentRow[];
  /** Resolved ones too: what was settled once is not opened again by a repeat of the same document. */
  readonly openItems: readonly OpenItemRow[];
}
export type FulfillmentAggregate = OrderAggregate['fulfillments'][number];

/**
 * Whether the viewer may see order `o`; parameters $1 (account ids or null) and $2 (vendor ids or null) in every query here.
 * A vendor sees an order only where one of its nodes ships a part of it.
 */
const VISIBLE = `($1::int[] IS NULL OR o.account_id = ANY($1)) AND ($2::int[] IS NULL OR EXISTS (
  SELECT 1 FROM fulfillment v WHERE v.order_id = o.id AND v.vendor_id = ANY($2)))`;
/** Of an order that is visible, a vendor sees its own fulfillments only, and no line that it does not ship. */
const OWN_FULFILLMENT = '($2::int[] IS NULL OR f.vendor_id = ANY($2))';

const FULFILLMENT = `SELECT f.*, f.landed_cost::text AS landed_cost, n.code AS node_code, n.daily_capacity_units, n.time_zone,
  v.code AS vendor_code, v.currency AS vendor_currency, v.feed_subtracts,
  v.live_check, v.terms AS vendor_terms, s.code AS service_code, s.carrier,
  (SELECT jsonb_agg(jsonb_build_object('ruleId', c.rule_id, 'nodeId', NULLIF(c.node_id, 0), 'day', c.day, 'per', c.per) ORDER BY c.rule_id)
    FROM day_count_part c WHERE c.fulfillment_id = f.id) AS counts
  FROM fulfillment f JOIN orders o ON o.id = f.order_id JOIN node n ON n.id = f.node_id
  JOIN vendor v ON v.id = f.vendor_id JOIN carrier_service s ON s.id = f.service_id`;

function limits(viewer: Viewer): unknown[] {
  return [viewer.accountIds === 'all' ? null : viewer.accountIds, viewer.vendorIds === 'all' ? null : viewer.vendorIds];
}

/** The order and all that belongs to it, or null where there is none that the viewer may see. */
export async function loadOrder(db: Queryable, viewer: Viewer, id: string): Promise<OrderAggregate | null> {
  const [orders, accounts, lines, fulfillments, fulfillmentLines, reservations, shipments, openItems] = await aggregate(
    db,
    viewer,
    id,
  );
  const raw = orders[0];
  const account = accounts[0];
  if (!raw || !account) return null;
  return {
    ...raw,
    account,
    lines,
    fulfillments: fulfillments.map((fulfillment) => ({
      ...fulfillment,
      lines: fulfillmentLines.filter((line) => line.fulfillmentId === fulfillment.id),
    })),
    reservations,
    shipments,
    openItems,
  };
}

/**
 * One statement, so that all parts come from one snapshot: an aggregate never mixes two versions.
 * Parts travel as JSON; moments in it are ISO text and amounts text, so nothing is rounded on the way.
 */
async function aggregate(db: Queryable, viewer: Viewer, id: string) {
  // Named: it is planned once per connection; planning takes longer than running it.
  const { rows } = await db.query({
    name: 'load-order',
    text: `SELECT o.*,
      (SELECT jsonb_build_object('code', a.code, 'confirmation', a.confirmation, 'holdMinutes', a.hold_minutes)
         FROM account a WHERE a.id = o.account_id) AS account,
      (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.line_no), '[]') FROM (
         SELECT l.*, l.unit_price::text AS unit_price, p.sku, p.title FROM order_line l JOIN product p ON p.id = l.product_id
         WHERE l.order_id = o.id AND ($2::int[] IS NULL OR EXISTS (SELECT 1 FROM fulfillment_line fl
           JOIN fulfillment f ON f.id = fl.fulfillment_id
           WHERE fl.order_id = l.order_id AND fl.line_no = l.line_no AND ${OWN_FULFILLMENT}))) l) AS lines,
      (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.created_at, x.id), '[]') FROM (
         ${FULFILLMENT} WHERE f.order_id = $3 AND ${OWN_FULFILLMENT}) x) AS fulfillments,
      (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.fulfillment_id, x.line_no), '[]') FROM (
         SELECT fl.*, fl.unit_cost::text AS unit_cost, p.sku FROM fulfillment_line fl JOIN product p ON p.id = fl.product_id
         JOIN fulfillment f ON f.id = fl.fulfillment_id WHERE f.order_id = o.id AND ${OWN_FULFILLMENT}) x) AS fulfillment_lines,
      (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.taken_at, r.id), '[]') FROM reservation r
         JOIN fulfillment f ON f.id = r.fulfillment_id WHERE r.order_id = o.id AND ${OWN_FULFILLMENT}) AS reservations,
      (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.shipped_at, x.id), '[]') FROM (
         ${SHIPMENT} WHERE f.order_id = $3 AND ${OWN_FULFILLMENT}) x) AS shipments,
      (SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i.opened_at, i.id), '[]') FROM open_item i
         WHERE i.order_id = o.id AND $2::int[] IS NULL) AS open_items
     FROM orders o WHERE o.id = $3 AND ${VISIBLE}`,
    values: [...limits(viewer), id],
  });
  const row = rows[0];
  const part = (name: string): Record<string, unknown>[] =>
    ((row?.[name] ?? []) as Record<string, unknown>[]).map(revive);
  return [
    rows.map(orderRow),
    row ? [row.account as OrderAggregate['account']] : [],
    part('lines').map(orderLineRow),
    part('fulfillments').map(fulfillmentRow),
    part('fulfillment_lines').map(fulfillmentLineRow),
    part('reservations').map(reservationRow),
    part('shipments').map(shipmentRow),
    part('open_items').map(openItemRow),
  ] as const;
}

const SHIPMENT = `SELECT s.*, f.order_id, (SELECT jsonb_agg(jsonb_build_object('lineNo', l.line_no, 'quantity', l.quantity) ORDER BY l.line_no)
    FROM shipment_line l WHERE l.shipment_id = s.id) AS lines
  FROM shipment s JOIN fulfillment f ON f.id = s.fulfillment_id JOIN orders o ON o.id = f.order_id`;

const MOMENT_COLUMNS = new Set(['ship_by', 'arrives_by', 'lease_until', 'shipped_at', 'delivered_at']);

/** Columns that hold moments come out of JSON as text; everything else stays as it is. */
function revive(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [
      key,
      typeof value === 'string' && (MOMENT_COLUMNS.has(key) || key.endsWith('_at')) ? new Date(value) : value,
    ]),
  );
}

/** Where an order stands. For Headgate's own work: it takes no viewer. Errors: where there is no such order. */
export async function orderStatus(db: Queryable, id: string): Promise<OrderStatus> {
  const { rows } = await db.query<{ status: OrderStatus }>({
    name: 'order-status',
    text: 'SELECT status FROM orders WHERE id = $1',
    values: [id],
  });
  const [found] = rows;
  if (!found) throw new Error(`expected order ${id}, found none`);
  return found.status;
}

/** As loadOrder, by the channel's own id; (account, external id) is one order. */
export async function loadOrderByExternalId(
  db: Queryable,
  viewer: Viewer,
  accountId: number,
  externalId: string,
): Promise<OrderAggregate | null> {
  const { rows } = await db.query('SELECT id FROM orders WHERE account_id = $1 AND external_id = $2', [
    accountId,
    externalId,
  ]);
  return rows[0] ? loadOrder(db, viewer, rows[0].id as string) : null;
}

/** The order that a fulfillment belongs to, or null. */
export async function loadOrderByFulfillment(
  db: Queryable,
  viewer: Viewer,
  fulfillmentId: string,
): Promise<OrderAggregate | null> {
  const { rows } = await db.query('SELECT order_id FROM fulfillment WHERE id = $1', [fulfillmentId]);
  return rows[0] ? loadOrder(db, viewer, rows[0].order_id as string) : null;
}

/** Order and fulfillment ids by PO number, for one vendor; unknown numbers are missing from the map. */
export async function findPurchaseOrders(
  db: Queryable,
  vendorId: number,
  poNumbers: readonly string[],
): Promise<ReadonlyMap<string, { readonly orderId: string; readonly fulfillmentId: string }>> {
  if (poNumbers.length === 0) return new Map();
  const { rows } = await db.query(
    'SELECT po_number, order_id, id FROM fulfillment WHERE vendor_id = $1 AND po_number = ANY($2)',
    [vendorId, poNumbers],
  );
  return new Map(
    rows.map((row: Record<string, unknown>) => [
      row.po_number as string,
      { orderId: row.order_id as string, fulfillmentId: row.id as string },
    ]),
  );
}

/** Orders that wait for any of these products at a node that has some, the oldest first. */
export async function backorderedOrders(
  db: Queryable,
  productIds: readonly number[],
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT o.id FROM orders o WHERE o.id IN (
       SELECT l.order_id FROM order_line l WHERE l.backordered > 0 AND l.product_id = ANY($1::int[])
         AND EXISTS (SELECT 1 FROM stock s WHERE s.product_id = l.product_id AND s.atp > 0))
     ORDER BY o.placed_at, o.created_at, o.id LIMIT $2`,
    [productIds, limit],
  );
  return rows.map((row) => row.id);
}

/** What a list of orders is asked for: newest first, after the row that the cursor names. */
export interface OrderPage {
  /** 1 to 200. */
  readonly first: number;
  readonly after?: { readonly createdAt: Date; readonly id: string } | undefined;
  readonly statuses?: readonly OrderStatus[] | undefined;
  readonly accountId?: number | undefined;
  readonly externalId?: string | undefined;
}

/** One page of the viewer's orders, newest first. */
export async function listOrders(
  db: Queryable,
  viewer: Viewer,
  page: OrderPage,
): Promise<{ readonly orders: readonly OrderRow[]; readonly hasNextPage: boolean }> {
  const first = Math.min(Math.max(Math.trunc(page.first), 1), 200);
  const { rows } = await db.query(
    `SELECT o.* FROM orders o WHERE ${VISIBLE}
       AND ($3::timestamptz IS NULL OR (o.created_at, o.id) < ($3, $4::uuid))
       AND ($5::text[] IS NULL OR o.status = ANY($5)) AND ($6::int IS NULL OR o.account_id = $6)
       AND ($7::text IS NULL OR o.external_id = $7)
     ORDER BY o.created_at DESC, o.id DESC LIMIT $8`,
    [
      ...limits(viewer),
      page.after?.createdAt ?? null,
      page.after?.id ?? null,
      page.statuses ?? null,
      page.accountId ?? null,
      page.externalId ?? null,
      first + 1,
    ],
  );
  return { orders: rows.slice(0, first).map(orderRow), hasNextPage: rows.length > first };
}

/** Orders by id, in no order; those that the viewer may not see are missing. */
export async function ordersByIds(db: Queryable, viewer: Viewer, ids: readonly string[]): Promise<OrderRow[]> {
  const { rows } = await db.query(`SELECT o.* FROM orders o WHERE ${VISIBLE} AND o.id = ANY($3::uuid[])`, [
    ...limits(viewer),
    ids,
  ]);
  return rows.map(orderRow);
}

/** Lines of many orders, by order and line number. A vendor gets those that it ships. */
export async function linesOf(db: Queryable, viewer: Viewer, orderIds: readonly string[]): Promise<OrderLineRow[]> {
  const { rows } = await db.query(
    `SELECT l.*, l.unit_price::text AS unit_price, p.sku, p.title FROM order_line l
       JOIN orders o ON o.id = l.order_id JOIN product p ON p.id = l.product_id
     WHERE ${VISIBLE} AND l.order_id = ANY($3::uuid[]) AND ($2::int[] IS NULL OR EXISTS (SELECT 1 FROM fulfillment_line fl
       JOIN fulfillment f ON f.id = fl.fulfillment_id
       WHERE fl.order_id = l.order_id AND fl.line_no = l.line_no AND ${OWN_FULFILLMENT}))
     ORDER BY l.order_id, l.line_no`,
    [...limits(viewer), orderIds],
  );
  return rows.map(orderLineRow);
}

/** Fulfillments of many orders, oldest first. */
export async function fulfillmentsOf(
  db: Queryable,
  viewer: Viewer,
  orderIds: readonly string[],
): Promise<FulfillmentRow[]> {
  const { rows } = await db.query(
    `${FULFILLMENT} WHERE ${VISIBLE} AND f.order_id = ANY($3::uuid[]) AND ${OWN_FULFILLMENT} ORDER BY f.created_at, f.id`,
    [...limits(viewer), orderIds],
  );
  return rows.map(fulfillmentRow);
}

/** Lines of many fulfillments. */
export async function fulfillmentLinesOf(
  db: Queryable,
  viewer: Viewer,
  fulfillmentIds: readonly string[],
): Promise<FulfillmentLineRow[]> {
  const { rows } = await db.query(
    `SELECT fl.*, fl.unit_cost::text AS unit_cost, p.sku FROM fulfillment_line fl JOIN product p ON p.id = fl.product_id
       JOIN fulfillment f ON f.id = fl.fulfillment_id JOIN orders o ON o.id = f.order_id
     WHERE ${VISIBLE} AND fl.fulfillment_id = ANY($3::uuid[]) AND ${OWN_FULFILLMENT} ORDER BY fl.fulfillment_id, fl.line_no`,
    [...limits(viewer), fulfillmentIds],
  );
  return rows.map(fulfillmentLineRow);
}

/** Shipments of many fulfillments, oldest first. */
export async function shipmentsOf(
  db: Queryable,
  viewer: Viewer,
  fulfillmentIds: readonly string[],
): Promise<ShipmentRow[]> {
  const { rows } = await db.query(
    `${SHIPMENT} WHERE ${VISIBLE} AND s.fulfillment_id = ANY($3::uuid[]) AND ${OWN_FULFILLMENT} ORDER BY s.shipped_at, s.id`,
    [...limits(viewer), fulfillmentIds],
  );
  return rows.map(shipmentRow);
}

/** Decisions of many orders, oldest first. They show every vendor's costs: none for a viewer limited to vendors. */
export async function decisionsOf(db: Queryable, viewer: Viewer, orderIds: readonly string[]): Promise<DecisionRow[]> {
  const { rows } = await db.query(
    `SELECT d.* FROM decision d JOIN orders o ON o.id = d.order_id
     WHERE ${VISIBLE} AND $2::int[] IS NULL AND d.order_id = ANY($3::uuid[]) ORDER BY d.decided_at, d.id`,
    [...limits(viewer), orderIds],
  );
  return rows.map(decisionRow);
}

/** One decision by id, or null. */
export async function loadDecision(db: Queryable, viewer: Viewer, id: string): Promise<DecisionRow | null> {
  const { rows } = await db.query(
    `SELECT d.* FROM decision d JOIN orders o ON o.id = d.order_id WHERE ${VISIBLE} AND $2::int[] IS NULL AND d.id = $3`,
    [...limits(viewer), id],
  );
  return rows[0] ? decisionRow(rows[0]) : null;
}

/** Holds and reviews of many orders, oldest first, resolved ones too. None for a viewer limited to vendors. */
export async function openItemsOf(db: Queryable, viewer: Viewer, orderIds: readonly string[]): Promise<OpenItemRow[]> {
  const { rows } = await db.query(
    `SELECT i.* FROM open_item i JOIN orders o ON o.id = i.order_id
     WHERE ${VISIBLE} AND $2::int[] IS NULL AND i.order_id = ANY($3::uuid[]) ORDER BY i.opened_at, i.id`,
    [...limits(viewer), orderIds],
  );
  return rows.map(openItemRow);
}

/** Reservations of many orders, oldest first. */
export async function reservationsOf(
  db: Queryable,
  viewer: Viewer,
  orderIds: readonly string[],
): Promise<ReservationRow[]> {
  const { rows } = await db.query(
    `SELECT r.* FROM reservation r JOIN orders o ON o.id = r.order_id JOIN fulfillment f ON f.id = r.fulfillment_id
     WHERE ${VISIBLE} AND r.order_id = ANY($3::uuid[]) AND ${OWN_FULFILLMENT} ORDER BY r.taken_at, r.id`,
    [...limits(viewer), orderIds],
  );
  return rows.map(reservationRow);
}

/** Addresses of many orders. Personal data: pass it on, never keep or log it. */
export async function contactsOf(db: Queryable, viewer: Viewer, orderIds: readonly string[]): Promise<ContactRow[]> {
  const { rows } = await db.query({
    name: 'contacts-of',
    text: `SELECT c.order_id, c.address FROM order_contact c JOIN orders o ON o.id = c.order_id
     WHERE ${VISIBLE} AND c.order_id = ANY($3::uuid[])`,
    values: [...limits(viewer), orderIds],
  });
  return rows.map((row: Record<string, unknown>) => ({
    orderId: row.order_id as string,
    address: row.address as ContactRow['address'],
  }));
}
