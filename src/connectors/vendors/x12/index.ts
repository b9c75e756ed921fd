import { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { type InboxFile, readInbox } from '../../files/inbox.js';
import { openFiles } from '../../files/open.js';
import { readStockInbox } from '../../files/stock-inbox.js';
import type { FileTransport, OpenFiles } from '../../files/transport.js';
import { numbersOf } from '../../numbers.js';
import type { VendorConnector } from '../../vendor.js';
import type { UnreadableDocument, VendorDocument } from '../../vendor-documents.js';
import { receiptsOf } from '../../x12/acknowledgements.js';
import { CONTROL_SERIES, type Outbox, sendReceipts, sendSet } from '../../x12/outbox.js';
import { envelopeOf } from '../../x12/partner.js';
import { readSets, type TransactionSet } from '../../x12/sets.js';
import { readEvents } from '../../x12/structure.js';
import { documentsOf } from './documents.js';
import { toPurchaseOrderSet } from './purchase-order.js';
import { type VendorSettings, vendorSecrets, vendorSettings } from './settings.js';
import { readStock } from './stock.js';
import { VendorSet } from './vendor-set.js';

const HOUR_MS = 3_600_000;
const STOCK = '846';
const RECEIPT = '997';
const PROBLEMS_MAX = 100;
const LIST_MAX = 1_000;

/** What a call works with; closed at its end. */
interface Call {
  readonly settings: VendorSettings;
  readonly files: FileTransport;
  readonly outbox: Outbox;
}

/**
 * A vendor that exchanges X12 documents in files: 850 out; 855, 856, 810 and 846 in; 997 both ways. Source: docs/connectors/x12-vendor.md.
 *
 * The same PO is the same file with the same control numbers, so sending it twice is the vendor's one document; whether it is there
 * cannot be looked up once the vendor has taken it.
 */
export function createX12Vendor(open: OpenFiles): VendorConnector {
  async function calling<T>(context: CallContext, work: (call: Call) => Promise<T>): Promise<T> {
    const parsed = vendorSettings.safeParse(context.account.settings);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `the vendor's settings: ${issue?.path.join('.')}: ${issue?.message}`;
      throw new ConnectorError('VENDOR_MISCONFIGURED', 'permanent', message);
    }
    const settings = parsed.data;
    const numbers = numbersOf(context);
    const files = await open(context);
    try {
      const outbox = { files, folder: settings.folders.out, envelope: envelopeOf(settings), numbers };
      return await work({ settings, files, outbox });
    } finally {
      await files.close();
    }
  }

  return {
    kind: 'vendor',
    manifest: {
      ...{ name: 'x12', version: '1.0.0', title: 'X12 in files (850, 855, 856, 810, 846, 997)' },
      ...{ settings: vendorSettings, secrets: vendorSecrets },
    },
    capabilities: {
      idempotentSubmit: true,
      authoritativeLookup: false,
      lateArrivalBoundMs: null,
      cancel: false,
      checkAvailability: false,
      owes: { receiptMs: 2 * HOUR_MS, acknowledgementMs: 2 * HOUR_MS },
      stockFeed: { subtracts: 'shipped', lagMs: HOUR_MS, complete: false, deltas: false },
    },

    submitPurchaseOrder: (po, context) =>
      calling(context, async ({ settings, outbox }) => {
        const { control } = await sendSet(outbox, `850:${po.poNumber}`, (at) => toPurchaseOrderSet(po, settings, at));
        return { found: true, vendorReference: String(control), status: 'received', documents: [] };
      }),

    // Only what the vendor has not taken yet is seen, in our own folder.
    lookupPurchaseOrder: (poNumber, context) =>
      calling(context, async ({ files, settings: { folders } }) => {
        for (const { name } of await files.list(folders.out, LIST_MAX)) {
          const control = /^850-(\d{9})\.edi$/.exec(name)?.[1];
          if (control === undefined) continue;
          const key = await numbersOf(context).keyOf(CONTROL_SERIES, Number(control));
          if (key === `850:${poNumber}`)
            return { found: true, vendorReference: String(Number(control)), status: 'received', documents: [] };
        }
        return { found: false };
      }),

    cancelPurchaseOrder: async () => {
      throw new ConnectorError(
        'CANCEL_UNSUPPORTED',
        'permanent',
        'a purchase order sent as X12 is canceled by a person',
      );
    },

    pullDocuments: (cursor, context) =>
      calling(context, async (call) => {
        const { settings, files, outbox } = call;
        const unreadable: UnreadableDocument[] = [];
        const page = await readInbox(files, settings.folders.in, cursor, {
          isOurs: ({ bytes }) => settings.folders.stock !== settings.folders.in || !isStockAlone(bytes),
          settled: async (file) => {
            if (isOfVendor(file, settings)) await sendReceipts(outbox, file, (set) => faultsOf(set, settings));
          },
          refused: (name, problem) => unreadable.push({ poNumber: null, problem: `${name}: ${problem}` }),
        });
        const documents: VendorDocument[] = [];
        for (const file of page.files) {
          const read = await readFile(file, call);
          documents.push(...read.documents);
          unreadable.push(...read.unreadable);
        }
        return { documents, unreadable: unreadable.slice(0, PROBLEMS_MAX), cursor: page.cursor, more: page.more };
      }),

    pullStock: (context, question) =>
      calling(context, ({ settings, files, outbox }) =>
        readStockInbox({
          ...{ files, folder: settings.folders.stock, numbers: outbox.numbers, series: 'x12-stock', context, question },
          read: ({ bytes }) => {
            const found = readStock([bytes], settings);
            if (found === null) return null;
            const { report, control } = found;
            return settings.stock.order === 'control' && control !== null ? { ...report, position: control } : report;
          },
          settled: (file) => sendReceipts(outbox, file, () => []),
        }),
      ),
  };
}

/** A file of stock reports and nothing else. */
function isStockAlone(bytes: Uint8Array): boolean {
  let found = false;
  for (const event of readEvents([bytes])) {
    if (event.kind !== 'set') continue;
    if (event.set.type !== STOCK) return false;
    found = true;
  }
  return found;
}

function isOfVendor({ bytes }: InboxFile, { partner }: VendorSettings): boolean {
  for (const event of readEvents([bytes]))
    if (event.kind === 'interchange') return event.interchange.senderId === partner.id;
  return false;
}

/** What refuses a set: it was read, and nothing of it could be used. */
function faultsOf(set: TransactionSet, settings: VendorSettings) {
  const { type, path } = set.head;
  if (type === STOCK) return [];
  const { documents, unreadable } = documentsOf(set, settings);
  if (documents.length > 0) return [];
  return unreadable.map(({ problem }) => ({ code: 'SET_UNREADABLE', message: problem, path }));
}

async function readFile(
  file: InboxFile,
  call: Call,
): Promise<{ documents: VendorDocument[]; unreadable: UnreadableDocument[] }> {
  const { settings } = call;
  const documents: VendorDocument[] = [];
  const unreadable: UnreadableDocument[] = [];
  const tell = (problem: string) =>
    unreadable.push({ poNumber: null, problem: `${file.name}: ${problem}`.slice(0, 500) });
  if (!isOfVendor(file, settings)) {
    tell(`expected X12 of ${settings.partner.id}`);
    return { documents, unreadable };
  }
  for (const part of readSets([file.bytes])) {
    if (part.kind === 'interchange' && /^\d{1,9}$/.test(part.interchange.control)) {
      const { control, path } = part.interchange;
      // The first content under a control number has the number 1.
      const { value } = await call.outbox.numbers.of(`x12-in ${Number(control)}`, file.hash);
      if (value > 1)
        tell(`${path}: control number ${control} was on another document before; this one is used as well`);
    }
    if (part.kind !== 'set') continue;
    const { set } = part;
    if (set.head.type === RECEIPT) documents.push(...(await receiptNotices(set, call, tell)));
    else if (set.head.type === STOCK) {
      if (settings.folders.stock === settings.folders.in)
        tell('stock (846) beside other documents is not read: have it sent in files of its own');
    } else {
      const read = documentsOf(set, settings);
      documents.push(...read.documents);
      unreadable.push(
        ...read.unreadable.map(({ poNumber, problem }) => ({ poNumber, problem: `${file.name}: ${problem}` })),
      );
    }
    if (unreadable.length > PROBLEMS_MAX) break;
  }
  return { documents, unreadable };
}

/** A 997 of the vendor's, by the control numbers that our purchase orders had. */
async function receiptNotices(
  set: TransactionSet,
  { settings, outbox: { numbers } }: Call,
  tell: (problem: string) => void,
): Promise<VendorDocument[]> {
  const { writtenAt: at } = new VendorSet(set, settings);
  const notices: VendorDocument[] = [];
  for (const { functionalId, control, accepted, reason, path } of receiptsOf(set)) {
    const key = /^\d{1,9}$/.test(control) ? await numbers.keyOf(CONTROL_SERIES, Number(control)) : null;
    const poNumber = key?.startsWith('850:') ? key.slice(4) : null;
    if (poNumber !== null && functionalId === 'PO')
      notices.push({ kind: 'receipt', poNumber, accepted, at, ...(reason === undefined ? {} : { reason }) });
    else if (!accepted) tell(`${path}: the vendor does not take ${functionalId} ${control}: ${reason ?? ''}`);
  }
  return notices;
}

export const x12Vendor = createX12Vendor(openFiles);
