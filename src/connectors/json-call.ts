import { z } from 'zod';
import { ConnectorError } from '../model/errors.js';
import type { CallContext } from './connector.js';

const BYTES_MAX = 4_000_000;
/** No connection came about, or its certificate was not accepted: nothing of the request left. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.+|ERR_TLS_CERT_.+|.*SELF_SIGNED_CERT.*|UNABLE_TO_.+)$/;
const RETRY_AFTER_MS_MAX = 3_600_000;
/** A shorter token may be a word of any answer. */
const SECRET_LENGTH_MIN = 6;

/** Who is called; error codes begin with it. */
type Called = 'vendor' | 'carrier';

const refused = z.object({ error: z.string().max(500) });

/** What is asked of a system that speaks one of Headgate's own protocols: JSON over HTTP. */
export interface JsonCall<T extends z.ZodType> {
  readonly of: Called;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
  /** Whether the call changes something there, so that no answer leaves it in doubt. */
  readonly changes: boolean;
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
  let response: Response;
  try {
    response = await context.fetch(`${address.baseUrl}${call.path}`, {
      method: call.method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${address.token}`,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      redirect: 'manual',
      signal: context.signal,
    });
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    if (NEVER_SENT.test(systemCode(cause)))
      throw failure(call.of, 'UNREACHABLE', 'transient', `the ${call.of} cannot be reached (${systemCode(cause)})`, {
        cause,
      });
    throw noAnswer(call, cause);
  }
  if (response.status === 404) return notFound(await readAnswer(response, address.token));
  if (!response.ok) throw await refusal(call, response, address.token);
  let text: string;
  try {
    text = await readBounded(response);
  } catch (cause) {
    throw noAnswer(call, cause);
  }
  const parsed = call.answer.safeParse(parseJson(text, address.token));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0];
  throw failure(
    call.of,
    'ANSWER_MALFORMED',
    // It answered with success, so what was asked may well have happened.
    call.changes ? 'unknown' : 'transient',
    `the ${call.of}'s answer is not what its protocol says: ${where?.path.join('.') || 'it'}: ${where?.message ?? 'not JSON'}`,
  );
}

function noAnswer(call: Pick<JsonCall<z.ZodType>, 'of' | 'changes'>, cause: unknown): ConnectorError {
  const message = `the ${call.of} was asked and did not answer in time`;
  return failure(call.of, 'NO_ANSWER', call.changes ? 'unknown' : 'transient', message, { cause });
}

async function refusal(
  call: Pick<JsonCall<z.ZodType>, 'of' | 'changes'>,
  response: Response,
  token: string,
): Promise<ConnectorError> {
  const parsed = refused.safeParse(await readAnswer(response, token));
  const reason = parsed.success ? `: ${parsed.data.error}` : '';
  const { status } = response;
  const fail = (
    code: string,
    errorClass: ConnectorError['errorClass'],
    what: string,
    options: ConnectorError['options'] = {},
  ) => failure(call.of, code, errorClass, `the ${call.of} ${what}`, options);
  if (status === 401 || status === 403)
    return fail('UNAUTHORIZED', 'unauthorized', `does not accept our credentials (${status})`);
  if (status === 429 || status === 503) {
    const { headers } = response;
    const retryAfterMs = retryAfter(headers.get('retry-after'), Date.parse(headers.get('date') ?? ''));
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    return fail('BUSY', 'transient', `asks to come back later (${status})`, options);
  }
  // It has something else under this number, so it has not refused the number: what it has is to be looked up.
  if (status === 409 && call.changes)
    return fail('CONFLICT', 'unknown', `has something else under this number (409)${reason}`);
  if (status === 408) return noAnswer(call, undefined);
  if (status === 422) return fail('REFUSED', 'refused', `refused (${status})${reason}`);
  // A redirect is not followed: what is sent would go to an address that nobody configured.
  if (status >= 300 && status < 500)
    return fail('CALL_INVALID', 'permanent', `does not take this call (${status})${reason}`);
  return fail('FAILED', call.changes ? 'unknown' : 'transient', `failed (${status})${reason}`);
}

/** An error of the called system; its code begins with what that is. */
export function failure(
  of: Called,
  code: string,
  errorClass: ConnectorError['errorClass'],
  message: string,
  options: ConnectorError['options'] = {},
): ConnectorError {
  return new ConnectorError(`${of.toUpperCase()}_${code}`, errorClass, message, options);
}

/** Seconds or a date; a date counts from the answer's own Date header, so that the vendor's clock does not matter. */
function retryAfter(header: string | null, answeredAt: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - answeredAt;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), RETRY_AFTER_MS_MAX) : undefined;
}

/** fetch wraps the system's error, sometimes one per address tried. */
function systemCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error && 'code' in first ? String(first.code) : '';
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BYTES_MAX) throw new RangeError(`expected at most ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The answer, or undefined where it is too long, torn or no JSON. */
async function readAnswer(response: Response, token: string): Promise<unknown> {
  return parseJson(await readBounded(response).catch(() => ''), token);
}

/** Some quote what they were sent; our token is taken out, so that it gets into no log and no row. */
function parseJson(text: string, token: string): unknown {
  const scrub = (_: string, value: unknown) =>
    typeof value === 'string' && token.length >= SECRET_LENGTH_MIN ? value.replaceAll(token, '[token]') : value;
  try {
    return JSON.parse(text, scrub);
  } catch {
    return undefined;
  }
}
