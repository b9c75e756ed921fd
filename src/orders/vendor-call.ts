import type { CallContext } from '../connectors/connector.js';
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

/**
 * One call of a vendor or carrier that surely ends in time: at the deadline its signal is aborted, and the answer is no longer awaited
 * even from a connector that does not listen.
 *
 * Errors: ConnectorError CALL_TIMED_OUT of class `unknown` at the deadline; what the connector throws.
 */
export async function callVendor<T>(
  deps: Pick<OrderDeps, 'clock' | 'fetch'> & Partial<Pick<OrderDeps, 'pool' | 'files' | 'exchanges'>>,
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
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `expected an answer of ${link.code} within ${timeoutMs} ms, got none`;
      reject(new ConnectorError('CALL_TIMED_OUT', 'unknown', message));
      controller.abort();
    }, timeoutMs);
  });
  try {
    const { clock, pool, files } = deps;
    const { signal } = controller;
    // Whatever signal the connector passes on, or none: nothing of the call goes on after its end.
    const fetch: typeof deps.fetch = (input, init) => {
      const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      return (recording?.fetch ?? deps.fetch)(input, {
        ...init,
        signal: own ? AbortSignal.any([own, signal]) : signal,
      });
    };
    const numbers = pool && {
      of: (series: string, key: string) => issueNumber(pool, { owner, series, key, at: clock.now() }),
      keyOf: (series: string, value: number) => keyOfNumber(pool, { owner, series, value }),
    };
    const context = { account: link.account, signal, clock, fetch, numbers, files };
    return await Promise.race([call(context), deadline]);
  } finally {
    clearTimeout(timer);
    if (recording) deps.exchanges?.keep(recording.taken);
  }
}
