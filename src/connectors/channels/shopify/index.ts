import { createHash } from 'node:crypto';
import { ConnectorError } from '../../../model/errors.js';
import type { ChannelConnector, WebhookRequest, WebhookVerdict } from '../../channel.js';
import type { ConnectorAccount } from '../../connector.js';
import { isSigned } from '../../payload/signature.js';
import { tellCanceled } from './hold.js';
import { mapOrder } from './map.js';
import { pollShop } from './poll.js';
import { DUTIES, shopifySecrets, shopifySettings } from './settings.js';
import { tellShipped } from './ship.js';
import { publishToShop } from './stock.js';

/** Each brings the whole order; one that is known already changes nothing. `updated` may come before `create`. */
const ORDERS = ['orders/create', 'orders/updated', 'orders/paid', 'orders/fulfilled'];
/** Known, and nothing to do for yet; Shopify disables a webhook that is refused again and again, so they are taken. */
const TAKEN_NOT_USED = ['orders/cancelled', 'orders/edited', 'refunds/create', 'app/uninstalled'];
const WEBHOOKS = [...ORDERS, ...TAKEN_NOT_USED];

/**
 * A shop at Shopify: its orders by webhook and by asking, told of shipments, of what nobody supplies, and of stock. Source: docs/connectors/shopify.md;
 * the Admin REST order of 2025-10, the GraphQL Admin API of 2026-10.
 */
export const shopifyChannel: ChannelConnector = {
  kind: 'channel',
  manifest: { name: 'shopify', version: '3.0.0', title: 'Shopify', settings: shopifySettings, secrets: shopifySecrets },
  capabilities: { webhooks: WEBHOOKS, poll: true, duties: DUTIES.map((kind) => ({ kind })) },

  // Without the address of its API a shop is heard by webhooks alone.
  capabilitiesOf(settings) {
    const { shopUrl, poll, duties } = shopifySettings.parse(settings);
    const isCalled = shopUrl !== undefined;
    return { webhooks: WEBHOOKS, poll: isCalled && poll, duties: isCalled ? duties.map((kind) => ({ kind })) : [] };
  },

  verifyWebhook(request: WebhookRequest, account: ConnectorAccount): WebhookVerdict {
    const { webhookSecret } = shopifySecrets.parse(account.secrets);
    const { shopDomain } = shopifySettings.parse(account.settings);
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
          message: `expected one of ${WEBHOOKS.join(', ')}`,
          path: '',
        },
      ],
    };
  },

  pollOrders: pollShop,

  async tell(notice, context) {
    if (notice.kind === 'ship') return tellShipped(notice, context);
    if (notice.kind === 'cancel') return tellCanceled(notice, context);
    throw new ConnectorError('NOTICE_UNSUPPORTED', 'permanent', `Shopify has nothing to be told by ${notice.kind}`);
  },

  publishStock: publishToShop,
};
