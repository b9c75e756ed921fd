import { describe, expect, it } from 'vitest';
import { readDocuments } from './map.js';

const PO = { poNumber: 'HG-1', at: '2026-03-02T10:00:00Z' };

describe('what a vendor says', () => {
  it('of changes and later dates comes with its amounts as they are counted', () => {
    const { documents } = readDocuments([
      {
        ...{ kind: 'acknowledgement', ...PO, vendorReference: 'V-1', order: { verdict: 'accepted' } },
        lines: [
          { lineNo: 1, accepted: 5, rejected: 0, changed: { unitCost: '6.25', shipBy: '2026-03-04T00:00:00Z' } },
          { lineNo: 2, accepted: 0, rejected: 0, backordered: { quantity: 3, until: '2026-03-09T00:00:00Z' } },
        ],
      },
    ]);
    expect(documents).toMatchObject([
      {
        order: { verdict: 'accepted' },
        lines: [
          { changed: { unitCost: 62_500, shipBy: '2026-03-04T00:00:00Z' } },
          { backordered: { quantity: 3, until: '2026-03-09T00:00:00Z' } },
        ],
      },
    ]);
  });

  it('of receipts and invoices is read, what it grants below zero', () => {
    const lines = [{ lineNo: 1, quantity: 2, unitCost: '6.0000' }];
    const charges = [
      { code: 'freight', amount: '4.5' },
      { code: 'allowance', amount: '-1.00' },
    ];
    const { documents } = readDocuments([
      { kind: 'receipt', ...PO, accepted: false, reason: 'unknown node' },
      { kind: 'invoice', ...PO, invoiceNumber: 'I-1', currency: 'USD', lines, charges, total: '15.50' },
    ]);
    expect(documents).toMatchObject([
      { kind: 'receipt', accepted: false },
      { total: 155_000, lines: [{ unitCost: 60_000 }], charges: [{ amount: 45_000 }, { amount: -10_000 }] },
    ]);
  });

  it('in other words than the protocol has holds up nothing else', () => {
    const { documents, unreadable } = readDocuments([
      { kind: 'invoice', ...PO, invoiceNumber: 'I-1', currency: 'USD', lines: [], total: '15,50' },
      { kind: 'receipt', ...PO, accepted: true },
    ]);
    expect(documents).toHaveLength(1);
    expect(unreadable).toMatchObject([{ poNumber: 'HG-1', problem: expect.stringContaining('documents.0.total') }]);
  });
});
