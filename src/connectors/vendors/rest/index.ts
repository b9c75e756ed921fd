import type { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import { AVAILABILITY_ROWS_MAX, type StockReport } from '../../../model/stock-report.js';
import { jsonAddress, jsonSecrets, jsonSettings } from '../../json-call.js';
import type { VendorConnector } from '../../vendor.js';
import { callAboutPurchaseOrder, callVendor } from './client.js';
import { fromWire, readAvailability, readDocuments, toSubmission } from './map.js';
import {
  type WirePurchaseOrder,
  wireAvailability,
  wireCancelAnswer,
  wireDocuments,
  wirePurchaseOrder,
  wireStockPage,
} from './protocol.js';

const DOCUMENTS_PER_PAGE = 200;
const STOCK_PAGES_MAX = 1_000;
const FAULTS_MAX = 20;

/**
 * Vendors that speak Headgate's own protocol: a PO is PUT under its number, so sending it twice makes one; lookups are the truth.
 * Source: docs/connectors/rest-vendor.md.
 */
export const restVendor: VendorConnector = {
  kind: 'vendor',
  manifest: {
    name: 'rest',
    version: '1.0.0',
    title: 'REST vendor (Headgate protocol)',
    settings: jsonSettings,
    secrets: jsonSecrets,
  },
  capabilities: {
    idempotentSubmit: true,
    authoritativeLookup: true,
    lateArrivalBoundMs: 60_000,
    cancel: true,
    checkAvailability: true,
    stockFeed: { subtracts: 'shipped', lagMs: 0, complete: false, deltas: true },
  },

  async submitPurchaseOrder(po, context) {
    const answer = await callVendor(
      { method: 'PUT', path: poPath(po.poNumber), body: toSubmission(po), answer: wirePurchaseOrder, changes: true },
      jsonAddress('vendor', context),
      context,
    );
    return fromWire(answered(answer, po.poNumber, 'unknown'));
  },

  async lookupPurchaseOrder(poNumber, context) {
    const answer = await callAboutPurchaseOrder(
      poNumber,
      { method: 'GET', path: poPath(poNumber), answer: wirePurchaseOrder, changes: false },
      jsonAddress('vendor', context),
      context,
    );
    return answer === null ? { found: false } : fromWire(answered(answer, poNumber, 'transient'));
  },

  async cancelPurchaseOrder(poNumber, context) {
    const answer = await callAboutPurchaseOrder(
      poNumber,
      { method: 'POST', path: `${poPath(poNumber)}/cancellation`, body: {}, answer: wireCancelAnswer, changes: true },
      jsonAddress('vendor', context),
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
    const {
      documents,
      cursor: next,
      more,
    } = await callVendor(
      { method: 'GET', path: `/v1/documents?${query}`, answer: wireDocuments, changes: false },
      jsonAddress('vendor', context),
      context,
    );
    return { ...readDocuments(documents), cursor: next, more };
  },

  async pullStock(context) {
    const rows: StockReport['rows'][number][] = [];
    let asOf: string | null = null;
    let total = 0;
    let next: string | null = null;
    for (let page = 0; page < STOCK_PAGES_MAX; page += 1) {
      const path: string = `/v1/stock${next === null ? '' : `?${new URLSearchParams({ after: next })}`}`;
      const answer: z.infer<typeof wireStockPage> = await callVendor(
        { method: 'GET', path, answer: wireStockPage, changes: false },
        jsonAddress('vendor', context),
        context,
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

  async checkAvailability(question, context) {
    const { length } = question.rows;
    if (length === 0 || length > AVAILABILITY_ROWS_MAX) {
      const message = `expected 1 to ${AVAILABILITY_ROWS_MAX} rows to ask about, got ${length}`;
      throw new ConnectorError('VENDOR_CALL_INVALID', 'permanent', message);
    }
    const said = await callVendor(
      {
        ...{ method: 'POST', path: '/v1/availability', answer: wireAvailability, changes: false },
        body: { rows: question.rows.map(({ nodeCode, vendorSku, packs }) => ({ nodeCode, vendorSku, packs })) },
      },
      jsonAddress('vendor', context),
      context,
    );
    const rows = readAvailability(question, said);
    if (rows === null)
      throw new ConnectorError('VENDOR_ANSWER_MALFORMED', 'transient', 'the vendor answered twice about one row');
    return { asOf: said.asOf, rows };
  },
};

function poPath(poNumber: string): string {
  return `/v1/purchase-orders/${encodeURIComponent(poNumber)}`;
}

/** An answer is of use only where all of it is about the purchase order that was asked about. */
function answered(answer: WirePurchaseOrder, poNumber: string, errorClass: 'unknown' | 'transient'): WirePurchaseOrder {
  if ([answer, ...answer.documents].every((said) => said.poNumber === poNumber)) return answer;
  const message = `asked about ${poNumber}, the vendor answered about another purchase order`;
  throw new ConnectorError('VENDOR_ANSWER_MALFORMED', errorClass, message);
}
