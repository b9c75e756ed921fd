import { mkdirSync } from 'node:fs';
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { startDemoVendors } from '../demo/vendors.js';
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
      const vendors = await startDemoVendors(config);
      process.stdout.write(`simulated vendors on ${vendors.url}; Ctrl-C stops them\n`);
      await new Promise((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      await vendors.close();
    });
}
