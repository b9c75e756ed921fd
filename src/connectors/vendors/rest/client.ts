import type { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { wireNotFound, wireRefusal } from './protocol.js';

const BYTES_MAX = 4_000_000;
/** No connection came about, or its certificate was not accepted: nothing of the request left. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.+|ERR_TLS_CERT_.+|.*SELF_SIGNED_CERT.*|UNABLE_TO_.+)$/;
const RETRY_AFTER_MS_MAX = 3_600_000;
/** A shorter token may be a word of any answer. */
const SECRET_LENGTH_MIN = 6;

/** What is asked of the vendor. `changes`: whether the call changes something there, so that no answer leaves it in doubt. */
export interface RestCall<T extends z.ZodType> {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
  readonly changes: boolean;
}

/** Where the vendor is and what it knows us by. */
export interface VendorAddress {
  readonly baseUrl: string;
  readonly token: string;
}

/**
 * One HTTP call. Resolves with the validated answer.
 * Errors: ConnectorError only, classed as VendorConnector says; its message never holds the token or the body.
 */
export function callVendor<T extends z.ZodType>(
  call: RestCall<T>,
  link: VendorAddress,
  context: CallContext,
): Promise<z.infer<T>> {
  return exchange(call, link, context, () => {
    throw failure('VENDOR_ADDRESS_UNKNOWN', 'permanent', 'the vendor does not know this address (404): check baseUrl');
  });
}

/**
 * One HTTP call about a purchase order. Resolves with the validated answer, or null where the vendor says that it has no such
 * purchase order. A proxy or a wrong baseUrl answers 404 as well, and "not found" lets a purchase order go elsewhere: only a
 * 404 that names the PO counts.
 * Errors: as `callVendor`.
 */
export function callAboutPurchaseOrder<T extends z.ZodType>(
  poNumber: string,
  call: RestCall<T>,
  link: VendorAddress,
  context: CallContext,
): Promise<z.infer<T> | null> {
  return exchange(call, link, context, (answer) => {
    const parsed = wireNotFound.safeParse(answer);
    if (parsed.success && parsed.data.poNumber === poNumber) return null;
    throw failure(
      'VENDOR_ADDRESS_UNKNOWN',
      call.changes ? 'unknown' : 'transient',
      `the vendor answered 404 and does not say that it means ${poNumber}: check baseUrl`,
    );
  });
}

async function exchange<T extends z.ZodType, Absent>(
  call: RestCall<T>,
  link: VendorAddress,
  context: CallContext,
  notFound: (answer: unknown) => Absent,
): Promise<z.infer<T> | Absent> {
  let response: Response;
  try {
    response = await context.fetch(`${link.baseUrl}${call.path}`, {
      method: call.method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${link.token}`,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      redirect: 'manual',
      signal: context.signal,
    });
  } catch (cause) {
    if (NEVER_SENT.test(systemCode(cause)))
      throw failure('VENDOR_UNREACHABLE', 'transient', `the vendor cannot be reached (${systemCode(cause)})`, cause);
    throw noAnswer(call, cause);
  }
  if (response.status === 404) return notFound(await readAnswer(response, link.token));
  if (!response.ok) throw await refusal(call, response, link.token);
  let text: string;
  try {
    text = await readBounded(response);
  } catch (cause) {
    throw noAnswer(call, cause);
  }
  const parsed = call.answer.safeParse(parseJson(text, link.token));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0];
  throw failure(
    'VENDOR_ANSWER_MALFORMED',
    // It answered with success, so what was asked may well have happened.
    call.changes ? 'unknown' : 'transient',
    `the vendor's answer is not what its protocol says: ${where?.path.join('.') || 'it'}: ${where?.message ?? 'not JSON'}`,
  );
}

function noAnswer(call: { readonly changes: boolean }, cause: unknown): ConnectorError {
  return failure(
    'VENDOR_NO_ANSWER',
    call.changes ? 'unknown' : 'transient',
    'the vendor was asked and did not answer in time',
    cause,
  );
}

async function refusal(
  call: { readonly changes: boolean },
  response: Response,
  token: string,
): Promise<ConnectorError> {
  const parsed = wireRefusal.safeParse(await readAnswer(response, token));
  const reason = parsed.success ? `: ${parsed.data.error}` : '';
  const { status } = response;
  if (status === 401 || status === 403)
    return failure('VENDOR_UNAUTHORIZED', 'unauthorized', `the vendor does not accept our credentials (${status})`);
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfter(
      response.headers.get('retry-after'),
      Date.parse(response.headers.get('date') ?? ''),
    );
    return failure(
      'VENDOR_BUSY',
      'transient',
      `the vendor asks to come back later (${status})`,
      undefined,
      retryAfterMs,
    );
  }
  // It has something else under this number, so it has not refused the number: what it has is to be looked up.
  if (status === 409 && call.changes)
    return failure('VENDOR_CONFLICT', 'unknown', `the vendor has something else under this number (409)${reason}`);
  if (status === 408) return noAnswer(call, undefined);
  if (status === 422) return failure('VENDOR_REFUSED', 'refused', `the vendor refused (${status})${reason}`);
  // A redirect is not followed: the purchase order would go to an address that nobody configured.
  if (status >= 300 && status < 500)
    return failure('VENDOR_CALL_INVALID', 'permanent', `the vendor does not take this call (${status})${reason}`);
  return failure('VENDOR_FAILED', call.changes ? 'unknown' : 'transient', `the vendor failed (${status})${reason}`);
}

function failure(
  code: string,
  errorClass: ConnectorError['errorClass'],
  message: string,
  cause?: unknown,
  retryAfterMs?: number,
): ConnectorError {
  return new ConnectorError(code, errorClass, message, {
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
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

/** Vendors quote what they were sent; our token is taken out, so that it gets into no log and no row. */
function parseJson(text: string, token: string): unknown {
  const scrub = (_: string, value: unknown) =>
    typeof value === 'string' && token.length >= SECRET_LENGTH_MIN ? value.replaceAll(token, '[token]') : value;
  try {
    return JSON.parse(text, scrub);
  } catch {
    return undefined;
  }
}
