import type { Amount, Charge, Discount, OrderMoney, Tax } from '../../../model/canonical-order.js';
import { formatAmountShort } from '../../../model/money.js';
import type { Loop } from '../../x12/loops.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import { centsOf, decimalOf, tenThousandthsOf } from '../../x12/values.js';
import { elementPath, type Reading } from './reading.js';

/** Codes of SAC02 that are freight, and that are taxes. Source: X12 data element 1300. */
const FREIGHT = ['D240', 'D244', 'G821', 'G830', 'I130'];
const TAXES = ['H730', 'H740', 'H750', 'H760', 'H770', 'H780', 'H790', 'H800', 'H810', 'H820', 'H830', 'H840', 'H850'];

interface Allowance {
  readonly indicator: string;
  readonly code: string | undefined;
  readonly title: string | undefined;
  readonly value: Amount;
}

/** SAC segments that have an amount; one that has none, or that only notes something (N), is left unread. */
function allowancesOf(reading: Reading, loop: Loop): Allowance[] {
  return childrenOf(loop, 'SAC').flatMap((sac) => {
    const indicator = sac.segment[1]?.trim() ?? '';
    const said = sac.segment[5]?.trim() ?? '';
    // Of type N2, cents without a point; those who write one mean it.
    const amount = said.includes('.') ? tenThousandthsOf(said) : centsOf(said);
    if (!['A', 'C'].includes(indicator) || amount === null) return [];
    reading.taken.mark(sac, 1, 5);
    const value = { amount: formatAmountShort(Math.abs(amount)) };
    return [{ indicator, code: reading.text(sac, 2), title: reading.text(sac, 15), value }];
  });
}

/** What is taken off a line. */
export const lineDiscountsOf = (reading: Reading, line: Loop): Discount[] =>
  allowancesOf(reading, line).flatMap(({ indicator, code, title, value }) =>
    indicator === 'A' ? [{ scope: 'line' as const, code, title, value }] : [],
  );

/** Allowances, charges, taxes and stated sums of the whole order. */
export function moneyOf(reading: Reading, set: Loop): OrderMoney {
  const discounts: Discount[] = [];
  const [shipping, fees]: [Charge[], Charge[]] = [[], []];
  const taxes: Tax[] = taxesOf(reading, set);
  for (const { indicator, code, title, value } of allowancesOf(reading, set)) {
    if (indicator === 'A') discounts.push({ scope: 'order', code, title, value });
    else if (TAXES.includes(code ?? '')) taxes.push({ title: title ?? code, included: false, value });
    else (FREIGHT.includes(code ?? '') ? shipping : fees).push({ code, title, value });
  }
  const stated = { subtotal: statedAs(reading, set, '1'), total: statedAs(reading, set, 'TT') };
  return { taxesIncluded: false, discounts, taxes, shipping, fees, duties: [], giftCards: [], refunds: [], stated };
}

function taxesOf(reading: Reading, set: Loop): Tax[] {
  return childrenOf(set, 'TXI').flatMap((txi) => {
    const amount = decimalOf(txi.segment[2] ?? '');
    if (amount === null) return [];
    reading.taken.mark(txi, 2);
    const percent = tenThousandthsOf(reading.text(txi, 3) ?? '', 100n);
    return [
      {
        title: reading.text(txi, 1),
        ...(percent === null ? {} : { rate: formatAmountShort(percent) }),
        jurisdiction: reading.text(txi, 5),
        included: false,
        value: { amount },
      },
    ];
  });
}

/** AMT, of the set or of its CTT loop. */
function statedAs(reading: Reading, set: Loop, qualifier: string): Amount | undefined {
  const [ctt] = childrenOf(set, 'CTT');
  const amt = childWhere(set, 'AMT', 1, qualifier) ?? (ctt && childWhere(ctt, 'AMT', 1, qualifier));
  const amount = reading.text(amt, 2);
  if (!amt || amount === undefined || decimalOf(amount) === null) {
    if (amt) reading.warn('AMOUNT_INVALID', elementPath(amt, 2), 'expected a decimal amount');
    return undefined;
  }
  reading.taken.mark(amt, 1);
  return { amount };
}
