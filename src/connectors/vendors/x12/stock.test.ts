import { describe, expect, it } from 'vitest';
import { readStock } from './stock.js';
import { document, settings, withEnd } from './testing/documents.js';

describe('stock as 846', () => {
  const stock = (body: string) => readStock([document(withEnd('846', body), 'IB')], settings);

  it('is read per site from SCH, and where there is none from QTY at the site of the whole', () => {
    const read = stock(`BIA*00*DD*77*20260302*0930\nN1*WH*DALLAS
LIN*1*VN*LAMP-1\nQTY*33*9*EA\nSCH*4*EA*WH*DALLAS\nSCH*5*EA*WH*CHICAGO
LIN*2*VN*CLIP-9*UP*1\nQTY*17*8*EA\nQTY*33*7*EA\nCTT*2`);
    expect(read).toEqual({
      control: 77,
      report: {
        ...{ kind: 'snapshot', asOf: '2026-03-02T15:30:00.000Z', complete: true, partial: false, faults: [] },
        rows: [
          { nodeCode: 'dal', vendorSku: 'LAMP-1', onHand: 4 },
          { nodeCode: 'CHICAGO', vendorSku: 'LAMP-1', onHand: 5 },
          { nodeCode: 'dal', vendorSku: 'CLIP-9', onHand: 7 },
        ],
      },
    });
  });

  it('of changed items alone is partial', () => {
    const read = stock('BIA*04*DD*77*20260302*0930\nN1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*9*EA');
    expect(read?.report).toMatchObject({ complete: true, partial: true, rows: [{ onHand: 9 }] });
  });

  it.each([
    ['N1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*9\nCTT*2', 'STOCK_TRUNCATED', 1],
    ['N1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*-9', 'QUANTITY_INVALID', 0],
    ['N1*WH*DALLAS\nLIN*1*VN*A', 'QUANTITY_MISSING', 0],
    ['LIN*1*VN*A\nQTY*33*9', 'SITE_MISSING', 0],
    ['N1*WH*DALLAS\nLIN*1*ZZ*A\nQTY*33*9', 'SKU_MISSING', 0],
  ])('is not complete where a row cannot be read: %s', (body, code, rows) => {
    const read = stock(`BIA*00*DD*77*20260302\n${body}`);
    expect(read?.report.complete).toBe(false);
    expect(read?.report.faults[0]?.code).toBe(code);
    expect(read?.report.rows).toHaveLength(rows);
  });

  it('is not complete where its end is missing, and no stock where it is another document', () => {
    const cut = document(
      withEnd('846', 'BIA*00*DD*7*20260302\nN1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*9').replace(/\nSE.*/, ''),
    );
    expect(readStock([cut], settings)?.report.complete).toBe(false);
    expect(readStock([document(withEnd('855', 'BAK*00*AT*HG-1'))], settings)).toBe(null);
  });
});
