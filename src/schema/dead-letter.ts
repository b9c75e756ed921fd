import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { TenThousandths } from '../model/money.js';
import { DeadLetterStatusEnum, WorkStepEnum } from './enums.js';
import { DateTimeScalar, DecimalScalar } from './scalars.js';

@ObjectType({
  simpleResolvers: true,
  description: 'One link of the chain of failures behind a dead letter, outermost first.',
})
export class FailureCause {
  @Field(() => String, { description: 'Stable code.' })
  code!: string;

  @Field(() => String, {
    description:
      'How such a failure is treated: transient, permanent, refused, unknown, unauthorized, conflict or bug.',
  })
  class!: string;

  @Field(() => String, { description: 'What happened.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'Where in the payload.' })
  path?: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Of an unknown SKU: those that it may mean, the likeliest first.',
  })
  suggestions?: readonly string[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'Work that will not succeed by being tried again, kept with its cause for repair and replay.',
})
export class DeadLetter {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => WorkStepEnum, { description: 'What failed.' })
  step!: string;

  @Field(() => String, { description: 'Id of the row that the step works on.' })
  subjectId!: string;

  @Field(() => [FailureCause], { description: 'Why, outermost first.' })
  errors!: readonly FailureCause[];

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Field(() => DecimalScalar, {
    description: 'What leaving it undone costs, at most 900000000000; lists are ordered by it.',
  })
  impact!: TenThousandths;

  @Field(() => DeadLetterStatusEnum, { description: 'Whether it still waits.' })
  status!: string;

  @Field(() => DateTimeScalar, { description: 'When it was given up.' })
  openedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was replayed or discarded.' })
  closedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Who did that.' })
  closedBy!: string | null;

  /** Stored id of the order that it concerns: the loader goes by it. */
  orderUuid!: string | null;
}
