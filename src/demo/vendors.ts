import { join } from 'node:path';
import { systemClock } from '../model/clock.js';
import { demoVendorToken } from './seed.js';
import { type SimulatedVendors, startSimulatedVendor } from './simulated-vendor/server.js';
import { demoVendorStock } from './vendor-stock.js';

/** Starts the demo's simulated vendors; what they did before lies in their journal in the data folder. */
export function startDemoVendors(config: {
  readonly host: string;
  readonly vendorPort: number;
  readonly dataFolder: string;
}): Promise<SimulatedVendors> {
  return startSimulatedVendor({
    host: config.host,
    port: config.vendorPort,
    journalFile: join(config.dataFolder, 'demo-vendors.jsonl'),
    stock: demoVendorStock(),
    token: demoVendorToken,
    clock: systemClock,
  });
}
