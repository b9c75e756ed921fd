import type { CsvFault, Refused } from '../model/csv.js';
import type { NodePrice, OfferPrice, PriceList } from '../model/price-list.js';
import { attempt } from './attempt.js';
import type { Pool, Queryable } from './database.js';
import { idsByCode } from './ids-by-code.js';

/** Rows that one statement writes at most. */
const ROWS_PER_STATEMENT = 5_000;

/**
 * Puts scheduled terms beside those that are there; terms of the same node, SKU and first day are replaced.
 *
 * Errors: nodes and SKUs that do not exist, SKUs that a node does not offer, a currency that is not the vendor's.
 */
export async function importPrices(
  pool: Pool,
  list: PriceList,
  options: { readonly dryRun: boolean },
): Promise<{ readonly offers: number; readonly nodes: number } | Refused> {
  return attempt(pool, options, async (db) => {
    const faults = await faultsOf(db, list);
    if (faults.length > 0) return { faults };
    for (const offers of chunks(list.offers)) await putOffers(db, offers);
    for (const nodes of chunks(list.nodes)) await putNodes(db, nodes);
    return { offers: list.offers.length, nodes: list.nodes.length };
  });
}

function chunks<T>(rows: readonly T[]): (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, at) =>
    rows.slice(at * ROWS_PER_STATEMENT, (at + 1) * ROWS_PER_STATEMENT),
  );
}

async function faultsOf(db: Queryable, { offers, nodes }: PriceList): Promise<CsvFault[]> {
  const { rows } = await db.query<{ code: string; currency: string }>(
    'SELECT n.code, v.currency FROM node n JOIN vendor v ON v.id = n.vendor_id WHERE n.code = ANY($1::text[])',
    [[...new Set([...offers, ...nodes].map(({ node }) => node))]],
  );
  const currencies = new Map(rows.map(({ code, currency }) => [code, currency]));
  const skus = await idsByCode(
    db,
    'product',
    offers.map(({ sku }) => sku),
  );
  const { rows: missing } = await db.query<{ node: string; sku: string }>(
    `SELECT named.node, named.sku FROM unnest($1::text[], $2::text[]) AS named(node, sku)
     JOIN node n ON n.code = named.node JOIN product p ON p.sku = named.sku
     WHERE NOT EXISTS (SELECT 1 FROM offer o WHERE o.node_id = n.id AND o.product_id = p.id)`,
    [offers.map(({ node }) => node), offers.map(({ sku }) => sku)],
  );
  const faults = new Map<string, CsvFault>();
  const fault = (path: string, message: string) => faults.set(`${path} ${message}`, { path, message });
  for (const { node, currency } of [...offers, ...nodes]) {
    const known = currencies.get(node);
    if (known === undefined) fault(node, 'there is no such node');
    else if (known !== currency) fault(node, `its vendor's prices are in ${known}, not in ${currency}`);
  }
  for (const { sku } of offers) if (!skus.has(sku)) fault(sku, 'there is no such SKU');
  for (const { node, sku } of missing) fault(`${node} ${sku}`, 'the node does not offer this SKU');
  return [...faults.values()];
}

async function putOffers(db: Queryable, offers: readonly OfferPrice[]): Promise<void> {
  await db.query(
    `INSERT INTO offer_price (node_id, product_id, valid_from, valid_to, unit_fee, minimum_quantity, quantity_multiple, from_quantities,
       unit_costs)
     SELECT n.id, p.id, l.valid_from, l.valid_to, l.unit_fee, l.minimum_quantity, l.quantity_multiple, l.from_quantities, l.unit_costs
     FROM jsonb_to_recordset($1::jsonb) AS l(node text, sku text, valid_from date, valid_to date, unit_fee numeric, minimum_quantity integer,
       quantity_multiple integer, from_quantities integer[], unit_costs numeric[])
     JOIN node n ON n.code = l.node JOIN product p ON p.sku = l.sku
     ON CONFLICT (product_id, node_id, valid_from) DO UPDATE SET valid_to = EXCLUDED.valid_to, unit_fee = EXCLUDED.unit_fee,
       minimum_quantity = EXCLUDED.minimum_quantity, quantity_multiple = EXCLUDED.quantity_multiple,
       from_quantities = EXCLUDED.from_quantities, unit_costs = EXCLUDED.unit_costs`,
    [
      JSON.stringify(
        offers.map((price) => ({
          ...{ node: price.node, sku: price.sku, valid_from: price.validFrom, valid_to: price.validTo },
          ...{
            unit_fee: price.unitFee,
            minimum_quantity: price.minimumQuantity,
            quantity_multiple: price.quantityMultiple,
          },
          from_quantities: price.costs.map(({ fromQuantity }) => fromQuantity),
          unit_costs: price.costs.map(({ unitCost }) => unitCost),
        })),
      ),
    ],
  );
}

async function putNodes(db: Queryable, nodes: readonly NodePrice[]): Promise<void> {
  await db.query(
    `INSERT INTO node_price (node_id, valid_from, valid_to, order_fee, minimum_order_value, small_order_fee)
     SELECT n.id, l.valid_from, l.valid_to, l.order_fee, l.minimum_order_value, l.small_order_fee
     FROM jsonb_to_recordset($1::jsonb) AS l(node text, valid_from date, valid_to date, order_fee numeric, minimum_order_value numeric,
       small_order_fee numeric)
     JOIN node n ON n.code = l.node
     ON CONFLICT (node_id, valid_from) DO UPDATE SET valid_to = EXCLUDED.valid_to, order_fee = EXCLUDED.order_fee,
       minimum_order_value = EXCLUDED.minimum_order_value, small_order_fee = EXCLUDED.small_order_fee`,
    [
      JSON.stringify(
        nodes.map((price) => ({
          ...{ node: price.node, valid_from: price.validFrom, valid_to: price.validTo, order_fee: price.orderFee },
          ...{ minimum_order_value: price.minimumOrderValue, small_order_fee: price.smallOrderFee },
        })),
      ),
    ],
  );
}

const VALIDITY = `n.code AS node, v.currency, l.valid_from AS "validFrom", l.valid_to AS "validTo"`;

/** All scheduled terms, by node, SKU and first day; at most 200,000 of either kind. */
export async function loadPrices(db: Queryable): Promise<PriceList> {
  const { rows: offers } = await db.query<OfferPrice>(`
    SELECT ${VALIDITY}, p.sku, trim_scale(l.unit_fee)::text AS "unitFee", l.minimum_quantity AS "minimumQuantity",
      l.quantity_multiple AS "quantityMultiple",
      (SELECT json_agg(json_build_object('fromQuantity', c.quantity, 'unitCost', trim_scale(c.cost)::text) ORDER BY c.quantity)
        FROM unnest(l.from_quantities, l.unit_costs) AS c(quantity, cost)) AS costs
    FROM offer_price l JOIN product p ON p.id = l.product_id JOIN node n ON n.id = l.node_id JOIN vendor v ON v.id = n.vendor_id
    ORDER BY n.code, p.sku, l.valid_from LIMIT 200000`);
  const { rows: nodes } = await db.query<NodePrice>(`
    SELECT ${VALIDITY}, trim_scale(l.order_fee)::text AS "orderFee", trim_scale(l.minimum_order_value)::text AS "minimumOrderValue",
      trim_scale(l.small_order_fee)::text AS "smallOrderFee"
    FROM node_price l JOIN node n ON n.id = l.node_id JOIN vendor v ON v.id = n.vendor_id
    ORDER BY n.code, l.valid_from LIMIT 200000`);
  return { offers, nodes };
}
