import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { type ApiOptions, ask, findApi } from './api.js';
import { cursorNow, ENDED, followOrder } from './follow-order.js';
import { dataOption, several, whole } from './options.js';

interface OrderOptions extends ApiOptions {
  readonly sku?: readonly string[];
  readonly quantity: number;
  readonly country: string;
  readonly account: string;
  readonly price: string;
  readonly timeout: number;
}

const DEMO_SKU = 'KIT-0001';

interface DemoAddress {
  readonly lines: readonly string[];
  readonly city: string;
  readonly regionCode?: string;
  readonly postalCode?: string;
}

/** Somebody in each of these countries. */
const ADDRESSES: Readonly<Record<string, DemoAddress>> = {
  AU: { lines: ['1 Macquarie St'], city: 'Sydney', regionCode: 'NSW', postalCode: '2000' },
  CA: { lines: ['290 Bremner Blvd'], city: 'Toronto', regionCode: 'ON', postalCode: 'M5V 3L9' },
  DE: { lines: ['Platz der Republik 1'], city: 'Berlin', postalCode: '11011' },
  FR: { lines: ['5 Avenue Anatole France'], city: 'Paris', postalCode: '75007' },
  GB: { lines: ['221B Baker Street'], city: 'London', postalCode: 'NW1 6XE' },
  JP: { lines: ['4 Chome-2-8 Shibakoen'], city: 'Tokyo', postalCode: '105-0011' },
  MX: { lines: ['Avenida Juárez'], city: 'Ciudad de México', postalCode: '06050' },
  SG: { lines: ['10 Bayfront Avenue'], city: 'Singapore', postalCode: '018956' },
  US: { lines: ['1600 Larimer St'], city: 'Denver', regionCode: 'CO', postalCode: '80202' },
};

const SUBMIT = `mutation($input: SubmitOrderInput!) {
  submitOrder(input: $input) { order { id externalId status } errors { code message path } }
}`;

interface SubmitAnswer {
  readonly submitOrder: {
    readonly order: { readonly id: string; readonly externalId: string; readonly status: string } | null;
    readonly errors: readonly { readonly code: string; readonly message: string; readonly path: string }[];
  };
}

/** `headgate demo order`: submits an order to the running Headgate and follows it to its delivery. */
export function orderCommand(): Command {
  return new Command('order')
    .description('submit an order and follow it until it is delivered')
    .option('--sku <sku>', `what is ordered; may be repeated (${DEMO_SKU})`, several)
    .option('--quantity <units>', 'units of each', whole(1, 1_000_000), 2)
    .option('--price <amount>', 'what the customer pays per unit', '59.00')
    .option('--country <code>', `where it goes: ${Object.keys(ADDRESSES).join(', ')}`, country, 'US')
    .option('--account <code>', 'account that it comes from', 'demo-api')
    .option('--timeout <seconds>', 'follows it for so long at most', whole(1, 86_400), 300)
    .option('--url <url>', 'address of the API; that of the running Headgate where left out')
    .option('--key <key>', 'API key; that of the demo where left out')
    .addOption(dataOption())
    .action(async (options: OrderOptions) => {
      const api = findApi(options);
      const countryCode = options.country;
      const skus = options.sku ?? [DEMO_SKU];
      const after = await cursorNow(api, skus[0] ?? DEMO_SKU);
      const id = `demo-${randomUUID().slice(0, 8)}`;
      const startedAt = performance.now();
      const { submitOrder } = await ask<SubmitAnswer>(api, SUBMIT, {
        input: {
          idempotencyKey: id,
          accountCode: options.account,
          externalId: id,
          lines: skus.map((sku) => ({ sku, quantity: options.quantity, unitPrice: options.price })),
          shipTo: { name: 'Ada Lovelace', lines: ['Main Street 1'], countryCode, ...ADDRESSES[countryCode] },
        },
      });
      const { order, errors } = submitOrder;
      for (const error of errors) process.stderr.write(`${error.code}: ${error.message}\n`);
      if (!order) throw new Error('the order was not taken');
      const took = Math.round(performance.now() - startedAt);
      process.stdout.write(
        `order ${order.externalId}: ${options.quantity} × ${skus.join(', ')} to ${countryCode}, answered after ${took} ms\n\n`,
      );
      reportEnd(
        await followOrder(api, { which: { orderId: order.id }, after, timeoutMs: options.timeout * 1000, startedAt }),
      );
    });
}

function country(text: string): string {
  const code = text.toUpperCase();
  if (!Object.hasOwn(ADDRESSES, code))
    throw new InvalidArgumentError(`expected one of ${Object.keys(ADDRESSES).join(', ')}`);
  return code;
}

/** Says how it ended; exit status 1 unless it was delivered. */
export function reportEnd(status: string | null): void {
  if (status === 'DELIVERED') {
    process.stdout.write('\ndelivered\n');
    return;
  }
  process.exitCode = 1;
  if (status === null) process.stderr.write('no order came of it yet: headgate dead-letters list may tell why\n');
  else if (ENDED.includes(status)) process.stderr.write(`the order ended ${status.toLowerCase()}\n`);
  else process.stderr.write(`the order is still ${status.toLowerCase()}: --timeout follows it for longer\n`);
}
