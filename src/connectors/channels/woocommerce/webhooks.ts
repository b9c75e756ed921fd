import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { callShop, shopId } from './client.js';

/** Disabled webhooks that are looked through, and those that are enabled, at once. */
const LOOKED_AT_MAX = 100;
const ENABLED_MAX = 10;

const webhook = z.object({ id: shopId, topic: z.string(), delivery_url: z.string() });

/**
 * Enables webhooks of orders that deliver to this account and that WooCommerce disabled, as it does after five answers in a row that are no
 * success. Resolves with what was done, or why it could not be, in words. Source: WooCommerce REST API documentation, "Webhooks".
 */
export async function wakeWebhooks(context: CallContext): Promise<string[]> {
  const notes: string[] = [];
  try {
    const query = { status: 'disabled', per_page: String(LOOKED_AT_MAX) };
    const list = { method: 'GET', path: 'webhooks', query, answer: z.array(webhook) } as const;
    const { said } = await callShop(list, context);
    const ours = said.filter((one) => one.topic.startsWith('order.') && isOurs(one.delivery_url, context.account.code));
    for (const { id, topic } of ours.slice(0, ENABLED_MAX)) {
      const body = { status: 'active' };
      await callShop({ method: 'PUT', path: `webhooks/${id}`, body, answer: z.looseObject({ id: shopId }) }, context);
      notes.push(`enabled webhook ${id} of ${topic.slice(0, 50)} again, which the shop had disabled`);
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    notes.push(`could not look after the shop's webhooks: ${error.message}`);
  }
  return notes;
}

function isOurs(deliveryUrl: string, accountCode: string): boolean {
  const path = URL.parse(deliveryUrl)?.pathname.replace(/\/+$/, '') ?? '';
  return path.endsWith(`/webhooks/${encodeURIComponent(accountCode)}`);
}
