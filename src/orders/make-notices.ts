import type { Duty } from '../connectors/channel.js';
import type { EventType, LoggedEvent } from '../model/events.js';
import {
  addNotices,
  addToldOrders,
  channelsOf,
  endAwaitedShipments,
  loadToldOrders,
} from '../store/channel-notices.js';
import type { Queryable } from '../store/database.js';
import { readOn } from '../store/event-reader.js';
import type { OrderDeps } from './deps.js';
import { noticesOf } from './notices.js';

/** The name under which the log is read for notices. */
export const NOTICES_READER = 'notices';

/** Events that may leave something to tell. */
const TELLING: readonly EventType[] = [
  ...(['order.received', 'order.confirmed', 'order.rejected', 'order.backordered', 'order.canceled'] as const),
  'fulfillment.shipped',
];

/**
 * Makes what channels are to be told of what happened, from the next batch of the log. Notices and the place in the log are kept
 * together, so that whatever happened is told, and no part of it twice, wherever a process ends.
 */
export function makeNotices(deps: OrderDeps): Promise<'more' | 'idle'> {
  return readOn(deps.pool, { name: NOTICES_READER, types: TELLING }, (client, events) => tellOf(deps, client, events));
}

async function tellOf(deps: OrderDeps, client: Queryable, events: readonly LoggedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await addToldOrders(client, await arrivals(deps, client, events));
  const now = deps.clock.now();
  const orders = await loadToldOrders(client, [...new Set(events.map(({ aggregateId }) => aggregateId))]);
  const due = orders.map((order) => ({
    orderId: order.orderId,
    ...noticesOf(order, orderDuties(deps, order), now, deps.newId),
  }));
  await addNotices(
    client,
    due.flatMap(({ notices }) => notices),
    now,
  );
  const shipped = due.filter((each) => each.shipped).map(({ orderId }) => orderId);
  await endAwaitedShipments(client, shipped, now);
}

/** Orders that came in, of accounts whose channel has duties. */
async function arrivals(deps: OrderDeps, client: Queryable, events: readonly LoggedEvent[]) {
  const received = events.filter(({ type, payload }) => type === 'order.received' && payload.intakeId !== undefined);
  const accountIds = [...new Set(received.flatMap(({ accountId }) => accountId ?? []))];
  const channels = await channelsOf(client, accountIds);
  return received.flatMap(({ aggregateId: orderId, accountId, payload, occurredAt: arrivedAt }) => {
    const account = channels.get(accountId ?? 0);
    if (accountId === null || account === undefined || orderDuties(deps, account).length === 0) return [];
    return [{ orderId, accountId, intakeId: String(payload.intakeId), arrivedAt }];
  });
}

/** What an account's channel wants to be told of its orders. */
function orderDuties(
  deps: Pick<OrderDeps, 'links'>,
  account: { readonly channel: string; readonly settings: unknown },
): readonly Duty[] {
  return (deps.links.capabilities(account)?.duties ?? []).filter(({ kind }) => kind !== 'report_stock');
}
