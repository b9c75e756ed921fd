import type { PurchaseOrder } from '../connectors/vendor-documents.js';
import type { LineCustoms, PackingSlip } from '../model/canonical-order.js';
import { HeadgateError } from '../model/errors.js';
import type { FulfillmentAggregate } from '../store/orders.js';
import type { ProductFactsOfOrder, PurchaseOrderFacts } from '../store/purchase-orders.js';

/**
 * The purchase order of a fulfillment, as its vendor gets it: the same bytes on every attempt, as long as nothing that it is made from was
 * set up otherwise. It never says what the customer paid.
 *
 * Units:  quantities in units and in the vendor's packs; `unitCost` per unit, in the vendor's currency; `shipBy` the earlier of what was
 *         planned and what the customer asked for.
 * Errors: HeadgateError of class `permanent`: ADDRESS_ERASED; NOT_WHOLE_PACKS where units do not fill packs. Pure.
 */
export function purchaseOrderOf(fulfillment: FulfillmentAggregate, facts: PurchaseOrderFacts): PurchaseOrder {
  if (facts.shipTo === null) {
    const message = `expected an address for PO ${fulfillment.poNumber}, but it was erased: cancel the order`;
    throw new HeadgateError('ADDRESS_ERASED', 'permanent', message);
  }
  const { delivery: wish } = facts.document ?? {};
  const { thirdPartyFreight, instructions } = facts.personal?.delivery ?? {};
  const crossesBorder = facts.nodeCountry !== facts.shipTo.countryCode;
  return {
    poNumber: fulfillment.poNumber,
    nodeCode: fulfillment.nodeCode,
    shipVia: facts.shipVia ?? fulfillment.serviceCode,
    currency: fulfillment.vendorCurrency,
    shipBy: earlierOf(fulfillment.shipBy, wish?.shipBy),
    shipTo: facts.shipTo,
    orderNumber: facts.orderNumber,
    packingSlip: packingSlipOf(facts),
    ...(thirdPartyFreight === undefined ? {} : { freightAccount: thirdPartyFreight }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(wish?.incoterms === undefined ? {} : { incoterms: wish.incoterms }),
    lines: fulfillment.lines.map((line) => {
      const alias = facts.aliases.get(line.productId);
      const unitsPerPack = alias?.unitsPerPack ?? 1;
      if (line.quantity % unitsPerPack !== 0) {
        const message = `expected ${line.sku} in packs of ${unitsPerPack}, got ${line.quantity} units: set the offer's quantity multiple`;
        throw new HeadgateError('NOT_WHOLE_PACKS', 'permanent', message);
      }
      const product = facts.lines.get(line.lineNo);
      const given = facts.document?.lines?.find(({ externalLineId }) => externalLineId === product?.externalLineId);
      const customs = customsOf(given?.customs, product, crossesBorder);
      return {
        lineNo: line.lineNo,
        vendorSku: alias?.vendorSku ?? line.sku,
        sku: line.sku,
        packs: line.quantity / unitsPerPack,
        unitsPerPack,
        unitOfMeasure: alias?.unitOfMeasure ?? 'EA',
        quantity: line.quantity,
        unitCost: line.unitCost,
        title: given?.title ?? product?.title,
        ...(given?.gtin === undefined ? {} : { gtin: given.gtin }),
        ...(customs === null ? {} : { customs }),
      };
    }),
  };
}

function earlierOf(planned: Date, wished: string | undefined): string {
  const asked = wished === undefined ? Number.NaN : Date.parse(wished);
  return new Date(asked < planned.getTime() ? asked : planned).toISOString();
}

/** The order's own words before the account's. */
function packingSlipOf({ personal, document, orderNumber, packingSlip: agreed }: PurchaseOrderFacts): PackingSlip {
  const own = personal?.delivery?.packingSlip;
  const slip: PackingSlip = {
    brand: own?.brand ?? agreed.brand,
    returnAddress: own?.returnAddress ?? agreed.returnAddress,
    customerOrderNumber: own?.customerOrderNumber ?? orderNumber,
    customerPoNumber: own?.customerPoNumber ?? document?.customerPoNumber,
    giftMessage: own?.giftMessage,
    message: own?.message ?? agreed.message,
  };
  return Object.fromEntries(Object.entries(slip).filter(([, value]) => value !== undefined));
}

/** What the border is told: what the order says, and across one the product's own codes where it says none. Null: nothing. */
function customsOf(
  given: LineCustoms | undefined,
  product: ProductFactsOfOrder | undefined,
  crossesBorder: boolean,
): LineCustoms | null {
  if (given === undefined && !crossesBorder) return null;
  const hsCode = given?.hsCode ?? product?.hsCode ?? undefined;
  const originCountry = given?.originCountry ?? product?.originCountry ?? undefined;
  const { value } = given ?? {};
  const customs = Object.entries({ hsCode, originCountry, value }).filter(([, each]) => each !== undefined);
  return customs.length === 0 ? null : Object.fromEntries(customs);
}
