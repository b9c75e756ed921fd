import { describe, expect, it } from 'vitest';
import { seal, unseal } from './secrets.js';

const key = (fill: number) => new Uint8Array(32).fill(fill);

describe('sealed secrets', () => {
  const secrets = { apiKey: 'very-secret', nested: [1, null, 'ü'] };

  it('open with the key and for the owner that they were sealed for', () => {
    expect(unseal(seal(secrets, 'vendor:acme', { current: key(1) }), 'vendor:acme', { current: key(1) })).toEqual(
      secrets,
    );
  });

  it('never look the same twice, and do not show what they hold', () => {
    const first = seal(secrets, 'vendor:acme', { current: key(1) });
    expect(first.equals(seal(secrets, 'vendor:acme', { current: key(1) }))).toBe(false);
    expect(first.toString('latin1')).not.toContain('very-secret');
  });

  it('still open after the key was changed, while the old one is configured', () => {
    const sealed = seal(secrets, 'vendor:acme', { current: key(1) });
    expect(unseal(sealed, 'vendor:acme', { current: key(2), previous: [key(1)] })).toEqual(secrets);
    expect(() => unseal(sealed, 'vendor:acme', { current: key(2) })).toThrow(/not configured/);
  });

  it('do not open for another owner, cut short, or with any bit changed', () => {
    const sealed = seal(secrets, 'vendor:acme', { current: key(1) });
    expect(() => unseal(sealed, 'vendor:other', { current: key(1) })).toThrow(/cannot be read/);
    expect(() => unseal(sealed.subarray(0, 20), 'vendor:acme', { current: key(1) })).toThrow(/damaged/);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(changed, 'vendor:acme', { current: key(1) })).toThrow(/cannot be read/);
    }
  });

  it('refuse a key of another length', () => {
    expect(() => seal(secrets, 'vendor:acme', { current: new Uint8Array(16) })).toThrow(/32 bytes/);
  });
});
