import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { DEMO_SHOP_SECRET } from '../demo/seed.js';
import { type ApiOptions, findApi, reach } from './api.js';
import { reportEnd } from './demo-order.js';
import { cursorNow, followOrder } from './follow-order.js';
import { dataOption, whole } from './options.js';

interface WebhookOptions extends ApiOptions {
  readonly account: string;
  readonly secret: string;
  readonly topic: string;
  readonly timeout: number;
}

/** `headgate demo webhook`: posts a Shopify order as Shopify does, signed with the demo account's secret. */
export function webhookCommand(): Command {
  return new Command('webhook')
    .description('sign a Shopify order payload, post it to the running Headgate, and follow the order')
    .argument('<file>', 'JSON file: an order, or an object with one under "order"')
    .option('--account <code>', 'account that it is posted to', 'demo-shop')
    .option('--secret <secret>', "the account's webhook secret", DEMO_SHOP_SECRET)
    .option('--topic <topic>', 'what the webhook is about', 'orders/create')
    .option('--timeout <seconds>', 'follows the order for so long at most', whole(1, 86_400), 300)
    .option('--url <url>', 'address of the API; that of the running Headgate where left out')
    .option('--key <key>', 'API key to follow with; that of the demo where left out')
    .addOption(dataOption())
    .action(async (file: string, options: WebhookOptions) => {
      const api = findApi(options);
      const { body, orderId } = readPayload(await readFile(file, 'utf8'), file);
      const after = await cursorNow(api, 'any');
      const startedAt = performance.now();
      const response = await reach(`${api.url}/webhooks/${encodeURIComponent(options.account)}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-shopify-topic': options.topic,
          'x-shopify-webhook-id': randomUUID(),
          'x-shopify-shop-domain': 'demo-shop.myshopify.com',
          'x-shopify-hmac-sha256': createHmac('sha256', options.secret).update(body).digest('base64'),
        },
        body,
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`Headgate answered ${response.status}: ${answer.trim().slice(0, 300)}`);
      const took = Math.round(performance.now() - startedAt);
      process.stdout.write(`Shopify order ${orderId}: ${answer.trim()}, answered after ${took} ms\n\n`);
      const timeoutMs = options.timeout * 1000;
      reportEnd(await followOrder(api, { which: { externalIdEnd: orderId }, after, timeoutMs, startedAt }));
    });
}

/** The order's own text, as it stands in the file: parsing and printing would round ids of more than 53 bits. */
function readPayload(text: string, file: string): { body: string; orderId: string } {
  const root = parseTree(text, [], { disallowComments: true });
  const order = root && (findNodeAtLocation(root, ['order']) ?? root);
  const id = order && findNodeAtLocation(order, ['id']);
  if (!order || !id)
    throw new Error(`${file}: expected a Shopify order with an id, or an object with one under "order"`);
  const textOf = (node: Node) => text.slice(node.offset, node.offset + node.length);
  return { body: textOf(order), orderId: textOf(id).replaceAll('"', '') };
}
