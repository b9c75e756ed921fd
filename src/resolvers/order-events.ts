import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { LoggedEvent } from '../model/events.js';
import type { OrderStatus } from '../model/order.js';
import { toGlobalId, uuidFromGlobalId } from '../schema/global-id.js';
import { OrderStatusChange } from '../schema/messages.js';
import { Order } from '../schema/order.js';
import { encodeCursor, parseCursor } from '../store/event-cursor.js';
import type { ApiContext } from './context.js';
import { mapAsync } from './iterators.js';
import { orderView } from './order-views.js';
import { badInput } from './paging.js';

const ORDER_IDS_MAX = 200;

interface OrderStatusChangedArgs {
  readonly orderIds?: readonly string[] | null;
  readonly after?: string | null;
}

function changeView(event: LoggedEvent): OrderStatusChange {
  const { status, previousStatus, fulfillmentId } = event.payload;
  return {
    cursor: encodeCursor(event.position),
    event: event.type,
    orderId: toGlobalId('Order', event.aggregateId),
    orderUuid: event.aggregateId,
    orderVersion: event.aggregateVersion,
    status: (status as OrderStatus | undefined) ?? 'RECEIVED',
    previousStatus: (previousStatus as OrderStatus | undefined) ?? null,
    fulfillmentId: typeof fulfillmentId === 'string' ? toGlobalId('Fulfillment', fulfillmentId) : null,
    occurredAt: event.occurredAt,
    details: event.payload,
  };
}

/** Every event of the viewer's orders, once, in order: first those after the cursor, then live. */
function orderEvents(context: ApiContext, args: OrderStatusChangedArgs): AsyncIterableIterator<OrderStatusChange> {
  if ((args.orderIds?.length ?? 0) > ORDER_IDS_MAX) throw badInput(`orderIds: expected at most ${ORDER_IDS_MAX}`);
  const ids = args.orderIds?.map((id) => uuidFromGlobalId('Order', id)).filter((id) => id !== null);
  const filter = { viewer: context.viewer, aggregateType: 'order', ...(ids && { aggregateIds: ids }) } as const;
  const after = args.after ? parseCursor(args.after) : undefined;
  return mapAsync(context.tail.subscribe(after, filter), changeView);
}

@Resolver(() => OrderStatusChange)
export class OrderEventsResolver {
  @Subscription(() => OrderStatusChange, {
    description:
      'Every event of the orders that the key may see, each once and in order. With `after`, what was missed comes first; then it goes on live.',
    subscribe: ({ args, context }) => orderEvents(context as ApiContext, args as OrderStatusChangedArgs),
  })
  orderStatusChanged(
    @Root() change: OrderStatusChange,
    @Arg('orderIds', () => [ID], { nullable: true, description: 'Only these orders; at most 200. All where left out.' })
    _orderIds: string[] | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Cursor of the last message that you have; from now on where left out.',
    })
    _after: string | null,
  ): OrderStatusChange {
    return change;
  }

  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order as it is now, which may be later than this event.',
  })
  async order(@Root() change: OrderStatusChange, @Ctx() context: ApiContext): Promise<Order | null> {
    const row = await context.loaders.order.load(change.orderUuid);
    return row && orderView(row);
  }
}
