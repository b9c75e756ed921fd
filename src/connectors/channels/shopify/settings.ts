import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { ConnectorAccount } from '../../connector.js';

/** The duties that a shop may want done. */
export const DUTIES = ['ship', 'cancel', 'report_stock'] as const;

/** Settings of an account: webhooks need none of them; what is asked of the shop, or told to it, needs `shopUrl`. */
export const shopifySettings = z
  .object({
    /** Where set, deliveries of other shops are refused. Such as example.myshopify.com. */
    shopDomain: z.string().min(1).max(255).optional(),
    /** Where the shop's Admin API is, such as https://example.myshopify.com. */
    shopUrl: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/[?#]|^[^/]*\/\/[^/]*@/.test(url), 'expected no query, fragment or credentials')
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    /** The version of the Admin API that is spoken: one a quarter. */
    apiVersion: z
      .string()
      .regex(/^20\d\d-(01|04|07|10)$/, 'expected a version such as 2026-10')
      .default('2026-10'),
    /** Whether the shop is asked for orders, against lost webhooks. */
    poll: z.boolean().default(true),
    /** Orders that were last changed before it are not asked for. */
    ordersFrom: z.iso.datetime({ offset: true }).optional(),
    duties: z.array(z.enum(DUTIES)).max(DUTIES.length).default([]),
    /** Whether the shop writes to its customer about what it is told. */
    notifyCustomer: z.boolean().default(false),
    /** The names by which the shop knows carriers, by ours: Shopify makes links for those that it knows. */
    carrierNames: z.record(z.string().min(1).max(100), z.string().min(1).max(100)).default({}),
    /** The location whose stock is told: the digits of its id. */
    locationId: z
      .string()
      .regex(/^[1-9]\d{0,29}$/, 'expected the digits of a location’s id')
      .optional(),
  })
  .refine(({ shopUrl, duties }) => shopUrl !== undefined || duties.length === 0, {
    path: ['shopUrl'],
    message: 'expected the address of the shop’s API where duties are done',
  })
  .refine(({ locationId, duties }) => locationId !== undefined || !duties.includes('report_stock'), {
    path: ['locationId'],
    message: 'expected a location where stock is told',
  });

/** Secrets of an account: what webhooks are signed with, and, where the shop is called, the app's access token. */
export const shopifySecrets = z.object({
  webhookSecret: z.string().min(1).max(500),
  accessToken: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,500}$/, 'expected an access token')
    .optional(),
});

/** An account's settings. */
export type ShopifySettings = z.output<typeof shopifySettings>;

/** What a call of the shop needs. */
export interface Shop {
  readonly settings: ShopifySettings;
  readonly endpoint: string;
  readonly accessToken: string;
}

/** The shop of an account. Errors: ConnectorError CHANNEL_MISCONFIGURED, class `permanent`, which shows no value. */
export function shopOf({ settings, secrets }: ConnectorAccount): Shop {
  const [set, sealed] = [shopifySettings.safeParse(settings), shopifySecrets.safeParse(secrets)];
  const { shopUrl, apiVersion } = set.data ?? {};
  const accessToken = sealed.data?.accessToken;
  if (!set.data || !shopUrl || !accessToken)
    throw new ConnectorError(
      'CHANNEL_MISCONFIGURED',
      'permanent',
      'expected the setting shopUrl and the secret accessToken: without them the shop cannot be called',
    );
  return { settings: set.data, endpoint: `${shopUrl}/admin/api/${apiVersion}/graphql.json`, accessToken };
}
