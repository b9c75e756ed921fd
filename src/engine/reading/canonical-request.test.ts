import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoutingRequest } from '../request.js';
import { randomFrom, randomRequest } from '../testing/random-request.js';
import { canonicalRequest } from './canonical-request.js';
import { parseRequest } from './parse.js';

/** Fields that may hold any text; of the others each text has a form of its own. */
const NAMED = ['id', 'sku', 'vendorId', 'nodeId', 'serviceId', 'ruleId', 'reason', 'carrier', 'group', 'countryCode'];

function written(request: RoutingRequest): string {
  return Buffer.from(canonicalRequest(request)).toString();
}

const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const plain = fc.constantFrom(...'abc "\\/\b\t\n\f\r\u0000\u001f\u007f\u0080\u00e9\u2028\u2029\uffff😀');
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: plain }),
  fc.string({ unit: plain, minLength: 100, maxLength: 3000 }),
  { arbitrary: fc.string({ unit: codeUnit }), weight: 1 },
);
const degrees = (limit: number) =>
  fc.oneof(
    fc.double({ min: -limit, max: limit, noNaN: true }),
    fc.integer({ min: -limit * 100_000, max: limit * 100_000 }).map((scaled) => scaled / 100_000),
    fc.constantFrom(0, -0, 1e-7, -1e-6, 5e-324, 0.0001, -limit),
  );
const safe = fc.oneof(fc.maxSafeNat(), fc.nat(2_000_000_000), fc.nat(1000));

/** A request in which names are any text, numbers of every size and fields in any order. */
const request = fc
  .record({
    seed: fc.nat(),
    texts: fc.array(text, { minLength: 1, maxLength: 4 }),
    latitude: degrees(90),
    longitude: degrees(180),
    safe,
    postalCode: text,
    residential: fc.boolean(),
  })
  .map(({ seed, texts, latitude, longitude, safe, postalCode, residential }) => {
    const random = randomFrom(seed);
    const place = { countryCode: 'US', latitude, longitude, postalCode, regionCode: postalCode, residential };
    const named = (value: string) => `${value}:${texts[value.length % texts.length]}`;
    const rewritten = (value: unknown, field: string): unknown => {
      if (Array.isArray(value)) return value.map((entry) => rewritten(entry, field));
      if (typeof value === 'object' && value !== null) {
        const fields = Object.entries(field === 'location' || field === 'destination' ? place : value);
        fields.sort(() => random() - 0.5);
        return Object.fromEntries(fields.map(([name, entry]) => [name, rewritten(entry, name)]));
      }
      if (typeof value === 'string' && [...NAMED, 'tags', 'excludedTags'].includes(field)) return named(value);
      return field === 'remainingUnits' || field === 'effort' ? safe : value;
    };
    const valid = randomRequest(seed);
    return rewritten({ ...valid, policy: { ...valid.policy, effort: 1 } }, '') as RoutingRequest;
  });

describe('canonical JSON of a request', () => {
  it('is what the reference writes, whatever the names, the numbers and the order of fields; lone surrogates are refused', () => {
    let refused = 0;
    fc.assert(
      fc.property(request, (each) => {
        const reference = canonicalize(each) as string;
        const isWhole = !/\\ud[89a-f]/.test(reference);
        expect(parseRequest(each).ok).toBe(isWhole);
        if (isWhole) expect(written(each)).toBe(reference);
        else refused += 1;
      }),
      { numRuns: 2000, seed: 8785 },
    );
    expect(refused).toBeGreaterThan(20);
    expect(refused).toBeLessThan(500);
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
