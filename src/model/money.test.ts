import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount, formatAmountShort, parseAmount, scaleHalfUp, timesQuantity } from './money.js';

describe('amounts', () => {
  it.each([
    ['0', 0],
    ['12.5', 125000],
    ['0.0001', 1],
    ['-0.0300', -300],
    ['900000000000', 9_000_000_000_000_000],
  ])('reads %s', (text, amount) => {
    expect(parseAmount(text)).toBe(amount);
  });

  it.each(['', '1.', '.5', '01', '1e3', '1.00001', '+1', ' 1', '1,00', 'NaN', '99999999999999'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseAmount(text)).toThrow(RangeError);
    },
  );

  it('writes what it read, to the last digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 }), (amount) => {
        expect(parseAmount(formatAmount(amount))).toBe(amount === 0 ? 0 : amount);
        expect(parseAmount(formatAmountShort(amount))).toBe(amount === 0 ? 0 : amount);
      }),
    );
  });

  it.each([
    [125000, '12.50'],
    [123456, '12.3456'],
    [120500, '12.05'],
    [123400, '12.34'],
    [123450, '12.345'],
    [-300, '-0.03'],
  ])('writes %i for people as %s', (amount, text) => {
    expect(formatAmountShort(amount)).toBe(text);
  });

  it('rounds halves away from zero and says nothing of less', () => {
    expect(scaleHalfUp(1, 1n, 2n)).toBe(1);
    expect(scaleHalfUp(-1, 1n, 2n)).toBe(-1);
    expect(scaleHalfUp(1, 49n, 100n)).toBe(0);
    expect(scaleHalfUp(65000, 10n, 100n)).toBe(6500);
  });

  it('refuses a product that leaves the safe range', () => {
    expect(timesQuantity(100_000_000_000, 90_000)).toBe(9_000_000_000_000_000);
    expect(() => timesQuantity(100_000_000_000, 1_000_000)).toThrow(RangeError);
  });
});
