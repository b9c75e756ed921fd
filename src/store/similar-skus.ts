import { bare, closest } from '../model/similar-text.js';
import type { Queryable } from './database.js';

export const SUGGESTIONS_MAX = 5;
/** Candidates read of one beginning and table at most. */
const CANDIDATES_MAX = 50;
const PREFIX_LENGTH = 3;
const PREFIXES_MAX = 6;

/** An unknown SKU, with whatever else its line says of what it is. */
export interface UnknownSku {
  readonly sku: string;
  readonly gtin?: string | undefined;
  readonly vendorSku?: string | undefined;
}

/**
 * SKUs of products that an unknown one may mean, the likeliest first, at most five: those that it equals without case and punctuation, as
 * SKU, as an alias of the account, or as what a vendor calls it; those of its GTIN or vendor SKU; then those that begin like it, or like
 * one of its parts, and share a good part of it.
 */
export async function similarSkus(db: Queryable, accountId: number, asked: UnknownSku): Promise<readonly string[]> {
  const same = [asked.sku, asked.vendorSku, ...gtinForms(asked.gtin)].flatMap((text) => bareSku(text ?? '') || []);
  const { rows } = await db.query<{ sku: string; name: string; same: boolean }>({
    name: 'similar-skus',
    text: `WITH found AS (
       SELECT p.id, p.sku AS name, true AS same FROM unnest($2::text[]) e(bare) JOIN product p ON bare_sku(p.sku) = e.bare
       UNION ALL SELECT a.product_id, a.alias, true FROM unnest($2::text[]) e(bare)
         JOIN product_account_alias a ON a.account_id = $1 AND bare_sku(a.alias) = e.bare
       UNION ALL SELECT a.product_id, a.vendor_sku, true FROM unnest($2::text[]) e(bare)
         JOIN product_vendor_alias a ON bare_sku(a.vendor_sku) = e.bare
       UNION ALL SELECT q.id, q.sku, false FROM unnest($3::text[]) b(begins), LATERAL (SELECT p.id, p.sku FROM product p
         WHERE bare_sku(p.sku) ~>=~ b.begins AND bare_sku(p.sku) ~<~ (b.begins || chr(1114111)) LIMIT ${CANDIDATES_MAX}) q
       UNION ALL SELECT q.product_id, q.alias, false FROM unnest($3::text[]) b(begins), LATERAL (
         SELECT a.product_id, a.alias FROM product_account_alias a WHERE a.account_id = $1
           AND bare_sku(a.alias) ~>=~ b.begins AND bare_sku(a.alias) ~<~ (b.begins || chr(1114111)) LIMIT ${CANDIDATES_MAX}) q)
     SELECT p.sku, f.name, f.same FROM found f JOIN product p ON p.id = f.id AND p.active ORDER BY p.sku, f.name`,
    values: [accountId, [...new Set(same)], beginnings(asked.sku)],
  });
  const skuOf = new Map(rows.map(({ name, sku }) => [name, sku]));
  const sure = rows.filter((row) => row.same).map(({ sku }) => sku);
  const like = closest(asked.sku, [...skuOf.keys()], skuOf.size).flatMap((name) => skuOf.get(name) ?? []);
  return [...new Set([...sure, ...like])].slice(0, SUGGESTIONS_MAX);
}

/** As the database's bare_sku. */
function bareSku(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** How the whole and each of its parts begin. */
function beginnings(sku: string): string[] {
  const parts = [sku, ...sku.split(/[^A-Za-z0-9]+/)].map(bareSku).filter(({ length }) => length >= PREFIX_LENGTH);
  return [...new Set(parts.map((part) => part.slice(0, PREFIX_LENGTH)))].slice(0, PREFIXES_MAX);
}

/** A GTIN with and without the zeros before it: a UPC of 12 digits is an EAN of 13. */
function gtinForms(gtin: string | undefined): string[] {
  const digits = bare(gtin ?? '');
  if (!/^\d{8,14}$/.test(digits)) return [];
  const short = digits.replace(/^0+/, '');
  return [...new Set([digits, short, ...[12, 13, 14].map((length) => short.padStart(length, '0'))])];
}
