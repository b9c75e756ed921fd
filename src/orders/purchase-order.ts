import type { PurchaseOrder } from '../connectors/vendor-documents.js';
import { HeadgateError } from '../model/errors.js';
import type { FulfillmentAggregate } from '../store/orders.js';
import type { PurchaseOrderFacts } from '../store/purchase-orders.js';

/**
 * The purchase order of a fulfillment, as its vendor gets it: the same bytes on every attempt.
 *
 * Units:  quantities in units and in the vendor's packs; `unitCost` per unit, in the vendor's currency.
 * Errors: HeadgateError of class `permanent`: ADDRESS_ERASED; NOT_WHOLE_PACKS where units do not fill packs. Pure.
 */
export function purchaseOrderOf(fulfillment: FulfillmentAggregate, facts: PurchaseOrderFacts): PurchaseOrder {
  if (facts.shipTo === null) {
    const message = `expected an address for PO ${fulfillment.poNumber}, but it was erased: cancel the order`;
    throw new HeadgateError('ADDRESS_ERASED', 'permanent', message);
  }
  return {
    poNumber: fulfillment.poNumber,
    nodeCode: fulfillment.nodeCode,
    shipVia: facts.shipVia ?? fulfillment.serviceCode,
    currency: fulfillment.vendorCurrency,
    shipBy: fulfillment.shipBy.toISOString(),
    shipTo: facts.shipTo,
    lines: fulfillment.lines.map((line) => {
      const alias = facts.aliases.get(line.productId);
      const unitsPerPack = alias?.unitsPerPack ?? 1;
      if (line.quantity % unitsPerPack !== 0) {
        const message = `expected ${line.sku} in packs of ${unitsPerPack}, got ${line.quantity} units: set the offer's quantity multiple`;
        throw new HeadgateError('NOT_WHOLE_PACKS', 'permanent', message);
      }
      return {
        lineNo: line.lineNo,
        vendorSku: alias?.vendorSku ?? line.sku,
        sku: line.sku,
        packs: line.quantity / unitsPerPack,
        unitsPerPack,
        unitOfMeasure: alias?.unitOfMeasure ?? 'EA',
        quantity: line.quantity,
        unitCost: line.unitCost,
      };
    }),
  };
}
