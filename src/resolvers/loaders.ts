import DataLoader from 'dataloader';
import type { Viewer } from '../model/viewer.js';
import type { Pool } from '../store/database.js';
import { accountsByIds, nodesByIds, vendorsByIds } from '../store/directory.js';
import { stockOfProducts } from '../store/node-stock.js';
import { noticesOfOrders } from '../store/notice-list.js';
import { sourcesOf } from '../store/order-sources.js';
import {
  contactsOf,
  decisionsOf,
  fulfillmentLinesOf,
  fulfillmentsOf,
  linesOf,
  openItemsOf,
  ordersByIds,
  shipmentsOf,
} from '../store/orders.js';

/** Keys that one statement takes at most; a longer list becomes several. */
const BATCH_MAX = 500;

/** Rows by key, one or none each; what the viewer may not see is null. */
function one<Key, Row>(read: (keys: readonly Key[]) => Promise<readonly Row[]>, keyOf: (row: Row) => Key) {
  return new DataLoader<Key, Row | null>(
    async (keys) => {
      const byKey = new Map((await read(keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    { maxBatchSize: BATCH_MAX },
  );
}

/** Rows by parent, in the order in which they were read. */
function many<Key, Row>(read: (keys: readonly Key[]) => Promise<readonly Row[]>, keyOf: (row: Row) => Key) {
  return new DataLoader<Key, readonly Row[]>(
    async (keys) => {
      const byKey = new Map<Key, Row[]>();
      for (const row of await read(keys)) byKey.set(keyOf(row), [...(byKey.get(keyOf(row)) ?? []), row]);
      return keys.map((key) => byKey.get(key) ?? []);
    },
    { maxBatchSize: BATCH_MAX },
  );
}

/** One operation's batched reads: every nested list is one statement per page, however many rows the page has. */
export function createLoaders(db: Pool, viewer: Viewer) {
  return {
    order: one(
      (ids: readonly string[]) => ordersByIds(db, viewer, ids),
      (row) => row.id,
    ),
    lines: many(
      (ids: readonly string[]) => linesOf(db, viewer, ids),
      (row) => row.orderId,
    ),
    contact: one(
      (ids: readonly string[]) => contactsOf(db, viewer, ids),
      (row) => row.orderId,
    ),
    source: one(
      (ids: readonly string[]) => sourcesOf(db, viewer, ids),
      (row) => row.orderId,
    ),
    openItems: many(
      (ids: readonly string[]) => openItemsOf(db, viewer, ids),
      (row) => row.orderId,
    ),
    notices: many(
      (ids: readonly string[]) => noticesOfOrders(db, viewer, ids),
      (row) => row.orderId,
    ),
    decisions: many(
      (ids: readonly string[]) => decisionsOf(db, viewer, ids),
      (row) => row.orderId,
    ),
    fulfillments: many(
      (ids: readonly string[]) => fulfillmentsOf(db, viewer, ids),
      (row) => row.orderId,
    ),
    fulfillmentLines: many(
      (ids: readonly string[]) => fulfillmentLinesOf(db, viewer, ids),
      (row) => row.fulfillmentId,
    ),
    shipments: many(
      (ids: readonly string[]) => shipmentsOf(db, viewer, ids),
      (row) => row.fulfillmentId,
    ),
    stock: many(
      (ids: readonly number[]) => stockOfProducts(db, viewer, ids),
      (row) => row.productId,
    ),
    account: one(
      (ids: readonly number[]) => accountsByIds(db, viewer, ids),
      (row) => row.id,
    ),
    vendor: one(
      (ids: readonly number[]) => vendorsByIds(db, viewer, ids),
      (row) => row.id,
    ),
    node: one(
      (ids: readonly number[]) => nodesByIds(db, viewer, ids),
      (row) => row.id,
    ),
  };
}
export type Loaders = ReturnType<typeof createLoaders>;
