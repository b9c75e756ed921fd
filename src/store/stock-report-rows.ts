import type { StockReportRow } from '../model/stock-report.js';
import type { Queryable } from './database.js';

/** A figure or a change of one row, in our ids and units. */
export interface StockRow {
  readonly nodeId: number;
  readonly productId: number;
  readonly units: number;
}

/** A vendor's rows as we understand them. */
export interface MappedRows {
  /** By (node, product), each once. */
  readonly rows: readonly StockRow[];
  /** Those whose node, SKU or offer is not known here. */
  readonly unknown: readonly StockReportRow[];
  /** How many rows of a known SKU have a figure that is no number. */
  readonly unreadable: number;
}

const UNITS_MAX = 1_000_000_000;
/** From so many rows on, the vendor's whole catalogue is read rather than asked SKU by SKU. */
const READ_ALL_FROM = 2_000;

/**
 * The vendor's rows in our ids and units: its own name for a SKU counts, else ours; packs become units, part packs do not count.
 * Named twice, the smaller figure of a snapshot is the safe one; changes add up.
 */
export async function mapRows(
  db: Queryable,
  vendorId: number,
  rows: readonly StockReportRow[],
  kind: 'snapshot' | 'delta',
): Promise<MappedRows> {
  const skus = rows.length < READ_ALL_FROM ? [...new Set(rows.map((row) => clean(row.vendorSku)))] : null;
  const { rows: known } = await db.query<{
    node: string;
    sku: string;
    nodeId: number;
    productId: number;
    pack: number;
  }>(
    `SELECT n.code AS node, named.vendor_sku AS sku, n.id AS "nodeId", named.product_id AS "productId", named.pack
     FROM node n JOIN offer o ON o.node_id = n.id
     JOIN LATERAL (
       SELECT o.product_id, COALESCE(a.vendor_sku, p.sku) AS vendor_sku, COALESCE(a.units_per_pack, 1) AS pack
       FROM product p LEFT JOIN product_vendor_alias a ON a.vendor_id = n.vendor_id AND a.product_id = p.id
       WHERE p.id = o.product_id) named ON $2::text[] IS NULL OR named.vendor_sku = ANY($2)
     WHERE n.vendor_id = $1`,
    [vendorId, skus],
  );
  const byName = new Map(known.map((entry) => [`${entry.node}\n${entry.sku}`, entry]));
  const mapped = new Map<string, StockRow>();
  const unknown: StockReportRow[] = [];
  let unreadable = 0;
  for (const row of rows) {
    const found = byName.get(`${row.nodeCode}\n${row.vendorSku}`);
    if (!found) {
      unknown.push(row);
      continue;
    }
    if (!Number.isFinite(row.onHand)) {
      unreadable += 1;
      continue;
    }
    const key = rowKey(found);
    const units = bounded(Math.floor(row.onHand) * found.pack);
    const before = mapped.get(key)?.units;
    const both = before === undefined ? units : kind === 'delta' ? bounded(before + units) : Math.min(before, units);
    mapped.set(key, { nodeId: found.nodeId, productId: found.productId, units: both });
  }
  return { rows: inKeyOrder([...mapped.values()]), unknown, unreadable };
}

/** The key of a stock row as text. */
export function rowKey(row: { readonly nodeId: number; readonly productId: number }): string {
  return `${row.nodeId} ${row.productId}`;
}

/** The order in which every transaction of ours locks stock. */
export function inKeyOrder<T extends { readonly nodeId: number; readonly productId: number }>(rows: T[]): T[] {
  return rows.sort((a, b) => a.nodeId - b.nodeId || a.productId - b.productId);
}

/** A vendor's text as it can be stored: PostgreSQL keeps no zero bytes. */
export function clean(text: string): string {
  return text.replaceAll('\0', '\uFFFD').slice(0, 100);
}

function bounded(units: number): number {
  return Math.max(-UNITS_MAX, Math.min(UNITS_MAX, units));
}
