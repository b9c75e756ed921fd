import { Field, ID, InputType, Int } from 'type-graphql';
import type { TenThousandths } from '../model/money.js';
import type { OrderStatus } from '../model/order.js';
import { OrderStatusEnum, WhenShortEnum, WorkStepEnum } from './enums.js';
import { DateTimeScalar, DecimalScalar } from './scalars.js';

@InputType({ description: 'An order by the channel’s own id.' })
export class OrderReferenceInput {
  @Field(() => String, {
    nullable: true,
    description: 'Code of the account; may be left out where the key is for one account.',
  })
  accountCode?: string | null;

  @Field(() => String, { description: 'The channel’s own id of the order.' })
  externalId!: string;
}

@InputType({ description: 'Which orders; all conditions hold together.' })
export class OrderFilter {
  @Field(() => [OrderStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  statuses?: OrderStatus[] | null;

  @Field(() => String, { nullable: true, description: 'Of this account.' })
  accountCode?: string | null;

  @Field(() => String, { nullable: true, description: 'With this id on its channel.' })
  externalId?: string | null;
}

@InputType({ description: 'Where an order goes.' })
export class AddressInput {
  @Field(() => String, { nullable: true, description: 'The person.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The company.' })
  company?: string | null;

  @Field(() => [String], { description: 'Street lines, at least one.' })
  lines!: string[];

  @Field(() => String, { nullable: true, description: 'City.' })
  city?: string | null;

  @Field(() => String, { nullable: true, description: 'Region or state, ISO 3166-2 without the country.' })
  regionCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode?: string | null;

  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  countryCode!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a home; carriers may charge more for one.' })
  residential?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Phone.' })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email?: string | null;
}

@InputType({ description: 'Whose account freight is billed to, in place of yours.' })
export class FreightAccountInput {
  @Field(() => String, { nullable: true, description: 'The carrier, as it calls itself.' })
  carrier?: string | null;

  @Field(() => String, { description: 'Number of the account.' })
  account!: string;

  @Field(() => String, { nullable: true, description: 'Postal code that the account is billed at.' })
  postalCode?: string | null;
}

@InputType({
  description: 'What the paper in the parcel shows; what is left out is as the account says. Never a cost.',
})
export class PackingSlipInput {
  @Field(() => String, { nullable: true, description: 'Whose parcel it is to the customer.' })
  brand?: string | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where returns go.' })
  returnAddress?: AddressInput | null;

  @Field(() => String, { nullable: true, description: 'What the customer calls the order.' })
  customerOrderNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'From one person to another; at most 2000 characters.' })
  giftMessage?: string | null;

  @Field(() => String, { nullable: true, description: 'A word of the merchant; at most 2000 characters.' })
  message?: string | null;
}

@InputType({ description: 'How the customer wants it.' })
export class DeliveryInput {
  @Field(() => String, {
    nullable: true,
    description: 'Code of the shipping service in your words; what it stands for is the account’s table.',
  })
  serviceCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Its name, where it has no code.' })
  serviceTitle?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it is to leave at the latest.' })
  shipBy?: Date | null;

  @Field(() => String, { nullable: true, description: 'For whoever delivers it. Personal data.' })
  instructions?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether somebody is to sign for it.' })
  signatureRequired?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True: in one delivery or not at all.' })
  shipComplete?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Terms of delivery, such as DAP.' })
  incoterms?: string | null;

  @Field(() => FreightAccountInput, { nullable: true, description: 'Freight is billed to somebody else.' })
  thirdPartyFreight?: FreightAccountInput | null;

  @Field(() => PackingSlipInput, { nullable: true, description: 'The paper in the parcel.' })
  packingSlip?: PackingSlipInput | null;
}

@InputType({ description: 'What the border is told of a line.' })
export class LineCustomsInput {
  @Field(() => String, { nullable: true, description: 'Harmonised System code.' })
  hsCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Country of origin, ISO 3166-1 alpha-2.' })
  originCountry?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Value per unit, in the order’s currency.' })
  value?: TenThousandths | null;
}

@InputType({ description: 'One SKU and quantity.' })
export class OrderLineInput {
  @Field(() => String, {
    nullable: true,
    description: 'Your own id of the line, unique in the order; its place from 1 where left out.',
  })
  externalLineId?: string | null;

  @Field(() => String, { description: 'SKU of a product, or an alias of the account.' })
  sku!: string;

  @Field(() => Int, { description: 'Whole units, 1 to 1000000.' })
  quantity!: number;

  @Field(() => DecimalScalar, { description: 'What the customer pays per unit, discounts taken off, without tax.' })
  unitPrice!: TenThousandths;

  @Field(() => String, { nullable: true, description: 'What the channel calls it.' })
  title?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'False: nothing is to be sent for this line. True where left out.',
  })
  requiresShipping?: boolean | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Price per unit before discounts.' })
  listPrice?: TenThousandths | null;

  @Field(() => String, { nullable: true, description: 'GTIN of the unit that was sold.' })
  gtin?: string | null;

  @Field(() => LineCustomsInput, { nullable: true, description: 'For the border; the product’s where left out.' })
  customs?: LineCustomsInput | null;
}

@InputType({ description: 'An order to take in.' })
export class SubmitOrderInput {
  @Field(() => String, {
    description:
      'Your name for this one intent, 1 to 200 characters. The same key with the same input gives the first answer again.',
  })
  idempotencyKey!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the account; may be left out where the key is for one account.',
  })
  accountCode?: string | null;

  @Field(() => String, { description: 'Your own id of the order; one order per account and external id.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'The number that people see.' })
  displayNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217; the account’s currency where left out.' })
  currencyCode?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the customer placed it; now where left out.' })
  placedAt?: Date | null;

  @Field(() => [OrderLineInput], { description: 'What was ordered, 1 to 500 lines.' })
  lines!: OrderLineInput[];

  @Field(() => AddressInput, { description: 'Where it goes.' })
  shipTo!: AddressInput;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the customer was promised to have it.' })
  deliverBy?: Date | null;

  @Field(() => WhenShortEnum, {
    nullable: true,
    description: 'What becomes of units without stock; the account’s setting where left out.',
  })
  whenShort?: 'BACKORDER' | 'REJECT' | null;

  @Field(() => String, {
    nullable: true,
    description: 'What you call customers like this one, such as gold; rules may speak of it. At most 100 characters.',
  })
  customerTier?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Words that rules may speak of, at most 100 of at most 100 characters.',
  })
  tags?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The customer’s own number of its order; at most 200 characters.',
  })
  customerPoNumber?: string | null;

  @Field(() => DeliveryInput, { nullable: true, description: 'How the customer wants it.' })
  delivery?: DeliveryInput | null;

  @Field(() => Boolean, { nullable: true, description: 'A test: it is kept, and no vendor ever hears of it.' })
  test?: boolean | null;
}

@InputType()
abstract class OrderCommandInput {
  @Field(() => String, { description: 'Your name for this one intent, 1 to 200 characters.' })
  idempotencyKey!: string;

  @Field(() => ID, { description: 'Global id of the order.' })
  orderId!: string;
}

@InputType({ description: 'An order to cancel.' })
export class CancelOrderInput extends OrderCommandInput {}

@InputType({ description: 'A two-step order to confirm.' })
export class ConfirmOrderInput extends OrderCommandInput {}

@InputType({ description: 'An order, held by rules, to be sent.' })
export class ReleaseOrderInput extends OrderCommandInput {}

@InputType({ description: 'Which dead letters to replay; all conditions hold together, none means all that are open.' })
export class ReplayDeadLettersInput {
  @Field(() => [ID], { nullable: true, description: 'These; at most 500.' })
  ids?: string[] | null;

  @Field(() => WorkStepEnum, { nullable: true, description: 'Of this step.' })
  step?: 'intake' | 'route' | 'dispatch' | 'poll' | null;

  @Field(() => String, { nullable: true, description: 'Of this vendor.' })
  vendorCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Of this account.' })
  accountCode?: string | null;
}
