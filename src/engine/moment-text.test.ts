import { describe, expect, it } from 'vitest';
import { momentOf, momentText } from './moment-text.js';
import { randomFrom } from './testing/random-request.js';

describe('the text of a moment', () => {
  it('reads as the calendar says', () => {
    const random = randomFrom(11);
    const two = (most: number) => String(Math.floor(random() * most)).padStart(2, '0');
    let valid = 0;
    for (let at = 0; at < 15_000; at += 1) {
      const year = at % 3 === 0 ? `00${two(100)}` : `${two(100)}${two(100)}`;
      const text = `${year}-${two(14)}-${two(33)}T${two(26)}:${two(62)}:${two(62)}`;
      const fraction = ['', '.5', '.25', '.125', '.1250000'][Math.floor(random() * 5)] ?? '';
      const offset = ['Z', 'z', '+00:00', '-00:00', `+${two(26)}:${two(62)}`, `-${two(26)}:${two(62)}`][
        Math.floor(random() * 6)
      ] as string;
      const local = new Date(`${text}Z`);
      const isThere = !Number.isNaN(local.getTime()) && local.toISOString() === `${text}.000Z`;
      const parsed = isThere ? Date.parse(`${text}${fraction}${offset.toUpperCase()}`) : Number.NaN;
      const isWritten = Math.abs(parsed) <= Date.UTC(9999, 11, 31) && parsed >= Date.parse('0000-01-01T00:00:00Z');
      const written = `${text}${fraction}${offset}`;
      expect({ written, at: momentOf(written) }).toEqual({ written, at: isWritten ? parsed : Number.NaN });
      if (isWritten) valid += 1;
    }
    expect(valid).toBeGreaterThan(1_500);
  });

  it('is written as it was read, from the first one to the last', () => {
    for (const text of ['0000-01-01T00:00:00Z', '0000-02-29T12:00:00.001Z', '9999-12-31T23:59:59.999Z'])
      expect(momentText(momentOf(text))).toBe(text);
  });

  it('is refused where it is finer than a millisecond, or cut where nothing is decided by it', () => {
    for (const digits of ['0001', '12345', '9999999', '00000000000000000001']) {
      expect(momentOf(`2026-03-02T10:00:00.${digits}Z`)).toBeNaN();
      expect(momentOf(`2026-03-02T10:00:00.${digits}Z`, 'dropped')).toBe(
        Date.parse(`2026-03-02T10:00:00.${digits.slice(0, 3)}Z`),
      );
    }
  });

  it.each([
    ['2026-03-02T10:00:00+05:30', '2026-03-02T04:30:00Z'],
    ['2026-03-02t10:00:00.25z', '2026-03-02T10:00:00.25Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00Z'],
    ['2026-03-02T10:00:00.120000Z', '2026-03-02T10:00:00.12Z'],
  ])('reads %s as %s', (text, utc) => {
    expect(momentOf(text)).toBe(Date.parse(utc));
  });

  it.each([
    '2026-03-02T10:00:0xZ',
    '2026-03-02 10:00:00Z',
    '2026-03-02T10:00:00',
    '2026-03-02T10:00:00+25:00',
    '2026-03-02T10:00:00+05:60',
    '2026-03-02T10:00:00.Z',
    '2016-12-31T23:59:60Z',
    '1900-02-29T00:00:00Z',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:00-00:01',
  ])('is refused as %s', (text) => {
    expect(momentOf(text)).toBeNaN();
  });
});
