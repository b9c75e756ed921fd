import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Fulfillment, FulfillmentLine, Shipment } from '../schema/fulfillment.js';
import { Vendor, VendorNode } from '../schema/network.js';
import type { ApiContext } from './context.js';
import { nodeView, shipmentView, vendorView } from './order-views.js';

@Resolver(() => Fulfillment)
export class FulfillmentResolver {
  @FieldResolver(() => VendorNode, { nullable: true, description: 'The site that ships it.' })
  async node(@Root() fulfillment: Fulfillment, @Ctx() context: ApiContext): Promise<VendorNode | null> {
    const entry = await context.loaders.node.load(fulfillment.nodeId);
    return entry && nodeView(entry);
  }

  @FieldResolver(() => Vendor, { nullable: true, description: 'Whose site that is.' })
  async vendor(@Root() fulfillment: Fulfillment, @Ctx() context: ApiContext): Promise<Vendor | null> {
    const entry = await context.loaders.vendor.load(fulfillment.vendorId);
    return entry && vendorView(entry);
  }

  @FieldResolver(() => [FulfillmentLine], { description: 'What it holds, in line order.' })
  async lines(@Root() fulfillment: Fulfillment, @Ctx() context: ApiContext): Promise<readonly FulfillmentLine[]> {
    return context.loaders.fulfillmentLines.load(fulfillment.uuid);
  }

  @FieldResolver(() => [Shipment], { description: 'What has left, oldest first.' })
  async shipments(@Root() fulfillment: Fulfillment, @Ctx() context: ApiContext): Promise<Shipment[]> {
    return (await context.loaders.shipments.load(fulfillment.uuid)).map(shipmentView);
  }
}

@Resolver(() => VendorNode)
export class VendorNodeResolver {
  @FieldResolver(() => Vendor, { nullable: true, description: 'Whose site it is.' })
  async vendor(@Root() node: VendorNode, @Ctx() context: ApiContext): Promise<Vendor | null> {
    const entry = await context.loaders.vendor.load(node.vendorId);
    return entry && vendorView(entry);
  }
}
