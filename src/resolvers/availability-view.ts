import { type Availability, STOREFRONT_QUANTITY_CAP } from '../schema/availability.js';
import type { ApiContext } from './context.js';
import { badInput } from './paging.js';

const SKUS_MAX = 100;

/** One SKU as the API shows it, and the products whose stock it hangs on (of a kit, its components). */
export interface FoundAvailability {
  readonly view: Availability;
  readonly productIds: readonly number[];
}

/** Errors: BAD_USER_INPUT where there are none or too many. */
export function checkedSkus(skus: readonly string[]): readonly string[] {
  if (skus.length < 1 || skus.length > SKUS_MAX) throw badInput(`skus: expected 1 to ${SKUS_MAX}, got ${skus.length}`);
  return [...new Set(skus)];
}

/** Whether the viewer's quantities are capped: those of keys that may sit in a browser. */
function isCapped(context: ApiContext): boolean {
  return context.viewer.scopes.every((scope) => scope === 'storefront');
}

export async function readAvailability(context: ApiContext, skus: readonly string[]): Promise<FoundAvailability[]> {
  const { rows } = await context.db.query<{ sku: string; id: number; available: number }>(
    'SELECT p.sku, p.id, coalesce(sum(s.atp),0)::int AS available FROM product p LEFT JOIN stock s ON s.product_id = p.id WHERE p.sku = ANY($1) GROUP BY 1,2',
    [skus],
  );
  const cap = isCapped(context) ? STOREFRONT_QUANTITY_CAP : Number.MAX_SAFE_INTEGER;
  return skus.map((sku) => {
    const row = rows.find((r) => r.sku === sku);
    const available = row?.available ?? 0;
    return {
      productIds: row ? [row.id] : [],
      view: {
        sku,
        known: !!row,
        inStock: available > 0,
        available: Math.min(available, cap),
        atLeast: available > cap,
        madeToOrder: false,
        nodes: [],
      },
    };
  });
}
