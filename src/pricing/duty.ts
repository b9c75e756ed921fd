import Big from 'big.js';
import { formatAmount, parseAmount, type TenThousandths } from '../model/money.js';

/** Duty and import tax of goods that enter the destination country, as a percentage of their customs value. */
export interface DutyRate {
  /** Null: from anywhere. */
  readonly originCountry: string | null;
  /** '' matches every HS code. */
  readonly hsPrefix: string;
  readonly percent: string;
}

/**
 * Duty on one unit, rounded half up to 1/10000 ("duty rounding").
 *
 * The customs value is what the customer pays for the unit. Of the destination's rates the longest matching HS prefix counts, and
 * for the same prefix one for the goods' own origin before a general one; goods that do not cross a border pay none.
 */
export function unitDuty(
  goods: { unitPrice: TenThousandths; hsCode: string | null; originCountry: string | null },
  from: string,
  to: string,
  rates: readonly DutyRate[],
): TenThousandths {
  if (from === to) return 0;
  const origin = goods.originCountry ?? from;
  const [best] = rates
    .filter(
      (rate) =>
        (rate.originCountry === null || rate.originCountry === origin) &&
        (goods.hsCode ?? '').startsWith(rate.hsPrefix),
    )
    .sort(
      (a, b) =>
        b.hsPrefix.length - a.hsPrefix.length || Number(b.originCountry !== null) - Number(a.originCountry !== null),
    );
  if (!best) return 0;
  return parseAmount(
    new Big(formatAmount(goods.unitPrice)).times(best.percent).div(100).round(4, Big.roundHalfUp).toFixed(),
  );
}
