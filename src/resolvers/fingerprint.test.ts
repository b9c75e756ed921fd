import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.js';

const input = {
  idempotencyKey: 'k1',
  externalId: 'A-1',
  deliverBy: new Date('2026-01-02T00:00:00Z'),
  lines: [{ sku: 'X', quantity: 1 }],
};
const hex = (value: { idempotencyKey: string }) => Buffer.from(fingerprint(value)).toString('hex');

describe('the fingerprint of an input', () => {
  it('has 32 bytes and is the same for the same input, however its fields are ordered', () => {
    const { externalId, ...rest } = input;
    expect(fingerprint(input)).toHaveLength(32);
    expect(hex({ ...rest, externalId } as typeof input)).toBe(hex(input));
  });

  it('does not depend on the key, nor on fields that are null instead of missing', () => {
    expect(hex({ ...input, idempotencyKey: 'k2' })).toBe(hex(input));
    expect(hex({ ...input, accountCode: null } as typeof input)).toBe(hex(input));
  });

  it.each([
    ['a quantity', { ...input, lines: [{ sku: 'X', quantity: 2 }] }],
    ['a moment', { ...input, deliverBy: new Date('2026-01-02T00:00:01Z') }],
    ['the order of lines', { ...input, lines: [{ sku: 'Y', quantity: 1 }, ...input.lines] }],
  ])('changes with %s', (_name, other) => {
    expect(hex(other)).not.toBe(hex(input));
  });
});
