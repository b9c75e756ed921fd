import { createHmac, timingSafeEqual } from 'node:crypto';
import { ordersOf } from './map.js';

const TOPIC = 'stall.sold';

/**
 * Market Stall, a made-up market that posts one JSON document for each sale and signs it.
 *
 * @type {import('headgate/connectors').ConnectorPackage}
 */
export default function marketStall({ z }) {
  const settings = z.object({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR'),
  });
  const secrets = z.object({ signingKey: z.string().min(8) });
  return {
    kind: 'channel',
    manifest: { name: 'market-stall', version: '1.0.0', title: 'Market Stall (example)', settings, secrets },
    capabilities: { webhooks: [TOPIC], poll: false, duties: [] },

    verifyWebhook({ headers, rawBody }, account) {
      const { signingKey } = secrets.parse(account.secrets);
      const expected = createHmac('sha256', signingKey).update(rawBody).digest();
      const given = Buffer.from(headers['stall-signature'] ?? '', 'hex');
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        return { ok: false, reason: 'stall-signature is not the signature of this body' };
      return { ok: true, topic: TOPIC, deliveryId: headers['stall-delivery'] ?? expected.toString('hex') };
    },

    normalize(topic, rawBody, account) {
      if (topic !== TOPIC)
        return { ok: false, faults: [{ code: 'TOPIC_UNKNOWN', path: '', message: `expected the topic ${TOPIC}` }] };
      return ordersOf(rawBody, settings.parse(account.settings).currency);
    },
  };
}
