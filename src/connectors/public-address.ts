import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { ConnectorError } from '../model/errors.js';

/** All addresses of a host, as the resolver says. An address is its own. Errors: the system's, where there are none. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>;

/** Who may be reached beside the open internet. */
export interface AddressRules {
  /** Hosts, by name or address, that may be in private networks. */
  readonly privateHosts: readonly string[];
}

const PRIVATE_RANGES = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

/** Where clouds tell their machines secrets. Sources: the metadata services of AWS (IPv6), Alibaba, Azure and Oracle; link-local is out anyway. */
const METADATA = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16', '192.0.0.192']);

/** What an address is; `never`: link-local, multicast, reserved, not given out, or a cloud's own. */
type Reach = 'public' | 'private' | 'never';

/** How far a connection may reach: the open internet, private networks as well, or wherever it says (our own machine's own servers). */
export type MayReach = 'public' | 'private' | 'any';

/** IPv4 within IPv6 is judged as IPv4 where it is mapped, and is nobody's where it is translated or tunnelled (NAT64, 6to4, Teredo). */
function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return 'never';
  const parsed = ipaddr.process(address);
  if (METADATA.has(parsed.toString())) return 'never';
  const range = parsed.range();
  // The internet's IPv6 addresses are those of 2000::/3; the rest is not given out.
  if (range === 'unicast')
    return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3')) ? 'public' : 'never';
  return PRIVATE_RANGES.has(range) ? 'private' : 'never';
}

/** Whether an address is one of the open internet. Source: IANA's special-purpose address registries, as ipaddr.js has them. */
export function isPublicAddress(address: string): boolean {
  return reachOf(address) === 'public';
}

/**
 * The addresses that may be connected to for a host that a user configured. Whoever connects does so to one of these, so that no
 * second look-up can say another. Errors: ConnectorError HOST_UNKNOWN, class `transient`; HOST_PRIVATE, class `permanent`.
 */
export async function addressesOf(
  host: string,
  mayReach: MayReach,
  lookup: Lookup = (name) => systemLookup(name, { all: true }),
): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
  const found = await lookup(host).catch((cause: unknown) => {
    throw new ConnectorError('HOST_UNKNOWN', 'transient', `the host ${host} is not known`, { cause });
  });
  const [first, ...others] = found.filter(({ address }) => {
    const reach = reachOf(address);
    return mayReach === 'any' || reach === 'public' || reach === mayReach;
  });
  if (first) return [first, ...others];
  const message =
    mayReach === 'public'
      ? `${host} is in a private network: the operator may allow it with HEADGATE_PRIVATE_HOSTS`
      : `${host} is at an address that no partner has`;
  throw new ConnectorError('HOST_PRIVATE', 'permanent', message);
}

/** One of the addresses of `addressesOf`. Errors: as there. */
export async function addressOf(host: string, { privateHosts }: AddressRules): Promise<string> {
  const [{ address }] = await addressesOf(host, privateHosts.includes(host) ? 'private' : 'public');
  return address;
}
