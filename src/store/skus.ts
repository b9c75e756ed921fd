import type { Queryable } from './database.js';

/** What a SKU stands for: a product, and its components where it is a kit (price shares as decimal strings that add up to 1). */
export interface ResolvedSku {
  readonly productId: number;
  readonly sku: string;
  readonly components: readonly {
    readonly productId: number;
    readonly sku: string;
    readonly quantity: number;
    readonly priceShare: string;
  }[];
}

/** Looks SKUs up as the account names them: its own alias first, then the SKU itself. Unknown and inactive ones are missing. */
export async function resolveSkus(
  db: Queryable,
  accountId: number,
  skus: readonly string[],
): Promise<Map<string, ResolvedSku>> {
  return lookUpSkus(db, [accountId], skus);
}

/** As `resolveSkus` for several accounts: where they name different products alike, the account with the lowest id counts. */
export async function lookUpSkus(
  db: Queryable,
  accountIds: readonly number[],
  skus: readonly string[],
): Promise<Map<string, ResolvedSku>> {
  const { rows } = await db.query<ResolvedSku & { asked: string }>({
    name: 'look-up-skus',
    text: `SELECT asked.sku AS asked, p.id AS "productId", p.sku,
       COALESCE((SELECT json_agg(json_build_object('productId', c.id, 'sku', c.sku, 'quantity', k.quantity,
           'priceShare', k.price_share::text) ORDER BY c.id)
         FROM kit_component k JOIN product c ON c.id = k.component_product_id WHERE k.kit_product_id = p.id), '[]') AS components
     FROM unnest($2::text[]) AS asked(sku)
     JOIN product p ON p.active AND p.id = COALESCE(
       (SELECT a.product_id FROM product_account_alias a WHERE a.account_id = ANY($1::integer[]) AND a.alias = asked.sku
         ORDER BY a.account_id LIMIT 1),
       (SELECT q.id FROM product q WHERE q.sku = asked.sku))`,
    values: [accountIds, skus],
  });
  return new Map(rows.map(({ asked, ...found }) => [asked, found]));
}
