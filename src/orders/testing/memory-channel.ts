import { z } from 'zod';
import type { ChannelConnector } from '../../connectors/channel.js';
import type { CanonicalOrder } from '../../model/canonical-order.js';

/** A channel whose payloads are canonical orders already, and whose signature is the word "signed". */
export const memoryChannel: ChannelConnector = {
  kind: 'channel',
  manifest: { name: 'memory', version: '1', title: 'In memory', settings: z.unknown(), secrets: z.unknown() },
  capabilities: { webhooks: ['orders/create', 'orders/paid'], poll: false, duties: [] },
  verifyWebhook({ headers }) {
    if (headers.signature !== 'signed') return { ok: false, reason: 'the signature does not match' };
    return { ok: true, topic: headers.topic ?? 'orders/create', deliveryId: headers.delivery ?? '' };
  },
  normalize(topic, rawBody) {
    if (topic === 'orders/paid') return { ok: true, orders: [], ignored: 'the order came with orders/create' };
    try {
      return { ok: true, orders: [JSON.parse(Buffer.from(rawBody).toString('utf8')) as CanonicalOrder] };
    } catch {
      return { ok: false, faults: [{ code: 'NOT_JSON', path: '', message: 'expected JSON' }] };
    }
  },
};
