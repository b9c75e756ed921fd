import type { InvoiceNotice, ReceiptNotice } from '../connectors/vendor-documents.js';
import { formatAmount } from '../model/money.js';
import { vendorTermsOf } from '../model/vendor-terms.js';
import { applyAcknowledgement } from './acknowledgement.js';
import { isWithin } from './answer-rules.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { NO_RECEIPT, noteOnce, RECEIPT_REJECTED } from './settle-fulfillment.js';

/** A vendor bills other prices or more units than were agreed and sent: a review. */
export const INVOICE_DIFFERS = 'INVOICE_DIFFERS';
/** A cent: a total may be rounded. */
const TOTAL_ROUNDING = 100;

/**
 * The vendor's machine read the PO, or could not. What it could not read it does not know: nothing is sent again by itself (the same bytes
 * would fail the same way), and the units stay there until a person decides, or the vendor's terms say that it ships nothing of it.
 */
export function applyReceipt(draft: OrderDraft, fulfillment: FulfillmentDraft, document: ReceiptNotice): void {
  if (document.accepted) {
    draft.resolveItems([NO_RECEIPT, RECEIPT_REJECTED], 'the vendor has it', fulfillment.id);
    return;
  }
  // Someone there has read it all the same.
  if (fulfillment.total('accepted') + fulfillment.total('shipped') > 0) return;
  const reason = document.reason?.slice(0, 200) ?? null;
  if (vendorTermsOf(fulfillment.before.vendorTerms).receiptRejected === 'reroute') {
    const { poNumber, at } = document;
    const order = { verdict: 'rejected' as const, reason: reason ?? 'its machine could not read the purchase order' };
    applyAcknowledgement(draft, fulfillment, {
      ...{ kind: 'acknowledgement', poNumber, at, vendorReference: '', lines: [], order },
    });
    return;
  }
  draft.resolveItems([NO_RECEIPT], 'its machine could not read it', fulfillment.id);
  noteOnce(draft, fulfillment, RECEIPT_REJECTED, { reason }, document.at);
}

/**
 * Holds all that a vendor billed for a PO against what was agreed and what it sent; a difference is a review with both figures, which ends by
 * itself where later documents make it good. Charges beside the lines are kept, and nothing is agreed to hold them against.
 */
export function matchInvoices(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  invoices: readonly InvoiceNotice[],
): void {
  const differences = invoiceDifferences(fulfillment, invoices);
  if (differences.length === 0) {
    draft.resolveItems([INVOICE_DIFFERS], 'it matches by now', fulfillment.id);
    return;
  }
  const { vendorCurrency } = fulfillment.before;
  noteOnce(draft, fulfillment, INVOICE_DIFFERS, { currency: vendorCurrency, differences }, JSON.stringify(differences));
}

function invoiceDifferences(fulfillment: FulfillmentDraft, invoices: readonly InvoiceNotice[]) {
  const { vendorCurrency, lines, vendorTerms } = fulfillment.before;
  const { priceTolerancePercent } = vendorTermsOf(vendorTerms);
  const differences: Readonly<Record<string, unknown>>[] = [];
  const billed = new Map<number, number>();
  for (const { invoiceNumber, currency, lines: own, charges, total } of invoices) {
    if (currency !== vendorCurrency)
      differences.push({ what: 'currency', invoiceNumber, agreed: vendorCurrency, billed: currency });
    for (const { lineNo, quantity, unitCost } of own) {
      billed.set(lineNo, (billed.get(lineNo) ?? 0) + quantity);
      const line = lines.find((each) => each.lineNo === lineNo);
      if (!line || isWithin(line.unitCost, unitCost, priceTolerancePercent)) continue;
      const [agreed, said] = [formatAmount(line.unitCost), formatAmount(unitCost)];
      differences.push({ what: 'price', invoiceNumber, lineNo, agreed, billed: said });
    }
    const sum = [...own.map((line) => line.quantity * line.unitCost), ...charges.map(({ amount }) => amount)].reduce(
      (all, part) => all + part,
      0,
    );
    if (total !== undefined && Math.abs(total - sum) > TOTAL_ROUNDING)
      differences.push({ what: 'total', invoiceNumber, listed: formatAmount(sum), billed: formatAmount(total) });
  }
  // While units may still be sent they may be billed: a vendor's invoice often comes before its notice.
  for (const [lineNo, units] of billed) {
    const tally = fulfillment.tally(lineNo);
    const due = tally ? tally.shipped + fulfillment.live(lineNo) : 0;
    if (units > due) differences.push({ what: 'units', lineNo, shipped: due, billed: units });
  }
  return differences;
}
