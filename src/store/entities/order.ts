import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import type { OrderStatus } from '../../model/order.js';
import { amountTransformer } from '../transformers.js';
import { AccountEntity } from './account.js';
import { ProductEntity } from './product.js';

/** What the buyer asked for on a channel account. Changed by plans only. */
@Entity('orders')
export class OrderEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('integer', { name: 'account_id' })
  accountId!: number;

  @Column('text', { name: 'external_id' })
  externalId!: string;

  @Column('text', { name: 'display_number', nullable: true })
  displayNumber!: string | null;

  @Column('integer')
  version!: number;

  @Column('text')
  status!: OrderStatus;

  @Column('text')
  currency!: string;

  @Column('timestamptz', { name: 'placed_at' })
  placedAt!: Date;

  @Column('timestamptz', { name: 'deliver_by', nullable: true })
  deliverBy!: Date | null;

  @Column('text', { name: 'when_short' })
  whenShort!: 'BACKORDER' | 'REJECT';

  @Column('text', { name: 'destination_country' })
  destinationCountry!: string;

  @Column('text', { name: 'destination_region', nullable: true })
  destinationRegion!: string | null;

  @Column('text', { name: 'customer_tier', nullable: true })
  customerTier!: string | null;

  @Column('text', { array: true })
  tags!: string[];

  @Column('text', { name: 'service_codes', array: true, nullable: true })
  serviceCodes!: string[] | null;

  @Column('boolean', { name: 'ship_complete' })
  shipComplete!: boolean;

  @Column('timestamptz', { name: 'channel_updated_at', nullable: true })
  channelUpdatedAt!: Date | null;

  @Column('timestamptz', { name: 'confirmed_at', nullable: true })
  confirmedAt!: Date | null;

  @Column('integer', { name: 'routing_attempts' })
  routingAttempts!: number;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id' })
  account?: Relation<AccountEntity>;
}

/** What an order says beyond what is routed, without what names someone. */
@Entity('order_source')
export class OrderSourceEntity {
  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('jsonb')
  document!: unknown;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<OrderEntity>;
}

/** Personal data of an order; erasing sets address and personal to null. */
@Entity('order_contact')
export class OrderContactEntity {
  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('jsonb', { nullable: true })
  address!: unknown;

  @Column('jsonb', { nullable: true })
  personal!: unknown;

  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<OrderEntity>;
}

/** One SKU and quantity of an order, and what has become of its units. */
@Entity('order_line')
export class OrderLineEntity {
  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string;

  @PrimaryColumn('integer', { name: 'line_no' })
  lineNo!: number;

  @Column('text', { name: 'external_line_id' })
  externalLineId!: string;

  @Column('integer', { name: 'product_id' })
  productId!: number;

  @Column('numeric', { name: 'unit_price', transformer: amountTransformer })
  unitPrice!: TenThousandths;

  @Column('integer')
  ordered!: number;

  @Column('integer')
  open!: number;

  @Column('integer')
  routed!: number;

  @Column('integer')
  backordered!: number;

  @Column('integer')
  shipped!: number;

  @Column('integer')
  canceled!: number;

  @Column('integer')
  returned!: number;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<OrderEntity>;

  @ManyToOne(() => ProductEntity)
  @JoinColumn({ name: 'product_id' })
  product?: Relation<ProductEntity>;
}
