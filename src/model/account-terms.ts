import { z } from 'zod';

const text = z.string().min(1).max(500);
const code = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/);

/** What a shipping service of the channel stands for: any of these carrier services, or arrival within so many days of the order, or both. */
const shippingService = z
  .strictObject({
    services: z.array(code).min(1).max(50).optional(),
    days: z.number().int().min(0).max(365).optional(),
  })
  .refine(({ services, days }) => services !== undefined || days !== undefined, 'expected services, days, or both');
export type ShippingService = z.infer<typeof shippingService>;

/**
 * What an account has agreed with its customers and its channel; all may be left out. `shippingServices`: what the channel's codes or titles
 * of shipping services stand for; where there is a table, one that it lacks holds the order. `packingSlip`: what the paper in the parcel shows.
 */
export const accountTerms = z.strictObject({
  shippingServices: z
    .record(text, shippingService)
    .refine((table) => Object.keys(table).length <= 1_000, 'expected at most 1000 services')
    .optional(),
  packingSlip: z
    .strictObject({
      brand: text.optional(),
      message: text.optional(),
      returnAddress: z
        .strictObject({
          ...{ name: text.optional(), company: text.optional(), lines: z.array(text).min(1).max(10) },
          ...{ city: text.optional(), regionCode: text.optional(), postalCode: text.optional() },
          countryCode: z.string().regex(/^[A-Z]{2}$/),
          ...{ phone: text.optional(), email: text.optional() },
        })
        .optional(),
    })
    .optional(),
});
export type AccountTerms = z.infer<typeof accountTerms>;
