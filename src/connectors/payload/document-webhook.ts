import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WebhookRequest, WebhookVerdict } from '../channel.js';

/** What proves that a document came from the partner: a signature of the body where a secret is set, else a password. */
export interface WebhookProof {
  readonly webhookSecret?: string | undefined;
  readonly webhookUser?: string | undefined;
  readonly webhookPassword?: string | undefined;
}

/** Setting of accounts whose documents come by HTTP: the user of Basic credentials, where the partner cannot sign. */
export const webhookUserSetting = z
  .string()
  .regex(/^[^:\p{Cc}]{1,100}$/u)
  .optional();

/** Secrets of the same. */
export const documentSecrets = z.object({
  /** Signs what the partner posts. */
  webhookSecret: z.string().min(16).max(500).optional(),
  webhookPassword: z.string().min(8).max(500).optional(),
});

const digest = (data: Uint8Array | string) => createHash('sha256').update(data).digest();

/**
 * Checks a document that came by HTTP: `X-Signature: sha256=HEX`, the HMAC-SHA256 of the raw body under the account's secret; or, for
 * partners that cannot sign, Basic credentials, which leave the body to TLS. Both are compared in constant time. Copies are told by content.
 */
export function verifyDocument(
  { headers, rawBody }: WebhookRequest,
  proof: WebhookProof,
  topic: string,
): WebhookVerdict {
  const reason = refusalOf(headers, rawBody, proof);
  if (reason !== null) return { ok: false, reason };
  return { ok: true, topic, deliveryId: digest(rawBody).toString('hex') };
}

function refusalOf(
  headers: WebhookRequest['headers'],
  rawBody: Uint8Array,
  { webhookSecret, webhookUser, webhookPassword }: WebhookProof,
): string | null {
  if (webhookSecret !== undefined) {
    const expected = `sha256=${createHmac('sha256', webhookSecret).update(rawBody).digest('hex')}`;
    const isSigned = timingSafeEqual(digest(headers['x-signature'] ?? ''), digest(expected));
    return isSigned ? null : 'X-Signature is not the signature of this body under the account’s webhook secret';
  }
  if (webhookUser === undefined || webhookPassword === undefined)
    return 'the account has neither a webhook secret nor a user and password, so that documents come by files only';
  const [scheme = '', credentials = ''] = (headers.authorization ?? '').split(' ');
  const expected = Buffer.from(`${webhookUser}:${webhookPassword}`).toString('base64');
  const isKnown = timingSafeEqual(digest(credentials), digest(expected)) && scheme.toLowerCase() === 'basic';
  return isKnown ? null : 'Authorization does not hold the account’s user and password';
}
