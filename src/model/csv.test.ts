import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText, readCsv } from './csv.js';

const COLUMNS = ['a', 'b', 'c'];
const cellsOf = (text: string) => {
  const read = readCsv(text, COLUMNS);
  return 'rows' in read ? read.rows.map(({ line, cells }) => [line, cells.a, cells.b, cells.c]) : read.faults;
};

describe('CSV', () => {
  it.each([
    ['plain cells', 'a,b,c\n1,2,3\n', [[2, '1', '2', '3']]],
    ['columns in another order, and some left out', 'c,a\n3,1\n', [[2, '1', '', '3']]],
    ['CRLF, a byte order mark and blanks', '\uFEFFa,b\r\n 1 , 2 \r\n', [[2, '1', '2', '']]],
    [
      'quotes, commas and line breaks within, with true line numbers',
      'a,b\n"x, ""y""\nz",2\n3,4\n',
      [
        [2, 'x, "y"\nz', '2', ''],
        [4, '3', '4', ''],
      ],
    ],
    ['empty lines', 'a,b\n\n1,2\n\n', [[3, '1', '2', '']]],
    ['a last cell that is empty', 'a,b\n1,', [[2, '1', '', '']]],
  ])('reads %s', (_name, text, expected) => {
    expect(cellsOf(text)).toEqual(expected);
  });

  it.each([
    ['no header', '', '1', '', /expected a header/],
    ['an unknown column', 'a,d\n', '1', 'd', /no such column: expected some of a, b, c/],
    ['a column that stands twice', 'a,a\n', '1', 'a', /twice/],
    ['a row of another length', 'a,b\n1\n', '2', '', /expected 2 cells as in the header, got 1/],
    ['a quote that stays open', 'a,b\n1,"2\n3,4\n', '2', '', /never closed/],
    ['a cell that is too long', `a,b\n1,${'x'.repeat(1_001)}\n`, '2', 'b', /at most 1000 characters/],
  ])('refuses %s with its line', (_name, text, place, path, message) => {
    expect(readCsv(text, COLUMNS)).toEqual({ faults: [{ place, path, message: expect.stringMatching(message) }] });
  });

  it('tells all faults at once', () => {
    const read = readCsv('a,b\n1\n1,2\n1,2,3\n', COLUMNS);
    expect('faults' in read && read.faults.map(({ place }) => place)).toEqual(['2', '4']);
  });

  it('gives back what it wrote, whatever the cells hold', () => {
    const cell = fc.string({ maxLength: 20 }).map((text) =>
      text
        .replaceAll('\r', '')
        .replace(/^[\s=+@-]+/, '')
        .trim(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const written = csvText(
          ['a', 'b'],
          rows.map(([a, b]) => ({ a, b: `${b}.` })),
        );
        expect(cellsOf(written)).toEqual(rows.map(([a, b]) => [expect.any(Number), a, `${b}.`, '']));
      }),
    );
  });

  it('never writes a cell that a spreadsheet would run', () => {
    expect(csvText(['a'], [{ a: '=1+1' }, { a: '-x' }, { a: '-1.5' }])).toBe("a\n'=1+1\n'-x\n-1.5\n");
  });
});
