import { type RequestInit as UndiciInit, fetch as undiciFetch } from 'undici';
import { ConnectorError } from '../../model/errors.js';
import type { Lookup } from '../public-address.js';
import { boundedResponse } from './bounded.js';
import { guardedAgent, type HttpRules } from './connect.js';

/** Redirects of one call that are followed. */
const HOPS_MAX = 5;
/** Of one answer, unpacked; connectors have narrower bounds of their own. */
const BYTES_MAX = 33_554_432;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What may go to another origin than the one that was called: nothing that could be a credential. */
const HARMLESS_HEADERS = ['accept', 'accept-language', 'user-agent'];

/** The one way out by HTTP. */
export interface Outbound {
  /**
   * As the platform's `fetch`, with these differences: http and https alone; only addresses that the rules allow; only GET and HEAD follow
   * redirects, at most HOPS_MAX, and what is sent along to another origin is none of the call's credentials; an answer has a bound.
   *
   * Errors: ConnectorError ADDRESS_INVALID, HOST_PRIVATE or REDIRECTED_TOO_OFTEN, class `permanent`, HOST_UNKNOWN, class `transient`: nothing
   * was done there; TypeError as `fetch`; while the body is read, ANSWER_TOO_LONG, class `transient`.
   */
  readonly fetch: typeof fetch;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Opens the way out. `lookup` is the system's where it is left out. */
export function openOutbound(options: {
  readonly rules: HttpRules;
  readonly lookup?: Lookup;
  readonly bytesMax?: number;
}): Outbound {
  const dispatcher = guardedAgent(options.rules, options.lookup);
  const bytesMax = options.bytesMax ?? BYTES_MAX;

  async function call(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    let url = addressed(input instanceof Request ? input.url : String(input));
    const request = new Request(input, init);
    const { method, redirect, signal } = request;
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    let headers = [...request.headers];
    for (let hop = 0; ; hop += 1) {
      const sent: UndiciInit = { method, headers, body, signal, redirect: 'manual', dispatcher };
      const response = await undiciFetch(url, sent).catch(rethrow);
      const location = response.headers.get('location');
      const followed = redirect !== 'manual' && (method === 'GET' || method === 'HEAD');
      if (!followed || !REDIRECTS.has(response.status) || location === null) return boundedResponse(response, bytesMax);
      await response.body?.cancel();
      if (redirect === 'error') throw new TypeError('expected no redirect');
      if (hop === HOPS_MAX)
        throw new ConnectorError('REDIRECTED_TOO_OFTEN', 'permanent', `expected at most ${HOPS_MAX} redirects`);
      const next = addressed(location, url.href);
      if (next.origin !== url.origin) headers = headers.filter(([name]) => HARMLESS_HEADERS.includes(name));
      url = next;
    }
  }
  return { fetch: call, close: () => dispatcher.destroy() };
}

function addressed(text: string, base?: string): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  throw new ConnectorError('ADDRESS_INVALID', 'permanent', 'expected an http or https address without credentials');
}

/** What kept a connection from being made is said plainly. */
function rethrow(error: unknown): never {
  throw error instanceof Error && error.cause instanceof ConnectorError ? error.cause : error;
}
