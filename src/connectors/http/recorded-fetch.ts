import type { Clock } from '../../model/clock.js';
import { errorChain } from '../../model/errors.js';
import type { Exchange, ExchangeKind, ExchangeSide } from '../../model/exchange.js';
import { type Scrubber, scrubberOf } from './scrub.js';

/** Characters of a body that are kept. */
const BODY_LENGTH_MAX = 16_384;
/** Bytes of one that are read for that: the end of what was cut may be half a secret. */
const BODY_BYTES_MAX = 2 * BODY_LENGTH_MAX;
const URL_LENGTH_MAX = 2_000;
const HEADERS_MAX = 60;
const HEADER_LENGTH_MAX = 1_000;
/** Exchanges of one call of a connector that are kept, such as the pages of a report: the first and the last of them. */
const EXCHANGES_MAX = 6;
const BODILESS = new Set([101, 204, 205, 304]);

/** Whose calls are recorded. */
export interface RecordedFor {
  readonly kind: ExchangeKind;
  readonly owner: string;
  readonly subject: string | null;
  /** What must not be kept, whatever its shape. */
  readonly secrets: unknown;
}

/** A `fetch` that remembers what went by. */
export interface Recording {
  /** As the `fetch` it is made of. */
  readonly fetch: typeof fetch;
  /** What went by, once the call is over: nothing of an answer is remembered that the connector did not read. */
  taken(): readonly Exchange[];
}

/** Records the calls that go through a `fetch`; what is kept of one is bounded, and has its secrets taken out only in `taken`. */
export function recordedFetch(through: typeof fetch, of: RecordedFor, clock: Clock): Recording {
  const records: CallRecord[] = [];

  const recorded: typeof fetch = async (input, init) => {
    const record: CallRecord = {
      ...requestOf(input, init),
      at: clock.now(),
      tookMs: null,
      answer: null,
      problem: null,
    };
    // The first tell how it began, the last how it ended.
    if (records.length >= EXCHANGES_MAX) records.splice(EXCHANGES_MAX / 2, 1);
    records.push(record);
    const ended = (error?: unknown) => {
      if (record.answer) record.answer.isOpen = false;
      record.tookMs = Math.max(0, clock.now().getTime() - record.at.getTime());
      if (error !== undefined) record.problem ??= problemOf(error);
    };
    try {
      const response = await through(input, init);
      ended();
      const { status, statusText, headers, body } = response;
      const answer = { status, headers, pieces: [], bytes: 0, isOpen: false };
      record.answer = answer;
      if (body === null || BODILESS.has(status)) return response;
      return new Response(remembered(body, answer, ended), { status, statusText, headers });
    } catch (error) {
      ended(error);
      throw error;
    }
  };
  return { fetch: recorded, taken: () => records.map((record) => exchangeOf(record, of, clock.now())) };
}

interface CallRecord {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly at: Date;
  /** Null until it ended. */
  tookMs: number | null;
  answer: Answer | null;
  problem: string | null;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly pieces: Uint8Array[];
  /** Of the whole, as far as it was read. */
  bytes: number;
  /** Whether it was being read when the call was over. */
  isOpen: boolean;
}

function requestOf(input: string | URL | Request, init: RequestInit = {}) {
  const request = input instanceof Request ? input : null;
  const { body } = init;
  return {
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    url: request?.url ?? String(input),
    headers: new Headers(init.headers ?? request?.headers),
    body:
      typeof body === 'string' || body instanceof URLSearchParams
        ? String(body)
        : body instanceof Uint8Array
          ? Buffer.from(body).toString('utf8')
          : null,
  };
}

/** A body that is passed on as it is read, with its beginning remembered. */
function remembered(body: ReadableStream<Uint8Array>, answer: Answer, ended: (error?: unknown) => void) {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          answer.isOpen = true;
          const { done, value } = await reader.read();
          if (done) {
            ended();
            controller.close();
            return;
          }
          if (answer.bytes < BODY_BYTES_MAX) answer.pieces.push(value.slice(0, BODY_BYTES_MAX - answer.bytes));
          answer.bytes += value.byteLength;
          controller.enqueue(value);
        } catch (error) {
          ended(error);
          throw error;
        }
      },
      cancel(reason) {
        ended(reason);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function exchangeOf(record: CallRecord, of: RecordedFor, now: Date): Exchange {
  const scrubber = scrubberOf(of.secrets, record.headers);
  const { answer } = record;
  const said = answer === null || answer.bytes === 0 ? null : Buffer.concat(answer.pieces).toString('utf8');
  return {
    ...{ kind: of.kind, owner: of.owner, subject: of.subject, method: record.method },
    url: printable(scrubber.text(withoutCredentials(record.url)).slice(0, URL_LENGTH_MAX)),
    ...{ askedAt: record.at, tookMs: record.tookMs ?? Math.max(0, now.getTime() - record.at.getTime()) },
    problem: record.problem ?? (answer === null ? 'NO_ANSWER_IN_TIME' : answer.isOpen ? 'NOT_WHOLE_IN_TIME' : null),
    request: sideOf(scrubber, record.headers, record.body, false),
    response: answer && {
      status: answer.status,
      ...sideOf(scrubber, answer.headers, said, answer.bytes > BODY_BYTES_MAX),
    },
  };
}

function sideOf(scrubber: Scrubber, headers: Headers, body: string | null, wasCut: boolean): ExchangeSide {
  const shown = Object.entries(scrubber.headers(headers)).slice(0, HEADERS_MAX);
  const isCut = body !== null && (wasCut || body.length > BODY_LENGTH_MAX);
  const clean = scrubber.text((body ?? '').slice(0, BODY_BYTES_MAX));
  const end = isCut ? Math.max(0, Math.min(BODY_LENGTH_MAX, clean.length - scrubber.tailLength)) : clean.length;
  return {
    headers: Object.fromEntries(shown.map(([name, value]) => [name, printable(value.slice(0, HEADER_LENGTH_MAX))])),
    ...{ body: body === null ? null : printable(clean.slice(0, end)), isCut },
  };
}

/** Without what a database takes for no text. */
const printable = (text: string) => text.replaceAll('\0', '\ufffd').toWellFormed();

function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}

/** A code that tells where it can be found; never a message, which may quote what was sent. */
function problemOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = errorChain(cause)[0]?.code ?? (error instanceof Error ? error.name : 'FAILED');
  return code.slice(0, 100);
}
