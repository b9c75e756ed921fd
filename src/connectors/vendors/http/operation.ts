import { z } from 'zod';
import type { CallContext } from '../../connector.js';
import { exchange, failure, type HttpAnswer, malformed, parseAnswer, refusalOf } from '../../http/exchange.js';
import type { Credentials } from './auth.js';
import { type Evaluate, EvaluationFailed } from './evaluator.js';
import type { HttpVendorSettings, Operation } from './settings.js';

/** One call of an operation. */
export interface OperationCall {
  readonly name: keyof HttpVendorSettings['operations'];
  readonly operation: Operation;
  /** What its templates and its body are made of. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly changes: boolean;
  /** How a 404 is classed that `outcome` says nothing of: it may be a proxy's. */
  readonly lost: 'permanent' | 'transient' | 'unknown';
}

/** What a call needs beside itself. */
export interface OperationTools {
  readonly baseUrl: string;
  readonly credentials: () => Promise<Credentials>;
  readonly evaluate: Evaluate;
  readonly context: CallContext;
}

/** The statuses that an outcome is treated like. */
const LIKE_STATUS = { refused: 422, busy: 429, unauthorized: 401, conflict: 409, invalid: 400, failed: 500 } as const;
const outcomes = z.enum(['ok', 'notFound', ...(Object.keys(LIKE_STATUS) as (keyof typeof LIKE_STATUS)[])]);
const outcomeSaid = z.union([
  outcomes.transform((outcome) => ({ outcome, reason: undefined })),
  z.object({
    outcome: outcomes,
    reason: z
      .string()
      .transform((text) => text.slice(0, 500))
      .optional(),
  }),
  z.null(),
]);
type Outcome = z.infer<typeof outcomeSaid>;

/**
 * Calls the vendor and resolves with what `answer` makes of it, or with null where `outcome` says that there is no such thing.
 * Errors: ConnectorError only, classed as VendorConnector says. An expression that fails before the call is `permanent`
 * (VENDOR_MAPPING_FAILED), or `transient` where it was ended; one that fails after it is a malformed answer.
 */
export async function callOperation(call: OperationCall, tools: OperationTools): Promise<unknown> {
  const { operation, input } = call;
  const body = operation.body === undefined ? undefined : await bodyOf(call, operation.body, tools.evaluate);
  let credentials = await tools.credentials();
  let asked = await askOnce(call, credentials, body, tools);
  if (isUnauthorized(asked) && credentials.forget()) {
    credentials = await tools.credentials();
    asked = await askOnce(call, credentials, body, tools);
  }
  const { answer, said, outcome } = asked;
  const means = outcome?.outcome ?? (answer.status >= 200 && answer.status < 300 ? 'ok' : null);
  if (means === 'notFound') return null;
  if (means === null && answer.status === 404) throw lost(call);
  const kind = { of: 'vendor', changes: call.changes } as const;
  if (means === null) throw refusalOf(kind, answer, undefined);
  if (means !== 'ok') {
    const refusal = refusalOf(kind, { ...answer, status: LIKE_STATUS[means] }, outcome?.reason, answer.status);
    if (means === 'busy') tools.context.pause?.(refusal.options.retryAfterMs ?? 0);
    throw refusal;
  }
  if (said === undefined && answer.text.trim() !== '') throw malformed(kind, "the vendor's answer is not JSON");
  return understood(call, operation.answer, 'answer', { ...seen(answer, said), input }, tools.evaluate);
}

interface Asked {
  readonly answer: HttpAnswer;
  readonly said: unknown;
  readonly outcome: Outcome;
}

async function askOnce(
  call: OperationCall,
  { headers, query, secrets }: Credentials,
  body: string | undefined,
  { baseUrl, evaluate, context }: OperationTools,
): Promise<Asked> {
  const { operation, input } = call;
  const url = new URL(`${baseUrl}${filled(operation.path, input, pathPart) ?? misfilled(call, 'path')}`);
  for (const [name, text] of [...Object.entries(operation.query), ...Object.entries(query)]) {
    const value = name in query ? text : filled(text, input, String);
    if (value !== null) url.searchParams.append(name, value);
  }
  const sent = new Headers({ accept: 'application/json' });
  if (body !== undefined) sent.set('content-type', 'application/json');
  for (const [name, text] of Object.entries(operation.headers)) {
    const value = filled(text, input, headerPart);
    if (value !== null) sent.set(name, value);
  }
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  const init = { method: operation.method, headers: sent, ...(body === undefined ? {} : { body }) };
  const kind = { of: 'vendor', changes: call.changes } as const;
  const answer = await exchange(kind, url.href, init, context);
  const said = parseAnswer(answer.text, secrets);
  if (operation.outcome === undefined) return { answer, said, outcome: null };
  const came = await understood(call, operation.outcome, 'outcome', { ...seen(answer, said), input }, evaluate);
  const outcome = outcomeSaid.safeParse(came);
  if (outcome.success) return { answer, said, outcome: outcome.data };
  throw malformed(
    kind,
    `expected of operations.${call.name}.outcome one of ${outcomes.options.join(', ')}, or nothing`,
  );
}

function isUnauthorized({ answer, outcome }: Asked): boolean {
  return outcome === null ? answer.status === 401 : outcome.outcome === 'unauthorized';
}

/** The answer as expressions see it. */
function seen({ status, headers }: HttpAnswer, said: unknown) {
  return { status, headers: Object.fromEntries(headers), body: said ?? null };
}

async function bodyOf(call: OperationCall, expression: string, evaluate: Evaluate): Promise<string> {
  const made = await evaluate(expression, call.input).catch((cause: unknown) => {
    if (!(cause instanceof EvaluationFailed)) throw cause;
    throw mappingFailed(call, 'body', cause.message, cause.isEnded ? 'transient' : 'permanent');
  });
  if (made === null) throw mappingFailed(call, 'body', 'nothing came out');
  return JSON.stringify(made);
}

async function understood(call: OperationCall, expression: string, field: string, input: unknown, evaluate: Evaluate) {
  return evaluate(expression, input).catch((cause: unknown) => {
    if (!(cause instanceof EvaluationFailed)) throw cause;
    throw malformed({ of: 'vendor', changes: call.changes }, `operations.${call.name}.${field}: ${cause.message}`);
  });
}

/** Text with `{names}` replaced by the input's values, or null where one is missing. Pure. */
function filled(text: string, input: OperationCall['input'], write: (value: string) => string | null): string | null {
  let isWhole = true;
  const whole = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    const written = typeof value === 'string' || typeof value === 'number' ? write(String(value)) : null;
    isWhole &&= written !== null;
    return written ?? '';
  });
  return isWhole ? whole : null;
}

/** One segment's worth; none of dots alone, which would lead elsewhere. */
const pathPart = (value: string) => (/^\.*$/.test(value) ? null : encodeURIComponent(value));
/** What a header can carry; anything else in percent-encoding. */
const headerPart = (value: string) => (/^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value));

function misfilled(call: OperationCall, field: string): never {
  throw mappingFailed(call, field, `expected values of ${Object.keys(call.input).join(', ')}`);
}

const mappingFailed = (
  call: OperationCall,
  field: string,
  why: string,
  errorClass: 'permanent' | 'transient' = 'permanent',
) => failure('vendor', 'MAPPING_FAILED', errorClass, `operations.${call.name}.${field}: ${why}`);

const lost = ({ name, lost: errorClass }: OperationCall) =>
  failure(
    ...(['vendor', 'ADDRESS_UNKNOWN', errorClass] as const),
    `the vendor answered 404, and operations.${name}.outcome does not say what it means: check baseUrl and path`,
  );
