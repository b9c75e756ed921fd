import { Big } from 'big.js';
import type { CanonicalLine } from '../../../model/canonical-order.js';
import type { Field } from '../../payload/reader.js';
import { unitPriceOf } from '../../payload/totals.js';

const LINES_MAX = 500;
const META_MAX = 200;
const QUANTITY_MAX = 1_000_000;
const HALF_UP = 1;
const FRACTION_MAX = 12;
/** Keys that gift card plugins put on the lines that are gift cards. */
const GIFT_CARD = /^(wc_gc_giftcard_|_ywgc_)/;

/**
 * The order's lines. WooCommerce's `subtotal` and `total` are the whole line's, before and after coupons, without tax whatever
 * `prices_include_tax` says. A bundle's parent keeps its price and is not shipped; its parts are lines that name it.
 */
export function linesOf(order: Field): CanonicalLine[] {
  const { reading } = order;
  const list = order.get('line_items');
  const items = list.each(LINES_MAX, 'TOO_MANY_LINES');
  if (!Array.isArray(list.value) || list.value.length === 0)
    reading.fault('LINES_MISSING', list.path, 'expected at least one line');
  const bundles = bundlesOf(items);
  const seen = new Set<string>();
  return items.flatMap((item) => {
    if (!item.isObject) {
      reading.fault('LINE_INVALID', item.path, 'expected an object');
      return [];
    }
    const externalLineId = item.get('id').id();
    if (!externalLineId) reading.fault('ID_INVALID', `${item.path}.id`, 'expected a positive id');
    if (externalLineId && seen.has(externalLineId))
      reading.fault('LINE_REPEATED', `${item.path}.id`, `line ${externalLineId} stands twice`);
    if (externalLineId) seen.add(externalLineId);
    const quantity = item.get('quantity').count(QUANTITY_MAX, 'QUANTITY_INVALID');
    if (!item.get('quantity').present)
      reading.fault('QUANTITY_INVALID', `${item.path}.quantity`, 'expected a whole number');
    const meta = metaOf(item);
    const giftCard = meta.some(({ key }) => GIFT_CARD.test(key));
    const bundle = externalLineId !== undefined && bundles.parents.has(externalLineId);
    const requiresShipping = !giftCard && !bundle && quantity !== 0;
    const sku = item.get('sku').text(200);
    if (!sku && requiresShipping)
      reading.fault('SKU_MISSING', `${item.path}.sku`, 'expected a SKU: give the product one in WooCommerce');
    const total = item.get('total').decimal('PRICE_INVALID', 'not negative');
    if (!item.get('total').present) reading.fault('PRICE_INVALID', `${item.path}.total`, 'expected an amount');
    const subtotal = item.get('subtotal').decimal('PRICE_INVALID', 'not negative') ?? total;
    const tax = item.get('total_tax').decimal();
    if (!externalLineId || quantity === undefined || total === undefined || subtotal === undefined) return [];
    const unitPrice = unitPriceOf(shareOf(total, quantity), 1, []);
    if (unitPrice === null) {
      reading.fault('PRICE_INVALID', `${item.path}.total`, 'the line’s total is out of range');
      return [];
    }
    const off = new Big(subtotal).minus(total);
    const options = meta.flatMap(({ key, value }) => (key.startsWith('_') ? [] : [{ name: key, value }]));
    return [
      {
        externalLineId,
        sku: sku ?? `woocommerce-line-${externalLineId}`,
        title: item.get('name').text(),
        quantity,
        unitPrice,
        requiresShipping,
        kind: bundle ? 'bundle' : giftCard ? 'gift_card' : 'goods',
        parentLineId: bundles.parentOf.get(externalLineId),
        quantities: { ordered: quantity },
        options: options.length > 0 ? options : undefined,
        listPrice: { amount: shareOf(subtotal, quantity) },
        discounts: off.eq(0) ? undefined : [{ scope: 'order', value: { amount: off.toFixed() } }],
        taxes: tax === undefined || new Big(tax).eq(0) ? undefined : [{ included: false, value: { amount: tax } }],
        gtin: item.get('global_unique_id').text(50),
      },
    ];
  });
}

/** A line's amount for each of its units, half up to 12 digits. */
function shareOf(amount: string, quantity: number): string {
  return new Big(amount).div(Math.max(1, quantity)).round(FRACTION_MAX, HALF_UP).toFixed();
}

interface Bundles {
  readonly parents: ReadonlySet<string>;
  readonly parentOf: ReadonlyMap<string, string>;
}

/** Which lines are bundles, and of which the others are parts: as Product Bundles and Composite Products tell it, by id or by key. */
function bundlesOf(items: readonly Field[]): Bundles {
  const keys = new Map<string, string>();
  const ids = new Set<string>();
  for (const item of items) {
    const id = item.get('id').id();
    if (id === undefined) continue;
    ids.add(id);
    for (const { key, value } of metaOf(item))
      if (key === '_bundle_cart_key' || key === '_composite_cart_key') keys.set(value, id);
  }
  const parentOf = new Map<string, string>();
  for (const item of items) {
    const id = item.get('id').id();
    if (id === undefined) continue;
    const byId = item.get('bundled_by').id() ?? item.get('composite_parent').id();
    const byKey = metaOf(item).find(({ key }) => key === '_bundled_by' || key === '_composite_parent')?.value;
    const parent = byId ?? (byKey === undefined ? undefined : keys.get(byKey));
    if (parent !== undefined && parent !== id && ids.has(parent)) parentOf.set(id, parent);
  }
  return { parents: new Set(parentOf.values()), parentOf };
}

/** What plugins put on a line or an order, as far as it is text. */
function metaOf(of: Field): { readonly key: string; readonly value: string }[] {
  return of
    .get('meta_data')
    .each(META_MAX)
    .flatMap((entry) => {
      const value = entry.get('value');
      if (value.isObject || value.isList) return [];
      const [key, text] = [entry.get('key').text(200), value.text(5_000)];
      return key === undefined || text === undefined ? [] : [{ key, value: text }];
    });
}
