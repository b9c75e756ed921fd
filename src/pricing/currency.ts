import Big from 'big.js';
import { scaleHalfUp, type TenThousandths } from '../model/money.js';
import type { ExchangeLimit } from '../model/network.js';

/** One dated rate: one unit of `base` is `rate` units of `quote`; a decimal string. */
export interface ExchangeRate {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  readonly validFrom: string;
  readonly source: string;
}

/** No rate that may be used leads from one currency to the other, neither directly nor through a third. */
export class NoExchangeRate extends Error {
  /** EXCHANGE_RATE_TOO_OLD: there is one, but it is older than the policy allows. */
  readonly code: 'NO_EXCHANGE_RATE' | 'EXCHANGE_RATE_TOO_OLD';

  constructor(
    readonly from: string,
    readonly to: string,
    limit?: ExchangeLimit,
  ) {
    const newest = limit?.newest[from];
    super(
      newest === undefined
        ? `expected an exchange rate from ${from} to ${to}, direct, inverse or through one other currency; found none`
        : `expected an exchange rate from ${from} to ${to} of the last ${limit?.daysMax} days; the newest is of ${newest}`,
    );
    this.code = newest === undefined ? 'NO_EXCHANGE_RATE' : 'EXCHANGE_RATE_TOO_OLD';
  }
}

/** Converts amounts to one currency and notes which rates it used. */
export interface Converter {
  /** Rounded half up to 1/10000, once per amount ("conversion rounding"). Errors: NoExchangeRate. */
  convert(amount: TenThousandths, from: string): TenThousandths;
  /** The rates used so far, for the decision record: `EUR->USD` to the rate, its date and source. */
  readonly used: Readonly<Record<string, { rate: string; validFrom: string; source: string }>>;
}

/**
 * Decimal places of a rate that is an inverse or a product, rounded half up ("rate rounding"): the rate of the decision record
 * is the one that was counted with.
 */
const RATE_DIGITS = 12;

interface Way {
  readonly rate: Big;
  readonly validFrom: string;
  readonly source: string;
}
interface Factor {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * A converter to `to` over the given rates; `limit` only says why one is not among them. Of several rates for one pair the newest counts, on the same day the one that
 * needs no inverse; a way through another currency only where there is no rate, the one with the newest rates first.
 */
export function converterTo(to: string, rates: readonly ExchangeRate[], limit?: ExchangeLimit): Converter {
  const factors = new Map<string, Factor>();
  const used: Record<string, { rate: string; validFrom: string; source: string }> = {};
  return {
    used,
    convert(amount, from) {
      if (from === to) return amount;
      let factor = factors.get(from);
      if (!factor) {
        const { rate, validFrom, source } = findWay(from, to, rates, limit);
        factor = factorOf(rate);
        factors.set(from, factor);
        used[`${from}->${to}`] = { rate: rate.toFixed(), validFrom, source };
      }
      return scaleHalfUp(amount, factor.numerator, factor.denominator);
    },
  };
}

function findWay(from: string, to: string, rates: readonly ExchangeRate[], limit?: ExchangeLimit): Way {
  const direct = step(from, to, rates);
  if (direct) return direct;
  const thirds = [...new Set(rates.flatMap((rate) => [rate.base, rate.quote]))].sort();
  let best: Way | null = null;
  for (const third of thirds) {
    const first = step(from, third, rates);
    const second = step(third, to, rates);
    if (!first || !second) continue;
    const validFrom = first.validFrom < second.validFrom ? first.validFrom : second.validFrom;
    if (best && best.validFrom >= validFrom) continue;
    const source = first.source === second.source ? first.source : `${first.source}, ${second.source}`;
    best = { rate: rounded(first.rate.times(second.rate)), validFrom, source };
  }
  if (!best) throw new NoExchangeRate(from, to, limit);
  return best;
}

function step(from: string, to: string, rates: readonly ExchangeRate[]): Way | null {
  const [newest] = rates
    .filter((rate) => (rate.base === from && rate.quote === to) || (rate.base === to && rate.quote === from))
    .sort((a, b) => (a.validFrom === b.validFrom ? (a.base === from ? -1 : 1) : a.validFrom < b.validFrom ? 1 : -1));
  if (!newest) return null;
  const { validFrom, source } = newest;
  const rate = new Big(newest.rate);
  return { rate: newest.base === from ? rate : inverseOf(rate), validFrom, source };
}

function inverseOf(rate: Big): Big {
  const precise = Big();
  precise.DP = RATE_DIGITS;
  precise.RM = Big.roundHalfUp;
  return new Big(new precise(1).div(rate).toFixed());
}

function rounded(rate: Big): Big {
  return rate.round(RATE_DIGITS, Big.roundHalfUp);
}

/** The rate as a fraction of whole numbers, so that many amounts are converted without decimal arithmetic each. */
function factorOf(rate: Big): Factor {
  const [whole = '0', fraction = ''] = rate.toFixed().split('.');
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}
