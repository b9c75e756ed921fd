import type { Address } from '../model/order.js';
import type { Queryable } from './database.js';

/** What a purchase order says beside the fulfillment itself. `shipTo` is personal data, null once erased. */
export interface PurchaseOrderFacts {
  readonly shipTo: Address | null;
  /** What the vendor calls the carrier service; null: it has no name of its own for it. */
  readonly shipVia: string | null;
  readonly aliases: ReadonlyMap<
    number,
    { readonly vendorSku: string; readonly unitOfMeasure: string; readonly unitsPerPack: number }
  >;
}

/** Reads them; null where there is no such fulfillment. By product id; a product without an alias goes by our own SKU. */
export async function loadPurchaseOrderFacts(db: Queryable, fulfillmentId: string): Promise<PurchaseOrderFacts | null> {
  const { rows } = await db.query<{
    address: Address | null;
    ship_via: string | null;
    aliases: { productId: number; vendorSku: string; unitOfMeasure: string; unitsPerPack: number }[] | null;
  }>(
    `SELECT c.address, s.ship_via,
       (SELECT jsonb_agg(jsonb_build_object('productId', a.product_id, 'vendorSku', a.vendor_sku,
            'unitOfMeasure', a.unit_of_measure, 'unitsPerPack', a.units_per_pack))
          FROM product_vendor_alias a WHERE a.vendor_id = f.vendor_id
            AND a.product_id IN (SELECT product_id FROM fulfillment_line WHERE fulfillment_id = f.id)) AS aliases
     FROM fulfillment f LEFT JOIN order_contact c ON c.order_id = f.order_id
       LEFT JOIN vendor_service_code s ON s.vendor_id = f.vendor_id AND s.service_id = f.service_id
     WHERE f.id = $1`,
    [fulfillmentId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    shipTo: row.address,
    shipVia: row.ship_via,
    aliases: new Map((row.aliases ?? []).map(({ productId, ...alias }) => [productId, alias])),
  };
}
