import { z } from 'zod';
import { jsonSettings } from '../../json-call.js';
import { expression } from './expression.js';

const name = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected the name of a header or parameter');
/** Text with values of the call in braces, such as `/orders/{poNumber}`. */
const template = z
  .string()
  .max(2_000)
  .refine((text) => !/\p{Cc}/u.test(text), 'expected no control characters');
const durationMs = z.number().int().min(0).max(31_536_000_000);
const httpUrl = z.url({ protocol: /^https?$/ });

const auth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('bearer') }),
  z.object({ kind: z.literal('basic'), username: z.string().min(1).max(200) }),
  z.object({
    kind: z.literal('apiKey'),
    in: z.enum(['header', 'query']),
    name,
    prefix: z.string().max(50).default(''),
  }),
  z.object({
    ...{ kind: z.literal('oauth2'), tokenUrl: httpUrl, clientId: z.string().min(1).max(500) },
    /** How the client proves itself at the token address: in the form, or by HTTP basic authentication. */
    ...{ client: z.enum(['form', 'basic']).default('form'), form: z.record(name, z.string().max(1_000)).default({}) },
  }),
]);

const operation = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: template.regex(/^\//, 'expected a path that begins with /'),
  query: z.record(name, template).default({}),
  headers: z.record(name, template).default({}),
  /** The body that is sent, from the input of the call; missing: none. */
  body: expression.optional(),
  /** What an answer means where its status does not say it. */
  outcome: expression.optional(),
  /** Headgate's own words for what was answered. */
  answer: expression,
});
export type Operation = z.infer<typeof operation>;

/** A vendor's API as data. Described for people in docs/connectors/http-vendor.md. */
export const httpVendorSettings = jsonSettings
  .extend({
    auth,
    operations: z.object({
      submit: operation,
      lookup: operation,
      cancel: operation.optional(),
      documents: operation.optional(),
      stock: operation.optional(),
      availability: operation.optional(),
    }),
    capabilities: z
      .object({
        idempotentSubmit: z.boolean().default(false),
        authoritativeLookup: z.boolean().default(false),
        lateArrivalBoundMs: durationMs.nullable().default(null),
        owes: z.object({ receiptMs: durationMs.optional(), acknowledgementMs: durationMs.optional() }).optional(),
        stockFeed: z
          .object({
            ...{ subtracts: z.enum(['received', 'accepted', 'shipped']), lagMs: durationMs.default(0) },
            complete: z.boolean().default(false),
          })
          .optional(),
      })
      .prefault({}),
  })
  .refine(
    ({ operations, capabilities }) => (operations.stock === undefined) === (capabilities.stockFeed === undefined),
    {
      path: ['capabilities', 'stockFeed'],
      message: 'expected both operations.stock and what its figures mean, or neither',
    },
  );
export type HttpVendorSettings = z.infer<typeof httpVendorSettings>;

const secret = z.string().min(1).max(4_000).optional();
/** Which of them is needed, `auth` says: bearer a token, basic a password, apiKey an apiKey, oauth2 a clientSecret. */
export const httpVendorSecrets = z.object({ token: secret, password: secret, apiKey: secret, clientSecret: secret });
export type HttpVendorSecrets = z.infer<typeof httpVendorSecrets>;
