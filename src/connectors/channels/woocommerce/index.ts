import { createHash } from 'node:crypto';
import type { ChannelConnector, WebhookRequest, WebhookVerdict } from '../../channel.js';
import type { ConnectorAccount } from '../../connector.js';
import { isSigned } from '../../payload/signature.js';
import { mapOrder } from './map.js';
import { pollShop } from './poll.js';
import { DUTIES, wooSecrets, wooSettings } from './settings.js';
import { publishToShop } from './stock.js';
import { tellShop } from './tell.js';

const ORDERS = ['order.created', 'order.updated', 'order.restored'];
const TAKEN_NOT_USED = ['order.deleted'];
const WEBHOOKS = [...ORDERS, ...TAKEN_NOT_USED];

/** A WooCommerce shop: its webhooks of orders, and its REST API wc/v3. Source: CONNECTORS.md, "WooCommerce"; docs/connectors/woocommerce.md. */
export const wooCommerceChannel: ChannelConnector = {
  kind: 'channel',
  manifest: { name: 'woocommerce', version: '1.0.0', title: 'WooCommerce', settings: wooSettings, secrets: wooSecrets },
  capabilities: { webhooks: WEBHOOKS, poll: true, duties: DUTIES.map((kind) => ({ kind })) },

  // Without the shop's API it is neither asked nor told.
  capabilitiesOf(settings) {
    const { api } = wooSettings.parse(settings);
    return { webhooks: WEBHOOKS, poll: api?.poll ?? false, duties: (api?.duties ?? []).map((kind) => ({ kind })) };
  },

  verifyWebhook(request: WebhookRequest, account: ConnectorAccount): WebhookVerdict {
    const { webhookSecret } = wooSecrets.parse(account.secrets);
    const { storeUrl } = wooSettings.parse(account.settings);
    const header = (name: string) => request.headers[`x-wc-webhook-${name}`] ?? '';
    if (isPing(request.rawBody)) return { ok: true, nothing: 'the shop asked whether anyone is there' };
    if (!isSigned(request.rawBody, header('signature'), webhookSecret)) {
      return {
        ok: false,
        reason: 'X-WC-Webhook-Signature is not the signature of this body under the account’s webhook secret',
      };
    }
    if (storeUrl !== undefined && bare(header('source')) !== bare(storeUrl))
      return { ok: false, reason: 'X-WC-Webhook-Source is another shop than the account’s' };
    const topic = header('topic');
    // Source: woocommerce#28329.
    if (topic === '') return { ok: true, nothing: 'the delivery names no topic' };
    if (topic.length > 100) return { ok: false, reason: 'X-WC-Webhook-Topic is too long' };
    // One change is told two to four times, each under a delivery id of its own (woocommerce#20047): what they say is the same.
    return {
      ok: true,
      topic,
      deliveryId: createHash('sha256').update(`${topic}\n`).update(request.rawBody).digest('hex'),
    };
  },

  normalize(topic, rawBody, account) {
    if (ORDERS.includes(topic)) return mapOrder(rawBody, wooSettings.parse(account.settings));
    if (TAKEN_NOT_USED.includes(topic)) return { ok: true, orders: [], ignored: `${topic} is not used yet` };
    const message = `expected one of ${WEBHOOKS.join(', ')}`;
    return { ok: false, faults: [{ code: 'TOPIC_UNKNOWN', message, path: '' }] };
  },

  pollOrders: pollShop,
  tell: tellShop,
  publishStock: publishToShop,
};

/** Sent unsigned when a webhook is made, which fails unless it's answered with 200. Source: woocommerce#15642. */
function isPing(rawBody: Uint8Array): boolean {
  return rawBody.length <= 40 && /^webhook_id=\d{1,20}$/.test(Buffer.from(rawBody).toString('latin1'));
}

function bare(url: string): string {
  return url.toLowerCase().replace(/\/+$/, '');
}
