import { formatAmount } from '../../../model/money.js';
import type { PurchaseOrder, PurchaseOrderAtVendor } from '../../connector.js';
import type { WirePurchaseOrder, WireSubmission } from './protocol.js';

/** A purchase order as it travels. Pure. */
export function toSubmission(po: PurchaseOrder): WireSubmission {
  return {
    nodeCode: po.nodeCode,
    shipVia: po.shipVia,
    currency: po.currency,
    shipBy: po.shipBy,
    shipTo: { ...po.shipTo },
    lines: po.lines.map((line) => ({ ...line, unitCost: formatAmount(line.unitCost) })),
  };
}

/** What the vendor says of a purchase order. Pure. */
export function fromWire(answer: WirePurchaseOrder): PurchaseOrderAtVendor & { readonly found: true } {
  return { found: true, vendorReference: answer.vendorReference, status: answer.status, documents: answer.documents };
}
