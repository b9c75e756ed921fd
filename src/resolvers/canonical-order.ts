import type { CanonicalOrder } from '../model/canonical-order.js';
import type { AddressInput, SubmitOrderInput } from '../schema/inputs.js';

/** The input of submitOrder as the canonical order that every channel is mapped to. Pure. */
export function canonicalOrder(input: SubmitOrderInput, currency: string, now: Date): CanonicalOrder {
  return {
    externalId: input.externalId,
    displayNumber: input.displayNumber ?? undefined,
    currency: input.currencyCode ?? currency,
    placedAt: (input.placedAt ?? now).toISOString(),
    deliverBy: input.deliverBy?.toISOString(),
    shipTo: address(input.shipTo),
    whenShort: input.whenShort ?? undefined,
    customerTier: input.customerTier ?? undefined,
    tags: input.tags ?? undefined,
    lines: input.lines.map((line, index) => ({
      externalLineId: line.externalLineId ?? String(index + 1),
      sku: line.sku,
      title: line.title ?? undefined,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      requiresShipping: line.requiresShipping ?? true,
    })),
  };
}

function address(input: AddressInput): CanonicalOrder['shipTo'] {
  return {
    name: input.name ?? undefined,
    company: input.company ?? undefined,
    lines: input.lines,
    city: input.city ?? undefined,
    regionCode: input.regionCode ?? undefined,
    postalCode: input.postalCode ?? undefined,
    countryCode: input.countryCode,
    residential: input.residential ?? undefined,
    phone: input.phone ?? undefined,
    email: input.email ?? undefined,
  };
}
