import { inTransaction, type Pool, type Queryable } from './database.js';
import { setAside } from './stock-set-asides.js';

/** What shall hold of one SKU at one node; undefined: as it is. */
export interface RowPolicy {
  readonly nodeId: number;
  readonly productId: number;
  /** Null: the product's threshold, or what stands above it. */
  readonly lowStockUnits: number | null | undefined;
  readonly safetyStock: number | undefined;
  /** Zero units: nothing is set aside for the account any more. */
  readonly setAsides: readonly { readonly accountId: number; readonly units: number }[];
}

/**
 * Makes it so for some rows, in one transaction that locks their stock in key order. Of a row whose safety stock or set-aside is another now,
 * `stock.changed` is told, because what may be promised can be another. Returns how many rows changed.
 */
export function applyRowPolicies(
  pool: Pool,
  rows: readonly RowPolicy[],
  by: { readonly actor: string; readonly at: Date },
): Promise<number> {
  return inTransaction(pool, async (db) => {
    const changed = new Set(await changeThresholds(db, rows));
    const stocked = rows.filter((row) => row.safetyStock !== undefined || row.setAsides.length > 0);
    const keys = [stocked.map((row) => row.nodeId), stocked.map((row) => row.productId)];
    await db.query(
      `SELECT 1 FROM stock s JOIN unnest($1::integer[], $2::integer[]) AS k(node_id, product_id)
         ON s.node_id = k.node_id AND s.product_id = k.product_id
       ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s`,
      keys,
    );
    const divided = await changeSetAsides(db, stocked);
    const { rows: told } = await db.query<{ key: string }>(
      `WITH wanted AS MATERIALIZED (
         SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[]) AS k(node_id, product_id, safety)
       ), moved AS (
         UPDATE stock s SET safety_stock = COALESCE(w.safety, s.safety_stock), version = s.version + 1
           FROM wanted w WHERE s.node_id = w.node_id AND s.product_id = w.product_id
             AND (w.safety <> s.safety_stock OR s.node_id || ':' || s.product_id = ANY($4::text[]))
           RETURNING s.node_id, s.product_id, s.version, s.atp, s.on_hand, s.held, s.committed
       ), told AS (
         INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
           SELECT 'stock.changed', 'stock', m.node_id || ':' || m.product_id, m.version, n.vendor_id, $5,
             jsonb_build_object('nodeId', m.node_id, 'productId', m.product_id, 'sku', p.sku, 'atp', m.atp, 'onHand', m.on_hand,
               'held', m.held, 'committed', m.committed), $6
           FROM moved m JOIN node n ON n.id = m.node_id JOIN product p ON p.id = m.product_id
           ORDER BY m.node_id, m.product_id
       )
       SELECT node_id || ':' || product_id AS key FROM moved`,
      [...keys, stocked.map((row) => row.safetyStock ?? null), divided, by.actor, by.at],
    );
    for (const { key } of told) changed.add(key);
    return changed.size;
  });
}

/** The keys of the rows whose threshold is another now. */
async function changeThresholds(db: Queryable, rows: readonly RowPolicy[]): Promise<string[]> {
  const named = rows.filter((row) => row.lowStockUnits !== undefined);
  const { rows: changed } = await db.query<{ key: string }>(
    `UPDATE offer o SET low_stock_units = k.units
     FROM unnest($1::integer[], $2::integer[], $3::integer[]) AS k(node_id, product_id, units)
     WHERE o.node_id = k.node_id AND o.product_id = k.product_id AND o.low_stock_units IS DISTINCT FROM k.units
     RETURNING o.node_id || ':' || o.product_id AS key`,
    [named.map((row) => row.nodeId), named.map((row) => row.productId), named.map((row) => row.lowStockUnits)],
  );
  return changed.map(({ key }) => key);
}

/** The keys of the rows that are divided otherwise now. */
async function changeSetAsides(db: Queryable, rows: readonly RowPolicy[]): Promise<string[]> {
  const wanted = rows.flatMap(({ nodeId, productId, setAsides }) =>
    setAsides.map(({ accountId, units }) => ({ nodeId, productId, accountId, units })),
  );
  if (wanted.length === 0) return [];
  const { rows: other } = await db.query<{ at: number; key: string }>(
    `SELECT k.at::integer - 1 AS at, k.node_id || ':' || k.product_id AS key
     FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[])
       WITH ORDINALITY AS k(node_id, product_id, account_id, units, at)
     LEFT JOIN channel_set_aside a
       ON a.node_id = k.node_id AND a.product_id = k.product_id AND a.account_id = k.account_id
     WHERE COALESCE(a.policy_units, 0) <> k.units ORDER BY k.at`,
    [
      wanted.map((aside) => aside.nodeId),
      wanted.map((aside) => aside.productId),
      wanted.map((aside) => aside.accountId),
      wanted.map((aside) => aside.units),
    ],
  );
  for (const { at } of other) {
    const aside = wanted[at];
    if (aside) await setAside(db, aside);
  }
  return other.map(({ key }) => key);
}
