import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { TenThousandths } from '../model/money.js';
import { Money } from './money.js';
import { DateTimeScalar, DecimalScalar } from './scalars.js';

/** Lines of one basket. */
export const QUOTE_LINES_MAX = 50;

export const DeliveryLevelEnum = { ECONOMY: 'ECONOMY', STANDARD: 'STANDARD', EXPRESS: 'EXPRESS' } as const;
registerEnumType(DeliveryLevelEnum, {
  name: 'DeliveryLevel',
  description: 'The place of an option among those of its quote.',
  valuesConfig: {
    ECONOMY: { description: 'The cheapest, and the last to arrive.' },
    STANDARD: { description: 'Between them, or the only one.' },
    EXPRESS: { description: 'The first to arrive.' },
  },
});

@InputType({ description: 'One SKU of a basket.' })
export class QuoteLineInput {
  @Field(() => String, { description: 'SKU of a product, or an alias of the account.' })
  sku!: string;

  @Field(() => Int, { description: 'Whole units, 1 to 1000000; of a storefront key 1 to 100.' })
  quantity!: number;

  @Field(() => DecimalScalar, { description: 'What the customer pays per unit, discounts taken off, without tax.' })
  unitPrice!: TenThousandths;
}

@InputType({ description: 'Where a basket would go.' })
export class QuoteDestinationInput {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  countryCode!: string;

  @Field(() => String, { nullable: true, description: 'Region or state, ISO 3166-2 without the country.' })
  regionCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is a home; carriers may charge more for one. True where left out.',
  })
  residential?: boolean | null;
}

@InputType({ description: 'A basket to be quoted.' })
export class QuoteInput {
  @Field(() => String, {
    nullable: true,
    description: 'Code of the account; may be left out where the key is for one account.',
  })
  accountCode?: string | null;

  @Field(() => QuoteDestinationInput, { description: 'Where it would go.' })
  destination!: QuoteDestinationInput;

  @Field(() => [QuoteLineInput], { description: `The basket, 1 to ${QUOTE_LINES_MAX} lines.` })
  lines!: QuoteLineInput[];
}

@ObjectType({ simpleResolvers: true, description: 'One way to deliver the whole basket.' })
export class DeliveryOption {
  @Field(() => DeliveryLevelEnum, { description: 'Its place among the options.' })
  level!: keyof typeof DeliveryLevelEnum;

  @Field(() => DateTimeScalar, { description: 'When the last of it is at the door.' })
  arrivesAt!: Date;

  @Field(() => Money, { description: 'Freight with its surcharges.' })
  shipping!: Money;

  @Field(() => Money, {
    description: 'Duty and import tax that the customer would pay at the door; nothing where the merchant pays them.',
  })
  dutyAtDoor!: Money;

  @Field(() => Int, { description: 'Parcels or pallets from different places, each arriving by itself.' })
  shipments!: number;

  @Field(() => Money, { description: 'What it costs the merchant: goods, fees, duty, freight and surcharges.' })
  landedCost!: Money;

  @Field(() => [String], { description: 'Codes of the carrier services, each once.' })
  services!: readonly string[];
}

@ObjectType({
  simpleResolvers: true,
  description:
    'The ways to deliver a basket, by what there is now. Nothing is reserved: an order a moment later may find less.',
})
export class Quote {
  @Field(() => [DeliveryOption], {
    description:
      'At most 4: the cheapest first, each further one arrives earlier. Empty where the basket cannot be delivered whole.',
  })
  options!: readonly DeliveryOption[];

  @Field(() => [String], {
    description: 'Where there are no options: SKUs, as they were asked for, that are to blame.',
  })
  missing!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'What it is the state of.' })
  asOf!: Date;
}
