import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { OrderStatus as OrderStatusName } from '../model/order.js';
import { BlockedStepEnum, OpenItemKindEnum, OrderStatusEnum, WhenShortEnum } from './enums.js';
import { Money } from './money.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';

@ObjectType({ simpleResolvers: true, description: 'Where an order goes, without personal data.' })
export class Destination {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  countryCode!: string;

  @Field(() => String, { nullable: true, description: 'Region or state, ISO 3166-2 without the country.' })
  regionCode!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A postal address. Personal data: do not log or keep it longer than needed.',
})
export class Address {
  @Field(() => String, { nullable: true, description: 'The person.' })
  name?: string | null | undefined;

  @Field(() => String, { nullable: true, description: 'The company.' })
  company?: string | null | undefined;

  @Field(() => [String], { description: 'Street lines.' })
  lines!: readonly string[];

  @Field(() => String, { nullable: true, description: 'City.' })
  city?: string | null | undefined;

  @Field(() => String, { nullable: true, description: 'Region or state, ISO 3166-2 without the country.' })
  regionCode?: string | null | undefined;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode?: string | null | undefined;

  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  countryCode!: string;

  @Field(() => String, { nullable: true, description: 'Phone.' })
  phone?: string | null | undefined;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email?: string | null | undefined;
}

@ObjectType({
  simpleResolvers: true,
  description: 'One SKU and quantity of an order. ordered = open + routed + backordered + shipped + canceled, always.',
})
export class OrderLine {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => Int, { description: 'Number within the order, from 1; decisions name lines by it.' })
  lineNo!: number;

  @Field(() => String, { description: 'The channel’s own id of the line.' })
  externalLineId!: string;

  @Field(() => String, { description: 'SKU of the product.' })
  sku!: string;

  @Field(() => String, { description: 'Name of the product.' })
  title!: string;

  @Field(() => Money, { description: 'What the customer pays per unit.' })
  unitPrice!: Money;

  @Field(() => Int, { description: 'Units ordered.' })
  ordered!: number;

  @Field(() => Int, { description: 'Units that nothing is decided for yet.' })
  open!: number;

  @Field(() => Int, { description: 'Units that a node is to ship.' })
  routed!: number;

  @Field(() => Int, { description: 'Units that wait for stock.' })
  backordered!: number;

  @Field(() => Int, { description: 'Units that have left.' })
  shipped!: number;

  @Field(() => Int, { description: 'Units canceled.' })
  canceled!: number;

  @Field(() => Int, { description: 'Of those shipped, units that came back.' })
  returned!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A hold or review: something that waits and blocks named steps.' })
export class OpenItem {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => OpenItemKindEnum, { description: 'Whether an event or a person ends it.' })
  kind!: 'hold' | 'review';

  @Field(() => String, { description: 'Stable code, such as UNROUTABLE.' })
  reason!: string;

  @Field(() => JsonScalar, { description: 'The facts behind it.' })
  evidence!: unknown;

  @Field(() => [BlockedStepEnum], { description: 'Steps that do not happen while it is open.' })
  blocks!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When it was opened.' })
  openedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was settled; null while open.' })
  resolvedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'How it was settled.' })
  resolution!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What a customer asked for on a channel account.' })
export class Order {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'The channel’s own id; one order per account and external id.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'The number that people see on the channel.' })
  displayNumber!: string | null;

  @Field(() => Int, { description: 'Rises with every event of the order.' })
  version!: number;

  @Field(() => OrderStatusEnum, { description: 'Where it stands.' })
  status!: OrderStatusName;

  @Field(() => String, { description: 'ISO 4217; all its amounts are in it.' })
  currencyCode!: string;

  @Field(() => DateTimeScalar, { description: 'When the customer placed it.' })
  placedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the customer was promised to have it.' })
  deliverBy!: Date | null;

  @Field(() => WhenShortEnum, { description: 'What becomes of units without stock.' })
  whenShort!: 'BACKORDER' | 'REJECT';

  @Field(() => String, { nullable: true, description: 'What the merchant calls customers like this one.' })
  customerTier!: string | null;

  @Field(() => [String], { description: 'Words that the channel gave it.' })
  tags!: readonly string[];

  @Field(() => [String], {
    nullable: true,
    description: 'Carrier services that its shipping service stands for; null: any.',
  })
  serviceCodes!: readonly string[] | null;

  @Field(() => Destination, { description: 'Country and region that it goes to.' })
  destination!: Destination;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its stock was promised for good.' })
  confirmedAt!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When Headgate took it in.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it last changed.' })
  updatedAt!: Date;

  /** Stored id, and whose order it is: loaders go by them. */
  uuid!: string;
  accountId!: number;
}
