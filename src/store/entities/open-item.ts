import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { OrderEntity } from './order.js';

/** A hold or review: work that waits for a person or an event, and blocks named steps. */
@Entity('open_item')
export class OpenItemEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('uuid', { name: 'fulfillment_id', nullable: true })
  fulfillmentId!: string | null;

  @Column('text')
  kind!: 'hold' | 'review';

  @Column('text')
  reason!: string;

  @Column('jsonb')
  evidence!: unknown;

  @Column('text', { array: true })
  blocks!: string[];

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'resolved_at', nullable: true })
  resolvedAt!: Date | null;

  @Column('text', { nullable: true })
  resolution!: string | null;

  @Column('text', { name: 'resolved_by', nullable: true })
  resolvedBy!: string | null;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<OrderEntity>;
}
