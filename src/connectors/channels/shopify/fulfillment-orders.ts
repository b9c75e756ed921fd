import { z } from 'zod';
import type { CallContext } from '../../connector.js';
import { callShop, gid, refusedBy } from './client.js';

/** Fulfillment orders of one order, and pages of one's lines, that are read at most. */
const FULFILLMENT_ORDERS_MAX = 200;
const LINE_PAGES_MAX = 10;
/** Fulfillments of an order that are looked at, the latest. */
const FULFILLMENTS_MAX = 250;

const LINES = `
  pageInfo { hasNextPage endCursor }
  nodes { id remainingQuantity lineItem { id } }`;
// Shopify reckons a query's cost by how much it may answer, and takes 1,000 points at most: 10 × (4 + 40 × 2) and what is around.
const FULFILLMENT_ORDERS = `query FulfillmentOrders($id: ID!, $after: String) {
  order(id: $id) {
    cancelledAt
    fulfillmentOrders(first: 10, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        status
        supportedActions { action }
        assignedLocation { name location { id } }
        fulfillmentHolds { id handle heldByRequestingApp }
        lineItems(first: 40) {${LINES}}
      }
    }
  }
}`;
const MORE_LINES = `query MoreLines($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) { lineItems(first: 200, after: $after) {${LINES}} }
}`;
const FULFILLMENTS = `query Fulfillments($id: ID!, $first: Int!) {
  order(id: $id) {
    fulfillments(first: $first) {
      id
      status
      createdAt
      trackingInfo(first: 100) { number }
    }
  }
}`;
const FULFILLMENT_LINES = `query FulfillmentLines($id: ID!, $after: String) {
  fulfillment(id: $id) {
    fulfillmentLineItems(first: 200, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { quantity lineItem { id } }
    }
  }
}`;

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const of = z.object({ id: z.string() });
const lines = z.object({
  pageInfo,
  nodes: z.array(z.object({ id: z.string(), remainingQuantity: z.int(), lineItem: of })),
});
const fulfillmentOrder = z.object({
  id: z.string(),
  status: z.string(),
  supportedActions: z.array(z.object({ action: z.string() })),
  assignedLocation: z.object({ name: z.string(), location: of.nullable() }),
  fulfillmentHolds: z.array(
    z.object({ id: z.string(), handle: z.string().nullable(), heldByRequestingApp: z.boolean() }),
  ),
  lineItems: lines,
});
const answer = z.object({
  order: z
    .object({
      cancelledAt: z.string().nullable(),
      fulfillmentOrders: z.object({ pageInfo, nodes: z.array(fulfillmentOrder) }),
    })
    .nullable(),
});
const fulfillments = z.object({
  order: z
    .object({
      fulfillments: z.array(
        z.object({
          id: z.string(),
          status: z.string(),
          createdAt: z.iso.datetime({ offset: true }),
          trackingInfo: z.array(z.object({ number: z.string().nullable() })),
        }),
      ),
    })
    .nullable(),
});
const fulfillmentLines = z.object({
  fulfillment: z
    .object({
      fulfillmentLineItems: z.object({
        pageInfo,
        nodes: z.array(z.object({ quantity: z.int().nullable(), lineItem: of })),
      }),
    })
    .nullable(),
});

/** What one location is to send of an order. `lines`: by the shop's ids, what is left of them. */
export interface FulfillmentOrder {
  readonly id: string;
  readonly status: string;
  readonly actions: ReadonlySet<string>;
  readonly location: string;
  /** Holds of ours, by their handles. */
  readonly ownHolds: ReadonlyMap<string, string>;
  readonly lines: readonly { readonly id: string; readonly lineItemId: string; readonly remaining: number }[];
}

/** An order's fulfillment orders, all of them. Errors: as `callShop`; CHANNEL_REFUSED where the shop has no such order, or too many parts of it. */
export async function readFulfillmentOrders(
  externalId: string,
  context: CallContext,
): Promise<{ readonly canceled: boolean; readonly fulfillmentOrders: readonly FulfillmentOrder[] }> {
  const id = gid('Order', externalId);
  const read: FulfillmentOrder[] = [];
  let canceled = false;
  let after: string | null = null;
  do {
    const variables: Record<string, unknown> = { id, after };
    const { order } = await callShop({ document: FULFILLMENT_ORDERS, variables, answer, changes: false }, context);
    if (order === null) throw refusedBy('the shop has no such order, or does not show it to the app');
    canceled = order.cancelledAt !== null;
    for (const node of order.fulfillmentOrders.nodes) read.push(await wholeOf(node, context));
    after = nextOf(order.fulfillmentOrders.pageInfo);
    if (read.length > FULFILLMENT_ORDERS_MAX)
      throw refusedBy(`expected at most ${FULFILLMENT_ORDERS_MAX} fulfillment orders`);
  } while (after !== null);
  return { canceled, fulfillmentOrders: read };
}

async function wholeOf(node: z.infer<typeof fulfillmentOrder>, context: CallContext): Promise<FulfillmentOrder> {
  const nodes = [...node.lineItems.nodes];
  let after = nextOf(node.lineItems.pageInfo);
  for (let page = 0; after !== null; page += 1) {
    if (page === LINE_PAGES_MAX) throw refusedBy('a fulfillment order has too many lines');
    const variables: Record<string, unknown> = { id: node.id, after };
    const more = z.object({ fulfillmentOrder: z.object({ lineItems: lines }) });
    const read = await callShop({ document: MORE_LINES, variables, answer: more, changes: false }, context);
    nodes.push(...read.fulfillmentOrder.lineItems.nodes);
    after = nextOf(read.fulfillmentOrder.lineItems.pageInfo);
  }
  const { location, name } = node.assignedLocation;
  const own = node.fulfillmentHolds.filter((hold) => hold.heldByRequestingApp && hold.handle !== null);
  return {
    id: node.id,
    status: node.status,
    actions: new Set(node.supportedActions.map(({ action }) => action)),
    location: location?.id ?? name,
    ownHolds: new Map(own.map((hold) => [hold.handle ?? '', hold.id])),
    lines: nodes.map((line) => ({ id: line.id, lineItemId: line.lineItem.id, remaining: line.remainingQuantity })),
  };
}

/** A fulfillment that stands: neither canceled nor failed. */
export interface MadeFulfillment {
  readonly id: string;
  readonly createdAt: Date;
  readonly trackingNumbers: readonly string[];
}

/** An order's fulfillments that stand. Errors: as `callShop`. */
export async function readFulfillments(externalId: string, context: CallContext): Promise<readonly MadeFulfillment[]> {
  const variables = { id: gid('Order', externalId), first: FULFILLMENTS_MAX };
  const { order } = await callShop(
    { document: FULFILLMENTS, variables, answer: fulfillments, changes: false },
    context,
  );
  return (order?.fulfillments ?? [])
    .filter(({ status }) => !['CANCELLED', 'ERROR', 'FAILURE'].includes(status))
    .map(({ id, createdAt, trackingInfo }) => ({
      id,
      createdAt: new Date(createdAt),
      trackingNumbers: trackingInfo.flatMap(({ number }) => number ?? []),
    }));
}

/** Units of a fulfillment by the shop's line. Errors: as `callShop`. */
export async function readFulfilled(id: string, context: CallContext): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>();
  let after: string | null = null;
  for (let page = 0; page < LINE_PAGES_MAX; page += 1) {
    const variables: Record<string, unknown> = { id, after };
    const call = { document: FULFILLMENT_LINES, variables, answer: fulfillmentLines, changes: false };
    const read: z.infer<typeof fulfillmentLines> = await callShop(call, context);
    if (read.fulfillment === null) return units;
    const { nodes, pageInfo: info } = read.fulfillment.fulfillmentLineItems;
    for (const { quantity, lineItem } of nodes) units.set(lineItem.id, (units.get(lineItem.id) ?? 0) + (quantity ?? 0));
    after = nextOf(info);
    if (after === null) break;
  }
  return units;
}

function nextOf({ hasNextPage, endCursor }: z.infer<typeof pageInfo>): string | null {
  return hasNextPage ? endCursor : null;
}

/** Takes from `left`, units by the shop's line, what a fulfillment order has of them; says how much, by its own lines. */
export function takeUnits(
  { lines }: FulfillmentOrder,
  left: Map<string, number>,
): { readonly id: string; readonly quantity: number }[] {
  return lines.flatMap((line) => {
    const quantity = Math.min(line.remaining, left.get(line.lineItemId) ?? 0);
    if (quantity <= 0) return [];
    left.set(line.lineItemId, (left.get(line.lineItemId) ?? 0) - quantity);
    return [{ id: line.id, quantity }];
  });
}

export function unitsOf(left: ReadonlyMap<string, number>): number {
  return [...left.values()].reduce((sum, units) => sum + units, 0);
}

/** Why units are left for which no fulfillment order allows the action. */
export function whyLeft(
  fulfillmentOrders: readonly FulfillmentOrder[],
  left: ReadonlyMap<string, number>,
  action: 'CREATE_FULFILLMENT' | 'HOLD',
): string {
  const why = [...left].flatMap(([lineId, units]) => {
    if (units === 0) return [];
    const blocking = fulfillmentOrders.filter(
      ({ actions, lines }) =>
        !actions.has(action) && lines.some(({ lineItemId, remaining }) => lineItemId === lineId && remaining > 0),
    );
    const states = [...new Set(blocking.map(({ status }) => status.toLowerCase()))].join(', ');
    const reason = states === '' ? 'fulfilled otherwise, refunded or removed there' : `it is ${states} there`;
    return [`${units} of line ${lineId.split('/').at(-1)} (${reason})`];
  });
  return why.join('; ').slice(0, 300);
}
