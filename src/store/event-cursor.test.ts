import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CursorInvalid, CursorPruned, encodeCursor, parseCursor } from './event-cursor.js';

describe('a cursor', () => {
  it('comes back as the position it stands for', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (position) => {
        expect(parseCursor(encodeCursor(position))).toBe(position);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a bare number', '12'],
    ['a number in base64url', Buffer.from('12').toString('base64url')],
    ['a negative position', Buffer.from('e-1').toString('base64url')],
    ['a position beyond bigint', Buffer.from('e9999999999999999999').toString('base64url')],
    ['a padded cursor', `${encodeCursor(7n)}=`],
    ['a cursor with something after it', `${encodeCursor(7n)} `],
    ['a very long text', 'A'.repeat(100_000)],
  ])('refuses %s and says what to do', (_what, text) => {
    expect(() => parseCursor(text)).toThrow(CursorInvalid);
    expect(() => parseCursor(text)).toThrow(/pass a cursor on unchanged, or leave it out/);
  });

  it('that was pruned names the oldest usable one', () => {
    const error = new CursorPruned(3n, 10n);
    expect(error.message).toContain(encodeCursor(10n));
    expect(error.options.facts).toEqual({ oldestCursor: encodeCursor(10n) });
  });
});
