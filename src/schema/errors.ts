import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';

/** The concrete types of UserError; each value carries its type's name, so that nothing has to be guessed from its shape. */
export type UserErrorTypeName =
  | 'InsufficientStock'
  | 'UnknownSku'
  | 'InvalidInput'
  | 'IdempotencyKeyReused'
  | 'NotFound'
  | 'OrderAlreadyExists'
  | 'Unroutable'
  | 'NotPossible';

@InterfaceType({
  description:
    'A reason why what was asked cannot be done: an answer, not a fault. Each concrete type carries its facts.',
})
export abstract class UserError {
  @Field(() => String, { description: 'Stable, upper snake case.' })
  code!: string;

  @Field(() => String, { description: 'What was expected and what was got.' })
  message!: string;

  @Field(() => String, { description: 'Where in the input, such as lines[2].sku; empty: the input as a whole.' })
  path!: string;

  typeName!: UserErrorTypeName;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'Less is available than was ordered, and the order may not wait.',
})
export class InsufficientStock extends UserError {
  @Field(() => String, { description: 'The SKU.' })
  sku!: string;

  @Field(() => Int, { description: 'Units ordered.' })
  requested!: number;

  @Field(() => Int, { description: 'Units that could have been promised.' })
  available!: number;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The SKU is neither a product nor an alias of the account.',
})
export class UnknownSku extends UserError {
  @Field(() => String, { description: 'The SKU as sent.' })
  sku!: string;

  @Field(() => [String], { nullable: true, description: 'SKUs that it may mean, the likeliest first, at most 5.' })
  suggestions?: readonly string[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A value of the input is not what it must be.',
})
export class InvalidInput extends UserError {}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The idempotency key was used before with other input; nothing was done.',
})
export class IdempotencyKeyReused extends UserError {}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'There is no such thing, or the key may not see it.',
})
export class NotFound extends UserError {}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The account already has an order with this external id.',
})
export class OrderAlreadyExists extends UserError {
  @Field(() => ID, { description: 'That order.' })
  orderId!: string;
}

@ObjectType({ implements: UserError, simpleResolvers: true, description: 'No vendor can serve the order as it is.' })
export class Unroutable extends UserError {
  @Field(() => [String], { description: 'Stable codes, such as NO_SERVICE.' })
  reasons!: readonly string[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'What was asked for does not fit the present state.',
})
export class NotPossible extends UserError {}
