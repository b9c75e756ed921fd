import type { Amount, Charge, Discount, OrderMoney, Tax } from '../../../model/canonical-order.js';
import type { Field } from '../../payload/reader.js';
import { sum } from '../../payload/totals.js';

/** Entries of any list of money: discounts, taxes, refunds. */
const LISTED_MAX = 500;

/** An amount in the shop's money, beside it what the customer saw where that is other money. Such as `price` and `price_set`. */
export function amountOf(
  parent: Field,
  key: string,
  code = 'AMOUNT_INVALID',
  sign: 'any' | 'not negative' = 'any',
): Amount | undefined {
  const direct = parent.get(key);
  return direct.isObject
    ? amountOfSet(direct, undefined, code, sign)
    : amountOfSet(parent.get(`${key}_set`), direct.decimal(code, sign), code, sign);
}

function amountOfSet(set: Field, direct: string | undefined, code: string, sign: 'any' | 'not negative') {
  const [shop, seen] = [set.get('shop_money'), set.get('presentment_money')];
  const ofShop = shop.get('amount').decimal(code, sign);
  const amount = direct ?? ofShop;
  const [currency, shopCurrency] = [seen.get('currency_code').text(3), shop.get('currency_code').text(3)];
  const presented = seen.get('amount').decimal(code, sign);
  if (amount === undefined) return undefined;
  const differs = presented !== undefined && currency !== undefined && currency !== shopCurrency;
  return differs && /^[A-Z]{3}$/.test(currency) ? { amount, presentment: { amount: presented, currency } } : { amount };
}

/** Taxes of a line, a charge or the order. */
export function taxesOf(parent: Field, included: boolean): Tax[] {
  return parent
    .get('tax_lines')
    .each(LISTED_MAX)
    .flatMap((tax) => {
      const value = amountOf(tax, 'price', 'PRICE_INVALID', 'not negative');
      if (value === undefined) return [];
      return [{ title: tax.get('title').text(), rate: tax.get('rate').decimal(), included, value }];
    });
}

/** What an entry of `discount_applications` says: whom it is of, by its place in the list. */
interface Application {
  readonly scope: Discount['scope'];
  readonly code: string | undefined;
  readonly title: string | undefined;
}

/** The order's discounts, of which lines and charges hold shares. */
export function applicationsOf(order: Field): Application[] {
  return order
    .get('discount_applications')
    .each(LISTED_MAX)
    .map((one) => {
      const shipping = one.get('target_type').text() === 'shipping_line';
      const across = one.get('allocation_method').text() === 'across';
      return {
        scope: shipping ? 'shipping' : across ? 'order' : 'line',
        code: one.get('code').text(),
        title: one.get('title').text() ?? one.get('description').text(),
      };
    });
}

/** Shares of discounts that a line or a charge holds. */
export function allocationsOf(parent: Field, applications: readonly Application[], fallback: Discount['scope']) {
  return parent
    .get('discount_allocations')
    .each(LISTED_MAX)
    .flatMap((share) => {
      const value = amountOf(share, 'amount', 'PRICE_INVALID', 'not negative');
      const at = share.get('discount_application_index').count(LISTED_MAX, 'INDEX_INVALID');
      if (value === undefined) return [];
      const application = at === undefined ? undefined : applications[at];
      return [{ ...(application ?? { scope: fallback, code: undefined, title: undefined }), value }];
    });
}

/**
 * The order's money beside its lines. Discounts that lines or charges hold shares of are told with `spread`; where no share is told
 * at all, as old API versions do, the order's codes stand alone and are taken off once.
 */
export function moneyOf(order: Field, lineShares: readonly Discount[], taxesIncluded: boolean): OrderMoney {
  const applications = applicationsOf(order);
  const shipping = order
    .get('shipping_lines')
    .each(LISTED_MAX)
    .flatMap((line): Charge[] => {
      const value = amountOf(line, 'price', 'PRICE_INVALID');
      if (value === undefined) return [];
      const discounts = allocationsOf(line, applications, 'shipping');
      return [{ ...named(line), value, discounts: orNone(discounts), taxes: orNone(taxesOf(line, taxesIncluded)) }];
    });
  const shares = [...lineShares, ...shipping.flatMap(({ discounts = [] }) => discounts)];
  return {
    taxesIncluded,
    discounts: shares.length > 0 ? ordersOwn(shares) : codesOf(order),
    taxes: taxesOf(order, taxesIncluded),
    shipping,
    fees: [],
    duties: order
      .get('line_items')
      .each(LISTED_MAX)
      .flatMap((line) => line.get('duties').each(LISTED_MAX))
      .flatMap((duty): Charge[] => {
        const value = amountOfSet(duty, duty.get('price').decimal(), 'AMOUNT_INVALID', 'any');
        return value === undefined ? [] : [{ value, taxes: orNone(taxesOf(duty, taxesIncluded)) }];
      }),
    tip: amountOf(order, 'total_tip_received'),
    giftCards: [],
    refunds: order
      .get('refunds')
      .each(LISTED_MAX)
      .flatMap((refund): Charge[] => {
        const paid = refund
          .get('transactions')
          .each(LISTED_MAX)
          .filter((one) => one.get('kind').text() === 'refund' && one.get('status').text() === 'success')
          .flatMap((one) => one.get('amount').decimal() ?? []);
        const [code, title] = [refund.get('id').id(), refund.get('note').text()];
        return paid.length === 0 ? [] : [{ code, title, value: { amount: sum(paid) } }];
      }),
    stated: {
      subtotal: amountOf(order, 'subtotal_price'),
      discounts: amountOf(order, 'total_discounts'),
      shipping: amountOfSet(order.get('total_shipping_price_set'), undefined, 'AMOUNT_INVALID', 'any'),
      tax: amountOf(order, 'total_tax'),
      total: amountOf(order, 'total_price'),
    },
  };
}

function named(line: Field): Pick<Charge, 'code' | 'title'> {
  return { code: line.get('code').text(), title: line.get('title').text() };
}

/** Discounts of the whole order, each once, with the sum of its shares; line and shipping discounts stand where they belong. */
function ordersOwn(shares: readonly Discount[]): Discount[] {
  const byName = new Map<string, Discount[]>();
  for (const share of shares) {
    const name = JSON.stringify([share.scope, share.code, share.title]);
    byName.set(name, [...(byName.get(name) ?? []), share]);
  }
  return [...byName.values()].flatMap((group) => {
    const [first] = group;
    if (first?.scope !== 'order') return [];
    return [{ ...first, value: { amount: sum(group.map(({ value }) => value.amount)) }, spread: true }];
  });
}

function codesOf(order: Field): Discount[] {
  return order
    .get('discount_codes')
    .each(LISTED_MAX)
    .flatMap((one): Discount[] => {
      const value = amountOf(one, 'amount');
      const scope = one.get('type').text() === 'shipping' ? 'shipping' : 'order';
      return value === undefined ? [] : [{ scope, code: one.get('code').text(), value }];
    });
}

/** A list that says something, or undefined. */
export function orNone<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
