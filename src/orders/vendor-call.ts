import type { CallContext } from '../connectors/connector.js';
import type { Gate } from '../connectors/http/gates.js';
import { recordedFetch } from '../connectors/http/recorded-fetch.js';
import { ConnectorError } from '../model/errors.js';
import type { ExchangeKind } from '../model/exchange.js';
import { issueNumber, keyOfNumber } from '../store/connector-numbers.js';
import type { OrderDeps, VendorLink } from './deps.js';

/** Whom a call goes to, and the PO or order that it is about, where it is about a single one. */
export interface CalledLink extends Pick<VendorLink, 'code' | 'account'> {
  readonly connector: { readonly kind: ExchangeKind } | null;
  readonly subject?: string;
}

/** The way to whom is called, which knows whether it may be called now; null where accounts are not left alone. */
export function gateOf({ gates }: Pick<OrderDeps, 'gates'>, { connector, account }: CalledLink): Gate | null {
  return gates && connector ? gates.of(`${connector.kind} ${account.code}`) : null;
}

/**
 * One call of a vendor or carrier that surely ends in time: at the deadline its signal is aborted, and the answer is no longer awaited
 * even from a connector that does not listen.
 *
 * Errors: ConnectorError CALL_TIMED_OUT of class `unknown` at the deadline, or TOO_MANY_CALLS of class `transient` where nothing was sent by
 *         then, as calls before it waited for their answers; what the connector throws.
 */
export async function callVendor<T>(
  deps: Pick<OrderDeps, 'clock' | 'fetch'> & Partial<Pick<OrderDeps, 'pool' | 'files' | 'exchanges' | 'gates'>>,
  link: CalledLink,
  timeoutMs: number,
  call: (context: CallContext) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { code: owner, secrets } = link.account;
  const recording =
    deps.exchanges &&
    link.connector &&
    recordedFetch(deps.fetch, { kind: link.connector.kind, owner, subject: link.subject ?? null, secrets }, deps.clock);
  const gate = gateOf(deps, link);
  const through = recording?.fetch ?? deps.fetch;
  const requests = { begun: 0, sent: 0 };
  const send: typeof deps.fetch = (input, init) => {
    requests.sent += 1;
    return through(input, init);
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(timedOut(link.code, timeoutMs, requests));
      controller.abort();
    }, timeoutMs);
  });
  try {
    const { clock, pool, files } = deps;
    const { signal } = controller;
    // Whatever signal the connector passes on, or none: nothing of the call goes on after its end.
    const fetch: typeof deps.fetch = (input, init) => {
      const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const bounded = { ...init, signal: own ? AbortSignal.any([own, signal]) : signal };
      requests.begun += 1;
      return gate ? gate.fetch(send, input, bounded) : send(input, bounded);
    };
    const pause = gate ? (ms: number) => gate.pause(ms) : undefined;
    const numbers = pool && {
      of: (series: string, key: string) => issueNumber(pool, { owner, series, key, at: clock.now() }),
      keyOf: (series: string, value: number) => keyOfNumber(pool, { owner, series, value }),
    };
    const context = { account: link.account, signal, clock, fetch, pause, numbers, files };
    return await Promise.race([call(context), deadline]);
  } finally {
    clearTimeout(timer);
    if (recording) deps.exchanges?.keep(recording.taken);
  }
}

function timedOut(code: string, timeoutMs: number, requests: { readonly begun: number; readonly sent: number }) {
  if (requests.begun > 0 && requests.sent === 0) {
    const message = `${code} was not called within ${timeoutMs} ms: calls before it wait for their answers`;
    return new ConnectorError('TOO_MANY_CALLS', 'transient', message, { retryAfterMs: timeoutMs });
  }
  const message = `expected an answer of ${code} within ${timeoutMs} ms, got none`;
  return new ConnectorError('CALL_TIMED_OUT', 'unknown', message);
}
