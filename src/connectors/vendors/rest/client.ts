import type { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import { wireRefusal } from './protocol.js';

const BYTES_MAX = 4_000_000;
/** The system said no to connecting, so nothing of the request left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const RETRY_AFTER_MS_MAX = 3_600_000;

/** What is asked of the vendor. `changes`: whether the call changes something there, so that no answer leaves it in doubt. */
export interface RestCall<T extends z.ZodType> {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
  readonly changes: boolean;
}

/**
 * One HTTP call. Resolves with the validated answer, or null for 404.
 * Errors: ConnectorError only, classed as VendorConnector says; its message never holds the token or the body.
 */
export async function callVendor<T extends z.ZodType>(
  call: RestCall<T>,
  link: { readonly baseUrl: string; readonly token: string },
  context: CallContext,
): Promise<z.infer<T> | null> {
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
    if (NEVER_SENT.has(systemCode(cause)))
      throw failure('VENDOR_UNREACHABLE', 'transient', `the vendor cannot be reached (${systemCode(cause)})`, cause);
    throw noAnswer(call, cause);
  }
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  if (!response.ok) throw await refusal(call, response);
  let text: string;
  try {
    text = await readBounded(response);
  } catch (cause) {
    throw noAnswer(call, cause);
  }
  const parsed = call.answer.safeParse(parseJson(text));
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

async function refusal(call: { readonly changes: boolean }, response: Response): Promise<ConnectorError> {
  const parsed = wireRefusal.safeParse(parseJson(await readBounded(response).catch(() => '')));
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
  if (status === 409 || status === 422)
    return failure('VENDOR_REFUSED', 'refused', `the vendor refused (${status})${reason}`);
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
