import { systemViewer } from '../src/model/viewer.js';
import type { OrderDeps } from '../src/orders/deps.js';
import type { OrderServices } from '../src/orders/services.js';
import { loadOrder } from '../src/store/orders.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { openServices } from './order-services.js';
import { acceptedIds, type World } from './world.js';

/** A SKU that two vendors have, the first of them cheaper, and nobody else. */
export interface Goods {
  readonly sku: string;
  readonly productId: number;
  readonly first: Place;
  readonly second: Place;
}
export interface Place {
  readonly nodeId: number;
  readonly nodeCode: string;
  readonly vendorId: number;
  readonly vendor: string;
  readonly vendorSku: string;
}
/** Goods of two vendors that may be asked live, orders of them, and what became of both; `world`: once it is open. */
export function askedVendors(world: () => World) {
  let used = 0;

  async function policy(columns: Record<string, string | number>, vendorId: number | null = null): Promise<void> {
    const given = {
      ...{
        live_check: 'always',
        live_check_below_units: 5,
        live_check_older_seconds: 3_600,
        live_check_silent_seconds: 3_600,
      },
      ...{ live_check_deadline_seconds: 20, live_check_silent_else: 'reroute', ...columns },
    };
    const sets = Object.keys(given).map((name, index) => `${name} = $${index + 2}`);
    const values = Object.values(given);
    await world().db.pool.query(`UPDATE vendor SET ${sets.join(', ')} WHERE $1::integer IS NULL OR id = $1`, [
      vendorId,
      ...values,
    ]);
  }

  /** Both vendors have as many as is said here, and reported so. */
  async function goods(atFirst: number, atSecond: number): Promise<Goods> {
    const { pool } = world().db;
    const { rows } = await pool.query<{ sku: string; productId: number; places: Place[] }>(
      `SELECT p.sku, p.id AS "productId", json_agg(json_build_object('nodeId', x.node_id, 'nodeCode', x.node_code, 'vendorId', x.vendor_id,
           'vendor', x.vendor, 'vendorSku', x.vendor_sku) ORDER BY x.vendor_id) AS places
       FROM product p JOIN LATERAL (
         SELECT DISTINCT ON (n.vendor_id) n.id AS node_id, n.code AS node_code, n.vendor_id, v.code AS vendor, a.vendor_sku
         FROM offer o JOIN node n ON n.id = o.node_id JOIN vendor v ON v.id = n.vendor_id
           JOIN product_vendor_alias a ON a.vendor_id = v.id AND a.product_id = o.product_id AND a.units_per_pack = 1
         WHERE o.product_id = p.id AND o.stocked AND o.minimum_quantity = 1 AND o.quantity_multiple = 1
           AND n.minimum_order_value IS NULL ORDER BY n.vendor_id, n.id) x ON true
       GROUP BY p.id HAVING count(*) >= 2 ORDER BY p.sku OFFSET $1 LIMIT 1`,
      [used++],
    );
    const [first, second] = rows[0]?.places ?? [];
    if (!rows[0] || !first || !second) throw new Error('expected a SKU of two vendors');
    const { sku, productId } = rows[0];
    await pool.query('UPDATE offer SET active = node_id = ANY($2) WHERE product_id = $1', [
      productId,
      [first.nodeId, second.nodeId],
    ]);
    await pool.query('DELETE FROM offer_cost WHERE product_id = $1 AND from_quantity > 1', [productId]);
    for (const [place, units, cost] of [
      [first, atFirst, 1],
      [second, atSecond, 300],
    ] as const) {
      const at = [productId, place.nodeId];
      await pool.query('UPDATE offer_cost SET unit_cost = $3 WHERE product_id = $1 AND node_id = $2', [...at, cost]);
      await pool.query(
        `INSERT INTO stock (product_id, node_id, on_hand, as_of) VALUES ($1, $2, $3, now() - interval '1 minute')
         ON CONFLICT (node_id, product_id) DO UPDATE SET on_hand = $3, safety_stock = 0, as_of = EXCLUDED.as_of`,
        [...at, units],
      );
      await reallyHas(place, units);
    }
    return { sku, productId, first, second };
  }
  const reallyHas = ({ vendor, nodeCode, vendorSku }: Place, onHand: number) =>
    world().count({ vendor, nodeCode, vendorSku, onHand });

  const submit = async (sku: string, quantity: number): Promise<string> => {
    const [id = ''] = acceptedIds([await world().submit([[sku, quantity]])]);
    return id;
  };
  const order = async (id: string) => {
    const found = await loadOrder(world().db.pool, systemViewer('test'), id);
    if (!found) throw new Error(`expected order ${id}`);
    return found;
  };
  /** `<node> <status> <units>` of each part that is not given up. */
  const places = async (id: string) =>
    (await order(id)).fulfillments
      .filter(({ status }) => !['SUPERSEDED', 'CANCELED', 'REJECTED'].includes(status))
      .map(({ nodeCode, status, lines }) => `${nodeCode} ${status} ${lines[0]?.quantity}`)
      .sort();
  const eventsOf = async (id: string) => {
    const { rows } = await world().db.pool.query<{ type: string; payload: Record<string, unknown> }>(
      "SELECT type, payload FROM event WHERE aggregate_type = 'order' AND aggregate_id = $1 ORDER BY aggregate_version",
      [id],
    );
    return rows;
  };
  const stockAt = async ({ nodeId }: Place, { productId }: Goods) => {
    const { rows } = await world().db.pool.query(
      'SELECT on_hand AS "onHand", held, committed, atp FROM stock WHERE node_id = $1 AND product_id = $2',
      [nodeId, productId],
    );
    return rows[0];
  };
  /** The questions about these goods: how many packs, by vendor. */
  const asked = async ({ first, second }: Goods) =>
    (await world().questions()).flatMap(({ vendor, rows }) =>
      rows
        .filter((row) => [first, second].some((place) => place.vendor === vendor && place.vendorSku === row.vendorSku))
        .map(({ packs }) => `${vendor} ${packs}`),
    );
  const settled =
    (...ids: string[]) =>
    async () => {
      const { rows } = await world().db.pool.query<{ open: number }>(
        'SELECT count(*)::int AS open FROM live_check WHERE order_id = ANY($1::uuid[]) AND settled_at IS NULL',
        [ids],
      );
      return rows[0]?.open === 0;
    };
  const checked = (...ids: string[]) =>
    world().workUntil('every answer has been acted on', settled(...ids), { steps: ['check'] });
  const checkIdOf = async (id: string): Promise<string> => {
    const { rows } = await world().db.pool.query<{ id: string }>(
      'SELECT id FROM live_check WHERE order_id = $1 AND settled_at IS NULL',
      [id],
    );
    return rows[0]?.id ?? '';
  };
  /** The services of another process. */
  const otherProcess = (more: Partial<OrderDeps> = {}): OrderServices =>
    openServices(world().db, world().wake, { committer: createPlanCommitter(world().db.pool), ...more }).services;

  return {
    policy,
    goods,
    reallyHas,
    submit,
    order,
    places,
    eventsOf,
    stockAt,
    asked,
    settled,
    checked,
    checkIdOf,
    otherProcess,
  };
}
