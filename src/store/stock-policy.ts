import type { StockPolicy, VendorStockPolicy } from '../model/stock-policy.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { idsByCode } from './ids-by-code.js';
import { applyRowPolicies, type RowPolicy } from './stock-policy-rows.js';
import { changeVendors, type PolicyFault, VENDOR_COLUMNS } from './stock-policy-vendors.js';

/** How many entries were not so before, by kind. */
export interface PolicyChanges {
  readonly vendors: number;
  readonly tags: number;
  readonly products: number;
  /** Of one SKU at one node. */
  readonly rows: number;
}

type NodePolicy = NonNullable<StockPolicy['nodes']>[string][string];

/** More does not go into one file. */
const ROWS_MAX = 90_000;
/** Rows changed in one transaction, so that orders never wait long for them. */
const CHUNK = 1_000;

/**
 * The policy as it stands: every vendor's, and of tags, products and rows those that say something. `vendor`: only this one and its nodes.
 * Errors: where there are more rows than one file takes.
 */
export async function loadStockPolicy(db: Queryable, vendor?: string): Promise<Required<StockPolicy>> {
  const fields = Object.entries(VENDOR_COLUMNS).map(([name, [column]]) => `'${name}', ${column}`);
  const { rows: vendors } = await db.query<{ code: string; policy: VendorStockPolicy }>(
    `SELECT code, jsonb_build_object(${fields.join(', ')}) AS policy FROM vendor
     WHERE $1::text IS NULL OR code = $1 ORDER BY code LIMIT 10000`,
    [vendor ?? null],
  );
  const { rows: tags } = await db.query<{ tag: string; units: number }>(
    'SELECT tag, low_stock_units AS units FROM low_stock_tag ORDER BY tag LIMIT 10000',
  );
  const { rows: products } = await db.query<{ sku: string; units: number }>(
    'SELECT sku, low_stock_units AS units FROM product WHERE low_stock_units IS NOT NULL ORDER BY sku LIMIT $1',
    [ROWS_MAX + 1],
  );
  const { rows } = await db.query<{ node: string; sku: string; policy: NodePolicy }>(
    `SELECT n.code AS node, p.sku, jsonb_strip_nulls(jsonb_build_object('lowStockUnits', max(k.low), 'safetyStock', max(k.safety),
       'setAside', jsonb_object_agg(k.account, k.units) FILTER (WHERE k.account IS NOT NULL))) AS policy
     FROM (
       SELECT node_id, product_id, low_stock_units AS low, NULL::integer AS safety, NULL::text AS account, NULL::integer AS units
         FROM offer WHERE low_stock_units IS NOT NULL
       UNION ALL SELECT node_id, product_id, NULL, safety_stock, NULL, NULL FROM stock WHERE safety_stock > 0
       UNION ALL SELECT s.node_id, s.product_id, NULL, NULL, a.code, s.policy_units
         FROM channel_set_aside s JOIN account a ON a.id = s.account_id WHERE s.policy_units > 0
     ) k JOIN node n ON n.id = k.node_id JOIN vendor v ON v.id = n.vendor_id JOIN product p ON p.id = k.product_id
     WHERE $1::text IS NULL OR v.code = $1 GROUP BY n.code, p.sku ORDER BY n.code, p.sku LIMIT $2`,
    [vendor ?? null, ROWS_MAX + 1],
  );
  if (rows.length > ROWS_MAX || products.length > ROWS_MAX)
    throw new Error(`more than ${ROWS_MAX} SKUs have a policy of their own: export one vendor at a time`);
  const nodes = new Map<string, [string, NodePolicy][]>();
  for (const { node, sku, policy } of rows) {
    const skus = nodes.get(node) ?? [];
    if (skus.length === 0) nodes.set(node, skus);
    skus.push([sku, policy]);
  }
  return {
    vendors: Object.fromEntries(vendors.map(({ code, policy }) => [code, policy])),
    tags: Object.fromEntries(tags.map(({ tag, units }) => [tag, units])),
    products: Object.fromEntries(products.map(({ sku, units }) => [sku, units])),
    nodes: Object.fromEntries([...nodes].map(([node, skus]) => [node, Object.fromEntries(skus)])),
  };
}

/**
 * Makes the policy so, or says by path what it names that does not exist, and then changes nothing. Vendors, tags and products change in one
 * transaction; rows after it, 1,000 in each: one that breaks off is applied again. A row whose promise may change is told as `stock.changed`.
 */
export async function applyStockPolicy(
  pool: Pool,
  policy: StockPolicy,
  by: { readonly actor: string; readonly at: Date },
): Promise<{ readonly faults: readonly PolicyFault[] } | { readonly changes: PolicyChanges }> {
  const found = await findRows(pool, policy);
  if ('faults' in found) return found;
  const general = await inTransaction(pool, async (db) => {
    const vendors = await changeVendors(db, policy.vendors ?? {});
    if ('faults' in vendors) return vendors;
    const tags = await changeTags(db, policy.tags ?? {});
    return { vendors: vendors.changed, tags, products: await changeProducts(db, policy.products ?? {}) };
  });
  if ('faults' in general) return general;
  let rows = 0;
  for (let from = 0; from < found.rows.length; from += CHUNK)
    rows += await applyRowPolicies(pool, found.rows.slice(from, from + CHUNK), by);
  return { changes: { ...general, rows } };
}

/** The rows that the policy names, in key order, or what it names that does not exist. */
async function findRows(
  db: Queryable,
  policy: StockPolicy,
): Promise<{ readonly faults: readonly PolicyFault[] } | { readonly rows: readonly RowPolicy[] }> {
  const entries = Object.entries(policy.nodes ?? {}).flatMap(([node, skus]) =>
    Object.entries(skus).map(([sku, row]) => ({ node, sku, row })),
  );
  const accountsNamed = entries.flatMap(({ row }) => Object.keys(row.setAside ?? {}));
  const skusNamed = [...Object.keys(policy.products ?? {}), ...entries.map(({ sku }) => sku)];
  const vendors = await idsByCode(db, 'vendor', Object.keys(policy.vendors ?? {}));
  const nodes = await idsByCode(db, 'node', Object.keys(policy.nodes ?? {}));
  const products = await idsByCode(db, 'product', skusNamed);
  const accounts = await idsByCode(db, 'account', accountsNamed);
  const { rows: known } = await db.query<{ offered: boolean; stocked: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM offer o WHERE o.node_id = k.node AND o.product_id = k.product) AS offered,
       EXISTS (SELECT 1 FROM stock s WHERE s.node_id = k.node AND s.product_id = k.product) AS stocked
     FROM unnest($1::integer[], $2::integer[]) WITH ORDINALITY AS k(node, product, at) ORDER BY k.at`,
    [entries.map(({ node }) => nodes.get(node) ?? 0), entries.map(({ sku }) => products.get(sku) ?? 0)],
  );
  const faults: PolicyFault[] = [];
  const check = (ok: boolean, path: string, message: string) => {
    if (!ok) faults.push({ path, message });
  };
  for (const code of Object.keys(policy.vendors ?? {}))
    check(vendors.has(code), `vendors.${code}`, 'there is no such vendor');
  for (const sku of Object.keys(policy.products ?? {}))
    check(products.has(sku), `products.${sku}`, 'there is no such SKU');
  for (const code of Object.keys(policy.nodes ?? {})) check(nodes.has(code), `nodes.${code}`, 'there is no such node');
  const rows = entries.map(({ node, sku, row }, at): RowPolicy => {
    const path = `nodes.${node}.${sku}`;
    const { offered, stocked } = known[at] ?? { offered: false, stocked: false };
    check(products.has(sku), path, 'there is no such SKU');
    if (nodes.has(node) && products.has(sku)) {
      check(offered || row.lowStockUnits === undefined, `${path}.lowStockUnits`, 'the node does not offer this SKU');
      const needsStock = row.safetyStock !== undefined || row.setAside !== undefined;
      check(stocked || !needsStock, path, 'the node has no stock of this SKU, not even none');
    }
    const asides = Object.entries(row.setAside ?? {});
    for (const [account] of asides)
      check(accounts.has(account), `${path}.setAside.${account}`, 'there is no such account');
    return {
      nodeId: nodes.get(node) ?? 0,
      productId: products.get(sku) ?? 0,
      lowStockUnits: row.lowStockUnits,
      safetyStock: row.safetyStock,
      setAsides: asides.map(([account, units]) => ({ accountId: accounts.get(account) ?? 0, units: units ?? 0 })),
    };
  });
  if (faults.length > 0) return { faults };
  return { rows: rows.sort((a, b) => a.nodeId - b.nodeId || a.productId - b.productId) };
}

async function changeTags(db: Queryable, tags: NonNullable<StockPolicy['tags']>): Promise<number> {
  const gone = Object.keys(tags).filter((tag) => tags[tag] === null);
  const kept = Object.entries(tags).filter(([, units]) => units !== null);
  const deleted = await db.query('DELETE FROM low_stock_tag WHERE tag = ANY($1::text[])', [gone]);
  const set = await db.query(
    `INSERT INTO low_stock_tag AS t (tag, low_stock_units) SELECT * FROM unnest($1::text[], $2::integer[])
     ON CONFLICT (tag) DO UPDATE SET low_stock_units = EXCLUDED.low_stock_units
       WHERE t.low_stock_units <> EXCLUDED.low_stock_units`,
    [kept.map(([tag]) => tag), kept.map(([, units]) => units)],
  );
  return (deleted.rowCount ?? 0) + (set.rowCount ?? 0);
}

async function changeProducts(db: Queryable, products: NonNullable<StockPolicy['products']>): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE product p SET low_stock_units = k.units FROM unnest($1::text[], $2::integer[]) AS k(sku, units)
     WHERE p.sku = k.sku AND p.low_stock_units IS DISTINCT FROM k.units`,
    [Object.keys(products), Object.values(products)],
  );
  return rowCount ?? 0;
}
