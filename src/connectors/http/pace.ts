/** No partner is waited for longer at once; after that it says so again. */
export const PAUSE_MS_MAX = 3_600_000;
/** Before it refused a call: what counts its calls by endpoint or by day says the same, and holds up no others for long. */
const FORESEEN_MS_MAX = 60_000;
/** Told to come back later, and not when, or at once: too many is too many. */
const PAUSE_MS_MIN = 1_000;
/** Calls that Shopify's bucket leaks in a second, on the smallest of its plans. Source: Shopify, REST Admin API rate limits. */
const SHOPIFY_LEAK_PER_SECOND = 2;
/** A figure beyond is a moment in seconds, beyond the second one in milliseconds, since 1970; below, seconds from now. */
const EPOCH_SECONDS_MIN = 1_000_000_000;
const EPOCH_MS_MIN = 100_000_000_000;
const MS_PER_SECOND = 1_000;

/** What of an answer tells how soon the next call may follow. */
export interface PacedAnswer {
  readonly status: number;
  readonly headers: Headers;
}

/**
 * For how many milliseconds an answer asks that its account be left alone, 0 where it does not: after 429 as long as it says, 1 s at least;
 * after 503 where it says so; and after any answer that says that no further call is allowed in its window. Pure; moments count from
 * the answer's own date, and from `nowMs` where it has none. What cannot be read, or counted (`nowMs`: null), counts as not said.
 *
 * Sources: RFC 9110, 10.2.3; draft-ietf-httpapi-ratelimit-headers 03, 07 and 10; the published limits of Shopify, Amazon SP-API,
 * BigCommerce, ShipBob and Printful.
 */
export function pauseOf({ status, headers }: PacedAnswer, nowMs: number | null): number {
  const answeredMs = httpDate(headers.get('date')) ?? nowMs;
  if (status !== 429 && status !== 503) return Math.min(spentMs(headers, answeredMs), FORESEEN_MS_MAX);
  const told = retryAfterMs(headers, answeredMs) ?? (status === 429 ? windowMs(headers, answeredMs) : null);
  const asked = told ?? (status === 429 ? perCallMs(headers) : null) ?? 0;
  return Math.min(status === 429 ? Math.max(asked, PAUSE_MS_MIN) : asked, PAUSE_MS_MAX);
}

/** Of Retry-After, or what ShipBob says instead: seconds or a date. */
function retryAfterMs(headers: Headers, answeredMs: number | null): number | null {
  const text = headers.get('retry-after') ?? headers.get('x-retry-after');
  const seconds = figure(text);
  if (seconds !== null) return seconds * MS_PER_SECOND;
  const date = httpDate(text);
  return date === null ? null : untilMs(date, answeredMs);
}

/** How long until there are calls again, where the answer says that there are none left; else 0. */
function spentMs(headers: Headers, answeredMs: number | null): number {
  const [, used, size] = /^(\d+)\/(\d+)$/.exec(headers.get('x-shopify-shop-api-call-limit') ?? '') ?? [];
  if (used !== undefined && Number(used) >= Number(size)) return MS_PER_SECOND / SHOPIFY_LEAK_PER_SECOND;
  const policies = policiesOf(headers).filter(({ left }) => left === 0);
  const left = figureOf(headers, 'ratelimit-remaining', 'x-ratelimit-remaining', 'x-rate-limit-remaining');
  const isSpent = (left ?? figureOf(headers, 'x-rate-limit-requests-left')) === 0;
  const named = policies.map(({ seconds }) => (seconds === null ? PAUSE_MS_MIN : seconds * MS_PER_SECOND));
  return Math.max(0, ...named, isSpent ? (windowMs(headers, answeredMs) ?? PAUSE_MS_MIN) : 0);
}

/** Until the window begins anew: seconds from now, or a moment, as different systems write it. */
function windowMs(headers: Headers, answeredMs: number | null): number | null {
  const ms = figureOf(headers, 'x-rate-limit-time-reset-ms');
  if (ms !== null) return ms;
  const reset = figureOf(headers, 'ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset');
  if (reset === null) {
    const spent = policiesOf(headers).flatMap(({ left, seconds }) => (left === 0 && seconds !== null ? [seconds] : []));
    return spent.length === 0 ? null : Math.max(...spent) * MS_PER_SECOND;
  }
  if (reset >= EPOCH_MS_MIN) return untilMs(reset, answeredMs);
  return reset >= EPOCH_SECONDS_MIN ? untilMs(reset * MS_PER_SECOND, answeredMs) : reset * MS_PER_SECOND;
}

function untilMs(moment: number, answeredMs: number | null): number | null {
  return answeredMs === null ? null : Math.max(0, moment - answeredMs);
}

/** What each policy of `RateLimit` leaves: `"name";r=0;t=30` of the later drafts, `limit=10, remaining=0, reset=30` of the earlier. */
function policiesOf(headers: Headers): readonly { readonly left: number | null; readonly seconds: number | null }[] {
  const text = (headers.get('ratelimit') ?? '').replace(/"[^"]*"/g, 'name');
  const parts = /\bremaining=/.test(text) ? [text.replaceAll(',', ';')] : text.split(',');
  return parts.map((part) => {
    const said = (names: RegExp) => figure(names.exec(part)?.[1] ?? null);
    return { left: said(/(?:^|;)\s*(?:r|remaining)=([^;]*)/), seconds: said(/(?:^|;)\s*(?:t|reset)=([^;]*)/) };
  });
}

/** Amazon tells calls per second, such as 0.0167. */
function perCallMs(headers: Headers): number | null {
  const rate = figureOf(headers, 'x-amzn-ratelimit-limit');
  return rate === null || rate === 0 ? null : MS_PER_SECOND / rate;
}

function figureOf(headers: Headers, ...names: readonly string[]): number | null {
  return figure(names.map((name) => headers.get(name)).find((text) => text !== null) ?? null);
}

/** A number without sign and exponent; null for all else. */
function figure(text: string | null): number | null {
  return text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

/** The forms that RFC 9110, 5.6.7 has receivers know; Date.parse alone would take a moment out of nearly anything. */
function httpDate(text: string | null): number | null {
  const date = text?.trim() ?? '';
  const isOfNow = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -](\d{4}|\d{2}) \d{2}:\d{2}:\d{2} GMT$/.test(date);
  const isOfOld = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/.test(date);
  const ms = isOfNow || isOfOld ? Date.parse(isOfOld ? `${date} GMT` : date) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
