import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import { STOCK_LEVELS_MAX, type StockLevels } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { failure } from '../../http/exchange.js';
import { callShop, shopId } from './client.js';
import { apiAccount } from './settings.js';

/** SKUs of one question, and entries of one batch: the REST API takes 100 of them. */
const ASKED_MAX = 50;
const PER_PAGE = 100;
const SAID_MAX = 300;

const products = z.array(
  z.looseObject({
    ...{ id: shopId, parent_id: shopId.nullish(), sku: z.string(), type: z.string().nullish() },
    manage_stock: z.union([z.boolean(), z.literal('parent')]),
  }),
);
const batch = z.looseObject({
  update: z.array(z.looseObject({ id: shopId, error: z.looseObject({ message: z.string() }).nullish() })).default([]),
});

interface Item {
  readonly id: number;
  readonly quantity: number;
}

/**
 * Sets what may be sold of products and variations, absolute. A SKU that the shop does not have, or whose stock it does not manage by itself
 * (unless `unmanagedStock` is `manage`), is told as unknown. Setting the same figures twice does no harm.
 *
 * Errors: callShop's; CHANNEL_REFUSED, class `refused`, with what the shop would not set, after all else was.
 */
export async function publishToShop(
  stock: StockLevels,
  context: CallContext,
): Promise<{ readonly unknownSkus: readonly string[] }> {
  if (stock.levels.length > STOCK_LEVELS_MAX)
    throw new ConnectorError('TOO_MANY_LEVELS', 'permanent', `expected at most ${STOCK_LEVELS_MAX} levels`);
  const { unmanagedStock } = apiAccount(context.account);
  const available = new Map(stock.levels.map((level) => [level.sku, level.available]));
  const known = new Set<string>();
  /** By the product that they are variations of; '0': products of their own. */
  const byParent = new Map<string, Item[]>();
  for (const skus of questions([...available.keys()]))
    for (const product of await findProducts(skus, context)) {
      const quantity = available.get(product.sku);
      const isSet = product.manage_stock === true || unmanagedStock === 'manage';
      if (quantity === undefined || !isSet) continue;
      known.add(product.sku);
      const parent = product.type === 'variation' ? (product.parent_id ?? '0') : '0';
      byParent.set(parent, [...(byParent.get(parent) ?? []), { id: Number(product.id), quantity }]);
    }
  const refused: string[] = [];
  for (const [parent, items] of byParent)
    for (let at = 0; at < items.length; at += PER_PAGE)
      refused.push(...(await setStock(parent, items.slice(at, at + PER_PAGE), unmanagedStock === 'manage', context)));
  if (refused.length > 0)
    throw failure('channel', 'REFUSED', 'refused', `the shop did not set: ${refused.join('; ')}`.slice(0, SAID_MAX));
  return { unknownSkus: [...available.keys()].filter((sku) => !known.has(sku)) };
}

/** SKUs that are asked about at once, with commas between; one that holds a comma is asked about alone. */
function questions(skus: readonly string[]): string[][] {
  const [alone, together] = [skus.filter((sku) => sku.includes(',')), skus.filter((sku) => !sku.includes(','))];
  const asked = alone.map((sku) => [sku]);
  for (let at = 0; at < together.length; at += ASKED_MAX) asked.push(together.slice(at, at + ASKED_MAX));
  return asked;
}

async function findProducts(skus: readonly string[], context: CallContext): Promise<z.infer<typeof products>> {
  const query = { sku: skus.join(','), per_page: String(PER_PAGE), page: '1' };
  const { said } = await callShop({ method: 'GET', path: 'products', query, answer: products }, context);
  return said;
}

/** What the shop would not set, in words. */
async function setStock(
  parent: string,
  items: readonly Item[],
  manages: boolean,
  context: CallContext,
): Promise<string[]> {
  const update = items.map(({ id, quantity }) => ({
    ...{ id, stock_quantity: quantity },
    ...(manages ? { manage_stock: true } : {}),
  }));
  const path = parent === '0' ? 'products/batch' : `products/${parent}/variations/batch`;
  const { said } = await callShop({ method: 'POST', path, body: { update }, answer: batch }, context);
  return said.update.flatMap(({ id, error }) => (error ? [`product ${id}: ${error.message}`] : []));
}
