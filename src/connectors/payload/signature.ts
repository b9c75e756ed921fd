import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether `given` is the base64 HMAC-SHA256 of the raw body. Compared in constant time; never throws. */
export function isSigned(rawBody: Uint8Array, given: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  const presented = Buffer.from(given, 'base64');
  // Reading base64 passes over what does not belong there.
  if (presented.toString('base64') !== given) return false;
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
