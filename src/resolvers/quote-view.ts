import type { QuoteInput as Basket } from '../orders/contract.js';
import { STOREFRONT_QUANTITY_CAP } from '../schema/availability.js';
import { money } from '../schema/money.js';
import { QUOTE_LINES_MAX, type Quote, type QuoteInput } from '../schema/quote.js';
import { checkedDestination } from './availability-view.js';
import type { ApiContext } from './context.js';
import { badInput } from './paging.js';

const QUANTITY_MAX = 1_000_000;
const SKU_LENGTH_MAX = 100;
const PRICE_MAX = 10_000_000 * 10_000;
const ACCOUNT_LENGTH_MAX = 63;

/**
 * A quote as the viewer may know it: keys that may sit in a browser ask for at most as many of a SKU as they are told of.
 * Errors: BAD_USER_INPUT with the path of what cannot be.
 */
export async function readQuote(context: ApiContext, input: QuoteInput): Promise<Quote> {
  const result = await context.services.quote(context.viewer, checked(context, input));
  if (result.kind === 'refused') throw badInput(`${result.path}: ${result.message}`);
  const { currency, options, missing, asOf } = result;
  return {
    ...{ missing, asOf },
    options: options.map(({ shipping, dutyAtDoor, landedCost, ...option }) => ({
      ...option,
      shipping: money(shipping, currency),
      dutyAtDoor: money(dutyAtDoor, currency),
      landedCost: money(landedCost, currency),
    })),
  };
}

function checked({ viewer }: ApiContext, { accountCode = null, destination, lines }: QuoteInput): Basket {
  if ((accountCode?.length ?? 0) > ACCOUNT_LENGTH_MAX)
    throw badInput(`accountCode: expected at most ${ACCOUNT_LENGTH_MAX} characters`);
  if (lines.length < 1 || lines.length > QUOTE_LINES_MAX)
    throw badInput(`lines: expected 1 to ${QUOTE_LINES_MAX}, got ${lines.length}`);
  const most = viewer.scopes.every((scope) => scope === 'storefront') ? STOREFRONT_QUANTITY_CAP : QUANTITY_MAX;
  const perSku = new Map<string, number>();
  for (const [at, { sku, quantity, unitPrice }] of lines.entries()) {
    if (sku.length < 1 || sku.length > SKU_LENGTH_MAX)
      throw badInput(`lines[${at}].sku: expected 1 to ${SKU_LENGTH_MAX} characters, got ${sku.length}`);
    const units = (perSku.get(sku) ?? 0) + quantity;
    if (quantity < 1 || units > most)
      throw badInput(`lines[${at}].quantity: expected 1 to ${most} of a SKU, got ${units}`);
    if (unitPrice < 0 || unitPrice > PRICE_MAX) throw badInput(`lines[${at}].unitPrice: expected 0 to 10000000`);
    perSku.set(sku, units);
  }
  const to = checkedDestination(destination);
  if (to === null) throw badInput('destination: expected a destination');
  return { accountCode, destination: { ...to, residential: destination.residential ?? true }, lines };
}
