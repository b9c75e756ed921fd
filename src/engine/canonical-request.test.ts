import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { canonicalRequest } from './canonical-request.js';
import { parseRequest } from './parse.js';
import type { Place, RoutingRequest } from './request.js';
import { randomFrom, randomRequest } from './testing/random-request.js';

const NAMES = [
  'Zoë "the hat" Müller',
  'back\\slash',
  'tab\tline\nbell\u0007',
  '\u2028\u2029',
  'ö€😀'.repeat(30),
  '\u007f\u0080\uffff',
  '',
  'a'.repeat(3000),
];
const NUMBERS = [0, -0, 40.7, -73.9857, 0.5, -0.0001, 0.00001, 1e-7, 89.99999999, 1 / 3, -90, 12.34567];

function written(request: RoutingRequest): string {
  return Buffer.from(canonicalRequest(request)).toString();
}

describe('canonical JSON of a request', () => {
  it('is what the reference writes, for requests that use every field', () => {
    for (let seed = 1; seed <= 1000; seed += 1) {
      const request = randomRequest(seed);
      expect(written(request)).toBe(canonicalize(request));
    }
  });

  it('holds names in any script, escapes and numbers as ECMAScript writes them', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomFrom(seed);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
      const place: Place = {
        countryCode: pick(NAMES) || 'US',
        regionCode: pick(NAMES),
        postalCode: pick(NAMES),
        latitude: pick(NUMBERS),
        longitude: (random() - 0.5) * 360,
        residential: random() < 0.5,
      };
      const plain = randomRequest(seed);
      const request: RoutingRequest = {
        ...plain,
        order: {
          ...plain.order,
          id: pick(NAMES) || 'order',
          destination: place,
          lines: plain.order.lines?.map((line) => ({
            ...line,
            tags: [pick(NAMES)],
            unitWeightGrams: 999_999_999 + (seed % 2),
          })),
        },
        nodes: plain.nodes?.map((node) => ({
          ...node,
          location: place,
          remainingUnits: Math.floor(random() * 2 ** 53),
        })),
        policy: { ...plain.policy, effort: Number.MAX_SAFE_INTEGER },
      };
      expect(parseRequest(request)).toMatchObject({ ok: true });
      expect(written(request)).toBe(canonicalize(request));
    }
  });

  it('grows with the request, and forgets it', () => {
    const [node] = randomRequest(3).nodes ?? [];
    const small = randomRequest(3);
    const large = {
      ...small,
      nodes: Array.from({ length: 3000 }, (_, at) => ({ ...node, id: `n${at}` })),
    } as RoutingRequest;
    expect(written(large)).toBe(canonicalize(large));
    expect(written(small)).toBe(canonicalize(small));
  });

  it('leaves out fields that are undefined, and keeps empty lists', () => {
    const request = {
      order: {
        id: 'order-1',
        currency: 'USD',
        placedAt: '2026-03-02t09:00:00.5z',
        deliverBy: undefined,
        destination: { countryCode: 'US' },
        lines: [],
      },
      nodes: [],
      policy: { lateness: 'forbid', unfilled: 'forbid' },
      exclusions: [],
    } as unknown as RoutingRequest;
    expect(parseRequest(request)).toMatchObject({ ok: true });
    expect(written(request)).toBe(canonicalize(request));
    const bare = { order: { ...request.order, lines: undefined }, policy: {} } as unknown as RoutingRequest;
    expect(written(bare)).toBe(canonicalize(bare));
  });
});
