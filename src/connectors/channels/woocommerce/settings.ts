import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Duty } from '../../channel.js';
import type { ConnectorAccount } from '../../connector.js';
import { failure } from '../../http/exchange.js';
import { isPublicAddress } from '../../public-address.js';

/** What an account may ask for; WooCommerce has no invoices of ours. */
export const DUTIES = ['acknowledge', 'ship', 'cancel', 'report_stock'] as const satisfies readonly Duty['kind'][];
const status = z.string().min(1).max(50);
/** A letter of HTTP Basic: its keys hold no colon. */
const key = z.string().regex(/^[\x21-\x39\x3b-\x7e]{1,200}$/, 'expected a key as WooCommerce shows it');

const api = z.strictObject({
  /** Where the shop is, with the folder it is in: https://shop.example/store. Of http only in networks of one's own. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((url) => !/[?#]|^[^/]*\/\/[^/]*@/.test(url), 'expected no query, fragment or credentials')
    .refine((url) => url.startsWith('https:') || isOfOwnNetwork(url), 'expected https: the keys go with each call')
    .transform((url) => url.replace(/\/+$/, '')),
  /** Whether the shop is asked for orders beside its webhooks. */
  poll: z.boolean().default(true),
  /** Whether webhooks that WooCommerce disabled and that deliver to this account are enabled again. */
  wakeWebhooks: z.boolean().default(true),
  /** What the shop is told. */
  duties: z.array(z.enum(DUTIES)).max(DUTIES.length).default(['ship', 'cancel']),
  /** The status that an order gets; null: it keeps the one it has. */
  statuses: z
    .strictObject({
      /** Once it is acknowledged and something of it was accepted. */
      acknowledged: status.nullable().default(null),
      /** Once something of it left, and more is to come. */
      partlyShipped: status.nullable().default(null),
      /** Once nothing is left to ship. */
      shipped: status.nullable().default('completed'),
      /** Once all of it is canceled. The money is still to be given back by someone. */
      canceled: status.nullable().default(null),
    })
    .prefault({}),
  /** Where parcels are followed, by the carrier's code; `{number}` stands for the tracking number. */
  trackingLinks: z
    .record(
      z.string().min(1).max(50),
      z
        .url({ protocol: /^https$/ })
        .max(500)
        .regex(/\{number\}/),
    )
    .refine((links) => Object.keys(links).length <= 50, 'expected at most 50 carriers')
    .default({}),
  /** Whether tracking numbers are also written where Advanced Shipment Tracking and WooCommerce Shipment Tracking keep them. */
  shipmentTrackingPlugin: z.boolean().default(false),
  /** What is done about a product whose stock the shop does not manage: nothing, or it is managed from now on. */
  unmanagedStock: z.enum(['leave', 'manage']).default('leave'),
});

export const wooSettings = z.object({
  /** Where set, deliveries of other shops are refused. As WooCommerce sends it: https://shop.example/ */
  storeUrl: z.url().max(500).optional(),
  /** Statuses whose orders are taken in; those of plugins may be added. */
  takeStatuses: z.array(status).min(1).max(20).default(['processing']),
  /** Orders without a shipping address go to the billing address. Only where the shop has customers confirm that. */
  shipToBilling: z.boolean().default(false),
  /** The shop's REST API; without it the account takes webhooks and nothing else. */
  api: api.optional(),
});
export const wooSecrets = z.object({
  webhookSecret: z.string().min(1).max(500),
  /** Of a key under Settings, Advanced, REST API, that may read and write; both where the settings have `api`. */
  consumerKey: key.optional(),
  consumerSecret: key.optional(),
});

/** What an account wants of the shop's API. */
export type ApiTerms = z.infer<typeof api>;
export type WooSettings = z.infer<typeof wooSettings>;

/** An account that has what its shop's API takes. */
export interface WooAccount extends ApiTerms {
  readonly takeStatuses: readonly string[];
  readonly shipToBilling: boolean;
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/** Errors: ConnectorError CHANNEL_MISCONFIGURED, class `permanent`, that shows no value. */
export function apiAccount({ settings, secrets }: ConnectorAccount): WooAccount {
  const wanted = wooSettings.safeParse(settings).data;
  const { consumerKey, consumerSecret } = wooSecrets.safeParse(secrets).data ?? {};
  if (wanted?.api && consumerKey !== undefined && consumerSecret !== undefined) {
    const { takeStatuses, shipToBilling } = wanted;
    return { ...wanted.api, takeStatuses, shipToBilling, consumerKey, consumerSecret };
  }
  const message = 'expected settings with api { url } and the secrets consumerKey and consumerSecret';
  throw failure('channel', 'MISCONFIGURED', 'permanent', message);
}

/** Whether an address is one of a network of one's own by its looks; whether it may be dialled is judged when it is. */
function isOfOwnNetwork(url: string): boolean {
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return ipaddr.isValid(host) ? !isPublicAddress(host) : !host.includes('.') || /\.(local|internal|test)$/.test(host);
}
