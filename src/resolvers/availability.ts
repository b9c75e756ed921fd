import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Availability, DestinationInput, NodeStock } from '../schema/availability.js';
import { VendorNode } from '../schema/network.js';
import { DateTimeScalar } from '../schema/scalars.js';
import type { NodeStockFacts } from '../store/node-stock.js';
import { checkedDestination, checkedSkus, readAvailability } from './availability-view.js';
import type { ApiContext } from './context.js';
import { nodeView } from './order-views.js';

@Resolver(() => Availability)
export class AvailabilityResolver {
  @Query(() => [Availability], { description: 'What may be sold now, per SKU, in the order asked.' })
  async availability(
    @Arg('skus', () => [String], { description: 'SKUs of products or aliases of the account, each once, at most 250.' })
    skus: string[],
    @Arg('destination', () => DestinationInput, {
      nullable: true,
      description: 'Only nodes that can serve it count. Without it all do, wherever they ship to.',
    })
    destination: DestinationInput | null,
    @Arg('account', () => String, {
      nullable: true,
      description:
        'Code of the account whose names and set-asides count; may be left out where the key is for one account. Without it, what all accounts of the key may take together.',
    })
    account: string | null,
    @Ctx() context: ApiContext,
  ): Promise<Availability[]> {
    const checked = { skus: checkedSkus(skus), destination: checkedDestination(destination ?? null) };
    return readAvailability(context, { ...checked, accountCode: account ?? null });
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the smallest quantity could be at the door, ordered now. Null where none may be ordered, or no destination was named.',
  })
  earliestArrival(@Root() { arrival }: Availability): Date | null {
    return arrival();
  }

  @FieldResolver(() => [NodeStock], {
    description:
      'By node, for those whose keys show nodes; whether or not it can serve the destination. Empty for kits.',
  })
  async nodes(
    @Root() { isKit, productIds }: Availability,
    @Ctx() context: ApiContext,
  ): Promise<readonly NodeStockFacts[]> {
    const [productId] = productIds;
    return isKit || productId === undefined ? [] : context.loaders.stock.load(productId);
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
