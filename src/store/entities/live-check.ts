import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A vendor that is asked whether it has what a fulfillment holds, and what it said: the work of an open item of the same id. */
@Entity('live_check')
export class LiveCheckEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'deadline_at' })
  deadlineAt!: Date;

  @Column('integer')
  asks!: number;

  @Column('timestamptz', { name: 'asked_at', nullable: true })
  askedAt!: Date | null;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;

  @Column('text', { nullable: true })
  verdict!: 'available' | 'short' | null;

  @Column('jsonb', { nullable: true })
  answer!: unknown;

  @Column('timestamptz', { name: 'as_of', nullable: true })
  asOf!: Date | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt!: Date | null;

  @Column('timestamptz', { name: 'silent_since', nullable: true })
  silentSince!: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
