import type { CanonicalLine } from '../../../model/canonical-order.js';
import { parseAmount, scaleHalfUp, type TenThousandths, timesQuantity } from '../../../model/money.js';
import type { Address, Fault } from '../../../model/order.js';
import type { Normalized } from '../../channel.js';

const FAULTS_MAX = 100;
const LINES_MAX = 500;
const QUANTITY_MAX = 1_000_000;
const TEXT_MAX = 500;
const TAGS_MAX = 100;
const TAG_LENGTH_MAX = 100;
const TIER = 'tier:';

type Fields = Readonly<Record<string, unknown>>;

/** Notes what is wrong and where, so that one reading tells everything. */
class Faults {
  readonly list: Fault[] = [];
  add(code: string, path: string, message: string): void {
    if (this.list.length < FAULTS_MAX) this.list.push({ code, path, message });
  }
}

/**
 * An order of Shopify's Admin REST API (the body of `orders/create`) as one canonical order, or every fault with its path. Pure; never
 * throws, whatever the bytes.
 *
 * Amounts are the shop's (`currency`), not the presentment's. A line's quantity is what is left of it (`current_quantity`); its unit
 * price has the line's discounts taken off, and its taxes where the prices include them, divided by the quantity half up to 1/10000
 * ("discount rounding"). A tag `tier:gold` of the customer is its tier.
 */
export function mapOrder(rawBody: Uint8Array): Normalized {
  const faults = new Faults();
  const order = readBody(rawBody, faults);
  if (!order) return { ok: false, faults: faults.list };
  if (text(order.cancelled_at)) return { ok: true, orders: [], ignored: 'the order was canceled before it came' };
  const externalId = idOf(order, 'id', faults);
  const currency = text(order.currency);
  if (!currency || !/^[A-Z]{3}$/.test(currency))
    faults.add('CURRENCY_INVALID', 'currency', 'expected an ISO 4217 code such as USD');
  const placedAt = momentOf(order.created_at, 'created_at', faults);
  const updatedAt = order.updated_at == null ? undefined : momentOf(order.updated_at, 'updated_at', faults);
  const taxesIncluded = order.taxes_included === true;
  const lines = linesOf(order.line_items, taxesIncluded, faults);
  const shipping = lines.some((line) => line.requiresShipping);
  if (faults.list.length === 0 && !shipping)
    return { ok: true, orders: [], ignored: 'nothing of the order is to be shipped' };
  const shipTo = addressOf(order, faults);
  if (faults.list.length > 0 || !externalId || !currency || !placedAt || !shipTo)
    return { ok: false, faults: faults.list };
  const displayNumber =
    text(order.name) ?? (order.order_number == null ? undefined : String(order.order_number).slice(0, 200));
  const customerTags = tagsOf(fieldsOf(order.customer)?.tags);
  return {
    ok: true,
    orders: [
      {
        ...{ externalId, displayNumber, currency, placedAt, updatedAt, shipTo, lines },
        customerTier: customerTags.find((tag) => tag.startsWith(TIER) && tag !== TIER)?.slice(TIER.length),
        tags: [...new Set([...tagsOf(order.tags), ...customerTags])].slice(0, TAGS_MAX),
      },
    ],
  };
}

/** Tags as Shopify writes them, in one text with commas between; what no rule could name is left out. */
function tagsOf(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const tags = value.split(',').map((tag) => tag.trim());
  return tags.filter((tag) => tag !== '' && tag.length <= TAG_LENGTH_MAX && !/[\p{Cc}\p{Cs}]/u.test(tag));
}

function readBody(rawBody: Uint8Array, faults: Faults): Fields | null {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    faults.add('NOT_JSON', '', 'expected a body that is JSON in UTF-8');
    return null;
  }
  const fields = fieldsOf(body);
  if (!fields) faults.add('NOT_AN_ORDER', '', 'expected an order as a JSON object');
  return fields;
}

function linesOf(value: unknown, taxesIncluded: boolean, faults: Faults): CanonicalLine[] {
  if (!Array.isArray(value) || value.length === 0) {
    faults.add('LINES_MISSING', 'line_items', 'expected at least one line');
    return [];
  }
  if (value.length > LINES_MAX) {
    faults.add('TOO_MANY_LINES', 'line_items', `expected at most ${LINES_MAX} lines, got ${value.length}`);
    return [];
  }
  const seen = new Set<string>();
  return value.flatMap((entry: unknown, index) => {
    const path = `line_items[${index}]`;
    const item = fieldsOf(entry);
    if (!item) {
      faults.add('LINE_INVALID', path, 'expected an object');
      return [];
    }
    const quantity = item.current_quantity ?? item.quantity;
    if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 0 || quantity > QUANTITY_MAX) {
      faults.add(
        'QUANTITY_INVALID',
        `${path}.${item.current_quantity == null ? 'quantity' : 'current_quantity'}`,
        `expected a whole number up to ${QUANTITY_MAX}`,
      );
      return [];
    }
    // Taken out of the order again before it came to us.
    if (quantity === 0) return [];
    const requiresShipping = item.requires_shipping !== false && item.gift_card !== true;
    const externalLineId = idOf(item, `${path}.id`, faults);
    if (externalLineId && seen.has(externalLineId))
      faults.add('LINE_REPEATED', `${path}.id`, `line ${externalLineId} stands twice`);
    if (externalLineId) seen.add(externalLineId);
    const sku = text(item.sku);
    if (!sku && requiresShipping)
      faults.add('SKU_MISSING', `${path}.sku`, 'expected a SKU: give the variant one in Shopify');
    const unitPrice = unitPriceOf(item, quantity, taxesIncluded, path, faults);
    if (!externalLineId || unitPrice === null || (!sku && requiresShipping)) return [];
    const title = text(item.name) ?? text(item.title);
    return [
      { externalLineId, sku: sku ?? `shopify-line-${externalLineId}`, title, quantity, unitPrice, requiresShipping },
    ];
  });
}

function unitPriceOf(
  item: Fields,
  quantity: number,
  taxesIncluded: boolean,
  path: string,
  faults: Faults,
): TenThousandths | null {
  const price = amountOf(item.price, `${path}.price`, faults);
  if (price === null) return null;
  const ordered =
    typeof item.quantity === 'number' && Number.isInteger(item.quantity) && item.quantity > 0
      ? item.quantity
      : quantity;
  let off = 0;
  for (const [field, amount] of [
    ['discount_allocations', 'amount'],
    ...(taxesIncluded ? [['tax_lines', 'price'] as const] : []),
  ] as const) {
    const list = item[field];
    if (!Array.isArray(list)) continue;
    for (const [at, entry] of list.entries()) {
      const part = amountOf(fieldsOf(entry)?.[amount], `${path}.${field}[${at}].${amount}`, faults);
      if (part === null) return null;
      off += part;
    }
  }
  if (off === 0) return price;
  try {
    // Allocations are the whole line's, as it was ordered.
    return Math.max(0, scaleHalfUp(timesQuantity(price, ordered) - off, 1n, BigInt(ordered)));
  } catch {
    faults.add('PRICE_INVALID', `${path}.price`, 'the line’s total is out of range');
    return null;
  }
}

function amountOf(value: unknown, path: string, faults: Faults): TenThousandths | null {
  try {
    const amount = parseAmount(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
    if (amount >= 0) return amount;
  } catch {
    // Told below.
  }
  faults.add('PRICE_INVALID', path, 'expected an amount that is not negative, with at most 4 fraction digits');
  return null;
}

function addressOf(order: Fields, faults: Faults): Address | null {
  const address = fieldsOf(order.shipping_address);
  if (!address) {
    // Never the billing address: a parcel would go where nobody asked for it.
    faults.add('ADDRESS_MISSING', 'shipping_address', 'expected a shipping address for lines that are shipped');
    return null;
  }
  const countryCode = text(address.country_code)?.toUpperCase();
  if (!countryCode || !/^[A-Z]{2}$/.test(countryCode)) {
    faults.add('COUNTRY_INVALID', 'shipping_address.country_code', 'expected an ISO 3166-1 code such as US');
    return null;
  }
  const lines = [text(address.address1), text(address.address2)].filter((line) => line !== undefined);
  if (lines.length === 0) faults.add('ADDRESS_INCOMPLETE', 'shipping_address.address1', 'expected a street');
  const name =
    text(address.name) ??
    ([text(address.first_name), text(address.last_name)].filter((part) => part !== undefined).join(' ') || undefined);
  return {
    name,
    company: text(address.company),
    lines,
    city: text(address.city),
    regionCode: text(address.province_code)?.toUpperCase(),
    postalCode: text(address.zip),
    countryCode,
    latitude: coordinate(address.latitude, 90),
    longitude: coordinate(address.longitude, 180),
    phone: text(address.phone) ?? text(order.phone),
    email: text(order.email),
  };
}

function coordinate(value: unknown, limit: number): number | undefined {
  const degrees = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof degrees === 'number' && Math.abs(degrees) <= limit ? degrees : undefined;
}

/** Numbers above 2^53 have lost digits by now; the GraphQL id beside them has not. */
function idOf(fields: Fields, path: string, faults: Faults): string | null {
  const gid = text(fields.admin_graphql_api_id);
  const exact = gid === undefined ? undefined : /\/(\d{1,30})$/.exec(gid)?.[1];
  if (exact !== undefined) return exact;
  if (typeof fields.id === 'number' && Number.isSafeInteger(fields.id) && fields.id > 0) return String(fields.id);
  if (typeof fields.id === 'string' && /^\d{1,30}$/.test(fields.id)) return fields.id;
  faults.add('ID_INVALID', path, 'expected a positive id');
  return null;
}

function momentOf(value: unknown, path: string, faults: Faults): string | undefined {
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(at)) return new Date(at).toISOString();
  faults.add('MOMENT_INVALID', path, 'expected a moment such as 2026-03-02T10:00:00-05:00');
  return undefined;
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** A text that says something, trimmed and bounded; undefined otherwise. */
function text(value: unknown): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' ? undefined : trimmed.slice(0, TEXT_MAX);
}
