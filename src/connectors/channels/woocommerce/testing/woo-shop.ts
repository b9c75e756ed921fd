import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES, strayOf } from './shop-shapes.js';

interface Meta {
  id: number;
  key: string;
  value: unknown;
}
export interface ShopOrder {
  id: number;
  status: string;
  date_modified_gmt: string;
  meta_data: Meta[];
  [more: string]: unknown;
}
export interface ShopNote {
  id: number;
  note: string;
  customer_note: boolean;
}
export interface ShopProduct {
  id: number;
  sku: string;
  /** 0: it is no variation. */
  parent_id: number;
  type: string;
  manage_stock: boolean | 'parent';
  stock_quantity: number | null;
  /** A plugin of the shop objects whenever it is saved. */
  stubborn?: boolean;
}
export interface ShopWebhook {
  id: number;
  status: string;
  topic: string;
  delivery_url: string;
}

/** How one answer goes wrong; what comes after the change was made, as PHP does, ends in `Late`. */
export type Mishap =
  | { readonly kind: 'busy'; readonly retryAfter?: string }
  | { readonly kind: 'failing' | 'htmlLate' | 'tornLate' | 'goneLate' | 'excuseLate' | 'byteOrderMark' | 'phpNotice' };

/** A WooCommerce shop of this machine, in a folder of its host. */
export interface WooShop {
  /** Where it is, without a slash at its end. */
  readonly url: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly orders: ShopOrder[];
  readonly notes: Map<number, ShopNote[]>;
  readonly products: ShopProduct[];
  readonly webhooks: ShopWebhook[];
  /** Calls in order of their coming: method, path below wc/v3, and query. */
  readonly came: string[];
  /** Its clock, in milliseconds since 1970. */
  nowMs: number;
  /** Mishaps of the next calls, in order. */
  readonly mishaps: Mishap[];
  /** Called before each answer, with the call: where something happens between two calls. */
  before: (call: string) => void;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly said: unknown;
  readonly headers?: Record<string, string>;
}
const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  said: { code, message, data: { status } },
});
const LATE: Readonly<Record<string, string>> = { htmlLate: '<!DOCTYPE html><h1>There has been a critical error</h1>' };
const NOTICE =
  '<br />\n<b>Notice</b>: Undefined index: {x} in <b>/wp-content/plugins/p.php</b> on line <b>3</b><br />\n';

/** Starts it on a free port of 127.0.0.1. */
export async function startWooShop(): Promise<WooShop> {
  const shop = {
    ...{ consumerKey: 'ck_kit_0123456789', consumerSecret: 'cs_kit_9876543210' },
    orders: [] as ShopOrder[],
    notes: new Map<number, ShopNote[]>(),
    products: [] as ShopProduct[],
    webhooks: [] as ShopWebhook[],
    ...{ came: [] as string[], mishaps: [] as Mishap[], nowMs: Date.parse('2026-03-02T10:00:00Z'), before: () => {} },
  };
  const server = createServer((request, response) => {
    answer(shop, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(shop, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/store`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

type Shop = Omit<WooShop, 'url' | 'close'>;

async function answer(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://here');
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const path = pathname.replace(/^\/store\/wp-json\/wc\/v3\//, '');
  const call = `${request.method} ${path}${decodeURIComponent(search)}`;
  shop.came.push(call);
  shop.before(call);
  const date = new Date(shop.nowMs).toUTCString();
  const mishap = shop.mishaps.shift();
  const send = (reply: Reply, around = (json: string) => json) => {
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=UTF-8', date, ...reply.headers });
    response.end(around(JSON.stringify(reply.said)));
  };
  if (mishap?.kind === 'busy') {
    const headers: Record<string, string> = mishap.retryAfter === undefined ? {} : { 'retry-after': mishap.retryAfter };
    return send({ ...refusal(429, 'too_many_requests', 'Slow down'), headers });
  }
  if (mishap?.kind === 'failing') return send(refusal(500, 'internal_server_error', 'A critical error'));
  const reply = replyTo(shop, request, path, searchParams, Buffer.concat(pieces).toString('utf8'));
  switch (mishap?.kind) {
    case 'htmlLate':
      return void response.writeHead(200, { 'content-type': 'text/html', date }).end(LATE.htmlLate);
    case 'tornLate':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999', date });
      return void response.write('{"id":', () => response.destroy());
    case 'goneLate':
      return void response.destroy();
    case 'excuseLate':
      return send({ ...refusal(500, 'plugin_failed', 'A plugin failed'), status: 200 });
    case 'byteOrderMark':
      return send(reply, (json) => `\uFEFF${json}`);
    case 'phpNotice':
      return send(reply, (json) => `${NOTICE}${json}`);
    default:
      return send(reply);
  }
}

function replyTo(shop: Shop, request: IncomingMessage, path: string, query: URLSearchParams, body: string): Reply {
  const basic = Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64');
  if (request.headers.authorization !== `Basic ${basic}`)
    return refusal(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');
  const route = ROUTES.find((one) => one.method === request.method && one.path.test(path));
  if (!route) return refusal(404, 'rest_no_route', 'No route was found matching the URL and request method.');
  const isRead = request.method === 'GET';
  if (!isRead && !request.headers['content-type']?.startsWith('application/json'))
    return refusal(400, 'rest_invalid_json', 'expected JSON');
  const given = isRead ? Object.fromEntries(query) : JSON.parse(body);
  const stray = strayOf(given, route.takes);
  if (stray !== null || (!isRead && query.size > 0))
    return refusal(400, 'rest_invalid_param', `Invalid parameter(s): ${stray}`);
  const id = Number(route.path.exec(path)?.[1] ?? 0);
  return does(shop, `${request.method} ${path.replace(/\d+/, '{id}')}`, id, given);
}

// biome-ignore lint/suspicious/noExplicitAny: its shape was checked by its route
function does(shop: Shop, what: string, id: number, given: any): Reply {
  const order = shop.orders.find((one) => one.id === id && one.status !== 'trash');
  if (what.includes('orders/{id}') && !order)
    return refusal(404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
  const notes = shop.notes.get(id) ?? [];
  switch (what) {
    case 'GET orders':
      return page(ordersOf(shop, given), given);
    case 'GET orders/{id}':
      return { status: 200, said: order };
    case 'PUT orders/{id}':
      if (order) changeOrder(shop, order, given);
      return { status: 200, said: order };
    case 'GET orders/{id}/notes':
      return { status: 200, said: [...notes].reverse() };
    case 'POST orders/{id}/notes': {
      const note = { id: id * 100 + notes.length + 1, note: given.note, customer_note: given.customer_note ?? false };
      shop.notes.set(id, [...notes, note]);
      return { status: 201, said: note };
    }
    case 'GET products': {
      // The whole text counts as a SKU too, as a SKU may hold a comma.
      const skus = new Set([...given.sku.split(','), given.sku]);
      return page(
        shop.products.filter(({ sku }) => skus.has(sku)),
        given,
      );
    }
    case 'POST products/batch':
      return { status: 200, said: { update: given.update.map(stocking(shop, 0)) } };
    case 'POST products/{id}/variations/batch':
      return { status: 200, said: { update: given.update.map(stocking(shop, id)) } };
    case 'GET webhooks':
      return page(
        shop.webhooks.filter(({ status }) => (given.status ?? 'all') === 'all' || status === given.status),
        given,
      );
    default: {
      const webhook = shop.webhooks.find((one) => one.id === id);
      if (!webhook) return refusal(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.');
      return { status: 200, said: Object.assign(webhook, given) };
    }
  }
}

function page(all: readonly unknown[], query: { page?: string; per_page?: string }): Reply {
  const [at, size] = [Number(query.page ?? 1), Number(query.per_page ?? 10)];
  const headers = { 'x-wp-total': String(all.length), 'x-wp-totalpages': String(Math.ceil(all.length / size)) };
  return { status: 200, said: all.slice((at - 1) * size, at * size), headers };
}

/** Both bounds are exclusive, as WordPress' date queries are. */
function ordersOf(shop: Shop, query: Record<string, string>): ShopOrder[] {
  const { modified_after: after = '', modified_before: before = '9', status = 'any', order = 'desc' } = query;
  const taken = shop.orders.filter(
    (one) =>
      one.date_modified_gmt > after &&
      one.date_modified_gmt < before &&
      one.status !== 'trash' &&
      (status === 'any' || status.split(',').includes(one.status)),
  );
  return taken.sort((a, b) => (order === 'asc' ? a.id - b.id : b.id - a.id));
}

function changeOrder(shop: Shop, order: ShopOrder, given: { status?: string; meta_data?: Omit<Meta, 'id'>[] }): void {
  order.date_modified_gmt = new Date(shop.nowMs).toISOString().slice(0, 19);
  if (given.status !== undefined) order.status = given.status;
  for (const { key, value } of given.meta_data ?? []) {
    const entry = order.meta_data.find((one) => one.key === key);
    if (entry) entry.value = value;
    else order.meta_data.push({ id: order.meta_data.length + 1, key, value });
  }
}

/** What a batch makes of one entry: the others go on where it fails. */
function stocking(shop: Shop, parentId: number) {
  return ({ id, ...change }: { id: number; stock_quantity?: number; manage_stock?: boolean }) => {
    const product = shop.products.find((one) => one.id === id && one.parent_id === parentId);
    const failed = (code: string, message: string) => ({ id, error: { code, message, data: { status: 400 } } });
    if (!product) return failed('woocommerce_rest_product_invalid_id', 'Invalid ID.');
    if (product.stubborn) return failed('plugin_refused', 'This product is locked.');
    if (change.manage_stock !== undefined) product.manage_stock = change.manage_stock;
    if (product.manage_stock === true) product.stock_quantity = change.stock_quantity ?? product.stock_quantity;
    return product;
  };
}
