import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256 of an input without its idempotency key, in canonical JSON: equal inputs give equal bytes, however they were written. */
export function fingerprint(input: { readonly idempotencyKey: string }): Uint8Array {
  const { idempotencyKey: _, ...rest } = input;
  const canonical = canonicalize(withoutNulls(rest));
  return createHash('sha256')
    .update(canonical ?? '', 'utf8')
    .digest();
}

/** A field left out and one set to null mean the same, so they count as the same. Moments become text. */
function withoutNulls(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part == null ? [] : [[key, withoutNulls(part)]])),
  );
}
