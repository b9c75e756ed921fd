import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The low-stock threshold of products with a tag; of several tags the highest counts. */
@Entity('low_stock_tag')
export class LowStockTagEntity {
  @PrimaryColumn('text')
  tag!: string;

  @Column('integer', { name: 'low_stock_units' })
  lowStockUnits!: number;
}
