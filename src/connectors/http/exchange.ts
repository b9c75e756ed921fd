import { ConnectorError } from '../../model/errors.js';
import type { CallContext } from '../connector.js';
import { pauseOf } from './pace.js';

const BYTES_MAX = 4_000_000;
/** No connection came about, or its certificate was not accepted: nothing of the request left. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.+|ERR_TLS_CERT_.+|.*SELF_SIGNED_CERT.*|UNABLE_TO_.+)$/;
/** A shorter secret may be a word of any answer. */
const SECRET_LENGTH_MIN = 6;

/** Who is called; error codes begin with it. */
export type Called = 'vendor' | 'carrier' | 'channel';

/** What has to be known of a call to class its failure. */
export interface CallKind {
  readonly of: Called;
  /** Whether the call changes something there, so that no answer leaves it in doubt. */
  readonly changes: boolean;
}

/** An answer, read whole; the text of one that failed may be empty. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends one request and reads the answer, whatever its status; redirects are not followed, as what is sent would go to an address that
 * nobody configured. Errors: ConnectorError only: UNREACHABLE, class `transient`; NO_ANSWER; those of the guarded `fetch`.
 */
export async function exchange(
  call: CallKind,
  url: string,
  init: Omit<RequestInit, 'signal' | 'redirect'>,
  context: Pick<CallContext, 'fetch' | 'signal'>,
): Promise<HttpAnswer> {
  let response: Response;
  try {
    response = await context.fetch(url, { ...init, redirect: 'manual', signal: context.signal });
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    const code = systemCode(cause);
    if (!NEVER_SENT.test(code)) throw noAnswer(call, cause);
    throw failure(call.of, 'UNREACHABLE', 'transient', `the ${call.of} cannot be reached (${code})`, { cause });
  }
  const { status, headers, ok } = response;
  try {
    return { status, headers, text: await readBounded(response) };
  } catch (cause) {
    if (ok) throw noAnswer(call, cause);
    return { status, headers, text: '' };
  }
}

/**
 * What an answer that is no success means, by its status; `said` is the called system's own word on it, `shown` the status that people
 * are shown where another one is meant. Source: docs/connectors/rest-vendor.md.
 */
export function refusalOf(
  call: CallKind,
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  said: string | undefined,
  shown = status,
): ConnectorError {
  const reason = said === undefined ? '' : `: ${said}`;
  const fail = (
    code: string,
    errorClass: ConnectorError['errorClass'],
    what: string,
    options: ConnectorError['options'] = {},
  ) => failure(call.of, code, errorClass, `the ${call.of} ${what}`, options);
  if (status === 401 || status === 403)
    return fail('UNAUTHORIZED', 'unauthorized', `does not accept our credentials (${shown})`);
  if (status === 429 || status === 503) {
    const retryAfterMs = pauseOf({ status, headers }, null);
    return fail('BUSY', 'transient', `asks to come back later (${shown})`, retryAfterMs > 0 ? { retryAfterMs } : {});
  }
  // It has something else under this number, so it has not refused the number: what it has is to be looked up.
  if (status === 409 && call.changes)
    return fail('CONFLICT', 'unknown', `has something else under this number (${shown})${reason}`);
  if (status === 408) return noAnswer(call, undefined);
  if (status === 422) return fail('REFUSED', 'refused', `refused (${shown})${reason}`);
  if (status >= 300 && status < 500)
    return fail('CALL_INVALID', 'permanent', `does not take this call (${shown})${reason}`);
  return fail('FAILED', call.changes ? 'unknown' : 'transient', `failed (${shown})${reason}`);
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

/** It answered with success, and not what it should: what was asked may well have happened. */
export function malformed({ of, changes }: CallKind, problem: string): ConnectorError {
  return failure(of, 'ANSWER_MALFORMED', changes ? 'unknown' : 'transient', problem);
}

/** JSON, or undefined. Some quote what they were sent; secrets are taken out, so that they get into no log and no row. */
export function parseAnswer(text: string, secrets: readonly string[]): unknown {
  const hidden = secrets.filter(({ length }) => length >= SECRET_LENGTH_MIN);
  const scrub = (_: string, value: unknown) =>
    typeof value === 'string' ? hidden.reduce((left, secret) => left.replaceAll(secret, '[token]'), value) : value;
  try {
    return JSON.parse(text, scrub);
  } catch {
    return undefined;
  }
}

function noAnswer(call: CallKind, cause: unknown): ConnectorError {
  const message = `the ${call.of} was asked and did not answer in time`;
  return failure(call.of, 'NO_ANSWER', call.changes ? 'unknown' : 'transient', message, { cause });
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
