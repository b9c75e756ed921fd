import type { CarrierConnector } from './carrier.js';
import { restCarrier } from './carriers/rest/index.js';
import type { ChannelConnector } from './channel.js';
import { apiChannel } from './channels/api/index.js';
import { shopifyChannel } from './channels/shopify/index.js';
import type { VendorConnector } from './vendor.js';
import { restVendor } from './vendors/rest/index.js';

/** The connectors of this build, by name. */
export interface ConnectorRegistry {
  readonly channels: readonly ChannelConnector[];
  readonly vendors: readonly VendorConnector[];
  readonly carriers: readonly CarrierConnector[];
  channel(name: string): ChannelConnector | undefined;
  vendor(name: string): VendorConnector | undefined;
  carrier(name: string): CarrierConnector | undefined;
}

/** A registry of the given connectors, by default all of ours. Errors: a name that stands twice. */
export function createConnectorRegistry(
  channels: readonly ChannelConnector[] = [apiChannel, shopifyChannel],
  vendors: readonly VendorConnector[] = [restVendor],
  carriers: readonly CarrierConnector[] = [restCarrier],
): ConnectorRegistry {
  const channelsByName = byName(channels);
  const vendorsByName = byName(vendors);
  const carriersByName = byName(carriers);
  return {
    channels,
    vendors,
    carriers,
    channel: (name) => channelsByName.get(name),
    vendor: (name) => vendorsByName.get(name),
    carrier: (name) => carriersByName.get(name),
  };
}

function byName<T extends { readonly manifest: { readonly name: string } }>(connectors: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const connector of connectors) {
    const { name } = connector.manifest;
    if (found.has(name)) throw new Error(`two connectors are named "${name}"`);
    found.set(name, connector);
  }
  return found;
}
