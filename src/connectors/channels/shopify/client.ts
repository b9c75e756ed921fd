import { z } from 'zod';
import type { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { exchange, failure, malformed, parseAnswer, refusalOf } from '../../http/exchange.js';
import { shopOf } from './settings.js';

const SAID_MAX = 300;
/** A bucket that was emptied fills again within 20 s on every plan; whoever asks for longer is not believed. */
const THROTTLED_MS_MAX = 60_000;
/** Shopify fills the bucket of its smallest plan with 100 points a second. */
const RESTORE_RATE = 100;

/** What is asked of the shop's GraphQL Admin API. */
export interface ShopCall<T extends z.ZodType> {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The shape of `data`. */
  readonly answer: T;
  /** Whether the document is a mutation. */
  readonly changes: boolean;
}

const throttle = z.object({
  cost: z.object({
    requestedQueryCost: z.number(),
    throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number() }),
  }),
});
const graphqlErrors = z
  .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).optional() }))
  .min(1);
const envelope = z.object({
  ...{ data: z.unknown().optional(), errors: z.unknown().optional(), extensions: z.unknown().optional() },
});

/**
 * One call of the GraphQL Admin API. Resolves with its validated `data`; `userErrors` are the caller's to read.
 *
 * Errors: ConnectorError only, codes CHANNEL_…: BUSY, class `transient`, with the time until the bucket holds enough; UNAUTHORIZED; FAILED and
 * NO_ANSWER, class `unknown` after a mutation and else `transient`; CALL_INVALID, class `permanent`, where the shop does not take the document.
 * Messages hold neither the token nor what was sent. Source: shopify.dev, "Admin API rate limits", "GraphQL status and error codes".
 */
export async function callShop<T extends z.ZodType>(call: ShopCall<T>, context: CallContext): Promise<z.infer<T>> {
  const { endpoint, accessToken } = shopOf(context.account);
  const kind = { of: 'channel', changes: call.changes } as const;
  const init = {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-shopify-access-token': accessToken,
    },
    body: JSON.stringify({ query: call.document, variables: call.variables }),
  };
  const answer = await exchange(kind, endpoint, init, context);
  const said = envelope.safeParse(parseAnswer(answer.text, [accessToken])).data;
  if (answer.status !== 200) throw refusalOf(kind, answer, wordsOf(said?.errors));
  if (said === undefined) throw malformed(kind, 'the shop’s answer is not JSON');
  if (said.errors !== undefined && said.errors !== null) throw failureOf(kind, said.errors, said.extensions);
  const parsed = call.answer.safeParse(said.data);
  if (parsed.success) return parsed.data;
  const [where] = parsed.error.issues;
  throw malformed(kind, `the shop’s answer is not what was asked for: ${where?.path.join('.')}: ${where?.message}`);
}

/** The shape of what a mutation objects to. */
export const userErrors = z.array(z.object({ field: z.array(z.string()).nullish(), message: z.string() }));

/** Errors: ConnectorError CHANNEL_REFUSED, class `refused`, where a mutation objects to what was asked. */
export function checkUserErrors(objections: z.infer<typeof userErrors>): void {
  if (objections.length === 0) return;
  const said = objections.map(({ field, message }) => [field?.join('.'), message].filter(Boolean).join(': '));
  throw refusedBy(`the shop refused: ${said.join('; ').slice(0, SAID_MAX)}`);
}

/** A refusal for a person to look at. */
export function refusedBy(message: string): ConnectorError {
  return failure('channel', 'REFUSED', 'refused', message);
}

function failureOf(kind: { readonly of: 'channel'; readonly changes: boolean }, errors: unknown, extensions: unknown) {
  const read = graphqlErrors.safeParse(errors).data ?? [];
  const codes = new Set(read.map((error) => error.extensions?.code));
  const said = wordsOf(errors);
  if (codes.has('THROTTLED')) {
    const cost = throttle.safeParse(extensions).data?.cost;
    const missing = (cost?.requestedQueryCost ?? RESTORE_RATE) - (cost?.throttleStatus.currentlyAvailable ?? 0);
    const rate = Math.max(1, cost?.throttleStatus.restoreRate ?? RESTORE_RATE);
    const retryAfterMs = Math.min(THROTTLED_MS_MAX, Math.ceil((Math.max(0, missing) / rate) * 1_000));
    return failure('channel', 'BUSY', 'transient', 'the shop’s bucket of calls is empty', { retryAfterMs });
  }
  if (codes.has('ACCESS_DENIED'))
    return failure('channel', 'UNAUTHORIZED', 'unauthorized', `the app lacks a scope: ${said}`);
  if (codes.has('INTERNAL_SERVER_ERROR') || codes.has('TIMEOUT'))
    return failure('channel', 'FAILED', kind.changes ? 'unknown' : 'transient', `the shop failed: ${said}`);
  return failure('channel', 'CALL_INVALID', 'permanent', `the shop does not take this call: ${said}`);
}

function wordsOf(errors: unknown): string {
  const read = graphqlErrors.safeParse(errors).data;
  const said = read ? read.map(({ message }) => message).join('; ') : typeof errors === 'string' ? errors : '';
  return said.slice(0, SAID_MAX);
}

/** The global id of something of the shop by the digits of its id. Errors: CHANNEL_REFUSED where it is none. */
export function gid(kind: 'Order' | 'LineItem' | 'Location', digits: string): string {
  if (/^[1-9]\d{0,29}$/.test(digits)) return `gid://shopify/${kind}/${digits}`;
  throw refusedBy(`expected the digits of an id of Shopify’s as the ${kind}’s id`);
}
