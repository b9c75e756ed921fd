import { randomUUID } from 'node:crypto';
import type { StockReport, StockReportRow } from '../../model/stock-report.js';
import type { Pool } from '../database.js';
import { applyStockReport } from '../stock-reports.js';
import type { TestNode } from './small-network.js';

/** What a vendor in a test says: `[node, product, packs]`, by our SKU. */
export type Said = readonly (readonly [node: TestNode, product: number, packs: number])[];

/** A vendor's mouth: each call is one report, taken and applied. */
export function feedOf(pool: Pool, vendorId: number, now: Date) {
  const send = async (asOf: string | null, said: Said, more: Partial<StockReport> = {}) => {
    const report: StockReport = { asOf, complete: true, rows: await rowsOf(pool, said), faults: [], ...more };
    return applyStockReport(pool, { vendorId, report, newId: randomUUID, now });
  };
  return {
    snapshot: send,
    delta: (asOf: string | null, said: Said, more: Partial<StockReport> = {}) =>
      send(asOf, said, { kind: 'delta', ...more }),
  };
}

async function rowsOf(pool: Pool, said: Said): Promise<StockReportRow[]> {
  const { rows } = await pool.query<{ id: number; sku: string }>('SELECT id, sku FROM product WHERE id = ANY($1)', [
    said.map(([, product]) => product),
  ]);
  const skus = new Map(rows.map((row) => [row.id, row.sku]));
  return said.map(([node, product, onHand]) => ({
    ...{ nodeCode: node.code, vendorSku: skus.get(product) ?? `unknown-${product}`, onHand },
  }));
}

/** Events of one stock row, oldest first, as `[type, version, atp]`. */
export async function stockEvents(pool: Pool, node: TestNode, product: number): Promise<[string, number, number][]> {
  const { rows } = await pool.query(
    `SELECT type, aggregate_version AS version, (payload->>'atp')::integer AS atp FROM event
     WHERE aggregate_type = 'stock' AND aggregate_id = $1 ORDER BY id`,
    [`${node.id}:${product}`],
  );
  return rows.map((row) => [row.type, row.version, row.atp]);
}
