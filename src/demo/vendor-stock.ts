import { type DemoNetwork, generateNetwork } from './network.js';
import { DEMO_SIZE } from './seed.js';
import type { VendorStock } from './simulated-vendor/vendor.js';

/** What the simulated vendors of a network have on their shelves, in their own packs. */
export function demoVendorStock(network: DemoNetwork = generateNetwork(DEMO_SIZE)): VendorStock[] {
  const vendorOf = new Map(
    network.vendors.flatMap((vendor) => vendor.nodes.map((node) => [node.code, vendor.code] as const)),
  );
  const aliases = new Map(network.aliases.map((alias) => [`${alias.vendorCode} ${alias.sku}`, alias]));
  return network.offers.flatMap((offer) => {
    const vendorCode = vendorOf.get(offer.nodeCode);
    const alias = aliases.get(`${vendorCode} ${offer.sku}`);
    if (vendorCode === undefined || alias === undefined || offer.onHand === null) return [];
    return [
      {
        vendorCode,
        nodeCode: offer.nodeCode,
        vendorSku: alias.vendorSku,
        onHand: Math.floor(offer.onHand / alias.unitsPerPack),
      },
    ];
  });
}
