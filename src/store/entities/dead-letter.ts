import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Work that will not succeed by retrying, kept for repair and replay. */
@Entity('dead_letter')
export class DeadLetterEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  step!: 'intake' | 'route' | 'dispatch' | 'poll';

  @Column('text', { name: 'subject_id' })
  subjectId!: string;

  @Column('uuid', { name: 'order_id', nullable: true })
  orderId!: string | null;

  @Column('integer', { name: 'account_id', nullable: true })
  accountId!: number | null;

  @Column('integer', { name: 'vendor_id', nullable: true })
  vendorId!: number | null;

  @Column('jsonb')
  errors!: unknown;

  @Column('integer')
  attempts!: number;

  @Column('numeric')
  impact!: string;

  @Column('text')
  status!: 'open' | 'replayed' | 'discarded';

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column('text', { name: 'closed_by', nullable: true })
  closedBy!: string | null;
}
