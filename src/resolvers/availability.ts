import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Availability, NodeStock } from '../schema/availability.js';
import { VendorNode } from '../schema/network.js';
import { checkedSkus, readAvailability } from './availability-view.js';
import type { ApiContext } from './context.js';
import { nodeView } from './order-views.js';

@Resolver(() => Availability)
export class AvailabilityResolver {
  @Query(() => [Availability], { description: 'What may be sold now, per SKU, in the order asked.' })
  async availability(
    @Arg('skus', () => [String], { description: 'SKUs of products or aliases of the account, at most 100.' })
    skus: string[],
    @Ctx() context: ApiContext,
  ): Promise<Availability[]> {
    const found = await readAvailability(context, checkedSkus(skus));
    return found.map(({ view }) => view);
  }
}

@Resolver(() => NodeStock)
export class NodeStockResolver {
  @FieldResolver(() => VendorNode, { nullable: true, description: 'The node.' })
  async node(@Root() stock: NodeStock, @Ctx() context: ApiContext): Promise<VendorNode | null> {
    const entry = await context.loaders.node.load(stock.nodeId);
    return entry && nodeView(entry);
  }
}
