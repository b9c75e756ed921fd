import type { Pool } from '../store/database.js';

/** A column and its SQL type. */
export type Column = readonly [name: string, type: string];
type Row = Readonly<Record<string, unknown>>;
const ROWS_PER_STATEMENT = 2_000;

/** Cents as a decimal string for a numeric column. */
export const cents = (value: number | null) => (value === null ? null : (value / 100).toFixed(2));

/** Inserts rows that are not there yet, in bounded chunks. Table and column names are constants of this file. */
export async function insert(
  pool: Pool,
  table: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const names = columns.map(([name]) => name).join(', ');
  const shape = columns.map(([name, type]) => `${name} ${type}`).join(', ');
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await pool.query(
      `INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS row(${shape}) ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT))],
    );
  }
}

/** Ids of all rows of a table, by code. */
export async function idsByCode(
  pool: Pool,
  table: 'account' | 'vendor' | 'node' | 'carrier_service' | 'rate_card',
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: number; code: string }>(`SELECT id, code FROM ${table}`);
  return new Map(rows.map((row) => [row.code, row.id]));
}

/** Ids of all products, by SKU. */
export async function idsBySku(pool: Pool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: number; sku: string }>('SELECT id, sku FROM product');
  return new Map(rows.map((row) => [row.sku, row.id]));
}
