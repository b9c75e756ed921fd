import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { OrderStatus as OrderStatusName } from '../model/order.js';
import { Availability } from './availability.js';
import { OrderStatusEnum } from './enums.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';

@ObjectType({
  simpleResolvers: true,
  description: 'One event of an order. Each is delivered once, in the order’s own order.',
})
export class OrderStatusChange {
  @Field(() => String, { description: 'Where this message stands; pass it as `after` to go on behind it.' })
  cursor!: string;

  @Field(() => String, { description: 'What happened, such as order.routed or fulfillment.shipped.' })
  event!: string;

  @Field(() => ID, { description: 'Global id of the order.' })
  orderId!: string;

  @Field(() => Int, { description: 'Version of the order that this event made.' })
  orderVersion!: number;

  @Field(() => OrderStatusEnum, { description: 'Status of the order after this event.' })
  status!: OrderStatusName;

  @Field(() => OrderStatusEnum, { nullable: true, description: 'Status before it; null for the first event.' })
  previousStatus!: OrderStatusName | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Global id of the fulfillment that it is about, where it is about one.',
  })
  fulfillmentId!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  occurredAt!: Date;

  @Field(() => JsonScalar, { description: 'Ids and quantities of the event; no personal data.' })
  details!: unknown;

  /** Stored id: the loader goes by it. */
  orderUuid!: string;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'The latest state of the SKUs that changed since the message before, each once; at most ten messages a second.',
})
export class StockChange {
  @Field(() => String, { description: 'Where this message stands; pass it as `after` to go on behind it.' })
  cursor!: string;

  @Field(() => [Availability], { description: 'The SKUs that changed, as they are now.' })
  products!: readonly Availability[];
}
