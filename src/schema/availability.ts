import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from './scalars.js';

/** What a storefront key is told at most: above it, only "at least this many". */
export const STOREFRONT_QUANTITY_CAP = 100;

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

@ObjectType({ simpleResolvers: true, description: 'What may be sold of one SKU now, over all nodes.' })
export class Availability {
  @Field(() => String, { description: 'As it was asked for.' })
  sku!: string;

  @Field(() => Boolean, { description: 'False: neither a product nor an alias of the account.' })
  known!: boolean;

  @Field(() => Boolean, { description: 'Whether at least one unit may be sold.' })
  inStock!: boolean;

  @Field(() => Int, {
    description: `Units available to promise. A storefront key is told at most ${STOREFRONT_QUANTITY_CAP}; see atLeast.`,
  })
  available!: number;

  @Field(() => Boolean, { description: 'Whether there may be more than `available` says.' })
  atLeast!: boolean;

  @Field(() => Boolean, { description: 'Whether some node makes it to order, without limit.' })
  madeToOrder!: boolean;

  @Field(() => [NodeStock], { description: 'By node, for those whose keys show nodes.' })
  nodes!: readonly NodeStock[];
}
