import type { CanonicalLine, LineCustoms, SourceQuantities } from '../../../model/canonical-order.js';
import type { Field } from '../../payload/reader.js';
import { unitPriceOf } from '../../payload/totals.js';
import { allocationsOf, amountOf, applicationsOf, orNone, taxesOf } from './amounts.js';

const LINES_MAX = 500;
const EVENTS_MAX = 1_000;
const QUANTITY_MAX = 1_000_000;
const NAMED_MAX = 100;

type Tally = Readonly<Record<'canceled' | 'refunded' | 'returned' | 'fulfilled', ReadonlyMap<string, number>>>;

/**
 * The order's lines, those that were taken out of it included (with quantity 0). A line's quantity is what is still to be shipped:
 * the least of `current_quantity` and `fulfillable_quantity`, where they are told.
 */
export function linesOf(order: Field, taxesIncluded: boolean): CanonicalLine[] {
  const { reading } = order;
  const list = order.get('line_items');
  const items = list.each(LINES_MAX, 'TOO_MANY_LINES');
  if (!Array.isArray(list.value) || list.value.length === 0)
    reading.fault('LINES_MISSING', list.path, 'expected at least one line');
  const applications = applicationsOf(order);
  const tally = tallyOf(order);
  const seen = new Set<string>();
  return items.flatMap((item) => {
    if (!item.isObject) {
      reading.fault('LINE_INVALID', item.path, 'expected an object');
      return [];
    }
    const externalLineId = idOf(item);
    if (externalLineId && seen.has(externalLineId))
      reading.fault('LINE_REPEATED', `${item.path}.id`, `line ${externalLineId} stands twice`);
    if (externalLineId) seen.add(externalLineId);
    const { ordered, quantity } = unitsOf(item);
    const giftCard = item.get('gift_card').flag() === true;
    const goods = item.get('requires_shipping').flag() !== false && !giftCard;
    const requiresShipping = goods && quantity !== 0;
    const sku = item.get('sku').text(200);
    if (!sku && requiresShipping)
      reading.fault('SKU_MISSING', `${item.path}.sku`, 'expected a SKU: give the variant one in Shopify');
    const listPrice = amountOf(item, 'price', 'PRICE_INVALID', 'not negative');
    if (!listPrice && !item.get('price').present)
      reading.fault('PRICE_INVALID', `${item.path}.price`, 'expected an amount that is not negative');
    const discounts = allocationsOf(item, applications, 'line');
    const taxes = taxesOf(item, taxesIncluded);
    if (!externalLineId || !listPrice || quantity === undefined || ordered === undefined) return [];
    const off = [...discounts, ...(taxesIncluded ? taxes : [])].map(({ value }) => value.amount);
    const unitPrice = unitPriceOf(listPrice.amount, ordered, off);
    if (unitPrice === null) {
      reading.fault('PRICE_INVALID', `${item.path}.price`, 'the line’s total is out of range');
      return [];
    }
    const parent = item.get('parent_line_item_id').id();
    return [
      {
        externalLineId,
        sku: sku ?? `shopify-line-${externalLineId}`,
        title: item.get('name').text() ?? item.get('title').text(),
        quantity,
        unitPrice,
        requiresShipping,
        kind: giftCard ? 'gift_card' : goods ? 'goods' : 'service',
        parentLineId: parent,
        quantities: quantitiesOf(externalLineId, ordered, tally),
        options: orNone(optionsOf(item)),
        listPrice,
        discounts: orNone(discounts),
        taxes: orNone(taxes),
        customs: customsOf(item),
        properties: orNone(namedOf(item.get('properties'))),
      },
    ];
  });
}

function unitsOf(item: Field): { readonly ordered: number | undefined; readonly quantity: number | undefined } {
  const counted = (key: string) => item.get(key).count(QUANTITY_MAX, 'QUANTITY_INVALID');
  const [first, current, left] = [counted('quantity'), counted('current_quantity'), counted('fulfillable_quantity')];
  if (!item.get('quantity').present && !item.get('current_quantity').present)
    item.reading.fault('QUANTITY_INVALID', `${item.path}.quantity`, `expected a whole number up to ${QUANTITY_MAX}`);
  const ordered = first ?? current;
  const now = current ?? first;
  return { ordered, quantity: now === undefined ? undefined : Math.min(now, left ?? now) };
}

/** Units by line of what refunds and fulfillments tell. `cancel` takes out what was not shipped, `return` brings back what was. */
function tallyOf(order: Field): Tally {
  const [canceled, refunded, returned, fulfilled] = [1, 2, 3, 4].map(() => new Map<string, number>());
  const tally = { canceled, refunded, returned, fulfilled } as Record<keyof Tally, Map<string, number>>;
  const add = (to: Map<string, number>, id: string | undefined, units: number | undefined) => {
    if (id !== undefined && units !== undefined) to.set(id, Math.min(QUANTITY_MAX, (to.get(id) ?? 0) + units));
  };
  const quantity = (field: Field) => field.get('quantity').count(QUANTITY_MAX, 'QUANTITY_INVALID');
  for (const refund of order.get('refunds').each(EVENTS_MAX))
    for (const line of refund.get('refund_line_items').each(EVENTS_MAX)) {
      const [id, units, restock] = [line.get('line_item_id').id(), quantity(line), line.get('restock_type').text()];
      add(tally.refunded, id, units);
      if (restock === 'cancel') add(tally.canceled, id, units);
      if (restock === 'return') add(tally.returned, id, units);
    }
  for (const fulfillment of order.get('fulfillments').each(EVENTS_MAX))
    if (fulfillment.get('status').text() === 'success')
      for (const line of fulfillment.get('line_items').each(EVENTS_MAX))
        add(tally.fulfilled, line.get('id').id(), quantity(line));
  return tally;
}

function quantitiesOf(id: string, ordered: number, tally: Tally): SourceQuantities {
  return {
    ordered,
    canceled: tally.canceled.get(id),
    refunded: tally.refunded.get(id),
    returned: tally.returned.get(id),
    fulfilled: tally.fulfilled.get(id),
  };
}

function optionsOf(item: Field) {
  const value = item.get('variant_title').text();
  return value === undefined ? [] : [{ name: 'variant', value }];
}

function customsOf(item: Field): LineCustoms | undefined {
  const [duty] = item.get('duties').each(LINES_MAX);
  const hsCode = duty?.get('harmonized_system_code').text(20);
  const origin = duty?.get('country_code_of_origin').text(2)?.toUpperCase();
  return hsCode === undefined && origin === undefined ? undefined : { hsCode, originCountry: origin };
}

/** Names with values, such as `properties` and `note_attributes`; `{}` and nothing stand for none. */
export function namedOf(list: Field): { readonly name: string; readonly value: string }[] {
  return list.each(NAMED_MAX).flatMap((entry) => {
    const name = entry.get('name').text(100);
    const value = entry.get('value').text(5_000);
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
}

/** The digits of an id, the GraphQL id's where there is one. Errors: the fault ID_INVALID. */
export function idOf(fields: Field): string | undefined {
  const plain = fields.get('id').id();
  const exact = /\/(\d{1,30})$/.exec(fields.get('admin_graphql_api_id').text() ?? '')?.[1];
  const id = exact ?? plain;
  const { path } = fields.get('id');
  if (id === undefined) fields.reading.fault('ID_INVALID', path, 'expected a positive id');
  return id;
}
