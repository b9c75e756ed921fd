import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStock } from './stock.js';
import { read, settings } from './testing/documents.js';

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared');
const folder = join(samples, 'fixtures/x12');
const present = existsSync(folder);
if (!present) console.log(`skipped: X12 samples, not found in ${samples} (set HEADGATE_SAMPLES)`);

/** What each sample says: documents, problems, rows of stock; those not named here are none that a vendor sends. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'coedition/832-sample.edi': ['a set 832 is none that a vendor sends us'],
  'coedition/832-sample2.edi': ['a set 832 is none that a vendor sends us'],
  'coedition/846-sample2.edi': [
    'a set 846 is none that a vendor sends us',
    'expected the site that the stock lies at: name one in stock.site',
    'SE01 says 06 segments, there are 8',
  ],
  'coedition/850-sample.edi': ['a set 850 is none that a vendor sends us'],
  'coedition/855-sample2.edi': ['acknowledgement CUSTPO'],
  'coedition/856-sample.edi': ['shipment 1572098', 'shipment 1572114', 'shipment 1572130'],
  'coedition/997-sample2.edi': ['a set 997 is none that a vendor sends us'],
  'edi.net/x12.214.edi': ['a set 214 is none that a vendor sends us'],
  'edi.net/x12.810.mandatory-conditions.edi': ['a set 850 is none that a vendor sends us'],
  'edi.net/x12.810a.edi': ['invoice DO091003'],
  'edi.net/x12.810c.edi': ['expected the line’s number of our order (IT101)'],
  'edi.net/x12.810d.edi': ['expected the line’s number of our order (IT101)'],
  'edi.net/x12.832.edi': ['a set 832 is none that a vendor sends us'],
  'edi.net/x12.850.edi': ['a set 850 is none that a vendor sends us'],
  'edi.net/x12.850a.edi': ['a set 850 is none that a vendor sends us'],
  'gozer/asn856.edi': ['shipment 99999817'],
  'gozer/empty-line.edi': [
    'a set AAA is none that a vendor sends us',
    'a set BBB is none that a vendor sends us',
    'a set YYZ is none that a vendor sends us',
  ],
  'gozer/po850.edi': ['a set 850 is none that a vendor sends us'],
  'gozer/wrong-gs.edi': ['a set AAA is none that a vendor sends us'],
  'node-x12/850.edi': ['a set 850 is none that a vendor sends us'],
  'node-x12/850_fat.edi': ['a set 850 is none that a vendor sends us'],
  'node-x12/855.edi': ['acknowledgement POTEST1112'],
  'node-x12/856.edi': ['shipment 99999817'],
  'omniparser/ups-210-freight-invoice.edi': ['a set 210 is none that a vendor sends us'],
  'staedi/invalid997.edi': ['a set 997 is none that a vendor sends us'],
  'staedi/simple810.edi': ['expected the line’s number of our order (IT101)'],
  'staedi/simple997-multiple-interchanges.edi': ['a set 997 is none that a vendor sends us'],
  'staedi/simple997.edi': ['a set 997 is none that a vendor sends us'],
  'staedi/simple999.edi': ['a set 999 is none that a vendor sends us'],
  'stedi/855-inbound-5010.edi': [
    "expected the line's number of our order, got item-1",
    "expected the line's number of our order, got item-2",
  ],
  'stupidedi/810-aerospace-basic.edi': ['invoice 767124'],
  'stupidedi/850-aerospace-basic.edi': ['a set 850 is none that a vendor sends us'],
  'stupidedi/855-aerospace-accepted.edi': ['acknowledgement XX-1234'],
  'stupidedi/855-aerospace-minor-changes.edi': ['acknowledgement XX-1234'],
  'stupidedi/855-aerospace-ship-details.edi': ['acknowledgement XX-1234'],
  'stupidedi/855-shrader.edi': ['acknowledgement 1D711419'],
  'stupidedi/997-1.edi': ['a set 997 is none that a vendor sends us'],
  'vscode/850-loop.edi': ['a set 850 is none that a vendor sends us'],
  'vscode/850.x12': ['a set 850 is none that a vendor sends us'],
  'vscode/multiple_transactions.x12': ['a set 860 is none that a vendor sends us'],
};

describe.skipIf(!present)('a sample of X12', () => {
  const names = present
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(edi|x12)$/.test(name))
    : [];
  it.each(names)('%s', (name) => {
    const file = readFileSync(join(folder, name));
    const { documents: said, unreadable } = read(file);
    const { rows = [], faults = [] } = readStock([file], settings)?.report ?? {};
    expect([
      ...said.map(({ kind, poNumber }) => `${kind} ${poNumber}`),
      ...rows.map(({ nodeCode, vendorSku, onHand }) => `${vendorSku} at ${nodeCode}: ${onHand}`),
      ...new Set(unreadable.map(({ problem }) => problem.replace(/^.*?: /, ''))),
      ...faults.map(({ message }) => message),
    ]).toEqual(SAMPLES[name] ?? []);
  });
});
