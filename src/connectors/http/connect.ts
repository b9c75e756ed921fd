import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { type AddressRules, addressesOf, type Lookup, type MayReach } from '../public-address.js';

/** A partner's machine that is there answers a connection within this. */
const CONNECT_MS_MAX = 10_000;
/** Until the answer begins, and between two pieces of it. A call's own deadline is shorter. */
const SILENCE_MS_MAX = 120_000;
/** Connections to one origin; further calls wait for one. */
const CONNECTIONS_MAX = 64;
const HEADER_BYTES_MAX = 32_768;

/** Which addresses connections go to. */
export interface HttpRules extends AddressRules {
  /** Servers of our own, such as `http://127.0.0.1:4010`, wherever they are: this host at this port alone. */
  readonly ownOrigins: readonly string[];
}

/**
 * Connections that go nowhere but where the rules let them: the addresses are judged after the look-up, and those judged are those dialled.
 * Each connection is judged, so also those that redirects lead to. Errors of a request: TypeError whose cause is that of `addressesOf`.
 */
export function guardedAgent(rules: HttpRules, lookup?: Lookup): Agent {
  const connectorTo = (mayReach: MayReach) =>
    buildConnector({
      timeout: CONNECT_MS_MAX,
      lookup: (host, options, callback) => {
        addressesOf(host, mayReach, lookup).then(
          (found) => (options.all ? callback(null, [...found]) : callback(null, found[0].address, found[0].family)),
          (error: Error) => callback(error, ''),
        );
      },
    });
  const connectors = { public: connectorTo('public'), private: connectorTo('private'), any: connectorTo('any') };
  const ownOrigins = new Set(rules.ownOrigins.flatMap((text) => (URL.canParse(text) ? [new URL(text).origin] : [])));
  return new Agent({
    connections: CONNECTIONS_MAX,
    headersTimeout: SILENCE_MS_MAX,
    bodyTimeout: SILENCE_MS_MAX,
    maxHeaderSize: HEADER_BYTES_MAX,
    connect: (options, callback) => {
      const { hostname, protocol, port } = options;
      const { origin } = new URL(`${protocol}//${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`);
      const mayReach = ownOrigins.has(origin) ? 'any' : rules.privateHosts.includes(hostname) ? 'private' : 'public';
      const connect = connectors[mayReach];
      // The system looks up names only: an address that is given as such is judged here.
      if (isIP(hostname) === 0) connect(options, callback);
      else
        addressesOf(hostname, mayReach, async () => [{ address: hostname, family: isIP(hostname) }]).then(
          () => connect(options, callback),
          (error: Error) => callback(error, null),
        );
    },
  });
}
