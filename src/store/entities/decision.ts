import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { OrderEntity } from './order.js';

/** The stored decision record of one routing. */
@Entity('decision')
export class DecisionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer', { name: 'order_version' })
  orderVersion!: number;

  @Column('text')
  cause!: string;

  @Column('json')
  request!: unknown;

  @Column('json')
  decision!: unknown;

  @Column('integer', { name: 'rule_set_version' })
  ruleSetVersion!: number;

  @Column('jsonb', { name: 'rate_sources' })
  rateSources!: unknown;

  @Column('integer')
  attempt!: number;

  @Column('integer', { name: 'engine_micros' })
  engineMicros!: number;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt!: Date;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<OrderEntity>;
}
