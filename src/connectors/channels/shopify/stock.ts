import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import { STOCK_LEVELS_MAX, type StockLevels } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { callShop, checkUserErrors, gid, userErrors } from './client.js';
import { shopOf } from './settings.js';

/** SKUs of one question, and pages of its answer: the same SKU may stand at several variants. */
const ASKED_MAX = 50;
const PAGES_MAX = 5;

const ITEMS = `query Items($query: String!, $location: ID!, $after: String) {
  inventoryItems(first: 100, query: $query, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id sku tracked inventoryLevel(locationId: $location) { id } }
  }
}`;
const SET = `mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message }
  }
}`;
const items = z.object({
  inventoryItems: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(
      z.object({
        id: z.string(),
        sku: z.string().nullable(),
        tracked: z.boolean(),
        inventoryLevel: z.object({ id: z.string() }).nullable(),
      }),
    ),
  }),
});
const set = z.object({ inventorySetQuantities: z.object({ userErrors }) });

/**
 * Sets what may be sold of SKUs at the account's location: `available`, absolute, each set of levels once however often it is sent. A SKU that no
 * variant has, or none that is stocked and tracked at the location, is told as unknown. Several variants of one SKU get the same figure.
 *
 * Errors: as `callShop`; CHANNEL_REFUSED, class `refused`, with what the shop objects to.
 */
export async function publishToShop(
  stock: StockLevels,
  context: CallContext,
): Promise<{ readonly unknownSkus: readonly string[] }> {
  const { locationId } = shopOf(context.account).settings;
  if (locationId === undefined)
    throw new ConnectorError(
      'CHANNEL_MISCONFIGURED',
      'permanent',
      'expected the setting locationId: where stock is told',
    );
  if (stock.levels.length > STOCK_LEVELS_MAX)
    throw new ConnectorError('TOO_MANY_LEVELS', 'permanent', `expected at most ${STOCK_LEVELS_MAX} levels`);
  const location = gid('Location', locationId);
  const found = new Map<string, string[]>();
  for (let at = 0; at < stock.levels.length; at += ASKED_MAX)
    await findItems(
      stock.levels.slice(at, at + ASKED_MAX).map(({ sku }) => sku),
      location,
      found,
      context,
    );
  const quantities = stock.levels.flatMap(({ sku, available }) =>
    (found.get(sku) ?? []).map((inventoryItemId) => ({
      ...{ inventoryItemId, locationId: location, quantity: available, changeFromQuantity: null },
    })),
  );
  for (let at = 0; at < quantities.length; at += STOCK_LEVELS_MAX) {
    const some = quantities.slice(at, at + STOCK_LEVELS_MAX);
    const key = createHash('sha256')
      .update(JSON.stringify([stock.asOf, some]))
      .digest('hex')
      .slice(0, 32);
    const input = {
      name: 'available',
      reason: 'correction',
      referenceDocumentUri: `gid://headgate/StockLevels/${key}`,
      quantities: some,
    };
    const call = { document: SET, variables: { input, key }, answer: set, changes: true };
    checkUserErrors((await callShop(call, context)).inventorySetQuantities.userErrors);
  }
  return { unknownSkus: stock.levels.flatMap(({ sku }) => (found.has(sku) ? [] : [sku])) };
}

async function findItems(
  skus: readonly string[],
  location: string,
  found: Map<string, string[]>,
  context: CallContext,
): Promise<void> {
  // The search goes by words; what it finds counts where the SKU is the very same.
  const query = skus.map((sku) => `sku:"${sku.replace(/["\\]/g, '\\$&')}"`).join(' OR ');
  const asked = new Set(skus);
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const variables: Record<string, unknown> = { query, location, after };
    const read: z.infer<typeof items> = await callShop(
      { document: ITEMS, variables, answer: items, changes: false },
      context,
    );
    const { nodes, pageInfo } = read.inventoryItems;
    for (const { id, sku, tracked, inventoryLevel } of nodes)
      if (sku !== null && asked.has(sku) && tracked && inventoryLevel !== null)
        found.set(sku, [...(found.get(sku) ?? []), id]);
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}
