import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { demoVendorToken } from '../demo/seed.js';
import { startSimulatedVendor } from '../demo/simulated-vendor/server.js';
import { demoVendorStock } from '../demo/vendor-stock.js';
import { systemClock } from '../model/clock.js';
import { dataOption } from './options.js';

interface VendorOptions {
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
}

/** `headgate demo vendor`: the simulated vendors alone, for gateway and worker that run apart, or to stop and start them. */
export function vendorCommand(): Command {
  return new Command('vendor')
    .description('run the simulated vendors alone, until Ctrl-C')
    .option('--port <port>', 'port (HEADGATE_VENDOR_PORT)')
    .option('--host <address>', 'address to listen on (HEADGATE_HOST)')
    .addOption(dataOption())
    .action(async (options: VendorOptions) => {
      const config = readConfig(process.env, {
        ...(options.data === undefined ? {} : { dataFolder: options.data }),
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.port === undefined ? {} : { vendorPort: options.port }),
      });
      mkdirSync(config.dataFolder, { recursive: true });
      const vendors = await startSimulatedVendor({
        host: config.host,
        port: config.vendorPort,
        journalFile: join(config.dataFolder, 'demo-vendors.jsonl'),
        stock: demoVendorStock(),
        token: demoVendorToken,
        clock: systemClock,
      });
      process.stdout.write(`simulated vendors on ${vendors.url}; Ctrl-C stops them\n`);
      await new Promise((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      await vendors.close();
    });
}
