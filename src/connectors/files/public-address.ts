import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { failure } from './names.js';

/** The machine's own and private networks, and those that are nobody's. Source: IANA's special-purpose address registries. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
  ] as const),
  ...([
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
])
  PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ...([
    ['::', 128],
    ['::1', 128],
    ['64:ff9b::', 96],
    ['100::', 64],
    ['2001::', 23],
    ['2001:db8::', 32],
  ] as const),
  ...([
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
  ] as const),
])
  PRIVATE.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one of the open internet. IPv4 within IPv6 is judged as IPv4. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  return !PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The address to connect to for a host that a user configured: looked up once, so that no second look-up can say another. Hosts that
 * the operator names may be in private networks. Errors: ConnectorError HOST_UNKNOWN, class `transient`; HOST_PRIVATE, class `permanent`.
 */
export async function addressOf(host: string, privateHosts: readonly string[]): Promise<string> {
  const found = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw failure('HOST_UNKNOWN', 'transient', `the host ${host} is not known`, cause);
  });
  const allowed = privateHosts.includes(host) ? found : found.filter(({ address }) => isPublicAddress(address));
  const [first] = allowed;
  if (first) return first.address;
  throw failure(
    'HOST_PRIVATE',
    'permanent',
    `${host} is in a private network: the operator may allow it with HEADGATE_PRIVATE_HOSTS`,
  );
}
