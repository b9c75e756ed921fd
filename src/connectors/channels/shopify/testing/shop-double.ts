import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, type GraphQLSchema, graphql, type IntrospectionQuery } from 'graphql';

export const TOKEN = 'shpat-token-of-the-double';
const VERSION = '2026-10';
const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../../shared');
const introspection = join(samples, `fixtures/shopify/admin_${VERSION}.json.gz`);

/** Shopify's own schema as it publishes it; null where the samples are missing, which is said once. */
export function shopifySchema(): GraphQLSchema | null {
  if (!existsSync(introspection)) {
    console.log(`skipped: the double of Shopify, no schema in ${samples} (set HEADGATE_SAMPLES)`);
    return null;
  }
  const read = JSON.parse(gunzipSync(readFileSync(introspection)).toString()) as { data?: IntrospectionQuery };
  return buildClientSchema(read.data ?? (read as IntrospectionQuery), { assumeValid: true });
}

export interface DoubleLine {
  readonly id: number;
  readonly sku: string;
  readonly price?: string;
  readonly quantity: number;
}
interface FulfillmentOrder {
  readonly id: string;
  readonly orderId: string;
  status: 'OPEN' | 'ON_HOLD' | 'CLOSED';
  readonly location: string;
  readonly holds: {
    readonly id: string;
    readonly handle: string;
    readonly reason: string;
    readonly heldByRequestingApp: boolean;
  }[];
  readonly lines: { readonly id: string; readonly lineItemId: string; remaining: number }[];
}
interface Fulfillment {
  readonly id: string;
  readonly orderId: string;
  readonly createdAt: string;
  readonly numbers: readonly string[];
  readonly company: string | null;
  readonly lines: readonly { readonly quantity: number; readonly lineItem: { readonly id: string } }[];
}
interface FulfillInput {
  readonly lineItemsByFulfillmentOrder: readonly {
    readonly fulfillmentOrderId: string;
    readonly fulfillmentOrderLineItems: readonly { readonly id: string; readonly quantity: number }[];
  }[];
  readonly trackingInfo?: {
    readonly company?: string;
    readonly number?: string;
    readonly numbers?: readonly string[];
  };
}
interface HoldInput {
  readonly handle: string;
  readonly reason: string;
  readonly fulfillmentOrderLineItems: readonly { readonly id: string; readonly quantity: number }[];
}
type StockInput = { readonly quantities: readonly { readonly inventoryItemId: string; readonly quantity: number }[] };
/** Arguments of fields, checked against the schema before they come here. */
interface Args {
  readonly id: string;
  readonly query: string;
  readonly first?: number;
  readonly after?: string | null;
  readonly fulfillment: FulfillInput;
  readonly fulfillmentHold: HoldInput;
  readonly input: StockInput;
}

const money = (amount: string) => {
  const both = { amount, currencyCode: 'USD' };
  return { shopMoney: both, presentmentMoney: both };
};
const gid = (kind: string, id: number) => `gid://shopify/${kind}/${id}`;
/** A part of a list from a cursor, which is how many were given out. */
const pageOf = <T>(
  all: readonly T[],
  { first = 10, after = null }: { readonly first?: number; readonly after?: string | null },
) => {
  const from = Number(after ?? 0);
  const end = from + first;
  return { nodes: all.slice(from, end), pageInfo: { hasNextPage: end < all.length, endCursor: String(end) } };
};

/**
 * A shop with a state of its own behind Shopify's published schema: every document and its variables are validated against it, as Shopify
 * would, and every field of an answer is held to its type. It can say that the bucket of calls is empty.
 */
export class ShopDouble {
  readonly orders: {
    readonly id: string;
    readonly legacyResourceId: string;
    updatedAt: string;
    cancelledAt: string | null;
    readonly lines: readonly object[];
  }[] = [];
  readonly fulfillmentOrders: FulfillmentOrder[] = [];
  readonly fulfillments: Fulfillment[] = [];
  readonly items: {
    readonly id: string;
    readonly sku: string;
    readonly tracked: boolean;
    readonly stocked: boolean;
  }[] = [];
  readonly available = new Map<string, number>();
  /** Keys under which stock was set. */
  readonly keys: string[] = [];
  /** How many of the next calls find the bucket empty, and after how many others it is. */
  throttled = 0;
  bucket = Number.POSITIVE_INFINITY;
  calls = 0;
  #last = 100;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly now: () => Date,
  ) {}

  /** An order of these lines, each line at one location. */
  place(
    id: number,
    lines: readonly (DoubleLine & { readonly location?: string })[],
    updatedAt = this.now().toISOString(),
  ): void {
    this.orders.push({
      id: gid('Order', id),
      legacyResourceId: String(id),
      updatedAt,
      cancelledAt: null,
      lines: lines.map(lineOf),
    });
    for (const location of new Set(lines.map((line) => line.location ?? 'Main')))
      this.fulfillmentOrders.push({
        ...{ id: this.#id('FulfillmentOrder'), orderId: gid('Order', id), status: 'OPEN', location, holds: [] },
        lines: lines
          .filter((line) => (line.location ?? 'Main') === location)
          .map((line) => ({
            id: this.#id('FulfillmentOrderLineItem'),
            lineItemId: gid('LineItem', line.id),
            remaining: line.quantity,
          })),
      });
  }

  /** A variant's item, whether its stock is kept, and at our location. */
  stock(sku: string, { tracked = true, stocked = true } = {}): void {
    this.items.push({ id: this.#id('InventoryItem'), sku, tracked, stocked });
  }

  readonly fetch: typeof fetch = async (input, init) => {
    this.calls += 1;
    const { pathname } = new URL(String(input));
    if (pathname !== `/admin/api/${VERSION}/graphql.json` || init?.method !== 'POST')
      return new Response('', { status: 404 });
    if (new Headers(init.headers).get('x-shopify-access-token') !== TOKEN)
      return Response.json({ errors: '[API] Invalid API key or access token' }, { status: 401 });
    this.bucket -= 1;
    if (this.throttled > 0 || this.bucket < 0) {
      this.throttled -= 1;
      const cost = { requestedQueryCost: 300, throttleStatus: { currentlyAvailable: 100, restoreRate: 50 } };
      return Response.json({
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        extensions: { cost },
      });
    }
    const { query, variables } = JSON.parse(String(init.body)) as { query: string; variables: Record<string, unknown> };
    const answer = await graphql({
      schema: this.schema,
      source: query,
      variableValues: variables,
      rootValue: this.#root(),
    });
    return Response.json(answer);
  };

  #root() {
    return {
      orders: (args: Args) => {
        const { nodes, pageInfo } = pageOf(
          this.#changed(String(args.query)).map((order) => this.#orderOf(order)),
          args,
        );
        const from = Number(args.after ?? 0);
        return { pageInfo, edges: nodes.map((node, at) => ({ cursor: String(from + at + 1), node })) };
      },
      order: ({ id }: Args) => {
        const order = this.orders.find((each) => each.id === id);
        return order ? this.#orderOf(order) : null;
      },
      fulfillmentOrder: ({ id }: Args) =>
        this.#fulfillmentOrderOf(this.fulfillmentOrders.find((each) => each.id === id)),
      fulfillment: ({ id }: Args) => {
        const made = this.fulfillments.find((each) => each.id === id);
        return made ? { ...made, fulfillmentLineItems: (args: Args) => pageOf(made.lines, args) } : null;
      },
      inventoryItems: (args: Args) => {
        const asked = [...String(args.query).matchAll(/sku:"((?:[^"\\]|\\.)*)"/g)].map(([, sku = '']) =>
          sku.replace(/\\(.)/g, '$1').toLowerCase(),
        );
        // As a search does, it finds more than was asked for.
        const found = this.items.filter(({ sku }) => asked.some((one) => sku.toLowerCase().startsWith(one)));
        return pageOf(
          found.map((item) => ({ ...item, inventoryLevel: () => (item.stocked ? { id: `${item.id}?level` } : null) })),
          args,
        );
      },
      fulfillmentCreate: ({ fulfillment }: Args) => this.#fulfill(fulfillment),
      fulfillmentOrderHold: ({ id, fulfillmentHold }: Args) => this.#hold(id, fulfillmentHold),
      inventorySetQuantities: (
        { input }: Args,
        _: unknown,
        info: { readonly variableValues: { readonly key?: string } },
      ) => this.#setStock(input, info.variableValues.key),
    };
  }

  #changed(query: string) {
    const since = /updated_at:>='([^']+)'/.exec(query)?.[1];
    return [...this.orders]
      .filter(({ updatedAt }) => since === undefined || updatedAt >= since)
      .sort((a, b) => a.updatedAt.localeCompare(b.updatedAt));
  }

  #orderOf(order: ShopDouble['orders'][number]) {
    const address = {
      ...{
        name: 'Ada Reader',
        firstName: 'Ada',
        lastName: 'Reader',
        address1: '1 Main St',
        city: 'Albany',
        zip: '12207',
      },
      ...{ provinceCode: 'NY', province: 'New York', country: 'United States', countryCodeV2: 'US' },
    };
    return {
      ...order,
      ...{
        name: `#${order.legacyResourceId}`,
        createdAt: '2026-03-01T10:00:00Z',
        currencyCode: 'USD',
        taxesIncluded: false,
      },
      ...{ test: false, tags: ['web'], customAttributes: [], taxLines: [], customer: null, email: 'ada@shop.example' },
      ...{
        displayFinancialStatus: 'PAID',
        displayFulfillmentStatus: 'UNFULFILLED',
        shippingAddress: address,
        billingAddress: null,
      },
      ...{
        totalPriceSet: money('25.00'),
        totalTipReceivedSet: money('0.00'),
        totalShippingPriceSet: money('5.00'),
        subtotalPriceSet: money('20.00'),
      },
      discountApplications: {
        nodes: [
          {
            __typename: 'DiscountCodeApplication',
            index: 0,
            allocationMethod: 'ACROSS',
            targetType: 'LINE_ITEM',
            code: 'SPRING',
          },
        ],
      },
      shippingLines: {
        nodes: [
          { code: 'Economy', title: 'Economy', originalPriceSet: money('5.00'), discountAllocations: [], taxLines: [] },
        ],
      },
      lineItems: (args: Args) => pageOf(order.lines, args),
      fulfillmentOrders: (args: Args) => pageOf(this.#partsOf(order.id), args),
      fulfillments: this.fulfillments
        .filter(({ orderId }) => orderId === order.id)
        .map((made) => ({ ...made, status: 'SUCCESS', trackingInfo: made.numbers.map((number) => ({ number })) })),
    };
  }

  #partsOf(orderId: string) {
    return this.fulfillmentOrders
      .filter((part) => part.orderId === orderId)
      .map((part) => this.#fulfillmentOrderOf(part));
  }

  #fulfillmentOrderOf(part: FulfillmentOrder | undefined) {
    if (part === undefined) return null;
    const actions = { OPEN: ['CREATE_FULFILLMENT', 'HOLD'], ON_HOLD: ['RELEASE_HOLD', 'HOLD'], CLOSED: [] }[
      part.status
    ];
    return {
      ...part,
      supportedActions: actions.map((action) => ({ action })),
      assignedLocation: { name: part.location, location: { id: `gid://shopify/Location/${part.location}` } },
      fulfillmentHolds: part.holds,
      lineItems: (args: Args) =>
        pageOf(
          part.lines.map((line) => ({
            id: line.id,
            remainingQuantity: line.remaining,
            lineItem: { id: line.lineItemId },
          })),
          args,
        ),
    };
  }

  #fulfill(input: FulfillInput) {
    const refusedFor = (message: string) => ({ fulfillment: null, userErrors: [{ field: ['fulfillment'], message }] });
    const taken = input.lineItemsByFulfillmentOrder.flatMap(({ fulfillmentOrderId, fulfillmentOrderLineItems }) => {
      const part = this.fulfillmentOrders.find(({ id }) => id === fulfillmentOrderId);
      return fulfillmentOrderLineItems.map(({ id, quantity }) => ({
        part,
        line: part?.lines.find((line) => line.id === id),
        quantity,
      }));
    });
    if (new Set(taken.map(({ part }) => part?.location)).size > 1)
      return refusedFor('All fulfillment orders must be assigned to a single location');
    if (taken.some(({ part }) => part?.status !== 'OPEN')) return refusedFor('Fulfillment order is not fulfillable');
    if (taken.some(({ line, quantity }) => line === undefined || quantity > line.remaining))
      return refusedFor('Invalid fulfillment order line item quantity requested.');
    const { company = null, number, numbers = number === undefined ? [] : [number] } = input.trackingInfo ?? {};
    const made: Fulfillment = {
      ...{
        id: this.#id('Fulfillment'),
        orderId: taken[0]?.part?.orderId ?? '',
        createdAt: this.now().toISOString(),
        numbers,
        company,
      },
      lines: taken.map(({ line, quantity }) => ({ quantity, lineItem: { id: line?.lineItemId ?? '' } })),
    };
    for (const { part, line, quantity } of taken) {
      if (line) line.remaining -= quantity;
      if (part?.lines.every(({ remaining }) => remaining === 0)) part.status = 'CLOSED';
    }
    this.fulfillments.push(made);
    return { fulfillment: { id: made.id }, userErrors: [] };
  }

  /** Holds some of a fulfillment order: what is held stays, and the rest becomes another. */
  #hold(id: string, hold: HoldInput) {
    const part = this.fulfillmentOrders.find((each) => each.id === id);
    if (part?.status !== 'OPEN')
      return { userErrors: [{ field: ['id'], message: 'The fulfillment order is not in a state to be held' }] };
    const rest = part.lines.map((line) => {
      const held = hold.fulfillmentOrderLineItems.find((each) => each.id === line.id)?.quantity ?? 0;
      const left = line.remaining - held;
      line.remaining = held;
      return { id: this.#id('FulfillmentOrderLineItem'), lineItemId: line.lineItemId, remaining: left };
    });
    if (rest.some(({ remaining }) => remaining > 0))
      this.fulfillmentOrders.push({
        ...part,
        id: this.#id('FulfillmentOrder'),
        holds: [],
        lines: rest.filter(({ remaining }) => remaining > 0),
      });
    part.status = 'ON_HOLD';
    const made = {
      id: this.#id('FulfillmentHold'),
      handle: hold.handle,
      reason: hold.reason,
      heldByRequestingApp: true,
    };
    part.holds.push(made);
    return { fulfillmentHold: made, userErrors: [] };
  }

  #setStock({ quantities }: StockInput, key: string | undefined) {
    if (key !== undefined && this.keys.includes(key)) return { userErrors: [] };
    if (key !== undefined) this.keys.push(key);
    for (const { inventoryItemId, quantity } of quantities) {
      const item = this.items.find(({ id }) => id === inventoryItemId);
      if (!item?.stocked)
        return {
          userErrors: [
            { field: ['input', 'quantities'], message: 'The quantity couldn’t be set: not stocked at the location' },
          ],
        };
      this.available.set(item.id, quantity);
    }
    return { userErrors: [] };
  }

  #id(kind: string): string {
    this.#last += 1;
    return gid(kind, this.#last);
  }
}

function lineOf({ id, sku, price = '10.00', quantity }: DoubleLine) {
  return {
    ...{ id: gid('LineItem', id), sku, title: sku, name: sku, variantTitle: null, quantity, currentQuantity: quantity },
    ...{ unfulfilledQuantity: quantity, requiresShipping: true, isGiftCard: false, originalUnitPriceSet: money(price) },
    ...{ discountAllocations: [], taxLines: [], duties: [], customAttributes: [] },
  };
}
