import { describe, expect, it } from 'vitest';
import { parseAmount } from '../../model/money.js';
import { momentOf } from '../moment-text.js';
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

describe('the text of a moment', () => {
  it('reads as the calendar says', () => {
    const random = randomFrom(11);
    const two = (most: number) => String(Math.floor(random() * most)).padStart(2, '0');
    let valid = 0;
    for (let at = 0; at < 15_000; at += 1) {
      const year = String(100 + Math.floor(random() * 9900)).padStart(4, '0');
      const text = `${year}-${two(14)}-${two(33)}T${two(26)}:${two(62)}:${two(62)}Z`;
      const parsed = new Date(text);
      const isThere = !Number.isNaN(parsed.getTime()) && parsed.toISOString() === text.replace('Z', '.000Z');
      expect({ text, at: momentOf(text) }).toEqual({ text, at: isThere ? parsed.getTime() : Number.NaN });
      if (isThere) valid += 1;
    }
    expect(valid).toBeGreaterThan(1_500);
  });

  it.each([
    ['2026-03-02T10:00:00+05:30', '2026-03-02T04:30:00Z'],
    ['2026-03-02t10:00:00.25z', '2026-03-02T10:00:00.25Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ])('reads %s as %s', (text, utc) => {
    expect(momentOf(text)).toBe(Date.parse(utc));
  });

  it.each([
    '2026-03-02T10:00:0xZ',
    '2026-03-02 10:00:00Z',
    '2026-03-02T10:00:00',
    '2026-03-02T10:00:00+25:00',
    '1900-02-29T00:00:00Z',
  ])('is refused as %s', (text) => {
    expect(momentOf(text)).toBeNaN();
  });
});
