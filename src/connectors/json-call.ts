import { z } from 'zod';
import type { CallContext } from './connector.js';
import { type Called, type CallKind, exchange, failure, malformed, parseAnswer, refusalOf } from './http/exchange.js';

const refused = z.object({ error: z.string().max(500) });

/** What is asked of a system that speaks one of Headgate's own protocols: JSON over HTTP. */
export interface JsonCall<T extends z.ZodType> extends CallKind {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
}

/** Where the system is and what it knows us by. */
export interface JsonAddress {
  readonly baseUrl: string;
  readonly token: string;
}

/** Settings of a connector that speaks such a protocol. */
export const jsonSettings = z.object({
  /** Where the API begins. Paths are appended to it, and credentials belong in the token. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#]|^[^/]*\/\/[^/]*@/.test(url), 'expected no query, fragment or credentials')
    .transform((url) => url.replace(/\/+$/, '')),
});
export const jsonSecrets = z.object({
  /** As RFC 6750 writes bearer tokens: nothing else may stand in the header. */
  token: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._~+/-]{1,1000}=*$/),
});

/**
 * Where an account's system is. It was checked when the account was linked already; whoever calls without that gets an error that shows no
 * value.
 */
export function jsonAddress(of: Called, { account }: CallContext): JsonAddress {
  const settings = jsonSettings.safeParse(account.settings);
  const secrets = jsonSecrets.safeParse(account.secrets);
  if (settings.success && secrets.success) return { ...settings.data, ...secrets.data };
  const message = 'expected settings { baseUrl: an http or https address } and secrets { token: a bearer token }';
  throw failure(of, 'MISCONFIGURED', 'permanent', message);
}

/**
 * One HTTP call. Resolves with the validated answer; a 404 is whatever `notFound` makes of its body.
 * Errors: ConnectorError only, classed as VendorConnector says; its message never holds the token or the body.
 */
export async function callJson<T extends z.ZodType, Absent>(
  call: JsonCall<T>,
  address: JsonAddress,
  context: CallContext,
  notFound: (answer: unknown) => Absent,
): Promise<z.infer<T> | Absent> {
  const init = {
    method: call.method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${address.token}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  };
  const answer = await exchange(call, `${address.baseUrl}${call.path}`, init, context);
  const said = parseAnswer(answer.text, [address.token]);
  if (answer.status === 404) return notFound(said);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(call, answer, refused.safeParse(said).data?.error);
  const parsed = call.answer.safeParse(said);
  if (parsed.success) return parsed.data;
  const [where] = parsed.error.issues;
  const problem = `${where?.path.join('.') || 'it'}: ${where?.message ?? 'not JSON'}`;
  throw malformed(call, `the ${call.of}'s answer is not what its protocol says: ${problem}`);
}
