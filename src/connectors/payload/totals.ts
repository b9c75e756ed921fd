import { Big } from 'big.js';
import type {
  CanonicalLine,
  Charge,
  DecimalText,
  Discount,
  OrderMoney,
  Tax,
  TotalsCheck,
} from '../../model/canonical-order.js';
import type { TenThousandths } from '../../model/money.js';

const HALF_UP = 1;
const digitsOf = new Map<string, number>();

/** Digits after the point of a currency's smallest unit: 2 of USD, 0 of JPY, 3 of KWD. Source: the CLDR data of the runtime. */
export function minorDigits(currency: string): number {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  const resolved = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  const digits = resolved.maximumFractionDigits ?? 2;
  // As many currencies as ISO 4217 has codes; others come from nobody but a hostile sender.
  if (digitsOf.size < 300) digitsOf.set(currency, digits);
  return digits;
}

/** The sum of decimal texts, exact. */
export function sum(amounts: readonly DecimalText[]): DecimalText {
  return amounts.reduce((total, amount) => total.plus(amount), new Big(0)).toFixed();
}

/**
 * What is left of a price for each of `ordered` units once `off` is taken from all of them together: half up to 1/10000, never
 * below zero. Null where it leaves the range of amounts.
 */
export function unitPriceOf(price: DecimalText, ordered: number, off: readonly DecimalText[]): TenThousandths | null {
  const left = new Big(price).times(ordered).minus(sum(off)).div(Math.max(1, ordered));
  const unitPrice = Number(left.times(10_000).round(0, HALF_UP).toFixed());
  return Number.isSafeInteger(unitPrice) ? Math.max(0, unitPrice) : null;
}

/**
 * The channel's total against the sum of what it lists: each line's list price times what was ordered, less the lines' discounts and
 * those of the order that no line holds a share of, plus charges, tip, and taxes that the prices do not hold. Taxes of the order are
 * its lines' and charges' summed up; they are counted once, where the order tells them. Pure.
 */
export function checkTotals(order: {
  readonly currency: string;
  readonly lines: readonly CanonicalLine[];
  readonly money: OrderMoney;
}): TotalsCheck {
  const { lines, money } = order;
  const charges = [...money.shipping, ...money.fees, ...money.duties];
  const goods = lines.map(({ listPrice, quantity, quantities }) =>
    new Big(listPrice?.amount ?? '0').times(quantities?.ordered ?? quantity).toFixed(),
  );
  const discounts: readonly Discount[] = [
    ...lines.flatMap((line) => line.discounts ?? []),
    ...money.discounts.filter(({ spread }) => spread !== true),
    ...charges.flatMap((charge) => charge.discounts ?? []),
  ];
  const parts: readonly { readonly taxes?: readonly Tax[] | undefined }[] = [...lines, ...charges];
  const taxes = (money.taxes.length > 0 ? money.taxes : parts.flatMap((part) => part.taxes ?? [])).filter(
    ({ included }) => !included,
  );
  const computed = new Big(sum(goods))
    .plus(sum(charges.map(({ value }: Charge) => value.amount)))
    .plus(sum(taxes.map(({ value }) => value.amount)))
    .plus(money.tip?.amount ?? '0')
    .minus(sum(discounts.map(({ value }) => value.amount)));
  const stated = money.stated.total?.amount;
  if (stated === undefined) return { grade: 'unknown', computed: computed.toFixed(), stated: null, difference: null };
  const difference = new Big(stated).minus(computed);
  const halfMinorUnit = new Big(10).pow(-minorDigits(order.currency)).div(2);
  const allowed = halfMinorUnit.times(lines.length + charges.length);
  const grade = difference.eq(0) ? 'exact' : difference.abs().lte(allowed) ? 'rounding' : 'different';
  return { grade, computed: computed.toFixed(), stated, difference: difference.toFixed() };
}
