import { formatAmount } from '../../../model/money.js';
import type { AvailabilityAnswer, AvailabilityAnswerRow, AvailabilityQuestion } from '../../../model/stock-report.js';
import type {
  PurchaseOrder,
  PurchaseOrderAtVendor,
  UnreadableDocument,
  VendorDocument,
} from '../../vendor-documents.js';
import { type WireAvailability, type WirePurchaseOrder, type WireSubmission, wireDocument } from './protocol.js';

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

/**
 * A vendor's answer to a live question. Rows that were not asked about are left out. Pure.
 *
 * Null where it says two things of one row: neither can be believed, and no answer is safer than either.
 */
export function readAvailability(question: AvailabilityQuestion, said: WireAvailability): AvailabilityAnswer | null {
  const asked = new Set(question.rows.map(keyOf));
  const rows = new Map<string, AvailabilityAnswerRow>();
  for (const row of said.rows) {
    const key = keyOf(row);
    if (!asked.has(key)) continue;
    if (rows.has(key)) return null;
    const { nodeCode, vendorSku } = row;
    rows.set(
      key,
      'onHand' in row
        ? { nodeCode, vendorSku, kind: 'figure', onHand: row.onHand }
        : { nodeCode, vendorSku, kind: row.available ? 'yes' : 'no' },
    );
  }
  return { asOf: said.asOf, rows: [...rows.values()] };
}

function keyOf(row: { readonly nodeCode: string; readonly vendorSku: string }): string {
  return JSON.stringify([row.nodeCode, row.vendorSku]);
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
