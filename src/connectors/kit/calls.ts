import assert from 'node:assert/strict';
import type { Clock } from '../../model/clock.js';
import { ConnectorError } from '../../model/errors.js';
import type { CallContext, IssuedNumber, Numbers } from '../connector.js';

/** What the bench of any connector that calls out has; what goes wrong is played in the calls' `fetch`. */
export interface CallBench {
  readonly context: Pick<CallContext, 'account' | 'clock' | 'fetch' | 'numbers'>;
}

/** Numbers in memory, for connectors that give what they send numbers. */
export function memoryNumbers(clock: Clock): Numbers {
  const series = new Map<string, Map<string, IssuedNumber>>();
  return {
    async of(name, key) {
      const issued = series.get(name) ?? new Map<string, IssuedNumber>();
      series.set(name, issued);
      const number = issued.get(key) ?? { value: issued.size + 1, issuedAt: clock.now().toISOString() };
      issued.set(key, number);
      return number;
    },
    async keyOf(name, value) {
      return [...(series.get(name) ?? [])].find(([, number]) => number.value === value)?.[0] ?? null;
    },
  };
}

const CALL_MS = 5_000;

/** The context of one call, over the bench's own `fetch` or another. */
export const calling = (bench: CallBench, fetch = bench.context.fetch): CallContext => ({
  ...bench.context,
  fetch,
  signal: AbortSignal.timeout(CALL_MS),
});

/** How `fetch` fails where a connection does. */
export const cut = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

/** A `fetch` that always answers so. */
export const answering = (status: number, body = '', headers: Record<string, string> = {}) =>
  (async () => new Response(body, { status, headers })) satisfies typeof fetch;

/** A call that is never answered; its signal fires once it was made. */
export function silentCall(bench: CallBench): { context: CallContext; signal: AbortSignal } {
  const deadline = new AbortController();
  const silent: typeof fetch = (_address, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      setImmediate(() => deadline.abort());
    });
  return { context: { ...calling(bench, silent), signal: deadline.signal }, signal: deadline.signal };
}

/** How a call failed. Errors: it did not, or not with a ConnectorError. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await call.then(
    (answer) => assert.fail(`expected a failure, got ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConnectorError, `expected a ConnectorError, got ${String(error)}`);
  return error;
}
