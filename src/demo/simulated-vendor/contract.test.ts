import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openOutbound } from '../../connectors/http/guarded-fetch.js';
import { runCase, type Subject } from '../../connectors/kit/cases.js';
import { describeVendor, type VendorBench, vendorCases } from '../../connectors/kit/index.js';
import type { VendorConnector } from '../../connectors/vendor.js';
import { restVendor } from '../../connectors/vendors/rest/index.js';
import { systemClock } from '../../model/clock.js';
import { ConnectorError } from '../../model/errors.js';
import { startSimulatedVendor } from './server.js';

const TOKEN = 'kit-token-of-ridge';

/** A simulated vendor of its own, over real HTTP, reached as a running Headgate reaches it. */
async function openBench(): Promise<VendorBench & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-kit-'));
  const vendors = await startSimulatedVendor({
    ...{ host: '127.0.0.1', port: 0, journalFile: join(folder, 'vendors.jsonl'), clock: systemClock },
    stock: [{ vendorCode: 'ridge', nodeCode: 'ridge-east', vendorSku: 'R-1', onHand: 10 }],
    token: () => TOKEN,
    delays: { acceptMs: 100, shipMs: 100_000, deliverMs: 100_000 },
  });
  const account = {
    ...{ code: 'ridge', settings: { baseUrl: `${vendors.url}/vendors/ridge` }, secrets: { token: TOKEN } },
  };
  const outbound = openOutbound({ rules: { privateHosts: [], ownOrigins: [vendors.url] } });
  const context = { account, clock: systemClock, fetch: outbound.fetch };
  return {
    context,
    purchaseOrder: (poNumber) => ({
      ...{ poNumber, nodeCode: 'ridge-east', shipVia: 'swift', currency: 'USD', shipBy: '2026-03-03T17:00:00Z' },
      shipTo: { lines: ['12 Larch Way'], countryCode: 'US' },
      lines: [
        {
          ...{ lineNo: 1, vendorSku: 'R-1', sku: 'A-1', packs: 1, unitsPerPack: 6, unitOfMeasure: 'CS', quantity: 6 },
          unitCost: 20_000,
        },
      ],
    }),
    async held(poNumber) {
      const all = (await (await fetch(`${vendors.url}/control/purchase-orders`)).json()) as { poNumber: string }[];
      return all.filter((each) => each.poNumber === poNumber).length;
    },
    untilSaid: (poNumber) =>
      vi.waitFor(async () => {
        const signal = AbortSignal.timeout(5_000);
        const found = await restVendor.lookupPurchaseOrder(poNumber, { ...context, signal });
        expect(found.found && found.documents.length).toBeGreaterThan(0);
      }, 5_000),
    async close() {
      await outbound.close();
      await vendors.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const rest: Subject<VendorConnector, VendorBench> = { name: 'rest', connector: restVendor, make: openBench };
describeVendor(rest, { describe, it });

describe('the contract kit', () => {
  it.each<[string, Partial<VendorConnector>, string[]]>([
    [
      'makes a new PO of every submit',
      {
        submitPurchaseOrder: async (po, context) => ({
          ...(await restVendor.submitPurchaseOrder(po, context)),
          vendorReference: String(performance.now()),
        }),
      },
      ['VENDOR-001', 'VENDOR-003'],
    ],
    [
      'finds no PO',
      { lookupPurchaseOrder: async () => ({ found: false }) },
      ['VENDOR-003', 'VENDOR-004', 'VENDOR-012'],
    ],
    [
      'calls every failure transient',
      {
        submitPurchaseOrder: (po, context) =>
          restVendor.submitPurchaseOrder(po, context).catch((error: ConnectorError) => {
            throw new ConnectorError(error.code, 'transient', error.message, error.options);
          }),
      },
      ['VENDOR-004', 'VENDOR-005', 'VENDOR-008', 'VENDOR-009', 'VENDOR-010', 'VENDOR-011'],
    ],
    [
      'shows its token',
      {
        submitPurchaseOrder: (po, context) =>
          restVendor.submitPurchaseOrder(po, context).catch((error: ConnectorError) => {
            throw new ConnectorError(error.code, error.errorClass, `${error.message} (${TOKEN})`, error.options);
          }),
      },
      ['VENDOR-011'],
    ],
    [
      'says yes to everything',
      {
        checkAvailability: async ({ rows }) => ({
          asOf: null,
          rows: rows.map(({ nodeCode, vendorSku }) => ({ nodeCode, vendorSku, kind: 'yes' })),
        }),
      },
      ['VENDOR-018', 'VENDOR-019'],
    ],
    [
      'declares that it can be asked, and cannot',
      { checkAvailability: undefined },
      ['VENDOR-016', 'VENDOR-017', 'VENDOR-018', 'VENDOR-019'],
    ],
    [
      'reads from the start whatever the cursor',
      { pullDocuments: (_cursor, context) => restVendor.pullDocuments(null, context) },
      ['VENDOR-013'],
    ],
  ])('objects to a vendor that %s', async (_what, change, ids) => {
    const failed: string[] = [];
    for (const one of vendorCases)
      await runCase(one, { ...rest, connector: { ...restVendor, ...change } }).catch(() => failed.push(one.id));
    expect(failed).toEqual(ids);
  });
});
