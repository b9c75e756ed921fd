import type { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import { AVAILABILITY_ROWS_MAX, type StockReport } from '../../../model/stock-report.js';
import type { CallContext, ConnectorAccount } from '../../connector.js';
import { failure, malformed } from '../../http/exchange.js';
import type { VendorCapabilities, VendorConnector } from '../../vendor.js';
import { fromWire, readAvailability, readDocuments, toSubmission } from '../rest/map.js';
import type { WirePurchaseOrder } from '../rest/protocol.js';
import {
  availabilityAnswer,
  cancelAnswer,
  documentsAnswer,
  purchaseOrderAnswer,
  readStockRows,
  regular,
  stockAnswer,
} from './answers.js';
import { createCredentials, neededSecret } from './auth.js';
import { createEvaluator, type Evaluate } from './evaluator.js';
import { callOperation, type OperationCall } from './operation.js';
import { type HttpVendorSettings, httpVendorSecrets, httpVendorSettings } from './settings.js';

const DOCUMENTS_PER_PAGE = 200;
const STOCK_PAGES_MAX = 1_000;
const STOCK_ROWS_MAX = 1_000_000;
const FAULTS_MAX = 20;

/** What a vendor is taken to keep whose settings declare nothing. */
const CAPABILITIES: VendorCapabilities = {
  ...{ idempotentSubmit: false, authoritativeLookup: false, lateArrivalBoundMs: null },
  ...{ cancel: false, checkAvailability: false, stockFeed: null },
};

/**
 * Vendors whose API is described by their settings: where each operation goes, and JSONata expressions that turn Headgate's words into
 * theirs and back. What it can do is what its settings declare. Source: docs/connectors/http-vendor.md.
 */
export function createHttpVendor(evaluate: Evaluate = createEvaluator()): VendorConnector {
  const credentialsOf = createCredentials();

  function linked({ settings, secrets }: ConnectorAccount) {
    const [read, kept] = [httpVendorSettings.safeParse(settings), httpVendorSecrets.safeParse(secrets)];
    if (!read.success || !kept.success) {
      const message = `expected settings as docs/connectors/http-vendor.md has them: ${read.error?.issues[0]?.path.join('.') ?? 'see secrets'}`;
      throw failure('vendor', 'MISCONFIGURED', 'permanent', message);
    }
    neededSecret(read.data.auth, kept.data);
    return { settings: read.data, secrets: kept.data };
  }

  /** What the vendor answered, in Headgate's words; null where it says that there is no such thing. */
  async function ask<T extends z.ZodType>(
    call: Pick<OperationCall, 'name' | 'input' | 'changes' | 'lost'>,
    shape: T,
    context: CallContext,
  ): Promise<z.infer<T> | null> {
    const { settings, secrets } = linked(context.account);
    const operation = settings.operations[call.name];
    if (operation === undefined)
      throw failure('vendor', 'CALL_INVALID', 'permanent', `the settings have no operations.${call.name}`);
    const came = await callOperation(
      { ...call, operation },
      { baseUrl: settings.baseUrl, credentials: () => credentialsOf(settings, secrets, context), evaluate, context },
    );
    if (came === null) return null;
    const parsed = shape.safeParse(regular(came));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const problem = `operations.${call.name}.answer: ${issue?.path.join('.') || 'it'}: ${issue?.message}`;
    throw malformed({ of: 'vendor', changes: call.changes }, problem);
  }

  /** The same where there must be an answer. */
  async function demand<T extends z.ZodType>(call: Parameters<typeof ask<T>>[0], shape: T, context: CallContext) {
    const said = await ask(call, shape, context);
    if (said !== null) return said;
    throw failure('vendor', 'CALL_INVALID', call.lost, `the vendor has nothing under operations.${call.name}`);
  }

  const has = ({ account }: CallContext, name: OperationCall['name']) =>
    linked(account).settings.operations[name] !== undefined;

  const connector: VendorConnector = {
    kind: 'vendor',
    manifest: {
      ...{ name: 'http', version: '1.0.0', title: 'HTTP and JSON, described by settings' },
      ...{ settings: httpVendorSettings, secrets: httpVendorSecrets },
    },
    capabilities: CAPABILITIES,

    configured(account) {
      const capabilities = capabilitiesOf(linked(account).settings);
      const { checkAvailability, ...others } = connector;
      return capabilities.checkAvailability ? { ...connector, capabilities } : { ...others, capabilities };
    },

    async submitPurchaseOrder(po, context) {
      const input = { poNumber: po.poNumber, ...toSubmission(po) };
      const call = { name: 'submit', input, changes: true, lost: 'permanent' } as const;
      return fromWire(answered(await demand(call, purchaseOrderAnswer, context), po.poNumber, true));
    },

    async lookupPurchaseOrder(poNumber, context) {
      const call = { name: 'lookup', input: { poNumber }, changes: false, lost: 'transient' } as const;
      const said = await ask(call, purchaseOrderAnswer, context);
      return said === null ? { found: false } : fromWire(answered(said, poNumber, false));
    },

    async cancelPurchaseOrder(poNumber, context) {
      const call = { name: 'cancel', input: { poNumber }, changes: true, lost: 'unknown' } as const;
      const said = await ask(call, cancelAnswer, context);
      // It may still arrive: not an answer to a cancellation.
      if (said === null)
        throw new ConnectorError('VENDOR_PO_UNKNOWN', 'unknown', `the vendor does not know ${poNumber}`);
      return said.result === 'refused'
        ? { kind: 'refused', reason: said.reason ?? 'no reason given' }
        : { kind: said.result };
    },

    async pullDocuments(cursor, context) {
      if (!has(context, 'documents')) return { documents: [], unreadable: [], cursor, more: false };
      const input = { cursor, limit: DOCUMENTS_PER_PAGE };
      const call = { name: 'documents', input, changes: false, lost: 'permanent' } as const;
      const said = await demand(call, documentsAnswer, context);
      const next = said.cursor ?? cursor;
      // More without another place to read on from would be the same page for ever.
      return { ...readDocuments(said.documents), cursor: next, more: said.more && next !== cursor };
    },

    async pullStock(context) {
      if (!has(context, 'stock')) return { asOf: null, complete: false, partial: true, rows: [], faults: [] };
      const rows: StockReport['rows'][number][] = [];
      const faults: StockReport['faults'][number][] = [];
      let asOf: string | null = null;
      let total: number | undefined;
      let came = 0;
      let next: string | null = null;
      for (let page = 0; page < STOCK_PAGES_MAX && came <= STOCK_ROWS_MAX; page += 1) {
        const call = {
          name: 'stock',
          input: { cursor: next, page: page + 1 },
          changes: false,
          lost: 'permanent',
        } as const;
        const said: z.infer<typeof stockAnswer> = await demand(call, stockAnswer, context);
        // Pages are read one after another: the whole is only as new as its oldest page.
        if (said.asOf !== null && (asOf === null || Date.parse(said.asOf) < Date.parse(asOf))) asOf = said.asOf;
        const read = readStockRows(said.rows, came);
        rows.push(...read.rows);
        faults.push(...read.faults.slice(0, FAULTS_MAX - faults.length));
        came += said.rows.length;
        total = said.total ?? total;
        if (said.next === next) break;
        next = said.next;
        if (next === null) break;
      }
      const complete = next === null && rows.length === came && (total === undefined || came === total);
      return { asOf, complete, rows, faults };
    },

    async checkAvailability(question, context) {
      const { length } = question.rows;
      if (length === 0 || length > AVAILABILITY_ROWS_MAX) {
        const message = `expected 1 to ${AVAILABILITY_ROWS_MAX} rows to ask about, got ${length}`;
        throw failure('vendor', 'CALL_INVALID', 'permanent', message);
      }
      const rows = question.rows.map(({ nodeCode, vendorSku, packs }) => ({ nodeCode, vendorSku, packs }));
      const call = { name: 'availability', input: { rows }, changes: false, lost: 'permanent' } as const;
      const said = await demand(call, availabilityAnswer, context);
      const known = readAvailability(question, said);
      if (known) return { asOf: said.asOf, rows: known };
      throw malformed({ of: 'vendor', changes: false }, 'the vendor answered twice about one row');
    },
  };
  return connector;
}

/** What the settings declare, and what follows from the operations that are there. Pure. */
function capabilitiesOf({ capabilities, operations }: HttpVendorSettings): VendorCapabilities {
  const { stockFeed, ...declared } = capabilities;
  return {
    ...declared,
    cancel: operations.cancel !== undefined,
    checkAvailability: operations.availability !== undefined,
    stockFeed: stockFeed === undefined ? null : { ...stockFeed, deltas: false },
  };
}

/** An answer is of use only where all of it is about the purchase order that was asked about. */
function answered(answer: WirePurchaseOrder, poNumber: string, changes: boolean): WirePurchaseOrder {
  if ([answer, ...answer.documents].every((said) => said.poNumber === poNumber)) return answer;
  throw malformed(
    { of: 'vendor', changes },
    `asked about ${poNumber}, the vendor answered about another purchase order`,
  );
}

export const httpVendor = createHttpVendor();
