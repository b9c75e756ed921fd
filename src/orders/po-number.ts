/** Crockford's base32: no letters that look like digits, so that a number can be read out. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The last 80 bits of a UUID; in version 7 all but six of them are random. */
const BITS = 80n;

/**
 * The number of a purchase order: `HG-` and 16 characters, fixed before the first attempt to send it. It names one PO for
 * ever, at every vendor, and cannot be guessed from another.
 */
export function poNumberOf(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`) & ((1n << BITS) - 1n);
  let digits = '';
  for (let index = 0; index < Number(BITS / 5n); index += 1) {
    digits = (DIGITS[Number(bits & 31n)] ?? '') + digits;
    bits >>= 5n;
  }
  return `HG-${digits}`;
}
