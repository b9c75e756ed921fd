import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ChannelNotice } from '../schema/channel-notice.js';
import { connection, OrderConnection } from '../schema/connections.js';
import { RoutingDecision } from '../schema/decision.js';
import { Fulfillment } from '../schema/fulfillment.js';
import { uuidFromGlobalId } from '../schema/global-id.js';
import { OrderFilter, OrderReferenceInput } from '../schema/inputs.js';
import { Account } from '../schema/network.js';
import { Address, OpenItem, Order, OrderLine } from '../schema/order.js';
import { JsonScalar } from '../schema/scalars.js';
import { findAccount } from '../store/directory.js';
import { listOrders } from '../store/orders.js';
import type { ApiContext } from './context.js';
import { decisionView } from './decision-view.js';
import { accountView, fulfillmentView, lineView, openItemView, orderView } from './order-views.js';
import { badInput, encodeRowCursor, pageSize, parseRowCursor } from './paging.js';

/** The order of a global id, or null where there is none that the viewer may see. */
export async function orderOfGlobalId(context: ApiContext, globalId: string): Promise<Order | null> {
  const uuid = uuidFromGlobalId('Order', globalId);
  const row = uuid === null ? null : await context.loaders.order.load(uuid);
  return row && orderView(row);
}

async function orderOfReference(context: ApiContext, reference: OrderReferenceInput): Promise<Order | null> {
  const account = await findAccount(context.db, context.viewer, reference.accountCode ?? undefined);
  if (account === null) return null;
  const page = { first: 1, accountId: account.id, externalId: reference.externalId };
  const { orders } = await listOrders(context.db, context.viewer, page);
  return orders[0] ? orderView(orders[0]) : null;
}

async function orderPage(
  context: ApiContext,
  filter: OrderFilter,
  first: number,
  after: string | undefined,
): Promise<OrderConnection> {
  const account = filter.accountCode ? await findAccount(context.db, context.viewer, filter.accountCode) : undefined;
  const cursorOf = (order: Order) => encodeRowCursor(order.createdAt, order.uuid);
  if (account === null) return connection<Order>([], cursorOf, { hasNextPage: false, after });
  const { orders, hasNextPage } = await listOrders(context.db, context.viewer, {
    first,
    after: after === undefined ? undefined : parseRowCursor(after),
    statuses: filter.statuses ?? undefined,
    accountId: account?.id,
    externalId: filter.externalId ?? undefined,
  });
  return connection(orders.map(orderView), cursorOf, { hasNextPage, after });
}

@Resolver(() => Order)
export class OrderResolver {
  @Query(() => Order, {
    nullable: true,
    description: 'One order, by its id or by the channel’s; null where there is none that the key may see.',
  })
  async order(
    @Arg('id', () => ID, { nullable: true, description: 'Global id.' }) id: string | null,
    @Arg('reference', () => OrderReferenceInput, { nullable: true, description: 'The channel’s own id.' })
    reference: OrderReferenceInput | null,
    @Ctx() context: ApiContext,
  ): Promise<Order | null> {
    if (id && !reference) return orderOfGlobalId(context, id);
    if (reference && !id) return orderOfReference(context, reference);
    throw badInput('order: expected either id or reference');
  }

  @Query(() => OrderConnection, { description: 'The orders that the key may see, newest first.' })
  async orders(
    @Arg('filter', () => OrderFilter, { nullable: true, description: 'Which ones; all where left out.' })
    filter: OrderFilter | null,
    @Arg('first', () => Int, { defaultValue: 20, description: 'Rows of a page, 1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last row of the page before.' }) after:
      | string
      | null,
    @Ctx() context: ApiContext,
  ): Promise<OrderConnection> {
    return orderPage(context, filter ?? {}, pageSize(first), after ?? undefined);
  }

  @FieldResolver(() => Account, { nullable: true, description: 'The account that it came from.' })
  async account(@Root() order: Order, @Ctx() context: ApiContext): Promise<Account | null> {
    const entry = await context.loaders.account.load(order.accountId);
    return entry && accountView(entry);
  }

  @FieldResolver(() => Address, {
    nullable: true,
    description: 'The whole address; null once it was erased. Personal data.',
  })
  async shipTo(@Root() order: Order, @Ctx() context: ApiContext): Promise<Address | null> {
    return (await context.loaders.contact.load(order.uuid))?.address ?? null;
  }

  @FieldResolver(() => JsonScalar, {
    nullable: true,
    description:
      'What it says beyond what is routed, without personal data: amounts, discounts, taxes, states, lines as they came. docs/canonical-order.md.',
  })
  async source(@Root() order: Order, @Ctx() context: ApiContext): Promise<unknown> {
    return (await context.loaders.source.load(order.uuid))?.document ?? null;
  }

  @FieldResolver(() => JsonScalar, {
    nullable: true,
    description:
      'What of it may name someone: buyer, bill-to, instructions, gift message, what was not mapped. Null once erased. Personal data.',
  })
  async personal(@Root() order: Order, @Ctx() context: ApiContext): Promise<unknown> {
    return (await context.loaders.source.load(order.uuid))?.personal ?? null;
  }

  @FieldResolver(() => [OrderLine], { description: 'What was ordered. A vendor sees the lines that it ships.' })
  async lines(@Root() order: Order, @Ctx() context: ApiContext): Promise<OrderLine[]> {
    return (await context.loaders.lines.load(order.uuid)).map((row) => lineView(row, order.currencyCode));
  }

  @FieldResolver(() => [Fulfillment], { description: 'Who ships what, oldest first. A vendor sees its own.' })
  async fulfillments(@Root() order: Order, @Ctx() context: ApiContext): Promise<Fulfillment[]> {
    return (await context.loaders.fulfillments.load(order.uuid)).map(fulfillmentView);
  }

  @FieldResolver(() => [RoutingDecision], { description: 'What the engine decided, oldest first.' })
  async decisions(@Root() order: Order, @Ctx() context: ApiContext): Promise<RoutingDecision[]> {
    return (await context.loaders.decisions.load(order.uuid)).map(decisionView);
  }

  @FieldResolver(() => [OpenItem], { description: 'Holds and reviews, oldest first, settled ones too.' })
  async openItems(@Root() order: Order, @Ctx() context: ApiContext): Promise<OpenItem[]> {
    return (await context.loaders.openItems.load(order.uuid)).map(openItemView);
  }

  @FieldResolver(() => [ChannelNotice], { description: 'What its channel is told of it, in that order.' })
  async notices(@Root() order: Order, @Ctx() context: ApiContext): Promise<readonly ChannelNotice[]> {
    return context.loaders.notices.load(order.uuid);
  }
}
