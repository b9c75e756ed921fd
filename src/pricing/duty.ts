import { parseAmount, scaleHalfUp, type TenThousandths } from '../model/money.js';

/** Duty and import tax of goods that enter the destination country: duty of their customs value, tax of that with duty. */
export interface DutyRate {
  /** Null: from anywhere. */
  readonly originCountry: string | null;
  /** '' matches every HS code. */
  readonly hsPrefix: string;
  readonly percent: string;
  readonly taxPercent?: string;
}

/** What one unit costs at the border. */
export interface UnitDuty {
  /** Where the shipment's value is above the country's threshold. */
  readonly aboveThreshold: TenThousandths;
  /** Whatever its value. */
  readonly always: TenThousandths;
}

/** The way of a shipment, as customs see it. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  /** Countries in one customs union with `to`: goods that leave from there are in free circulation already. */
  readonly customsUnion: readonly string[];
}

/** A percentage of an amount is counted in 1/10000 percent. */
const WHOLE = 100n * 10_000n;

const NONE: UnitDuty = { aboveThreshold: 0, always: 0 };

/**
 * Duty and import tax on one unit: duty, tax, and the tax on the duty, each rounded half up to 1/10000 ("duty rounding").
 *
 * The customs value is what the customer pays for the unit. Of the destination's rates the longest matching HS prefix counts, and
 * for the same prefix one for the goods' own origin (unknown: where they leave from) before a general one. Goods that leave from
 * within the destination country, or its customs union, pay none. `taxAlways`: the tax, but for that on duty, knows no threshold.
 */
export function unitDuty(
  goods: { readonly unitPrice: TenThousandths; readonly hsCode: string | null; readonly originCountry: string | null },
  crossing: Crossing,
  rates: readonly DutyRate[],
  taxAlways = false,
): UnitDuty {
  if (crossing.from === crossing.to || crossing.customsUnion.includes(crossing.from)) return NONE;
  const origin = goods.originCountry ?? crossing.from;
  let best: DutyRate | null = null;
  for (const rate of rates) {
    if (rate.originCountry !== null && rate.originCountry !== origin) continue;
    if (!(goods.hsCode ?? '').startsWith(rate.hsPrefix)) continue;
    if (!best || isNarrower(rate, best)) best = rate;
  }
  if (!best) return NONE;
  const { percent, taxPercent = '0' } = best;
  const share = (amount: TenThousandths, of: string) => scaleHalfUp(amount, BigInt(parseAmount(of)), WHOLE);
  const duty = share(goods.unitPrice, percent);
  const tax = share(goods.unitPrice, taxPercent);
  const above = duty + share(duty, taxPercent);
  return taxAlways ? { aboveThreshold: above, always: tax } : { aboveThreshold: above + tax, always: 0 };
}

function isNarrower(rate: DutyRate, than: DutyRate): boolean {
  if (rate.hsPrefix.length !== than.hsPrefix.length) return rate.hsPrefix.length > than.hsPrefix.length;
  return rate.originCountry !== null && than.originCountry === null;
}
