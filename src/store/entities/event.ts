import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AggregateType, EventType } from '../../model/events.js';
import { bigintTransformer } from '../transformers.js';

/** One row of the event log: outbox, audit trail and subscription log in one. */
@Entity('event')
export class EventEntity {
  @PrimaryColumn('bigint', { transformer: bigintTransformer })
  id!: bigint;

  @Column('bigint', { nullable: true, transformer: bigintTransformer })
  position!: bigint | null;

  @Column('text')
  type!: EventType;

  @Column('text', { name: 'aggregate_type' })
  aggregateType!: AggregateType;

  @Column('text', { name: 'aggregate_id' })
  aggregateId!: string;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  @Column('integer', { name: 'account_id', nullable: true })
  accountId!: number | null;

  @Column('integer', { name: 'vendor_id', nullable: true })
  vendorId!: number | null;

  @Column('text')
  actor!: string;

  @Column('jsonb')
  payload!: unknown;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;
}

/** The last position given, and the floor below which positions were pruned. One row. */
@Entity('event_sequencer')
export class EventSequencerEntity {
  @PrimaryColumn('boolean')
  singleton!: boolean;

  @Column('bigint', { name: 'last_position', transformer: bigintTransformer })
  lastPosition!: bigint;

  @Column('bigint', { name: 'pruned_to', transformer: bigintTransformer })
  prunedTo!: bigint;
}

/** How far a reader that must miss nothing has read. */
@Entity('event_reader')
export class EventReaderEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('bigint', { transformer: bigintTransformer })
  position!: bigint;
}

/** A batch of plans, by whose id an unknown commit result is resolved. */
@Entity('commit_batch')
export class CommitBatchEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('jsonb', { nullable: true })
  results!: unknown;

  @Column('timestamptz', { name: 'committed_at' })
  committedAt!: Date;
}
