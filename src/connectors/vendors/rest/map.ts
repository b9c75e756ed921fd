import { formatAmount, parseAmount, type TenThousandths } from '../../../model/money.js';
import type { AvailabilityAnswer, AvailabilityAnswerRow, AvailabilityQuestion } from '../../../model/stock-report.js';
import type {
  PurchaseOrder,
  PurchaseOrderAtVendor,
  UnreadableDocument,
  VendorDocument,
} from '../../vendor-documents.js';
import {
  type WireAvailability,
  type WireDocument,
  type WirePurchaseOrder,
  type WireSubmission,
  wireDocument,
} from './protocol.js';

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
    ...{ orderNumber: po.orderNumber, instructions: po.instructions, incoterms: po.incoterms },
    packingSlip: po.packingSlip && { ...po.packingSlip },
    freightAccount: po.freightAccount,
    lines: po.lines.map((line) => ({
      ...line,
      unitCost: formatAmount(line.unitCost),
      customs: line.customs && { ...line.customs },
    })),
  };
}

/** What the vendor says of a purchase order. Pure. */
export function fromWire(answer: WirePurchaseOrder): PurchaseOrderAtVendor & { readonly found: true } {
  const { vendorReference, status, documents } = answer;
  return { found: true, vendorReference, status, documents: documents.map(documentOf) };
}

/** A document with its amounts as Headgate counts them. Pure. */
function documentOf(said: WireDocument): VendorDocument {
  if (said.kind === 'acknowledgement') {
    return {
      ...said,
      lines: said.lines.map(({ changed, ...line }) =>
        changed === undefined ? line : { ...line, changed: { ...changed, unitCost: amountOf(changed.unitCost) } },
      ),
    };
  }
  if (said.kind !== 'invoice') return said;
  return {
    ...said,
    lines: said.lines.map((line) => ({ ...line, unitCost: parseAmount(line.unitCost) })),
    charges: said.charges.map((charge) => ({ ...charge, amount: parseAmount(charge.amount) })),
    total: amountOf(said.total),
  };
}

function amountOf(text: string | undefined): TenThousandths | undefined {
  return text === undefined ? undefined : parseAmount(text);
}

/**
 * A vendor's answer to a live question. Rows that were not asked about are left out. Pure.
 *
 * Null where it says two things of one row: neither can be believed, and no answer is safer than either.
 */
export function readAvailability(
  question: AvailabilityQuestion,
  said: Pick<WireAvailability, 'rows'>,
): AvailabilityAnswer['rows'] | null {
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
  return [...rows.values()];
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
      documents.push(documentOf(read.data));
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
