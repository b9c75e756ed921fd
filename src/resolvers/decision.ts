import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { RoutingDecision } from '../schema/decision.js';
import { uuidFromGlobalId } from '../schema/global-id.js';
import { Order } from '../schema/order.js';
import { loadDecision } from '../store/orders.js';
import type { ApiContext } from './context.js';
import { decisionView } from './decision-view.js';
import { orderView } from './order-views.js';
import { badInput } from './paging.js';

@Resolver(() => RoutingDecision)
export class DecisionResolver {
  @Query(() => RoutingDecision, {
    nullable: true,
    description: 'One decision by its id, or an order’s latest; null where there is none that the key may see.',
  })
  async routingDecision(
    @Arg('id', () => ID, { nullable: true, description: 'Global id of a decision.' }) id: string | null,
    @Arg('orderId', () => ID, { nullable: true, description: 'Global id of an order.' }) orderId: string | null,
    @Ctx() context: ApiContext,
  ): Promise<RoutingDecision | null> {
    if (Boolean(id) === Boolean(orderId)) throw badInput('routingDecision: expected either id or orderId');
    const uuid = id ? uuidFromGlobalId('RoutingDecision', id) : uuidFromGlobalId('Order', orderId ?? '');
    if (uuid === null) return null;
    const row = id
      ? await loadDecision(context.db, context.viewer, uuid)
      : (await context.loaders.decisions.load(uuid)).at(-1);
    return row ? decisionView(row) : null;
  }

  @FieldResolver(() => Order, { nullable: true, description: 'The order that it was made for.' })
  async order(@Root() decision: RoutingDecision, @Ctx() context: ApiContext): Promise<Order | null> {
    const row = await context.loaders.order.load(decision.orderUuid);
    return row && orderView(row);
  }
}
