import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../model/log.js';
import type { OrderServices, WebhookReceipt } from '../orders/contract.js';
import { BodyTooLarge, readBody, sendJson } from './http.js';

/**
 * What a channel is answered. Only what was kept, or holds nothing to keep, gets a 2xx, so that the channel sends everything else again; a paused
 * account is asked to wait.
 */
const STATUS: Readonly<Record<WebhookReceipt['kind'], number>> = {
  kept: 200,
  duplicate: 200,
  nothing: 200,
  unauthorized: 401,
  unknown_account: 404,
  unknown_topic: 422,
  too_large: 413,
  paused: 503,
};

/** POST /webhooks/{accountCode}: the raw bytes go to the order services, which check and keep them before we answer. */
export async function handleWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  accountCode: string,
  requestId: string,
  deps: { readonly services: OrderServices; readonly log: Log; readonly bytesMax: number },
): Promise<void> {
  try {
    const rawBody = await readBody(request, deps.bytesMax);
    const receipt = await deps.services.receiveWebhook(accountCode, { headers: singleHeaders(request), rawBody });
    const status = STATUS[receipt.kind];
    if (status >= 400) deps.log.warn({ requestId, accountCode, kind: receipt.kind }, 'a webhook was not taken');
    const headers: Record<string, string> = receipt.kind === 'paused' ? { 'retry-after': '60' } : {};
    // The reason stays here: it would tell a forger how far it got.
    sendJson(response, status, { result: receipt.kind, requestId }, headers);
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      sendJson(response, 413, { result: 'too_large', requestId }, { connection: 'close' });
      return;
    }
    deps.log.error({ requestId, accountCode, error: String(error) }, 'a webhook could not be kept');
    sendJson(response, 500, { result: 'not_kept', requestId });
  }
}

/** Header names are lower case already; one that came several times is joined as HTTP does. */
function singleHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
