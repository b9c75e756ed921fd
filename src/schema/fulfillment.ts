import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { FulfillmentStatus as FulfillmentStatusName } from '../model/order.js';
import { FulfillmentStatusEnum } from './enums.js';
import { Money } from './money.js';
import { CarrierService } from './network.js';
import { DateTimeScalar } from './scalars.js';

@ObjectType({ simpleResolvers: true, description: 'Units of one order line in a fulfillment.' })
export class FulfillmentLine {
  @Field(() => Int, { description: 'Number of the order line.' })
  lineNo!: number;

  @Field(() => String, { description: 'SKU of the product.' })
  sku!: string;

  @Field(() => Int, { description: 'Units asked for.' })
  quantity!: number;

  @Field(() => Int, { description: 'Units that the vendor accepted.' })
  accepted!: number;

  @Field(() => Int, { description: 'Units that the vendor refused.' })
  rejected!: number;

  @Field(() => Int, { description: 'Units that have left.' })
  shipped!: number;

  @Field(() => Int, { description: 'Units canceled.' })
  canceled!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Units of one order line in a shipment.' })
export class ShipmentLine {
  @Field(() => Int, { description: 'Number of the order line.' })
  lineNo!: number;

  @Field(() => Int, { description: 'Units.' })
  quantity!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What left: one dispatch notice of a vendor.' })
export class Shipment {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'The carrier, as the vendor names it.' })
  carrier!: string;

  @Field(() => [String], { description: 'One per parcel.' })
  trackingNumbers!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When it left.' })
  shippedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it arrived; null until then.' })
  deliveredAt!: Date | null;

  @Field(() => [ShipmentLine], { description: 'What is in it.' })
  lines!: readonly ShipmentLine[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'The part of an order that one node ships, sent to its vendor as one purchase order.',
})
export class Fulfillment {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'Number of the purchase order; fixed before it is first sent.' })
  poNumber!: string;

  @Field(() => FulfillmentStatusEnum, { description: 'Where it stands.' })
  status!: FulfillmentStatusName;

  @Field(() => Money, {
    description: 'Goods, vendor fees, freight, surcharges and duty, as estimated by the decision.',
  })
  landedCost!: Money;

  @Field(() => CarrierService, { description: 'How it travels.' })
  service!: CarrierService;

  @Field(() => DateTimeScalar, { description: 'When it is to leave.' })
  shipBy!: Date;

  @Field(() => DateTimeScalar, { description: 'When it is to arrive.' })
  arrivesBy!: Date;

  @Field(() => String, { nullable: true, description: 'The vendor’s own number for it.' })
  vendorReference!: string | null;

  @Field(() => Int, { description: 'How often sending was tried.' })
  attempt!: number;

  @Field(() => DateTimeScalar, { description: 'When it was decided.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it last changed.' })
  updatedAt!: Date;

  /** Stored ids: loaders go by them. */
  uuid!: string;
  nodeId!: number;
  vendorId!: number;
}
