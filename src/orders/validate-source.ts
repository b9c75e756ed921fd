import { z } from 'zod';
import { CHANNEL_FULFILLMENT_STATES, PAYMENT_STATES } from '../model/canonical-order.js';
import type { OrderSource } from '../model/order-source.js';

/** Bytes of JSON of both halves together. */
const SOURCE_BYTES_MAX = 1_000_000;
const LISTED_MAX = 1_000;

const text = (lengthMax: number) => z.string().max(lengthMax).optional();
const list = <T extends z.ZodType>(of: T) => z.array(of).max(LISTED_MAX);

const decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/, 'expected a decimal such as 12.50');
const currency = z.string().regex(/^[A-Z]{3}$/);
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}([Tt ][\d:.]{5,18}([Zz]|[+-]\d{2}:\d{2})?)?$/, 'expected a day or moment');
const amount = z.object({ amount: decimal, presentment: z.object({ amount: decimal, currency }).optional() });
const discount = z.object({
  ...{ scope: z.enum(['line', 'order', 'shipping']), code: text(500), title: text(1_000) },
  ...{ value: amount, spread: z.boolean().optional() },
});
const tax = z.object({
  ...{ title: text(500), rate: decimal.optional(), jurisdiction: text(500), included: z.boolean(), value: amount },
});
const charge = z.object({
  ...{ code: text(500), title: text(1_000), value: amount },
  ...{ discounts: list(discount).optional(), taxes: list(tax).optional() },
});
const address = z.object({
  ...{ name: text(500), company: text(500), lines: z.array(z.string().max(500)).max(10) },
  ...{ city: text(500), regionCode: text(100), postalCode: text(100), countryCode: z.string().max(10) },
  ...{ residential: z.boolean().optional(), latitude: z.number().optional(), longitude: z.number().optional() },
  ...{ phone: text(200), email: text(500), redacted: z.literal(true).optional() },
});
const party = z.object({
  ...{ externalId: text(200), name: text(500), company: text(500), email: text(500), phone: text(100) },
  ...{ phoneText: text(200), taxIds: z.array(z.string().max(200)).max(20).optional(), address: address.optional() },
  ...{ locale: text(50), note: text(10_000) },
});
const named = z.object({ name: z.string().max(500), value: z.string().max(10_000) });
const units = z.number().int().min(0).max(1_000_000);
const line = z.object({
  ...{ title: text(1_000), unitOfMeasure: text(50), vendorSku: text(200), buyerSku: text(200), gtin: text(50) },
  ...{ kind: z.enum(['goods', 'bundle', 'gift_card', 'service']).optional(), parentLineId: text(200) },
  // Lines that are not routed are bounded here, those that are in `validateOrder`.
  ...{ externalLineId: z.string().min(1).max(500), sku: z.string().max(500) },
  ...{ quantity: units, sourceLineIds: z.array(z.string().max(200)).max(LISTED_MAX).optional() },
  quantities: z
    .object({
      ...{ ordered: units, canceled: units.optional(), refunded: units.optional(), returned: units.optional() },
      fulfilled: units.optional(),
    })
    .optional(),
  ...{ options: list(named).optional(), listPrice: amount.optional(), discounts: list(discount).optional() },
  taxes: list(tax).optional(),
  customs: z.object({ hsCode: text(20), originCountry: text(2), value: amount.optional() }).optional(),
});

/** Both halves of what is kept beside an order. */
const SOURCE = z.object({
  document: z
    .object({
      ...{ customerPoNumber: text(200), revision: text(200), unmappedLeft: z.number().int().min(0).optional() },
      source: z
        .object({
          ...{ status: text(200), payment: z.enum(PAYMENT_STATES), paymentText: text(200) },
          ...{ fulfillment: z.enum(CHANNEL_FULFILLMENT_STATES), fulfillmentText: text(200) },
          ...{ canceledAt: moment.optional(), cancelReason: text(1_000), test: z.boolean().optional() },
        })
        .optional(),
      money: z
        .object({
          ...{ taxesIncluded: z.boolean(), discounts: list(discount), taxes: list(tax), shipping: list(charge) },
          ...{ fees: list(charge), duties: list(charge), tip: amount.optional(), refunds: list(charge) },
          giftCards: list(z.object({ lastCharacters: text(50), value: amount })),
          stated: z.partialRecord(z.enum(['subtotal', 'discounts', 'shipping', 'tax', 'total']), amount.optional()),
        })
        .optional(),
      totals: z
        .object({
          ...{ grade: z.enum(['exact', 'rounding', 'different', 'unknown']), computed: decimal },
          ...{ stated: decimal.nullable(), difference: decimal.nullable() },
        })
        .optional(),
      provenance: z
        .object({ mapping: z.string().max(200), sourceVersion: text(100), contentHash: z.string().max(200) })
        .optional(),
      delivery: z
        .object({
          ...{ serviceCode: text(200), serviceTitle: text(500), shipBy: moment.optional(), incoterms: text(20) },
          ...{ earliest: moment.optional(), latest: moment.optional() },
          ...{ signatureRequired: z.boolean().optional(), shipComplete: z.boolean().optional() },
        })
        .optional(),
      lines: list(line).optional(),
    })
    .nullable(),
  personal: z
    .object({
      ...{ buyer: party.optional(), billTo: party.optional(), soldBy: party.optional(), endCustomer: party.optional() },
      warnings: list(
        z.object({ code: z.string().max(100), message: z.string().max(2_000), path: z.string().max(500) }),
      ).optional(),
      originals: z.record(z.string(), z.string().max(10_000)).optional(),
      unmapped: z.record(z.string(), z.unknown()).optional(),
      delivery: z
        .object({
          instructions: text(5_000),
          thirdPartyFreight: z
            .object({ carrier: text(100), account: z.string().min(1).max(100), postalCode: text(100) })
            .optional(),
          packingSlip: z
            .object({
              ...{ brand: text(200), returnAddress: address.optional(), customerOrderNumber: text(200) },
              ...{ customerPoNumber: text(200), giftMessage: text(2_000), message: text(2_000) },
            })
            .optional(),
        })
        .optional(),
      lines: list(z.object({ externalLineId: z.string().max(500), properties: list(named) })).optional(),
    })
    .nullable(),
});

/** What is wrong with what an order says beyond what is routed: the path within the order, and why. At most 20. Pure; never throws. */
export function sourceFaults(source: OrderSource): readonly { readonly path: string; readonly message: string }[] {
  if (source.document === null && source.personal === null) return [];
  const json = JSON.stringify(source);
  const bytes = Buffer.byteLength(json);
  if (bytes > SOURCE_BYTES_MAX)
    return [{ path: '', message: `expected at most ${SOURCE_BYTES_MAX} bytes beside what is routed, got ${bytes}` }];
  // Whatever was not mapped is kept as it came, so it is looked through as a whole.
  if (/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(json))
    return [{ path: '', message: 'holds zero bytes or halves of characters, which cannot be stored' }];
  const read = SOURCE.safeParse(source);
  if (read.success) return [];
  return read.error.issues.slice(0, 20).map(({ path, message }) => ({
    path: path
      .slice(1)
      .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`))
      .join('')
      .slice(0, 300),
    message,
  }));
}
