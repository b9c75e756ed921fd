import { z } from 'zod';

const BAG = '{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }';
const TAXES = `taxLines { title rate priceSet ${BAG} }`;
const SHARES = `discountAllocations { allocatedAmountSet ${BAG} discountApplication { index } }`;
const ADDRESS = `{
  name firstName lastName company address1 address2 city province provinceCode zip country countryCodeV2 phone latitude longitude
}`;

/** Lines of an order, as many as its cost of 1,000 points allows at once. */
export const LINES_OF_ORDER = `
  pageInfo { hasNextPage endCursor }
  nodes {
    id sku title name variantTitle quantity currentQuantity unfulfilledQuantity requiresShipping isGiftCard
    originalUnitPriceSet ${BAG}
    ${SHARES}
    ${TAXES}
    duties { harmonizedSystemCode countryCodeOfOrigin price ${BAG} }
    customAttributes { key value }
  }`;

/** What is asked of an order, but for its lines. */
export const FIELDS_OF_ORDER = `
  id legacyResourceId name createdAt updatedAt cancelledAt cancelReason currencyCode taxesIncluded test tags email phone note poNumber
  displayFinancialStatus displayFulfillmentStatus customerLocale
  customAttributes { key value }
  customer { legacyResourceId firstName lastName tags }
  shippingAddress ${ADDRESS}
  billingAddress ${ADDRESS}
  subtotalPriceSet ${BAG}
  totalPriceSet ${BAG}
  totalDiscountsSet ${BAG}
  totalShippingPriceSet ${BAG}
  totalTaxSet ${BAG}
  totalTipReceivedSet ${BAG}
  ${TAXES}
  discountApplications(first: 20) {
    nodes {
      index allocationMethod targetType
      ... on DiscountCodeApplication { code }
      ... on ManualDiscountApplication { title }
      ... on AutomaticDiscountApplication { title }
      ... on ScriptDiscountApplication { title }
    }
  }
  shippingLines(first: 10) { nodes { code title originalPriceSet ${BAG} ${SHARES} ${TAXES} } }`;

const text = z.string().nullish();
const money = z.object({ amount: z.string(), currencyCode: z.string() });
const bag = z.object({ shopMoney: money, presentmentMoney: money });
const taxLines = z.array(z.object({ title: text, rate: z.number().nullish(), priceSet: bag }));
const shares = z.array(z.object({ allocatedAmountSet: bag, discountApplication: z.object({ index: z.int() }) }));
const attributes = z.array(z.object({ key: z.string(), value: text }));
const address = z.object({
  ...{ name: text, firstName: text, lastName: text, company: text, address1: text, address2: text, city: text },
  ...{ province: text, provinceCode: text, zip: text, country: text, countryCodeV2: text, phone: text },
  ...{ latitude: z.number().nullish(), longitude: z.number().nullish() },
});

/** A line as the Admin API tells it. */
export const lineShape = z.object({
  ...{ id: z.string(), sku: text, title: text, name: text, variantTitle: text },
  ...{ quantity: z.int(), currentQuantity: z.int(), unfulfilledQuantity: z.int() },
  ...{ requiresShipping: z.boolean(), isGiftCard: z.boolean(), originalUnitPriceSet: bag },
  ...{ discountAllocations: shares, taxLines, customAttributes: attributes },
  duties: z.array(z.object({ harmonizedSystemCode: text, countryCodeOfOrigin: text, price: bag })),
});

/** An order as the Admin API tells it, without its lines. */
export const orderShape = z.object({
  ...{ id: z.string(), legacyResourceId: z.union([z.string(), z.number()]), name: z.string() },
  ...{ createdAt: z.string(), updatedAt: z.string(), cancelledAt: text, cancelReason: text, currencyCode: z.string() },
  ...{ taxesIncluded: z.boolean(), test: z.boolean(), tags: z.array(z.string()), customerLocale: text },
  ...{
    email: text,
    phone: text,
    note: text,
    poNumber: text,
    displayFinancialStatus: text,
    displayFulfillmentStatus: text,
  },
  customAttributes: attributes,
  customer: z
    .object({
      legacyResourceId: z.union([z.string(), z.number()]),
      firstName: text,
      lastName: text,
      tags: z.array(z.string()),
    })
    .nullable(),
  ...{ shippingAddress: address.nullable(), billingAddress: address.nullable() },
  ...{ subtotalPriceSet: bag.nullable(), totalPriceSet: bag, totalDiscountsSet: bag.nullable() },
  ...{ totalShippingPriceSet: bag, totalTaxSet: bag.nullable(), totalTipReceivedSet: bag.nullable(), taxLines },
  discountApplications: z.object({
    nodes: z.array(
      z.object({ index: z.int(), allocationMethod: z.string(), targetType: z.string(), code: text, title: text }),
    ),
  }),
  shippingLines: z.object({
    nodes: z.array(z.object({ code: text, title: text, originalPriceSet: bag, discountAllocations: shares, taxLines })),
  }),
});

type Bag = z.infer<typeof bag>;
const digits = (gid: string) => /(\d+)(?:\?.*)?$/.exec(gid)?.[1];
const bagOf = (set: Bag | null | undefined) =>
  set && {
    shop_money: { amount: set.shopMoney.amount, currency_code: set.shopMoney.currencyCode },
    presentment_money: { amount: set.presentmentMoney.amount, currency_code: set.presentmentMoney.currencyCode },
  };
const priced = <K extends string>(key: K, set: Bag | null | undefined) =>
  set ? { [key]: set.shopMoney.amount, [`${key}_set`]: bagOf(set) } : {};
const taxesOf = (lines: z.infer<typeof taxLines>) =>
  lines.map(({ title, rate, priceSet }) => ({ title, rate, ...priced('price', priceSet) }));
const sharesOf = (list: z.infer<typeof shares>) =>
  list.map(({ allocatedAmountSet, discountApplication }) => ({
    ...priced('amount', allocatedAmountSet),
    discount_application_index: discountApplication.index,
  }));
const namedOf = (list: z.infer<typeof attributes>) => list.map(({ key, value }) => ({ name: key, value }));
const addressOf = (at: z.infer<typeof address> | null) =>
  at && {
    ...{ name: at.name, first_name: at.firstName, last_name: at.lastName, company: at.company, phone: at.phone },
    ...{ address1: at.address1, address2: at.address2, city: at.city, zip: at.zip, province: at.province },
    ...{ province_code: at.provinceCode, country: at.country, country_code: at.countryCodeV2 },
    ...{ latitude: at.latitude, longitude: at.longitude },
  };
/** Words of GraphQL as REST writes them; `UNFULFILLED` is null there. */
const lower = (said: string | null | undefined) => said?.toLowerCase();
const FULFILLMENT: Readonly<Record<string, string | null>> = { unfulfilled: null, partially_fulfilled: 'partial' };

/**
 * An order of the GraphQL Admin API in the shape of its webhooks, so that one mapping reads both. Refunds and fulfillments are not asked for:
 * what is left of each line says what is still to be shipped. Pure.
 */
export function restOrderOf(order: z.infer<typeof orderShape>, lines: readonly z.infer<typeof lineShape>[]): object {
  const { customer } = order;
  const fulfillment = lower(order.displayFulfillmentStatus) ?? '';
  return {
    ...{ id: String(order.legacyResourceId), admin_graphql_api_id: order.id, name: order.name },
    ...{ created_at: order.createdAt, updated_at: order.updatedAt, cancelled_at: order.cancelledAt },
    ...{ cancel_reason: lower(order.cancelReason), currency: order.currencyCode, taxes_included: order.taxesIncluded },
    ...{ test: order.test, tags: order.tags.join(', '), email: order.email, phone: order.phone, note: order.note },
    ...{
      po_number: order.poNumber,
      customer_locale: order.customerLocale,
      note_attributes: namedOf(order.customAttributes),
    },
    financial_status: lower(order.displayFinancialStatus),
    fulfillment_status: fulfillment in FULFILLMENT ? FULFILLMENT[fulfillment] : fulfillment,
    customer: customer && {
      ...{ id: String(customer.legacyResourceId), first_name: customer.firstName, last_name: customer.lastName },
      tags: customer.tags.join(', '),
    },
    ...{ shipping_address: addressOf(order.shippingAddress), billing_address: addressOf(order.billingAddress) },
    ...priced('subtotal_price', order.subtotalPriceSet),
    ...priced('total_price', order.totalPriceSet),
    ...priced('total_discounts', order.totalDiscountsSet),
    ...priced('total_tax', order.totalTaxSet),
    ...priced('total_tip_received', order.totalTipReceivedSet),
    total_shipping_price_set: bagOf(order.totalShippingPriceSet),
    tax_lines: taxesOf(order.taxLines),
    discount_applications: [...order.discountApplications.nodes]
      .sort((a, b) => a.index - b.index)
      .map(({ allocationMethod, targetType, code, title }) => ({
        ...{ allocation_method: lower(allocationMethod), target_type: lower(targetType), code, title },
      })),
    shipping_lines: order.shippingLines.nodes.map((line) => ({
      ...{ code: line.code, title: line.title, ...priced('price', line.originalPriceSet) },
      ...{ discount_allocations: sharesOf(line.discountAllocations), tax_lines: taxesOf(line.taxLines) },
    })),
    line_items: lines.map((line) => ({
      ...{ id: digits(line.id), admin_graphql_api_id: line.id, sku: line.sku, title: line.title, name: line.name },
      ...{ variant_title: line.variantTitle, quantity: line.quantity, current_quantity: line.currentQuantity },
      ...{ fulfillable_quantity: line.unfulfilledQuantity, requires_shipping: line.requiresShipping },
      ...{ gift_card: line.isGiftCard, ...priced('price', line.originalUnitPriceSet) },
      ...{ discount_allocations: sharesOf(line.discountAllocations), tax_lines: taxesOf(line.taxLines) },
      properties: namedOf(line.customAttributes),
      duties: line.duties.map(({ harmonizedSystemCode, countryCodeOfOrigin, price }) => ({
        ...{
          harmonized_system_code: harmonizedSystemCode,
          country_code_of_origin: countryCodeOfOrigin,
          ...bagOf(price),
        },
      })),
    })),
  };
}
