import { z } from 'zod';
import type { CallContext } from '../../connector.js';
import { type CallKind, exchange, malformed, parseAnswer, refusalOf } from '../../http/exchange.js';
import { apiAccount } from './settings.js';

const SAID_MAX = 300;
/** Where JSON begins behind what a PHP plugin printed before it. */
const JSON_BEGINS = /\{"|\[\{"|\[\s*\]\s*$/;

/** What is asked of the shop's REST API. */
export interface ShopCall<T extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below /wp-json/wc/v3, without a slash at its beginning. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answer: T;
}

export interface ShopAnswer<T> {
  readonly said: T;
  /** How many pages there are, where the answer is one of them. */
  readonly pages: number;
  /** The moment of the answer by the shop's clock, in milliseconds since 1970; null: it told none. */
  readonly atMs: number | null;
}

const excuse = z.object({
  code: z.string(),
  message: z.string(),
  data: z
    .object({ status: z.int().min(400).max(599) })
    .nullish()
    .catch(undefined),
});

/**
 * One call of the REST API wc/v3. What PHP plugins print before the JSON is passed over; an error within a success is an error.
 *
 * Errors: ConnectorError only, codes CHANNEL_…: UNAUTHORIZED; BUSY, class `transient`, with the time that was told; FAILED, NO_ANSWER and
 * ANSWER_MALFORMED, class `unknown` where something was to be changed and else `transient`; CALL_INVALID, class `permanent`. None holds a key.
 */
export async function callShop<T extends z.ZodType>(
  call: ShopCall<T>,
  context: CallContext,
): Promise<ShopAnswer<z.infer<T>>> {
  const { url, consumerKey, consumerSecret } = apiAccount(context.account);
  const kind: CallKind = { of: 'channel', changes: call.method !== 'GET' };
  const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
  const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
  const init = {
    method: call.method,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${basic}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  };
  const answer = await exchange(kind, `${url}/wp-json/wc/v3/${call.path}${query}`, init, context);
  const said = readAnswer(answer.text, [basic, consumerSecret, consumerKey]);
  const failed = excuse.safeParse(said).data;
  const words = failed && `${failed.code}: ${failed.message}`.slice(0, SAID_MAX);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(kind, answer, words);
  if (failed) throw refusalOf(kind, { status: failed.data?.status ?? 500, headers: answer.headers }, words);
  const parsed = call.answer.safeParse(said);
  if (!parsed.success) {
    const [where] = parsed.error.issues;
    const problem = `${where?.path.join('.') || 'it'}: ${where?.message ?? 'not JSON'}`;
    throw malformed(kind, `the shop's answer is not what WooCommerce says: ${problem}`.slice(0, SAID_MAX));
  }
  const pages = Number(answer.headers.get('x-wp-totalpages') ?? 1);
  const atMs = Date.parse(answer.headers.get('date') ?? '');
  return {
    said: parsed.data,
    pages: Number.isSafeInteger(pages) && pages >= 0 ? pages : 1,
    atMs: Number.isNaN(atMs) ? null : atMs,
  };
}

function readAnswer(text: string, secrets: readonly string[]): unknown {
  const plain = text.replace(/^\uFEFF/, '');
  const whole = parseAnswer(plain, secrets);
  const from = plain.search(JSON_BEGINS);
  return whole === undefined && from > 0 ? parseAnswer(plain.slice(from), secrets) : whole;
}

/** An id as WooCommerce gives it: whole numbers, by some plugins as text. */
export const shopId = z.union([z.int().nonnegative().transform(String), z.string().regex(/^\d{1,20}$/)]);
