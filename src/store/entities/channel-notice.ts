import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NoticeKind, NoticeLine, NoticeState } from '../../model/notice.js';
import { bigintTransformer } from '../transformers.js';

/** An order whose channel is told of it. */
@Entity('told_order')
export class ToldOrderEntity {
  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer', { name: 'account_id' })
  accountId!: number;

  @Column('uuid', { name: 'intake_id' })
  intakeId!: string;

  @Column('timestamptz', { name: 'arrived_at' })
  arrivedAt!: Date;
}

/** What a channel is to be told of an order, and what became of it. */
@Entity('channel_notice')
export class ChannelNoticeEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ type: 'bigint', transformer: bigintTransformer, insert: false, update: false })
  seq!: bigint;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer', { name: 'account_id' })
  accountId!: number;

  @Column('text')
  kind!: NoticeKind;

  @Column('text')
  subject!: string;

  @Column('text')
  state!: NoticeState;

  @Column('jsonb')
  lines!: NoticeLine[];

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'made_at' })
  madeAt!: Date;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { name: 'alarm_at', nullable: true })
  alarmAt!: Date | null;

  @Column('boolean')
  alarmed!: boolean;

  @Column('integer')
  attempts!: number;

  @Column('integer')
  failures!: number;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Column('text', { nullable: true })
  outcome!: 'taken' | 'known' | null;

  @Column('text', { nullable: true })
  reference!: string | null;

  @Column('timestamptz', { name: 'told_at', nullable: true })
  toldAt!: Date | null;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;
}
