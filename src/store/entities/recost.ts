import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Orders that are to be costed again. */
@Entity('recost_round')
export class RecostRoundEntity {
  @PrimaryColumn('bigint')
  id!: string;

  /** Null: of all products. */
  @Column('integer', { name: 'product_ids', array: true, nullable: true })
  productIds!: number[] | null;

  @Column('boolean')
  begun!: boolean;

  @Column('uuid', { name: 'after_order', nullable: true })
  afterOrder!: string | null;

  @Column('timestamptz', { name: 'made_at' })
  madeAt!: Date;
}

/** The day of the last round of all orders: one row. */
@Entity('recost_day')
export class RecostDayEntity {
  @PrimaryColumn('boolean')
  single!: boolean;

  @Column('date')
  day!: string;
}
