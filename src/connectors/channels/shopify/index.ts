import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChannelConnector, WebhookRequest, WebhookVerdict } from '../../channel.js';
import type { ConnectorAccount } from '../../connector.js';
import { isSigned } from '../../payload/signature.js';
import { mapOrder } from './map.js';

const settings = z.object({
  /** Where set, deliveries of other shops are refused. Such as example.myshopify.com. */
  shopDomain: z.string().min(1).max(255).optional(),
});
const secrets = z.object({ webhookSecret: z.string().min(1).max(500) });

/** Each brings the whole order; one that is known already changes nothing. `updated` may come before `create`. */
const ORDERS = ['orders/create', 'orders/updated', 'orders/paid', 'orders/fulfilled'];
/** Known, and nothing to do for yet; Shopify disables a webhook that is refused again and again, so they are taken. */
const TAKEN_NOT_USED = ['orders/cancelled', 'orders/edited', 'refunds/create', 'app/uninstalled'];

/** Shopify's webhooks of orders. Source: CONNECTORS.md, "Shopify"; the Admin REST order of 2025-10. */
export const shopifyChannel: ChannelConnector = {
  kind: 'channel',
  manifest: { name: 'shopify', version: '2.0.0', title: 'Shopify', settings, secrets },
  capabilities: { webhooks: [...ORDERS, ...TAKEN_NOT_USED], poll: false, duties: [] },

  verifyWebhook(request: WebhookRequest, account: ConnectorAccount): WebhookVerdict {
    const { webhookSecret } = secrets.parse(account.secrets);
    const { shopDomain } = settings.parse(account.settings);
    const header = (name: string) => request.headers[`x-shopify-${name}`] ?? '';
    if (!isSigned(request.rawBody, header('hmac-sha256'), webhookSecret)) {
      return {
        ok: false,
        reason: 'X-Shopify-Hmac-Sha256 is not the signature of this body under the account’s webhook secret',
      };
    }
    if (shopDomain !== undefined && header('shop-domain').toLowerCase() !== shopDomain.toLowerCase()) {
      return { ok: false, reason: 'X-Shopify-Shop-Domain is another shop than the account’s' };
    }
    const topic = header('topic');
    if (topic === '' || topic.length > 100) return { ok: false, reason: 'X-Shopify-Topic is missing or too long' };
    // Old API versions send no id; their copies are then told by what they say.
    const deliveryId = header('webhook-id') || createHash('sha256').update(request.rawBody).digest('hex');
    return { ok: true, topic, deliveryId: deliveryId.slice(0, 200) };
  },

  normalize(topic, rawBody) {
    if (ORDERS.includes(topic)) return mapOrder(rawBody);
    if (TAKEN_NOT_USED.includes(topic)) return { ok: true, orders: [], ignored: `${topic} is not used yet` };
    return {
      ok: false,
      faults: [
        {
          code: 'TOPIC_UNKNOWN',
          message: `expected one of ${[...ORDERS, ...TAKEN_NOT_USED].join(', ')}`,
          path: '',
        },
      ],
    };
  },
};
