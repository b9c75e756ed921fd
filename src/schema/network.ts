import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'One connected shop of a channel.' })
export class Account {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'Stable short name, as in webhook addresses and inputs.' })
  code!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { description: 'The connector that its orders come through, such as shopify.' })
  channel!: string;

  @Field(() => String, { description: 'ISO 4217; the currency of its orders unless they say otherwise.' })
  currencyCode!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A supplier that ships to customers.' })
export class Vendor {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'Stable short name.' })
  code!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;
}

@ObjectType({ simpleResolvers: true, description: 'One site of a vendor that ships.' })
export class VendorNode {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => String, { description: 'Stable short name, as in routing decisions.' })
  code!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { description: 'City.' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'Region or state, ISO 3166-2 without the country.' })
  regionCode!: string | null;

  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  countryCode!: string;

  /** Whose site it is; `vendor` is read by a loader. */
  vendorId!: number;
}

@ObjectType({ simpleResolvers: true, description: "A carrier's service." })
export class CarrierService {
  @Field(() => String, { description: 'Stable short name.' })
  code!: string;

  @Field(() => String, { description: 'The carrier.' })
  carrier!: string;
}
