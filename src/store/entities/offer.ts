import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import { amountTransformer } from '../transformers.js';
import { NodeEntity } from './node.js';
import { ProductEntity } from './product.js';

/** A vendor node's terms for one product. Not stocked means made to order, without limit. */
@Entity('offer')
export class OfferEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @Column('numeric', { name: 'unit_fee', transformer: amountTransformer })
  unitFee!: TenThousandths;

  @Column('integer', { name: 'minimum_quantity' })
  minimumQuantity!: number;

  @Column('integer', { name: 'quantity_multiple' })
  quantityMultiple!: number;

  @Column('integer', { name: 'lead_time_hours', nullable: true })
  leadTimeHours!: number | null;

  @Column('integer', { name: 'low_stock_units', nullable: true })
  lowStockUnits!: number | null;

  @Column('boolean')
  stocked!: boolean;

  @Column('boolean')
  active!: boolean;

  @ManyToOne(() => NodeEntity)
  @JoinColumn({ name: 'node_id' })
  node?: Relation<NodeEntity>;

  @ManyToOne(() => ProductEntity)
  @JoinColumn({ name: 'product_id' })
  product?: Relation<ProductEntity>;
}

/** The cost per unit from a quantity on, in the vendor's currency. */
@Entity('offer_cost')
export class OfferCostEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @PrimaryColumn('integer', { name: 'from_quantity' })
  fromQuantity!: number;

  @Column('numeric', { name: 'unit_cost', transformer: amountTransformer })
  unitCost!: TenThousandths;
}

/** Terms of a node for a product from a day on; while they are valid, the offer's own do not count. Costs by quantity, side by side. */
@Entity('offer_price')
export class OfferPriceEntity {
  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('date', { name: 'valid_from' })
  validFrom!: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo!: string | null;

  @Column('numeric', { name: 'unit_fee', transformer: amountTransformer })
  unitFee!: TenThousandths;

  @Column('integer', { name: 'minimum_quantity' })
  minimumQuantity!: number;

  @Column('integer', { name: 'quantity_multiple' })
  quantityMultiple!: number;

  @Column('integer', { name: 'from_quantities', array: true })
  fromQuantities!: number[];

  @Column('numeric', { name: 'unit_costs', array: true })
  unitCosts!: string[];
}
