import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from './scalars.js';

/** What a storefront key is told at most: above it, only "at least this many". */
export const STOREFRONT_QUANTITY_CAP = 100;
/** SKUs that one question may name. */
export const SKUS_MAX = 250;

@InputType({
  description: 'Where goods would go; what of it the rate cards of the network know decides which nodes can serve it.',
})
export class DestinationInput {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  countryCode!: string;

  @Field(() => String, { nullable: true, description: 'Region or state, ISO 3166-2 without the country.' })
  regionCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode?: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Stock of one SKU at one node, as last reported and as promised since.',
})
export class NodeStock {
  @Field(() => Int, { description: 'Units available to promise.' })
  available!: number;

  @Field(() => Int, { description: 'Units that the vendor last reported.' })
  onHand!: number;

  @Field(() => Int, { description: 'Units never promised, against errors of the feed.' })
  safetyStock!: number;

  @Field(() => Int, { description: "Units kept back for the age and error of the vendor's feed." })
  buffer!: number;

  @Field(() => Int, { description: 'Units held for orders that are not confirmed.' })
  held!: number;

  @Field(() => Int, { description: 'Units promised for good and not yet in the vendor’s figures.' })
  committed!: number;

  @Field(() => DateTimeScalar, { description: 'The moment that the reported figure is of, in the vendor’s clock.' })
  asOf!: Date;

  nodeId!: number;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What may be sold of one SKU, over all nodes that can serve the destination: as much as one order of it alone could reserve.',
})
export class Availability {
  @Field(() => String, { description: 'As it was asked for.' })
  sku!: string;

  @Field(() => Boolean, { description: 'False: neither a product nor an alias of the account.' })
  known!: boolean;

  @Field(() => Boolean, { description: 'Whether some of `available` lies on a shelf.' })
  inStock!: boolean;

  @Field(() => Int, {
    description: `Units available to promise, at most 1000000. A storefront key is told at most ${STOREFRONT_QUANTITY_CAP}; see atLeast.`,
  })
  available!: number;

  @Field(() => Int, { description: 'Of these, units that lie on shelves; the others would be made.' })
  fromStock!: number;

  @Field(() => Int, {
    description:
      'As `available`, in an order whose other goods reach the minimum order values of vendors: the same where no vendor has one.',
  })
  availableWithOthers!: number;

  @Field(() => Boolean, { description: 'Whether there may be more than `available` says.' })
  atLeast!: boolean;

  @Field(() => Boolean, { description: 'Whether some node makes it to order, without limit of stock.' })
  madeToOrder!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'The smallest quantity that may be ordered alone; null where none may.',
  })
  minimumQuantity!: number | null;

  @Field(() => Int, { description: 'What every quantity that may be ordered is a multiple of.' })
  quantityMultiple!: number;

  @Field(() => DateTimeScalar, {
    description:
      'The facts are true as of this moment or later: what was promised or reported since may not be in them.',
  })
  asOf!: Date;

  @Field(() => String, {
    description: 'Everything up to here in the event log is in the facts; `stockChanged` goes on behind it.',
  })
  cursor!: string;

  /** Products whose stock it hangs on; of a kit its components. */
  productIds!: readonly number[];
  isKit!: boolean;
  arrival!: () => Date | null;
}
