import type {
  CanonicalLine,
  CanonicalOrder,
  Charge,
  DeliveryWish,
  OrderMoney,
  Party,
} from '../../../model/canonical-order.js';
import type { Address, Fault } from '../../../model/order.js';
import { countryCodeOf, phoneOf } from '../../payload/places.js';
import { checkTotals, unitPriceOf } from '../../payload/totals.js';
import type { OrderRows } from './order-file.js';
import { OrderValues, type RowCells } from './order-values.js';
import type { ChannelSettings, OrderField, PartyField } from './settings.js';

export const MAPPING = 'csv 1.0.0';

const QUANTITY_MAX = 1_000_000;
const NUMBER_MAX = 200;
const TAGS_MAX = 100;
const KINDS = ['goods', 'service', 'gift_card'] as const;

export type OrderOfRows =
  | { readonly ok: true; readonly order: CanonicalOrder }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The rows of one order as one canonical order, or every fault with its row and column. Pure. */
export function orderOfRows(rows: OrderRows, settings: ChannelSettings, contentHash: string): OrderOfRows {
  const values = new OrderValues(rows, settings);
  if (values.rows.length === 0) return { ok: false, faults: values.faults };
  const externalId = required(values, 'orderNumber');
  const placedAt = values.moment('placedAt', 'placedAt');
  if (placedAt === undefined) missing(values, 'placedAt');
  const currency = currencyOf(values, settings);
  const shipTo = shipToOf(values, settings);
  const lines = values.rows.flatMap((cells, at) => lineOf(values, cells, at, settings));
  const ids = new Set(lines.map(({ externalLineId }) => externalLineId));
  if (ids.size < lines.length)
    values.fault('LINE_ID_TWICE', placeOfFirst(values, 'line.id'), 'expected a line id once in an order');
  const money = moneyOf(values, settings);
  const delivery = deliveryOf(values);
  const deliverBy = values.moment('delivery.deliverBy', 'deliverBy');
  const billTo = partyOf(values, 'billTo', settings);
  const buyer = buyerOf(values, shipTo?.countryCode);
  const { tags, customerTier } = wordsOf(values);
  if (values.faults.length > 0 || externalId === undefined || placedAt === undefined || shipTo === null)
    return { ok: false, faults: values.faults };
  return {
    ok: true,
    order: {
      ...{
        externalId,
        displayNumber: values.text('displayNumber', NUMBER_MAX) ?? externalId,
        currency,
        placedAt,
        deliverBy,
      },
      ...{ shipTo, lines, customerTier, tags, billTo, buyer, delivery, money },
      customerPoNumber: values.text('customerPoNumber', NUMBER_MAX),
      totals: checkTotals({ currency, lines, money }),
      source: { status: values.text('status'), payment: 'unknown', fulfillment: 'unfulfilled' },
      ...(values.warnings.length > 0 ? { warnings: values.warnings } : {}),
      ...(Object.keys(values.originals).length > 0 ? { originals: values.originals } : {}),
      ...values.unmapped(),
      provenance: { mapping: MAPPING, contentHash },
    },
  };
}

function required(values: OrderValues, field: OrderField): string | undefined {
  const text = values.text(field, NUMBER_MAX);
  if (text === undefined) missing(values, field);
  return text;
}

const placeOfFirst = (values: OrderValues, field: OrderField): string => {
  const [first] = values.rows;
  return first ? values.pathOf(first, field) : 'file';
};

/** Where nothing stands; where something does that cannot be read, that is told already. */
function missing(values: OrderValues, field: OrderField): void {
  if (!values.isFaulty(field))
    values.fault('VALUE_MISSING', placeOfFirst(values, field), 'expected a value in one row of the order');
}

function currencyOf(values: OrderValues, settings: ChannelSettings): string {
  const said = values.text('currency')?.toUpperCase() ?? settings.currency;
  if (!/^[A-Z]{3}$/.test(said))
    values.fault('CURRENCY_INVALID', placeOfFirst(values, 'currency'), 'expected an ISO 4217 code such as USD');
  return said;
}

function lineOf(values: OrderValues, cells: RowCells, at: number, settings: ChannelSettings): CanonicalLine[] {
  const sku = values.of(cells, (row) => row.required('line.sku'));
  const quantity = values.of(cells, (row) => {
    const text = row.required('line.quantity');
    return row.whole('line.quantity', QUANTITY_MAX) ?? Number(text);
  });
  const price = values.of(cells, (row) => row.decimal('line.unitPrice'));
  const discount = values.of(cells, (row) => row.decimal('line.discount'));
  const tax = values.of(cells, (row) => row.decimal('line.tax'));
  const kind = values.of(cells, (row) => {
    const said = row.text('line.kind') ?? 'goods';
    const known = KINDS.find((each) => each === said);
    if (known === undefined) throw row.unreadable('line.kind', `one of ${KINDS.join(', ')}`, said);
    return known;
  });
  for (const [field, amount] of [
    ['line.unitPrice', price],
    ['line.discount', discount],
    ['line.tax', tax],
  ] as const)
    if (amount?.startsWith('-'))
      values.fault('VALUE_INVALID', values.pathOf(cells, field), 'expected an amount that is not negative');
  if (sku === undefined || quantity === undefined || kind === undefined) return [];
  if (price === undefined) values.warn('PRICE_MISSING', values.pathOf(cells, 'line.unitPrice'), 'taken as 0');
  const off = [
    ...(discount === undefined ? [] : [discount]),
    ...(tax !== undefined && settings.taxesIncluded ? [tax] : []),
  ];
  const unitPrice = unitPriceOf(price ?? '0', quantity, off);
  if (unitPrice === null) {
    values.fault('VALUE_INVALID', values.pathOf(cells, 'line.unitPrice'), 'expected an amount within range');
    return [];
  }
  return [
    {
      externalLineId: values.of(cells, (row) => row.text('line.id', NUMBER_MAX)) ?? String(at + 1),
      ...{ sku, quantity, unitPrice, kind, requiresShipping: kind === 'goods' },
      title: values.of(cells, (row) => row.text('line.title')),
      gtin: values.of(cells, (row) => row.text('line.gtin', 14)),
      buyerSku: values.of(cells, (row) => row.text('line.buyerSku', NUMBER_MAX)),
      quantities: { ordered: quantity },
      ...(price === undefined ? {} : { listPrice: { amount: price } }),
      ...(discount === undefined ? {} : { discounts: [{ scope: 'line', value: { amount: discount } }] }),
      ...(tax === undefined ? {} : { taxes: [{ included: settings.taxesIncluded, value: { amount: tax } }] }),
    },
  ];
}

function moneyOf(values: OrderValues, { taxesIncluded }: ChannelSettings): OrderMoney {
  const amountOf = (field: OrderField) => {
    const amount = values.once(field, (cells) => cells.decimal(field));
    return amount === undefined ? undefined : { amount };
  };
  const [shipping, discount, tax] = [amountOf('order.shipping'), amountOf('order.discount'), amountOf('order.tax')];
  const [subtotal, total] = [amountOf('order.subtotal'), amountOf('order.total')];
  const charges: Charge[] = shipping === undefined ? [] : [{ value: shipping }];
  return {
    taxesIncluded,
    discounts: discount === undefined ? [] : [{ scope: 'order', value: discount }],
    taxes: tax === undefined ? [] : [{ included: taxesIncluded, value: tax }],
    ...{ shipping: charges, fees: [], duties: [], giftCards: [], refunds: [], stated: { subtotal, total } },
  };
}

function deliveryOf(values: OrderValues): DeliveryWish | undefined {
  const serviceCode = values.text('delivery.service');
  const shipBy = values.moment('delivery.shipBy', 'delivery.shipBy')?.slice(0, 10);
  const instructions = values.text('delivery.instructions');
  const giftMessage = values.text('delivery.giftMessage');
  const wish = {
    serviceCode,
    shipBy,
    instructions,
    ...(giftMessage === undefined ? {} : { packingSlip: { giftMessage } }),
  };
  return Object.values(wish).some((said) => said !== undefined) ? wish : undefined;
}

function wordsOf(values: OrderValues): Pick<CanonicalOrder, 'tags' | 'customerTier'> {
  const tags = (values.text('tags') ?? '')
    .split(',')
    .map((tag) => tag.trim().slice(0, 100))
    .filter((tag) => tag !== '');
  return {
    ...(tags.length > 0 ? { tags: tags.slice(0, TAGS_MAX) } : {}),
    customerTier: values.text('customerTier', 100),
  };
}

function shipToOf(values: OrderValues, settings: ChannelSettings): Address | null {
  const address = addressOf(values, 'shipTo', settings);
  if (address !== null && address.lines.length > 0 && (address.city ?? address.postalCode) !== undefined)
    return { ...address, phone: values.text('shipTo.phone'), email: values.text('shipTo.email') };
  const path = placeOfFirst(values, 'shipTo.line1');
  values.fault('ADDRESS_INCOMPLETE', path, 'expected a street, and a city or postal code, of whom the goods go to');
  return null;
}

function partyOf(values: OrderValues, of: 'billTo', settings: ChannelSettings): Party | undefined {
  const address = addressOf(values, of, settings);
  const email = values.text(`${of}.email`);
  const phone = phoneOf(values, placeOfFirst(values, `${of}.phone`), values.text(`${of}.phone`), address?.countryCode);
  if (address === null && email === undefined && phone.phoneText === undefined) return undefined;
  const { name, company, ...place } = address ?? { name: undefined, company: undefined, lines: [], countryCode: 'ZZ' };
  return { name, company, email, ...phone, ...(address === null ? {} : { address: place }) };
}

function buyerOf(values: OrderValues, countryCode: string | undefined): Party | undefined {
  const [name, email] = [values.text('buyer.name'), values.text('buyer.email')];
  const phone = phoneOf(values, placeOfFirst(values, 'buyer.phone'), values.text('buyer.phone'), countryCode);
  if (name === undefined && email === undefined && phone.phoneText === undefined) return undefined;
  return { name, email, ...phone };
}

/** Null where nothing of it stands anywhere. */
function addressOf(values: OrderValues, of: 'shipTo' | 'billTo', settings: ChannelSettings): Address | null {
  const part = (field: PartyField) => values.text(`${of}.${field}`);
  const lines = (['line1', 'line2', 'line3'] as const).flatMap((field) => part(field) ?? []);
  const said = part('country');
  const [name, company, city] = [part('name'), part('company'), part('city')];
  const [written, postalCode] = [part('region'), part('postalCode')];
  const region = (written?.length ?? 0) <= 3 ? written?.toUpperCase() : written;
  if ([name, company, city, region, postalCode, said, ...lines].every((text) => text === undefined)) return null;
  const countryCode = said === undefined ? settings.countryCode : countryCodeOf(said);
  if (countryCode === undefined)
    values.fault(
      'COUNTRY_INVALID',
      placeOfFirst(values, `${of}.country`),
      'expected a country such as US, USA or United States',
    );
  else if (said !== undefined)
    values.original(of === 'shipTo' ? 'shipTo.countryCode' : 'billTo.address.countryCode', said, countryCode);
  return { name, company, lines, city, regionCode: region, postalCode, countryCode: countryCode ?? 'ZZ' };
}
