import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Orders that wait and are to be looked at again. */
@Entity('backorder_round')
export class BackorderRoundEntity {
  @PrimaryColumn('bigint')
  id!: string;

  /** Null: whatever they wait for. */
  @Column('integer', { name: 'product_ids', array: true, nullable: true })
  productIds!: number[] | null;

  @Column('boolean')
  begun!: boolean;

  @Column('timestamptz', { name: 'after_placed', nullable: true })
  afterPlaced!: Date | null;

  @Column('uuid', { name: 'after_order', nullable: true })
  afterOrder!: string | null;

  @Column('timestamptz', { name: 'made_at' })
  madeAt!: Date;
}
