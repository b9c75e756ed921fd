import { Field, Int, ObjectType } from 'type-graphql';
import { UserError } from './errors.js';
import { Order } from './order.js';

@ObjectType({
  simpleResolvers: true,
  description: 'What came of submitOrder. It is answered once the order’s hold is durable.',
})
export class SubmitOrderPayload {
  @Field(() => Order, { nullable: true, description: 'The order; null where none was made.' })
  order!: Order | null;

  @Field(() => Boolean, { description: 'Whether this is the first answer to the idempotency key, given again.' })
  replayed!: boolean;

  @Field(() => [UserError], { description: 'Why it was refused; empty where it was accepted.' })
  errors!: readonly UserError[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'What canceling did to one line. Units in no figure were canceled before.',
})
export class CanceledLine {
  @Field(() => Int, { description: 'Number of the order line.' })
  lineNo!: number;

  @Field(() => String, { description: 'The channel’s own id of the line.' })
  externalLineId!: string;

  @Field(() => Int, { description: 'Units canceled for good.' })
  canceled!: number;

  @Field(() => Int, { description: 'Units for which the vendor was asked; its answer decides.' })
  pending!: number;

  @Field(() => Int, { description: 'Units that had left already.' })
  tooLate!: number;
}

@ObjectType({ simpleResolvers: true })
abstract class OrderCommandPayload {
  @Field(() => Order, { nullable: true, description: 'The order as it is now; null where it was not found.' })
  order!: Order | null;

  @Field(() => Boolean, { description: 'Whether this is the first answer to the idempotency key, given again.' })
  replayed!: boolean;

  @Field(() => [UserError], { description: 'Why it was refused; empty where it was accepted.' })
  errors!: readonly UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What came of cancelOrder.' })
export class CancelOrderPayload extends OrderCommandPayload {
  @Field(() => [CanceledLine], { description: 'Line by line; empty where it was refused.' })
  lines!: readonly CanceledLine[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'What came of confirmOrder. Accepted: confirmed, or its vendors are asked and their answers confirm it.',
})
export class ConfirmOrderPayload extends OrderCommandPayload {}

@ObjectType({
  simpleResolvers: true,
  description:
    'What came of releaseOrder. Accepted: rules that held it when it was taken do so no more; those of a later decision still do.',
})
export class ReleaseOrderPayload extends OrderCommandPayload {}

@ObjectType({ simpleResolvers: true, description: 'What came of replayDeadLetters.' })
export class ReplayDeadLettersPayload {
  @Field(() => Int, { description: 'How many are tried again. Asking twice replays nothing twice.' })
  replayed!: number;

  @Field(() => [UserError], { description: 'Why it was refused; empty where it was accepted.' })
  errors!: readonly UserError[];
}
