import type { StarterNames } from './names.js';

const METHODS = `
    async submitPurchaseOrder(po, context) {
      throw notThere(context, \`sending PO \${po.poNumber}\`);
    },
    async lookupPurchaseOrder(poNumber, context) {
      throw notThere(context, \`looking PO \${poNumber} up\`);
    },
    async cancelPurchaseOrder(poNumber, context) {
      throw notThere(context, \`canceling PO \${poNumber}\`);
    },
    async pullDocuments(_cursor, context) {
      throw notThere(context, 'reading documents');
    },
    async pullStock(context) {
      throw notThere(context, 'reading stock');
    },
`;

/** A vendor whose calls all say that they are not there yet. */
export function vendorStarter({ name, variable, title }: StarterNames): Readonly<Record<string, string>> {
  return {
    'src/index.ts': `import type { CallContext, ConnectorApi, VendorConnector } from 'headgate/connectors';

/** ${title} as a vendor. Headgate calls this once and hands in its own zod and ConnectorError. */
export default function ${variable}({ z, ConnectorError }: ConnectorApi): VendorConnector {
  const settings = z.object({ baseUrl: z.url() });
  const secrets = z.object({ token: z.string().min(6) });
  /** What a call that is not written yet ends with: \`permanent\`, so that nobody tries again. */
  const notThere = ({ account }: CallContext, what: string) =>
    new ConnectorError('NOT_IMPLEMENTED', 'permanent', \`\${what} at \${account.code} is not implemented\`);
  return {
    kind: 'vendor',
    manifest: { name: '${name}', version: '0.1.0', title: '${title}', settings, secrets },
    // Say no more than the system keeps: Headgate goes by it when an answer is lost.
    capabilities: {
      idempotentSubmit: false,
      authoritativeLookup: false,
      lateArrivalBoundMs: null,
      cancel: false,
      checkAvailability: false,
      stockFeed: null,
    },
${METHODS}  };
}
`,
    'src/map.ts': `import type { PurchaseOrder } from 'headgate/connectors';

/** Our purchase order as ${title} takes it: the same bytes on every attempt. Pure. */
export function bodyOf(po: PurchaseOrder): string {
  return JSON.stringify({ number: po.poNumber, lines: po.lines.map(({ vendorSku, packs }) => ({ vendorSku, packs })) });
}
`,
    'src/contract.test.ts': `import { ConnectorError, describeVendor, type VendorBench } from 'headgate/kit';
import { describe, it } from 'vitest';
import { z } from 'zod';
import connector from './index.js';

/** A double of ${title}: answer its requests in \`fetch\`, and keep what it was sent. */
const makeBench = async (): Promise<VendorBench> => ({
  context: {
    account: { code: 'bench', settings: { baseUrl: 'https://vendor.example' }, secrets: { token: 'bench-token' } },
    clock: { now: () => new Date() },
    fetch: async () => new Response('not there yet', { status: 404 }),
  },
  purchaseOrder: (poNumber) => ({
    ...{ poNumber, nodeCode: 'main', shipVia: 'ground', currency: 'USD', shipBy: '2026-03-03T17:00:00.000Z' },
    shipTo: { name: 'A. Reader', lines: ['12 Larch Way'], city: 'Boulder', postalCode: '80301', countryCode: 'US' },
    lines: [
      {
        ...{ lineNo: 1, vendorSku: 'R-1', sku: 'A-1', packs: 2, unitsPerPack: 1, unitOfMeasure: 'EA', quantity: 2 },
        unitCost: 12_345,
      },
    ],
  }),
  held: async () => 0,
  untilSaid: async () => {},
});

describeVendor({ name: '${name}', connector: connector({ z, ConnectorError }), make: makeBench }, { describe, it });
`,
  };
}
