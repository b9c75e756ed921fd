import { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { openFiles } from '../../files/open.js';
import { NO_STOCK_NEWS, readStockInbox } from '../../files/stock-inbox.js';
import type { FileTransport, OpenFiles } from '../../files/transport.js';
import { isNamed } from '../../flat/file-settings.js';
import { numbersOf } from '../../numbers.js';
import type { VendorConnector } from '../../vendor.js';
import { pullDocumentFiles } from './documents.js';
import { fileNameOf, writePurchaseOrder } from './purchase-order.js';
import { type VendorSettings, vendorSecrets, vendorSettings } from './settings.js';
import { readStock } from './stock.js';

const HOUR_MS = 3_600_000;
const LIST_MAX = 1_000;

/**
 * A vendor that exchanges files whose form is data: purchase orders out; acknowledgements, shipments, invoices and stock in.
 * Source: docs/connectors/flat-files.md.
 *
 * The same PO is the same file with the same bytes. Whether a vendor that has taken it would ship a second copy is not known, so that
 * a PO in doubt is never sent again by itself.
 */
export function createFlatFileVendor(open: OpenFiles): VendorConnector {
  async function calling<T>(
    context: CallContext,
    work: (settings: VendorSettings, files: FileTransport) => Promise<T>,
  ): Promise<T> {
    const parsed = vendorSettings.safeParse(context.account.settings);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `the vendor's settings: ${issue?.path.join('.')}: ${issue?.message}`;
      throw new ConnectorError('VENDOR_MISCONFIGURED', 'permanent', message);
    }
    const files = await open(context);
    try {
      return await work(parsed.data, files);
    } finally {
      await files.close();
    }
  }

  return {
    kind: 'vendor',
    manifest: {
      ...{ name: 'flat-files', version: '1.0.0', title: 'Flat files by configuration' },
      ...{ settings: vendorSettings, secrets: vendorSecrets },
    },
    capabilities: {
      idempotentSubmit: false,
      authoritativeLookup: false,
      lateArrivalBoundMs: null,
      cancel: false,
      checkAvailability: false,
      stockFeed: { subtracts: 'shipped', lagMs: HOUR_MS, complete: false, deltas: false },
    },

    submitPurchaseOrder: (po, context) =>
      calling(context, async (settings, files) => {
        const { purchaseOrders } = settings;
        const name = fileNameOf(po.poNumber, purchaseOrders);
        const { issuedAt } = await numbersOf(context).of('flat-files', po.poNumber);
        await files.write(purchaseOrders.folder, name, writePurchaseOrder(po, settings, issuedAt));
        return { found: true, vendorReference: name, status: 'received', documents: [] };
      }),

    // Only what the vendor has not taken yet is seen, in our own folder.
    lookupPurchaseOrder: (poNumber, context) =>
      calling(context, async ({ purchaseOrders }, files) => {
        const name = fileNameOf(poNumber, purchaseOrders);
        const entries = await files.list(purchaseOrders.folder, LIST_MAX);
        if (!entries.some((entry) => entry.name === name)) return { found: false };
        return { found: true, vendorReference: name, status: 'received', documents: [] };
      }),

    cancelPurchaseOrder: async () => {
      throw new ConnectorError(
        'CANCEL_UNSUPPORTED',
        'permanent',
        'a purchase order sent as a file is canceled by a person',
      );
    },

    pullDocuments: (cursor, context) =>
      calling(context, (settings, files) => pullDocumentFiles(settings, files, numbersOf(context), cursor)),

    pullStock: (context, question) =>
      calling(context, async (settings, files) => {
        const { stock } = settings;
        if (stock === undefined) return NO_STOCK_NEWS;
        return readStockInbox({
          ...{ files, folder: stock.folder, numbers: numbersOf(context), series: 'flat-stock', context, question },
          isNamed: (name) => isNamed(stock.files, name),
          read: ({ bytes }) => readStock(bytes, stock, settings),
          settled: async () => {},
        });
      }),
  };
}

export const flatFileVendor = createFlatFileVendor(openFiles);
