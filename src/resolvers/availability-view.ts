import { type Availability, STOREFRONT_QUANTITY_CAP } from '../schema/availability.js';
import { availabilityBySku, type SkuAvailability } from '../store/availability.js';
import type { ApiContext } from './context.js';
import { badInput } from './paging.js';

const SKUS_MAX = 100;

/** One SKU as the API shows it, and the products whose stock it hangs on (of a kit, its components). */
export interface FoundAvailability {
  readonly view: Availability;
  readonly productIds: readonly number[];
}

/** Each SKU once. Errors: BAD_USER_INPUT where there are none or too many. */
export function checkedSkus(skus: readonly string[]): readonly string[] {
  if (skus.length < 1 || skus.length > SKUS_MAX) throw badInput(`skus: expected 1 to ${SKUS_MAX}, got ${skus.length}`);
  return [...new Set(skus)];
}

/** Availability as the viewer may know it: keys that may sit in a browser are told at most so many. */
export async function readAvailability(context: ApiContext, skus: readonly string[]): Promise<FoundAvailability[]> {
  const capped = context.viewer.scopes.every((scope) => scope === 'storefront');
  const cap = capped ? STOREFRONT_QUANTITY_CAP : Number.POSITIVE_INFINITY;
  const found = await availabilityBySku(context.db, context.viewer, skus);
  return found.map((each) => ({ view: availabilityView(each, cap), productIds: each.productIds }));
}

function availabilityView(found: SkuAvailability, cap: number): Availability {
  return {
    sku: found.sku,
    known: found.known,
    inStock: found.available > 0 || found.madeToOrder,
    available: Math.min(found.available, cap),
    atLeast: found.madeToOrder || found.available > cap,
    madeToOrder: found.madeToOrder,
    nodes: found.nodes,
  };
}
