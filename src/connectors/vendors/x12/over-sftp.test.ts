import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallContext } from '../../connector.js';
import { startSftpServer, type TestSftpServer } from '../../files/testing/sftp-server.js';
import { memoryNumbers } from '../../kit/index.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { x12Vendor } from './index.js';
import { document, withEnd } from './testing/documents.js';

let root: string;
let server: TestSftpServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headgate-x12-'));
  for (const folder of ['acme/in', 'acme/out']) await mkdir(join(root, folder), { recursive: true });
  server = await startSftpServer(root);
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const PO: PurchaseOrder = {
  ...{ poNumber: 'HG-1', nodeCode: 'dal', shipVia: 'UPSG', currency: 'USD', shipBy: '2026-03-04T18:00:00.000Z' },
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
};

describe('an X12 vendor over SFTP', () => {
  it('takes a purchase order, answers it, and has its answer archived and acknowledged', async () => {
    const clock = { now: () => new Date('2026-03-02T10:00:00.000Z') };
    const transport = {
      ...{ kind: 'sftp', host: '127.0.0.1', port: server.port, username: 'edi', path: 'acme' },
      fingerprint: server.fingerprint,
    };
    const settings = {
      us: { qualifier: 'ZZ', id: 'HEADGATE' },
      partner: { qualifier: '01', id: '043109560' },
      ...{ transport, folders: { in: 'in', out: 'out' } },
    };
    const context: CallContext = {
      account: { code: 'acme', settings, secrets: { sftpPassword: server.password } },
      ...{ clock, fetch, numbers: memoryNumbers(clock), signal: AbortSignal.timeout(10_000) },
      files: { privateHosts: ['127.0.0.1'] },
    };
    const submitted = await x12Vendor.submitPurchaseOrder(PO, context);
    expect(await x12Vendor.submitPurchaseOrder(PO, context)).toEqual(submitted);
    expect(await x12Vendor.lookupPurchaseOrder('HG-1', context)).toEqual(submitted);
    await writeFile(join(root, 'acme/in/answer.edi'), document(withEnd('855', 'BAK*00*AT*HG-1*20260302')));
    const page = await x12Vendor.pullDocuments(null, context);
    expect(page.documents).toMatchObject([
      { kind: 'acknowledgement', poNumber: 'HG-1', order: { verdict: 'accepted' } },
    ]);
    expect((await x12Vendor.pullDocuments(page.cursor, context)).documents).toEqual([]);
    expect(await readdir(join(root, 'acme/in/archive'))).toEqual(['answer.edi']);
    expect((await readdir(join(root, 'acme/out'))).sort()).toEqual(['850-000000001.edi', '997-000000002.edi']);
  });
});
