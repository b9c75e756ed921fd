const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;
const FRACTION_DIGITS = 4;

/**
 * Reads a decimal string such as "12.5" or "-0.0300" as 1/10000, as `parseAmount` does, but answers NaN where that throws: on anything else, more
 * than 4 fraction digits and what is no safe integer included. A request holds hundreds of amounts, so no text is matched or cut.
 */
export function amountOf(text: string): number {
  const { length } = text;
  let at = 0;
  const negative = length > 0 && text.charCodeAt(0) === MINUS;
  if (negative) at = 1;
  const first = at;
  let value = 0;
  let code = 0;
  for (; at < length; at += 1) {
    code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) break;
    value = value * 10 + (code - ZERO);
  }
  const digits = at - first;
  if (digits === 0 || (digits > 1 && text.charCodeAt(first) === ZERO)) return Number.NaN;
  let fraction = 0;
  if (at < length) {
    if (code !== DOT) return Number.NaN;
    for (at += 1; at < length; at += 1) {
      code = text.charCodeAt(at);
      if (code < ZERO || code > NINE) return Number.NaN;
      value = value * 10 + (code - ZERO);
      fraction += 1;
    }
    if (fraction === 0 || fraction > FRACTION_DIGITS) return Number.NaN;
  }
  for (; fraction < FRACTION_DIGITS; fraction += 1) value *= 10;
  // Sums round upwards or not at all once they have left the safe integers, so what ends within them was exact all along.
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative && value !== 0 ? -value : value;
}
