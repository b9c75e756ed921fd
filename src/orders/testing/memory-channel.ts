import { z } from 'zod';
import type { ChannelCapabilities, ChannelConnector, OrderPage } from '../../connectors/channel.js';
import type { CallContext } from '../../connectors/connector.js';
import type { CanonicalOrder } from '../../model/canonical-order.js';
import type { ConnectorError } from '../../model/errors.js';

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

/** Payloads of one page. */
const PAGE = 2;

/** The same as a retailer that is asked for its orders, and can be away. */
export class MemoryRetailer implements ChannelConnector {
  readonly kind = 'channel';
  readonly manifest = { ...memoryChannel.manifest, name: 'retailer' };
  readonly verifyWebhook = memoryChannel.verifyWebhook;
  readonly normalize = memoryChannel.normalize;
  readonly capabilities: ChannelCapabilities = { webhooks: [], poll: true, duties: [] };
  /** What it has, oldest first; a cursor is how many of them were read. */
  readonly payloads: OrderPage['payloads'][number][] = [];
  /** Every call fails with it while it is set. */
  failure: ConnectorError | null = null;
  polls = 0;

  /** Has one more order, or another version of one. */
  place(order: CanonicalOrder, deliveryId: string): void {
    const rawBody = Buffer.from(JSON.stringify(order));
    this.payloads.push({ topic: 'orders/create', deliveryId, rawBody });
  }

  async pollOrders(cursor: string | null, _context: CallContext): Promise<OrderPage> {
    this.polls += 1;
    if (this.failure !== null) throw this.failure;
    const from = Number(cursor ?? 0);
    const payloads = this.payloads.slice(from, from + PAGE);
    const next = from + payloads.length;
    return { payloads, cursor: next === 0 ? null : String(next), more: next < this.payloads.length };
  }
}
