import type { Viewer } from '../model/viewer.js';
import type { Queryable } from './database.js';
import { lookUpSkus } from './skus.js';

/** Stock of one product at one node. Whole units. */
export interface NodeStockFacts {
  readonly nodeId: number;
  readonly productId: number;
  readonly available: number;
  readonly onHand: number;
  readonly safetyStock: number;
  readonly buffer: number;
  readonly held: number;
  readonly committed: number;
  readonly asOf: Date;
}

/** What may be promised of one SKU over all nodes that the viewer's question reaches. */
export interface SkuAvailability {
  /** As it was asked for. */
  readonly sku: string;
  /** False: neither a product nor an alias. */
  readonly known: boolean;
  /** The product; of a kit its components, whose changes change it. */
  readonly productIds: readonly number[];
  /** Exact; of a kit as many as its scarcest component allows. */
  readonly available: number;
  /** Some node makes it to order, without limit. */
  readonly madeToOrder: boolean;
  /** Empty for viewers that are not shown nodes (storefront and partner), and for kits. */
  readonly nodes: readonly NodeStockFacts[];
}

/**
 * Availability of each SKU, in the order asked. A viewer limited to vendors sees what their nodes have; one limited to
 * accounts may ask by their aliases.
 */
export async function availabilityBySku(
  db: Queryable,
  viewer: Viewer,
  skus: readonly string[],
): Promise<SkuAvailability[]> {
  const accountIds = viewer.accountIds === 'all' ? [] : viewer.accountIds;
  const found = await lookUpSkus(db, accountIds, [...new Set(skus)]);
  const parts = (sku: string) => {
    const resolved = found.get(sku);
    if (!resolved) return [];
    return resolved.components.length > 0 ? resolved.components : [{ productId: resolved.productId, quantity: 1 }];
  };
  const productIds = [...new Set(skus.flatMap((sku) => parts(sku).map((part) => part.productId)))];
  const totals = new Map((await totalsOf(db, viewer, productIds)).map((total) => [total.productId, total]));
  const stock = showsNodes(viewer) ? await stockOfProducts(db, viewer, productIds) : [];
  return skus.map((sku): SkuAvailability => {
    const of = parts(sku);
    const limits = of.map(({ productId, quantity }) => {
      const total = totals.get(productId);
      return { made: total?.madeToOrder ?? false, units: Math.floor((total?.available ?? 0) / quantity) };
    });
    const stocked = limits.filter((limit) => !limit.made);
    return {
      sku,
      known: of.length > 0,
      productIds: of.map((part) => part.productId),
      available: Math.min(
        ...(stocked.length > 0 ? stocked : limits).map((limit) => limit.units),
        of.length > 0 ? Infinity : 0,
      ),
      madeToOrder: limits.length > 0 && stocked.length === 0,
      nodes:
        of.length === 1 && found.get(sku)?.components.length === 0
          ? stock.filter((row) => row.productId === of[0]?.productId)
          : [],
    };
  });
}

/** Stock of the products at each node that the viewer may see, by product and node. Empty for viewers that are not shown nodes. */
export async function stockOfProducts(
  db: Queryable,
  viewer: Viewer,
  productIds: readonly number[],
): Promise<NodeStockFacts[]> {
  if (!showsNodes(viewer)) return [];
  const { rows } = await db.query<NodeStockFacts>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", s.atp AS available, s.on_hand AS "onHand",
       s.safety_stock AS "safetyStock", s.buffer, s.held, s.committed, greatest(s.as_of, f.full_as_of) AS "asOf"
     FROM stock s JOIN node n ON n.id = s.node_id LEFT JOIN vendor_feed f ON f.vendor_id = n.vendor_id
     WHERE s.product_id = ANY($1::integer[]) AND ($2::integer[] IS NULL OR n.vendor_id = ANY($2))
     ORDER BY s.product_id, s.node_id`,
    [productIds, limitOf(viewer)],
  );
  return rows;
}

/** Sums over active offers of active nodes of active vendors: what routing could promise. */
async function totalsOf(
  db: Queryable,
  viewer: Viewer,
  productIds: readonly number[],
): Promise<{ productId: number; available: number; madeToOrder: boolean }[]> {
  const { rows } = await db.query<{ productId: number; available: number; madeToOrder: boolean }>(
    `SELECT o.product_id AS "productId", bool_or(NOT o.stocked) AS "madeToOrder",
       least(COALESCE(sum(s.atp) FILTER (WHERE o.stocked), 0), 2000000000)::integer AS available
     FROM offer o JOIN node n ON n.id = o.node_id AND n.active JOIN vendor v ON v.id = n.vendor_id AND v.status = 'active'
       LEFT JOIN stock s ON s.node_id = o.node_id AND s.product_id = o.product_id
     WHERE o.active AND o.product_id = ANY($1::integer[]) AND ($2::integer[] IS NULL OR n.vendor_id = ANY($2))
     GROUP BY o.product_id`,
    [productIds, limitOf(viewer)],
  );
  return rows;
}

/** Which site has what is not for storefronts and partners. */
function showsNodes(viewer: Viewer): boolean {
  return viewer.scopes.some((scope) => scope === 'vendor' || scope === 'operations' || scope === 'admin');
}

function limitOf(viewer: Viewer): readonly number[] | null {
  return viewer.vendorIds === 'all' ? null : viewer.vendorIds;
}
