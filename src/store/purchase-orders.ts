import type { AccountTerms } from '../model/account-terms.js';
import type { Address } from '../model/order.js';
import type { OrderDocument, OrderPersonal } from '../model/order-source.js';
import type { Queryable } from './database.js';

/** What a purchase order says of a product. */
export interface ProductFactsOfOrder {
  readonly title: string;
  /** The line's own id on the channel; of a part of a kit one that the channel does not know. */
  readonly externalLineId: string;
  readonly hsCode: string | null;
  readonly originCountry: string | null;
}

/** What a purchase order says beside the fulfillment itself. `shipTo` and `personal` are personal data, null once erased. */
export interface PurchaseOrderFacts {
  readonly shipTo: Address | null;
  readonly personal: OrderPersonal | null;
  readonly document: OrderDocument | null;
  /** What its customer calls the order: the number that people see, else the channel's own id. */
  readonly orderNumber: string;
  /** What the account's parcels show, as its terms say. */
  readonly packingSlip: NonNullable<AccountTerms['packingSlip']>;
  /** What the vendor calls the carrier service; null: it has no name of its own for it. */
  readonly shipVia: string | null;
  /** Where it leaves from. */
  readonly nodeCountry: string;
  readonly aliases: ReadonlyMap<
    number,
    { readonly vendorSku: string; readonly unitOfMeasure: string; readonly unitsPerPack: number }
  >;
  /** By line number of the order. */
  readonly lines: ReadonlyMap<number, ProductFactsOfOrder>;
}

/** Reads them; null where there is no such fulfillment. By product id; a product without an alias goes by our own SKU. */
export async function loadPurchaseOrderFacts(db: Queryable, fulfillmentId: string): Promise<PurchaseOrderFacts | null> {
  const { rows } = await db.query<
    Omit<PurchaseOrderFacts, 'aliases' | 'lines' | 'packingSlip'> & {
      packingSlip: PurchaseOrderFacts['packingSlip'] | null;
      aliases: { productId: number; vendorSku: string; unitOfMeasure: string; unitsPerPack: number }[] | null;
      lines: (ProductFactsOfOrder & { lineNo: number })[] | null;
    }
  >({
    name: 'purchase-order-facts',
    text: `SELECT c.address AS "shipTo", c.personal, d.document, coalesce(o.display_number, o.external_id) AS "orderNumber",
       a.terms->'packingSlip' AS "packingSlip", s.ship_via AS "shipVia", n.country_code AS "nodeCountry",
       (SELECT jsonb_agg(jsonb_build_object('productId', a.product_id, 'vendorSku', a.vendor_sku,
            'unitOfMeasure', a.unit_of_measure, 'unitsPerPack', a.units_per_pack))
          FROM product_vendor_alias a WHERE a.vendor_id = f.vendor_id
            AND a.product_id IN (SELECT product_id FROM fulfillment_line WHERE fulfillment_id = f.id)) AS aliases,
       (SELECT jsonb_agg(jsonb_build_object('lineNo', l.line_no, 'title', p.title, 'externalLineId', l.external_line_id,
            'hsCode', p.hs_code, 'originCountry', p.origin_country))
          FROM fulfillment_line fl JOIN order_line l ON l.order_id = fl.order_id AND l.line_no = fl.line_no
            JOIN product p ON p.id = l.product_id WHERE fl.fulfillment_id = f.id) AS lines
     FROM fulfillment f JOIN orders o ON o.id = f.order_id JOIN account a ON a.id = o.account_id JOIN node n ON n.id = f.node_id
       LEFT JOIN order_contact c ON c.order_id = f.order_id LEFT JOIN order_source d ON d.order_id = f.order_id
       LEFT JOIN vendor_service_code s ON s.vendor_id = f.vendor_id AND s.service_id = f.service_id
     WHERE f.id = $1`,
    values: [fulfillmentId],
  });
  const row = rows[0];
  if (!row) return null;
  return {
    ...row,
    packingSlip: row.packingSlip ?? {},
    aliases: new Map((row.aliases ?? []).map(({ productId, ...alias }) => [productId, alias])),
    lines: new Map((row.lines ?? []).map(({ lineNo, ...line }) => [lineNo, line])),
  };
}
