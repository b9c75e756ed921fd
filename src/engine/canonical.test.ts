import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.js';
import { randomRequest } from './testing/random-request.js';

describe('canonical JSON', () => {
  it.each([
    ['keys by UTF-16 code units', { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 }],
    ['numbers as ECMAScript writes them', [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0, 0, 1e21]],
    ['texts with escapes', ['\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/', '\u2028', '']],
    ['nothing, empty and nested', { b: null, a: [], c: {}, d: [[], [{ z: true, y: false }]] }],
    ['fields that are undefined', { a: undefined, b: 1 }],
  ])('writes %s as the reference does', (_what, value) => {
    expect(canonicalJson(value)).toBe(canonicalize(value));
  });

  it('writes requests as the reference does', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const request = randomRequest(seed);
      expect(canonicalJson(request)).toBe(canonicalize(request));
    }
  });
});
