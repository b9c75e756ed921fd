import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { MemoryFiles } from '../../files/testing/memory-files.js';
import { NOT_OF_SFTP, openTestSftp, startSftpBench } from '../../files/testing/sftp-bench.js';
import { describeVendor, memoryNumbers, type VendorBench } from '../../kit/index.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { createX12Vendor } from './index.js';

const settings = {
  us: { qualifier: 'ZZ', id: 'HEADGATE' },
  partner: { qualifier: '01', id: '043109560' },
  transport: { kind: 'folder', path: 'acme' },
  folders: { in: 'in', out: 'out', stock: 'stock' },
  sites: { dal: 'DALLAS' },
};
const account = { code: 'acme', settings, secrets: {} };
const po = (poNumber: string): PurchaseOrder => ({
  ...{ poNumber, nodeCode: 'dal', shipVia: 'UPSG', currency: 'USD', shipBy: '2026-03-04T18:00:00.000Z' },
  shipTo: {
    name: 'Jo',
    lines: ['1 Main St'],
    city: 'Dayton',
    regionCode: 'OH',
    postalCode: '45402',
    countryCode: 'US',
  },
  lines: [
    {
      ...{ lineNo: 1, vendorSku: 'LAMP-1', sku: 'lamp', packs: 2, unitsPerPack: 1, unitOfMeasure: 'EA', quantity: 2 },
      unitCost: 125_000,
    },
  ],
});
/** A document of the vendor; GE and IEA as they should be. */
const interchange = (group: string, sets: readonly (readonly [string, string])[], control = 77, sender = '043109560') =>
  [
    `ISA*00*          *00*          *01*${sender.padEnd(15)}*ZZ*HEADGATE       *260302*1000*U*00401*${String(control).padStart(9, '0')}*0*P*>`,
    `GS*${group}*${sender}*HEADGATE*20260302*1000*${control}*X*004010`,
    ...sets.flatMap(([type, body], at) => [
      `ST*${type}*000${at + 1}`,
      body,
      `SE*${body.split('\n').length + 2}*000${at + 1}`,
    ]),
    `GE*${sets.length}*${control}`,
    `IEA*1*${String(control).padStart(9, '0')}`,
    '',
  ]
    .join('\n')
    .replaceAll('\n', '~\n');
const acknowledged = (poNumber: string) => interchange('PR', [['855', `BAK*00*AT*${poNumber}*20260302`]]);

let files: MemoryFiles;
let now: Date;
let context: CallContext;
const vendor = createX12Vendor(async () => files);
const minute = () => {
  now = new Date(now.getTime() + 60_000);
};

beforeEach(() => {
  files = new MemoryFiles();
  now = new Date('2026-03-02T10:00:00.000Z');
  const clock = { now: () => now };
  context = { account, clock, fetch, signal: AbortSignal.timeout(5_000), numbers: memoryNumbers(clock) };
});

describe('a purchase order to an X12 vendor', () => {
  it('is one file, the same on every attempt, and those of others have other numbers', async () => {
    const first = await vendor.submitPurchaseOrder(po('HG-1'), context);
    minute();
    expect(await vendor.submitPurchaseOrder(po('HG-1'), context)).toEqual(first);
    await vendor.submitPurchaseOrder(po('HG-2'), context);
    expect(files.names('out')).toEqual(['850-000000001.edi', '850-000000002.edi']);
    expect(files.text('out', '850-000000001.edi')).toContain(
      '*260302*1000*U*00401*000000001*0*P*>~\nGS*PO*HEADGATE*043109560*20260302*1000*1*X*004010~',
    );
  });

  it('is seen until the vendor takes it, which is no proof that it never came', async () => {
    await vendor.submitPurchaseOrder(po('HG-1'), context);
    expect(await vendor.lookupPurchaseOrder('HG-1', context)).toMatchObject({ found: true, vendorReference: '1' });
    files.files.clear();
    expect(await vendor.lookupPurchaseOrder('HG-1', context)).toEqual({ found: false });
    expect(vendor.capabilities.authoritativeLookup).toBe(false);
  });

  it('needs numbers to be sent, and settings that hold', async () => {
    const failing = (call: CallContext) =>
      vendor.submitPurchaseOrder(po('HG-1'), call).catch((error: unknown) => error);
    expect(await failing({ ...context, numbers: undefined })).toMatchObject({ code: 'NUMBERS_MISSING' });
    const broken = { ...account, settings: { ...settings, folders: { in: 'x', out: 'x' } } };
    const error = await failing({ ...context, account: broken });
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({ code: 'VENDOR_MISCONFIGURED', errorClass: 'permanent' });
  });
});

describe('the documents of an X12 vendor', () => {
  it('are read once, and archived only once they are kept', async () => {
    files.put('in', 'a.edi', acknowledged('HG-1'));
    const page = await vendor.pullDocuments(null, context);
    expect(page.documents).toMatchObject([{ kind: 'acknowledgement', poNumber: 'HG-1' }]);
    expect(files.names('in')).toEqual(['a.edi']);
    expect(await vendor.pullDocuments(null, context)).toEqual(page);
    files.put('in', 'b.edi', acknowledged('HG-2'));
    const next = await vendor.pullDocuments(page.cursor, context);
    expect(next.documents).toMatchObject([{ poNumber: 'HG-2' }]);
    expect([files.names('in'), files.names('in/archive')]).toEqual([['b.edi'], ['a.edi']]);
  });

  it('are answered with a 997 for each group once they are kept, with what was wrong', async () => {
    const rejected = interchange('PR', [['855', 'BAK*00*QQ*HG-1*20260302']]).replace('GE*1', 'GE*3');
    const accepted = acknowledged('HG-2').replace('SE*3*', 'SE*9*');
    files.put('in', 'a.edi', rejected + accepted);
    const { cursor } = await vendor.pullDocuments(null, context);
    expect(files.names('out')).toEqual([]);
    await vendor.pullDocuments(cursor, context);
    const receipts = files.names('out').map((name) => files.text('out', name).split('~\n').slice(2, -3));
    expect(receipts).toEqual([
      ['ST*997*0001', 'AK1*PR*77', 'AK2*855*0001', 'AK5*R*5', 'AK9*R*3*1*0*5', 'SE*6*0001'],
      ['ST*997*0001', 'AK1*PR*77', 'AK2*855*0001', 'AK5*E*4', 'AK9*E*1*1*1', 'SE*6*0001'],
    ]);
  });

  it('tell by 997 whether its machine got a purchase order', async () => {
    await vendor.submitPurchaseOrder(po('HG-1'), context);
    await vendor.submitPurchaseOrder(po('HG-2'), context);
    await vendor.submitPurchaseOrder(po('HG-3'), context);
    const receipt = (control: number, rest: string) => ['997', `AK1*PO*${control}\n${rest}`] as const;
    files.put(
      'in',
      'r.edi',
      interchange('FA', [
        receipt(1, 'AK2*850*0001\nAK5*A\nAK9*A*1*1*1'),
        receipt(2, 'AK2*850*0001\nAK3*N4*12\nAK5*R*5\nAK9*R*1*1*0'),
        receipt(3, 'AK2*850*0001'),
        receipt(99, 'AK2*850*0001\nAK5*R\nAK9*R*1*1*0'),
      ]),
    );
    const { documents, unreadable, cursor } = await vendor.pullDocuments(null, context);
    expect(documents).toEqual([
      { kind: 'receipt', poNumber: 'HG-1', accepted: true, at: '2026-03-02T10:00:00.000Z' },
      {
        ...{ kind: 'receipt', poNumber: 'HG-2', accepted: false, at: '2026-03-02T10:00:00.000Z' },
        reason: '997 says R, error 5, segment 12 (N4)',
      },
    ]);
    expect(unreadable).toEqual([{ poNumber: null, problem: expect.stringContaining('does not take PO 99') }]);
    await vendor.pullDocuments(cursor, context);
    expect(files.names('out').filter((name) => name.startsWith('997'))).toEqual([]);
  });

  it('under a control number that was on another before are used, and told of', async () => {
    files.put('in', 'a.edi', acknowledged('HG-1'));
    files.put('in', 'b.edi', acknowledged('HG-2'));
    files.put('in', 'copy.edi', acknowledged('HG-1'));
    const read = async () => {
      const { documents, unreadable } = await vendor.pullDocuments(null, context);
      return [documents.map(({ poNumber }) => poNumber), unreadable.map(({ problem }) => problem.slice(0, 50))];
    };
    const said = [['HG-1', 'HG-2'], ['b.edi: ISA[1]: control number 000000077 was on ano']];
    expect([await read(), await read()]).toEqual([said, said]);
  });

  it('of somebody else, or none at all, are told of and not answered', async () => {
    files.put('in', 'a.edi', interchange('PR', [['855', 'BAK*00*AT*HG-1*20260302']], 77, 'SOMEBODY'));
    files.put('in', 'b.edi', 'Dear partner,');
    const { documents, unreadable, cursor } = await vendor.pullDocuments(null, context);
    expect([documents, unreadable.map(({ problem }) => problem)]).toEqual([
      [],
      ['a.edi: expected X12 of 043109560', 'b.edi: expected X12 of 043109560'],
    ]);
    await vendor.pullDocuments(cursor, context);
    expect([files.names('out'), files.names('in')]).toEqual([[], []]);
  });
});

describe('the stock of an X12 vendor', () => {
  const report = (control: number, quantity: number, purpose = '00') =>
    interchange(
      'IB',
      [['846', `BIA*${purpose}*DD*1*20260302*1000\nN1*WH*DALLAS\nLIN*1*VN*LAMP-1\nQTY*33*${quantity}*EA\nCTT*1`]],
      control,
    );

  it('is given out file by file, each twice unless it is known to be applied, then archived and answered', async () => {
    files.put('stock', 'a.edi', report(5, 9));
    files.put('stock', 'b.edi', report(6, 8, '04'));
    const said = async (after: number | null = null, call = context) => {
      minute();
      const { rows, partial, position } = await vendor.pullStock(call, { after });
      return [rows[0]?.onHand, partial, position];
    };
    expect([await said(), await said(), files.names('stock')]).toEqual([
      [9, false, undefined],
      [9, false, undefined],
      ['a.edi', 'b.edi'],
    ]);
    expect([await said(), files.names('stock/archive')]).toEqual([[8, true, undefined], ['a.edi']]);
    const numbered = { ...context, account: { ...account, settings: { ...settings, stock: { order: 'control' } } } };
    expect(await said(5, numbered)).toEqual([8, true, 6]);
    expect(await said(6, numbered)).toEqual([undefined, true, undefined]);
    expect(files.names('stock')).toEqual([]);
    expect(files.names('out').map((name) => name.slice(0, 3))).toEqual(['997', '997']);
  });

  it('lies in the folder of the others where it has none of its own, and is left there by them', async () => {
    const one = { ...context, account: { ...account, settings: { ...settings, folders: { in: 'in', out: 'out' } } } };
    files.put('in', 'a.edi', acknowledged('HG-1'));
    files.put('in', 'b.edi', report(5, 9));
    const page = await vendor.pullDocuments(null, one);
    expect(page.documents).toHaveLength(1);
    expect((await vendor.pullStock(one)).rows).toHaveLength(1);
    await vendor.pullDocuments(page.cursor, one);
    expect(files.names('in')).toEqual(['b.edi']);
  });
});

describeVendor(
  {
    ...{ name: 'x12 over SFTP', connector: createX12Vendor(openTestSftp), skip: NOT_OF_SFTP },
    make: async (): Promise<VendorBench> => {
      const { context, troubles, put, texts, close } = await startSftpBench(account, ['in', 'out', 'stock']);
      const stock = 'BIA*00*DD*1*20260302\nN1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*4';
      await put('stock', 's.edi', interchange('IB', [['846', stock]]));
      return {
        ...{ context, troubles, close, purchaseOrder: po },
        held: async (poNumber) => (await texts('out')).filter((text) => text.includes(`*${poNumber}*`)).length,
        untilSaid: (poNumber) => put('in', 'said.edi', acknowledged(poNumber)),
      };
    },
  },
  { describe, it },
);
