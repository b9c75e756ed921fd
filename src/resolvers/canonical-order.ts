import type { CanonicalOrder, DeliveryWish } from '../model/canonical-order.js';
import { formatAmount, type TenThousandths } from '../model/money.js';
import type { AddressInput, DeliveryInput, SubmitOrderInput } from '../schema/inputs.js';

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
    customerPoNumber: input.customerPoNumber ?? undefined,
    ...(input.test ? { source: { payment: 'unknown', fulfillment: 'unknown', test: true } } : {}),
    ...(input.delivery ? { delivery: delivery(input.delivery) } : {}),
    lines: input.lines.map((line, index) => ({
      externalLineId: line.externalLineId ?? String(index + 1),
      sku: line.sku,
      title: line.title ?? undefined,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      requiresShipping: line.requiresShipping ?? true,
      gtin: line.gtin ?? undefined,
      listPrice: amount(line.listPrice),
      ...(line.customs
        ? {
            customs: {
              hsCode: line.customs.hsCode ?? undefined,
              originCountry: line.customs.originCountry ?? undefined,
              value: amount(line.customs.value),
            },
          }
        : {}),
    })),
  };
}

function amount(given: TenThousandths | null | undefined): { readonly amount: string } | undefined {
  return given === null || given === undefined ? undefined : { amount: formatAmount(given) };
}

function delivery(input: DeliveryInput): DeliveryWish {
  const { thirdPartyFreight: freight, packingSlip: slip } = input;
  return {
    serviceCode: input.serviceCode ?? undefined,
    serviceTitle: input.serviceTitle ?? undefined,
    shipBy: input.shipBy?.toISOString(),
    instructions: input.instructions ?? undefined,
    signatureRequired: input.signatureRequired ?? undefined,
    shipComplete: input.shipComplete ?? undefined,
    incoterms: input.incoterms ?? undefined,
    thirdPartyFreight: freight
      ? {
          account: freight.account,
          carrier: freight.carrier ?? undefined,
          postalCode: freight.postalCode ?? undefined,
        }
      : undefined,
    packingSlip: slip
      ? {
          brand: slip.brand ?? undefined,
          returnAddress: slip.returnAddress ? address(slip.returnAddress) : undefined,
          customerOrderNumber: slip.customerOrderNumber ?? undefined,
          giftMessage: slip.giftMessage ?? undefined,
          message: slip.message ?? undefined,
        }
      : undefined,
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
