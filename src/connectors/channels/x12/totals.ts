import type { CanonicalLine, OrderMoney, TotalsCheck } from '../../../model/canonical-order.js';
import { formatAmountShort, type TenThousandths, timesQuantity } from '../../../model/money.js';
import { tenThousandthsOf } from '../../x12/values.js';

/** Half a minor unit. */
const ROUNDING = 50;

/**
 * The partner's own sum against what it lists: the total (AMT TT) against everything, else the lines' total (AMT 1) against the lines.
 * `computed` is of what it is compared with.
 */
export function checkedTotals(lines: readonly CanonicalLine[], money: OrderMoney): TotalsCheck {
  const { discounts, shipping, fees, taxes, stated } = money;
  const goods = lines.reduce((sum, { unitPrice, quantity }) => sum + timesQuantity(unitPrice, quantity), 0);
  const added = sumOf([...shipping, ...fees, ...taxes]) - sumOf(discounts);
  const said = stated.total ?? stated.subtotal;
  const computed = stated.total === undefined && said !== undefined ? goods : goods + added;
  const statedAmount = said && tenThousandthsOf(said.amount);
  if (!said || typeof statedAmount !== 'number')
    return { grade: 'unknown', computed: formatAmountShort(computed), stated: null, difference: null };
  const difference = statedAmount - computed;
  const parts = lines.length + shipping.length + fees.length + taxes.length + discounts.length;
  const grade = difference === 0 ? 'exact' : Math.abs(difference) <= parts * ROUNDING ? 'rounding' : 'different';
  return {
    grade,
    computed: formatAmountShort(computed),
    stated: said.amount,
    difference: formatAmountShort(difference),
  };
}

const sumOf = (parts: readonly { readonly value: { readonly amount: string } }[]): TenThousandths =>
  parts.reduce((sum, { value }) => sum + (tenThousandthsOf(value.amount) ?? 0), 0);
