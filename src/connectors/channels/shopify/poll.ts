import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { OrderPage } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { callShop, refusedBy } from './client.js';
import { FIELDS_OF_ORDER, LINES_OF_ORDER, lineShape, orderShape, restOrderOf } from './rest-order.js';
import { shopOf } from './settings.js';

/** The topic of an order as it is now: that of its webhook. */
export const POLLED_TOPIC = 'orders/updated';
/** Orders of one page, each of which is one call more. */
const PAGE = 20;
const LINES_PAGES_MAX = 10;
/** What was changed in this time before the last is asked for again: Shopify finds orders a moment after it changed them. */
const OVERLAP_MS = 120_000;

const CHANGED = `query ChangedOrders($after: String, $query: String!) {
  orders(first: ${PAGE}, after: $after, sortKey: UPDATED_AT, query: $query) {
    pageInfo { hasNextPage }
    edges { cursor node { id updatedAt } }
  }
}`;
const WHOLE = `query WholeOrder($id: ID!) {
  order(id: $id) {${FIELDS_OF_ORDER}
    lineItems(first: 50) {${LINES_OF_ORDER}}
  }
}`;
const MORE_LINES = `query MoreLinesOfOrder($id: ID!, $after: String) {
  order(id: $id) { lineItems(first: 100, after: $after) {${LINES_OF_ORDER}} }
}`;

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const changed = z.object({
  orders: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean() }),
    edges: z.array(
      z.object({ cursor: z.string(), node: z.object({ id: z.string(), updatedAt: z.iso.datetime({ offset: true }) }) }),
    ),
  }),
});
const lineItems = z.object({ pageInfo, nodes: z.array(lineShape) });
const whole = z.object({ order: orderShape.extend({ lineItems }).nullable() });
const moreLines = z.object({ order: z.object({ lineItems }).nullable() });

/** `since`: orders changed before it are read; `after`: the shop's own cursor while pages of one pass are read; `last`: the latest change seen in it. */
const cursorShape = z.strictObject({
  since: z.iso.datetime().nullable(),
  after: z.string().max(2_000).nullable(),
  last: z.iso.datetime().nullable(),
});

/**
 * Orders by when they were last changed, oldest first, in the shape of webhooks: what a webhook brought already is found to be known. At first
 * the shop's open orders, or those changed since the setting `ordersFrom`.
 *
 * Errors: as `callShop`; CURSOR_INVALID, class `permanent`.
 */
export async function pollShop(cursor: string | null, context: CallContext): Promise<OrderPage> {
  const from = cursorOf(cursor);
  const { settings } = shopOf(context.account);
  const since = from.since === null ? settings.ordersFrom : new Date(Date.parse(from.since) - OVERLAP_MS).toISOString();
  const query = since === undefined ? 'status:open' : `updated_at:>='${since}'`;
  const call = { document: CHANGED, variables: { after: from.after, query }, answer: changed, changes: false };
  const { edges, pageInfo: info } = (await callShop(call, context)).orders;
  const payloads: OrderPage['payloads'][number][] = [];
  let { after, last } = from;
  let read = 0;
  for (const { cursor: place, node } of edges) {
    const payload = await readOrder(node.id, context).catch((cause: unknown) => {
      // What was read of a page is kept: else one that costs more than the bucket holds would never be read.
      if (read > 0 && cause instanceof ConnectorError && cause.code === 'CHANNEL_BUSY') return null;
      throw cause;
    });
    if (payload === null) break;
    if (payload) payloads.push(payload);
    const at = new Date(node.updatedAt).toISOString();
    last = last === null || at > last ? at : last;
    after = place;
    read += 1;
  }
  const more = info.hasNextPage || read < edges.length;
  const next = more ? { since: from.since, after, last } : { since: last ?? from.since, after: null, last: null };
  return { payloads, cursor: JSON.stringify(next), more };
}

/** Undefined where it is gone meanwhile. */
async function readOrder(id: string, context: CallContext): Promise<OrderPage['payloads'][number] | undefined> {
  const { order } = await callShop({ document: WHOLE, variables: { id }, answer: whole, changes: false }, context);
  if (order === null) return undefined;
  const lines = [...order.lineItems.nodes];
  let { hasNextPage, endCursor } = order.lineItems.pageInfo;
  for (let page = 0; hasNextPage; page += 1) {
    if (page === LINES_PAGES_MAX) throw refusedBy(`order ${order.name} has too many lines`);
    const variables = { id, after: endCursor };
    const more = await callShop({ document: MORE_LINES, variables, answer: moreLines, changes: false }, context);
    if (more.order === null) return undefined;
    lines.push(...more.order.lineItems.nodes);
    ({ hasNextPage, endCursor } = more.order.lineItems.pageInfo);
  }
  return {
    topic: POLLED_TOPIC,
    deliveryId: `${order.legacyResourceId}@${order.updatedAt}`,
    rawBody: new TextEncoder().encode(JSON.stringify(restOrderOf(order, lines))),
  };
}

function cursorOf(cursor: string | null): z.infer<typeof cursorShape> {
  if (cursor === null) return { since: null, after: null, last: null };
  try {
    return cursorShape.parse(JSON.parse(cursor));
  } catch (cause) {
    throw new ConnectorError('CURSOR_INVALID', 'permanent', 'expected a cursor of this connector', { cause });
  }
}
