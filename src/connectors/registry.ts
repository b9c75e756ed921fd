import type { CarrierConnector } from './carrier.js';
import { restCarrier } from './carriers/rest/index.js';
import type { ChannelConnector } from './channel.js';
import { apiChannel } from './channels/api/index.js';
import { csvChannel } from './channels/csv/index.js';
import { shopifyChannel } from './channels/shopify/index.js';
import { wooCommerceChannel } from './channels/woocommerce/index.js';
import { x12Channel } from './channels/x12/index.js';
import type { VendorConnector } from './vendor.js';
import { flatFileVendor } from './vendors/flat-files/index.js';
import { httpVendor } from './vendors/http/index.js';
import { restVendor } from './vendors/rest/index.js';
import { x12Vendor } from './vendors/x12/index.js';

/** Any connector: `kind` tells which. */
export type Connector = ChannelConnector | VendorConnector | CarrierConnector;

/** Those that come with Headgate. */
export const OWN_CONNECTORS: readonly Connector[] = [
  apiChannel,
  shopifyChannel,
  wooCommerceChannel,
  x12Channel,
  csvChannel,
  restVendor,
  httpVendor,
  flatFileVendor,
  x12Vendor,
  restCarrier,
];

/** The connectors of this installation, by name. */
export interface ConnectorRegistry {
  readonly channels: readonly ChannelConnector[];
  readonly vendors: readonly VendorConnector[];
  readonly carriers: readonly CarrierConnector[];
  channel(name: string): ChannelConnector | undefined;
  vendor(name: string): VendorConnector | undefined;
  carrier(name: string): CarrierConnector | undefined;
}

/** A registry of the given connectors, by default of those that come with Headgate. Errors: a name that stands twice in a kind. */
export function createConnectorRegistry(connectors: readonly Connector[] = OWN_CONNECTORS): ConnectorRegistry {
  const channels = connectors.filter((one) => one.kind === 'channel');
  const vendors = connectors.filter((one) => one.kind === 'vendor');
  const carriers = connectors.filter((one) => one.kind === 'carrier');
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

function byName<T extends Connector>(connectors: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const connector of connectors) {
    const { name } = connector.manifest;
    if (found.has(name)) throw new Error(`two ${connector.kind} connectors are named "${name}"`);
    found.set(name, connector);
  }
  return found;
}
