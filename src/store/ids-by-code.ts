import type { Queryable } from './database.js';

/** Ids of the rows of a table that these codes name (of a product, SKUs); names that do not exist are not in it. */
export async function idsByCode(
  db: Queryable,
  table: 'vendor' | 'node' | 'product' | 'account' | 'carrier_service',
  codes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const column = table === 'product' ? 'sku' : 'code';
  const { rows } = await db.query<{ id: number; code: string }>(
    `SELECT id, ${column} AS code FROM ${table} WHERE ${column} = ANY($1::text[])`,
    [[...new Set(codes)]],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}
