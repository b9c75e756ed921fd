import { formatAmount } from '../../../model/money.js';
import type { PurchaseOrder, PurchaseOrderAtVendor, UnreadableDocument, VendorDocument } from '../../connector.js';
import { type WirePurchaseOrder, type WireSubmission, wireDocument } from './protocol.js';

/** What is kept of a PO number that an odd document names. */
const PO_NUMBER_MAX = 200;

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

/** A page of the vendor's documents, each read by itself. Pure. */
export function readDocuments(said: readonly unknown[]): {
  documents: VendorDocument[];
  unreadable: UnreadableDocument[];
} {
  const documents: VendorDocument[] = [];
  const unreadable: UnreadableDocument[] = [];
  for (const [at, one] of said.entries()) {
    const read = wireDocument.safeParse(one);
    if (read.success) {
      documents.push(read.data);
      continue;
    }
    const named = typeof one === 'object' && one !== null && 'poNumber' in one ? one.poNumber : null;
    const [issue] = read.error.issues;
    const where = ['documents', at, ...(issue?.path ?? [])].join('.');
    unreadable.push({
      poNumber: typeof named === 'string' ? named.slice(0, PO_NUMBER_MAX) : null,
      problem: `${where}: ${issue?.message ?? 'not a document'}`,
    });
  }
  return { documents, unreadable };
}
