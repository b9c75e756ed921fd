import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStock } from './stock.js';
import { ACME, settingsWith } from './testing/acme.js';

const read = (text: string | Uint8Array, change: Record<string, unknown> = {}) => {
  const settings = settingsWith({ stock: { ...ACME.stock, ...change } });
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readStock(bytes, settings.stock ?? expect.fail('no stock'), settings);
};
const HEAD = 'SKU,Qty,Warehouse,As Of';
const one = (cells: string, change: Record<string, unknown> = {}) => {
  const { rows, faults } = read(`${HEAD}\n${cells}\n`, change);
  return rows[0] ?? faults[0]?.message;
};

describe('a file of stock', () => {
  it('is a row for each SKU and site, of the oldest moment it names', () => {
    expect(read(`${HEAD}\nLAMP-1,5,DALLAS,03/02/2026 09:30\nLAMP-1,7,RENO,2026-03-02T15:00:00Z\n`)).toEqual({
      ...{ kind: 'snapshot', asOf: '2026-03-02T15:00:00.000Z', complete: true, partial: false, faults: [] },
      rows: [
        { nodeCode: 'dal', vendorSku: 'LAMP-1', onHand: 5 },
        { nodeCode: 'RENO', vendorSku: 'LAMP-1', onHand: 7 },
      ],
    });
  });

  it.each([
    ['1,200 as a point makes them', '"1,200"', {}, 1200],
    ['12.000 with a decimal comma', '12.000', { decimal: ',' }, 12_000],
    ['3,0 with a decimal comma', '"3,0"', { decimal: ',' }, 3],
    ['3.0', '3.0', {}, 3],
    ['less than none', '-4', {}, 0],
  ])('reads %s', (_what, figure, change, onHand) => {
    expect(one(`A,${figure},DALLAS,`, change)).toMatchObject({ onHand });
  });

  it.each([
    ['A,many,DALLAS,', 'row 2, column "Qty": expected a whole number from -1000000000 to 1000000000, got "many"'],
    ['A,,DALLAS,', 'row 2, column "Qty": expected a whole number, got none'],
    ['A,2.5,DALLAS,', 'row 2, column "Qty": expected a whole number'],
    ['A,"1,20",DALLAS,', 'row 2, column "Qty": expected a whole number'],
    [',1,DALLAS,', 'row 2, column "SKU": expected a value, got none'],
    ['A,1,,', 'row 2, column "Warehouse": expected the site that the stock lies at'],
    [
      'A,1,DALLAS,13/45/2026',
      'row 2, column "As Of": expected a date such as MM/dd/yyyy HH:mm or iso, got "13/45/2026"',
    ],
    ['A,1,DALLAS', 'row 2: expected 4 values, got 3'],
  ])('tells of what cannot be read: %s', (cells, message) => {
    const { faults, complete } = read(`${HEAD}\n${cells}\n`);
    expect([complete, faults.map((fault) => fault.message)]).toEqual([false, [expect.stringContaining(message)]]);
  });

  it('says where, beyond values that go over several lines', () => {
    const { rows, faults } = read(`${HEAD}\n"A\nB",1,DALLAS,\n\nC,x,DALLAS,\nD,4,DALLAS,\n`);
    expect(rows.map(({ vendorSku }) => vendorSku)).toEqual(['A\nB', 'D']);
    expect(faults[0]).toMatchObject({ path: 'row 5, column "Qty"' });
  });

  it.each([
    ['SKU,Qty,As Of\nA,1,\n', 'row 1: expected one column "Warehouse"'],
    ['SKU,Qty,Qty,Warehouse,As Of\nA,1,1,DALLAS,\n', 'row 1: expected one column "Qty"'],
    [`${HEAD}\nA,"1,DALLAS,\n`, 'a quote is never closed'],
    ['', 'expected a row that names the columns'],
  ])('is nothing at all where its form is another: %j', (text, message) => {
    const { rows, complete, faults } = read(text);
    expect([rows, complete, faults[0]?.message]).toEqual([[], false, expect.stringContaining(message)]);
  });

  it('counts the smaller of two figures of one SKU and site', () => {
    expect(read(`${HEAD}\nA,5,DALLAS,\nA,3,DALLAS,\nA,9,DALLAS,\n`).rows).toEqual([
      { nodeCode: 'dal', vendorSku: 'A', onHand: 3 },
    ]);
  });

  it('may have no names, another delimiter and encoding, one site, and changes alone', () => {
    const format = { kind: 'delimited', delimiter: ';', header: false, encoding: 'windows-1252' };
    const columns = { vendorSku: 1, onHand: { from: 3, table: { viele: '50', keine: '0' } } };
    const change = { format, columns, site: 'DALLAS', lists: 'changes' };
    expect(read(Buffer.from('Glühbirne;x;viele\r\nB;x;keine\r\n', 'latin1'), change)).toMatchObject({
      ...{ complete: true, partial: true },
      rows: [
        { nodeCode: 'dal', vendorSku: 'Glühbirne', onHand: 50 },
        { nodeCode: 'dal', vendorSku: 'B', onHand: 0 },
      ],
    });
    expect(read(Uint8Array.of(0xff, 0xfe, 0x41)).faults[0]?.message).toBe('file: expected text in utf-8');
  });

  it('never fails, whatever it holds, and every row of figures is told or counted', () => {
    const cell = fc.oneof(
      fc.constantFrom('A', '5', '-1', 'DALLAS', '"', '1,000', '__proto__'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 6 }), (lines) => {
        const { rows, complete, faults } = read([HEAD, ...lines.map((cells) => cells.join(','))].join('\n'));
        expect(complete).toBe(faults.length === 0);
        for (const { onHand } of rows) expect(Number.isSafeInteger(onHand) && onHand >= 0).toBe(true);
      }),
    );
  });
});
