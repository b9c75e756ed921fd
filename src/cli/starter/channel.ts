import type { StarterNames } from './names.js';

/** A channel that takes signed webhooks and maps nothing yet. */
export function channelStarter({ name, variable, title }: StarterNames): Readonly<Record<string, string>> {
  return {
    'src/index.ts': `import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChannelConnector, ConnectorApi } from 'headgate/connectors';
import { ordersOf } from './map.js';

/** The topic of webhooks that bring orders. */
export const TOPIC = 'orders';

/** ${title} as a source of orders. Headgate calls this once and hands in its own zod. */
export default function ${variable}({ z }: Pick<ConnectorApi, 'z'>): ChannelConnector {
  const settings = z.object({});
  const secrets = z.object({ webhookSecret: z.string().min(8) });
  return {
    kind: 'channel',
    manifest: { name: '${name}', version: '0.1.0', title: '${title}', settings, secrets },
    capabilities: { webhooks: [TOPIC], poll: false, duties: [] },

    verifyWebhook({ headers, rawBody }, account) {
      const { webhookSecret } = secrets.parse(account.secrets);
      const expected = createHmac('sha256', webhookSecret).update(rawBody).digest();
      const given = Buffer.from(headers['x-signature'] ?? '', 'base64');
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        return { ok: false, reason: 'x-signature is not the signature of this body' };
      return { ok: true, topic: TOPIC, deliveryId: headers['x-delivery-id'] ?? expected.toString('hex') };
    },

    normalize(topic, rawBody) {
      if (topic !== TOPIC)
        return { ok: false, faults: [{ code: 'TOPIC_UNKNOWN', path: '', message: \`expected the topic \${TOPIC}\` }] };
      return ordersOf(rawBody);
    },
  };
}
`,
    'src/map.ts': `import type { Normalized } from 'headgate/connectors';

/** Their payload to canonical orders, or every fault with its path. Pure; never throws, whatever comes. */
export function ordersOf(rawBody: Uint8Array): Normalized {
  let payload: unknown;
  try {
    payload = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    return { ok: false, faults: [{ code: 'NOT_JSON', path: '', message: 'expected JSON in UTF-8' }] };
  }
  if (typeof payload !== 'object' || payload === null)
    return { ok: false, faults: [{ code: 'NOT_AN_ORDER', path: '', message: 'expected an object' }] };
  // Here the order is read: see CanonicalOrder for what there is to fill, and docs/canonical-order.md for what each field means.
  return { ok: false, faults: [{ code: 'NOT_MAPPED', path: '', message: 'this connector maps no orders yet' }] };
}
`,
    'src/contract.test.ts': `import { createHmac } from 'node:crypto';
import { type ChannelBench, describeChannel } from 'headgate/kit';
import { describe, it } from 'vitest';
import { z } from 'zod';
import connector, { TOPIC } from './index.js';

const SECRET = 'a secret of the bench';
/** An order as ${title} sends it. */
const ORDER = new TextEncoder().encode(JSON.stringify({ id: 1 }));

describeChannel(
  {
    name: '${name}',
    connector: connector({ z }),
    make: async (): Promise<ChannelBench> => ({
      account: { code: 'bench', settings: {}, secrets: { webhookSecret: SECRET } },
      topic: TOPIC,
      payloads: [ORDER],
      sign: (rawBody) => ({
        rawBody,
        headers: { 'x-delivery-id': '1', 'x-signature': createHmac('sha256', SECRET).update(rawBody).digest('base64') },
      }),
    }),
  },
  { describe, it },
);
`,
  };
}
