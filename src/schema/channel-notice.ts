import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { NoticeKind, NoticeState } from '../model/notice.js';
import { NoticeKindEnum, NoticeStateEnum } from './enums.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';

@ObjectType({ simpleResolvers: true, description: 'What the channel of an order is told of it.' })
export class ChannelNotice {
  @Field(() => ID, { description: 'Ours; the same on every attempt.' })
  id!: string;

  @Field(() => NoticeKindEnum, { description: 'What it tells.' })
  kind!: NoticeKind;

  @Field(() => NoticeStateEnum, { description: 'What became of it.' })
  state!: NoticeState;

  @Field(() => JsonScalar, { description: 'Units by line number of the order.' })
  lines!: unknown;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'By when the channel wants it; null where it sets no time.',
  })
  dueAt!: Date | null;

  @Field(() => Boolean, { description: 'Its deadline is near or past, and the channel was not told.' })
  overdue!: boolean;

  @Field(() => Int, { description: 'How often it was told, or tried.' })
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Code of the last failure; null once it was told.' })
  lastError!: string | null;

  @Field(() => String, { nullable: true, description: 'The channel’s own id of what it made of it.' })
  reference!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  madeAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the channel took it.' })
  toldAt!: Date | null;
}
