import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether `given` is the base64 HMAC-SHA256 of the raw body. Compared in constant time; never throws. */
export function isSigned(rawBody: Uint8Array, given: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  const presented = Buffer.from(given, 'base64');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
