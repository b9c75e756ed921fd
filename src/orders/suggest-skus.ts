import type { CanonicalOrder } from '../model/canonical-order.js';
import type { Queryable } from '../store/database.js';
import { similarSkus } from '../store/similar-skus.js';
import type { OrderError } from './errors/codes.js';
import { shown } from './validate.js';

/** Unknown SKUs of one payload that suggestions are looked up for. */
const LOOKED_UP_MAX = 20;

/** The errors of a payload, those of unknown SKUs with what they may mean; nothing is ever guessed by itself. */
export async function withSuggestions(
  db: Queryable,
  accountId: number,
  orders: readonly CanonicalOrder[],
  errors: readonly OrderError[],
): Promise<readonly OrderError[]> {
  const suggested = new Map<string, readonly string[]>();
  const lines = new Map(orders.flatMap((order) => order.lines.map((line) => [shown(line.sku), line])));
  for (const [sku, line] of lines) {
    if (suggested.size >= LOOKED_UP_MAX) break;
    const isUnknown = errors.some((error) => error.code === 'UNKNOWN_SKU' && error.sku === sku);
    if (isUnknown) suggested.set(sku, await similarSkus(db, accountId, line));
  }
  return errors.map((error) =>
    error.code === 'UNKNOWN_SKU' ? { ...error, suggestions: suggested.get(error.sku) ?? [] } : error,
  );
}
