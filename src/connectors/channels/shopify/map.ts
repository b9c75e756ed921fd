import type { ChannelFulfillmentState, Party, PaymentState, SourceState } from '../../../model/canonical-order.js';
import type { Address } from '../../../model/order.js';
import type { Normalized } from '../../channel.js';
import { finishOrder, momentKept, readOrder } from '../../payload/order-reading.js';
import { countryCodeOf, phoneOf } from '../../payload/places.js';
import type { Field, Reading } from '../../payload/reader.js';
import { moneyOf, orNone } from './amounts.js';
import { idOf, linesOf } from './lines.js';

/** The mapping as provenance names it; another version where the same bytes may map otherwise. */
export const MAPPING = 'shopify 2.0.0';
const TAGS_MAX = 100;
const TAG_LENGTH_MAX = 100;
const TIER = 'tier:';

/**
 * An order of Shopify's Admin REST API (the body of `orders/create`, `orders/updated` and the like) as one canonical order, or every
 * fault with its path. Pure; never throws, whatever the bytes.
 *
 * Amounts are the shop's (`currency`), the presentment's beside them. A line's unit price has its discounts taken off, and its taxes
 * where the prices include them, divided by the quantity half up to 1/10000 ("discount rounding"). A tag `tier:gold` of the customer
 * is its tier. What is not mapped is kept in `unmapped`.
 */
export function mapOrder(rawBody: Uint8Array): Normalized {
  const reading = readOrder(rawBody);
  const { root: order, faults } = reading;
  if (faults.length > 0) return { ok: false, faults };
  if (order.get('cancelled_at').text())
    return { ok: true, orders: [], ignored: 'the order was canceled before it came' };
  const externalId = idOf(order);
  const currency = order.get('currency').text(100);
  if (!currency || !/^[A-Z]{3}$/.test(currency))
    reading.fault('CURRENCY_INVALID', 'currency', 'expected an ISO 4217 code such as USD');
  const placedAt = momentKept(order.get('created_at'), 'placedAt');
  if (!order.get('created_at').present)
    reading.fault('MOMENT_INVALID', 'created_at', 'expected a moment such as 2026-03-02T10:00:00-05:00');
  const updatedAt = momentKept(order.get('updated_at'), 'updatedAt');
  const taxesIncluded = order.get('taxes_included').flag() === true;
  const lines = linesOf(order, taxesIncluded);
  if (faults.length === 0 && !lines.some((line) => line.requiresShipping))
    return { ok: true, orders: [], ignored: 'nothing of the order is to be shipped' };
  const shipTo = shipToOf(order);
  const money = moneyOf(
    order,
    lines.flatMap((line) => line.discounts ?? []),
    taxesIncluded,
  );
  const buyer = buyerOf(order, shipTo?.countryCode);
  const billTo = billToOf(order);
  const customerTags = tagsOf(order.get('customer').get('tags'));
  const tags = [...new Set([...tagsOf(order.get('tags')), ...customerTags])];
  const service = order.get('shipping_lines').each()[0];
  const mapped = {
    displayNumber: order.get('name').text(200) ?? order.get('order_number').text(200),
    customerTier: customerTags.find((tag) => tag.startsWith(TIER) && tag !== TIER)?.slice(TIER.length),
    tags: tags.slice(0, TAGS_MAX),
    customerPoNumber: order.get('po_number').text(200),
    revision: updatedAt,
    source: sourceOf(order),
    delivery: service && {
      serviceCode: service.get('code').text(200),
      serviceTitle: service.get('title').text(200),
    },
    ...{ buyer, billTo, money, lines, updatedAt },
  };
  if (faults.length > 0 || !externalId || !currency || !placedAt || !shipTo) return { ok: false, faults };
  const whole = { externalId, currency, placedAt, shipTo, ...mapped };
  return { ok: true, orders: [finishOrder(reading, rawBody, whole, MAPPING, undefined)] };
}

/** Tags as Shopify writes them, in one text with commas between; what no rule could name is left out. */
function tagsOf(field: Field): string[] {
  const tags = (field.text(10_000) ?? '').split(',').map((tag) => tag.trim());
  return tags.filter((tag) => tag !== '' && tag.length <= TAG_LENGTH_MAX && !/[\p{Cc}\p{Cs}]/u.test(tag));
}

const PAYMENT: Readonly<Record<string, PaymentState>> = {
  ...{ pending: 'pending', authorized: 'authorized', partially_paid: 'partially_paid', paid: 'paid' },
  ...{ partially_refunded: 'partially_refunded', refunded: 'refunded', voided: 'voided', expired: 'expired' },
};
const FULFILLMENT: Readonly<Record<string, ChannelFulfillmentState>> = {
  ...{ unfulfilled: 'unfulfilled', partial: 'partial', fulfilled: 'fulfilled', restocked: 'canceled' },
  ...{ on_hold: 'on_hold', open: 'unfulfilled', in_progress: 'unfulfilled', scheduled: 'unfulfilled' },
};

function sourceOf(order: Field): SourceState {
  const paymentText = order.get('financial_status').text(200);
  const fulfillmentText = order.get('fulfillment_status').text(200);
  const test = order.get('test').flag() === true;
  if (test) order.reading.warn('TEST_ORDER', 'test', 'a test order of the shop: not to be sent to a vendor');
  return {
    ...{ paymentText, fulfillmentText },
    payment: own(PAYMENT, paymentText) ?? 'unknown',
    // Shopify writes null until something of the order is fulfilled.
    fulfillment: fulfillmentText === undefined ? 'unfulfilled' : (own(FULFILLMENT, fulfillmentText) ?? 'unknown'),
    cancelReason: order.get('cancel_reason').text(1_000),
    test: test || undefined,
  };
}

function own<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function shipToOf(order: Field): Address | undefined {
  const { reading } = order;
  const field = order.get('shipping_address');
  if (!field.isObject) {
    // Never the billing address: a parcel would go where nobody asked for it.
    reading.fault('ADDRESS_MISSING', field.path, 'expected a shipping address for lines that are shipped');
    return undefined;
  }
  const address = addressOf(field);
  const phoneText = field.get('phone').text(100) ?? order.get('phone').text(100);
  const { phone } = phoneOf(reading, `${field.path}.phone`, phoneText, address.countryCode);
  if (phone !== undefined && phoneText !== undefined) reading.original('shipTo.phone', phoneText, phone);
  const shipTo = { ...address, phone: phone ?? phoneText, email: order.get('email').text() };
  if (address.lines.length > 0) return checkCountry(field, shipTo);
  // Without leave to see personal data a shop's app gets the address with everything that names someone left out.
  const { name, company, city } = address;
  if (name === undefined && company === undefined && city === undefined && field.get('country_code').present)
    return checkCountry(field, { ...shipTo, redacted: true });
  reading.fault('ADDRESS_INCOMPLETE', `${field.path}.address1`, 'expected a street');
  return checkCountry(field, shipTo);
}

function checkCountry(field: Field, address: Address): Address | undefined {
  if (address.countryCode !== 'ZZ') return address;
  const { path } = field.get('country_code');
  field.reading.fault('COUNTRY_INVALID', path, 'expected an ISO 3166-1 code such as US');
  return undefined;
}

function addressOf(field: Field): Address {
  const codeText = field.get('country_code').text();
  const named = field.get('country').text();
  // What stands there as the code is never read as something else because a name stands beside it.
  const countryCode = countryCodeOf(codeText ?? named ?? '') ?? 'ZZ';
  const parts = [field.get('first_name').text(), field.get('last_name').text()].filter((part) => part !== undefined);
  const province = field.get('province').text();
  return {
    name: field.get('name').text() ?? (parts.join(' ') || undefined),
    company: field.get('company').text(),
    lines: [field.get('address1').text(), field.get('address2').text()].filter((line) => line !== undefined),
    city: field.get('city').text(),
    regionCode: field.get('province_code').text(100)?.toUpperCase() ?? province,
    postalCode: field.get('zip').text(100),
    countryCode,
    latitude: coordinate(field.get('latitude'), 90),
    longitude: coordinate(field.get('longitude'), 180),
  };
}

function coordinate(field: Field, limit: number): number | undefined {
  const text = field.text(100);
  const degrees = text === undefined ? Number.NaN : Number(text);
  return Math.abs(degrees) <= limit ? degrees : undefined;
}

function buyerOf(order: Field, countryCode: string | undefined): Party | undefined {
  const customer = order.get('customer');
  const parts = [customer.get('first_name').text(), customer.get('last_name').text()];
  const phone = customer.get('phone').present ? customer.get('phone') : order.get('phone');
  const buyer = {
    externalId: customer.get('id').id(),
    name: parts.filter((part) => part !== undefined).join(' ') || undefined,
    email: customer.get('email').text() ?? order.get('email').text(),
    ...partyPhone(order.reading, phone, countryCode),
    locale: order.get('customer_locale').text(50),
    note: order.get('note').text(5_000),
  };
  return said(buyer);
}

function billToOf(order: Field): Party | undefined {
  const field = order.get('billing_address');
  if (!field.isObject) return undefined;
  const address = addressOf(field);
  return {
    name: address.name,
    company: address.company,
    ...partyPhone(order.reading, field.get('phone'), address.countryCode),
    address,
  };
}

function partyPhone(reading: Reading, field: Field, countryCode: string | undefined) {
  return phoneOf(reading, field.path, field.text(100), countryCode);
}

function said<T extends object>(value: T): T | undefined {
  return orNone(Object.values(value).filter((part) => part !== undefined)) && value;
}
