import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, literal } from './byte-writer.js';

const writer = new ByteWriter();

function written(write: () => void): string {
  writer.begin();
  write();
  return Buffer.from(writer.written()).toString();
}

describe('JSON written as bytes', () => {
  it('has texts of any characters as ECMAScript writes them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(written(() => writer.text(text))).toBe(JSON.stringify(text));
      }),
      { numRuns: 2000 },
    );
    for (let code = 0; code < 0x3000; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      expect(written(() => writer.text(text))).toBe(JSON.stringify(text));
    }
  });

  it('has numbers of any size as ECMAScript writes them', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.integer(),
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((scaled) => scaled / 10_000),
      fc.constantFrom(0, -0, 1e21, 1e-7, 999_999_999, 1_000_000_000, 99_999.9999, 100_000.0001, 5e-324),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(written(() => writer.number(value))).toBe(JSON.stringify(value));
      }),
      { numRuns: 10_000 },
    );
  });

  it('has literals of any length as they are, wherever they begin', () => {
    for (let length = 1; length <= 40; length += 1)
      for (let before = 0; before < 9; before += 1) {
        const text = 'abcdefghijklmnopqrstuvwxyz0123456789{":[,'.slice(0, length);
        const after = 'x'.repeat(before);
        expect(
          written(() => {
            writer.plain(after);
            writer.literal(literal(text));
            writer.plain(after);
          }),
        ).toBe(`"${after}",${text}"${after}"`);
      }
  });
});
