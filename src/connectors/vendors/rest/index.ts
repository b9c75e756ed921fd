import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { StockReport } from '../../../model/stock-report.js';
import type { CallContext, VendorConnector } from '../../connector.js';
import { callVendor } from './client.js';
import { fromWire, toSubmission } from './map.js';
import { wireCancelAnswer, wireDocuments, wirePurchaseOrder, wireStockPage } from './protocol.js';

const settings = z.object({
  /** Where the vendor's API begins, without a slash at the end. */
  baseUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
});
const secrets = z.object({ token: z.string().min(1).max(1_000) });

const DOCUMENTS_PER_PAGE = 200;
const STOCK_PAGES_MAX = 1_000;
const FAULTS_MAX = 20;

/**
 * Vendors that speak Headgate's own protocol: a PO is PUT under its number, so sending it twice makes one; lookups are the truth.
 * Source: docs/connectors/rest-vendor.md.
 */
export const restVendor: VendorConnector = {
  kind: 'vendor',
  manifest: { name: 'rest', version: '1.0.0', title: 'REST vendor (Headgate protocol)', settings, secrets },
  capabilities: {
    idempotentSubmit: true,
    authoritativeLookup: true,
    lateArrivalBoundMs: 60_000,
    cancel: true,
    checkAvailability: false,
  },

  async submitPurchaseOrder(po, context) {
    const answer = await callVendor(
      { method: 'PUT', path: poPath(po.poNumber), body: toSubmission(po), answer: wirePurchaseOrder, changes: true },
      linkOf(context),
      context,
    );
    if (answer === null)
      throw new ConnectorError(
        'VENDOR_CALL_INVALID',
        'permanent',
        'the vendor does not know this address (404): check baseUrl',
      );
    if (answer.poNumber !== po.poNumber)
      throw new ConnectorError(
        'VENDOR_ANSWER_MALFORMED',
        'unknown',
        `asked about ${po.poNumber}, the vendor answered about another purchase order`,
      );
    return fromWire(answer);
  },

  async lookupPurchaseOrder(poNumber, context) {
    const answer = await callVendor(
      { method: 'GET', path: poPath(poNumber), answer: wirePurchaseOrder, changes: false },
      linkOf(context),
      context,
    );
    return answer === null ? { found: false } : fromWire(answer);
  },

  async cancelPurchaseOrder(poNumber, context) {
    const answer = await callVendor(
      { method: 'POST', path: `${poPath(poNumber)}/cancellation`, body: {}, answer: wireCancelAnswer, changes: true },
      linkOf(context),
      context,
    );
    // It never had this PO, so nothing of it will be shipped under this number unless it still arrives: not an answer to a cancellation.
    if (answer === null)
      throw new ConnectorError('VENDOR_PO_UNKNOWN', 'unknown', `the vendor does not know ${poNumber}`);
    return answer.result === 'refused'
      ? { kind: 'refused', reason: answer.reason ?? 'no reason given' }
      : { kind: answer.result };
  },

  async pullDocuments(cursor, context) {
    const query = new URLSearchParams({
      limit: String(DOCUMENTS_PER_PAGE),
      ...(cursor === null ? {} : { after: cursor }),
    });
    const answer = await callVendor(
      { method: 'GET', path: `/v1/documents?${query}`, answer: wireDocuments, changes: false },
      linkOf(context),
      context,
    );
    if (answer === null)
      throw new ConnectorError(
        'VENDOR_CALL_INVALID',
        'permanent',
        'the vendor has no /v1/documents (404): check baseUrl',
      );
    return answer;
  },

  async pullStock(context) {
    const rows: StockReport['rows'][number][] = [];
    let asOf: string | null = null;
    let total = 0;
    let next: string | null = null;
    for (let page = 0; page < STOCK_PAGES_MAX; page += 1) {
      const path: string = `/v1/stock${next === null ? '' : `?${new URLSearchParams({ after: next })}`}`;
      const answer: z.infer<typeof wireStockPage> | null = await callVendor(
        { method: 'GET', path, answer: wireStockPage, changes: false },
        linkOf(context),
        context,
      );
      if (answer === null)
        throw new ConnectorError(
          'VENDOR_CALL_INVALID',
          'permanent',
          'the vendor has no /v1/stock (404): check baseUrl',
        );
      // Pages are read one after another: the whole is only as new as its oldest page.
      if (asOf === null || Date.parse(answer.asOf) < Date.parse(asOf)) asOf = answer.asOf;
      total = answer.total;
      rows.push(...answer.rows);
      next = answer.next;
      if (next === null) break;
    }
    const complete = next === null && rows.length === total;
    const faults = complete
      ? []
      : [{ code: 'STOCK_TRUNCATED', message: `expected ${total} rows, got ${rows.length}`, path: 'rows' }];
    return { asOf: asOf ?? context.clock.now().toISOString(), complete, rows, faults: faults.slice(0, FAULTS_MAX) };
  },
};

function poPath(poNumber: string): string {
  return `/v1/purchase-orders/${encodeURIComponent(poNumber)}`;
}

function linkOf(context: CallContext): { baseUrl: string; token: string } {
  // Checked when the account was linked; parsing again only tells the compiler.
  return { ...settings.parse(context.account.settings), ...secrets.parse(context.account.secrets) };
}
