import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { poNumberOf } from './po-number.js';

describe('a purchase order number', () => {
  it('is the same for the same id, and fits what vendors and the database take', () => {
    expect(poNumberOf('00000000-0000-7000-8000-000000000000')).toBe('HG-E008000000000000');
    expect(poNumberOf('019ab12c-0000-7abc-8000-ffffffffffff')).toMatch(/^HG-[0-9A-HJKMNP-TV-Z]{16}$/);
  });

  it('is another for another id', () => {
    const numbers = new Set(Array.from({ length: 10_000 }, () => poNumberOf(v7())));
    expect(numbers.size).toBe(10_000);
  });
});
