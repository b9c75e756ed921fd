import { z } from 'zod';

/**
 * The one question of Headgate's own protocol for carriers as it travels, JSON over HTTP. Both sides speak from here: the connector and the
 * simulated carrier. Described for people in docs/connectors/rest-carrier.md.
 */

const code = z.string().min(1).max(100);
const place = { countryCode: z.string().length(2), regionCode: z.string().max(100).nullable() };
const postalCode = z.string().max(100).nullable();

/** Services in one question. */
export const SERVICES_MAX = 100;

export const wireRateQuestion = z.object({
  from: z.object({ ...place, postalCode }),
  to: z.object({ ...place, postalCode, residential: z.boolean() }),
  parcel: z.object({ grams: z.number().int().min(0), cm3: z.number().int().min(0) }),
  serviceCodes: z.array(code).min(1).max(SERVICES_MAX),
});
export type WireRateQuestion = z.infer<typeof wireRateQuestion>;

/** Rates and problems of services that were not asked about are passed over. */
export const wireRateAnswer = z.object({
  rates: z
    .array(
      z.object({
        serviceCode: code,
        price: z.string().regex(/^\d{1,8}(\.\d{1,4})?$/),
        currency: z.string().regex(/^[A-Z]{3}$/),
        transitHours: z.number().int().min(0).max(8_760),
      }),
    )
    .max(SERVICES_MAX),
  problems: z.array(z.object({ serviceCode: code.nullable(), code: z.string().min(1).max(60) })).max(SERVICES_MAX),
});
export type WireRateAnswer = z.infer<typeof wireRateAnswer>;
