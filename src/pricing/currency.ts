import Big from 'big.js';
import { formatAmount, parseAmount, type TenThousandths } from '../model/money.js';

/** One dated rate: one unit of `base` is `rate` units of `quote`. */
export interface ExchangeRate {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  readonly validFrom: string;
  readonly source: string;
}

/** No rate leads from one currency to the other, neither directly nor through a third. */
export class NoExchangeRate extends Error {
  constructor(
    readonly from: string,
    readonly to: string,
  ) {
    super(`expected an exchange rate from ${from} to ${to}, direct, inverse or through one other currency; found none`);
  }
}

/** Converts amounts to one currency and notes which rates it used. */
export interface Converter {
  /** Rounded half up to 1/10000, once per amount ("conversion rounding"). Errors: NoExchangeRate. */
  convert(amount: TenThousandths, from: string): TenThousandths;
  /** The rates used so far, for the decision record: `EUR->USD` to the rate, its date and source. */
  readonly used: Readonly<Record<string, { rate: string; validFrom: string; source: string }>>;
}

/** Decimal places kept of a rate that is an inverse or a product; far below the rounding of amounts. */
const RATE_DIGITS = 12;

/** A converter to `to` over the given rates; of several for one pair the newest counts. */
export function converterTo(to: string, rates: readonly ExchangeRate[]): Converter {
  const found = new Map<string, { rate: Big; validFrom: string; source: string }>();
  const used: Record<string, { rate: string; validFrom: string; source: string }> = {};
  return {
    used,
    convert(amount, from) {
      if (from === to) return amount;
      let way = found.get(from);
      if (!way) {
        way = findWay(from, to, rates);
        found.set(from, way);
        used[`${from}->${to}`] = { rate: way.rate.toFixed(), validFrom: way.validFrom, source: way.source };
      }
      return parseAmount(new Big(formatAmount(amount)).times(way.rate).round(4, Big.roundHalfUp).toFixed());
    },
  };
}

function findWay(
  from: string,
  to: string,
  rates: readonly ExchangeRate[],
): { rate: Big; validFrom: string; source: string } {
  const direct = step(from, to, rates);
  if (direct) return direct;
  const thirds = [...new Set(rates.flatMap((rate) => [rate.base, rate.quote]))].sort();
  for (const third of thirds) {
    const first = step(from, third, rates);
    const second = step(third, to, rates);
    if (first && second) {
      return {
        rate: first.rate.times(second.rate).round(RATE_DIGITS, Big.roundHalfUp),
        validFrom: first.validFrom < second.validFrom ? first.validFrom : second.validFrom,
        source: first.source === second.source ? first.source : `${first.source}, ${second.source}`,
      };
    }
  }
  throw new NoExchangeRate(from, to);
}

function step(from: string, to: string, rates: readonly ExchangeRate[]) {
  const [newest] = rates
    .filter((rate) => (rate.base === from && rate.quote === to) || (rate.base === to && rate.quote === from))
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : a.validFrom > b.validFrom ? -1 : a.base === from ? -1 : 1));
  if (!newest) return null;
  const { validFrom, source } = newest;
  const rate = new Big(newest.rate);
  if (newest.base === from) return { rate, validFrom, source };
  // Number of digits of the quotient: strict enough that converting there and back differs by rounding alone.
  const inverse = inverseOf(rate);
  return { rate: inverse, validFrom, source };
}

function inverseOf(rate: Big): Big {
  const precise = Big();
  precise.DP = RATE_DIGITS;
  precise.RM = Big.roundHalfUp;
  return new Big(new precise(1).div(rate).toFixed());
}
