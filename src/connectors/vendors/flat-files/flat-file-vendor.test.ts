import { beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../../connector.js';
import { MemoryFiles } from '../../files/testing/memory-files.js';
import { NOT_OF_SFTP, openTestSftp, startSftpBench } from '../../files/testing/sftp-bench.js';
import { describeVendor, memoryNumbers, type VendorBench } from '../../kit/index.js';
import { createFlatFileVendor } from './index.js';
import { ACME, account, purchaseOrder } from './testing/acme.js';

const acknowledged = (poNumber: string) => `PO,Status\n${poNumber},OK\n`;

let files: MemoryFiles;
let now: Date;
let context: CallContext;
const vendor = createFlatFileVendor(async () => files);
const minute = () => {
  now = new Date(now.getTime() + 60_000);
};

beforeEach(() => {
  files = new MemoryFiles();
  now = new Date('2026-03-02T10:00:00.000Z');
  const clock = { now: () => now };
  context = { account, clock, fetch, signal: AbortSignal.timeout(5_000), numbers: memoryNumbers(clock) };
});

describe('a purchase order to a vendor of flat files', () => {
  it('is one file, the same on every attempt', async () => {
    const first = await vendor.submitPurchaseOrder(purchaseOrder('HG-1'), context);
    const text = files.text('out', 'PO_HG-1.csv');
    minute();
    expect(await vendor.submitPurchaseOrder(purchaseOrder('HG-1'), context)).toEqual(first);
    files.files.clear();
    await vendor.submitPurchaseOrder(purchaseOrder('HG-1'), context);
    expect(files.text('out', 'PO_HG-1.csv')).toBe(text);
    expect(first.vendorReference).toBe('PO_HG-1.csv');
  });

  it('is seen until the vendor takes it, and then sent again by nobody but a person', async () => {
    await vendor.submitPurchaseOrder(purchaseOrder('HG-1'), context);
    expect(await vendor.lookupPurchaseOrder('HG-1', context)).toMatchObject({ found: true });
    files.files.clear();
    expect(await vendor.lookupPurchaseOrder('HG-1', context)).toEqual({ found: false });
    const { idempotentSubmit, authoritativeLookup } = vendor.capabilities;
    expect([idempotentSubmit, authoritativeLookup]).toEqual([false, false]);
  });

  it('needs numbers to be sent, and settings that hold', async () => {
    const failing = (call: CallContext) =>
      vendor.submitPurchaseOrder(purchaseOrder('HG-1'), call).catch((error: unknown) => error);
    expect(await failing({ ...context, numbers: undefined })).toMatchObject({ code: 'NUMBERS_MISSING' });
    const broken = { ...account, settings: { ...ACME, timeZone: 'Dallas' } };
    expect(await failing({ ...context, account: broken })).toMatchObject({
      ...{ code: 'VENDOR_MISCONFIGURED', errorClass: 'permanent' },
      message: expect.stringContaining('timeZone: expected an IANA time zone'),
    });
  });
});

describe('the documents of a vendor of flat files', () => {
  it('are read once, and archived only once they are kept; a copy says what was said', async () => {
    files.put('in', 'ack_1.csv', acknowledged('HG-1'));
    const page = await vendor.pullDocuments(null, context);
    expect(page.documents).toMatchObject([{ poNumber: 'HG-1', at: '2026-03-02T10:00:00.000Z' }]);
    expect(files.names('in')).toEqual(['ack_1.csv']);
    minute();
    expect(await vendor.pullDocuments(null, context)).toEqual(page);
    files.put('in', 'ack_copy.csv', acknowledged('HG-1'));
    const next = await vendor.pullDocuments(page.cursor, context);
    expect(next.documents).toEqual(page.documents);
    expect([files.names('in'), files.names('in/archive')]).toEqual([['ack_copy.csv'], ['ack_1.csv']]);
    await vendor.pullDocuments(next.cursor, context);
    expect(files.names('in')).toEqual([]);
  });

  it('are of several kinds and folders, and leave stock and strangers where they are', async () => {
    files.put('in', 'stock_1.csv', 'x');
    files.put('in', 'readme.txt', 'x');
    files.put('in', 'ack_1.csv', `${acknowledged('HG-1')}HG-2,MAYBE\n`);
    files.put('sent', 'a.xml', '<S><I po="HG-1" line="1" qty="1" by="UPS" no="1Z1"/></S>');
    const { documents, unreadable, cursor } = await vendor.pullDocuments(null, context);
    expect(documents.map(({ kind }) => kind)).toEqual(['acknowledgement', 'shipment']);
    expect(unreadable).toEqual([
      { poNumber: 'HG-2', problem: expect.stringContaining('ack_1.csv: row 3, column "Status"') },
    ]);
    await vendor.pullDocuments(cursor, context);
    expect([files.names('in'), files.names('sent')]).toEqual([['stock_1.csv', 'readme.txt'], []]);
  });
});

describe('the stock of a vendor of flat files', () => {
  it('is given out file by file, each twice, then archived; other files are left', async () => {
    files.put('in', 'stock_1.csv', 'SKU,Qty,Warehouse,As Of\nA,9,DALLAS,\n');
    files.put('in', 'stock_2.csv', 'SKU,Qty,Warehouse,As Of\nA,8,DALLAS,\n');
    files.put('in', 'readme.txt', 'hello');
    const said = async () => {
      minute();
      return (await vendor.pullStock(context)).rows[0]?.onHand;
    };
    expect([await said(), await said(), await said(), await said(), await said()]).toEqual([9, 9, 8, 8, undefined]);
    expect([files.names('in'), files.names('in/archive')]).toEqual([['readme.txt'], ['stock_1.csv', 'stock_2.csv']]);
  });

  it('is nothing new where no files of stock are configured', async () => {
    const { stock: _none, ...settings } = ACME;
    const report = await vendor.pullStock({ ...context, account: { ...account, settings } });
    expect(report).toMatchObject({ rows: [], partial: true, complete: true });
  });
});

describeVendor(
  {
    ...{ name: 'flat-files over SFTP', connector: createFlatFileVendor(openTestSftp), skip: NOT_OF_SFTP },
    make: async (): Promise<VendorBench> => {
      const { context, troubles, put, texts, close } = await startSftpBench(account, ['in', 'out', 'sent']);
      await put('in', 'stock_1.csv', 'SKU,Qty,Warehouse,As Of\nA,4,DALLAS,\n');
      return {
        ...{ context, troubles, close, purchaseOrder },
        held: async (poNumber) => (await texts('out')).filter((text) => text.includes(poNumber)).length,
        untilSaid: (poNumber) => put('in', 'ack_1.csv', acknowledged(poNumber)),
      };
    },
  },
  { describe, it },
);
