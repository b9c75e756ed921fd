import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { DEMO_SHOP_SECRET } from '../demo/seed.js';
import { type Api, type ApiOptions, ask, findApi, reach } from './api.js';
import { reportEnd } from './demo-order.js';
import { cursorNow, followOrder } from './follow-order.js';
import { dataOption, whole } from './options.js';
import { withoutControls } from './print.js';

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
      const known = await ask<{ order: { status: string } | null }>(api, KNOWN, {
        reference: { accountCode: options.account, externalId: orderId },
      });
      if (known.order)
        process.stdout.write(`Shopify order ${orderId} is known already, ${known.order.status}: this is a repeat\n`);
      const after = await cursorNow(api, 'any');
      const postedAt = new Date().toISOString();
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
      if (known.order) return;
      const timeoutMs = options.timeout * 1000;
      const over = new AbortController();
      const which = { externalIdEnd: orderId };
      const followed = followOrder(api, { which, after, timeoutMs, startedAt, signal: over.signal });
      const letter = await Promise.race([followed.then(() => null), deadLetterSince(api, postedAt, over.signal)]);
      over.abort();
      if (letter === null) reportEnd(await followed);
      else reportDeadLetter(letter);
    });
}

const KNOWN = 'query($reference: OrderReferenceInput!) { order(reference: $reference) { status } }';
const DEAD_LETTERS = `query($after: String) {
  deadLetters(first: 100, after: $after) {
    edges { cursor node { step openedAt errors { code message } } }
    pageInfo { hasNextPage }
  }
}`;
const LOOK_EVERY_MS = 1_000;
/** Of dead letters, a hundred each. */
const PAGES_MAX = 50;

interface Letter {
  readonly step: string;
  readonly openedAt: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}
interface DeadLettersAnswer {
  readonly deadLetters: {
    readonly edges: readonly { readonly cursor: string; readonly node: Letter }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
}

/** The dead letter that a payload became since a moment; null once the signal says that nobody waits for it any more. */
async function deadLetterSince(api: Api, moment: string, signal: AbortSignal): Promise<Letter | null> {
  while (!signal.aborted) {
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { deadLetters }: DeadLettersAnswer = await ask(api, DEAD_LETTERS, { after });
      const found = deadLetters.edges.find(({ node }) => node.step === 'INTAKE' && node.openedAt >= moment);
      if (found) return found.node;
      if (!deadLetters.pageInfo.hasNextPage) break;
      after = deadLetters.edges.at(-1)?.cursor ?? null;
    }
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}

function reportDeadLetter({ errors }: Letter): void {
  process.exitCode = 1;
  const causes = errors.map(({ code, message }) => withoutControls(`  ${code}: ${message}`)).join('\n');
  process.stderr.write(
    `no order came of it; it is kept as a dead letter:\n${causes}\nmend the cause, then: npx headgate dead-letters list, npx headgate dead-letters replay ID\n`,
  );
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
