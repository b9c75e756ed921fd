import type { Clock } from '../model/clock.js';
import type { EventType, LoggedEvent } from '../model/events.js';
import type { Log } from '../model/log.js';
import { joinBackorderRound, type Reopened } from '../store/backorder-rounds.js';
import type { Database, Queryable } from '../store/database.js';
import { productOfStock } from '../store/event-log.js';
import { beginReading, readOn } from '../store/event-reader.js';
import type { EventTail } from '../store/event-tail.js';
import { joinRecostRound } from '../store/recost-rounds.js';
import { productsAwaited, workOfOrders } from '../store/work.js';
import { type Reader, startReader } from './event-reader.js';
import type { Queues, WakeUp } from './queues.js';

const READER = 'relay';
/** Rows due later than this are left to the sweep. */
const AHEAD_MS_MAX = 60_000;

/**
 * What an event may have made due: `order` its order or one of its fulfillments, `product` the orders that wait for the
 * product. What is due, and when, the rows themselves say: an event only tells where to look.
 */
export const EVENT_WAKES: Readonly<Record<EventType, 'order' | 'product' | null>> = {
  'order.received': 'order',
  'order.rejected': null,
  'order.routed': 'order',
  'order.confirmed': 'order',
  'order.backordered': 'order',
  'order.rerouting': 'order',
  'order.recosted': null,
  'order.amended': 'order',
  'order.canceled': 'order',
  'order.cancel_requested': 'order',
  'order.cancel_refused': 'order',
  'order.review_opened': null,
  'order.review_resolved': 'order',
  'fulfillment.checking': 'order',
  'fulfillment.checked': 'order',
  'fulfillment.sending': null,
  'fulfillment.retrying': 'order',
  'fulfillment.sent': 'order',
  'fulfillment.unknown': 'order',
  'fulfillment.accepted': 'order',
  'fulfillment.rejected': 'order',
  'fulfillment.shipped': 'order',
  'fulfillment.delivered': null,
  'fulfillment.canceling': 'order',
  'fulfillment.canceled': 'order',
  'fulfillment.superseded': 'order',
  'fulfillment.incident': null,
  'reservation.renewed': null,
  'reservation.expired': 'order',
  'stock.changed': 'product',
  'stock.drifted': null,
  'stock.repaired': 'product',
  'stock.short': null,
  'catalogue.changed': null,
  'network.changed': null,
  'capacity.changed': null,
};

/**
 * Starts relaying: whenever the tail's head moves, the events after the stored position become wake-ups, and the position
 * is stored once they are added.
 */
export async function startRelay(options: {
  readonly pool: Database['pool'];
  readonly tail: EventTail;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Reader> {
  const { tail, log } = options;
  await beginReading(options.pool, READER, 'oldest');
  return startReader({ tail, log, what: 'relay events to the queues', readOn: () => relayBatch(options) });
}

/** Relays one batch. The wake-ups are added before the position is stored; a crash between adds them again, as the same jobs. */
export function relayBatch(options: {
  readonly pool: Database['pool'];
  readonly queues: Pick<Queues, 'add'>;
  readonly clock: Clock;
}): Promise<'more' | 'idle'> {
  const { pool, queues, clock } = options;
  return readOn(pool, { name: READER }, async (client, events) => {
    await queues.add(await wakeUpsOf(client, events, clock.now()));
    const repriced = repricedBy(events);
    if (repriced !== null) await joinRecostRound(client, repriced, clock.now());
    const reopened = reopenedBy(events);
    if (reopened !== null) await joinBackorderRound(client, reopened, clock.now());
  });
}

/** The wake-ups of a batch of events: what waits of their orders now, and the products whose orders may go on. */
export async function wakeUpsOf(db: Queryable, events: readonly LoggedEvent[], now: Date): Promise<readonly WakeUp[]> {
  const orderIds = new Set(
    events.filter((event) => EVENT_WAKES[event.type] === 'order').map((event) => event.aggregateId),
  );
  const products = new Set(events.filter(hasStock).map((event) => productOfStock(event.aggregateId)));
  const due = await workOfOrders(db, [...orderIds]);
  const awaited = await productsAwaited(db, [...products]);
  const soon = due.filter((row) => row.dueAt.getTime() - now.getTime() <= AHEAD_MS_MAX);
  const mark = String(events.at(-1)?.position ?? 0);
  return [
    ...soon,
    ...awaited.map((productId) => ({ step: 'backorders' as const, id: String(productId), dueAt: now, mark })),
  ];
}

/** Products whose orders may be served at less cost since; `all`: any order may be. Null: nothing of that kind happened. */
export function repricedBy(events: readonly LoggedEvent[]): readonly number[] | 'all' | null {
  const products = new Set<number>();
  for (const { type, actor, aggregateId, payload } of events) {
    if (type === 'network.changed' || (type === 'catalogue.changed' && payload.all === true)) return 'all';
    if (type === 'catalogue.changed') for (const id of payload.productIds as readonly number[]) products.add(id);
    // Orders take stock and give it back all the time; what vendors report is news.
    if (type === 'stock.changed' && actor !== 'system:commit' && payload.atp !== 0)
      products.add(productOfStock(aggregateId));
  }
  return products.size === 0 ? null : [...products];
}

/** What orders that wait may be served with since, besides stock that rose. Null: nothing of that kind happened. */
export function reopenedBy(events: readonly LoggedEvent[]): Reopened | null {
  const [productIds, nodeIds] = [new Set<number>(), new Set<number>()];
  let all = false;
  for (const { type, payload } of events) {
    if (type === 'network.changed' || (type === 'catalogue.changed' && payload.all === true)) all = true;
    else if (type === 'catalogue.changed') for (const id of payload.productIds as readonly number[]) productIds.add(id);
    else if (type === 'capacity.changed' && Number(payload.freed ?? 0) > 0) nodeIds.add(Number(payload.nodeId));
  }
  if (!all && productIds.size + nodeIds.size === 0) return null;
  return { all, productIds: [...productIds], nodeIds: [...nodeIds] };
}

/** Whether units can be promised now: the report of an empty shelf helps no one who waits. */
function hasStock(event: LoggedEvent): boolean {
  return EVENT_WAKES[event.type] === 'product' && event.payload.atp !== 0;
}
