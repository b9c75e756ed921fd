import { describe, expect, it } from 'vitest';
import { parseAmount } from '../../model/money.js';
import { randomFrom } from '../testing/random-request.js';
import { amountOf } from './amount-text.js';

/** What `parseAmount` answers; NaN where it throws. */
function reference(text: string): number {
  try {
    return parseAmount(text);
  } catch {
    return Number.NaN;
  }
}

/** A text of a few of these characters. */
function drawn(random: () => number, characters: string, lengthMost: number): string {
  const length = Math.floor(random() * (lengthMost + 1));
  return Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('');
}

describe('the text of an amount', () => {
  it('reads as the model of money reads it', () => {
    const random = randomFrom(7);
    let valid = 0;
    for (let at = 0; at < 15_000; at += 1) {
      const text = drawn(random, '001234567899.-+e ', 8);
      const amount = amountOf(text);
      expect({ text, amount }).toEqual({ text, amount: reference(text) });
      if (!Number.isNaN(amount)) valid += 1;
    }
    expect(valid).toBeGreaterThan(1_500);
  });

  it.each([
    '900719925474.0991',
    '900719925474.0992',
    '-900719925474.0991',
    '9007199254740991',
    '99999999999999999999',
    '-0',
    '-0.0000',
    '٣',
  ])('reads %s so, too', (text) => {
    expect(amountOf(text)).toBe(reference(text));
  });
});
