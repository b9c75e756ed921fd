import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One payload or mutation as it came, without what it said. */
@Entity('intake')
export class IntakeEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('integer', { name: 'account_id' })
  accountId!: number;

  @Column('text')
  source!: 'webhook' | 'poll' | 'api';

  @Column('text')
  topic!: string;

  @Column('text', { name: 'dedupe_scope' })
  dedupeScope!: string;

  @Column('text', { name: 'dedupe_key' })
  dedupeKey!: string;

  @Column('bytea')
  fingerprint!: Buffer;

  @Column('text')
  status!: 'received' | 'applied' | 'ignored' | 'refused' | 'dead';

  @Column('uuid', { name: 'order_id', nullable: true })
  orderId!: string | null;

  @Column('jsonb', { nullable: true })
  result!: unknown;

  @Column('jsonb', { nullable: true })
  faults!: unknown;

  @Column('integer')
  attempts!: number;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;
}

/** What an intake said; erasable. */
@Entity('intake_payload')
export class IntakePayloadEntity {
  @PrimaryColumn('uuid', { name: 'intake_id' })
  intakeId!: string;

  @Column('jsonb')
  headers!: unknown;

  @Column('bytea', { nullable: true })
  body!: Buffer | null;

  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;
}
