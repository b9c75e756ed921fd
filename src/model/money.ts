/**
 * Exact money: an amount is an integer count of 1/10000 of its currency's unit.
 *
 * Units:  ten-thousandths, a safe integer (|amount| <= 9e15, that is 9 x 10^11 units of currency).
 * Errors: every function throws RangeError where a value is no amount or would leave the safe range; nothing is rounded
 *         unless the function's name says how.
 * Source: ROUTING.md ("Amounts are decimal strings with at most 4 fraction digits").
 */
export type TenThousandths = number;

/** An exact amount together with its ISO 4217 currency. */
export interface Money {
  readonly amount: TenThousandths;
  readonly currency: string;
}

const AMOUNT = /^(-?)(0|[1-9]\d*)(?:\.(\d{1,4}))?$/;

/** Reads a decimal string such as "12.5" or "-0.0300"; throws RangeError on anything else, more than 4 fraction digits included. */
export function parseAmount(text: string): TenThousandths {
  const match = AMOUNT.exec(text);
  if (!match) throw new RangeError(`not an amount with at most 4 fraction digits: "${text.slice(0, 40)}"`);
  const whole = match[2] ?? '0';
  const fraction = (match[3] ?? '').padEnd(4, '0');
  const value = Number(whole + fraction);
  if (!Number.isSafeInteger(value)) throw new RangeError(`amount out of range: "${text.slice(0, 40)}"`);
  return match[1] === '-' && value !== 0 ? -value : value;
}

/** Writes an amount with exactly 4 fraction digits, as decisions and the database carry it. */
export function formatAmount(amount: TenThousandths): string {
  assertAmount(amount);
  const digits = String(Math.abs(amount)).padStart(5, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** Writes an amount for people: at least 2 fraction digits, no trailing zeros beyond them. */
export function formatAmountShort(amount: TenThousandths): string {
  return formatAmount(amount).replace(/(\.\d\d)(\d*?)0*$/, '$1$2');
}

/** amount x quantity, refused rather than rounded when it leaves the safe range. */
export function timesQuantity(amount: TenThousandths, quantity: number): TenThousandths {
  const product = BigInt(amount) * BigInt(quantity);
  return fromBigInt(product);
}

/** amount x numerator / denominator, rounded half up (away from zero for negative amounts) to 1/10000. */
export function scaleHalfUp(amount: TenThousandths, numerator: bigint, denominator: bigint): TenThousandths {
  if (denominator <= 0n) throw new RangeError('denominator must be positive');
  const product = BigInt(amount) * numerator;
  const negative = product < 0n;
  const magnitude = negative ? -product : product;
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n);
  return fromBigInt(negative ? -rounded : rounded);
}

function fromBigInt(value: bigint): TenThousandths {
  const amount = Number(value);
  assertAmount(amount);
  return amount;
}

function assertAmount(amount: number): void {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`amount out of range: ${amount}`);
}
