import { Big } from 'big.js';
import type { ChannelFulfillmentState, Charge, OrderMoney, PaymentState, Tax } from '../../../model/canonical-order.js';
import type { Address } from '../../../model/order.js';
import type { Normalized } from '../../channel.js';
import { finishOrder, momentKept, readOrder } from '../../payload/order-reading.js';
import { countryCodeOf, phoneOf } from '../../payload/places.js';
import type { Field } from '../../payload/reader.js';
import { linesOf } from './lines.js';

const MAPPING = 'woocommerce 1.0.0';
const LISTED_MAX = 500;

/** The account's settings that bear on an order. */
export interface OrderTerms {
  readonly takeStatuses: readonly string[];
  readonly shipToBilling: boolean;
}

/**
 * An order of WooCommerce's REST API (wc/v2 and wc/v3) as one canonical order, or every fault with its path. Orders of other statuses
 * than the account takes are ignored: the shop tells of each change, and so of the day that one may be shipped. Pure; never throws.
 */
export function mapOrder(rawBody: Uint8Array, terms: OrderTerms): Normalized {
  const reading = readOrder(rawBody);
  const { root: order, faults } = reading;
  if (faults.length > 0) return { ok: false, faults };
  const status = order.get('status').text(200);
  if (status === undefined) reading.fault('STATUS_MISSING', 'status', 'expected a status such as processing');
  const externalId = order.get('id').id();
  if (!externalId) reading.fault('ID_INVALID', 'id', 'expected a positive id');
  const currency = order.get('currency').text(100);
  if (!currency || !/^[A-Z]{3}$/.test(currency))
    reading.fault('CURRENCY_INVALID', 'currency', 'expected an ISO 4217 code such as USD');
  // The local times beside these have no offset: nobody can tell when they were.
  const placedAt = momentKept(order.get('date_created_gmt'), 'placedAt', 'UTC');
  if (!order.get('date_created_gmt').present)
    reading.fault('MOMENT_INVALID', 'date_created_gmt', 'expected a moment such as 2026-03-02T15:00:00');
  const updatedAt = momentKept(order.get('date_modified_gmt'), 'updatedAt', 'UTC');
  const paidAt = order.get('date_paid_gmt').moment('UTC');
  const lines = linesOf(order);
  const money = moneyOf(order);
  if (
    faults.every(({ code }) => code === 'SKU_MISSING') &&
    status &&
    externalId &&
    !terms.takeStatuses.includes(status)
  )
    return { ok: true, orders: [], ignored: `an order that is ${status} is not to be shipped` };
  if (faults.length === 0 && !lines.some((line) => line.requiresShipping))
    return { ok: true, orders: [], ignored: 'nothing of the order is to be shipped' };
  const shipTo = shipToOf(order, terms);
  const billing = order.get('billing');
  const address = addressOf(billing);
  const phone = phoneOf(reading, 'billing.phone', billing.get('phone').text(100), address.countryCode);
  const email = billing.get('email').text();
  const service = order.get('shipping_lines').each(LISTED_MAX)[0];
  const version = order.get('version').text(100);
  const mapped = {
    displayNumber: order.get('number').text(200),
    revision: updatedAt,
    source: {
      status,
      payment: paidAt && status === 'processing' ? 'paid' : (own(PAYMENT, status) ?? 'unknown'),
      fulfillment: own(FULFILLMENT, status) ?? 'unknown',
    } as const,
    buyer: { externalId: order.get('customer_id').id(), name: address.name, email, ...phone },
    billTo: { name: address.name, company: address.company, email, ...phone, address },
    delivery: {
      serviceCode: service?.get('method_id').text(200),
      serviceTitle: service?.get('method_title').text(500),
      instructions: order.get('customer_note').text(5_000),
    },
    ...{ money, lines, updatedAt },
  };
  if (faults.length > 0 || !externalId || !currency || !placedAt || !shipTo) return { ok: false, faults };
  const whole = { externalId, currency, placedAt, shipTo, ...mapped };
  return { ok: true, orders: [finishOrder(reading, rawBody, whole, MAPPING, version)] };
}

const PAYMENT: Readonly<Record<string, PaymentState>> = {
  ...{ pending: 'pending', 'on-hold': 'pending', processing: 'pending', completed: 'paid' },
  ...{ refunded: 'refunded', failed: 'failed', cancelled: 'voided' },
};
const FULFILLMENT: Readonly<Record<string, ChannelFulfillmentState>> = {
  ...{ pending: 'unfulfilled', processing: 'unfulfilled', failed: 'unfulfilled', 'on-hold': 'on_hold' },
  ...{ completed: 'fulfilled', cancelled: 'canceled', refunded: 'canceled' },
};

function own<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function moneyOf(order: Field): OrderMoney {
  const charges = (key: string, code: string, title: string) =>
    order
      .get(key)
      .each(LISTED_MAX)
      .flatMap((line): Charge[] => {
        const amount = line.get('total').decimal('PRICE_INVALID');
        return amount === undefined
          ? []
          : [{ code: line.get(code).text(), title: line.get(title).text(), value: { amount } }];
      });
  const stated = (key: string) => {
    const amount = order.get(key).decimal('AMOUNT_INVALID');
    return amount === undefined ? undefined : { amount };
  };
  return {
    // Amounts of the REST API hold no tax, whatever the shop's prices do.
    taxesIncluded: false,
    discounts: order
      .get('coupon_lines')
      .each(LISTED_MAX)
      .flatMap((coupon) => {
        const amount = coupon.get('discount').decimal('AMOUNT_INVALID');
        if (amount === undefined) return [];
        return [{ scope: 'order', code: coupon.get('code').text(), value: { amount }, spread: true } as const];
      }),
    taxes: order.get('tax_lines').each(LISTED_MAX).flatMap(taxOf),
    shipping: charges('shipping_lines', 'method_id', 'method_title'),
    fees: charges('fee_lines', 'id', 'name'),
    duties: [],
    giftCards: order
      .get('gift_cards')
      .each(LISTED_MAX)
      .flatMap((card) => {
        const amount = card.get('amount').decimal('AMOUNT_INVALID');
        return amount === undefined ? [] : [{ lastCharacters: card.get('code').text()?.slice(-4), value: { amount } }];
      }),
    // WooCommerce tells them as negative.
    refunds: order
      .get('refunds')
      .each(LISTED_MAX)
      .flatMap((refund) => {
        const total = refund.get('total').decimal('AMOUNT_INVALID');
        if (total === undefined) return [];
        const [code, title] = [refund.get('id').id(), refund.get('reason').text()];
        return [{ code, title, value: { amount: new Big(total).abs().toFixed() } }];
      }),
    stated: {
      discounts: stated('discount_total'),
      shipping: stated('shipping_total'),
      tax: stated('total_tax'),
      total: stated('total'),
    },
  };
}

function taxOf(line: Field): Tax[] {
  const goods = line.get('tax_total').decimal('AMOUNT_INVALID');
  const shipping = line.get('shipping_tax_total').decimal('AMOUNT_INVALID');
  if (goods === undefined) return [];
  const percent = line.get('rate_percent').decimal('RATE_INVALID');
  return [
    {
      title: line.get('label').text(),
      jurisdiction: line.get('rate_code').text(),
      rate: percent === undefined ? undefined : new Big(percent).div(100).toFixed(),
      included: false,
      value: { amount: new Big(goods).plus(shipping ?? '0').toFixed() },
    },
  ];
}

function shipToOf(order: Field, terms: OrderTerms): Address | undefined {
  const own = order.get('shipping');
  const told = own.get('address_1').present || own.get('address_2').present;
  const field = told || !terms.shipToBilling ? own : order.get('billing');
  const address = addressOf(field);
  if (address.lines.length === 0) {
    // Never the billing address unless the account says so: a parcel would go where nobody asked for it.
    order.reading.fault('ADDRESS_MISSING', `${field.path}.address_1`, 'expected a shipping address');
    return undefined;
  }
  if (address.countryCode === 'ZZ') {
    order.reading.fault('COUNTRY_INVALID', `${field.path}.country`, 'expected an ISO 3166-1 code such as US');
    return undefined;
  }
  const [ownPhone, billing] = [field.get('phone'), order.get('billing')];
  const phone = ownPhone.present ? ownPhone : billing.get('phone');
  const text = phone.text(100);
  const read = phoneOf(order.reading, phone.path, text, address.countryCode);
  if (read.phone !== undefined && text !== undefined) order.reading.original('shipTo.phone', text, read.phone);
  return { ...address, phone: read.phone ?? text, email: billing.get('email').text() };
}

function addressOf(field: Field): Address {
  const parts = [field.get('first_name').text(), field.get('last_name').text()].filter((part) => part !== undefined);
  return {
    name: parts.join(' ') || undefined,
    company: field.get('company').text(),
    lines: [field.get('address_1').text(), field.get('address_2').text()].filter((line) => line !== undefined),
    city: field.get('city').text(),
    regionCode: field.get('state').text(100),
    postalCode: field.get('postcode').text(100),
    countryCode: countryCodeOf(field.get('country').text() ?? '') ?? 'ZZ',
  };
}
