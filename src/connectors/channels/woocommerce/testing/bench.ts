import { readFileSync } from 'node:fs';
import type { CallContext } from '../../../connector.js';
import { calling } from '../../../kit/calls.js';
import type { ShopOrder, WooShop } from './woo-shop.js';

const ORDER = readFileSync(new URL('../fixtures/order-processing.json', import.meta.url), 'utf8');
export const WEBHOOK_SECRET = 'kit-webhook-secret';

/** An order of the shop: lines 502 (one tent), 503 (ten pegs) and 504 (three lamps) are to be shipped. */
export function anOrder(change: Partial<ShopOrder> = {}): ShopOrder {
  return { ...JSON.parse(ORDER), id: 8812, meta_data: [], ...change };
}

/** The account of a shop's double, with more of what it wants of the API. */
export function accountOf(shop: Pick<WooShop, 'url' | 'consumerKey' | 'consumerSecret'>, api: object = {}) {
  return {
    code: 'kit',
    settings: { api: { url: shop.url, ...api } },
    secrets: {
      webhookSecret: WEBHOOK_SECRET,
      consumerKey: shop.consumerKey,
      consumerSecret: shop.consumerSecret,
    },
  };
}

/** One call of that account; its clock is the shop's. */
export function callOf(shop: WooShop, api: object = {}): CallContext {
  const clock = { now: () => new Date(shop.nowMs) };
  return calling({ context: { account: accountOf(shop, api), clock, fetch } });
}
