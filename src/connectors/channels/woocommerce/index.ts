import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChannelConnector, WebhookRequest, WebhookVerdict } from '../../channel.js';
import type { ConnectorAccount } from '../../connector.js';
import { isSigned } from '../../payload/signature.js';
import { mapOrder } from './map.js';

const settings = z.object({
  /** Where set, deliveries of other shops are refused. As WooCommerce sends it: https://shop.example/ */
  storeUrl: z.url().max(500).optional(),
  /** Statuses whose orders are taken in; those of plugins may be added. */
  takeStatuses: z.array(z.string().min(1).max(50)).min(1).max(20).default(['processing']),
  /** Orders without a shipping address go to the billing address. Only where the shop has customers confirm that. */
  shipToBilling: z.boolean().default(false),
});
const secrets = z.object({ webhookSecret: z.string().min(1).max(500) });

const ORDERS = ['order.created', 'order.updated', 'order.restored'];
const TAKEN_NOT_USED = ['order.deleted'];

/** WooCommerce's webhooks of orders. Source: CONNECTORS.md, "WooCommerce"; the REST API of wc/v2 and wc/v3. */
export const wooCommerceChannel: ChannelConnector = {
  kind: 'channel',
  manifest: { name: 'woocommerce', version: '1.0.0', title: 'WooCommerce', settings, secrets },
  capabilities: { webhooks: [...ORDERS, ...TAKEN_NOT_USED], poll: false, duties: [] },

  verifyWebhook(request: WebhookRequest, account: ConnectorAccount): WebhookVerdict {
    const { webhookSecret } = secrets.parse(account.secrets);
    const { storeUrl } = settings.parse(account.settings);
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
    if (ORDERS.includes(topic)) return mapOrder(rawBody, settings.parse(account.settings));
    if (TAKEN_NOT_USED.includes(topic)) return { ok: true, orders: [], ignored: `${topic} is not used yet` };
    const known = [...ORDERS, ...TAKEN_NOT_USED].join(', ');
    return { ok: false, faults: [{ code: 'TOPIC_UNKNOWN', message: `expected one of ${known}`, path: '' }] };
  },
};

/** Sent unsigned when a webhook is made, which fails unless it's answered with 200. Source: woocommerce#15642. */
function isPing(rawBody: Uint8Array): boolean {
  return rawBody.length <= 40 && /^webhook_id=\d{1,20}$/.test(Buffer.from(rawBody).toString('latin1'));
}

function bare(url: string): string {
  return url.toLowerCase().replace(/\/+$/, '');
}
