import { Command } from 'commander';
import pc from 'picocolors';
import { readConfig, settingsHelp, unknownSettings } from '../config.js';
import { createLog, type Headgate, startHeadgate } from '../main.js';

/** Closing takes no longer; then the process ends anyway. What is cut off goes on after the next start. */
const CLOSE_MS_MAX = 30_000;

/** `headgate start`: everything in one process, until Ctrl-C. */
export function command(): Command {
  return new Command('start')
    .description('start gateway and worker (and, without DATABASE_URL, an embedded PostgreSQL)')
    .option('--port <port>', 'port of the gateway (HEADGATE_PORT)')
    .option('--host <address>', 'address to listen on (HEADGATE_HOST)')
    .option('--data <folder>', 'data folder (HEADGATE_DATA)')
    .option('--mode <mode>', 'all, gateway or worker (HEADGATE_MODE)')
    .option('--vendor-port <port>', 'port of the simulated vendors (HEADGATE_VENDOR_PORT)')
    .option('--no-demo', 'neither demo network nor simulated vendors (HEADGATE_DEMO=off)')
    .addHelpText('after', `\n${settingsHelp()}`)
    .action(
      async (options: {
        port?: string;
        host?: string;
        data?: string;
        mode?: string;
        vendorPort?: string;
        demo: boolean;
      }) => {
        const config = readConfig(process.env, {
          ...(options.port === undefined ? {} : { port: options.port }),
          ...(options.host === undefined ? {} : { host: options.host }),
          ...(options.data === undefined ? {} : { dataFolder: options.data }),
          ...(options.mode === undefined ? {} : { mode: options.mode }),
          ...(options.vendorPort === undefined ? {} : { vendorPort: options.vendorPort }),
          ...(options.demo ? {} : { demo: 'off' }),
        });
        for (const name of unknownSettings(process.env))
          console.error(
            pc.yellow(`${name} is no setting and changes nothing: headgate start --help lists all of them`),
          );
        const stop = stopSignal();
        const starting = startHeadgate(config, createLog(config), (what) => console.log(pc.dim(`  ${what}`)));
        const headgate = await starting;
        printWelcome(headgate, config.dataFolder);
        await stop;
        console.log('stopping');
        const patience = setTimeout(() => process.exit(1), CLOSE_MS_MAX);
        await headgate.close();
        clearTimeout(patience);
        console.log('stopped');
      },
    );
}

/** Resolves on the first Ctrl-C or SIGTERM; the second ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}

function printWelcome(headgate: Headgate, dataFolder: string): void {
  const { apiUrl, demoKey, vendorUrl, place } = headgate;
  console.log(pc.bold('\nHeadgate is running.'));
  if (apiUrl) {
    console.log(`  API      ${apiUrl}/graphql   (websocket: the same)`);
    console.log(`  Health   ${apiUrl}/health`);
  }
  if (vendorUrl) console.log(`  Vendors  ${vendorUrl}   (simulated)`);
  if (place && place !== dataFolder)
    console.log(`  Data     ${place}   (PostgreSQL's account cannot enter ${dataFolder})`);
  if (apiUrl && demoKey) {
    console.log(`\nSubmit an order:\n\n${orderCurl(apiUrl, demoKey)}\n`);
    console.log('or follow one to its delivery: npx headgate demo order');
  }
  console.log('\nCtrl-C stops everything.');
}

/** One command that submits an order; each time it is run it is a new order, because the shell fills in the moment. */
export function orderCurl(apiUrl: string, key: string): string {
  const query =
    'mutation($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id status fulfillments { node { name } status } } errors { code message } } }';
  const input = {
    idempotencyKey: '$ID',
    accountCode: 'demo-api',
    externalId: '$ID',
    currencyCode: 'USD',
    lines: [{ externalLineId: '1', sku: 'ELE-0002', quantity: 2, unitPrice: '132.05' }],
    shipTo: {
      name: 'Ada Lovelace',
      lines: ['1600 Larimer St'],
      city: 'Denver',
      regionCode: 'CO',
      postalCode: '80202',
      countryCode: 'US',
    },
  };
  const body = JSON.stringify({ query, variables: { input } }).replaceAll('$ID', `'"$ID"'`);
  return `ID="order-$(date +%s)"; curl -s ${apiUrl}/graphql -H 'content-type: application/json' \\\n  -H 'authorization: Bearer ${key}' \\\n  -d '${body}'`;
}
