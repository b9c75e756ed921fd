import { createHash } from 'node:crypto';
import type { WebhookRequest } from '../connectors/channel.js';
import { findIntake, keepIntake } from '../store/intake.js';
import type { WebhookReceipt } from './contract.js';
import type { OrderDeps } from './deps.js';

/** Headers that carry credentials of the sender or of a proxy: never kept. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);
const HEADERS_MAX = 100;

/**
 * Keeps a channel's delivery before the channel gets its answer. A bad signature is refused and nothing of it is kept; the
 * same delivery twice is one. Nothing is made of it here: the work that waits stands in the row itself.
 */
export async function receiveWebhook(
  deps: OrderDeps,
  accountCode: string,
  request: WebhookRequest,
): Promise<WebhookReceipt> {
  const { payloadBytesMax } = deps.settings;
  if (request.rawBody.byteLength > payloadBytesMax) {
    const reason = `expected at most ${payloadBytesMax} bytes, got ${request.rawBody.byteLength}`;
    return { kind: 'too_large', reason };
  }
  const channel = await deps.links.channel({ code: accountCode });
  if (channel === null || channel.connector === null) {
    return { kind: 'unknown_account', reason: 'no account of this code takes webhooks' };
  }
  const verdict = channel.connector.verifyWebhook(request, channel.account);
  if (!verdict.ok) return { kind: 'unauthorized', reason: verdict.reason };
  if ('nothing' in verdict) return { kind: 'nothing', reason: verdict.nothing };
  if (channel.paused) return { kind: 'paused', reason: `account ${channel.code} is paused` };
  if (!channel.connector.capabilities.webhooks.includes(verdict.topic)) {
    return { kind: 'unknown_topic', reason: `expected one of ${channel.connector.capabilities.webhooks.join(', ')}` };
  }
  const fingerprint = createHash('sha256').update(request.rawBody).digest();
  const dedupeScope = `webhook:${channel.code}`;
  const dedupeKey = bounded(verdict.deliveryId);
  const id = deps.newId();
  const now = deps.clock.now();
  const kept = await keepIntake(deps.pool, {
    id,
    accountId: channel.accountId,
    source: 'webhook',
    topic: verdict.topic,
    dedupeScope,
    dedupeKey,
    fingerprint,
    headers: keptHeaders(request.headers),
    body: request.rawBody,
    receivedAt: now,
    nextActionAt: now,
  });
  if (kept !== null) {
    deps.onCommitted?.();
    return { kind: 'kept', intakeId: id };
  }
  const first = await findIntake(deps.pool, dedupeScope, dedupeKey);
  if (first === null) throw new Error(`expected the first delivery of ${dedupeScope}, found none`);
  if (!fingerprint.equals(first.fingerprint)) {
    deps.log.warn(
      { intakeId: first.id, account: channel.code },
      'a delivery came again with another body; the first one counts',
    );
  }
  return { kind: 'duplicate', intakeId: first.id };
}

function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase()))
      .slice(0, HEADERS_MAX)
      .map(([name, value]) => [name.toLowerCase().slice(0, 200), value.slice(0, 2_000)]),
  );
}

/** An id that is too long for its column, by its digest. */
export function bounded(key: string): string {
  return key.length >= 1 && key.length <= 200 ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
