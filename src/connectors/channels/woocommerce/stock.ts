import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import { STOCK_LEVELS_MAX, type StockLevels, type StockReceipt } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { callShop, shopId } from './client.js';
import { apiAccount } from './settings.js';

/** SKUs of one question, and entries of one batch: the REST API takes 100 of them. */
const ASKED_MAX = 50;
const PER_PAGE = 100;
/** Letters of the SKUs of one question: many hosts take no address of more than 8,000, and a letter may take nine there. */
const ASKED_LETTERS_MAX = 800;

const products = z.array(
  z.looseObject({
    ...{ id: shopId, parent_id: shopId.nullish(), sku: z.string(), type: z.string().nullish() },
    manage_stock: z.union([z.boolean(), z.literal('parent')]),
  }),
);
const batch = z.looseObject({
  update: z
    .array(z.looseObject({ id: shopId, error: z.looseObject({ code: z.string(), message: z.string() }).nullish() }))
    .default([]),
});

interface Item {
  readonly id: number;
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Sets what may be sold of products and variations, absolute. A SKU that the shop does not have, or whose stock it does not manage by itself
 * (unless `unmanagedStock` is `manage`), or which it would not set, is told as unknown, and why in `notes`, so that it holds up no other.
 * Setting the same figures twice does no harm. Errors: callShop's.
 */
export async function publishToShop(stock: StockLevels, context: CallContext): Promise<StockReceipt> {
  if (stock.levels.length > STOCK_LEVELS_MAX)
    throw new ConnectorError('TOO_MANY_LEVELS', 'permanent', `expected at most ${STOCK_LEVELS_MAX} levels`);
  const { unmanagedStock } = apiAccount(context.account);
  const available = new Map(stock.levels.map((level) => [level.sku, level.available]));
  const known = new Set<string>();
  const notes: string[] = [];
  /** By the product that they are variations of; '0': products of their own. */
  const byParent = new Map<string, Item[]>();
  for (const skus of questions([...available.keys()]))
    for (const product of await findProducts(skus, context)) {
      const quantity = available.get(product.sku);
      const isSet = product.manage_stock === true || unmanagedStock === 'manage';
      if (quantity === undefined) continue;
      if (!isSet) notes.push(`${product.sku}: the shop does not manage its stock by itself`);
      if (!isSet) continue;
      known.add(product.sku);
      const parent = product.type === 'variation' ? (product.parent_id ?? '0') : '0';
      byParent.set(parent, [...(byParent.get(parent) ?? []), { id: Number(product.id), sku: product.sku, quantity }]);
    }
  for (const [parent, items] of byParent)
    for (let at = 0; at < items.length; at += PER_PAGE) {
      const some = items.slice(at, at + PER_PAGE);
      for (const { sku, why } of await setStock(parent, some, unmanagedStock === 'manage', context)) {
        known.delete(sku);
        notes.push(`${sku}: ${why}`);
      }
    }
  return { unknownSkus: [...available.keys()].filter((sku) => !known.has(sku)), notes };
}

/** SKUs that are asked about at once, with commas between; one that holds a comma is asked about alone. */
function questions(skus: readonly string[]): string[][] {
  const asked = skus.filter((sku) => sku.includes(',')).map((sku) => [sku]);
  let together: string[] = [];
  for (const sku of skus.filter((one) => !one.includes(','))) {
    if (together.length === ASKED_MAX || [...together, sku].join(',').length > ASKED_LETTERS_MAX) {
      asked.push(together);
      together = [];
    }
    together.push(sku);
  }
  return [...asked, together].filter((some) => some.length > 0);
}

async function findProducts(skus: readonly string[], context: CallContext): Promise<z.infer<typeof products>> {
  const query = { sku: skus.join(','), per_page: String(PER_PAGE), page: '1' };
  const { said } = await callShop({ method: 'GET', path: 'products', query, answer: products }, context);
  return said;
}

/** What the shop would not set, and why. */
async function setStock(
  parent: string,
  items: readonly Item[],
  manages: boolean,
  context: CallContext,
): Promise<{ readonly sku: string; readonly why: string }[]> {
  const update = items.map(({ id, quantity }) => ({
    ...{ id, stock_quantity: quantity },
    ...(manages ? { manage_stock: true } : {}),
  }));
  const path = parent === '0' ? 'products/batch' : `products/${parent}/variations/batch`;
  const { said } = await callShop({ method: 'POST', path, body: { update }, answer: batch }, context);
  const skus = new Map(items.map(({ id, sku }) => [String(id), sku]));
  return said.update.flatMap(({ id, error }) => {
    const sku = skus.get(id);
    return error && sku !== undefined ? [{ sku, why: `${error.code}: ${error.message}` }] : [];
  });
}
