import { z } from 'zod';
import type {
  ChannelCapabilities,
  ChannelConnector,
  ChannelNotice,
  NoticeReceipt,
  OrderPage,
  StockLevels,
} from '../../connectors/channel.js';
import type { CallContext } from '../../connectors/connector.js';
import type { CanonicalOrder } from '../../model/canonical-order.js';
import { ConnectorError } from '../../model/errors.js';

/** A channel whose payloads are canonical orders already, and whose signature is the word "signed". */
export const memoryChannel: ChannelConnector = {
  kind: 'channel',
  manifest: { name: 'memory', version: '1', title: 'In memory', settings: z.unknown(), secrets: z.unknown() },
  capabilities: { webhooks: ['orders/create', 'orders/paid'], poll: false, duties: [] },
  verifyWebhook({ headers }) {
    if (headers.topic === 'ping') return { ok: true, nothing: 'it asked whether anyone is there' };
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

const HOUR_MS = 3_600_000;
/** Payloads of one page. */
const PAGE = 2;

/** What a retailer does with the next notices that it gets; after those it takes them. */
export type Manner = 'lose_answer' | 'away' | 'paused' | 'refuse' | 'hang';

/** The same as a retailer that is asked for its orders and told of them; it can be away, slow, lose answers and refuse. */
export class MemoryRetailer implements ChannelConnector {
  readonly kind = 'channel';
  readonly manifest = { ...memoryChannel.manifest, name: 'retailer' };
  readonly verifyWebhook = memoryChannel.verifyWebhook;
  readonly normalize = memoryChannel.normalize;
  capabilities: ChannelCapabilities = {
    ...{ webhooks: [], poll: true },
    duties: [
      { kind: 'acknowledge', withinMs: 4 * HOUR_MS },
      { kind: 'ship', withinMs: 48 * HOUR_MS },
      { kind: 'cancel' },
      { kind: 'invoice' },
      { kind: 'report_stock' },
    ],
  };
  capabilitiesOf: ChannelConnector['capabilitiesOf'];
  /** What it has, oldest first; a cursor is how many of them were read. */
  readonly payloads: OrderPage['payloads'][number][] = [];
  /** Every call fails with it while it is set. */
  failure: ConnectorError | null = null;
  polls = 0;
  readonly manners: Manner[] = [];
  /** What it was told, each notice once; and how often it was called. */
  readonly told: ChannelNotice[] = [];
  tells = 0;
  /** Awaited by every call; and how many were under way at once at most. */
  busy: () => Promise<void> = async () => {};
  #underWay = 0;
  underWayMost = 0;

  /** Has one more order, or another version of one. */
  place(order: CanonicalOrder, deliveryId: string): void {
    const rawBody = Buffer.from(JSON.stringify(order));
    this.payloads.push({ topic: 'orders/create', deliveryId, rawBody });
  }

  async tell(notice: ChannelNotice, { signal }: CallContext): Promise<NoticeReceipt> {
    this.tells += 1;
    this.#underWay += 1;
    this.underWayMost = Math.max(this.underWayMost, this.#underWay);
    try {
      await this.busy();
      const manner = this.manners.shift();
      if (manner === 'away') throw new ConnectorError('CHANNEL_UNREACHABLE', 'transient', 'no route to it');
      if (manner === 'paused') throw new ConnectorError('PAUSED', 'transient', 'later', { retryAfterMs: 30_000 });
      if (manner === 'refuse') throw new ConnectorError('CHANNEL_REFUSED', 'refused', 'it knows no such line');
      if (manner === 'hang') await new Promise((_, reject) => signal.addEventListener('abort', reject));
      const known = this.told.some(({ noticeId }) => noticeId === notice.noticeId);
      if (!known) this.told.push(notice);
      if (manner === 'lose_answer') throw new ConnectorError('CALL_TIMED_OUT', 'unknown', 'no answer came');
      return { outcome: known ? 'known' : 'taken', reference: `R-${notice.noticeId}` };
    } finally {
      this.#underWay -= 1;
    }
  }

  /** What it shows of each SKU, and the SKUs that it does not have; each call's SKUs. */
  readonly shown = new Map<string, number>();
  readonly strangers = new Set<string>();
  readonly publishes: string[][] = [];

  async publishStock({ levels }: StockLevels, _context: CallContext): Promise<{ unknownSkus: string[] }> {
    if (this.failure !== null) throw this.failure;
    this.publishes.push(levels.map(({ sku }) => sku));
    for (const { sku, available } of levels) if (!this.strangers.has(sku)) this.shown.set(sku, available);
    return { unknownSkus: levels.map(({ sku }) => sku).filter((sku) => this.strangers.has(sku)) };
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
